"""What people said without a name, once their round is over: sums of tallies, and nothing that is no sum of tallies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery, prefetch_related_objects

from performance.models import Tally, Wave
from performance.models.pulse import Group
from performance.rules.asked_words import changed, note, words_asked
from performance.rules.criteria import AGREES, share
from schools.models import Placement, School
from teams.foundation.access import Principal, Role
from teams.foundation.kept import Kept
from teams.models import Team
from teams.questionnaires.models import Wording
from teams.questionnaires.rules import SCALE, Question, Tallied, added

ROUNDS_SHOWN = 12
OVER = Kept(lambda *, kind: Wave.objects.answered().filter(kind=kind).select_related("questionnaire")[:ROUNDS_SHOWN])
ENGLISH = Wording.objects.filter(questionnaire=OuterRef("questionnaire"), language="en").order_by("-edition")
LAST = Kept(
    lambda *, kind: (
        Wave.objects.answered()
        .filter(kind=kind)
        .select_related("questionnaire")
        .annotate(english=Subquery(ENGLISH.values("words")[:1]))[:1]
    )
)
AT_SCHOOL = Kept(lambda *, school, wave: Tally.objects.filter(school=school, wave=wave))
FILLED = {"worker": "the worker", "manager": "the manager", "school": "the school", "day": ""}


class Option(NamedTuple):
    """One answer to one question: how many gave it, of how many; and in the round before, where that is known."""

    code: str
    words: str
    number: int
    of: int
    before: tuple[int, int] | None


class Asked(NamedTuple):
    """One question. No options: fewer than five answered it."""

    code: str
    words: str
    options: list[Option]
    note: str = ""  # where the round before asked it in other words


@dataclass(frozen=True)
class Line:
    """One row of the table. None: too few to show, which is also where nobody answered."""

    words: str
    found: Tallied | None


@dataclass(frozen=True)
class Results:
    """Everything that a page of one round shows. `whole` is the sum of what its reader may see."""

    whole: Tallied | None
    before: Wave | None
    questions: list[Asked]
    lines: list[Line]


def rounds(kind: str, principal: Principal) -> list[Wave]:
    """The rounds of this kind that are over, the latest first."""
    over = OVER.visible_to(principal, kind=str(kind))
    prefetch_related_objects(over, "questionnaire__wordings")
    return over


def last_round(kind: str, principal: Principal) -> Wave | None:
    """The first of them, with the words of its English, which always stand (`in_language`). One query."""
    return next(iter(LAST.visible_to(principal, kind=str(kind))), None)


def at_school(school: School, last: Any, principal: Principal) -> tuple[Tallied | None, list[Asked]]:
    """What was said at one school in the last round: the sum, and question by question. One query."""
    whole = summed(AT_SCHOOL.visible_to(principal, school=school.pk, wave=last.pk))
    if whole is None:
        return None, []
    return whole, asked_of(last.questionnaire.asked, last.english["questions"], whole)


def results(wave: Wave, known: list[Wave], principal: Principal) -> Results:
    """Of a round in `known`; the one before it stands after it there. Three queries at any number of answers."""
    place = next(number for number, each in enumerate(known) if each.pk == wave.pk)
    before = known[place + 1] if place + 1 < len(known) else None
    waves = [each for each in (wave, before) if each is not None]
    tallies = Tally.objects.visible_to(principal).filter(wave__in=waves).for_page()
    by_wave: dict[int, list[Tally]] = defaultdict(list)
    for tally in tallies:
        by_wave[tally.wave_id].append(tally)
    mine = by_wave[wave.pk]
    whole = summed(mine)
    last = summed(by_wave[before.pk]) if before is not None else None
    if wave.kind == Wave.Kind.PULSE:
        lines = _by_group(mine) + (_by_team(mine) if principal.has(Role.SENIOR_MANAGER) else [])
    else:
        lines = _by_team(mine) if principal.has(Role.SENIOR_MANAGER) else _by_school(mine, wave, principal)
    asked = questions_of(wave, whole, last)
    return Results(whole, before if last is not None else None, _with_notes(asked, wave, before, last), lines)


class Best(NamedTuple):
    """What a table shows of a question: who gave its best answer, "yes". Of a statement, who agrees or mostly agrees,
    as success criteria and reports count it."""

    question: str
    options: frozenset[str]
    words: str

    def of(self, found: Tallied | None) -> tuple[int, int] | None:
        """How many, out of how many. None: too few to show."""
        counts = found.counts.get(self.question) if found is not None else None
        return share(counts, self.options) if counts else None


def best_answers(wave: Wave) -> list[Best]:
    """By their codes: what PostgreSQL keeps as JSON has an order of its own."""
    words = wave.questionnaire.in_language("en").words["questions"]
    return [
        Best(
            each.code,
            AGREES if each.kind == SCALE else frozenset(each.options[:1]),
            words[each.code]["options"][each.options[0]].lower(),
        )
        for each in wave.questionnaire.asked
        if each.is_counted
    ]


def summed(tallies: Iterable[Tally]) -> Tallied | None:
    """All of these together; None where there is none: too few to show."""
    values = [tally.value for tally in tallies]
    return added(values) if values else None


def questions_of(wave: Wave, whole: Tallied | None, last: Tallied | None = None) -> list[Asked]:
    """Each question of this round with how many gave which answer, in the words of English."""
    words = wave.questionnaire.in_language("en").words["questions"]
    return asked_of(wave.questionnaire.asked, words, whole, last)


def asked_of(
    asked: list[Question], words: Mapping[str, Any], whole: Tallied | None, last: Tallied | None = None
) -> list[Asked]:
    """The same of these questions; `words` are those of an edition, by the codes of questions."""
    found = []
    for question in asked:
        if not question.is_counted:
            continue
        counts = whole.counts.get(question.code, {}) if whole is not None else {}
        earlier = last.counts.get(question.code, {}) if last is not None else {}
        options = [
            Option(
                option,
                words[question.code]["options"][option],
                counts[option],
                sum(counts.values()),
                (earlier[option], sum(earlier.values())) if option in earlier else None,
            )
            for option in question.options
            if option in counts
        ]
        found.append(Asked(question.code, words[question.code]["ask"].format_map(FILLED), options))
    return found


def _with_notes(asked: list[Asked], wave: Wave, before: Wave | None, last: Tallied | None) -> list[Asked]:
    """Where "before" is shown beside a question that was asked in other words then, a note says so."""
    if before is None or last is None or before.questionnaire_id == wave.questionnaire_id:
        return asked
    now, earlier = (
        words_asked(each.questionnaire.asked, each.questionnaire.in_language("en").words, FILLED)
        for each in (wave, before)
    )
    return [
        each._replace(note=note(changed(now[each.code], earlier.get(each.code)), before.term_in_words))
        if each.code in last.counts
        else each
        for each in asked
    ]


def _by_group(tallies: list[Tally]) -> list[Line]:
    """From where people look at the team, whether there are enough answers or not; the small ones together."""
    of_group: dict[str, list[Tally]] = defaultdict(list)
    for tally in tallies:
        of_group[tally.group].append(tally)
    lines = [Line(group.label, summed(of_group[group])) for group in Group]
    rest = summed(of_group[""])
    return [*lines, Line("The other answers together", rest)] if rest is not None else lines


def _by_team(tallies: list[Tally]) -> list[Line]:
    """For the county: every team, whether it has enough answers or not, and what went together over teams."""
    of_team: dict[int | None, list[Tally]] = defaultdict(list)
    for tally in tallies:
        of_team[tally.team_id].append(tally)
    lines = [Line(team.name, summed(of_team[team.pk])) for team in Team.objects.order_by("name", "pk")]
    rest = summed(of_team[None])
    return [*lines, Line("The other teams together", rest)] if rest is not None else lines


def _by_school(tallies: list[Tally], wave: Wave, principal: Principal) -> list[Line]:
    """Every school in which the reader's people were, whether it has enough answers or not, and what went together."""
    there = Placement.objects.visible_to(principal)
    of_term = there.filter(Q(ends_on=None) | Q(ends_on__gte=wave.opens_on), starts_on__lte=wave.closes_on)
    schools = School.objects.filter(pk__in=of_term.values("school")).order_by("name", "pk")
    of_school: dict[int | None, list[Tally]] = defaultdict(list)
    for tally in tallies:
        of_school[tally.school_id].append(tally)
    lines = [Line(school.name, summed(of_school.pop(school.pk, []))) for school in schools]
    together = of_school.pop(None, [])
    lines += [Line(found[0].school.name, summed(found)) for found in of_school.values() if found[0].school is not None]
    for tally in together:
        lines.append(Line(f"The other schools of {tally.team.name} together" if tally.team else "Others", tally.value))
    return lines
