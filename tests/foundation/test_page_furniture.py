"""What every page stands on: strict templates, furniture that asks nothing on an error, macros that lose nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from jinja2 import UndefinedError, meta

from config.jinja2 import GOVUK_NAMES

ERRORS = ["400", "403", "404", "405", "413", "429", "500", "503"]


@pytest.fixture(scope="module")
def jinja():
    return engines["jinja2"].env


def draw(jinja, text: str, **facts) -> str:
    return jinja.from_string(text).render(**facts)


class Balanced(HTMLParser):
    """Markup whose elements are closed in the order in which they were opened."""

    ALONE = {"input", "link", "meta", "img", "br", "hr"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in self.ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_name_that_a_page_was_not_given_is_a_mistake(jinja):
    with pytest.raises(UndefinedError, match="'nothing' is undefined"):
        draw(jinja, "{{ nothing }}")
    with pytest.raises(UndefinedError, match="has no attribute 'nmae'"):
        draw(jinja, "{{ school.nmae }}", school=SimpleNamespace(name="Oakfield"))


def test_an_option_that_a_macro_was_not_given_is_only_not_given(jinja):
    assert draw(jinja, "{{ 'set' if options.href else 'not set' }}", options={}) == "not set"


def test_all_that_govuk_templates_ask_about_is_known(jinja):
    source = jinja.loader.get_source(jinja, "govuk_frontend_jinja/template.html")[0]
    asked = {
        name for name in meta.find_undeclared_variables(jinja.parse(source)) if name[0] != "_" and name != "caller"
    }
    with_default = {"themeColor", "assetPath", "htmlLang", "govukAttributes", "govukSkipLink", "govukHeader"}
    with_default |= {"govukServiceNavigation", "govukFooter"}
    assert asked - set(jinja.globals) <= with_default
    assert set(GOVUK_NAMES) <= set(jinja.globals)


def test_pages_are_escaped_and_mails_are_not(jinja):
    assert draw(jinja, "{{ name }}", name="O'Neill & Sons") == "O&#39;Neill &amp; Sons"
    letter = render_to_string("account/email/unknown_account_message.txt", {"email": "o'neill@example.org"})
    assert "o'neill@example.org" in letter


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_is_drawn_with_nothing_in_hand(name, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        html = render_to_string(f"{name}.html")
    Balanced(html.partition("<body")[2].partition(">")[2].rpartition("</body>")[0])
    assert html.count("<h1") == 1
    assert 'href="/"' in html


def test_an_error_inside_an_authority_asks_the_database_nothing(django_assert_num_queries, db):
    request = RequestFactory().get("/fenshire/nothing/")
    request.authority = SimpleNamespace(name="Fenshire", is_demo=True)
    request.principal = SimpleNamespace(name="Mira")
    with django_assert_num_queries(0):
        html = render_to_string("404.html", request=request)
    assert "<title>There is nothing here for you - Fenshire - Alongside</title>" in html
    assert "Sign out" not in html, "who is signed in would be a query"


@pytest.mark.django_db
def test_a_page_that_was_open_too_long_gives_the_words_back():
    strict = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    answer = strict.post("/accounts/password/reset/", {"email": "mira@fenshire.example", "extra": "a\nb"})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert '<input type="hidden" name="email" value="mira@fenshire.example">' in html
    assert "Send it again" in html


@pytest.mark.django_db
@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
def test_words_from_another_site_are_not_offered_again(origin):
    headers = {"origin": origin} if origin else {}
    answer = Client(enforce_csrf_checks=True, headers=headers).post(
        "/accounts/password/reset/", {"email": "a@b.example"}
    )
    assert answer.status_code == 403
    assert "Send it again" not in answer.content.decode()


@pytest.mark.django_db
def test_a_password_is_never_written_into_the_page_that_gives_words_back():
    strict = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    html = strict.post("/accounts/login/", {"login": "a@b.example", "password": "correct horse"}).content.decode()
    assert "correct horse" not in html
    assert "Send it again" not in html


def test_parts_of_a_bar_are_as_wide_as_their_shares(jinja):
    html = draw(
        jinja,
        """{% from "macros/shares.html" import parts_bar %}{{ parts_bar("pays", "Who pays", parts, total) }}""",
        parts=[
            {"name": "County", "percent": Decimal("59.00"), "amount": "£20,355.00"},
            {"name": "Oakfield", "percent": Decimal("41.00"), "amount": "£14,145.00"},
        ],
        total={"percent": Decimal("100.00"), "amount": "£34,500.00"},
    )
    Balanced(html)
    assert 'x="0" y="0" width="586.00"' in html, "59 % of 1000, less the gap"
    assert 'x="590.00" y="0" width="410.00"' in html
    assert "Who pays: County 59\N{NO-BREAK SPACE}%, Oakfield 41\N{NO-BREAK SPACE}%" in html
    assert html.count("£") == 3
    assert html.count('<th class="alongside-shares__who" scope="row">') == 3


@pytest.mark.parametrize("names", [[], ["Oakfield"], ["Oakfield", "Beech Lane", "Dale"]])
def test_a_map_and_a_chart_are_drawn_for_any_number_of_schools(jinja, names):
    points = [
        {
            "name": name,
            "easting": 500000,
            "northing": 150000 + 10 * at,
            "band": at + 1,
            "filled": at == 0,
            "text": "41 of 100",
        }
        for at, name in enumerate(names)
    ]
    rows = [{"label": name, "number": at} for at, name in enumerate(names)]
    html = draw(
        jinja,
        """{% from "macros/charts.html" import bar_chart %}{% from "macros/need.html" import need_map %}
        {{ bar_chart("Signed", "Says", rows) }}{{ need_map("m", "Map", "Says", points) }}""",
        points=points,
        rows=rows,
    )
    Balanced(html)
    for name in names:
        assert html.count(name) >= 3, "in the chart and its drawing, and on the map"
    assert not re.search(r"<svg[^>]*>(?!<title)", html), "each drawing says what it is"


@pytest.mark.parametrize("state", ["signed", "waiting", "question", "declined", "later"])
def test_each_state_of_a_signature_has_a_word_and_a_sign(jinja, state):
    html = draw(
        jinja,
        """{% from "macros/signatures.html" import signatures %}{{ signatures(rows) }}""",
        rows=[{"role": "Headteacher", "name": "Hetty", "state": state, "links": [{"text": "Send again", "href": "/"}]}],
    )
    Balanced(html)
    words = {"signed": "Signed", "waiting": "Waiting", "question": "Has a question", "declined": "Said no"}
    assert f"<strong>{words.get(state, 'Not asked yet')}</strong>" in html
    assert "<svg" in html


def test_a_table_names_each_cell_for_the_narrow_page(jinja):
    html = draw(
        jinja,
        """{% from "macros/tables.html" import data_table %}{{ data_table("Agreements", heads, rows) }}""",
        heads=[{"text": "School"}, {"text": "Days", "numeric": True, "sort": "none"}, {"text": "State"}],
        rows=[
            [
                {"text": "Oakfield", "href": "/a", "more": "URN 1"},
                {"text": 0},
                {"tag": {"text": "Active", "colour": "green"}},
            ],
            ["<Beech>", "", "None"],
        ],
    )
    Balanced(html)
    assert 'data-label="Days"' in html
    assert "<span>0</span>" in html, "nought is a number, not nothing"
    assert html.count("govuk-table__cell--empty") == 1
    assert "&lt;Beech&gt;" in html
    assert 'data-module="moj-sortable-table"' in html


def test_the_other_macros_are_whole(jinja):
    html = draw(
        jinja,
        """
        {% from "macros/buttons.html" import link_button, main_button, quiet_button %}
        {% from "macros/empty.html" import empty %}
        {% from "macros/figures.html" import figures %}
        {% from "macros/moj.html" import filter_form, identity_bar, sub_navigation, timeline %}
        {% from "macros/page.html" import flash, looking_at, page_heading, saved_line %}
        {% from "macros/progress.html" import progress %}
        {{ page_heading("Title", "Caption", "Now", "By") }}{{ saved_line("unsaved", "Not saved") }}
        {{ looking_at({"text": "Oakfield"}) }}{{ flash("error", "No") }}{{ flash("debug", "So") }}
        {{ figures([{"number": 41, "words": "signed"}]) }}
        {{ figures([{"number": "Not known", "plain": true, "words": "x", "href": "/", "since": "y"}]) }}
        {{ empty("Nothing yet.") }}{{ empty("Nothing yet.", {"text": "Add one", "href": "/"}) }}
        {{ progress("run", 12, 55, "papers made", false, "/run", failed=2) }}
        {{ progress("done", 0, 0, "papers made", true, "/run") }}
        {{ main_button("Send", [{"text": "Leave", "href": "/"}], warning=true) }}{{ link_button("Start", "/") }}
        {{ quiet_button("Again", "/", "", {"press": "again"}) }}
        {{ identity_bar("Oakfield", [{"name": "URN", "value": 1}]) }}
        {{ sub_navigation("Parts", [{"text": "Cost", "href": "/"}]) }}
        {{ timeline([{"title": "Signed", "at": at}]) }}
        {% call filter_form("/", [{"text": "North", "href": "/"}], "/") %}<p>fields</p>{% endcall %}
        """,
        at=datetime(2026, 9, 3, 6, 12, tzinfo=UTC),
    )
    Balanced(html)
    assert "12 of 55 papers made, 2 could not be made" in " ".join(html.split())
    assert 'max="1" value="0"' in html
    assert "3 September 2026 at 7:12am" in html
    assert 'role="alert"' in html
