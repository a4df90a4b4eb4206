"""What may be read of what people said: sums of five or more, once the round is over, and names for two people alone."""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import date
from random import Random

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from performance.actions import rounds
from performance.models import Sheet, Tally, Wave
from performance.models.pulse import Group
from schools.models import School
from teams.foundation.access import Role
from teams.models import Team, Term
from teams.questionnaires.rules import blocks
from tests.architecture.source import lines, modules
from tests.factories.authorities import NOW, TODAY, County
from tests.performance.asked import FOUR, said, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE = "/fenshire/what-people-said/"
FEW = "Fewer than 5 have answered. We show answers when there are 5, so that nobody can be picked out."
READERS = ("senior", "manager", "other_manager", "worker", "other_worker")
OTHERS = ("head", "lead", "admin", "auditor", "finance")


@pytest.fixture
def county(asking_county):
    with asking_county.inside():
        asking_county.rows["elsewhere"] = Team.objects.exclude(pk=asking_county.team.pk).get()
        yield asking_county


def close(county: County) -> None:
    for wave in Wave.objects.filter(status="open").select_related("questionnaire"):
        wave.close(by=county.clock, at=NOW)


def rows_of(page: str) -> dict[str, str]:
    """The table "Where" of a page: what stands in its second column, by its first."""
    table = page.partition("Where</caption>")[2].partition("</table>")[0]
    found = re.findall(r'<th class="govuk-table__header" role="rowheader".*?</th>\s*<td.*?</td>', table, re.DOTALL)
    cells = (re.split(r"</th>", row) for row in found)
    return {plain(first): plain(second) for first, second in cells}


def plain(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", markup)).strip()


class TestAGroupOfFour:
    def test_while_the_round_is_open_nothing_is_shown_of_it(self, county, client_for):
        said(county.wave, county.team, county.oakfield, [FOUR] * 30)
        for who in READERS:
            page = text(client_for(county, who).get(PAGE))
            assert "No round is over yet." in page
            assert "30" not in page

    def test_four_are_shown_nowhere_and_never_as_nought(self, county, client_for):
        said(county.wave, county.team, county.oakfield, [FOUR] * 4)
        close(county)
        assert not Tally.objects.exists()
        for who in READERS:
            page = client_for(county, who).get(PAGE)
            assert FEW in text(page), who
            shown = rows_of(page.content.decode())
            assert shown, who
            assert set(shown.values()) == {"Too few to show"}, who
        for who in ("head", "lead"):
            page = text(client_for(county, who).get(f"/fenshire/schools/{county.oakfield.public_id}/"))
            assert "Fewer than 5 have answered" in page

    def test_where_nobody_answered_it_reads_the_same(self, county, client_for):
        """Or the difference would say that somebody did."""
        close(county)
        nobody = text(client_for(county, "manager").get(PAGE))
        with transaction.atomic():
            Wave.objects.update(status="open")
            said(county.wave, county.team, county.oakfield, [FOUR] * 4)
            close(county)
            four = text(client_for(county, "manager").get(PAGE))
            transaction.set_rollback(True)
        assert nobody == four

    def test_a_tally_of_four_cannot_be_written_at_all(self, county):
        with pytest.raises(DatabaseError), transaction.atomic():
            Tally.objects.create(wave=county.wave, team=county.team, school=county.oakfield, answers=4, counts={})

    def test_answers_from_no_school_and_those_of_small_schools_are_one_sum_and_the_round_closes(self, county):
        for team, school, number in (
            (county.team, None, 5), (county.team, county.oakfield, 5), (county.team, county.beech, 3),
            (county.team, None, 3), (None, None, 6),
        ):  # fmt: skip
            said(county.wave, team, school, [FOUR] * number)
        close(county)
        found = Tally.objects.filter(wave=county.wave).values_list("team", "school", "answers")
        mine, oakfield = county.team.pk, county.oakfield.pk
        assert sorted(found, key=str) == sorted([(mine, oakfield, 5), (mine, None, 8), (None, None, 6)], key=str)

    def test_small_schools_beside_answers_from_no_school_go_together_with_them(self, county):
        for school, number in ((None, 6), (county.oakfield, 3), (county.beech, 4)):
            said(county.wave, county.team, school, [FOUR] * number)
        close(county)
        assert [each.answers for each in Tally.objects.filter(wave=county.wave)] == [13]

    def test_two_small_schools_of_a_team_are_shown_together(self, county, client_for):
        said(county.wave, county.team, county.oakfield, [FOUR] * 4)
        said(county.wave, county.team, county.beech, [FOUR] * 3)
        said(county.wave, county.elsewhere, county.beech, [FOUR] * 6)
        close(county)
        mine = rows_of(client_for(county, "manager").get(PAGE).content.decode())
        assert mine["The other schools of East 1 team Fenshire together"] == "7"
        assert mine["Oakfield Primary School Fenshire"] == "Too few to show"
        senior = rows_of(client_for(county, "senior").get(PAGE).content.decode())
        assert senior == {"East 1 team Fenshire": "7", "West 1 team Fenshire": "6"}

    @pytest.mark.parametrize("seed", range(6))
    def test_no_difference_of_any_two_pages_is_about_fewer_than_five(self, county, client_for, seed):
        """Whatever lies in the cells: each number on each reader's page is a sum of whole blocks, and the blocks share
        no answer, so adding and taking away numbers never leaves a part of one.
        """
        draw = Random(seed)
        schools, teams = list(School.objects.all()), list(Team.objects.all())
        schools += [
            School.objects.create(urn=f"93000{number}", name=f"Ash {number} School", la_code="999")
            for number in range(4)
        ]
        sizes = {(team.pk, (school.pk, "")): draw.choice([0, 1, 2, 3, 4, 5, 8]) for team in teams for school in schools}
        for team in teams:
            for school in schools:
                said(county.wave, team, school, [FOUR] * sizes[team.pk, (school.pk, "")])
        close(county)
        expected: Counter = Counter()
        for cell, block in blocks({cell: size for cell, size in sizes.items() if size}).items():
            expected[block] += sizes[cell]
        whole_blocks = {block: size for block, size in expected.items() if block is not None}
        kept = {(t.team_id, (t.school_id, "") if t.school_id else None): t.answers for t in Tally.objects.all()}
        assert kept == {(block.whole, block.part): size for block, size in whole_blocks.items()}
        for who in READERS:
            visible = Tally.objects.visible_to(county.as_(who))
            numbers = [tally.answers for tally in visible]
            shown = rows_of(client_for(county, who).get(PAGE).content.decode())
            figures = [int(number) for number in shown.values() if number.isdigit()]
            assert all(number >= 5 for number in figures)
            assert sum(figures) == sum(numbers), f"{who}: every block stands in one row of the page"

    @pytest.mark.parametrize("seed", range(6))
    def test_nor_of_the_groups_that_are_asked_how_a_team_works(self, county, client_for, seed):
        """Members, colleagues, outside agencies and schools of each team: the same rule, and never a nought."""
        draw, wave = Random(seed), Wave.objects.get(kind="pulse")
        groups = [group.value for group in Group]
        sizes = {
            (team.pk, (None, group)): draw.choice([0, 1, 2, 3, 4, 5, 8])
            for team in Team.objects.all()
            for group in groups
        }
        for (team, (_, group)), size in sizes.items():
            Sheet.objects.bulk_create(
                Sheet(wave=wave, team_id=team, group=group, answers={"one_team": draw.choice("4321")})
                for _ in range(size)
            )
        close(county)
        expected: Counter = Counter()
        for cell, block in blocks({cell: size for cell, size in sizes.items() if size}).items():
            expected[block] += sizes[cell]
        kept = {(t.team_id, (None, t.group) if t.group else None): t.answers for t in Tally.objects.all()}
        assert kept == {(block.whole, block.part): size for block, size in expected.items() if block is not None}
        for who in ("manager", "other_manager", "worker", "other_worker"):
            shown = rows_of(client_for(county, who).get(f"{PAGE}?kind=pulse").content.decode())
            figures = {words: int(number) for words, number in shown.items() if number.isdigit()}
            if not kept:
                continue
            assert set(shown) >= {group.label for group in Group}
            assert all(number >= 5 for number in figures.values())
            theirs = Tally.objects.visible_to(county.as_(who))
            assert sum(figures.values()) == sum(tally.answers for tally in theirs), who

    def test_a_question_that_most_skipped_is_too_few_though_the_sheet_is_not(self, county, client_for):
        said(county.wave, county.team, county.oakfield, [{"heard": "yes"}] * 4 + [FOUR, FOUR | {"heard": "no"}])
        close(county)
        page = text(client_for(county, "manager").get(PAGE))
        assert "Does the worker listen to you?" in page
        assert "5 of 6" in page
        assert page.count("Too few to show: fewer than 5 answered this question, or all said the same.") == 3

    def test_where_all_said_the_same_no_page_says_what_each_of_them_said(self, county, client_for):
        said(county.wave, county.team, county.oakfield, [{"heard": "no"}] * 5)
        close(county)
        for who in READERS:
            page = text(client_for(county, who).get(PAGE))
            assert "5 of 5" not in page
            assert "0 of 5" not in page
        school = text(client_for(county, "head").get(f"/fenshire/schools/{county.oakfield.public_id}/"))
        assert "5 answers without a name" in school
        assert "No 5" not in school

    def test_no_program_and_no_file_can_ask_for_it(self):
        """There is no address that gives answers to a program: neither sheets nor tallies are named above the pages."""
        others = {"reports/views/sheets.py"}  # sheets of figures that a reader printed, not sheets of answers
        assert all("performance" not in text for name, text, _ in modules() if name in others)
        named = {place.rpartition(":")[0] for place, line in lines() if re.search(r"\b(Sheet|Tally)\.objects\b", line)}
        named -= others
        assert named == {
            "performance/actions/pulse.py", "performance/actions/pulse_figures.py", "performance/actions/results.py",
            "performance/demo/said.py", "performance/models/tickets.py", "performance/models/waves.py",
            "performance/actions/said_in_sum.py",
        }  # fmt: skip


class TestARoundThatIsOver:
    def test_pictures_then_the_table_with_the_round_before_beside_it(self, county, client_for):
        said(county.wave, county.team, county.oakfield, [FOUR] * 5 + [FOUR | {"heard": "no"}])
        close(county)
        spring = Term.objects.get(season="spring", school_year=2026)
        rounds.turn(spring.starts_on, by=county.clock, at=NOW)
        later = Wave.objects.get(kind="young-person", status="open")
        said(later, county.team, county.oakfield, [FOUR | {"heard": "no"}] * 6 + [FOUR])
        close(county)
        page = text(client_for(county, "manager").get(PAGE))
        assert "Young people, spring term 2026/27" in page
        assert "7 answers without a name." in page
        assert "1 of 7; before 5 of 6" in page
        earlier = client_for(county, "manager").get(f"{PAGE}?round={county.wave.public_id}")
        assert "6 answers without a name." in text(earlier)
        assert "No round is over" not in text(client_for(county, "manager").get(f"{PAGE}?kind=parent&round=x"))

    def test_the_table_counts_the_answer_that_it_names(self, county, client_for):
        """JSON comes back from the database with its keys in another order."""
        said(
            county.wave,
            county.team,
            county.oakfield,
            [FOUR] * 5 + [dict.fromkeys(FOUR, "no") | {"changed": "worse"}] * 2,
        )
        close(county)
        page = plain(client_for(county, "manager").get(PAGE).content.decode().partition("Where</caption>")[2])
        row = page.partition("Oakfield")[2]
        assert "5 of 7 yes" in row
        assert "0 of 7 yes" in row, "useful was said partly"
        assert "5 of 7 better" in row

    def test_the_rounds_turn_with_the_terms_and_once(self, county):
        autumn = Term.objects.get(season="autumn", school_year=2026)
        said(county.wave, county.team, county.oakfield, [FOUR] * 5)
        rounds.turn(autumn.ends_on, by=county.clock, at=NOW)
        assert Wave.objects.filter(status="open").count() == 3, "its last day is a day of it"
        for _ in range(2):
            rounds.turn(date(2026, 12, 28), by=county.clock, at=NOW)
        assert not Wave.objects.filter(status="open").exists()
        assert Tally.objects.get().answers == 5
        spring = Term.objects.get(season="spring", school_year=2026)
        for _ in range(2):
            rounds.turn(spring.starts_on, by=county.clock, at=NOW)
        assert Wave.objects.filter(status="open").count() == 3

    def test_one_that_cannot_be_closed_holds_up_no_other_and_is_closed_on_the_next_day(self, county, broken):
        day = Term.objects.get(season="spring", school_year=2026).starts_on
        stuck = Wave.objects.get(kind="pulse")
        with broken('UPDATE "performance_wave"', stuck.pk):
            rounds.turn(day, by=county.clock, at=NOW)
        assert list(Wave.objects.over_by(day)) == [stuck]
        assert Wave.objects.filter(status="open", season="spring").count() == 3, "and those of the term are opened"
        rounds.turn(day, by=county.clock, at=NOW)
        assert not Wave.objects.over_by(day).exists()

    def test_after_a_year_what_each_said_is_gone_and_the_sums_stay(self, county):
        said(county.wave, county.team, county.oakfield, [FOUR] * 5)
        close(county)
        rounds.turn(TODAY, by=county.clock, at=NOW)
        assert Sheet.objects.count() == 5
        rounds.turn(date(2027, 9, 10), by=county.clock, at=NOW.replace(year=2027, month=9, day=10))
        assert not Sheet.objects.exists()
        assert Tally.objects.get().answers == 5

    def test_a_school_reads_its_own_sum_alone(self, county, client_for):
        said(county.wave, county.team, county.oakfield, [FOUR] * 4 + [FOUR | {"heard": "no"}])
        said(county.wave, county.elsewhere, county.beech, [FOUR] * 9)
        close(county)
        page = text(client_for(county, "head").get(f"/fenshire/schools/{county.oakfield.public_id}/"))
        assert "5 answers without a name, autumn term 2026/27." in page
        assert "Does the worker listen to you? Yes 4, At times 0, No 1 of 5." in page
        assert [tally.school for tally in Tally.objects.visible_to(county.as_("head"))] == [county.oakfield]


def test_who_has_no_business_here_is_refused(county, client_for):
    for who in OTHERS:
        assert client_for(county, who).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
    assert county.roles["senior"] == Role.SENIOR_MANAGER


@pytest.mark.heavy
def test_ten_thousand_answers_open_like_ten(county, client_for, queries, aloud):
    """The same number of queries, and at most twice the time: a page reads tallies and never sheets."""
    draw = Random(7)
    teams = [
        *Team.objects.all(),
        *(Team.objects.create(name=f"Team {number}", area=county.area) for number in range(4)),
    ]
    schools = [
        School.objects.create(urn=f"94{number:04d}", name=f"Elm {number} School", la_code="999") for number in range(60)
    ]
    client, figures, wave = client_for(county, "senior"), [], county.wave
    for size in (10, 10_000):
        places = [number % (2 if size == 10 else 60) for number in range(size)]
        Sheet.objects.bulk_create(
            (
                Sheet(
                    wave=wave, team=teams[place % len(teams)], school=schools[place],
                    answers=FOUR | {"heard": draw.choice(["yes", "partly", "no"])},
                )
                for place in places
            ),
            batch_size=2000,
        )  # fmt: skip
        began = time.perf_counter()
        wave.close(by=county.clock, at=NOW)
        closing = time.perf_counter() - began
        assert Tally.objects.filter(wave=wave).count() == (2 if size == 10 else 60)
        client.get(PAGE)
        best = []
        for _ in range(7):
            began = time.perf_counter()
            with queries() as seen:
                assert client.get(PAGE).status_code == 200
            best.append(time.perf_counter() - began)
        figures.append((len(seen), min(best)))
        with aloud():
            print(f"\n{size:,} answers: closed in {closing:.2f} s, page {len(seen)} queries, {min(best) * 1000:.0f} ms")
        if size == 10:
            rounds.turn(Term.objects.get(season="spring", school_year=2026).starts_on, by=county.clock, at=NOW)
            wave = Wave.objects.get(kind="young-person", status="open")
    (few, quick), (many, slow) = figures
    assert few == many <= 20
    assert slow <= 2 * quick
