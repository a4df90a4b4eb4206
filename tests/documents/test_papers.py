"""Papers as they are read: who sees which words, and that everything stands on the page."""

from __future__ import annotations

import pypdfium2
import pytest
import segno

from reports import pdf
from tests.documents.reading import Tag, hidden_words, opened, paper, tag_tree, words
from tests.factories.snapshots import COST_CANARY, FUND_CANARY, LONG_NAME, make_snapshot, money_of

COPIES = ("school", "council", "way")
MILLIMETRE = 72 / 25.4
EVERY = (
    {},
    {"days": 5, "payers": 3, "lead": False},
    {"days": 1, "payers": 1, "worker": False, "signed": False, "own_lines": False},
    {"days": 5, "payers": 4, "long": True, "colour": "#ffdd00"},
    {"days": 5, "payers": 6},
)


def test_the_way_copy_has_no_money_anywhere():
    for options in ({}, {"payers": 4, "long": True, "days": 5}):
        drawn, amounts = paper("way", **options), money_of(make_snapshot(**options))
        assert len(amounts) > 10
        for text in (words(drawn), hidden_words(drawn)):
            assert "£" not in text
            assert COST_CANARY not in text
            assert FUND_CANARY not in text
            assert not [amount for amount in amounts if amount in text]


def test_the_school_copy_has_its_own_line_and_no_other_payers():
    snapshot = make_snapshot(payers=4)
    own = money_of({"cost": {}, "cost_sheet": snapshot["cost_sheet"], "charge": snapshot["charge"]})
    others = money_of(snapshot) - own
    drawn = paper("school", payers=4)

    assert others
    for text in (words(drawn), hidden_words(drawn)):
        assert FUND_CANARY not in text
        assert not [amount for amount in others if f"£{amount}" in text]
    text = words(drawn)
    assert "£4,715.00 your school's share for this term" in text
    assert "The school's share is 41 % of £34,500.00 a year." in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "The rest is paid by others." in text


def test_the_council_copy_has_every_payer():
    text = words(paper("council", payers=4))

    for payer in make_snapshot(payers=4)["cost"]["payers"][:-1]:
        assert payer["name"] in text
    assert "£4,715.00 from the school for this term, of £11,500.0" in text


@pytest.mark.parametrize(("copy", "name"), [("school", "School copy"), ("council", "Council copy"), ("way", "Way of")])
def test_every_page_says_whose_copy_it_is_and_which_page_of_how_many(copy, name):
    drawn = paper(copy)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(drawn.content)]

    for number, page in enumerate(pages, start=1):
        assert name in page
        assert "FEN-2026-AUT-0001, version 2" in page
        assert f"Page {number} of {drawn.pages}" in page
    assert len(pages) == drawn.pages


def test_the_first_page_answers_the_heads_questions():
    document = pypdfium2.PdfDocument(paper("school").content)
    first = " ".join(document[0].get_textpage().get_text_bounded().split())

    for words_of_hers in (
        "Wanda Marsh at Oakfield Primary School 1",
        "42 days in school this term, 294 hours",
        "£4,715.00",
        "to be paid by 3 October 2026",
        "Monday, Tuesday and Wednesday 8:30am to 3:30pm",
        "1 September 2026 to 31 August 2027",
        "What it buys",
        "What it does not",
    ):
        assert words_of_hers in first


@pytest.mark.parametrize("copy", COPIES)
def test_own_lines_are_told_apart_in_words_and_clauses_are_numbered(copy):
    text = words(paper(copy))

    assert "2.5 Agreed for this school. What the worker does here: Attendance in years 5 and 6" in text
    assert "4.1 The worker takes leave in the school holidays." in text
    assert text.count("7.1 What a young person or a parent tells") == 2  # in part 7, and on the page to keep


@pytest.mark.parametrize("copy", COPIES)
def test_each_copy_has_its_own_check_code_and_no_other_copys(copy):
    snapshot, text = make_snapshot(), words(paper(copy))

    for other in COPIES:
        assert (snapshot["check"][other]["code"] in text) == (other == copy)


def test_only_copies_with_money_show_the_code_of_the_cost():
    shown = {copy: words(paper(copy)) for copy in COPIES}
    snapshot = make_snapshot()
    code = " ".join(snapshot["cost_digest"][at : at + 4].upper() for at in range(0, 16, 4))

    assert code in shown["school"]
    assert code in shown["council"]
    assert code not in shown["way"]


def test_the_confidentiality_statement_starts_a_page_of_its_own():
    pages = list(pypdfium2.PdfDocument(paper("way").content))
    last = pages[-1].get_textpage().get_text_bounded()

    assert "Confidentiality statement" in last
    assert "Accepted with the way of working" in last
    assert "Autumn term" not in last


def test_a_paper_that_is_not_in_force_says_so():
    text = words(paper("school", worker=False, signed=False))

    assert "Not in force yet." in text
    assert "Not signed yet" in text
    assert "The post is empty at the moment" in text
    assert "Not in force yet." not in words(paper("school"))


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize("options", EVERY, ids=str)
def test_nothing_stands_outside_the_margins(copy, options):
    drawn = paper(copy, **options)

    for page in pypdfium2.PdfDocument(drawn.content):
        text = page.get_textpage()
        boxes = [text.get_rect(at) for at in range(text.count_rects())]
        assert min(left for left, *_ in boxes) >= 24 * MILLIMETRE - 1
        assert max(right for _, _, right, _ in boxes) <= (210 - 18) * MILLIMETRE + 1
        assert min(bottom for _, bottom, *_ in boxes) >= 8 * MILLIMETRE
        assert max(top for *_, top in boxes) <= (297 - 8) * MILLIMETRE


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize("options", EVERY, ids=str)
def test_no_page_is_nearly_empty_and_none_ends_with_a_heading(copy, options):
    drawn = paper(copy, **options)

    for page in pypdfium2.PdfDocument(drawn.content):
        assert len(page.get_textpage().get_text_bounded()) > 500
    with opened(drawn) as document:
        last = dict(_pages_and_blocks(tag_tree(document), ""))
    assert len(last) == drawn.pages
    assert not [page for page, block in last.items() if block in ("H1", "H2", "Caption")]


def _pages_and_blocks(tag: Tag, inside: str):
    """(page, name of the heading or other block) for each piece of content, in reading order."""
    block = tag.name if tag.name not in ("Span", "NonStruct", "Link") else inside
    for page, _ in tag.marks:
        yield page, block
    for child in tag.children:
        yield from _pages_and_blocks(child, block)


def test_long_names_and_lines_are_all_there():
    text = words(paper("council", days=5, payers=4, long=True, colour="#ffdd00"))

    assert LONG_NAME in text
    assert text.count("whoever takes it signs for it") == 27
    assert "Wilhelmina Featherstonehaugh-Cholmondeley" in text


def test_the_qr_code_on_the_paper_is_the_address_of_the_check_page():
    drawn = paper("school")
    with opened(drawn) as document:
        figure = tag_tree(document).named("Figure")[-1]
        left, bottom, right, top = (float(edge) for edge in figure.attribute("/BBox"))
    scale = 6
    page = pypdfium2.PdfDocument(drawn.content)[drawn.pages - 1]
    picture = page.render(scale=scale).to_pil().convert("L")
    code = segno.make_qr(make_snapshot()["check"]["school"]["address"], error="m")
    modules = list(code.matrix_iter(border=4))
    module = (right - left) / len(modules)
    seen = [
        [
            picture.getpixel(
                (
                    round((left + (column + 0.5) * module) * scale),
                    round((page.get_height() - top + (row + 0.5) * module) * scale),
                )
            )
            < 128
            for column in range(len(modules))
        ]
        for row in range(len(modules))
    ]

    assert top - bottom == pytest.approx(right - left)
    assert seen == [[bool(dark) for dark in row] for row in modules]


def test_what_a_school_typed_is_printed_and_never_obeyed():
    snapshot = make_snapshot()
    typed = "<img src='file:///etc/hostname'> & <b>bold</b>"
    snapshot["way"]["parts"][1]["own"][0]["text"] = typed

    assert typed in words(pdf.draw("service_agreement", snapshot, "way"))
