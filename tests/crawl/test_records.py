"""What the crawl stands on: every text is planted, the ids are the same on both sides, and the audit holds no word."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from teams.foundation.models import PublicModel, TenantModel
from tests.factories.canaries import TOKEN

# A table that a constraint keeps empty.
EMPTY = {"CoverGroupGrant"}
OURS = [model for model in apps.get_models() if issubclass(model, TenantModel) and model.__name__ not in EMPTY]
WORDS = (models.CharField, models.TextField, models.JSONField, ArrayField)
# Texts that hold no words of people's, each with its reason: codes, digests, tokens, and our own kinds.
NO_WORDS = {
    "authority": "checked below, by having none",
    "digest": "64 figures", "way_digest": "64 figures", "cost_digest": "64 figures", "snapshot_digest": "64 figures",
    "token_hash": "64 figures", "code_hash": "64 figures", "template": "64 figures", "check_code": "a code",
    "kind": "our own words", "final_because": "our own words", "purpose": "our own words", "form": "our own words", "how": "our own words",
    "about": "a public id", "matter": "a public id", "file": "a place made of ids", "pack": "a place made of ids",
    "stored_as": "a place made of ids", "encoding": "utf-8", "la_code": "three figures", "urn": "figures",
    "laestab": "figures", "other_urn": "figures", "postcode": "kept as the government writes it",
    "code": "our own words", "stage": "a code of our own", "source": "our own words", "answer": "of a link: our own words",
    "timetable": "days and hours", "marks": "SUPP, NA and their like", "columns": "names of columns",
    "left_out": "counts", "season": "our own words", "key": "figures", "type_group": "the government's words", "pack_problem": "our own words",
    "initials": "a pupil's, too short for a word", "roles": "our own words", "scopes": "our own words", "period": "a day or a week", "digests_off": "our own words", "phase": "the government's words",
    "groups": "codes of our own", "figure": "a code of our own",
    "questions": "codes of our own", "language": "our own words", "answers": "codes of our own",
    "counts": "codes and numbers", "counted_over": "roles and keys of teams", "counted_placements": "keys", "counted_workers": "keys", "copies": "our own words", "group": "our own words", "browser": "figures", "came_to": "sums and counts",
}  # fmt: skip


def texts(model) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, WORDS) and not field.choices and field.name not in NO_WORDS
    ]


@pytest.mark.parametrize("slug", ["fenshire", "moorland"])
def test_there_is_a_row_of_every_kind(world, slug):
    with getattr(world, slug).inside():
        empty = [model.__name__ for model in OURS if not model._base_manager.exists()]
    assert not empty, f"{empty}: add one to tests/factories/canary_county.py, or the crawl proves nothing about it."


@pytest.mark.parametrize(
    ("model", "field"),
    [(model, field) for model in OURS for field in texts(model) if model.__name__ != "AuditEvent"],
    ids=lambda each: getattr(each, "name", None) or each.__name__,
)
def test_every_text_has_a_word_that_tells_whose_it_is(world, model, field):
    with world.fenshire.inside():
        written = " ".join(str(value) for value in model._base_manager.values_list(field.name, flat=True))
    assert world.fenshire.canaries.seen_in(written), (
        f"{model.__name__}.{field.name} has no planted word: plant one in tests/factories/canary_county.py, "
        "or say in NO_WORDS why nobody writes words there."
    )


def test_the_ids_of_both_authorities_are_the_same(world):
    for model in OURS:
        # The crawl of the API makes tokens of its own in the county that is asked.
        if issubclass(model, PublicModel) and model.__name__ not in ("Link", "Notice", "Token"):
            found = []
            for county in (world.fenshire, world.moorland):
                with county.inside():
                    found.append(set(model._base_manager.values_list("public_id", flat=True)))
            assert found[0] == found[1], f"{model.__name__}: an address of one authority must be one of the other too."
    assert world.fenshire.token.public_id == world.moorland.token.public_id


def test_the_two_sides_share_no_sum(world):
    first, second = (set(filter(is_sum, county.canaries.cells)) for county in (world.fenshire, world.moorland))
    assert not first & second, "A sum that both have tells nobody whose it is: change dearer_by."


def is_sum(word: str) -> bool:
    return word[0].isdigit()


def test_no_planted_word_hides_in_another(world):
    for county in (world.fenshire, world.moorland):
        for word in county.canaries.cells:
            assert TOKEN.findall(f"x {word} x") == [word]


@pytest.mark.parametrize("slug", ["fenshire", "moorland"])
def test_the_audit_of_the_whole_story_holds_no_word(world, slug):
    """Its rows can never be erased, so no name and no free text may ever get in (architecture 5)."""
    county = getattr(world, slug)
    with county.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT verb, row_to_json(e)::text FROM teams_auditevent e")
        events = cursor.fetchall()
    assert len({verb for verb, _ in events}) > 12, "a story without verbs proves nothing"
    wrong = {verb: sorted(county.canaries.seen_in(text)) for verb, text in events if county.canaries.seen_in(text)}
    assert not wrong, (
        f"The audit holds words of {wrong}: name the fields that changed, and keep the words in the record."
    )
