"""An address that is kept is Django's own, inside whichever authority asks."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse

from teams.foundation.addresses import address, address_of_each, address_outside
from teams.foundation.tenancy import address_prefix

RECORD = uuid4()
ASKED = [("first_page", ()), ("agreement", (RECORD,)), ("agreement_list", ()), ("figure", ("money-by-fund",))]


@pytest.mark.parametrize(("name", "args"), ASKED)
def test_it_is_djangos_own_inside_each_authority(name, args):
    for slug in ("fenshire", "marshshire", "fenshire"):
        with address_prefix(slug):
            assert address(name, *args) == reverse(name, args=args)
            assert address(name, *args).startswith(f"/{slug}/")


def test_what_has_names_for_its_parts_is_asked_by_them():
    for slug in ("fenshire", "marshshire"):
        with address_prefix(slug):
            assert address("agreement", public_id=RECORD) == reverse("agreement", kwargs={"public_id": RECORD})
    with address_prefix("fenshire"):
        with pytest.raises(NoReverseMatch):
            address("agreement", number=RECORD)
        assert address("figure", code="money-by-fund") == "/fenshire/figures/money-by-fund/"


def test_of_each_in_a_list_it_is_the_same():
    for slug in ("fenshire", "marshshire"):
        with address_prefix(slug):
            assert address_of_each("agreement") % RECORD == address("agreement", RECORD)
            assert address_of_each("document", "public_id") % RECORD == address("document", public_id=RECORD)


def test_a_page_that_is_nowhere_has_no_address():
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            address("nowhere")


def test_sign_in_stands_outside_every_authority():
    with address_prefix("fenshire"):
        assert address_outside("account_login") == "/accounts/login/"
