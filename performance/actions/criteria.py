"""Setting the two criteria that come with Alongside, and finding what happened that speaks for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from performance.models import Evidence, Feedback, SuccessCriterion
from performance.rules.criteria import INDICATORS, SHIPPED
from supervision.models import Visit
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.foundation.words import day, midnight
from teams.models import Authority, Person, Team
from teams.rules.calendar import school_year_dates

SHOWN = 10  # of each kind, the latest first
LONGEST = 300


@dataclass(frozen=True)
class Source:
    """Something that happened and may speak for a criterion. `says` is printed where nothing else is typed."""

    kind: str
    key: str  # public id, or the code of a figure
    words: str
    happened_on: date
    says: str

    @property
    def choice(self) -> str:
        return f"{self.kind}-{self.key}"


def set_shipped(team: Team | None, school_year: int, *, deadline: date, by: Principal, at: datetime) -> int:
    """The two of the first source (H89). Returns how many were set. Raises Refusal where this team has criteria."""
    with transaction.atomic():
        Authority.one_at_a_time()
        if SuccessCriterion.objects.of_year(school_year).filter(team=team).exists():
            raise Refusal("Criteria are set for this year already. Set another one beside them.", code="there")
        for each in SHIPPED:
            SuccessCriterion.set_for(
                team, school_year, each.text, deadline=deadline, groups=list(each.groups), by=by, at=at
            )
    return len(SHIPPED)


def set_own(
    team: Team | None, school_year: int, text: str, *, deadline: date, groups: list[str], by: Principal, at: datetime
) -> tuple[SuccessCriterion, bool]:
    """One in her own words, and whether it is new: the same words twice, from a second press say, are one criterion."""
    with transaction.atomic():
        Authority.one_at_a_time()
        here = SuccessCriterion.objects.of_year(school_year).filter(team=team, text__iexact=text.strip())
        there = here.first()
        if there is not None:
            return there, False
        made = SuccessCriterion.set_for(team, school_year, text, deadline=deadline, groups=groups, by=by, at=at)
        return made, True


def sources(criterion: SuccessCriterion, *, by: Principal) -> list[Source]:
    """What this reader may read of the year: joint visits, quotes with consent, the standing figures. Two queries.

    A quote is somebody's words without a name; only who may read the feedback itself can choose it.
    """
    starts_on, ends_on = school_year_dates(criterion.school_year)
    start, end = midnight(starts_on), midnight(ends_on + timedelta(days=1))
    visits = Visit.objects.visible_to(by).filter(
        kind=Visit.Kind.JOINT, status=Visit.Status.HELD, occasion__starts_at__gte=start, occasion__starts_at__lt=end
    )
    quotes = (
        Feedback.objects.visible_to(by)
        .filter(may_be_quoted=True, said_on__gte=starts_on, said_on__lte=ends_on)
        .exclude(words="")
    )
    if criterion.team_id is not None:
        visits = visits.filter(worker__employments__post__team=criterion.team_id)
        quotes = quotes.filter(worker__employments__post__team=criterion.team_id)
    found = [
        Source(
            Evidence.Kind.VISIT,
            str(each.public_id),
            f"Joint visit with {each.worker.name}, {day(_day_of(each))}",
            _day_of(each),
            "A joint visit.",
        )
        for each in visits.select_related("worker", "occasion").order_by("-occasion__starts_at").distinct()[:SHOWN]
    ]
    found += [
        Source(
            Evidence.Kind.QUOTE,
            str(each.public_id),
            f"{each.get_side_display()}, {day(each.said_on)}: “{each.words[:120]}”",
            each.said_on,
            f"“{each.words[: LONGEST - 2]}”",
        )
        for each in quotes.order_by("-said_on", "-pk").distinct()[:SHOWN]
    ]
    today = by.today if starts_on <= by.today <= ends_on else ends_on
    return found + [
        Source(Evidence.Kind.FIGURE, each.code, f"The figure: {each.text.lower()}", today, each.text)
        for each in INDICATORS
    ]


def bring(
    criterion: SuccessCriterion,
    source: Source | None,
    says: str,
    happened_on: date | None,
    *,
    by: Principal,
    at: datetime,
) -> Evidence:
    """What speaks for it. Without a source it is something that happened, in words: then both are needed.

    A quote is printed as it was said. Raises Refusal, fields "says", "happened_on" and "what".
    """
    if source is None:
        if not says.strip():
            raise Refusal("Write what happened, in a sentence or two.", field="says", code="no_words")
        if happened_on is None or happened_on > by.today:
            raise Refusal("Give the day on which it happened.", field="happened_on", code="no_day")
        source = Source(Evidence.Kind.WORDS, "", "", happened_on, says.strip())
    is_linked = source.kind in (Evidence.Kind.VISIT, Evidence.Kind.QUOTE)
    subject = UUID(source.key) if is_linked else None
    if subject is not None and criterion.evidence.filter(subject_id=subject, status=Evidence.Status.SHOWN).exists():
        raise Refusal("This speaks for it already. Choose something else.", field="what", code="there")
    typed = says.strip() if source.kind != Evidence.Kind.QUOTE else ""
    evidence = Evidence(
        criterion=criterion,
        kind=source.kind,
        subject_id=subject,
        figure=source.key if source.kind == Evidence.Kind.FIGURE else "",
        happened_on=source.happened_on,
        says=(typed or source.says)[:LONGEST],
        brought_by=Person.objects.get(pk=by.person_id or 0),
        brought_at=at,
    )
    return begin(evidence, "bring", by=by, at=at)


def _day_of(visit: Any) -> date:
    found: date = timezone.localdate(visit.occasion.starts_at)
    return found
