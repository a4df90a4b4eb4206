"""Success criteria of a made-up county: the two for each team and for the county, judged, and one approved report."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from performance.actions.criteria import set_shipped
from performance.actions.term_reports import begin_report
from performance.models import Judgement, SuccessCriterion
from schools.demo.agreements import Stage, as_system
from teams.foundation.mail import Notice
from teams.models import Person, Team, Term
from teams.rules.calendar import school_year_of

DAYS_BEFORE_THE_END = 4
LEVELS = (
    (Judgement.Level.ON_THE_WAY, "Schools name the same people now when they are asked whom they would ring."),
    (Judgement.Level.NOT_YET, "Two joint visits showed what others can do. Most have not been on one."),
)
WORDS = "We know each other better than a year ago. Next term everybody goes along once to another profession’s work."
COUNTY_WORDS = (
    "The teams have begun to work as one. What is still missing is time together, and it is in the calendar now."
)


def play(stage: Stage) -> None:
    """Of the last term that is over; this year's criteria are set, and not judged yet."""
    today = timezone.localdate(stage.now)
    over = Term.objects.filter(ends_on__lt=today).order_by("-ends_on").first()
    if over is None:
        return
    at = timezone.make_aware(datetime.combine(over.ends_on - timedelta(days=DAYS_BEFORE_THE_END), time(9, 0)))
    people: dict[Team | None, Person] = {team: stage.managers[team.pk] for team in _teams(stage)}
    people[None] = stage.senior_manager
    for team, person in people.items():
        set_shipped(team, over.school_year, deadline=_deadline(over.school_year), by=as_system(at), at=at)
        if school_year_of(today) != over.school_year:
            year = school_year_of(today)
            set_shipped(team, year, deadline=_deadline(year), by=as_system(stage.now), at=stage.now)
        for criterion, (level, reason) in zip(_of(team, over), LEVELS, strict=False):
            criterion.judge(
                level, reason, school_year=over.school_year, season=over.season, person=person,
                by=as_system(at), at=at,
            )  # fmt: skip
    _report(stage, over, people, at)


def _report(stage: Stage, term: Term, people: dict[Team | None, Person], at: datetime) -> None:
    """Everybody wrote, and the senior manager approved it on the last day."""
    words_by = timezone.localdate(at) + timedelta(days=2)
    report = begin_report(term, words_by=words_by, person=stage.senior_manager, by=as_system(at), at=at)
    written = at + timedelta(days=1)
    for words in report.words.select_related("team"):
        text = WORDS if words.team is not None else COUNTY_WORDS
        words.write(text, person=people[words.team], by=as_system(written), at=written)
    approved = at + timedelta(days=DAYS_BEFORE_THE_END)
    report.approve(person=stage.senior_manager, by=as_system(approved), at=approved)
    # The mails went on that day: nobody is told today of a report of last term.
    Notice.objects.filter(subject_id=report.public_id).update(state=Notice.State.SENT, sent_at=approved)


def _teams(stage: Stage) -> list[Team]:
    return list(Team.objects.filter(pk__in=stage.managers).order_by("name"))


def _of(team: Team | None, term: Term) -> list[SuccessCriterion]:
    return list(SuccessCriterion.objects.of_year(term.school_year).filter(team=team))


def _deadline(school_year: int) -> date:
    return date(school_year + 1, 7, 21)
