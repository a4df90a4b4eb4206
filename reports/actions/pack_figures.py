"""Counting for a county's pack: the figures of the registry on one day, with what stood in earlier packs beside them.

Whole county, counted and hidden as a senior manager's own pages count and hide. Counted at a press and kept with the
draft, so that who approves approves what she has read (decision 0005: what is pressed names what was read).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from performance.models import TermReport
from reports.documents.county_pack import now_in_words
from reports.measures.figure import Part, figure_of
from reports.measures.measure import Measure, Reader
from reports.measures.registry import MEASURES
from reports.models import CountyPack, PackCopy
from reports.wording import section_of, two_months_of
from teams.foundation.access import Principal, Role
from teams.foundation.words import day
from teams.rules.calendar import school_year_label

WHOLE, MANAGERS = PackCopy.Copy.WHOLE.value, PackCopy.Copy.MANAGERS.value
# Each copy has the figures that its readers open by themselves (`Measure.audience`), and no others.
ROLE_OF = {
    WHOLE: Role.SENIOR_MANAGER,
    MANAGERS: Role.TEAM_MANAGER,
    PackCopy.Copy.FINANCE.value: Role.FINANCE_READER,
}
NOT_PRINTED = "Not in that pack"


def counted(pack: CountyPack, authority: Any, today: date) -> dict[str, Any]:
    """Plain values: `on`, the titles of the packs `beside`, the `figures` in the registry's order with their section
    and their `copies`, and which report on criteria to `see`.
    """
    principal = Principal(kind="membership", roles=frozenset({Role.SENIOR_MANAGER}), today=today)
    reader = Reader(principal, authority, today)
    earlier = earlier_packs(pack)
    before = {copy: [_printed(each) for each in _beside(earlier, copy)] for copy in (WHOLE, MANAGERS)}
    return {
        "on": today.isoformat(),
        "beside": [each.pack.title if each else "" for each in earlier],
        "figures": [
            _told(measure, reader, before[WHOLE])
            | {
                "section": section_of(measure.code).value,
                "copies": [copy for copy, role in ROLE_OF.items() if role in measure.audience],
            }
            | _as_managers_have_it(measure, reader, before[MANAGERS])
            for measure in MEASURES
            if Role.SENIOR_MANAGER in measure.audience
        ],
        "see": _criteria(pack),
    }


def _told(measure: Measure, reader: Reader, before: list[dict[str, str]]) -> dict[str, Any]:
    return _figure(measure, reader) | {"before": [found.get(measure.code, NOT_PRINTED) for found in before]}


def _as_managers_have_it(measure: Measure, reader: Reader, before: list[dict[str, str]]) -> dict[str, Any]:
    """Each knows the counts of her own team: what she could take them from is hidden in their copy."""
    if measure.small is None or Role.TEAM_MANAGER not in measure.audience:
        return {}
    return {MANAGERS: _told(measure, replace(reader, for_managers=True), before)}


def _beside(earlier: list[PackCopy | None], copy: str) -> list[PackCopy | None]:
    """The same packs in another copy."""
    if copy == WHOLE:
        return earlier
    packs = [each.pack_id for each in earlier if each is not None]
    found = {each.pack_id: each for each in PackCopy.objects.filter(copy=copy, pack__in=packs)}
    return [found.get(each.pack_id) if each is not None else None for each in earlier]


def _figure(measure: Measure, reader: Reader) -> dict[str, Any]:
    """One figure in full, as plain values: numbers as text, so that a penny stays a penny."""
    figure = figure_of(measure, reader)
    return {
        "code": figure.code,
        "title": figure.title,
        "words": figure.words,
        "counted": figure.counted,
        "out_of": figure.out_of,
        "source": figure.source,
        "period": figure.period,
        "by": figure.by,
        "text": figure.text,
        "since": figure.since,
        "unknown": figure.why_unknown,
        "parts": [part(each, has_whole=bool(figure.out_of)) for each in figure.parts],
        "kept": figure.as_kept(),  # found again by its number, once it is approved
    }


def part(each: Part, *, has_whole: bool = True) -> dict[str, Any]:
    """One part. Where it is too small to tell, the words that stand instead, and no bar: never 0."""
    of = each.of if has_whole else 0  # what is out of nothing is drawn as no bar
    return {
        "label": each.label,
        "text": each.text,
        "number": str(each.number or 0),
        "of": str(of or 0),
        "more": each.note,
    }


def _printed(copy: PackCopy | None) -> dict[str, str]:
    """By the figure's code, what stood in an earlier pack."""
    if copy is None:
        return {}
    return {each["code"]: now_in_words(each) for section in copy.snapshot["sections"] for each in section["figures"]}


def earlier_packs(pack: CountyPack) -> list[PackCopy | None]:
    """The whole copies of the pack before this one, and of the one a year ago: each period's newest edition."""
    copies = PackCopy.objects.filter(copy=WHOLE, pack__kind=pack.kind, pack__starts_on__lt=pack.starts_on)
    copies = copies.exclude(pack__in=CountyPack.objects.same_as(**pack.about).order_by())
    rows = list(copies.select_related("pack").order_by("-pack__starts_on", "-pack__edition")[:24])
    if pack.season:
        same = (pack.school_year - 1, pack.season)
        year_ago = [each for each in rows if (each.pack.school_year, each.pack.season) == same]
    else:
        then = two_months_of(pack.starts_on.replace(year=pack.starts_on.year - 1)).starts_on
        year_ago = [each for each in rows if each.pack.starts_on == then]
    return [next(iter(rows), None), next(iter(year_ago), None)]


def _criteria(pack: CountyPack) -> dict[str, str] | None:
    """The report on success criteria that was approved last, of this term; for two months, whichever was the last."""
    rows = TermReport.objects.filter(status=TermReport.Status.APPROVED).order_by("-sealed_at", "-pk")
    if pack.season:
        rows = rows.filter(school_year=pack.school_year, season=pack.season)
    report = rows.first()
    if report is None or report.sealed_at is None:
        return None
    label = f"{report.season.capitalize()} term {school_year_label(report.school_year)}"
    return {"label": f"{label}, approved on {day(report.sealed_at)}", "report": str(report.public_id)}
