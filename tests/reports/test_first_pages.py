"""Where each role lands, and what stands there first (journeys 7, 10; H4)."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone

from schools.actions import agreements
from schools.models import Agreement, Placement, SchoolContact
from teams.foundation.access import Role
from teams.models import Authority, Membership
from tests.factories.agreements import fresh, make_agreement, offered
from tests.factories.authorities import NOW, add_person, contact
from tests.reports.stories import active, add_agreement, add_terms, grow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

HOME = "/fenshire/home/"


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def main(response) -> str:
    """What stands between the header and the footer."""
    return text(response).partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("who", "title"),
    [
        ("manager", "My week"),
        ("worker", "Today"),
        ("admin", "Fenshire County Council today"),
        ("head", "Your worker at Oakfield Primary School Fenshire"),
        ("lead", "Your worker at Oakfield Primary School Fenshire"),
    ],
)
def test_each_role_has_its_own_first_page(fenshire, client_for, who, title):
    html = text(client_for(fenshire, who).get(HOME))
    assert f">{title}</h1>" in html


@pytest.mark.parametrize(
    ("who", "where"),
    [("senior", "/fenshire/county/"), ("finance", "/fenshire/county/"), ("auditor", "agreement")],
)
def test_some_roles_are_led_on(fenshire, client_for, who, where):
    response = client_for(fenshire, who).get(HOME)
    assert response.status_code == 302
    assert where in response["Location"]


def test_the_front_door_of_an_authority_leads_home(fenshire, client_for):
    response = client_for(fenshire, "manager").get("/fenshire/")
    assert (response.status_code, response["Location"]) == (302, HOME)


class TestMyWeek:
    def test_nothing_waits(self, fenshire, client_for):
        html = main(client_for(fenshire, "manager").get(HOME))
        assert "Nothing waits for you." in html
        assert "Not known" in html, "no agreement has been drawn up: the figure is not 0"

    def test_her_own_signature_stands_first_by_age_and_others_below(self, fenshire, client_for):
        with fenshire.inside():
            agreement = offered(make_agreement(fenshire), fenshire)
            head = fenshire.people["head"]
            agreement.ask("Who pays for travel?", person=head, by=fenshire.as_("manager"), at=NOW + timedelta(days=1))
        html = main(client_for(fenshire, "manager").get(HOME))
        assert html.index("Sign for the council: Oakfield") < html.index("Answer Hetty Fenshire about Oakfield")
        assert "Who pays for travel?" in html
        assert "School, worker, council" in html

    def test_above_her_limit_she_asks_a_senior_manager(self, fenshire, client_for):
        with fenshire.inside():
            offered(make_agreement(fenshire), fenshire)
            Authority.objects.filter(pk=fenshire.authority.pk).update(manager_limit="30000.00")
        html = main(client_for(fenshire, "manager").get(HOME))
        assert "ask a senior manager to sign" in html
        assert "£34,500 a year. You may sign up to £30,000." in html
        county = main(client_for(fenshire, "senior").get("/fenshire/county/"))
        assert "Sign for the council: Oakfield" in county
        assert "above the managers’ limit" in unescape(county).replace("'", "’")

    def test_a_refusal_with_its_reason(self, fenshire, client_for):
        with fenshire.inside():
            agreement = offered(make_agreement(fenshire), fenshire)
            agreement.decline("We have no money left", by=fenshire.as_("head"), at=NOW)
        assert "We have no money left" in main(client_for(fenshire, "manager").get(HOME))

    def test_an_unconfirmed_head_who_blocks_sending(self, fenshire, client_for):
        with fenshire.inside():
            SchoolContact.objects.filter(person=fenshire.people["head"]).update(confirmed_at=None)
            make_agreement(fenshire)
        assert "Confirm the head of Oakfield" in main(client_for(fenshire, "manager").get(HOME))

    def test_another_managers_work_is_not_hers(self, fenshire, client_for):
        with fenshire.inside():
            offered(make_agreement(fenshire), fenshire)
        html = main(client_for(fenshire, "other_manager").get(HOME))
        assert "Oakfield" not in html
        assert "Nothing waits for you." in html

    def test_seven_lines_and_no_more(self, fenshire, client_for):
        with fenshire.inside():
            make_agreement(fenshire)
        grow(fenshire, 9, state="offered")
        html = main(client_for(fenshire, "manager").get(HOME))
        assert html.count("Sign for the council") == 7
        assert "2 more lines" in html


class TestToday:
    def test_a_worker_is_asked_to_sign_and_sees_her_days(self, fenshire, client_for):
        with fenshire.inside():
            offered(make_agreement(fenshire), fenshire)
        html = main(client_for(fenshire, "worker").get(HOME))
        assert html.index("Read and sign: Oakfield") < html.index("My schools")
        assert "You in school: Monday 8:30am to 3:30pm" in html
        assert "Mira Fenshire" in html
        assert "£" not in html

    def test_no_school_yet(self, fenshire, client_for):
        html = main(client_for(fenshire, "worker").get(HOME))
        assert "No school yet." in html
        assert html.index("Nothing is asked of you today.") < html.index("My schools"), "the first line says what to do"


class TestHeadsPage:
    def test_days_price_papers_and_the_manager(self, fenshire, client_for):
        active(fenshire)
        html = main(client_for(fenshire, "head").get(HOME))
        assert "Wanda Fenshire at Oakfield Primary School Fenshire" in html
        assert "Your share: <strong>£14,145</strong> a year" in html
        assert "£4,715 in the autumn term" in html
        assert "41\N{NO-BREAK SPACE}% of £34,500 a year. The rest is paid by others." in html
        assert "County budget" not in html, "the school sees no other payer"
        assert "No paper yet. Each term’s paper stands here as soon as the council has made it." in html
        assert "manager@fenshire.example" in html
        assert 'href="tel:' in html, "on a phone one tap rings"
        for anchor in ("now", "young-people", "papers", "help"):
            assert f'href="#{anchor}"' in html
            assert f'id="{anchor}"' in html
        assert "No one from your school is with Wanda Fenshire at present." in html
        assert "In school now, until 15:30." in html

    def test_what_is_asked_of_the_head_stands_first(self, fenshire, client_for):
        with fenshire.inside():
            offered(make_agreement(fenshire), fenshire)
        html = main(client_for(fenshire, "head").get(HOME))
        assert "No paper yet. When school, worker and council have signed" in html
        assert html.index("Asked of you") < html.index("now-heading")
        assert "Read and sign" in html

    def test_what_was_never_sent_is_the_councils_own(self, fenshire, client_for):
        with fenshire.inside():
            make_agreement(fenshire)
        assert "£" not in main(client_for(fenshire, "head").get(HOME))

    def test_the_in_school_lead_sees_the_same_without_money(self, fenshire, client_for):
        active(fenshire)
        html = main(client_for(fenshire, "lead").get(HOME))
        assert "Wanda Fenshire at Oakfield" in html
        assert "In your school, you are the one to ask" in html
        assert "£" not in html
        assert "Money" not in html
        assert "buys" not in html

    def test_before_the_start(self, fenshire, client_for):
        today = timezone.localdate()
        with fenshire.inside():
            offered(make_agreement(fenshire), fenshire)
            Placement.objects.update(starts_on=today + timedelta(days=10))
        html = main(client_for(fenshire, "head").get(HOME))
        assert "Wanda Fenshire starts on 18 September 2026." in html
        assert "To meet Wanda Fenshire and Mira Fenshire before then" in html

    def test_what_others_still_have_to_sign_is_not_asked_of_the_head_again(self, fenshire, client_for):
        with fenshire.inside():
            agreement = make_agreement(fenshire)
            offered(agreement, fenshire)
        client = client_for(fenshire, "head")
        assert "</a>: sent to sign." in main(client.get(HOME))
        with fenshire.inside():
            agreements.sign(
                fresh(agreement), party="school", parts=["way", "cost"], person=fenshire.people["head"], how="account",
                by=fenshire.as_("head"), at=NOW,
            )  # fmt: skip
        html = main(client.get(HOME))
        assert "your school has agreed; it waits for Wanda Fenshire and the council." in html
        assert "Asked of you" not in html

    def test_a_worker_who_has_left_is_not_said_to_be_there(self, fenshire, client_for):
        active(fenshire)
        with fenshire.inside():
            type(fenshire.people["worker"]).objects.filter(pk=fenshire.people["worker"].pk).update(left_at=NOW)
        html = main(client_for(fenshire, "head").get(HOME))
        assert ">Your worker at Oakfield Primary School Fenshire</h1>" in html
        assert "No worker is with you at present. Mira Fenshire will tell you who comes, and when." in html
        assert "With you" not in html
        assert "has left" not in html, "why is not for this page"

    def test_a_head_of_two_schools_chooses_and_can_change(self, fenshire, client_for):
        active(fenshire)
        with fenshire.inside():
            SchoolContact.objects.filter(person=fenshire.people["other_head"]).update(ends_on=date(2025, 1, 1))
            contact(fenshire, fenshire.beech, "head", SchoolContact.Kind.HEAD)
        client = client_for(fenshire, "head")
        choice = main(client.get(HOME))
        assert "Oakfield Primary School Fenshire" in choice
        assert "Beech Primary School Fenshire" in choice
        assert "Wanda" not in choice, "never merged"
        page = text(client.get(f"{HOME}{fenshire.oakfield.public_id}/"))
        assert "You are looking at: <strong>Oakfield Primary School Fenshire</strong>" in page
        assert f'href="{HOME}?choose=1"' in page
        assert "Wanda" not in text(client.get(f"{HOME}{fenshire.beech.public_id}/"))

    def test_a_head_here_who_is_the_lead_there_sees_money_here_alone(self, fenshire, client_for):
        active(fenshire)
        with fenshire.inside():
            agreement = add_agreement(fenshire, 1)
            person, user = fenshire.people["head"], fenshire.users["head"]
            Membership.objects.create(user=user, person=person, role=Role.IN_SCHOOL_LEAD, starts_on=date(2024, 9, 1))
            there = agreement.placement.school
            contact(fenshire, there, "head", SchoolContact.Kind.LEAD)
        client = client_for(fenshire, "head")
        assert "£14,145" in main(client.get(f"{HOME}{fenshire.oakfield.public_id}/"))
        assert "£" not in main(client.get(f"{HOME}{there.public_id}/"))

    def test_another_school_is_not_there(self, fenshire, client_for):
        assert client_for(fenshire, "head").get(f"{HOME}{fenshire.beech.public_id}/").status_code == 404
        assert client_for(fenshire, "manager").get(f"{HOME}{fenshire.beech.public_id}/").status_code == 403

    def test_no_worker_at_present(self, fenshire, client_for):
        assert "No worker of the council is placed at Oakfield" in main(client_for(fenshire, "head").get(HOME))


def test_somebody_with_two_hats_chooses(fenshire, client_for):
    with fenshire.inside():
        add_person(fenshire, "both", "Bo Fenshire", Role.TEAM_MANAGER, "Team manager", team=fenshire.team)
        Membership.objects.create(
            user=fenshire.users["both"], person=fenshire.people["both"], role=Role.IN_SCHOOL_LEAD,
            starts_on=date(2024, 9, 1),
        )  # fmt: skip
        contact(fenshire, fenshire.beech, "both", SchoolContact.Kind.LEAD)
    client = client_for(fenshire, "both")
    assert "Your work for the council" in main(client.get(HOME))
    week = text(client.get(f"{HOME}council/"))
    assert ">My week</h1>" in week
    assert "You are looking at: <strong>Your work for the council</strong>" in week


def test_the_administrator_sees_what_needs_a_person(fenshire, client_for):
    client = client_for(fenshire, "admin")
    assert "no paper failed" in main(client.get(HOME))
    assert "Nothing waits for you." in main(client.get(HOME))
    with fenshire.inside():
        SchoolContact.objects.filter(person=fenshire.people["head"]).update(bounced_at=NOW)
    html = main(client.get(HOME))
    assert "Mail to Hetty Fenshire came back" in html
    assert "Not known: no terms have been added yet" in html
    add_terms(fenshire, *range(2026, 2030))
    assert "term" in main(client.get(HOME))


def test_a_county_that_is_being_set_up_leads_its_administrator_on(fenshire, client_for, queries):
    with fenshire.inside():
        Authority.objects.filter(pk=fenshire.authority.pk).update(doors_opened_at=None, telephone="")
    client = client_for(fenshire, "admin")
    client.get(HOME)
    with queries() as asked:
        html = main(client.get(HOME))
    assert "needed before the doors can open" in html, html[:900]
    assert "Go on setting up. No mail goes before you open the doors." in html
    assert "Nothing waits for you: no mail" not in html
    assert len(asked) <= 20, "\n".join(asked)
    with fenshire.inside():
        Authority.objects.filter(pk=fenshire.authority.pk).update(telephone="01999 123456")
    add_terms(fenshire, *range(2026, 2030))
    assert "Look once more, then open the doors." in main(client.get(HOME))


@pytest.mark.parametrize("who", ["manager", "worker", "admin", "head", "lead"])
def test_first_pages_ask_no_more_of_a_large_county(fenshire, client_for, queries, who):
    active(fenshire)
    client = client_for(fenshire, who)
    client.get(HOME)
    with queries() as small:
        text(client.get(HOME))
    grow(fenshire, 6, state="offered")
    with queries() as large:
        text(client.get(HOME))
    assert len(small) <= 20, "\n".join(small)
    assert len(large) == len(small), "\n".join(large)


def test_nothing_of_another_authority_shows(fenshire, moorland, client_for):
    active(moorland)
    with moorland.inside():
        assert Agreement.objects.count() == 1
        assert fresh(Agreement.objects.get()).is_active
    for who in ("manager", "worker", "head", "lead"):
        assert "Moorland" not in text(client_for(fenshire, who).get(HOME))
    assert client_for(fenshire, "manager").get("/moorland/home/").status_code == 404
