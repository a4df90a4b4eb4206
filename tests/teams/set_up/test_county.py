"""Setting a county up: who may, the steps, name, terms, pay, doors, and removing the demo."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail as outbox
from django.utils import timezone

from teams.foundation import mail
from teams.foundation.audit import AuditEvent
from teams.models import Authority, Membership, PayRate, Team, Term
from teams.rules.colour import NEEDED, contrast_with_white, darkened
from tests.teams.set_up.page import NAME, PAGES, YEAR, get, post, typed_terms, words

pytestmark = pytest.mark.django_db


class TestWhoMayComeIn:
    @pytest.mark.parametrize("path", [path for path in PAGES if "wording" not in path])
    def test_administrators_and_nobody_else(self, fenshire, client_for, admin, path):
        assert admin.get(f"/fenshire/{path}").status_code == 200
        for name in ("manager", "senior", "worker", "finance", "auditor", "head", "lead"):
            assert client_for(fenshire, name).get(f"/fenshire/{path}").status_code == 403, name
        with fenshire.inside():
            assert AuditEvent.objects.filter(denied=True, verb__startswith="page.").count() == 7

    def test_another_authoritys_administrator_finds_nothing(self, fenshire, moorland, client_for):
        for path in PAGES:
            assert client_for(moorland, "admin").get(f"/fenshire/{path}").status_code == 404

    def test_a_press_by_somebody_else_changes_nothing(self, fenshire, client_for):
        for name in ("manager", "senior"):
            for path in ("set-up/name/", "set-up/doors/", "set-up/remove/", "people/add/", "people/list/"):
                assert client_for(fenshire, name).post(f"/fenshire/{path}", NAME).status_code == 403
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.closed_at is None


class TestSteps:
    def test_they_say_how_far_the_county_is(self, fenshire, admin):
        page = words(get(admin, "set-up/"))
        assert "<strong>6 of 9</strong> steps done; 1 step is still needed" in page
        for title in ("Name and colour", "Terms", "Areas and teams", "People", "Schools", "School contacts"):
            assert title in page
        assert "Nothing is mailed to anybody before you open the doors" in page
        assert "2 open schools" in page
        assert "3 contacts" in page

    def test_every_step_leads_to_a_page(self, admin):
        page = get(admin, "set-up/").content.decode()
        for path in ("set-up/name/", "set-up/terms/", "set-up/areas-and-teams/", "people/list/", "set-up/wording/"):
            assert f'href="/fenshire/{path}"' in page

    def test_the_demo_can_be_removed_from_here_and_a_real_county_cannot(self, fenshire, admin):
        assert "Remove the demo county" not in words(get(admin, "set-up/"))
        with fenshire.inside():
            Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
        assert "Remove the demo county" in words(get(admin, "set-up/"))

    def test_it_takes_as_many_queries_at_two_sizes(self, fenshire, admin, queries):
        with queries() as few:
            get(admin, "set-up/")
        with fenshire.inside():
            Team.objects.bulk_create(Team(name=f"Team {number}") for number in range(60))
        with queries() as many:
            get(admin, "set-up/")
        assert len(few) == len(many) <= 12


class TestName:
    def test_it_shows_what_stands_and_keeps_what_is_typed(self, fenshire, admin):
        assert 'value="40,000.00"' in words(get(admin, "set-up/name/"))
        answer = post(admin, "set-up/name/", **NAME | {"telephone": "01632 960111", "manager_limit": "£35,500"})
        assert answer.status_code == 302
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.telephone == "01632 960111"
        assert fenshire.authority.manager_limit == Decimal("35500.00")
        with fenshire.inside():
            event = AuditEvent.objects.get(verb="authority.set_up")
            assert event.changed == ["manager_limit", "telephone"]
        switched_off = NAME | {"telephone": "01632 960111", "manager_limit": "£35,500"}
        del switched_off["live_line"]
        assert post(admin, "set-up/name/", **switched_off).status_code == 302
        fenshire.authority.refresh_from_db()
        assert not fenshire.authority.live_line, "a school does not see where its worker is now"

    def test_a_colour_on_which_nobody_can_read_is_refused_with_one_that_works(self, fenshire, admin):
        answer = post(admin, "set-up/name/", **NAME | {"colour": "#ffdd00", "telephone": "01632 960222"})
        assert answer.status_code == 422
        page = words(answer)
        assert "White words cannot be read on #ffdd00: they stand out 1.3 to 1, and 4.5 to 1 is needed." in page
        assert darkened("#ffdd00") in page
        assert 'value="01632 960222"' in page

    @pytest.mark.parametrize(
        ("field", "typed", "says"),
        [
            ("telephone", "", "Enter the telephone number"),
            ("colour", "blue", "Colour must be # and six figures"),
            ("la_code", "9190", "must have 3 figures, like 919"),
            ("manager_limit", "lots", "must be in pounds"),
            ("term_time_weeks", "50", "50 weeks of work and 34 days off do not fit into a year"),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_box(self, admin, field, typed, says):
        answer = post(admin, "set-up/name/", **NAME | {field: typed})
        assert answer.status_code == 422
        assert says in words(answer)
        assert f'href="#id_{field}"' in words(answer)

    def test_contrast_is_that_of_the_guidelines(self):
        assert contrast_with_white("#ffffff") == Decimal("1.0")
        assert contrast_with_white("#000000") == Decimal("21.0")
        assert contrast_with_white("#767676") == Decimal("4.5")
        for colour in ("#ffdd00", "#00ff00", "#ffffff", "#1d70b8"):
            assert contrast_with_white(darkened(colour)) >= NEEDED
        assert darkened("#1d70b8") == "#1d70b8"


class TestTerms:
    def test_a_year_that_is_not_there_is_offered_with_its_bank_holidays(self, admin):
        assert "Not there yet" in words(get(admin, "set-up/terms/"))
        page = words(get(admin, f"set-up/terms/{YEAR}/"))
        assert "These dates follow the usual pattern" in page
        assert "Good Friday" in page
        assert "Christmas Day" in page
        assert f'name="autumn_starts_on_year" type="text" value="{YEAR}"' in page

    def test_saving_keeps_the_three_terms_once(self, fenshire, admin):
        for _ in range(2):
            assert post(admin, f"set-up/terms/{YEAR}/", **typed_terms()).status_code == 302
        with fenshire.inside():
            assert list(Term.objects.values_list("season", flat=True)) == ["autumn", "spring", "summer"]
        assert "Autumn" in words(get(admin, "set-up/terms/"))
        assert "<strong>7 of 9</strong>" in words(get(admin, "set-up/"))

    def test_dates_that_do_not_fit_are_said_beside_their_box_and_stay_typed(self, fenshire, admin):
        wrong = typed_terms(autumn_ends_on_day="1", autumn_ends_on_month="8", autumn_ends_on_year=str(YEAR))
        answer = post(admin, f"set-up/terms/{YEAR}/", **wrong)
        assert answer.status_code == 422
        page = words(answer)
        assert "The autumn term ends before it starts" in page
        assert 'href="#id_autumn_' in page
        assert 'name="autumn_ends_on_month" type="text" value="8"' in page
        with fenshire.inside():
            assert not Term.objects.exists()

    @pytest.mark.parametrize(
        ("boxes", "says", "box"),
        [
            ({"spring_starts_on_day": "31", "spring_starts_on_month": "2"}, "must be a real date", "spring_starts_on"),
            ({"summer_ends_on_day": ""}, "must include a day", "summer_ends_on"),
            ({"autumn_half_term_starts_on_month": "9", "autumn_half_term_starts_on_day": "1"}, "is not inside the term",
             "autumn_half_term_starts_on"),
            ({"spring_starts_on_month": "12", "spring_starts_on_day": "1", "spring_starts_on_year": str(YEAR)},
             "starts before the autumn term ends", "spring_starts_on"),
            ({"summer_ends_on_month": "9", "summer_ends_on_day": "1"}, "is not in the school year", "summer_ends_on"),
        ],
    )  # fmt: skip
    def test_each_mistake_leads_to_its_box(self, admin, boxes, says, box):
        page = words(post(admin, f"set-up/terms/{YEAR}/", **typed_terms(**boxes)))
        assert says in page
        assert f'href="#id_{box}' in page

    def test_years_far_away_are_not_there(self, admin):
        assert get(admin, "set-up/terms/1990/").status_code == 404


class TestPayRates:
    def test_a_scale_is_typed_or_pasted_and_kept_once(self, fenshire, admin):
        typed = "L6, 14, 1 April 2026, 28,500.00, 25\nL7\t20\t01/04/2026\t£31400\t25.5 %"
        for _ in range(2):
            assert post(admin, "set-up/pay/", rates=typed).status_code == 302
        with fenshire.inside():
            rates = PayRate.objects.filter(starts_on=date(2026, 4, 1)).order_by("grade")
            assert [(rate.grade, rate.salary, rate.on_costs_percent) for rate in rates] == [
                ("L6", Decimal("28500.00"), Decimal("25.00")),
                ("L7", Decimal("31400.00"), Decimal("25.50")),
            ]
            assert AuditEvent.objects.filter(verb="pay.keep").count() == 1
        assert "£28,500.00" in words(get(admin, "set-up/pay/"))

    @pytest.mark.parametrize(
        "line", ["L6 14 28500", "L6, 14, soon, 28500, 25", "L6, 14, 1 April 2026, 0, 25", "L6, x, 1/4/26, 1, 1"]
    )
    def test_a_line_that_is_no_rate_is_shown_and_nothing_is_kept(self, fenshire, admin, line):
        answer = post(admin, "set-up/pay/", rates=f"L7, 20, 1 April 2026, 31400, 25\n{line}")
        assert answer.status_code == 422
        assert f"“{line}” is not a rate" in words(answer)
        with fenshire.inside():
            assert PayRate.objects.count() == 1

    def test_posts_without_a_rate_are_named(self, fenshire, admin):
        with fenshire.inside():
            PayRate.objects.all().delete()
        assert "No rate for grade L6 point 14" in words(get(admin, "set-up/"))
        assert "grade L6 point 14" in words(get(admin, "set-up/pay/"))


class TestDoors:
    def ready(self, fenshire, admin):
        post(admin, f"set-up/terms/{YEAR}/", **typed_terms())

    def test_they_stay_shut_while_a_needed_step_is_missing(self, fenshire, admin):
        assert "Finish what is still needed first" in words(get(admin, "set-up/doors/"))
        answer = post(admin, "set-up/doors/")
        assert answer.status_code == 422
        assert "Finish “Terms” first" in words(answer)
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.doors_opened_at is None

    def test_the_page_says_exactly_which_mails_will_go(self, fenshire, admin):
        self.ready(fenshire, admin)
        assert "no mail goes: nothing waits to be sent" in words(get(admin, "set-up/doors/"))
        with fenshire.inside():
            mail.write(
                "agreement_to_sign", to=fenshire.people["head"], matter="x", at=timezone.now(),
                words={"year": "2026/27"}, to_school=True,
            )  # fmt: skip
        page = words(get(admin, "set-up/doors/")).replace("<wbr>", "")
        assert "1 mail goes" in page
        assert "Hetty Fenshire" in page
        assert "head@fenshire.example" in page
        assert "Your service agreement for 2026/27 is ready" in page

    def test_one_press_opens_them_and_nothing_was_mailed_before(self, fenshire, admin):
        self.ready(fenshire, admin)
        with fenshire.inside():
            notice = mail.write(
                "agreement_to_sign", to=fenshire.people["head"], matter="x", at=timezone.now(),
                words={"year": "2026/27"}, asked_for=True,
            )  # fmt: skip
            assert mail.claim(notice.pk, at=timezone.now()) is None
        assert outbox.outbox == []
        assert post(admin, "set-up/doors/").status_code == 302
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.mails_may_go
        assert "The doors have been open since" in words(get(admin, "set-up/"))
        assert "There is nothing to do here" in words(get(admin, "set-up/doors/"))
        assert post(admin, "set-up/doors/").status_code == 422


class TestRemovingTheDemo:
    def test_one_confirmed_press_ends_every_access(self, fenshire, admin, client_for):
        with fenshire.inside():
            Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
        assert "This cannot be undone from a page" in words(get(admin, "set-up/remove/"))
        assert get(admin, "set-up/").status_code == 200
        assert post(admin, "set-up/remove/").url == "/"
        assert get(admin, "set-up/").status_code == 404
        assert client_for(fenshire, "manager").get("/fenshire/people/").status_code == 404
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.closed_at is not None
        with fenshire.inside():
            assert not Membership.objects.filter(ends_on=None).exists()
            assert AuditEvent.objects.filter(verb="authority.close").count() == 1

    def test_somebody_who_was_to_start_later_keeps_nobody_from_it(self, fenshire, admin):
        with fenshire.inside():
            Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
            Membership.objects.filter(person=fenshire.people["worker"]).update(starts_on=date(2099, 1, 1))
        assert post(admin, "set-up/remove/").status_code == 302

    def test_a_role_that_was_to_end_later_ends_too(self, fenshire, admin):
        with fenshire.inside():
            Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
            Membership.objects.filter(person=fenshire.people["worker"]).update(ends_on=date(2099, 1, 1))
        assert post(admin, "set-up/remove/").status_code == 302
        with fenshire.inside():
            assert not Membership.objects.on(timezone.localdate() + timedelta(days=1)).exists()

    def test_a_county_that_is_no_demo_stays(self, fenshire, admin):
        assert "It cannot be removed here" in words(get(admin, "set-up/remove/"))
        assert post(admin, "set-up/remove/").status_code == 422
        assert get(admin, "set-up/").status_code == 200
