"""All measures of how supervision is going, and what schools thought of it, for one reader. Fifteen queries."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, Func, IntegerField, OuterRef, Subquery
from django.utils import timezone

from schools.actions.calendars import calendars_of
from schools.rules.calendar import SchoolCalendar
from supervision.actions.health.in_date import InDate
from supervision.actions.health.scope import Scope
from supervision.models import Session, SessionOpinion, SessionPart, SessionPerson, Visit
from supervision.permissions import counted_placements
from supervision.rules import health as rules
from supervision.rules.health import BY_CODE, Item, Measure, Row
from teams.foundation.access import Principal
from teams.models import Audience, Commitment, Part

QUESTIONS = {"worth": "Worth your time?", "expected": "The service you expected?"}
TEAM = ("post__team", "post__team__name", "post__team__area__name")
AREA = "school__area__name"  # of what is counted of a school; a team may work in the schools of several


class _Lines(Func):
    """How many things the words have at a path: counted in the database, so that no word leaves it for a number."""

    template = "jsonb_array_length(jsonb_path_query_array(%(expressions)s, '%(path)s'))"
    output_field = IntegerField()


def _midnight(day: date) -> datetime:
    """With which the day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


class Health:
    """One reader's measures on one day."""

    def __init__(self, principal: Principal, *, today: date | None = None, scope: Scope | None = None) -> None:
        """`scope` where the caller has one already; else one of `today`."""
        self.scope = scope or Scope(principal, today or principal.today)

    @cached_property
    def items(self) -> dict[str, list[Item]]:
        """What each measure counted, of this term and the one before. Empty lists where no term has begun."""
        found: dict[str, list[Item]] = {code: [] for code in BY_CODE}
        if self.scope.periods:
            found["in-date"] = InDate(self.scope).items
            found["kept"] = self.promises
            for record in self._records:
                self._count(record, found)
        return found

    def this_term(self, code: str) -> list[Item]:
        """What one measure counted of this term until the day of the scope, with no more queries than it needs."""
        if not self.scope.periods:
            return []
        if code == "in-date":
            return InDate(self.scope).today
        found: dict[str, list[Item]] = {each: [] for each in BY_CODE}
        if code == "kept":
            found["kept"] = self.promises
        else:
            for record in self._records:
                self._count(record, found, with_days=code == "days-to-final")
        return [item for item in found[code] if item.term == 0]

    def rows(self, measure: Measure) -> list[Row]:
        """All, areas and teams, of this term and the one before."""
        items = self.items[measure.code]
        return rules.rows(items, self.scope.teams, minimum=self.scope.minimum, areas=self.scope.area_keys)

    def listed(self, measure: Measure) -> tuple[list[Item], bool]:
        """What was counted this term, by schools, as far down as D.5 lets a senior manager go; and whether some of it
        is not listed, because its group is too small to be told or stands beside one that is.
        """
        items = [item for item in self.items[measure.code] if item.term == 0]
        scope = self.scope
        found = rules.listed(items, scope.teams, minimum=scope.minimum, areas=scope.area_keys)
        return found, len(found) < len(items)

    @cached_property
    def faces(self) -> dict[str, list[tuple[str, list[dict[str, int]]]]]:
        """{question: [("All together" or a team, [faces of this term, of the one before])]}: counts in fives alone."""
        found: dict[str, list[tuple[str, list[dict[str, int]]]]] = {}
        if not self.scope.periods:
            return found
        for name, question in QUESTIONS.items():
            terms = [
                [(answer["team"], answer[name]) for answer in self._opinions if answer["term"] == term]
                for term in range(2)
            ]
            lines = [("All together", [rules.faces(each) for each in terms])]
            teams = sorted(self.scope.teams.values(), key=lambda team: (team.name, str(team.key)))
            if len(teams) > 1:
                for team in teams:
                    hers = [[answer for answer in each if answer[0] == team.key] for each in terms]
                    lines.append((team.name, [rules.faces(each) for each in hers]))
            found[question] = lines
        return found

    def _count(self, record: dict[str, Any], found: dict[str, list[Item]], *, with_days: bool = True) -> None:
        """One record, for every measure that counts records."""
        held = timezone.localdate(record["started_at"])
        about: dict[str, Any] = {
            "term": record["term"],
            "team": record["team"],
            "school": record["visit__placement__school__name"],
            "area": record[f"visit__placement__{AREA}"] or "",
            "on": held,
            "page": ("session", record["public_id"]),
        }
        present, in_school = record["with_school"], record["in_school"]
        without = not (present and in_school)
        where = "Somewhere else" if not in_school else "In school"
        who = "with the school" if present else "without the school"
        found["without-school"].append(Item(number=int(without), says=f"{where}, {who}", **about))
        found["school-present"].append(Item(number=int(present), says=who.capitalize(), **about))
        agreed = not record["not_in_room"]
        found["in-the-room"].append(Item(number=int(agreed), says="In the room" if agreed else "Later", **about))
        if record["lines"]:
            says = f"{record['sorted']} of {record['lines']} sorted"
            found["sorted"].append(Item(number=record["sorted"], of=record["lines"], says=says, **about))
        if with_days and record["sealed_at"] is not None:
            calendar = self._calendars[record["visit__placement__school"]]
            days = calendar.days_after(held, timezone.localdate(record["sealed_at"]))
            says = "The same day" if not days else f"{days} school {'day' if days == 1 else 'days'}"
            found["days-to-final"].append(Item(days=days, says=says, **about))

    @cached_property
    def _records(self) -> list[dict[str, Any]]:
        """Records of both terms, with yes and no instead of words."""
        there = SessionPerson.objects.filter(session=OuterRef("pk"))
        shared = SessionPart.objects.filter(session=OuterRef("pk"), audience=Audience.SHARED)
        sort_out = {
            name: Subquery(shared.annotate(found=_Lines("words", path=path)).values("found")[:1])
            for name, path in (("lines", "$.sort_out[*]"), ("sorted", "$.sort_out[*] ? (@.sorted == true)"))
        }
        rows = (
            Session.objects.filter(
                counted_placements(self.scope.principal, "visit__placement__"),
                visit__kind=Visit.Kind.IN_SCHOOL,
                started_at__gte=self._since,
                started_at__lt=self._until,
            )
            .annotate(
                with_school=Exists(there.filter(part=Part.SCHOOL)),
                not_in_room=Exists(there.exclude(how="room", answer=SessionPerson.Answer.ACCURATE)),
                **sort_out,
            )
            .order_by("started_at", "pk")
            .values(
                *("pk", "public_id", "started_at", "in_school", "sealed_at", "with_school", "not_in_room"),
                *("lines", "sorted", "visit__placement__school", "visit__placement__school__name"),
                f"visit__placement__{AREA}",
                *(f"visit__placement__{name}" for name in TEAM),
            )
        )
        found = [row | {"term": self.scope.term_of(timezone.localdate(row["started_at"]))} for row in rows]
        return [row | {"team": self._team(row, "visit__placement__")} for row in found if row["term"] is not None]

    @cached_property
    def _calendars(self) -> dict[int, SchoolCalendar]:
        return calendars_of({row["visit__placement__school"] for row in self._records}, county=self.scope.county)

    @cached_property
    def _opinions(self) -> list[dict[str, Any]]:
        """Without the record that each is about, in the order in which they came."""
        terms = {row["pk"]: (row["term"], row["team"]) for row in self._records}
        rows = SessionOpinion.objects.filter(
            counted_placements(self.scope.principal, "session__visit__placement__"),
            session__started_at__gte=self._since,
        ).values("session", "worth", "expected")
        return [
            {"term": terms[row["session"]][0], "team": terms[row["session"]][1]} | row
            for row in rows.order_by("given_at", "pk")
            if row["session"] in terms
        ]

    @cached_property
    def promises(self) -> list[Item]:
        """Actions of supervisions in school that have ended or fallen due, each in one term. One query.

        As they stood on the day of the scope: what was settled later was open then, what was promised later not there.
        """
        if not self.scope.periods:
            return []
        today, prefix = self.scope.today, "occasion__visits__placement__"
        rows = (
            Commitment.objects.filter(
                counted_placements(self.scope.principal, prefix),
                occasion__visits__kind=Visit.Kind.IN_SCHOOL,
                due_on__gte=self.scope.periods[-1].starts_on,
                made_at__lt=self._until,
            )
            .exclude(status=Commitment.Status.NEW_DATE, settled_at__lt=self._until)
            .exclude(status=Commitment.Status.OPEN, due_on__gte=today)
            .order_by("due_on", "pk")
            .values(
                "pk",
                "public_id",
                "status",
                "due_on",
                "settled_at",
                f"{prefix}school__name",
                f"{prefix}{AREA}",
                *(f"{prefix}{name}" for name in TEAM),
            )  # fmt: skip
        )
        found = {}
        for row in rows:
            status, day = Commitment.Status.OPEN, row["due_on"]
            if row["settled_at"] and row["settled_at"] < self._until:
                status, day = Commitment.Status(row["status"]), min(day, timezone.localdate(row["settled_at"]))
            term = self.scope.term_of(day)
            if term is None or (status == Commitment.Status.OPEN and day >= today):
                continue
            found[row["pk"]] = Item(
                term,
                self._team(row, prefix),
                int(status == Commitment.Status.KEPT),
                school=row[f"{prefix}school__name"],
                area=row[f"{prefix}{AREA}"] or "",
                on=day,
                says="Late" if status == Commitment.Status.OPEN else str(status.label),
                page=("action", row["public_id"]),
            )
        return list(found.values())

    @property
    def _since(self) -> datetime:
        return _midnight(self.scope.periods[-1].starts_on)

    @property
    def _until(self) -> datetime:
        """When the day of the scope is over."""
        return _midnight(self.scope.today + timedelta(days=1))

    def _team(self, row: dict[str, Any], prefix: str) -> Hashable:
        return self.scope.team(*(row[f"{prefix}{name}"] for name in TEAM))
