"""A made-up county's figures of earlier days, its two-monthly report, and this term's pack as a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from reports.actions import readings
from reports.actions.asking_about import ask, usual_day, who_can_be_asked
from reports.actions.county_packs import approve_pack, begin_pack
from reports.measures.figure import figure_of
from reports.measures.reader import Reader
from reports.measures.registry import BY_CODE
from reports.rules import days_of_line, days_to_compare
from reports.wording import Section, two_months_before, two_months_of
from schools.demo.agreements import Stage, as_member, as_system
from teams.foundation.access import Role
from teams.foundation.mail import Notice
from teams.models import Term

COUNTY_WORDS = {
    Section.SUPERVISION: "Where a school calls off, we ring, and offer the next week.",
    Section.MONEY: "Read the notice dates first: whoever must be told is told in time.",
    Section.NEED: "The next worker goes where need is highest and nobody is yet.",
}
ASKED = "What are the agreements that wait here waiting for, and who rings?"
TEAM_WORDS = "We look first at who was not seen for long, then at what we promised."


def play(stage: Stage) -> None:
    """The figures of both are those of the day on which the county is made."""
    at, by, person = stage.now, as_system(stage.now), stage.senior_manager
    today = timezone.localdate(at)
    ended, year = days_to_compare(today, sorted(Term.objects.values_list("ends_on", flat=True)))
    days = {day for day in (ended, year, *days_of_line(today)) if day is not None}
    readings.take(stage.authority, today=today, by=by, days=days)
    report = begin_pack(
        period=two_months_before(two_months_of(today)), words_by=today + timedelta(days=7), person=person, by=by, at=at
    )
    for words in report.words.select_related("team", "report"):
        author = stage.managers.get(words.team_id, person) if words.team_id else person
        text = TEAM_WORDS if words.team_id else COUNTY_WORDS.get(Section(words.section), "")
        if text:
            words.write(text, person=author, by=by, at=at)
    approve_pack(report, counted_at=report.counting, read_empty=True, person=person, by=by, at=at)
    term = Term.objects.filter(starts_on__lte=today).order_by("-starts_on").first()
    if term is not None:
        begin_pack(term=term, words_by=today + timedelta(days=10), person=person, by=by, at=at)
    _ask_a_manager(stage)
    # Nobody gets mail about what was made up.
    Notice.objects.filter(kind__startswith="pack_", state=Notice.State.WAITING).update(state=Notice.State.NOT_NEEDED)


def _ask_a_manager(stage: Stage) -> None:
    """One open question about the agreements of an area, to who manages a team there (journey S1)."""
    by = as_member(stage.senior_manager, Role.SENIOR_MANAGER, stage.now)
    reader = Reader(by, stage.authority, by.today)
    for place in reader.grain.places:
        asked = [] if place.is_team else who_can_be_asked(place, reader.grain, by)
        if asked:
            figure = figure_of(BY_CODE["waiting-for-signature"], replace(reader, place=place))
            typed = {"text": ASKED, "due_on": usual_day(by.today)}
            ask(figure, place=place, typed=typed, of=asked[0][0], by=by, at=stage.now)
            return
