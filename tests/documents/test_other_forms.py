"""Large print and the web page (I46): another form says what the paper says, to the same readers, and no less."""

from __future__ import annotations

import base64
import ctypes
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from reports import pdf, web_papers
from tests.documents.reading import hidden_words, paper, words
from tests.documents.test_pdf import changed  # noqa: F401  (a fixture)
from tests.factories.snapshots import COST_CANARY, FUND_CANARY, make_snapshot, money_of

POINTS = 18
PAPERS = [
    ("school", {}),
    ("council", {"payers": 4}),
    ("way", {"days": 1, "worker": False, "signed": False}),
]
every_copy = pytest.mark.parametrize(("copy", "options"), PAPERS, ids=["school", "council", "way"])


class Reader(HTMLParser):
    """What a web page says, in order, and what it is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.style = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        self.tags.append((tag, dict(attributes)))
        self.inside.append(tag)
        if tag in ("br", "td", "th", "p", "li"):
            self.said.append(" ")

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, text: str) -> None:
        if "style" in self.inside:
            self.style += text
        elif "head" not in self.inside:
            self.said.append(text)

    @property
    def words(self) -> str:
        return " ".join("".join(self.said).split())


@cache
def web(copy: str, **options: Any) -> web_papers.WebPage:
    return web_papers.draw("service_agreement", make_snapshot(**options), copy)


def large(copy: str, **options: Any) -> pdf.Drawn:
    return paper(copy, form=pdf.LARGE_PRINT, **options)


def said_by(text: str) -> set[str]:
    """Its words and numbers, in small letters, without what stands at the head and foot of pages."""
    text = re.sub(r"Page \d+ of \d+", " ", re.sub("[\ufffe\x02]", "-", text))
    return {""} | {word.strip(".,;()“”").lower() for word in re.split(r"[\s\-/:•]+", text)}


@every_copy
def test_nothing_that_the_paper_says_is_missing(copy, options):
    on_paper = said_by(words(paper(copy, **options)))
    assert len(on_paper) > 200
    assert not on_paper - said_by(words(large(copy, **options)))
    assert not on_paper - said_by(Reader(web(copy, **options).text).words)


@every_copy
def test_every_amount_stands_as_often_on_the_web_page_as_on_the_paper(copy, options):
    def amounts(text: str) -> list[str]:
        return sorted(re.findall(r"£[\d,.]*\d", text))

    on_paper = amounts(words(paper(copy, **options)))
    assert amounts(Reader(web(copy, **options).text).words) == on_paper
    assert amounts(words(large(copy, **options))) == on_paper
    assert bool(on_paper) == (copy != "way")


@every_copy
def test_each_says_of_which_paper_it_is_a_form_and_that_papers_check_code(copy, options):
    snapshot = make_snapshot(**options)
    code = snapshot["check"][copy]["code"]
    name = {"school": "school copy", "council": "council copy", "way": "way of working copy"}[copy]
    of = f"of the {name} of {snapshot['reference']}, version {snapshot['version']}. It says the same as that paper."
    first = pypdfium2.PdfDocument(large(copy, **options).content)[0].get_textpage().get_text_bounded()
    assert f"Large print {of} Check code of that paper: {code}" in " ".join(first.split())
    said = Reader(web(copy, **options).text).words
    assert f"Web page {of} Check code of that paper: {code}" in said


def test_in_no_form_has_the_way_copy_any_money():
    amounts = money_of(make_snapshot(payers=4))
    drawn = large("way", payers=4)
    for text in (words(drawn), hidden_words(drawn), web("way", payers=4).text):
        assert not re.search(f"£|{COST_CANARY}|{FUND_CANARY}", text)
        assert not [amount for amount in amounts if "." in amount and amount in text]


def test_in_no_form_has_the_school_copy_another_payers_line():
    snapshot = make_snapshot(payers=4)
    own = money_of({"cost": {}, "cost_sheet": snapshot["cost_sheet"], "charge": snapshot["charge"]})
    others = money_of(snapshot) - own
    drawn = large("school", payers=4)
    for text in (words(drawn), hidden_words(drawn), web("school", payers=4).text):
        assert FUND_CANARY not in text
        assert not [amount for amount in others if f"£{amount}" in text]


@pytest.mark.parametrize(
    ("copy", "options"),
    [*PAPERS, ("council", {"payers": 6, "days": 5, "long": True})],
    ids=["school", "council", "way", "long"],
)
def test_no_letter_of_large_print_is_small_and_none_is_off_the_page(copy, options):
    """A4, every letter 18 points or more, running heads and page numbers too, and all of it inside the margins."""
    smallest, outside = 1000.0, []
    for page in pypdfium2.PdfDocument(large(copy, **options).content):
        width, height = page.get_size()
        assert (round(width), round(height)) == (595, 842)
        text = page.get_textpage()
        for at in range(text.count_chars()):
            if not pdfium.FPDFText_GetUnicode(text.raw, at) > 32:
                continue
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(text.raw, at, ctypes.byref(matrix))
            size = pdfium.FPDFText_GetFontSize(text.raw, at) * abs(matrix.d)
            smallest = min(smallest, size)
            left, bottom, right, top = text.get_charbox(at)
            if left < 40 or right > width - 40 or bottom < 20 or top > height - 20:
                outside.append((at, left, right))
    assert smallest >= POINTS - 0.01
    assert not outside


@every_copy
def test_large_print_breaks_a_word_only_at_its_own_hyphen(copy, options):
    broken = re.findall("\\w+[\ufffe\x02]\\w+", words(large(copy, **options)))
    whole = Reader(web(copy, **options).text).words
    assert not [word for word in broken if re.sub("[\ufffe\x02]", "-", word) not in whole]


@every_copy
def test_the_web_page_is_whole_in_itself(copy, options):
    """One file: nothing is fetched, nothing runs, and the browser may be told to allow exactly its own style."""
    page = web(copy, **options)
    read = Reader(page.text)
    names = {tag for tag, _ in read.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "base", "form"}
    addresses = [value for _, given in read.tags for key, value in given.items() if key in ("src", "href")]
    assert addresses == [make_snapshot()["check"][copy]["address"]]
    assert not re.search(r"url\(|@import|expression", read.style)
    assert not [given for _, given in read.tags if "style" in given or any(key.startswith("on") for key in given)]
    digest = base64.b64encode(hashlib.sha256(read.style.encode()).digest()).decode()
    assert page.style_digest == f"sha256-{digest}"


@every_copy
def test_the_web_page_says_what_it_is_made_of(copy, options):
    read = Reader(web(copy, **options).text)
    tags = dict(read.tags)
    assert tags["html"]["lang"] == "en-GB"
    assert "main" in tags
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert {given.get("scope") for tag, given in read.tags if tag == "th"} == {"row", "col"}
    assert all(given.get("role") == "img" or given.get("aria-hidden") or "segno" in (given.get("class") or "")
               for tag, given in read.tags if tag == "svg")  # fmt: skip


def test_what_stands_in_a_snapshot_is_escaped_on_the_web_page():
    snapshot = make_snapshot()
    snapshot["way"]["focus"] = "<b>bold</b> & <script>alert(1)</script>"
    text = web_papers.draw("service_agreement", snapshot, "way").text
    assert "&lt;script&gt;" in text
    assert "<script" not in text


def test_the_style_of_large_print_is_not_the_papers(changed):  # noqa: F811
    paper_before, large_before = (
        pdf.template_digest("service_agreement"),
        pdf.template_digest("service_agreement", "large"),
    )
    assert paper_before != large_before
    changed("documents/large.css")
    assert pdf.template_digest("service_agreement", "large") != large_before
    assert pdf.template_digest("service_agreement") == paper_before
