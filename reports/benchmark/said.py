"""What people said, and what teams set out to reach: rounds with their tallies, feedback with a name, criteria."""

from __future__ import annotations

from datetime import date, timedelta

from casework.models import YoungPerson
from performance.models import Evidence, Feedback, Judgement, ReportWords, SuccessCriterion, Tally, TermReport, Wave
from performance.models.pulse import Group
from reports.benchmark.making import Making
from teams.models import Term
from teams.questionnaires.models import Questionnaire

COUNTY_CRITERIA, TEAM_CRITERIA, NAMED_EVERY = 4, 3, 12
LEVELS = ("on_the_way", "met", "not_yet")


def make_said(making: Making) -> None:
    terms = list(Term.objects.filter(starts_on__gte=making.began, ends_on__lt=making.today).order_by("starts_on"))
    open_terms = list(Term.objects.filter(starts_on__lte=making.today, ends_on__gte=making.today))
    latest = None
    for term in [*terms, *open_terms]:
        latest = _rounds(making, term)
    if latest is not None:
        _feedback(making, latest)
    _criteria(making, terms)
    _reports(making, terms)


def _rounds(making: Making, term: Term) -> Wave:
    is_over = term.ends_on < making.today
    newest = {each.code: each for each in Questionnaire.objects.order_by("edition")}
    waves = making.put(
        Wave(
            kind=kind,
            questionnaire=newest[kind],
            school_year=term.school_year,
            season=term.season,
            opens_on=term.starts_on,
            closes_on=term.ends_on,
            status=Wave.Status.CLOSED if is_over else Wave.Status.OPEN,
            closed_at=making.at(term.ends_on) if is_over else None,
        )
        for kind in Wave.Kind.values
    )
    for wave in waves if is_over else []:
        making.put(_tallies(making, wave))
    return waves[0]


def _tallies(making: Making, wave: Wave) -> list[Tally]:
    """One school of three has five answers; of a team's work each group has."""
    if wave.kind == Wave.Kind.PULSE:
        cells = [(team, None, group) for team in making.teams for group in Group.values]
    else:
        cells = [(placed.worker.post.team, placed.placement.school, "") for placed in making.placed[::3]]
        cells = list({(team.pk, school.pk if school else None): (team, school, group)
                      for team, school, group in cells}.values())  # fmt: skip
    found = []
    for team, school, group in cells:
        answers = making.lot.randrange(5, 15)
        counts = {}
        for question in wave.questionnaire.asked:
            if question.is_counted:
                first = making.lot.randrange(1, answers)
                counts[question.code] = {question.options[0]: first, question.options[1]: answers - first}
        found.append(Tally(wave=wave, team=team, school=school, group=group, answers=answers, counts=counts))
    return found


def _feedback(making: Making, wave: Wave) -> None:
    young = YoungPerson.objects.filter(status=YoungPerson.Status.OPEN).select_related("worker", "school").order_by("pk")
    making.put(
        Feedback(
            wave=wave,
            young_person=each,
            side=("young", "young", "parent")[place % 3],
            worker=each.worker,
            school=each.school,
            answers={"heard": "yes", "useful": "partly", "safe": "yes", "changed": "better"},
            words="She listens. I come in on Mondays now.",
            may_be_quoted=place % 2 == 0,
            said_on=making.today - timedelta(days=3 + place % 60),
        )
        for place, each in enumerate(list(young)[::NAMED_EVERY])
    )


def _criteria(making: Making, terms: list[Term]) -> None:
    for year in making.school_years:
        criteria = making.put(
            SuccessCriterion(
                team=team,
                school_year=year,
                position=position + 1,
                text=f"Criterion {position + 1}: mornings begin on time in each of our schools",
                deadline=date(year + 1, 7, 1),
                groups=["schools", "young"],
                set_at=making.at(date(year, 9, 5)),
            )
            for team, number in [(None, COUNTY_CRITERIA), *((team, TEAM_CRITERIA) for team in making.teams)]
            for position in range(number)
        )
        making.put(
            Judgement(
                criterion=criterion,
                school_year=year,
                season=term.season,
                level=LEVELS[(place + number) % 3],
                reason="The schools say so, and the figures of the term.",
                judged_by=making.senior_manager,
                judged_at=making.at(term.ends_on),
            )
            for number, term in enumerate(each for each in terms if each.school_year == year)
            for place, criterion in enumerate(criteria)
        )
        making.put(
            Evidence(
                criterion=criterion,
                kind="words",
                happened_on=date(year, 9, 20),
                says="Two schools opened at eight, and the first lesson began with everybody.",
                brought_by=making.managers[place % len(making.managers)],
                brought_at=making.at(date(year, 9, 21)),
            )
            for place, criterion in enumerate(criteria)
        )


def _reports(making: Making, terms: list[Term]) -> None:
    reports = making.put(
        TermReport(
            school_year=term.school_year,
            season=term.season,
            words_by=term.ends_on + timedelta(days=7),
            begun_by=making.senior_manager,
            begun_at=making.at(term.ends_on),
        )
        for term in terms
    )
    making.put(
        ReportWords(
            report=report,
            team=team,
            text="Mornings are better in most schools; two wait for a room.",
            written_by=making.senior_manager,
            written_at=report.begun_at,
            status=ReportWords.Status.WRITTEN,
        )
        for report in reports
        for team in (None, *making.teams)
    )
    for report in reports:
        report.status, report.approved_by = TermReport.Status.APPROVED, making.senior_manager
        report.sealed_at = report.begun_at + timedelta(days=9)
    TermReport.objects.bulk_update(reports, ["status", "approved_by", "sealed_at"])
