"""What a process keeps is the same for whoever asks next: another reader, another authority, another day, odd words."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, Value
from django.template import engines
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, meta, nodes
from markupsafe import Markup

from config.jinja2 import kept as kept_words
from reports import needs
from reports.needs import together
from schools.models import Placement
from teams.foundation import reach, tenancy
from teams.foundation.access import NOTHING, OneOf, Principal, Role
from teams.foundation.kept import Gap, Kept, KeptFor, alike
from teams.models import Person
from tests.factories.agreements import make_agreement

OURS = ("teams", "schools", "casework", "supervision", "performance", "reports", "config")
# What changes from request to request, among the names that every template knows.
OF_A_REQUEST = {"request", "url", "url_of_each", "outside_url", "front_page", "navigation", "hat_band", "get_messages"}
OF_A_REQUEST |= {"panels", "trail_of", "csrf_token", "csrf_input", "cspNonce", "authority", "principal"}
TODAY = date(2026, 9, 1)


@pytest.fixture
def macros():
    return engines["jinja2"].env.get_template("macros/page.html").module  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["<b>Ada</b>", "O’Hara & Sons", '"><script>'])
def test_words_are_escaped_though_somebody_has_kept_the_same_as_markup(macros, typed):
    """Markup is equal to the words that it is made of."""
    links, as_it_is = macros.account_links, Markup(typed)  # noqa: S704
    assert typed in kept_words(links, "", "/profile/", as_it_is, "/out/")
    assert Markup.escape(typed) in kept_words(links, "", "/profile/", typed, "/out/")
    assert typed in kept_words(links, "", "/profile/", as_it_is, "/out/")
    places = [((words, "/week/", False),) for words in (as_it_is, typed)]
    assert kept_words(macros.bar, places[0]) != kept_words(macros.bar, places[1])


def test_a_macro_that_is_kept_is_given_all_that_it_says():
    """A link made inside it would be another authority's on the next page."""
    env: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    names = {
        call.args[0].name
        for template in env.list_templates(extensions=["html"])
        if not template.startswith("govuk_frontend_jinja/")
        for call in _parsed(env, template).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "kept" and isinstance(call.args[0], nodes.Name)
    }
    page = _parsed(env, "macros/page.html")
    drawn = {macro.name: macro for macro in page.find_all(nodes.Macro)}
    assert {"home_link", "bar", "footer_links"} <= names <= drawn.keys()
    for name in names:
        asked = meta.find_undeclared_variables(nodes.Template([drawn[name]]).set_environment(env))
        assert not asked & OF_A_REQUEST, name


def _parsed(env: Environment, template: str) -> nodes.Template:
    return env.parse(env.loader.get_source(env, template)[0])  # type: ignore[union-attr]


def kept_questions() -> dict[str, Kept]:
    return {
        f"{name}.{each}": question
        for name, module in sorted(sys.modules.items())
        if name.split(".", maxsplit=1)[0] in OURS
        for each, question in sorted(vars(module).items())
        if isinstance(question, Kept)
    }


def in_two_worlds(monkeypatch: pytest.MonkeyPatch, ask: Any) -> list[Any]:
    """What `ask` answers on two days, in two authorities and two time zones."""
    found = []
    for authority, now in ((1, datetime(2026, 9, 1, 9, tzinfo=UTC)), (2, datetime(2031, 2, 3, 22, tzinfo=UTC))):
        with monkeypatch.context() as world:
            world.setattr(timezone, "now", lambda now=now: now)
            token = tenancy._authority.set(authority)
            try:
                found.append(ask())
            finally:
                tenancy._authority.reset(token)
    return found


def test_no_question_is_kept_with_the_day_or_the_authority_of_who_asked_it_first(monkeypatch):
    """Nor does one ask the database while it is made: here there is none."""
    questions = kept_questions()
    assert len(questions) > 20
    for name, question in questions.items():

        def ask(question: Kept = question) -> Any:
            built = question.build(**{each: Value(Gap(each)) for each in question.names})
            return built.query.get_compiler("default").as_sql()

        first, second = in_two_worlds(monkeypatch, ask)
        assert first == second, name


@pytest.mark.parametrize("role", [*Role, None])
def test_what_is_kept_for_one_reader_holds_nothing_but_who_she_is(role, monkeypatch, db, queries):
    assert connection.pg_version, "which Django asks for once"
    reader = Principal(
        kind="membership", user_id=7, person_id=8, roles=frozenset({role} if role else Role), today=TODAY,
        covers=frozenset({9, 10}), hats=frozenset({(str(role), 3)}),
    )  # fmt: skip
    kinds = tuple(together.kinds_of(reader))
    asked = [lambda: needs._agreements.build(reader)]
    asked += [lambda: together._asked.build(reader, kinds)] if kinds else []
    for build in asked:

        def ask(build: Any = build) -> Any:
            try:
                return build().query.get_compiler("default").as_sql()
            except EmptyResultSet:
                return ""

        with queries() as seen:
            first, second = in_two_worlds(monkeypatch, ask)
        assert first == second
        assert not seen


def test_what_many_have_in_common_is_filled_with_the_keys_of_each(db):
    """Of all roles together, and of keys that are one and the same number for a person, a team and a school."""
    random, kept = Random(1745), 0  # noqa: S311  (readers of a test)
    for _ in range(120):
        roles = frozenset(random.sample(list(Role), random.choice([1, 1, 2, 4])))
        teams = [random.choice([None, *range(1, 6)]) for _ in roles]
        reader = Principal(
            kind="membership", name="Ada", user_id=random.randint(1, 5), person_id=random.randint(1, 5), roles=roles,
            covers=frozenset(random.sample([*range(1, 6), 2**40], random.choice([0, 0, 1, 2, 3]))), today=TODAY,
            school_id=random.choice([None, None, 3]), hats=frozenset(zip(map(str, roles), teams, strict=True)),
        )  # fmt: skip
        reader = random.choice([reader, replace(reader, whole=reader, school_id=None)])
        for question, more in ((needs._agreements, ()), (together._asked, (tuple(together.kinds_of(reader)),))):
            stand_in, keys = alike(reader)
            try:
                sql, plainly = question.build(reader, *more).query.get_compiler("default").as_sql()
            except EmptyResultSet:
                assert question._of(stand_in, *more).sql == ""
                continue
            written = question._of(stand_in, *more)
            if written is None:
                continue
            filled = [keys[each.number] if isinstance(each, reach.Gap) else each for each in written.values]
            assert written.sql == sql
            kept += 1
            for here, there in zip(filled, plainly, strict=True):  # a set of keys has no order
                assert here == there or {here, there} <= reader.stands_for
            assert Counter(map(repr, filled)) == Counter(map(repr, plainly))
    assert kept > 150


def test_several_threads_keep_and_forget_at_once():
    """No reader's page fails because another one asked something new meanwhile."""
    forms: dict[Any, int] = {}

    def ask(who: int) -> None:
        for number in range(60_000):
            reach.keep(forms, (who, number), number, most=3)

    often, before = 1e-6, sys.getswitchinterval()
    sys.setswitchinterval(often)
    try:
        with ThreadPoolExecutor(4) as several:
            list(several.map(ask, range(4)))
    finally:
        sys.setswitchinterval(before)
    assert len(forms) <= 3


def test_a_question_that_finds_nothing_is_answered_with_nothing(fenshire):
    mine = KeptFor(lambda principal: Person.objects.visible_to(principal).order_by("pk"))
    nobody = Kept(lambda *, job: Person.objects.filter(NOTHING, job=job))
    with fenshire.inside():
        for _ in range(2):
            assert mine(replace(fenshire.as_("worker"), roles=frozenset(), person_id=None)) == []
            assert nobody(job="") == []
            assert nobody.visible_to(fenshire.as_("worker"), job="") == []
            assert mine(fenshire.as_("worker")) == list(Person.objects.order_by("pk"))


def test_a_key_is_a_key_however_large_it_is(fenshire):
    """Some stand in for what is not known yet (reach.NOBODYS): only where a policy's form is kept."""
    large = reach.NOBODYS[3]
    of_her = KeptFor(lambda principal: Person.objects.filter(pk__in=[principal.person_id, 7]).order_by("pk"))
    larger = Kept(lambda *, least: Person.objects.filter(pk__lt=large, pk__gt=least).order_by("pk"))
    placed = Kept(lambda *, school: Placement.objects.filter(school=school))
    with fenshire.inside():
        assert larger(least=0) == list(Person.objects.order_by("pk"))
        assert of_her(replace(fenshire.as_("worker"), person_id=large)) == list(Person.objects.filter(pk=7))
        for key in (large, 2**63, 2**70, -1):
            for person in (large, 2**63, fenshire.people["manager"].pk):
                reader = replace(fenshire.as_("manager"), person_id=person, covers=frozenset({large + 1, 2**63}))
                assert placed.visible_to(reader, school=key) == []
                assert not Placement.objects.filter(school=key).visible_to(reader)


def test_no_record_is_kept_with_what_it_asked(fenshire):
    """A principal by a link or a token holds that record, and its person and account with it."""
    held: list[Any] = []
    mine = KeptFor(lambda principal: held.append(principal) or Person.objects.filter(pk=principal.person_id))
    with fenshire.inside():
        for more in ({"link": SimpleNamespace(purpose="x", subject_id=uuid4())}, {"token": object()}):
            for _ in range(2):
                assert mine(replace(fenshire.as_("worker"), **more)) == [fenshire.people["worker"]]
    assert len(held) == 4
    assert mine._of.cache_info().currsize == 0


THERE = Q(school__contacts__ends_on=TODAY)  # none ends, and each school has a head and a lead
NO_HEAD = ~Q(school__contacts__kind="head")


@pytest.mark.parametrize(
    "rows",
    [
        THERE | NO_HEAD,
        (THERE | Q(pk__gte=0)) & NO_HEAD,
        Q(post__employments__ends_on=TODAY) | ~Q(Q(post__employments__ends_on=None), Q(pk__gte=0)),
        (THERE | Q(pk__gte=0)) & ~(NO_HEAD & Q(pk__gte=0)),
        THERE | ~Q(pk__lt=0),
    ],
    ids=range(5),
)
def test_the_ways_to_a_row_lead_where_the_whole_does_though_something_is_denied(fenshire, rows):
    """Django denies it of each joined row where the relation is joined, and else of all its rows."""
    with fenshire.inside():
        for post in ("post", "other_post"):
            make_agreement(fenshire, post=post)
        plainly = set(Placement.objects.filter(rows).values_list("pk", flat=True))
        kept = reach.keys_within(Placement, rows, None)
        assert kept is not None
        assert set(Placement.objects.filter(OneOf("pk", kept)).values_list("pk", flat=True)) == plainly


VALUES = st.sampled_from(
    [1, 2, -1, 2**31, 2**63, reach.NOBODYS[0], reach.NOBODYS[9], True, False, None, "1", "active", Placement.Status.ACTIVE,
     Markup("active"), date.min, date.max, TODAY, datetime(2026, 9, 1), datetime(2026, 9, 1, tzinfo=UTC), UUID(int=1)]
)  # fmt: skip
SEVERAL = st.lists(VALUES, max_size=3) | st.frozensets(VALUES, max_size=3) | st.lists(VALUES, max_size=3).map(tuple)
COLUMNS = ("pk", "school", "status", "starts_on__lte", "ends_on", "public_id", "post__employments__person")
LOOKUPS = st.tuples(st.sampled_from(COLUMNS), VALUES) | st.tuples(
    st.sampled_from(["pk__in", "manager__in", "status__in", "school__contacts__person__in", "pk__range"]), SEVERAL
)
CONDITIONS = st.recursive(
    LOOKUPS.map(lambda each: Q(each)),
    lambda inner: (
        inner.map(lambda each: ~each)
        | st.tuples(inner, inner).map(lambda both: both[0] & both[1])
        | st.tuples(inner, inner).map(lambda both: both[0] | both[1])
        | st.tuples(inner, inner).map(lambda both: both[0] ^ both[1])
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, st.data())
def test_of_any_lookups_what_is_kept_is_what_django_writes_for_each_of_a_form(rows, data):
    """The first of a form is written, another one of it is filled in: keys of all sizes, moments, words, twice the same."""
    for asked in (rows, _another(rows, data), _another(rows, data)):
        for is_narrow, write in ((False, reach._statements), (True, lambda *each: (reach._statement(*each),))):
            kept = _tried(lambda asked=asked, narrow=is_narrow: reach._within(Placement, asked, is_narrow=narrow))
            plainly = _tried(lambda asked=asked, write=write: write(Placement, asked))
            assert None in (kept, plainly) or kept == plainly


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Q(pk=1) | Q(pk=2), Q(pk=1) | Q(pk=2**63)),  # no column holds the second, and Django leaves it out
        (Q(status__in=[reach.NOBODYS[0]]), Q(status__in=[1])),  # which become words
    ],
    ids=["too large", "words"],
)
def test_what_django_writes_in_another_way_for_another_key_is_not_kept(db, first, second):
    """Found by the test above, by chance."""
    for rows in (first, second):
        kept = reach._within(Placement, rows, is_narrow=True)
        assert kept is None or kept == (reach._statement(Placement, rows),)


def _tried(ask: Any) -> Any:
    """None where Django refuses the value, or knows that there is nothing."""
    try:
        return ask()
    except Exception:  # noqa: BLE001  whatever it says of a day in the place of a key
        return None


def _another(rows: Q, data: st.DataObject) -> Q:
    """Of the same form: each value that varies is another one."""
    found = Q()
    found.connector, found.negated = rows.connector, rows.negated
    for each in rows.children:
        if isinstance(each, Q):
            found.children.append(_another(each, data))
            continue
        name, value = each
        if type(value) is int:
            value = data.draw(st.integers(1, 2**62))
        elif type(value) is date:
            value = data.draw(st.dates())
        elif type(value) is UUID:
            value = data.draw(st.uuids())
        elif isinstance(value, (list, tuple, frozenset)) and reach._are_keys(value):
            keys = st.lists(st.integers(1, 2**62), min_size=len(value), max_size=len(value), unique=True)
            value = type(value)(data.draw(keys))
        found.children.append((name, value))
    return found
