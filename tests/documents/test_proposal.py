"""The paper of a proposal: A4, tagged, everything of its snapshot, and whole also where a whole county changes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from reports import pdf
from tests.documents.reading import opened, tag_tree, words

KIND = "proposal"


def figures(**more: Any) -> dict[str, Any]:
    return {
        "county": "122130.00", "nobody": "40710.00", "schools": "113160.00", "with_worker": 7, "highest_without": 6,
        "cost": "276000.00",
    } | more  # fmt: skip


def year(label: str) -> dict[str, Any]:
    return {
        "label": label, "workers_on": "2028-07-01", "there_is": figures(),
        "then": figures(county="142485.00", nobody="20355.00", highest_without=5),
    }  # fmt: skip


def agreement(number: int) -> dict[str, Any]:
    return {
        "school": f"Elm {number:03d} Church of England Voluntary Controlled Primary School", "post": f"PSW {number}",
        "from": "2027-09-01", "why": ["from 1 September 2027 the post costs more or less"], "id": "x", "year": "2026/27",
        "do": "Draw up the next one so", "notice": "Last day for notice: 12 April 2027",
    }  # fmt: skip


def snapshot(schools: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "kind": KIND, "name": "One post ends, one more where need is", "school_year": "2027/28",
        "authority": {"name": "Fenshire", "service": "Pupil Support", "telephone": "01632 960000", "colour": "#1d5a94"},
        "figures_on": "2026-09-08", "proposed_by": "Sena Fen", "chosen": 1,
        "changes": ["PSW 102 ends on 31 August 2027", "Pay award of 3 % from 1 September 2027"],
        "years": [year("2026/27"), year("2027/28"), year("2028/29")],
        "not_counted": [["PSW 9", "There is no pay rate for grade L6 point 15. Add it first."]],
        "ends": [["PSW 102", "2027-09-01"]],
        "agreements": [agreement(number) for number in range(schools)],
        "no_agreement": [agreement(900)],
        "heads": [
            {"school": f"Elm {number:03d} Church of England Voluntary Controlled Primary School", "id": "x",
             "name": f"Hanna {number}", "telephone": "01632 960111" if number else "", "about": [f"PSW {number}"]}
            for number in range(schools)
        ],
        "laid_out": {"funds": ["County budget: no end is known"], "growth": ["Ash School: highest need, and no worker"],
                     "vacancies": ["PSW 106, Elm 006"]},
    } | more  # fmt: skip


def drawn(copy: str = "whole", **more: Any) -> pdf.Drawn:
    return pdf.draw(KIND, snapshot(**more), copy)


def test_everything_of_the_snapshot_stands_on_the_paper():
    said = words(drawn())
    for each in (
        "One post ends, one more where need is", "PSW 102 ends on 31 August 2027", "£142,485.00", "+£20,355.00",
        "The proposal: £20,355.00 that nobody pays yet.", "2028/29", "Hanna 1", "01632 960111", "No number is held",
        "Draw up the next one so", "Last day for notice: 12 April 2027", "PSW 106, Elm 006", "Ash School: highest need", "County budget: no end is known",
        "There is no pay rate", "Nothing is decided by this paper, and nothing was sent.", "Proposed by Sena Fen",
        "1 July 2028", "Whole copy",
    ):  # fmt: skip
        assert each in said, each
    assert said.index("PSW 106, Elm 006") < said.index("Ash School") < said.index("County budget: no end")


def test_finance_reads_no_need_and_is_told_so():
    unknown = [
        {**each, "there_is": figures(highest_without=None), "then": figures(highest_without=None)}
        for each in snapshot()["years"]
    ]
    said = words(drawn("finance", years=unknown, laid_out={"funds": ["County budget"]}))
    assert "Finance copy" in said
    assert "Highest need, no worker" not in said


def test_it_is_tagged_and_on_a4_also_where_a_whole_county_changes():
    """Forty agreements: no heading stands alone, and the tables go on over the page with their headings."""
    paper = drawn(schools=40)
    document = opened(paper)
    for page in document.pages:
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    root = tag_tree(document)
    assert len(root.named("Figure")) == 8, "two bars for each of the four"
    assert all(figure.element.Alt for figure in root.named("Figure"))
    assert len(root.named("H1")) == 1
    assert paper.pages <= 8
    if folder := os.environ.get("ALONGSIDE_PICTURES"):
        (Path(folder) / "proposal-of-forty.pdf").write_bytes(paper.content)


def test_the_same_snapshot_gives_the_same_bytes():
    assert drawn().content == drawn().content
