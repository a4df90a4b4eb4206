"""Every due date explains itself. The sentences were written before the rules (issue 4, part 1).

The county's terms of 2026/27: half-term 26 to 30 October, Christmas from 19 December, half-term 15 to 19 February,
Easter from 26 March to 11 April, half-term 31 May to 4 June. The rhythm begins in September 2026 with set A, so A is
visited in September, November, January, March, May and July, and B in the months between.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from schools.rules.calendar import OwnDays, SchoolCalendar, of_county
from supervision.rules.rhythm import (
    Away,
    Cover,
    Kind,
    Manager,
    Outcome,
    Past,
    Place,
    Rhythm,
    Shape,
    Worker,
    exception,
    plan,
)
from teams.rules.terms import offered_terms

COUNTY = of_county([term for year in (2026, 2027) for term in offered_terms(year)])
FIRST = date(2026, 9, 1)
ALTERNATE = Rhythm(Shape.ALTERNATE, FIRST)
OAKFIELD = Place("oakfield", "Oakfield", frozenset(range(5)), COUNTY, FIRST)
BEECH = Place("beech", "Beech Lane", frozenset({3, 4}), COUNTY, FIRST)
MIRA = Manager("Mira Patel")
WANDA = Worker("wanda", "Wanda Green", "A", FIRST, (OAKFIELD,))
WILF = replace(WANDA, key="wilf", name="Wilf Reed", group="B")


def held(*days: date, place: str = "oakfield", kind: Kind = Kind.IN_SCHOOL) -> tuple[Past, ...]:
    return tuple(Past(kind, day, Outcome.HELD, place) for day in days)


def cancelled(day: date, place: str = "oakfield") -> Past:
    return Past(Kind.IN_SCHOOL, day, Outcome.SCHOOL_CANCELLED, place)


def at(place: Place, **changes) -> tuple[Place, ...]:
    return (replace(place, **changes),)


SEPTEMBER, OCTOBER = date(2026, 9, 16), date(2026, 10, 13)
INSET = OwnDays(date(2026, 11, 16), date(2026, 11, 16), is_open=False, words="INSET, nobody in")

# what, the worker, the month planned, the day it is planned on, the manager, the due day, the sentence
CASES = [
    (
        "a half-term between",
        replace(WANDA, past=held(SEPTEMBER)),
        date(2026, 11, 1), MIRA,
        date(2026, 11, 16),
        "In school this time because October was peer. Last in school 16 September; half-term is skipped.",
    ),
    (
        "two holidays between",
        replace(WANDA, past=held(SEPTEMBER, date(2026, 11, 3)), group="A"),
        date(2027, 3, 1), MIRA,
        date(2027, 3, 1),
        "In school this time because February was peer. The visit of January did not take place. "
        "Last in school 3 November; the Christmas holiday and half-term are skipped.",
    ),
    (
        "the summer holiday, and no August",
        replace(WILF, past=held(date(2027, 6, 18))),
        date(2027, 9, 1), MIRA,
        date(2027, 9, 16),
        # July was the eleventh month: A. So September is B's.
        "In school this time because July was peer. Last in school 18 June; the summer holiday is skipped.",
    ),
    (
        "the first month of all",
        WANDA, FIRST, MIRA,
        date(2026, 9, 16),
        "In school first: the rhythm begins with set A. Not in school yet.",
    ),
    (
        "a worker who is new in the school",
        replace(WILF, since=date(2026, 10, 5), places=at(OAKFIELD, starts_on=date(2026, 10, 5))),
        date(2026, 10, 1), MIRA,
        OCTOBER,
        "In school this time because September was peer. Not in school yet.",
    ),
    (
        "a bank holiday",
        replace(
            WILF,
            places=at(OAKFIELD, weekdays=frozenset({0})),
            past=(*held(date(2026, 10, 12), date(2026, 12, 7), date(2027, 2, 8)), cancelled(date(2027, 4, 26))),
        ),
        date(2027, 5, 1), MIRA,
        date(2027, 5, 10),
        "Offered again because Oakfield cancelled on 26 April; that does not count as late. "
        "Monday 3 May is a bank holiday (Early May bank holiday), so Monday 10 May. "
        "Last in school 8 February; half-term and the Easter holiday are skipped.",
    ),
    (
        "a day on which the school is closed",
        replace(WANDA, past=held(SEPTEMBER), places=at(OAKFIELD, calendar=SchoolCalendar(COUNTY.terms, (INSET,)), weekdays=frozenset({0, 1}))),
        date(2026, 11, 1), MIRA,
        date(2026, 11, 17),
        "In school this time because October was peer. "
        "Monday 16 November is a day on which the school is closed (INSET, nobody in), so Tuesday 17 November. "
        "Last in school 16 September; half-term is skipped.",
    ),
    (
        "sickness or leave: away, and never why",
        replace(WANDA, past=held(SEPTEMBER), away=(Away(date(2026, 11, 9), date(2026, 11, 18)),)),
        date(2026, 11, 1), MIRA,
        date(2026, 11, 19),
        "In school this time because October was peer. Wanda Green is away until 18 November, so Thursday 19 November. "
        "Last in school 16 September; half-term is skipped.",
    ),
    (
        "away from the middle of the month, nobody knows until when",
        replace(WANDA, past=held(SEPTEMBER), away=(Away(date(2026, 11, 16), date.max),)),
        date(2026, 11, 1), MIRA,
        date(2026, 11, 13),
        "In school this time because October was peer. Wanda Green is away from 16 November, so Friday 13 November. "
        "Last in school 16 September; half-term is skipped.",
    ),
    (
        "away for the whole of the turn",
        replace(WANDA, past=held(SEPTEMBER), away=(Away(date(2026, 10, 20), date(2026, 11, 30)),)),
        date(2026, 12, 1), MIRA,
        date(2026, 12, 1),
        "In school now, besides peer: Wanda Green was away when the visit of November was due. "
        "Last in school 16 September; half-term is skipped.",
    ),
    (
        "a missed turn",
        replace(WANDA, past=held(SEPTEMBER)),
        date(2026, 12, 1), MIRA,
        date(2026, 12, 1),
        "In school now, besides peer: the visit of November did not take place. "
        "Last in school 16 September; half-term is skipped.",
    ),
    (
        "cover: the deputy does it",
        replace(WANDA, past=held(SEPTEMBER)),
        date(2026, 11, 1),
        replace(MIRA, covers=(Cover(date(2026, 11, 9), date(2026, 11, 20), "nadia", "Nadia Cole"),)),
        date(2026, 11, 16),
        "In school this time because October was peer. Last in school 16 September; half-term is skipped. "
        "Nadia Cole does it: Mira Patel is away until 20 November.",
    ),
    (
        "the manager is away and nobody covers",
        replace(WANDA, past=held(SEPTEMBER)),
        date(2026, 11, 1),
        replace(MIRA, away=(Away(date(2026, 11, 12), date(2026, 11, 17)),)),
        date(2026, 11, 18),
        "In school this time because October was peer. Mira Patel is away until 17 November, so Wednesday 18 November. "
        "Last in school 16 September; half-term is skipped.",
    ),
    (
        "a worker in two schools",
        replace(WANDA, places=(replace(OAKFIELD, weekdays=frozenset({0, 1, 2})), BEECH), past=held(SEPTEMBER)),
        date(2026, 11, 1), MIRA,
        date(2026, 11, 13),
        "In school this time because October was peer. At Beech Lane because the last one was at Oakfield. "
        "Last in school 16 September; half-term is skipped.",
    ),
    (
        "a school that cancelled",
        replace(WANDA, past=(*held(SEPTEMBER), cancelled(date(2026, 11, 16)))),
        date(2026, 12, 1), MIRA,
        date(2026, 12, 1),
        "Offered again because Oakfield cancelled on 16 November; that does not count as late. "
        "Last in school 16 September; half-term is skipped.",
    ),
    (
        "nine school weeks are over before the middle of the month",
        replace(WANDA, past=held(date(2026, 9, 1))),
        date(2026, 11, 1), MIRA,
        date(2026, 11, 10),
        "In school this time because October was peer. Before nine school weeks are over. "
        "Last in school 1 September; half-term is skipped.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "worker", "month", "manager", "day", "sentence"), CASES, ids=[case[0] for case in CASES]
)
def test_the_due_date_explains_itself(what, worker, month, manager, day, sentence):
    due = [
        each for each in plan(month, ALTERNATE, [worker], COUNTY, manager, today=month) if each.kind == Kind.IN_SCHOOL
    ]
    assert [(each.on, each.sentence) for each in due] == [(day, sentence)]
    assert due[0].worker == worker.key
    assert due[0].by == ("nadia" if manager.covers else None)


def test_peer_supervision_says_whose_turn_it_was():
    peer = [
        each
        for each in plan(date(2026, 11, 1), ALTERNATE, [WANDA, WILF], COUNTY, MIRA, today=FIRST)
        if each.kind == Kind.PEER
    ]
    assert [(each.group, each.on, each.sentence) for each in peer] == [
        ("B", date(2026, 11, 16), "Peer supervision for set B because October was in school.")
    ]
    first = [
        each for each in plan(FIRST, ALTERNATE, [WANDA, WILF], COUNTY, MIRA, today=FIRST) if each.kind == Kind.PEER
    ]
    assert [(each.group, each.sentence) for each in first] == [
        ("B", "Peer supervision for set B: the rhythm begins with set A in school.")
    ]


def test_attendance_officers_have_one_to_ones_and_joint_visits():
    officer = Worker("eli", "Eli Frost", "", FIRST, ())
    every_second = Rhythm(Shape.EACH, FIRST, one_to_one_every=2, joint_every=2)

    def told(month, *past):
        return [
            (each.kind, each.sentence)
            for each in plan(month, every_second, [replace(officer, past=past)], COUNTY, MIRA, today=month)
        ]

    assert told(FIRST) == [(Kind.ONE_TO_ONE, "One-to-one every second month. None yet.")]
    one, joint = held(SEPTEMBER, place=None, kind=Kind.ONE_TO_ONE), held(OCTOBER, place=None, kind=Kind.JOINT)
    assert told(date(2026, 10, 1), *one) == [(Kind.JOINT, "Joint visit every second month. None yet.")]
    assert told(date(2026, 11, 1), *one, *joint) == [
        (Kind.ONE_TO_ONE, "One-to-one every second month. Last one-to-one 16 September; half-term is skipped.")
    ]
    assert told(date(2026, 12, 1), *one, *joint) == [
        (
            Kind.ONE_TO_ONE,
            "One-to-one now: that of November did not take place. Last one-to-one 16 September; half-term is skipped.",
        ),
        (Kind.JOINT, "Joint visit every second month. Last joint visit 13 October; half-term is skipped."),
    ]


def test_more_than_nine_school_weeks_are_said_and_a_schools_cancellation_starts_the_count_anew():
    worker = replace(WANDA, past=held(SEPTEMBER))
    # 16 September and 45 school days: 25 November.
    assert exception(worker, today=date(2026, 11, 25)) is None
    assert exception(worker, today=date(2026, 11, 26)) == (
        "More than nine school weeks without a supervision in school: the last was on 16 September."
    )
    assert (
        exception(replace(worker, past=(*worker.past, cancelled(date(2026, 11, 16)))), today=date(2026, 12, 18)) is None
    )
    assert exception(WANDA, today=date(2026, 11, 12)) == (
        "More than nine school weeks without a supervision in school: there was none since the start on 1 September."
    )
    assert exception(replace(WANDA, places=()), today=date(2026, 12, 18)) is None


def test_a_month_that_is_still_to_come_counts_on_the_one_before():
    """Planned in September: November's visit follows from September's due date, which has not come yet."""
    due = plan(date(2026, 11, 1), ALTERNATE, [WANDA], COUNTY, MIRA, today=FIRST)[0]
    assert (
        due.sentence
        == "In school this time because October was peer. Last in school 16 September; half-term is skipped."
    )


def test_august_has_nothing_and_neither_has_a_month_without_terms():
    assert plan(date(2027, 8, 1), ALTERNATE, [WANDA, WILF], COUNTY, MIRA, today=FIRST) == []
    assert plan(date(2029, 3, 1), ALTERNATE, [WANDA, WILF], COUNTY, MIRA, today=FIRST) == []
