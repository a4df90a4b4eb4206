"""Posts in bulk: what a list of people says about jobs becomes posts, what they are paid as, and who holds them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from teams.models import Authority, Employment, Person, Post, PostTerms, Profession, Team
from teams.rules.people_file import PersonRow

LONGEST_NAME = 100


class Terms(NamedTuple):
    """What a post is paid as."""

    grade: str
    point: int
    hours_per_week: Decimal
    term_time_only: bool

    @classmethod
    def of(cls, terms: PostTerms) -> Terms:
        return cls(terms.grade, terms.point, terms.hours_per_week, terms.term_time_only)

    def __str__(self) -> str:
        weeks = "term time" if self.term_time_only else "whole year"
        return f"{self.grade} point {self.point}, {self.hours_per_week.normalize():f} hours a week, {weeks}"


class Places:
    """Teams and professions by the names that a file may use for them: today's, a past title, the code."""

    def __init__(self) -> None:
        self.whole_time_hours = Authority.here().whole_time_hours
        self._teams = {_folded(team.name): team for team in Team.objects.all()}
        self._professions: dict[str, Profession] = {}
        for profession in Profession.objects.prefetch_related("titles"):
            titles = [title.title for title in profession.titles.all()]
            for word in (profession.name, profession.code, *titles):
                self._professions[_folded(word)] = profession

    def team(self, row: PersonRow) -> Team | None:
        return self._teams.get(_folded(row.team))

    def profession(self, row: PersonRow) -> Profession | None:
        return self._professions.get(_folded(row.profession))

    def is_more_than_whole_time(self, row: PersonRow) -> bool:
        """More hours a week than anybody can be paid for here."""
        return row.hours is not None and row.hours > self.whole_time_hours

    def terms(self, row: PersonRow, before: PostTerms | None = None) -> Terms | None:
        """What the row says of a post's pay; None where it does not say enough for a post."""
        if self.team(row) is None or self.profession(row) is None:
            return None
        if row.hours is None or row.point is None or not row.grade or self.is_more_than_whole_time(row):
            return None
        term_time = row.term_time_only
        if term_time is None:
            term_time = before.term_time_only if before else True  # H05: new posts are for term time
        return Terms(row.grade, row.point, row.hours, term_time)


def add_posts(holders: Sequence[tuple[Person, PersonRow]], places: Places, *, today: date) -> list[Post]:
    """A post for each row that says enough, held from its start on: "Pupil support worker 3, East 1 team"."""
    wanted = [(person, row, terms) for person, row in holders if (terms := places.terms(row)) is not None]
    if not wanted:
        return []
    names = _Names()
    posts = Post.objects.bulk_create(
        Post(
            name=names.free(places.profession(row), places.team(row)),
            profession=places.profession(row),
            team=places.team(row),
            starts_on=row.starts_on or today,
        )
        for _, row, _ in wanted
    )
    PostTerms.objects.bulk_create(
        PostTerms(post=post, starts_on=post.starts_on, **terms._asdict())
        for post, (_, _, terms) in zip(posts, wanted, strict=True)
    )
    Employment.objects.bulk_create(
        Employment(post=post, person=person, starts_on=post.starts_on)
        for post, (person, _, _) in zip(posts, wanted, strict=True)
    )
    return posts


class _Names:
    """The next free number of each profession in each team."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], int] = defaultdict(int)
        for name in Post.objects.values_list("name", flat=True):
            numbered = re.fullmatch(r"(.+) (\d+), (.+)", name)
            if numbered is not None:
                key = (numbered[1], numbered[3])
                self._last[key] = max(self._last[key], int(numbered[2]))

    def free(self, profession: Profession | None, team: Team | None) -> str:
        key = (str(profession), str(team))
        self._last[key] += 1
        return f"{profession} {self._last[key]}, {team}"[:LONGEST_NAME]


def _folded(words: str) -> str:
    return " ".join(words.lower().replace("-", " ").split())
