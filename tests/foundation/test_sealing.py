"""Canonical JSON (architecture 5): what was read is what was signed, on every machine and after every round trip."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from teams.foundation.sealing import canonical, digest, plain

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | words
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals(-(10**8), 10**8, places=2, allow_nan=False)
    | st.uuids()
)
contents = st.recursive(
    values, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=12
)


@given(contents)
def test_what_comes_back_from_json_has_the_same_digest(content):
    assert digest(json.loads(canonical(content))) == digest(content)


@given(contents)
def test_making_it_plain_twice_changes_nothing(content):
    assert plain(plain(content)) == plain(content)


@given(contents, contents)
def test_two_texts_have_one_digest_only_if_they_are_the_same(one, other):
    assert (digest(one) == digest(other)) == (_typed(plain(one)) == _typed(plain(other)))


def _typed(content):
    """To Python True is 1; on a page it is not."""
    if isinstance(content, dict):
        return {key: _typed(value) for key, value in content.items()}
    return [_typed(value) for value in content] if isinstance(content, list) else (type(content), content)


@given(st.dictionaries(words, values, min_size=2))
def test_the_order_of_a_dict_does_not_matter_and_that_of_a_list_does(content):
    assert canonical(dict(reversed(content.items()))) == canonical(content)
    assert canonical([1, 2]) != canonical([2, 1])


@pytest.mark.django_db
@given(st.dictionaries(words, contents, max_size=3))
def test_the_database_gives_back_the_same_digest(content):
    """PostgreSQL writes jsonb in an order and with spaces of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::jsonb)::text", [canonical(content).decode()])
        assert digest(json.loads(cursor.fetchone()[0])) == digest(content)


def test_what_the_bytes_are():
    content = {
        "money": Decimal("14145.00"),
        "day": date(2026, 9, 4),
        "at": datetime(2026, 9, 4, 7, 12, tzinfo=UTC),
        "id": UUID(int=1),
        "words": "Zoë’s “room”",
        "nothing": None,
        "pair": (1, True),
    }
    assert canonical(content).decode() == (
        '{"at":"2026-09-04T07:12:00+00:00","day":"2026-09-04","id":"00000000-0000-0000-0000-000000000001",'
        '"money":"14145.00","nothing":null,"pair":[1,true],"words":"Zoë’s “room”"}'
    )
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_pennies_are_part_of_the_text():
    assert digest({"a": Decimal("14145.00")}) != digest({"a": Decimal(14145)}), "What was printed is what was signed."


@pytest.mark.parametrize("content", [1.5, {"a": [0.1]}, float("nan"), {"a": {1, 2}}, b"bytes", object()])
def test_what_two_machines_could_write_differently_is_refused(content):
    with pytest.raises(TypeError):
        canonical(content)
