"""The success criteria of a school year as one reader sees them, with what stands beside them each term (H89 to H91).

Page and paper read the same: nothing here is counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import F, Q, Value

from performance.actions.pulse_figures import Pulses
from performance.models import SuccessCriterion
from performance.rules.asked_words import changed, note
from performance.rules.criteria import INDICATORS, Indicator
from supervision.models import PeerSupervision, Visit
from teams.foundation.access import Principal
from teams.foundation.words import midnight
from teams.models import Part, Team, Term

TOO_FEW = "Too few to show"
NOT_ASKED = "Not asked"
BEING_ASKED = "Being asked"


@dataclass(frozen=True)
class Figure:
    """An indicator in one term. `number` out of `of` agree, or `number` times; without a number `says` tells why."""

    says: str
    number: int | None = None
    of: int | None = None

    @property
    def percent(self) -> int | None:
        """Whole per cent of those who answered; None where it is no share, or not shown."""
        return round(100 * self.number / self.of) if self.number is not None and self.of else None


@dataclass(frozen=True)
class Line:
    """One indicator through the terms of the year that have begun. `note` says where it was asked in other words."""

    indicator: Indicator
    terms: list[tuple[Term, Figure]]
    note: str = ""


class CriteriaYear:
    """One school year. `terms` are those that have begun, the first first."""

    def __init__(self, principal: Principal, school_year: int, *, today: date) -> None:
        self.principal, self.school_year, self.today = principal, school_year, today

    @cached_property
    def terms(self) -> list[Term]:
        rows = Term.objects.filter(school_year=self.school_year, starts_on__lte=self.today)
        return list(rows.order_by("starts_on"))

    @cached_property
    def criteria(self) -> list[SuccessCriterion]:
        """Those that this reader may read, the county's first, with their judgements."""
        rows = SuccessCriterion.objects.visible_to(self.principal).of_year(self.school_year)
        return list(rows.with_judgements())

    @cached_property
    def by_team(self) -> list[tuple[Team | None, list[SuccessCriterion]]]:
        found: dict[Any, list[SuccessCriterion]] = defaultdict(list)
        for each in self.criteria:
            found[each.team].append(each)
        return list(found.items())

    def indicators(self, team: Team | None) -> list[Line]:
        """The four of a team, or of the county where there is none."""
        return [
            Line(each, [(term, self._figure(each, term, team)) for term in self.terms], self._note(each))
            for each in INDICATORS
        ]

    def _note(self, indicator: Indicator) -> str:
        """Where earlier rounds were asked in other words than the latest that is over."""
        if indicator.counts:
            return ""
        rounds = [(term, self.pulses.words_of(term.season)) for term in self.terms]
        asked = [(term, words[indicator.question]) for term, words in rounds if indicator.question in words]
        notes = (note(changed(asked[-1][1], words), f"{term.season} term") for term, words in asked[:-1])
        return " ".join(filter(None, notes))

    @cached_property
    def pulses(self) -> Pulses:
        return Pulses(self.school_year)

    def _figure(self, indicator: Indicator, term: Term, team: Team | None) -> Figure:
        if indicator.counts:
            times = self._joint_work[term.season, team.pk if team is not None else None]
            return Figure("Once" if times == 1 else f"{times:,} times", times)
        heard = self.pulses.heard(term.season, team.pk if team is not None else None)
        if heard is None or indicator.question not in heard.asked:
            return Figure(NOT_ASKED)
        if heard.is_open:
            return Figure(BEING_ASKED)
        found = heard.of(indicator.group, indicator.question)
        if found is None:
            return Figure(TOO_FEW)
        number, of = found
        return Figure(f"{number:,} of {of:,} agree", number, of)

    @cached_property
    def _joint_work(self) -> dict[tuple[str, int | None], int]:
        """Joint visits and peer supervisions held, by term and team of the workers; of all under None. One query.

        What two teams did together counts for each of them, and once for the county.
        """
        found: dict[tuple[str, int | None], int] = defaultdict(int)
        held = Q(status=Visit.Status.HELD)
        if not self.terms:
            return found
        start, end = midnight(self.terms[0].starts_on), midnight(self.terms[-1].ends_on + timedelta(days=1))

        def in_these_terms(rows: Any, kind: str, post: str) -> Any:
            there = rows.filter(held, occasion__starts_at__gte=start, occasion__starts_at__lt=end).order_by()
            there = there.annotate(on=F("occasion__starts_at__date"), work=Value(kind))
            return there.values_list(
                "work", "pk", "on", f"{post}__post__team", f"{post}__starts_on", f"{post}__ends_on"
            )

        visits = in_these_terms(Visit.objects.filter(kind=Visit.Kind.JOINT), "visit", "worker__employments")
        came = PeerSupervision.objects.filter(people__part=Part.WORKER, people__came=True)
        peers = in_these_terms(came, "peer", "people__person__employments")
        counted: set[tuple[str, int | None, str, int]] = set()
        for work, key, on, team, since, until in visits.union(peers, all=True):
            season = self._season_of(on)
            counted.add((season, None, work, key))
            if since is not None and since <= on <= (until or on):
                counted.add((season, team, work, key))
        for season, whose, _, _ in counted:
            found[season, whose] += 1
        return found

    def _season_of(self, day: date) -> str:
        """ "" for a day between two terms."""
        return next((str(term.season) for term in self.terms if term.starts_on <= day <= term.ends_on), "")
