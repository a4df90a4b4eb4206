"""Print packs: every paper on a sheet of its own, found again by its title."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from reports.packs import make_pack
from tests.documents.reading import paper


@pytest.fixture
def papers(tmp_path) -> list[tuple[str, Path]]:
    """Five papers of 1, 2, 3, 1 and 4 pages; each is one point wider than the one before, so that pages tell whose
    they are.
    """
    made = []
    for number, pages in enumerate((1, 2, 3, 1, 4)):
        path = tmp_path / f"{number}.pdf"
        with pikepdf.new() as document:
            for _ in range(pages):
                document.add_blank_page(page_size=(500 + number, 700))
            document.save(path)
        made.append((f"Worker {number} at Żółta Łąka School", path))
    return made


def bookmarks(pack: pikepdf.Pdf) -> list[tuple[str, int]]:
    with pack.open_outline() as outline:
        return [(item.title, pack.pages.index(pikepdf.Page(item.destination[0]))) for item in outline.root]


def test_a_pack_says_what_it_is_and_in_which_language(papers, tmp_path):
    make_pack(papers, tmp_path / "pack.pdf", title="Print pack, autumn term 2026-27")

    with pikepdf.open(tmp_path / "pack.pdf") as pack:
        assert str(pack.docinfo["/Title"]) == "Print pack, autumn term 2026-27"
        assert str(pack.Root.Lang) == "en-GB"
        assert pack.Root.ViewerPreferences.DisplayDocTitle


@pytest.mark.parametrize("chunk", [1, 2, 5, 100])
def test_every_paper_starts_on_the_front_of_a_sheet_and_has_a_bookmark(papers, tmp_path, chunk):
    pages = make_pack(papers, tmp_path / "pack.pdf", chunk=chunk)

    with pikepdf.open(tmp_path / "pack.pdf") as pack:
        assert pages == len(pack.pages) == 14
        assert bookmarks(pack) == [(title, at) for (title, _), at in zip(papers, (0, 2, 4, 8, 10), strict=True)]
        widths = [int(page.mediabox[2]) - 500 for page in pack.pages]
    assert widths == [0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4]


def test_a_pack_is_the_same_bytes_however_it_was_chunked(papers, tmp_path):
    for chunk in (1, 3, 50):
        make_pack(papers, tmp_path / f"pack-{chunk}.pdf", chunk=chunk)

    assert len({(tmp_path / f"pack-{chunk}.pdf").read_bytes() for chunk in (1, 3, 50)}) == 1


def test_papers_are_taken_one_chunk_at_a_time(papers, tmp_path):
    taken = []

    def one_by_one():
        for number, each in enumerate(papers):
            taken.append((number, len(list(tmp_path.glob(".pack-*/*.pdf")))))
            yield each

    make_pack(one_by_one(), tmp_path / "pack.pdf", chunk=2)

    assert taken == [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)]


def test_real_papers_keep_their_words_and_are_printed_on_both_sides(tmp_path):
    drawn = paper("way")
    path = tmp_path / "paper.pdf"
    path.write_bytes(drawn.content)
    pages = make_pack([("First", path), ("Second", path)], tmp_path / "pack.pdf")

    assert pages == 2 * (drawn.pages + drawn.pages % 2)
    with pikepdf.open(tmp_path / "pack.pdf") as pack:
        assert pack.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
        assert pack.Root.PageMode == "/UseOutlines"
        assert not [page for page in pack.pages if "/StructParents" in page]


def test_no_papers_make_no_pack(tmp_path):
    with pytest.raises(ValueError, match="at least one paper"):
        make_pack([], tmp_path / "pack.pdf")
    assert not list(tmp_path.iterdir())


def test_a_pack_appears_whole_or_not_at_all(papers, tmp_path):
    (tmp_path / "broken.pdf").write_bytes(b"not a paper")
    before = sorted(tmp_path.iterdir())

    with pytest.raises(pikepdf.PdfError):
        make_pack([*papers, ("Broken", tmp_path / "broken.pdf")], tmp_path / "pack.pdf", chunk=2)
    assert sorted(tmp_path.iterdir()) == before
