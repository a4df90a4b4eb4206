"""A figure asked for in words (journey S2): what is understood, who is told, and with which definition."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.models import YoungPerson
from reports.measures.registry import BY_PHRASE, MEASURES
from reports.models import PrintedFigure
from reports.rules import plainly, printed_number, what_and_where
from schools.models import Agreement, Placement, School
from teams.models import Area, Employment, Post, Team
from teams.rules.small_numbers import PUPILS
from tests.reports.stories import active, add_terms, grow
from tests.told import story

NAMES = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)
PHRASES = st.sampled_from(sorted(phrase for measure in MEASURES for phrase in measure.asked_as))


class TestWhatIsUnderstood:
    @given(PHRASES, st.lists(NAMES, min_size=1, max_size=3))
    def test_every_phrase_is_found_with_and_without_a_place(self, phrase, names):
        place = plainly(" ".join(each for each in names if plainly(each) != "in"))
        assert (plainly(phrase), "") in what_and_where(phrase)
        if place:
            assert (plainly(phrase), place) in what_and_where(f"How many {phrase} in {place}?")

    @given(st.text(max_size=60))
    def test_anything_may_be_typed_and_the_whole_comes_first(self, typed):
        first, *others = what_and_where(typed)
        assert first[1] == "", "the whole phrase is tried before it is cut"
        assert len(others) <= 1
        assert all(place for _, place in others)

    @given(st.text(max_size=60))
    def test_large_letters_spaces_and_marks_change_nothing(self, typed):
        assert plainly(plainly(typed)) == plainly(typed)
        assert what_and_where(f"  {typed} ") == what_and_where(typed)

    @given(st.integers(1000, 999_999_999))
    def test_the_number_on_paper_is_understood_with_and_without_its_word(self, number):
        for typed in (str(number), f"Figure {number}", f"figure  {number}.", f"“Figure {number}”"):
            assert printed_number(typed) == number

    @given(st.text(max_size=12))
    def test_no_other_words_are_a_number_on_paper(self, typed):
        assert printed_number(typed) is None or re.fullmatch(r"(figure )?\d{4,9}", plainly(typed))

    def test_the_place_stands_after_the_last_in(self):
        assert what_and_where("agreed in the room in West 2") == [
            ("agreed in the room in west 2", ""),
            ("agreed in the room", "west 2"),
        ]

    @pytest.mark.parametrize(
        "typed",
        ["How many workers are there in West 2?", "number of workers do we have in West 2", "workers in West 2"],
    )
    def test_a_whole_question_is_understood(self, typed):
        assert ("workers", "west 2") in what_and_where(typed)

    def test_no_phrase_leads_to_a_figure_and_to_what_it_leaves_out(self):
        others = [plainly(phrase) for measure in MEASURES for phrase in measure.others_asked_as]
        assert len(set(others)) == len(others)
        assert not set(others) & BY_PHRASE.keys()
        assert all(measure.others and measure.out_of for measure in MEASURES if measure.others_asked_as)

    def test_whoever_asks_for_what_is_not_there_is_not_led_to_the_number_of_what_is(self):
        """ "Vacancies: 24", quoted to a member, where 24 of 25 posts are filled."""
        denied = re.compile(r"\b(without|not|no|late|vacan\w+|empty|unsigned|missing)\b")
        for phrase, measure in BY_PHRASE.items():
            assert not denied.search(phrase) or denied.search(measure.words) or "nobody" in measure.words, phrase

    def test_no_phrase_leads_to_two_figures(self):
        said = [(plainly(phrase), measure.code) for measure in MEASURES for phrase in measure.asked_as]
        assert len({phrase for phrase, _ in said}) == len(said)
        assert all(BY_PHRASE[phrase].code == code for phrase, code in said)
        assert {measure.code for measure in BY_PHRASE.values()} == {measure.code for measure in MEASURES}


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
class TestThePage:
    @pytest.fixture
    def county(self, west):
        return west

    def test_workers_in_an_area_with_number_definition_day_source_and_place(self, county, client_for):
        box = answer(search(client_for(county, "senior"), "workers in West 2"))
        assert "Team strength, West 2</h2>" in box
        assert re.search(r'answer__number">2 <span[^>]*>of 2, 100\s%</span>', box)
        assert "8 September 2026" in box
        assert "Source: " in box
        measure = BY_PHRASE["workers"]
        assert measure.counted in box
        assert f"/fenshire/figures/{measure.code}/?place={county.rows['west 2'].public_id}" in box
        assert "Keep it to print" in box

    def test_what_is_copied_has_the_number_and_its_definition_in_one_text(self, county, client_for):
        box = answer(search(client_for(county, "senior"), "workers in west 2"))
        words = box.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
        measure = BY_PHRASE["workers"]
        assert words.startswith(
            "2 of 2 (100\N{NO-BREAK SPACE}%) posts with somebody in them, West 2, 8 September 2026."
        )
        for each in ("West 2", "8 September 2026", measure.counted, measure.source, measure.code):
            assert each in words

    def test_it_is_the_number_of_the_figures_own_page(self, county, client_for):
        client = client_for(county, "senior")
        for measure in MEASURES:
            if measure.costs:
                continue
            for where in ("", f"?place={county.rows['west 2'].public_id}" if measure.grain else ""):
                box = answer(search(client, f"{measure.asked_as[0]}{' in West 2' if where else ''}"))
                page = text(client.get(f"/fenshire/figures/{measure.code}/{where}"))
                there = re.search(r'class="alongside-figure__number[^"]*">([^<]*)<', page)
                assert there
                told = re.search(r'class="alongside-answer__number[^"]*">([^<]*)', box)
                assert told, (measure.code, where)
                assert told[1].strip() == there[1].strip(), (measure.code, where)

    @pytest.mark.parametrize(
        ("typed", "number", "words", "rest"),
        [
            ("vacancies", "1 of 4", "posts with nobody in them", "3 of 4 posts with somebody in them"),
            ("vacancies in West 2", "0 of 2", "posts with nobody in them", "2 of 2 posts with somebody in them"),
            ("schools without a worker", "2 of 4", "schools without a worker", "2 of 4 schools with a worker"),
            ("unsigned agreements", "1 of 3", "agreements that not all three have signed", "2 of 3 agreements signed"),
        ],
    )
    def test_vacancies_are_told_and_not_filled_posts(self, county, client_for, typed, number, words, rest):
        with county.inside():
            Employment.objects.filter(post=county.other_post).update(ends_on=date(2026, 8, 31))
            Agreement.objects.filter(placement__post=county.rows["post 2"]).update(in_force=None, status="offered")
            Placement.objects.filter(post=county.rows["post 2"]).update(status="planned")
        box = answer(search(client_for(county, "senior"), typed))
        told = text_of(box)
        assert f"{number}, " in told.replace(" ,", ",")
        assert words in told
        assert f"The others: {rest}." in told
        copied = box.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
        assert copied.startswith(number)
        assert words in copied
        assert "All but these: " in copied
        assert "Keep it to print" not in box, "what would be kept is the other number"

    def test_its_share_is_rounded_as_on_every_page(self, county, client_for):
        with county.inside():
            Employment.objects.filter(post=county.rows["post 2"]).update(ends_on=date(2026, 8, 31))
            Employment.objects.filter(post=county.other_post).update(ends_on=date(2026, 8, 31))
            Post.objects.filter(pk=county.other_post.pk).update(ends_on=date(2026, 8, 31))
        box = text_of(answer(search(client_for(county, "senior"), "workers")))
        assert box.count("66.67\N{NO-BREAK SPACE}%") == 2, "beside the number, and in what is copied"
        assert "66.67\N{NO-BREAK SPACE}%" in text(client_for(county, "senior").get("/fenshire/figures/"))

    @pytest.mark.parametrize("where", ["the county", "Fenshire", "Fenshire County", "fenshire county council"])
    def test_the_name_of_the_authority_is_the_whole(self, county, client_for, where):
        box = answer(search(client_for(county, "senior"), f"workers in {where}"))
        assert "Team strength, Fenshire County Council</h2>" in box

    def test_who_may_not_read_it_is_told_nothing_and_not_that_it_exists(self, county, client_for):
        for who in ("worker", "head", "admin", "auditor"):
            client = client_for(county, who)
            assert "alongside-answer" not in search(client, "vacancies")
            page = search(client, "workers in West 2")
            assert "alongside-answer" not in page
            assert page.replace("workers in West 2", "wombats in West 2") == search(client, "wombats in West 2"), who

    def test_a_manager_counts_her_own_and_is_told_so(self, county, client_for):
        assert "as far as you manage it" in answer(search(client_for(county, "manager"), "agreements"))
        assert "alongside-answer" not in search(client_for(county, "manager"), "workers in West 2")

    def test_sums_of_money_are_named_and_not_shown(self, county, client_for):
        for words in ("money", "money at risk", "money in West 2"):
            box = answer(search(client_for(county, "senior"), words))
            assert "£" not in box
            assert "Money is shown on the figure’s own page" in box
            assert "<textarea" not in box
            assert "Keep it to print" not in box

    def test_what_is_too_small_reads_as_the_rule_says_and_why(self, county, client_for):
        with county.inside():
            YoungPerson.objects.bulk_create(
                YoungPerson(
                    initials=f"{letter}B", need="Coming in late", school=county.rows["school 1"],
                    worker=county.people["worker 1"], starts_on=date(2026, 6, 1),
                )
                for letter in "ABC"
            )  # fmt: skip
        box = answer(search(client_for(county, "senior"), "young people in West 2"))
        assert "Fewer than 6" in box
        assert PUPILS.why in box
        assert not re.search(r">\s*3\b", box)
        assert "On 1 September 2026" in box, "they are counted as of the first of a month"

    def test_a_place_that_is_none_is_never_answered_with_the_whole(self, county, client_for):
        box = answer(search(client_for(county, "senior"), "workers in Wset 2"))
        assert "No area or team is called “wset 2”" in box
        assert "alongside-answer__number" not in box
        assert ">West 2</a>" in box
        several = answer(search(client_for(county, "senior"), "workers in West"))
        assert "More than one place" in several
        assert "alongside-answer__number" not in several

    def test_a_team_called_like_an_area_that_is_not_its_own_is_not_taken_for_the_area(self, county, client_for):
        """Two workers are in the area West 2, and one in the team West 2, which is of West 1."""
        team = name_a_team(county, "West 2", area="west 1")
        senior = client_for(county, "senior")
        both = text_of(answer(search(senior, "workers in West 2")))
        assert "Did you mean the area West 2 or the team West 2?" in both
        assert "of 2" not in both
        assert "Choose one: Fenshire County Council , West 2 (area) , West 2 (team)" in both
        for typed in ("workers in West 2 team", "workers in the team West 2", "workers in the West 2 team"):
            box = answer(search(senior, typed))
            assert "Team strength, West 2 (team)</h2>" in box, typed
            assert re.search(r'answer__number">1 <span[^>]*>of 1,', box), typed
            assert "posts with somebody in them, West 2 (team), 8 September 2026" in box, "what is copied says it too"
        for typed in ("workers in West 2 area", "workers in area West 2"):
            box = answer(search(senior, typed))
            assert "Team strength, West 2 (area)</h2>" in box, typed
            assert re.search(r'answer__number">2 <span[^>]*>of 2,', box), typed
        page = text(senior.get(f"/fenshire/figures/posts-filled/?place={team.public_id}"))
        assert "West 2 (team), 8 September 2026" in page
        assert ">West 2 (area)</option>" in page
        said = senior.get(f"/fenshire/api/v1/measures/posts-filled/?place={team.public_id}").json()
        assert said["where"] == "West 2 (team)"

    def test_a_figure_by_area_is_told_for_the_area_of_the_team_and_says_so(self, county, client_for):
        name_a_team(county, "West 2", area="west 1")
        senior = client_for(county, "senior")
        assert "Schools with a worker, West 2 (area)</h2>" in answer(search(senior, "schools covered in West 2"))
        box = text_of(answer(search(senior, "schools covered in West 2 team")))
        assert "This figure is not counted by team. It is told for West 1." in box
        assert "West 2 (area)" not in box

    def test_a_team_of_the_area_of_its_name_is_offered_beside_the_area(self, county, client_for):
        name_a_team(county, "West 2", area="west 2")
        box = text_of(answer(search(client_for(county, "senior"), "workers in West 2")))
        assert "Team strength, West 2 (area)" in box
        assert "Or did you mean the team West 2" in box

    def test_a_team_that_has_the_name_of_an_area_in_its_own_is_offered_beside_it(self, county, client_for):
        """It is called “West 2 team”, and is of West 1."""
        with county.inside():
            Team.objects.filter(name="West 2 team").update(area=county.rows["west 1"])
            Post.objects.filter(team__name="West 2 team").update(team=county.team)
        senior = client_for(county, "senior")
        box = text_of(answer(search(senior, "workers in West 2")))
        assert "Or did you mean the West 2 team" in box
        assert "Team strength, West 2 team" in text_of(answer(search(senior, "workers in West 2 team")))

    def test_who_says_team_is_not_told_an_area(self, county, client_for):
        with county.inside():
            Area.objects.create(name="Upper 9")
        box = text_of(answer(search(client_for(county, "senior"), "workers in Upper 9 team")))
        assert "No area or team is called “upper 9 team”, so nothing was counted." in box
        assert "Choose one: Fenshire County Council , Upper 9" in box
        assert "West" not in box

    def test_a_place_of_another_authority_is_none(self, county, moorland, client_for):
        box = answer(search(client_for(county, "senior"), f"workers in {moorland.area.name}"))
        assert moorland.area.name not in box.partition("Choose one")[2]
        assert "alongside-answer__number" not in box

    def test_where_nothing_is_found_it_says_what_can_be_asked(self, county, client_for):
        page = search(client_for(county, "senior"), "zzz")
        assert "You can ask for a figure" in page
        assert "?q=supervision%20in%20date" in page
        assert "You can ask for a figure" not in search(client_for(county, "worker"), "zzz")

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("wokers in West 2", "workers in west 2"),
            ("Vacances", "vacancies"),
            ("agrements signed", "agreements signed"),
        ],
    )
    def test_what_was_mistyped_is_offered_and_not_answered(self, county, client_for, typed, meant):
        page = search(client_for(county, "senior"), typed)
        assert "Did you mean <a" in page
        assert f">{meant}</a>?" in page
        assert "alongside-answer" not in page
        assert "alongside-answer" in search(client_for(county, "senior"), meant)
        assert "Did you mean" not in search(client_for(county, "worker"), typed), "she may ask for none"

    def test_what_is_like_nothing_is_offered_nothing(self, county, client_for):
        for typed in ("zzz", "Hollyhock", "Oakfield", "x" * 99):
            assert "Did you mean" not in search(client_for(county, "senior"), typed)

    def test_a_number_from_paper_finds_the_printed_figure(self, county, client_for):
        senior = client_for(county, "senior")
        assert senior.post("/fenshire/figures/posts-filled/keep/").status_code == 302
        with county.inside():
            number = PrintedFigure.objects.get().number
        for words in (f"Figure {number}", str(number), f"figure {number}."):
            page = search(senior, words)
            assert f"/fenshire/figures/printed/{number}/" in page
            assert "Fenshire" in page
        assert "printed" not in search(senior, str(number + 1))

    def test_a_managers_sheet_and_what_somebody_may_not_read_are_found_by_nobody_else(self, county, client_for):
        manager, senior = client_for(county, "manager"), client_for(county, "senior")
        assert manager.post("/fenshire/figures/agreements-signed/keep/").status_code == 302
        assert senior.post("/fenshire/figures/supervision-in-date/keep/").status_code == 302
        with county.inside():
            hers, of_county = PrintedFigure.objects.order_by("number").values_list("number", flat=True)
        finds = {who: {number for number in (hers, of_county) if "/printed/" in search(client_for(county, who), f"{number}")} for who in county.people}  # fmt: skip
        assert finds.pop("manager") == {hers}
        assert finds.pop("senior") == finds.pop("auditor") == {of_county}
        assert not any(finds.values()), finds

    def test_it_asks_at_most_three_questions_more_at_any_size(self, county, client_for, queries):
        senior = client_for(county, "senior")
        search(senior, "zzz")
        for measure in MEASURES:
            words = f"{measure.asked_as[0]} in West 2"
            with queries() as few:
                search(senior, words)
            assert len(few) <= 15, (measure.code, "\n".join(few))
            county.rows.setdefault("asked", {})[measure.code] = len(few)
        grow(county, 6, start=10)
        with county.inside():
            Area.objects.bulk_create(Area(name=f"North {number}") for number in range(10))
        for measure in MEASURES:
            with queries() as many:
                search(senior, f"{measure.asked_as[0]} in West 2")
            assert len(many) <= county.rows["asked"][measure.code] + 1, measure.code


def name_a_team(county, name: str, *, area: str) -> Team:
    """A team of this name and area, with one post that somebody holds."""
    with county.inside():
        Team.objects.filter(name="West 2 team").update(name="Elms")
        team = Team.objects.create(name=name, area=county.rows[area])
        Post.objects.filter(pk=county.other_post.pk).update(team=team)
    return team


def search(client, words: str, status: int = 200) -> str:
    response = client.get("/fenshire/search/", {"q": words})
    assert response.status_code == status, response.status_code
    return unescape(response.content.decode().partition("<main")[2].partition("</main>")[0])


def answer(page: str) -> str:
    assert 'class="alongside-answer"' in page, page[:2000]
    return page.partition('class="alongside-answer"')[2].partition("</section>")[0]


def text_of(box: str) -> str:
    """As it is read."""
    return re.sub(r"[ \n]+", " ", re.sub("<[^>]+>", " ", box))


def text(response) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


@story
def west(fenshire, moorland):
    """Two areas whose names begin alike; two workers in West 2."""
    add_terms(fenshire)
    active(fenshire)
    with fenshire.inside():
        fenshire.rows["west 2"] = Area.objects.create(name="West 2")
        fenshire.rows["west 1"] = Area.objects.create(name="West 1")
        team = Team.objects.create(name="West 2 team", area=fenshire.rows["west 2"])
    grow(fenshire, 2)
    with fenshire.inside():
        Post.objects.filter(name__in=("PSW 101", "PSW 102")).update(team=team)
        School.objects.filter(name__startswith="Elm").update(area=fenshire.rows["west 2"])
    active(moorland)
    return fenshire
