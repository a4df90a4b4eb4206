"""Pages two or more levels below the bar say where they are, in the words of the reader's own bar; others lead back."""

from __future__ import annotations

import re
from html import unescape

import pytest

from schools.models import SchoolContact
from teams.actions.leaving import leave
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import NOW

pytestmark = pytest.mark.django_db


def crumbs(response):
    """The words of the trail, and "Back to ..." where there is none."""
    page = unescape(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")
    trail = re.findall(r'class="govuk-breadcrumbs__link" href="[^"]+">\s*([^<]+?)\s*<', page)
    back = re.findall(r'class="govuk-back-link"[^>]*>\s*([^<]+?)\s*<', page)
    assert bool(trail) != bool(back), "one way up, and only one"
    return trail or back


@pytest.fixture
def grown(fenshire):
    with fenshire.inside():
        fenshire.rows["agreement"] = offered(make_agreement(fenshire), fenshire)
        fenshire.rows["contact"] = SchoolContact.objects.heads().get(school=fenshire.oakfield)
    return fenshire


def test_the_trail_begins_with_the_readers_own_bar(grown, client_for):
    school = grown.oakfield.name
    contact = f"/fenshire/contacts/{grown.contact.public_id}/"
    assert crumbs(client_for(grown, "admin").get(contact)) == ["Schools and contacts", school]
    assert crumbs(client_for(grown, "manager").get(contact)) == ["Schools", school]


def test_who_has_no_such_place_in_the_bar_gets_the_way_back(grown, client_for):
    version = f"/fenshire/agreements/{grown.agreement.public_id}/versions/1/"
    manager, worker, head = (crumbs(client_for(grown, name).get(version)) for name in ("manager", "worker", "head"))
    assert (manager[0], worker[0]) == ("Agreements", "My schools")
    assert len(manager) == len(worker) == 2
    assert head == ["Back to the agreement"]


def test_a_page_right_below_the_bar_and_a_step_of_a_task_lead_back(grown, client_for):
    admin, mira = client_for(grown, "admin"), grown.people["manager"]
    here = f"/fenshire/people/{mira.public_id}/"
    assert crumbs(admin.get(here)) == ["Back to people"]
    assert crumbs(admin.get(here + "leaves/")) == [f"Back to {mira.name}"]
    with grown.inside():
        leave(mira, on=None, taker=grown.people["senior"], others={}, by=grown.as_("admin"), at=NOW)
    assert crumbs(admin.get(here + "hand-over/")) == ["People", mira.name]
    assert crumbs(client_for(grown, "senior").get(here + "hand-over/")) == ["Back to the first page"]
