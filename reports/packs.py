"""Print packs: a whole term's papers in one file, to be printed on both sides and sorted into envelopes.

A pack is for the printer. The tags that let a paper be read aloud stay in the paper itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pikepdf

CHUNK = 25


class _Bookmark(NamedTuple):
    title: str
    page: int


def make_pack(papers: Iterable[tuple[str, Path]], to: Path, chunk: int = CHUNK, *, title: str = "Print pack") -> int:
    """Bind papers, each a title and a PDF file, into one PDF; returns its number of pages, blank ones included.

    Every paper starts on the front of a sheet and has a bookmark with its title. Papers are taken `chunk` at a time, so
    that memory does not grow with the pack. The same papers give the same bytes. `to` appears whole or not at all.

    Raises ValueError when there are no papers, and pikepdf.PdfError for a file that is not a PDF.
    """
    bookmarks: list[_Bookmark] = []
    pages = 0
    with TemporaryDirectory(dir=to.parent, prefix=".pack-") as folder:
        parts: list[Path] = []
        waiting = iter(papers)
        while few := list(islice(waiting, chunk)):
            parts.append(Path(folder) / f"{len(parts)}.pdf")
            for paper, count in _bind(few, parts[-1]):
                bookmarks.append(_Bookmark(paper, pages))
                pages += count
        if not parts:
            raise ValueError("A pack needs at least one paper.")
        whole = Path(folder) / "whole.pdf"
        _bind_parts(parts, bookmarks, whole, title)
        whole.replace(to)
    return pages


def _bind(papers: list[tuple[str, Path]], to: Path) -> list[tuple[str, int]]:
    """Papers into a part of the pack. Returns their titles, and how many pages each takes, an even number."""
    bound = []
    with ExitStack() as opened, pikepdf.new() as part:
        for title, path in papers:
            paper = opened.enter_context(pikepdf.open(path))
            before = len(part.pages)
            part.pages.extend(paper.pages)
            if len(paper.pages) % 2:
                left, bottom, right, top = (float(edge) for edge in paper.pages[-1].mediabox)
                part.add_blank_page(page_size=(right - left, top - bottom))
            bound.append((title, len(part.pages) - before))
        for page in part.pages:
            # Numbers into the tag tree of a paper, which does not come along; in a pack they would be there twice.
            if "/StructParents" in page:
                del page.StructParents
        part.save(to)
    return bound


def _bind_parts(parts: list[Path], bookmarks: list[_Bookmark], to: Path, title: str) -> None:
    with ExitStack() as opened, pikepdf.new() as pack:
        for part in parts:
            pack.pages.extend(opened.enter_context(pikepdf.open(part)).pages)
        with pack.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(title, page) for title, page in bookmarks)
        pack.Root.PageMode = pikepdf.Name.UseOutlines
        pack.Root.Lang = pikepdf.String("en-GB")
        pack.docinfo["/Title"] = title
        pack.Root.ViewerPreferences = pikepdf.Dictionary(Duplex=pikepdf.Name.DuplexFlipLongEdge, DisplayDocTitle=True)
        pack.save(to, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
