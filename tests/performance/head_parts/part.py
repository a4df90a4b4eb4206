"""A head's part as tests open, close and read it."""

from __future__ import annotations

from datetime import date, timedelta

from performance.models import HeadPart
from performance.permissions.reviews import GIVE_LINK
from teams.foundation import mail
from teams.foundation.drafts import Draft
from teams.foundation.links import Link
from tests.factories.reviews import IN_JUNE, JUNE

MEETING, READ = date(2027, 6, 22), date(2027, 6, 15)


ALL = {
    "difference": "Mornings at the gate.",
    "wishes": "A group for Year 5.",
    "expected": "mostly",
    "expected_why": "",
    "next_year": "unknown",
    "next_words": "",
    "comes": "yes",
    "press": "send",
}


def proved(county, client, address) -> None:
    client.post(address, {"press": "open"})
    assert client.post(address, {"press": "open", "code": code_of(county)}).status_code == 302


def code_of(county) -> str:
    with county.inside():
        return mail.Notice.objects.filter(kind="code").latest("pk").words["code"]


def drafts(county) -> int:
    with county.inside():
        return Draft.objects.count()


def as_it_is(county, part) -> HeadPart:
    with county.inside():
        return HeadPart.objects.get(pk=part.pk)


def close(county, part, how: str, clock) -> None:
    """Nothing can be sent any more."""
    with county.inside():
        if how == "without":
            by = county.as_("manager", JUNE)
            HeadPart.objects.for_page().get(pk=part.pk).go_without(by=by, at=IN_JUNE)
        elif how == "void":
            Link.make(purpose=GIVE_LINK, subject=part, person=county.people["head"], at=IN_JUNE)
    if how == "over":
        clock(IN_JUNE + timedelta(days=14, minutes=1))
