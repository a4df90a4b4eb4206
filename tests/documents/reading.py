"""Reading papers back: their tags, what is marked as content, and their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2

from reports import pdf
from tests.factories.snapshots import make_snapshot

PAINTING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


@cache
def paper(copy: str, form: str = pdf.PAPER, **options: Any) -> pdf.Drawn:
    """One copy of `make_snapshot(**options)`, drawn once in a test run."""
    return pdf.draw("service_agreement", make_snapshot(**options), copy, form)


def opened(drawn: pdf.Drawn) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(drawn.content))


@dataclass
class Tag:
    """One element of the tag tree. `marks` are (page, MCID) of the content that hangs on this element itself."""

    name: str
    element: pikepdf.Object
    marks: list[tuple[int, int]] = field(default_factory=list)
    children: list[Tag] = field(default_factory=list)
    annotations: list[pikepdf.Object] = field(default_factory=list)

    def all(self) -> Iterator[Tag]:
        yield self
        for child in self.children:
            yield from child.all()

    def named(self, *names: str) -> list[Tag]:
        return [tag for tag in self.all() if tag.name in names]

    def attribute(self, name: str) -> pikepdf.Object | None:
        return self.element.A.get(name) if "/A" in self.element else None


def tag_tree(document: pikepdf.Pdf) -> Tag:
    pages = {page.objgen: number for number, page in enumerate(document.pages)}
    (root,) = document.Root.StructTreeRoot.K
    return _tag(root, pages)


def _tag(element: pikepdf.Object, pages: dict[tuple[int, int], int]) -> Tag:
    tag = Tag(str(element.S).removeprefix("/"), element)
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            tag.marks.append((pages[element.Pg.objgen], kid))
        elif kid.get("/Type") == "/OBJR":
            tag.annotations.append(kid.Obj)
        else:
            tag.children.append(_tag(kid, pages))
    return tag


@dataclass
class Marked:
    """What a page's content says of itself."""

    contents: set[int] = field(default_factory=set)  # MCIDs
    artifact_texts: int = 0
    unmarked: list[str] = field(default_factory=list)  # operators that paint outside content and artifacts


def marked(page: pikepdf.Page) -> Marked:
    found = Marked()
    stack: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BMC", "BDC"):
            stack.append(str(operands[0]))
            if len(operands) > 1 and "/MCID" in operands[1]:
                found.contents.add(int(operands[1].MCID))
        elif name == "EMC":
            stack.pop()
        elif name in PAINTING and not stack:
            found.unmarked.append(name)
        elif name == "BT" and "/Artifact" in stack:
            found.artifact_texts += 1
    return found


def words(drawn: pdf.Drawn) -> str:
    """All that can be read on the paper, page after page, in one line."""
    document = pypdfium2.PdfDocument(drawn.content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def hidden_words(drawn: pdf.Drawn) -> str:
    """Every string and stream of the file that is not drawn: alternative texts, bookmarks, addresses, metadata."""
    with opened(drawn) as document:
        return " ".join(_strings(document))


def _strings(document: pikepdf.Pdf) -> Iterator[str]:
    for thing in document.objects:
        if isinstance(thing, pikepdf.Stream):
            yield thing.read_bytes().decode("utf-8", "replace") if thing.get("/Subtype") == "/XML" else ""
        elif isinstance(thing, pikepdf.Dictionary):
            yield from (str(value) for value in thing.as_dict().values() if isinstance(value, pikepdf.String))
