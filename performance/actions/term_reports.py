"""Beginning the report of a term, and its second editions (S5)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from performance.actions import words_mail
from performance.models import ReportWords, SuccessCriterion, TermReport
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Authority, Person, Team, Term


def begin_report(
    term: Term, *, words_by: date, why: str = "", person: Person, by: Principal, at: datetime
) -> TermReport:
    """The next edition of this term. Each team with criteria is asked for its manager's words, the county for its own;
    a second edition begins with the words of the one before. Managers get one mail.

    Raises Refusal, fields "term", "words_by" and "why".
    """
    criteria = SuccessCriterion.objects.of_year(term.school_year)
    if not criteria.exists():
        raise Refusal("No success criteria are set for this year. Set them first.", field="term", code="no_criteria")
    if words_by <= by.today:
        raise Refusal("Give the managers until a day after today.", field="words_by", code="past")
    with transaction.atomic():
        Authority.one_at_a_time()  # two presses begin one
        before = TermReport.objects.of_term(term.school_year, term.season).for_page().last()
        if before is not None and before.status == TermReport.Status.DRAFT:
            raise Refusal("The report of this term is begun already. Open it.", field="term", code="begun")
        if before is not None and not why.strip():
            raise Refusal("Say what the second edition puts right.", field="why", code="no_words")
        report = begin(
            TermReport(
                school_year=term.school_year,
                season=term.season,
                edition=before.edition + 1 if before else 1,
                why=why.strip() if before else "",
                words_by=words_by,
                begun_by=person,
                begun_at=at,
            ),
            "begin",
            by=by,
            at=at,
        )
        teams = Team.objects.filter(criteria__in=criteria).distinct().order_by("name", "pk")
        said = {each.team_id: each for each in before.words.all()} if before else {}
        for team in [*teams, None]:
            words = ReportWords.ask(report, team, by=by, at=at)
            earlier = said.get(team.pk if team else None)
            if earlier is not None and earlier.text and earlier.written_by is not None:
                words.write(earlier.text, person=earlier.written_by, by=by, at=at)
        words_mail.TERM_REPORT.ask(report, at=at)
    return report
