"""What a screen reader is told (PDF/UA-1, ISO 14289-1), read out of the finished file.

`reports/pdf.py` reaches into WeasyPrint for three of these things. When WeasyPrint changes underneath, this fails.
"""

from __future__ import annotations

import pikepdf
import pytest
import weasyprint

from reports import pdf
from tests.documents.reading import marked, opened, paper, tag_tree
from tests.factories.snapshots import make_snapshot

PAPERS = [
    ("school", {}),
    ("council", {"days": 5, "payers": 4, "long": True, "colour": "#ffdd00"}),
    ("way", {"days": 1, "payers": 1, "worker": False, "signed": False, "own_lines": False}),
    ("council", {"payers": 4, "form": "large"}),
]
every_paper = pytest.mark.parametrize(
    ("copy", "options"), PAPERS, ids=["school", "council-long", "way-short", "council-large"]
)

# ISO 32000-1, 14.8.4: what a reader knows without being told.
KNOWN = {
    *("Document", "Sect", "Div", "P", "H1", "H2", "L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TFoot"),
    *("TR", "TH", "TD", "Caption", "Figure", "Span", "Link", "NonStruct"),
}


@every_paper
def test_the_file_says_its_language_its_title_and_that_it_is_tagged(copy, options):
    with opened(paper(copy, **options)) as document:
        assert document.Root.Lang == "en-GB"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo.Title).startswith("Service agreement: ")
        assert document.docinfo.CreationDate == "D:20260901"
        assert all(page.Tabs == "/S" for page in document.pages)


@every_paper
def test_no_conformance_is_claimed_that_no_validator_has_seen(copy, options):
    with opened(paper(copy, **options)) as document:
        metadata = document.Root.Metadata.read_bytes()
    assert b"<dc:title>" in metadata
    for claim in (b"pdfuaid", b"pdfaid", b"conformance"):
        assert claim not in metadata


@every_paper
def test_tags_are_those_that_readers_know(copy, options):
    with opened(paper(copy, **options)) as document:
        assert {tag.name for tag in tag_tree(document).all()} <= KNOWN


@every_paper
def test_headings_begin_at_one_skip_no_level_and_stand_in_nothing_but_blocks(copy, options):
    with opened(paper(copy, **options)) as document:
        tree = tag_tree(document)
        levels = [int(tag.name[1]) for tag in tree.named("H1", "H2")]
        nested = [
            child for tag in tree.named("H1", "H2", "P") for child in tag.children if child.named("H1", "H2", "P")
        ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert not nested


@every_paper
def test_every_heading_is_a_bookmark(copy, options):
    with opened(paper(copy, **options)) as document, document.open_outline() as outline:
        bookmarks = sum(1 + len(item.children) for item in outline.root)
        assert bookmarks == len(tag_tree(document).named("H1", "H2"))


@every_paper
def test_every_header_of_a_table_says_which_way_it_looks(copy, options):
    with opened(paper(copy, **options)) as document:
        tree = tag_tree(document)
        headers = tree.named("TH")
        assert {str(header.attribute("/Scope")) for header in headers} <= {"/Row", "/Column"}
        for table in tree.named("Table"):
            for head in table.named("THead"):
                assert {str(header.attribute("/Scope")) for header in head.named("TH")} == {"/Column"}
            for row in [row for body in table.named("TBody", "TFoot") for row in body.named("TR")]:
                assert [cell.name for cell in row.children] == ["TH"] + ["TD"] * (len(row.children) - 1)
                assert str(row.children[0].attribute("/Scope")) == "/Row"
    assert len(headers) > 20


@every_paper
def test_rows_of_a_table_have_the_same_number_of_cells(copy, options):
    with opened(paper(copy, **options)) as document:
        for table in tag_tree(document).named("Table"):
            widths = {sum(int(cell.attribute("/ColSpan") or 1) for cell in row.children) for row in table.named("TR")}
            assert len(widths) == 1


@every_paper
def test_figures_have_words_and_a_place_on_the_page(copy, options):
    with opened(paper(copy, **options)) as document:
        figures = tag_tree(document).named("Figure")
        assert len(figures) == (1 if copy == "way" else 2)
        for figure in figures:
            left, bottom, right, top = (float(edge) for edge in figure.attribute("/BBox"))
            assert 0 < left < right < 595
            assert 0 < bottom < top < 842
        texts = [str(figure.element.Alt) for figure in figures]
    assert texts[-1] == "QR code of the page that says whether this paper is the current one"
    if copy != "way":
        assert texts[0].startswith("Who pays what part of the post: The school 41")


@every_paper
def test_lists_are_lists(copy, options):
    with opened(paper(copy, **options)) as document:
        for each in tag_tree(document).named("L"):
            assert {child.name for child in each.children} == {"LI"}
            assert all(item.children[-1].name == "LBody" for item in each.children)


@every_paper
def test_the_link_to_the_check_page_says_where_it_goes(copy, options):
    with opened(paper(copy, **options)) as document:
        links = tag_tree(document).named("Link")
        assert len(links) == (2 if "form" in options else 1)  # in large letters it takes two lines
        for link in links:
            (annotation,) = link.annotations
            assert annotation.Contents == annotation.A.URI == make_snapshot()["check"][copy]["address"]
            assert link.marks


@every_paper
def test_all_that_is_painted_is_content_in_the_tree_or_an_artifact(copy, options):
    with opened(paper(copy, **options)) as document:
        in_tree = [mark for tag in tag_tree(document).all() for mark in tag.marks]
        assert len(in_tree) == len(set(in_tree))
        for number, page in enumerate(document.pages):
            found = marked(page)
            assert not found.unmarked
            assert found.contents == {mcid for of_page, mcid in in_tree if of_page == number}


@every_paper
def test_running_headers_and_footers_are_artifacts(copy, options):
    with opened(paper(copy, **options)) as document:
        texts = [marked(page).artifact_texts for page in document.pages]
    assert texts[0] == 2  # reference and page number: the first page has its masthead instead of a header
    assert min(texts[1:]) >= (3 if "form" in options else 4)  # large print has no room for the school up there


@every_paper
def test_the_tree_finds_every_piece_of_content_again(copy, options):
    with opened(paper(copy, **options)) as document:
        numbers = document.Root.StructTreeRoot.ParentTree.Nums
        parents = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        for page in document.pages:
            of_page = parents[int(page.StructParents)]
            assert isinstance(of_page, pikepdf.Array)
            assert len(of_page) == len(marked(page).contents)


def test_what_we_add_is_still_missing_without_us():
    """The day this fails, WeasyPrint does it itself, and reports/pdf.py can do less."""
    html = (
        '<html lang="en-GB"><title>T</title><style>@page { @bottom-left { content: "Footer" } }</style>'
        '<table><tr><th scope="row">A</th><td>1</td></tr></table>'
    )
    plain = pdf.Drawn(weasyprint.HTML(string=html).write_pdf(**pdf.TAGGED), 1)
    with opened(plain) as document:
        (header,) = tag_tree(document).named("TH")
        assert header.attribute("/Scope") is None
        assert marked(document.pages[0]).artifact_texts == 0
        assert "/Metadata" not in document.Root


def test_a_header_without_a_direction_is_a_mistake_in_the_template():
    with pytest.raises(KeyError):
        pdf._print("<table><tr><th>A</th></tr></table>", pdf._press("service_agreement").stylesheet)
