"""Schools scored in one statement: what is ranked together, what is missing and why, and who works where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db import connection

from schools.actions import need as actions
from schools.models import Figures, NeedWeights, Placement, School
from schools.rules import need as rules
from schools.rules.need import EXAMPLE, Weights
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed
from teams.models import Employment, Post
from tests.factories.authorities import NOW, TODAY

pytestmark = pytest.mark.django_db

TEN, FIFTEEN = (f"Pupils missing {number} % or more of their possible sessions" for number in (10, 15))
NAMES = {
    "absence": "persistent_absence_percent",
    "free_meals": "free_meals_ever_6_percent",
    "sen_support": "sen_support_percent",
    "plans": "ehc_plans_percent",
}


def school(number, **said):
    said = {"name": f"Willow {number:03d}", "phase": "Primary", "type_group": "Academies"} | said
    return School.objects.create(urn=str(900700 + number), **said)


def figures(of, *, year=2025, source="joined", roll=200, marks=None, definition=TEN, **parts):
    """`absence=12.5` and so on, in per cent."""
    return Figures.objects.create(
        school=of,
        source=source,
        year=year,
        number_on_roll=roll,
        marks=marks or {},
        definitions={NAMES["absence"]: definition},
        **{NAMES[part]: value for part, value in parts.items()},
    )


def asked(principal=None, **more):
    return actions.need_of(principal, today=TODAY, **more)


def test_a_school_is_placed_among_the_others_part_by_part(fenshire):
    with fenshire.inside():
        for number, (absence, meals) in enumerate([(10, 10), (20, 30), (20, 20), (30, 40)]):
            figures(school(number), absence=absence, free_meals=meals, sen_support=15, plans=4)
        found = asked()
        first = found.schools[0]
        # The highest of four stands at 7/8: of 40, and of 30; where all have the same, each has half.
        assert found.in_words(first) == (
            "Persistent absence 35.0 of 40, free meals 26.3 of 30, SEN support 7.5 of 15, EHC plans 7.5 of 15."
        )
        assert (first.name, first.score, first.rank, first.band_in_words) == (
            "Willow 003", Decimal("76.3"), 1, "Highest fifth",
        )  # fmt: skip
        # The same absence in two of them; the free meals decide.
        assert [(each.name, each.rank) for each in found.schools if each.rank] == [
            ("Willow 003", 1), ("Willow 001", 2), ("Willow 002", 3), ("Willow 000", 4),
        ]  # fmt: skip


def test_the_statement_and_the_rules_say_the_same_of_every_school(fenshire):
    """Random figures with many ties and gaps: score, place and band of the statement are those of the rules."""
    random = Random(919)  # noqa: S311  (figures of a test)
    with fenshire.inside():
        for number in range(60):
            said = {part: random.choice([None, 1, 2, 2, 3.5, 7]) for part in NAMES}
            roll = random.choice([None, 90, 200])
            figures(school(number), roll=roll, **{part: value for part, value in said.items() if value is not None})
        for weights in (EXAMPLE, Weights(100, 0, 0, 0), Weights(1, 33, 33, 33)):
            found = asked(weights=weights)
            among = {
                part: [each.figures[part].value for each in found.schools if part in each.figures] for part in NAMES
            }
            for each in found.schools:
                earned = {
                    part: rules.points(rules.standing(figure.value, among[part]), weights.of(part))
                    for part, figure in each.figures.items()
                }
                assert each.score == rules.score(earned, weights)
                assert all(figure.standing == rules.standing(figure.value, among[part]) for part, figure in each.figures.items())  # fmt: skip
            assert found.schools == sorted(found.schools, key=lambda each: rules.place(each.score, each.roll, each.urn))
            ranks = [each.rank for each in found.schools if each.score is not None]
            assert ranks == list(range(1, len(ranks) + 1))
            assert found.ranked == len(ranks)


def test_one_school_alone_stands_where_it_stands_among_all(fenshire):
    """Of every school, and of none that is not ranked: gaps, ties, another definition, weights, second workers."""
    random = Random(920)  # noqa: S311  (figures of a test)
    with fenshire.inside():
        for number in range(40):
            here = school(number, phase=random.choice(["Primary", "Secondary", "Special"]))
            for year in random.sample((2023, 2024, 2025), random.choice([0, 1, 2, 3])):
                for source in random.sample(("census", "joined", "gias"), random.choice([1, 1, 2])):
                    said = {part: random.choice([None, 1, 2, 2, 3.5, 7]) for part in NAMES}
                    figures(
                        here, year=year, source=source,
                        roll=random.choice([None, 90, 200]), definition=random.choice([TEN, TEN, FIFTEEN]),
                        marks={NAMES["plans"]: "SUPP"},
                        **{part: value for part, value in said.items() if value is not None},
                    )  # fmt: skip
            for _ in range(random.choice([0, 0, 1, 2])):
                placed(fenshire, here, post=another_post(fenshire, is_vacant=random.choice([True, False])))
        for weights in (None, Weights(10, 60, 15, 15)):
            if weights:
                NeedWeights.decide(
                    weights,
                    why="As the board said.",
                    person=fenshire.people["senior"],
                    by=fenshire.as_("senior"),
                    at=NOW,
                )
            whole = asked()
            assert whole.second_workers, "there is something to compare"
            for each in School.objects.all():
                alone = actions.need_at(None, each.pk, today=TODAY)
                assert (alone is None) == (each.pk not in whole.by_school)
                if alone is not None:
                    here = whole.by_school[each.pk]
                    assert alone.school == here
                    assert alone.workings(here) == whole.workings(here)
                    assert (alone.ranked, alone.weights, alone.bases, alone.how_old) == (
                        whole.ranked, whole.weights, whole.bases, whole.how_old,
                    )  # fmt: skip
                    assert alone.second_worker == whole.second_workers.get(each.pk, 0)


def test_one_school_alone_is_read_by_who_reads_need(fenshire):
    with fenshire.inside():
        here = school(1)
        assert actions.need_at(fenshire.as_("manager"), here.pk, today=TODAY)
        with pytest.raises(NotAllowed):
            actions.need_at(fenshire.as_("head"), here.pk, today=TODAY)


def test_ties_go_to_the_larger_school_and_then_to_the_lower_number(fenshire):
    with fenshire.inside():
        for number, roll in ((1, 100), (2, 300), (3, 300), (4, None)):
            figures(school(number), absence=10, roll=roll)
        assert [each.urn for each in asked().schools if each.rank] == ["900702", "900703", "900701", "900704"]


def test_a_missing_part_is_weighed_anew_and_said_and_is_never_nothing(fenshire):
    with fenshire.inside():
        hidden = school(1)
        figures(hidden, free_meals=50, marks={NAMES["absence"]: "SUPP", NAMES["plans"]: "NA"})
        figures(school(2), absence=10, free_meals=10, plans=1)
        found = asked()
        first = found.schools[0]
        assert first.school_id == hidden.pk
        assert first.score == Decimal("75.0"), "22.5 of 30: the weights that are not known are left out"
        assert found.in_words(first) == (
            "Free meals 22.5 of 30, persistent absence not published (SUPP: suppressed, because so few pupils could be "
            "recognised), SEN support without a figure, EHC plans not published (NA: not applicable or not available): "
            "counted on the other one."
        )


def test_nothing_known_is_no_figure_at_the_end(fenshire):
    with fenshire.inside():
        figures(school(1), marks={NAMES["absence"]: "SUPP"})
        figures(school(2), absence=0)
        found = asked()
        assert [(each.urn, each.score) for each in found.schools] == [
            ("900702", Decimal("50.0")), ("900701", None), ("900100", None), ("900101", None),
        ]  # fmt: skip
        last = found.by_school[School.objects.get(urn="900701").pk]
        assert (last.rank, last.band, last.band_in_words) == (None, None, "No figure")
        assert found.in_words(last).endswith(": no figure.")


def test_two_definitions_of_absence_are_not_ranked_together(fenshire):
    with fenshire.inside():
        for number in (1, 2, 3):
            figures(school(number), absence=10 * number, free_meals=5)
        odd = school(4)
        figures(odd, absence=99, free_meals=5, definition=FIFTEEN)
        found = asked()
        theirs = found.by_school[odd.pk]
        assert theirs.figures["absence"].standing is None
        assert "persistent absence counted in another way here (pupils missing 15 %" in found.in_words(theirs)
        assert found.bases["absence"].definition == TEN
        assert found.schools[0].figures["absence"].standing.of == 3


def test_two_years_are_not_ranked_together_and_the_newest_that_most_have_counts(fenshire):
    with fenshire.inside():
        rows = [school(number) for number in range(6)]
        for row in rows[:5]:
            figures(row, year=2024, absence=10, free_meals=5)
        for row in rows[2:5]:
            figures(row, year=2025, absence=20, free_meals=5)
        figures(rows[5], year=2023, absence=30)
        figures(rows[0], year=2026, absence=90, source="absence")
        found = asked()
        assert found.bases["absence"].year == 2025, "three of five is half and more; one of five is not"
        old = found.by_school[rows[1].pk]
        assert found.in_words(old).startswith("Persistent absence known for 2024/25 alone, not for 2025/26")
        assert old.score is None
        assert found.by_school[rows[0].pk].figures["absence"].standing is None
        assert "known for 2023/24 alone" in found.in_words(found.by_school[rows[5].pk])
        assert found.how_old == ""


def test_a_school_of_which_two_sources_tell_is_counted_once_and_has_the_figure_of_the_first(fenshire):
    with fenshire.inside():
        rows = [school(number) for number in range(5)]
        for number, row in enumerate(rows):
            figures(row, year=2024, absence=10 + number)
        for row in rows[:2]:
            figures(row, year=2025, absence=40, source="joined")
            figures(row, year=2025, absence=50, source="census")
        assert asked().bases["absence"].year == 2024, "two of five is not half, though four rows tell of them"
        figures(rows[2], year=2025, absence=45)
        found = asked()
        assert (found.bases["absence"].year, found.bases["absence"].schools) == (2025, 3)
        assert found.bases["absence"].sources == ("Census", "Census and absence, joined")
        assert found.by_school[rows[0].pk].figures["absence"].value == 50
        assert found.by_school[rows[0].pk].figures["absence"].standing == (1, 2, 3)
        alone = actions.need_at(None, rows[0].pk, today=TODAY)
        assert (alone.school, alone.bases) == (found.by_school[rows[0].pk], found.bases)


def test_counts_become_per_cents_where_no_per_cent_was_published(fenshire):
    with fenshire.inside():
        row = school(1)
        Figures.objects.create(
            school=row, source="ees_sen", year=2025, number_on_roll=300, sen_support=40, ehc_plans=None,
            marks={"ehc_plans": "c"}, definitions={"sen_support": "Pupils with SEN support"},
        )  # fmt: skip
        found = asked().by_school[row.pk]
        assert found.figures["sen_support"].value == Decimal("13.3")
        assert found.figures["plans"].mark == "c"
        assert found.roll == 300


@pytest.mark.parametrize(
    ("said", "is_ranked"),
    [
        ({"phase": "Middle deemed secondary"}, True),
        ({"phase": "All-through", "type_group": "Free Schools"}, True),
        ({"phase": "Secondary", "type": "City technology college", "type_group": "Independent schools"}, True),
        ({"phase": "Primary", "type_group": ""}, True),
        ({"phase": "Secondary", "type_group": "Independent schools"}, False),
        ({"phase": "Nursery"}, False),
        ({"phase": "Not applicable", "type_group": "Special schools"}, False),
        ({"phase": "", "type": "State-funded special school"}, False),
        ({"phase": "16 plus"}, False),
        ({"status": "closed"}, False),
        ({"status": "opening"}, False),
        ({"status": "closing", "closed_on": date(2027, 8, 31)}, True),
        ({"closed_on": date(2026, 8, 31)}, False),
    ],
)
def test_open_state_funded_primaries_and_secondaries_are_ranked_and_no_others(fenshire, said, is_ranked):
    with fenshire.inside():
        row = school(1, **said)
        figures(row, absence=10)
        assert (row.pk in asked().by_school) == is_ranked


def placed(county, row, *, post=None, hours="35.00", status="active", starts_on=date(2026, 9, 1), **said):
    post = post or another_post(county)
    return Placement.objects.create(
        post=post, school=row, manager=county.people["manager"], hours_per_week=Decimal(hours), status=status,
        starts_on=starts_on, **({"room_is_ready": True} | said),
    )  # fmt: skip


def another_post(county, *, is_vacant=False):
    post = Post.objects.create(
        name=f"PSW {Post.objects.count() + 1}", profession=county.post.profession, team=county.team,
        starts_on=date(2024, 9, 1),
    )  # fmt: skip
    if not is_vacant:
        Employment.objects.create(post=post, person=county.people["worker"], starts_on=date(2024, 9, 1))
    return post


def test_workers_and_hours_are_those_of_a_hand_written_count(fenshire):
    with fenshire.inside():
        one, two, three, special = (school(1), school(2), school(3), school(4, phase="Not applicable"))
        placed(fenshire, one, hours="18.50")
        placed(fenshire, one, hours="10.00", room_is_ready=False)
        placed(fenshire, one, status="ended", ends_on=date(2026, 9, 5))
        placed(fenshire, two, post=another_post(fenshire, is_vacant=True))
        placed(fenshire, two, status="planned", starts_on=date(2026, 10, 1))
        placed(fenshire, three, ends_on=date(2026, 9, 7))
        placed(fenshire, special, hours="20.00")
        found = asked().by_school
        assert (found[one.pk].workers, found[one.pk].coming, found[one.pk].hours) == (2, 0, Decimal("28.50"))
        assert found[one.pk].without_room == 1
        assert (found[two.pk].workers, found[two.pk].coming, found[two.pk].hours) == (0, 2, 0)
        assert found[three.pk].has_nobody
        assert not found[two.pk].has_nobody
        assert actions.elsewhere(today=TODAY) == (1, Decimal("20.00"))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), sum(hours_per_week) FROM schools_placement p JOIN schools_school s ON s.id = school_id "
                "WHERE p.status = 'active' AND p.starts_on <= '2026-09-08' AND coalesce(p.ends_on, '2099-1-1') >= "
                "'2026-09-08' AND post_id IN (SELECT post_id FROM teams_employment WHERE ends_on IS NULL) "
                "AND s.phase = 'Primary'"
            )
            workers, hours = cursor.fetchone()
        assert sum(each.workers for each in found.values()) == workers == 2
        assert sum(each.hours for each in found.values()) == hours == Decimal("28.50")


def test_the_highest_fifth_without_a_worker_the_schools_with_two_and_the_flags(fenshire):
    with fenshire.inside():
        rows = [school(number) for number in range(10)]
        for number, row in enumerate(rows):
            figures(row, absence=90 - number)
        placed(fenshire, rows[0])
        placed(fenshire, rows[4])
        placed(fenshire, rows[4], room_is_ready=False)
        placed(fenshire, rows[9], status="planned")
        placed(fenshire, rows[9])
        found = asked()
        assert [each.name for each in actions.highest_without_worker(found)] == ["Willow 001"]
        assert actions.highest_without_worker(found, 0) == []
        assert [each.name for each in actions.with_two_workers(found)] == ["Willow 004"]
        assert [each.name for each in actions.without_room(found)] == ["Willow 004"]
        # 1, 2 and 3 come before 4 without anybody; before 9 there are 5, 6, 7 and 8 as well.
        assert found.second_workers == {rows[4].pk: 3, rows[9].pk: 7}
        assert found.higher_without(rows[6].pk) == 4
        assert found.higher_without(rows[1].pk) == 0


def test_the_other_authoritys_schools_are_in_nobodys_ranking(fenshire, moorland):
    with moorland.inside():
        figures(moorland.oakfield, absence=80)
    with fenshire.inside():
        figures(fenshire.oakfield, absence=10)
        found = asked()
        assert {each.urn for each in found.schools} == {"900100", "900101"}
        assert found.schools[0].figures["absence"].standing == (0, 1, 1)


def test_who_may_not_read_need_gets_none(fenshire):
    with fenshire.inside():
        for who in ("worker", "head", "lead", "finance"):
            with pytest.raises(NotAllowed):
                actions.need_of(fenshire.as_(who), today=TODAY)
        for who in ("senior", "manager", "admin", "auditor"):
            assert len(actions.need_of(fenshire.as_(who), today=TODAY).schools) == 2
        assert fenshire.roles["senior"] == Role.SENIOR_MANAGER


def test_need_costs_one_query_at_any_size(fenshire, queries):
    with fenshire.inside():
        with queries() as few:
            asked()
        for number in range(30):
            figures(school(number), absence=number)
        with queries() as many:
            asked()
    assert len(few) == len(many) == 1
