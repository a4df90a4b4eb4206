"""Profile, sessions and the rules of signing in: what somebody sees of their own account."""

from __future__ import annotations

from django.test import Client

from tests.factories.authorities import PASSWORD, make_county


def test_what_is_ones_own_is_found_looked_at_and_ended(visitor, site):
    county = make_county("fenshire")
    name, address = county.people["manager"].name, county.users["manager"].email
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": address, "password": PASSWORD})
    manager = visitor().goto("/accounts/login/?next=/fenshire/")
    manager.page.get_by_label("E-mail address", exact=True).fill(address)
    manager.page.get_by_label("Password", exact=True).fill(PASSWORD)
    manager.press("Sign in").follow(name).reads("As others see you", "How you come in").check("profile")
    manager.follow("Where you are signed in").reads("(this one)").check("sessions")
    manager.press("Sign out everywhere else").reads("You are signed out there.").check("sessions-ended")
    assert elsewhere.get("/fenshire/").status_code == 302


def test_the_administrator_says_who_needs_codes(visitor, site):
    county = make_county("fenshire")
    admin = visitor().sign_in(county, "admin").goto("/fenshire/set-up/sign-in/").check("sign-in-rules")
    admin.page.get_by_label("Finance").check()
    admin.press("Save").check("sign-in-rules-saved")
    finance = visitor(phone=True).sign_in(county, "finance").goto("/fenshire/")
    finance.reads("asks for codes from an app in your role").check("codes-asked-for")
