"""An approved report and a draft of its second edition: a word in each box, read by whom the policy says."""

from __future__ import annotations

from datetime import date

from performance.actions.term_reports import begin_report
from performance.models import ReportWords, TermReport
from reports.models import Document, DocumentItem
from reports.tasks import draw_item
from teams.foundation.drafts import Draft
from teams.models import Term
from tests.factories.authorities import NOW, County
from tests.factories.canary_criteria import EVERY_TEAM, READERS

MANAGERS = {"team": "manager", "elsewhere": "other_manager", "county": "senior"}


def term_reports(county: County) -> None:
    """After `criteria`. The first edition is printed; of the second the managers are asked again."""
    term = Term.objects.get(school_year=2026, season="autumn")
    me, senior = county.people["senior"], county.as_("senior")
    first = begin_report(term, words_by=date(2026, 9, 15), person=me, by=senior, at=NOW)
    _write(county, first, "approved words", READERS)
    first.approve(person=me, by=senior, at=NOW)
    why = county.canaries.plant("why a second edition", EVERY_TEAM | {"manager", "other_manager"})
    second = begin_report(term, words_by=date(2026, 9, 15), why=f"Because {why}", person=me, by=senior, at=NOW)
    # What is typed again is read by its manager, and by who reads every team's; nobody else before it is approved.
    _write(county, second, "words again", {name: EVERY_TEAM | {who} for name, who in MANAGERS.items()})
    words = {_whose(county, each): each for each in second.words.select_related("team")}
    typed = f"Typed {county.canaries.plant('typed report words', {'manager'})}"
    Draft.objects.create(
        person=county.people["manager"], form="report_words", about=str(words["team"].public_id),
        words=[["text", typed]], saved_at=NOW,
    )  # fmt: skip
    county.rows |= {"approved report": first, "draft report": second, "asked words": words["team"]}
    county.rows |= {"elsewhere words": words["elsewhere"], "county words": words["county"]}
    _print(county)


def _whose(county: County, words: ReportWords) -> str:
    return next((name for name in ("team", "elsewhere") if words.team == county.rows[name]), "county")


def _write(county: County, report: TermReport, what: str, readers: dict[str, frozenset[str]]) -> None:
    for words in report.words.select_related("team", "report"):
        whose = _whose(county, words)
        who = MANAGERS[whose]
        planted = county.canaries.plant(f"{whose} {what}", readers[whose])
        words.write(f"We think {planted}", person=county.people[who], by=county.as_(who), at=NOW)


def _print(county: County) -> None:
    """As a worker draws them."""
    for item in DocumentItem.objects.filter(run__kind="success_criteria").values_list("pk", flat=True):
        draw_item.run(county.authority.pk, item)
    for paper in Document.objects.filter(kind="success_criteria"):
        whose = next((name for name in ("team", "elsewhere") if paper.team == county.rows[name]), "county")
        county.rows[f"{whose} report paper"] = paper
