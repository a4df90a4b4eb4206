"""The report of a term on paper: what it says, what it hides, and that it can be read aloud and in other forms."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from reports import pdf, web_papers
from reports.documents import success_criteria
from tests.documents.reading import opened, tag_tree, words

KIND, COPY = "success_criteria", "report"


def told(number: int, of: int | None = None) -> dict[str, Any]:
    says = f"{number} of {of} agree" if of else f"{number} times"
    return {"says": says, "number": number, "of": of}


SNAPSHOT: dict[str, Any] = {
    "kind": KIND,
    "authority": {
        "name": "Fenshire County Council", "service": "Pupil Support", "telephone": "01632 960000",
        "colour": "#1d70b8", "slug": "fenshire",
    },
    "term": {"label": "Spring term 2026/27", "season": "spring", "school_year": 2026},
    "last_term": "Autumn term 2026/27",
    "edition": 1,
    "why": "",
    "team": "East 1 team",
    "issued_on": "2027-03-19",
    "figures_on": "2027-03-18",
    "approved_by": {"name": "Sena Fen", "role": "Head of service"},
    "criteria": [
        {
            "text": "Schools see one team.", "deadline": "2027-07-21", "groups": ["members", "schools"],
            "judgement": {"level": "on_the_way", "reason": "Most of them say so."},
            "trend": [{"term": "Autumn term 2026/27", "level": "cannot_say"}, {"term": "Spring term 2026/27", "level": "on_the_way"}],
            "evidence": [{"kind": "quote", "says": "“You all know each other.”", "on": "2027-02-01"}],
        },
        {
            "text": "All know each other’s skills.", "deadline": "2027-07-21", "groups": ["members"],
            "judgement": None, "trend": [{"term": "Spring term 2026/27", "level": ""}], "evidence": [],
        },
    ],
    "indicators": [
        {"text": "Most feel part of one large team", "now": told(11, 16), "before": told(9, 15)},
        {"text": "Joint work is regular", "now": told(4), "before": None},
    ],
    "pulse": {
        "unknown": "", "asked_before": True,
        "questions": [
            {
                "ask": "We work as one large team.",
                "rows": [
                    {"group": "members", "now": [11, 16], "before": [9, 15]},
                    {"group": "agencies", "now": None, "before": None},
                    {"group": "", "now": [0, 6], "before": None},
                ],
            },
        ],
    },
    "promises": {
        "now": {"number": 7, "of": 9, "is_hidden": False}, "before": {"number": 0, "of": 0, "is_hidden": True},
    },
    "words": {"text": "It grows.\n\nSlowly.", "name": "Mira Fen", "role": "Team manager"},
    "check": {"report": {"code": "AAAA-BBBB-CCCC-DDDD", "address": "https://x.example/fenshire/check/AAAA-BBBB-CCCC-DDDD"}},
}  # fmt: skip


def changed(**parts: Any) -> dict[str, Any]:
    return copy.deepcopy(SNAPSHOT) | parts


@pytest.fixture(scope="module")
def drawn() -> pdf.Drawn:
    return pdf.draw(KIND, SNAPSHOT, COPY)


def test_it_says_what_was_reached_what_it_means_and_who_approved_it(drawn):
    text = words(drawn)
    for part in (
        "East 1 team",
        "It grows.",
        "Mira Fen, Team manager",
        "Approved 19 March 2027 by Sena Fen, Head of service",
        "1. Schools see one team.",
        "By 21 July 2027. Whose views are asked: members of the team, schools.",
        "On the way. Most of them say so.",
        "1 February 2027: “You all know each other.”",
        "Not judged",
        "Nothing was brought that speaks for it.",
        "11 of 16 agree 9 of 15 agree",
        "4 times Not asked",
        "Members of the team 11 of 16 9 of 15",
        "7 of 9 kept",
        "Figures as they were on 18 March 2027",
        "AAAA-BBBB-CCCC-DDDD",
    ):
        assert part in text, part
    assert "edition" not in text


def test_too_few_is_a_value_of_its_own_and_never_nought(drawn):
    text = words(drawn)
    assert "Outside agencies Too few to show Too few to show" in text
    assert "Other groups together 0 of 6" in text  # nought of six is said, because six were asked
    assert "Fewer than 5 have answered." in text
    assert "Autumn term 2026/27 Too few to show" in text  # of actions kept


def test_what_nobody_was_asked_is_said_in_words():
    text = words(pdf.draw(KIND, changed(pulse={"unknown": "Not asked.", "asked_before": False, "questions": []}), COPY))
    assert "Not asked." in text
    assert "Fewer than 5 have answered." not in text
    assert "Nobody has written what they think this means." in words(pdf.draw(KIND, changed(words=None), COPY))


def test_a_statement_that_was_asked_in_other_words_says_so_under_its_picture():
    kept = changed()
    kept["pulse"]["questions"][0]["changed"] = {"ask": "We are a team.", "answers": []}
    kept["pulse"]["questions"].append(
        {"ask": "New this term.", "asked_before": False, "changed": None, "rows": [{"group": "members", "now": [6, 9], "before": None}]}
    )  # fmt: skip
    kept["indicators"][0]["changed"] = {"ask": "", "answers": ["Yes", "No"]}
    for text in (words(pdf.draw(KIND, kept, COPY)), web_papers.draw(KIND, kept, COPY).text):
        assert "In the autumn term 2026/27 the words were “We are a team.”" in text
        assert (
            "“Most feel part of one large team”: in the autumn term 2026/27 the answers to choose from were “Yes”, “No”."
            in text
        )
    assert "Members of the team 6 of 9 Not asked" in words(pdf.draw(KIND, kept, COPY))


def test_a_second_edition_says_so_and_why():
    text = words(pdf.draw(KIND, changed(edition=2, why="A figure was wrong."), COPY))
    assert "Second edition: A figure was wrong." in text
    assert "edition 2" in text


def test_it_is_tagged_with_headings_in_order_and_every_picture_in_words(drawn):
    with opened(drawn) as document:
        assert str(document.Root.Lang) == "en-GB"
        tree = tag_tree(document)
        levels = [int(tag.name[1]) for tag in tree.named("H1", "H2", "H3")]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
        assert all(str(tag.attribute("/Scope")) in ("/Row", "/Column") for tag in tree.named("TH"))
        pictures = [str(tag.element.Alt) for tag in tree.named("Figure")]
    assert "Members of the team: 11 of 16" in pictures
    assert all(pictures)


def test_the_same_snapshot_gives_the_same_bytes(drawn):
    assert pdf.draw(KIND, SNAPSHOT, COPY).content == drawn.content


def test_large_print_and_the_web_page_say_the_same():
    large, web = words(pdf.draw(KIND, SNAPSHOT, COPY, pdf.LARGE_PRINT)), web_papers.draw(KIND, SNAPSHOT, COPY).text
    for part in ("11 of 16", "9 of 15", "On the way", "7 of 9 kept", "Too few to show", "Mira Fen, Team manager"):
        assert part in large, part
        assert part in web, part
    assert "<script" not in web
    assert 'style="' not in web


def test_a_bar_is_as_long_as_its_share():
    bar = success_criteria.Bar("x", "11 of 16", 11, 16)
    assert bar.percent == 69
    assert success_criteria.Bar("x", success_criteria.TOO_FEW).percent == 0
