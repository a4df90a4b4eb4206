"""Words that are not finished: one person's, about one record, and never the last one wins (architecture 5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from teams.foundation.drafts import NOT_WORDS, Conflict, Draft, as_initial, words_of
from tests.factories.authorities import NOW, County, make_county

pytestmark = pytest.mark.django_db

FORM, ABOUT = "agreement", "new"


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


def keep(
    county: County, text: str, revision: int, *, who: str = "manager", form: str = FORM, about: str = ABOUT
) -> Draft:
    return Draft.keep(
        person_id=county.people[who].pk, form=form, about=about, words=[["focus", text]], revision=revision, at=NOW
    )


def of(county: County, who: str = "manager", form: str = FORM, about: str = ABOUT) -> list[tuple[int, str]]:
    found = Draft.objects.of(county.people[who].pk, form, about)
    return [(draft.revision, draft.words[0][1]) for draft in found]


def test_each_save_stands_on_the_one_before(county):
    for revision, text in enumerate(("one", "two", "three")):
        assert keep(county, text, revision).revision == revision + 1
    assert of(county) == [(3, "three")]


@pytest.mark.parametrize("revision", [0, 1, 3])
def test_a_save_on_top_of_anything_else_is_a_conflict_and_shows_what_stands(county, revision):
    keep(county, "one", 0)
    keep(county, "two", 1)
    with pytest.raises(Conflict) as conflict:
        keep(county, "from the other device", revision)
    assert (conflict.value.current.revision, conflict.value.current.words) == (2, [["focus", "two"]])
    assert of(county) == [(2, "two")]


def test_the_same_words_again_are_no_conflict_and_no_new_revision(county):
    """A message that was lost on its way back is sent again."""
    keep(county, "one", 0)
    assert keep(county, "one", 0).revision == 1


def test_drafts_of_other_people_forms_and_records_never_meet(county):
    keep(county, "mine", 0)
    for elsewhere in ({"who": "senior"}, {"form": "placement"}, {"about": "another"}):
        assert of(county, **elsewhere) == []
        assert keep(county, "theirs", 0, **elsewhere).revision == 1
    assert of(county) == [(1, "mine")]


def test_nobody_has_no_drafts(county):
    keep(county, "mine", 0)
    assert not Draft.objects.of(None, FORM, ABOUT).exists()
    with pytest.raises(IntegrityError):
        Draft.keep(person_id=None, form=FORM, about=ABOUT, words=[], revision=0, at=NOW)


def test_a_draft_stays_inside_its_authority(fenshire, moorland):
    with fenshire.inside():
        keep(fenshire, "mine", 0)
    with moorland.inside():
        assert not Draft.objects.exists()
        assert of(fenshire) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("revision", [0, 1])
def test_of_two_devices_at_once_one_is_told(revision):
    county = make_county()
    if revision:
        with county.inside():
            keep(county, "before", 0)

    def save(text: str) -> str:
        try:
            with county.inside():
                keep(county, text, revision)
        except Conflict as conflict:
            return f"conflict with {conflict.current.words[0][1]}"
        finally:
            connection.close()
        return text

    with ThreadPoolExecutor(2) as devices:
        results = set(devices.map(save, ("telephone", "desk")))
    with county.inside():
        ((standing, kept),) = of(county)
    assert standing == revision + 1
    assert results == {kept, f"conflict with {kept}"}


names = st.text(st.characters(categories=["Ll", "Nd"]), min_size=1)


keepable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(st.tuples(names, keepable), max_size=8))
def test_words_come_back_as_they_were_typed(pairs):
    back = as_initial(words_of(pairs))
    for name in dict(pairs):
        typed = [value.replace("\r\n", "\n").replace("\r", "\n") for key, value in pairs if key == name]
        assert back[name] == (typed if len(typed) > 1 else typed[0])


def test_tokens_and_presses_are_not_words():
    assert words_of([(name, "x") for name in sorted(NOT_WORDS)]) == []
    assert "csrfmiddlewaretoken" in NOT_WORDS


def test_what_the_database_cannot_hold_is_left_out_and_the_rest_is_kept(county):
    """A NUL, or half of a character, in one box must not cost every other word."""
    words = words_of([("fo\0cus", "be\0fore \ud800after\r\nand on")])
    assert words == [["focus", "before after\nand on"]]
    Draft.keep(person_id=county.people["manager"].pk, form=FORM, about=ABOUT, words=words, revision=0, at=NOW)
    assert of(county) == [(1, "before after\nand on")]
