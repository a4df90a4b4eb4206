"""Whom a what-if concerns (journey S3): whose agreements would say something else, and which heads to ring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from schools.actions.what_if import Tried, Trying
from schools.models import Agreement, NextYear, SchoolContact
from schools.rules import proposals as rules
from schools.rules.money import notice_date
from schools.rules.plans import DAY
from teams.foundation.errors import Refusal
from teams.foundation.words import day
from teams.models import Term
from teams.rules.calendar import school_year_label

# What a difference asks of an agreement, as the end of "From 1 April 2027: ...".
WHY = {
    "ends": "the post ends",
    "goes_on": "the post goes on longer",
    "leaves": "the worker leaves this school",
    "comes": "the worker comes to this school",
    "pays": "who pays what changes",
    "fund": "a fund that pays ends on another day",
    "costs": "the post costs more or less",
    "added": "a new post begins here",
    "shares": "a new post begins elsewhere, and this school pays a part",
}
NO_NEXT = frozenset({"ends", "leaves"})  # after which there is no next agreement


class Concerned:
    """What is different between two days once the changes hold. Three queries at any size.

    Beside each agreement stands the last day to give one school term's notice, beside each head what the school said
    last about the post.
    """

    def __init__(self, trying: Trying, tried: Tried, starts_on: date, ends_on: date) -> None:
        self.trying, self.tried, self.county = trying, tried, trying.county
        self.starts_on, self.ends_on = starts_on, ends_on
        self.schools: dict[int, dict[Any, str]] = defaultdict(dict)  # by key: the posts that it is about, by name
        self.terms = list(Term.objects.values_list("starts_on", "ends_on"))
        self.agreements: list[dict[str, Any]] = []
        self.no_agreement: list[dict[str, Any]] = []
        places = self._places()
        held: dict[tuple[int, int], list[Agreement]] = defaultdict(list)
        for each in self._rows({post for post, _ in places if isinstance(post, int)}):
            held[each.placement.post_id, each.placement.school_id].append(each)
        for (post, school), whys in places.items():
            self._tell(post, school, whys, held.get((post, school), []))
        self.heads = self._heads()

    def _places(self) -> dict[tuple[Any, int], dict[str, date]]:
        """By post and school what becomes different there, with the day."""
        before, after, first, last = self.county.plan, self.tried.plan, self.starts_on, self.ends_on
        found: dict[tuple[Any, int], dict[str, date]] = {}
        for post in after.posts:
            held = before.post(post.key)
            payers = [share.payer for share in (*(held.shares if held else ()), *post.shares)]
            stays = [*(held.stays if held else ()), *post.stays]
            schools = {stay.school for stay in stays if stay.ends_on is None or stay.ends_on >= first}
            schools |= {payer.key for payer in payers if payer.kind == "school"}  # type: ignore[attr-defined]
            if held is None:
                there = post.schools_on(post.starts_on)
                why = {school: "added" if school in there else "shares" for school in schools}
                found |= {(post.key, school): {why[school]: post.starts_on} for school in schools}
                continue
            was, would_be = (each.counted.costs.get(post.key, []) for each in (self.trying.there_is, self.tried))
            for school in schools:
                whys = rules.differences(
                    before, after, post.key, school=school, starts_on=first, ends_on=last,
                    costs=(was, would_be),
                )  # fmt: skip
                if whys:
                    found[post.key, school] = whys
        return found

    def _rows(self, posts: set[int]) -> list[Agreement]:
        rows = Agreement.objects.visible_to(self.trying.principal).exclude(status=Agreement.Status.ENDED)
        return list(
            rows.filter(placement__post__in=posts, ends_on__gte=self.trying.today)
            .select_related("placement__school")
            .order_by("starts_on", "pk")
        )

    def _tell(self, post: Any, school: int, whys: Mapping[str, date], held: list[Agreement]) -> None:
        name = self.tried.plan.post(post).name  # type: ignore[union-attr]  # it comes from this plan
        row = self.county.schools.get(school)
        self.schools[school][post] = name
        from_day = min(whys.values())
        line = {
            "school": row.name if row is not None else "",
            "post": name,
            "from": from_day,
            "why": [f"from {day(first)} {WHY[why]}" for why, first in sorted(whys.items(), key=lambda each: each[1])],
        }
        during = [each for each in held if any(each.starts_on <= first <= each.ends_on for first in whys.values())]
        for each in during:
            self.agreements.append(
                line
                | {
                    "id": each.public_id,
                    "year": school_year_label(each.school_year),
                    "do": "Vary" if each.in_force_id is not None else "Write it anew before it is signed",
                    "notice": self._notice(from_day) if each.in_force_id is not None else "",
                }
            )
        if not during and held and from_day > held[-1].ends_on:
            last = held[-1]
            self.agreements.append(
                line
                | {
                    "id": last.public_id,
                    "year": school_year_label(last.school_year),
                    "do": "Draw up no next one" if NO_NEXT & whys.keys() else "Draw up the next one so",
                    "notice": self._notice(from_day),
                }
            )
        elif not during:
            self.no_agreement.append(line)

    def _notice(self, from_day: date) -> str:
        """By when somebody must be told of what begins on a day; "" where the terms before it are not known."""
        try:
            last = notice_date(from_day - DAY, terms=self.terms)
        except Refusal:
            return ""
        if last < self.trying.today:
            return f"The last day for notice, {day(last)}, has passed"
        return f"Last day for notice: {day(last)}"

    def _about(self, school: int, post: Any, name: str) -> str:
        """The post, and what the school said last about it."""
        said = max(self.county.plan.answers.get((post, school), ()), default=None)
        if said is None:
            return name
        words = NextYear.Answer(said.answer).label
        return f"{name} (said for {school_year_label(said.school_year)}: {words[:1].lower()}{words[1:]})"

    def _heads(self) -> list[dict[str, Any]]:
        """A line for each school that it concerns, by name: whom to ring, as far as that is known."""
        rows = SchoolContact.objects.visible_to(self.trying.principal).heads().on(self.trying.today)
        known = {each.school_id: each.person for each in rows.filter(school__in=self.schools).select_related("person")}
        found = []
        for key, posts in self.schools.items():
            person, school = known.get(key), self.county.schools.get(key)
            if school is not None:
                found.append(
                    {
                        "school": school.name,
                        "id": school.public_id,
                        "name": person.name if person else "",
                        "telephone": person.telephone if person else "",
                        "about": sorted(self._about(key, post, name) for post, name in posts.items()),
                    }
                )
        return sorted(found, key=lambda each: (each["school"], str(each["id"])))
