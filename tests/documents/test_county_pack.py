"""The paper of a county's pack: everything of its snapshot, nothing of another, tagged, and the same bytes each time."""

from __future__ import annotations

from typing import Any

import pytest

from reports import pdf
from reports.documents import county_pack
from tests.documents.reading import opened, tag_tree, words

KIND = "county_pack"
SAID = {"text": "We hold the course.\n<b>Next term</b> we look again.", "name": "Sena Fen", "role": "Head of service"}


def figure(code: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code, "title": code.replace("-", " ").capitalize(), "words": code, "counted": f"Counted {code}.",
        "out_of": "All of them.", "source": "Alongside", "period": "Today", "by": "area", "text": text, "since": "of 55",
        "unknown": "", "before": ["40 of 54", "38 of 50"],
        "parts": [
            {"label": "North East", "text": "14 of 15", "number": "14", "of": "15", "more": ""},
            {"label": "West 1", "text": "Fewer than 6", "number": "0", "of": "0", "more": ""},
        ],
    } | more  # fmt: skip


def snapshot(**more: Any) -> dict[str, Any]:
    return {
        "kind": KIND, "copy": "whole", "title": "Autumn pack 2026/27", "edition": 1, "why": "",
        "authority": {"name": "Fenshire", "service": "Pupil Support", "telephone": "01632 960000", "colour": "#1d5a94", "slug": "f"},
        "period": {"starts_on": "2026-09-01", "ends_on": "2026-12-18"}, "figures_on": "2026-12-08",
        "approved_by": {"name": "Sena Fen", "role": "Head of service"},
        "beside": ["Summer pack 2025/26", "Autumn pack 2025/26"],
        "sections": [
            {"code": "agreements", "title": "Agreements and schools", "figures": [figure("agreements-signed", "41")],
             "words": SAID, "see": None},
            {"code": "said", "title": "What people said", "figures": [], "words": None,
             "see": {"label": "Autumn term 2026/27, approved on 7 December 2026", "report": "x"}},
        ],
        "teams": [{"team": "East 1 team", "words": None}],
    } | more  # fmt: skip


def drawn(**more: Any) -> pdf.Drawn:
    return pdf.draw(KIND, snapshot(**more), "whole")


def test_everything_of_the_snapshot_stands_on_the_paper():
    said = words(drawn())
    for each in (
        "Autumn pack 2026/27", "Agreements signed", "41 of 55", "40 of 54", "38 of 50", "Summer pack 2025/26", "14 of 15",
        "Fewer than 6", "We hold the course.", "Sena Fen, Head of service", "Autumn term 2026/27, approved on 7 December",
        "Nobody of this team has written.", "Counted agreements-signed.", "8 December 2026", "Whole copy",
    ):  # fmt: skip
        assert each in said, each


def test_what_somebody_wrote_is_printed_and_never_obeyed():
    assert "<b>Next term</b> we look again." in words(drawn())


def test_a_correction_says_so_on_its_first_page():
    assert "Second edition: A figure was wrong." in words(drawn(edition=2, why="A figure was wrong."))


def test_where_no_earlier_pack_is_there_it_says_so_and_leaves_no_empty_column():
    kept = snapshot(beside=["", ""])
    said = words(pdf.draw(KIND, kept, "whole"))
    assert "No earlier pack was approved" in said
    assert "40 of 54" not in said


def test_a_part_that_is_hidden_is_drawn_as_no_bar():
    [_, hidden] = county_pack.context(snapshot(), "whole")["sections"][0]["figures"][0]["rows"]
    assert (hidden.says, hidden.whole) == ("Fewer than 6", 0)


@pytest.mark.parametrize(
    ("since", "line"),
    [("of 55", "41 of 55"), ("in 2026/27", "41 in 2026/27"), ("the oldest since 8 May", "41, the oldest since 8 May"),
     ("", "41")],
)  # fmt: skip
def test_a_figure_reads_as_one_line(since, line):
    assert county_pack.now_in_words({"text": "41", "since": since}) == line


def test_the_same_snapshot_gives_the_same_bytes_and_tagged_tables():
    first = drawn()
    assert first.content == drawn().content
    document = opened(first)  # kept: its tags lie in it
    tree = tag_tree(document)
    assert tree.named("H1")
    headers = tree.named("TH")
    assert headers
    assert all(each.attribute("/Scope") is not None for each in headers)
