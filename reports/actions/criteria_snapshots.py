"""What a term's report on its success criteria says, for one team or the county: the same for page and paper (S5).

Figures are those of the pages about criteria and supervision; none is counted here. `Contents` reads for all teams at
once, so that a report of forty teams costs what one of two does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from performance.actions.criteria_year import CriteriaYear
from performance.actions.pulse_figures import TOGETHER, Heard
from performance.models import Evidence, Feedback, ReportWords, SuccessCriterion, TermReport
from performance.rules.asked_words import changed
from performance.rules.criteria import GROUPS
from reports.actions.kinds import SUCCESS_CRITERIA
from supervision.actions.health import Health
from supervision.rules import health as rules
from supervision.rules.health import Cell, Period
from teams.foundation import sealing
from teams.foundation.access import system
from teams.models import Person, Team, Term

BEING_ASKED = "The groups are still being asked. What they say is shown when the round is over."
NOT_ASKED = "The groups were not asked this term."


class Contents:
    """One edition's report on one day. `terms` are all that the county has, in order."""

    def __init__(self, report: TermReport, *, authority: Any, today: date) -> None:
        self.report, self.authority = report, authority
        years = (report.school_year - 1, report.school_year, report.school_year + 1)
        terms = list(Term.objects.filter(school_year__in=years).order_by("starts_on"))
        place = next(
            number
            for number, term in enumerate(terms)
            if (term.school_year, term.season) == (report.school_year, report.season)
        )
        self.term, self.last_term = terms[place], terms[place - 1] if place else None
        self.so_far = [term for term in terms[: place + 1] if term.school_year == report.school_year]
        ends_on = terms[place + 1].starts_on - rules.DAY if place + 1 < len(terms) else date.max
        self.period = Period(str(self.term), self.term.starts_on, ends_on, self.term.ends_on)
        # A report may be approved, or corrected, when the next term runs already.
        self.figures_on = min(today, ends_on)
        self.reader = system("term_report", today=self.figures_on)
        self.year = self._year(self.term)
        self.year_before = self._year(self.last_term) if self.last_term is not None else None

    def of(self, words: ReportWords) -> dict[str, Any]:
        """Plain JSON, complete but for the check code: nothing on page or paper comes from anywhere else."""
        team, report = words.team, self.report
        return {
            "kind": SUCCESS_CRITERIA,
            "authority": self.authority.letterhead | {"slug": self.authority.slug},
            "term": {"label": str(self.term), "season": self.term.season, "school_year": self.term.school_year},
            "last_term": str(self.last_term) if self.last_term is not None else "",
            "edition": report.edition,
            "why": report.why,
            "team": team.name if team is not None else "",
            "figures_on": self.figures_on.isoformat(),
            "criteria": [self._criterion(each) for each in self._criteria[words.team_id]],
            "indicators": self._indicators(team),
            "pulse": self._pulse(words.team_id),
            "promises": self._promises(words.team_id),
            "words": _words(words),
        }

    def sealed(self, words: ReportWords, *, issued_on: date, approved_by: Person, check: Any) -> dict[str, Any]:
        """The same with who approved it, and the code of its paper."""
        by = {"name": approved_by.name, "role": approved_by.job}
        kept = sealing.plain(self.of(words) | {"issued_on": issued_on, "approved_by": by, "check": {"report": check}})
        return dict(kept)

    def shown(self, words: ReportWords) -> dict[str, Any]:
        """As it will be printed, for a page before it is approved."""
        return self.of(words) | {"issued_on": self.figures_on.isoformat(), "approved_by": None, "check": {}}

    def _year(self, term: Term) -> CriteriaYear:
        year = CriteriaYear(self.reader, term.school_year, today=self.figures_on)
        year.terms = [term]  # of the year this term alone: nothing more is counted than is shown
        return year

    @cached_property
    def _criteria(self) -> dict[int | None, list[SuccessCriterion]]:
        found: dict[int | None, list[SuccessCriterion]] = defaultdict(list)
        for each in self.year.criteria:
            found[each.team_id].append(each)
        return found

    def _criterion(self, criterion: SuccessCriterion) -> dict[str, Any]:
        judged = [(term, criterion.judged_in(term.school_year, term.season)) for term in self.so_far]
        now = judged[-1][1]
        return {
            "text": criterion.text,
            "deadline": criterion.deadline.isoformat(),
            "groups": [group for group in GROUPS if group in criterion.groups],
            "judgement": {"level": now.level, "reason": now.reason} if now is not None else None,
            "trend": [{"term": str(term), "level": each.level if each is not None else ""} for term, each in judged],
            "evidence": [
                {"kind": each.kind, "says": each.says, "on": each.happened_on.isoformat()}
                for each in self._evidence[criterion.pk]
            ],
        }

    @cached_property
    def _evidence(self) -> dict[int, list[Evidence]]:
        """What happened in this term. A quote whose consent was taken back since is not printed."""
        rows = Evidence.objects.shown().filter(
            criterion__in=[each.pk for each in self.year.criteria],
            happened_on__gte=self.period.starts_on,
            happened_on__lte=self.period.ends_on,
        )
        shown = list(rows)
        quoted = [each.subject_id for each in shown if each.kind == Evidence.Kind.QUOTE]
        may_be = set(
            Feedback.objects.filter(public_id__in=quoted, may_be_quoted=True).values_list("public_id", flat=True)
            if quoted
            else ()
        )
        found: dict[int, list[Evidence]] = defaultdict(list)
        for each in shown:
            if each.kind != Evidence.Kind.QUOTE or each.subject_id in may_be:
                found[each.criterion_id].append(each)
        return found

    def _indicators(self, team: Team | None) -> list[dict[str, Any]]:
        lines = self.year.indicators(team)
        earlier = self.year_before.indicators(team) if self.year_before is not None else [None] * len(lines)
        return [
            {
                "text": now.indicator.text,
                "now": _figure(now.terms[0][1]),
                "before": _figure(before.terms[0][1]) if before is not None else None,
                "changed": self._changed(now.indicator.question),
            }
            for now, before in zip(lines, earlier, strict=True)
        ]

    def _pulse(self, team: int | None) -> dict[str, Any]:
        """What each group said to each statement of the round, in the words in which it was asked then."""
        heard = self.year.pulses.heard(self.term.season, team)
        if heard is None or heard.is_open:
            return {"unknown": BEING_ASKED if heard is not None else NOT_ASKED, "questions": [], "asked_before": False}
        earlier = self._heard_before(team)
        questions = [
            {
                "ask": words.ask,
                "rows": _rows(code, heard, earlier),
                "asked_before": earlier is not None and code in earlier.asked,
                "changed": self._changed(code),
            }
            for code, words in heard.asked.items()
        ]
        return {"unknown": "", "questions": questions, "asked_before": earlier is not None}

    def _heard_before(self, team: int | None) -> Heard | None:
        """The round of the term before, once it is over."""
        if self.year_before is None or self.last_term is None:
            return None
        earlier = self.year_before.pulses.heard(self.last_term.season, team)
        return None if earlier is not None and earlier.is_open else earlier

    def _changed(self, question: str) -> dict[str, Any] | None:
        """The words of the term before, where they were others: a trend over both says so."""
        now = self.year.pulses.words_of(self.term.season)
        if self.year_before is None or self.last_term is None:
            return None
        earlier = self.year_before.pulses.words_of(self.last_term.season)
        before = changed(now.get(question), earlier.get(question))
        return {"ask": before.ask, "answers": list(before.answers)} if before is not None else None

    @cached_property
    def _kept(self) -> Health:
        return Health(self.reader, today=self.figures_on)

    @cached_property
    def _promised(self) -> Mapping[Hashable, tuple[Cell, Cell]]:
        """By team, and of all under None: this term and the one before. Small teams are hidden, as on the screen."""
        scope = self._kept.scope
        found = rules.rows(self._kept.promises, scope.teams, minimum=rules.MINIMUM, areas=scope.area_keys)
        whole = (_shown(found[0].this), _shown(found[0].last))
        teams = [row for row in found if row.level == "team"]
        cells: dict[Hashable, tuple[Cell, Cell]] = {row.key: (row.this, row.last) for row in teams}
        if not teams:  # of one team alone there is one row, which is the county's too
            cells = dict.fromkeys(self._kept.scope.teams, whole)
        return cells | {None: whole}

    def _promises(self, team: int | None) -> dict[str, Any]:
        now, before = self._promised.get(team, (Cell(), Cell()))
        return {"now": _cell(now), "before": _cell(before)}


def _rows(question: str, now: Heard, before: Heard | None) -> list[dict[str, Any]]:
    """A line for each group, and one for those that are together because each is too small."""
    groups = [*GROUPS, *([TOGETHER] if TOGETHER in now.groups else [])]
    return [
        {
            "group": group,
            "now": now.of(group, question),
            "before": before.of(group, question) if before is not None else None,
        }
        for group in groups
    ]


def _shown(cell: Cell) -> Cell:
    return Cell(is_hidden=True) if 0 < cell.of < rules.MINIMUM else cell


def _cell(cell: Cell) -> dict[str, Any]:
    return {"number": cell.number, "of": cell.of, "is_hidden": cell.is_hidden}


def _figure(figure: Any) -> dict[str, Any]:
    return {"says": figure.says, "number": figure.number, "of": figure.of}


def _words(words: ReportWords) -> dict[str, str] | None:
    if not words.text or words.written_by is None:
        return None
    return {"text": words.text, "name": words.written_by.name, "role": words.written_by.job}
