"""Every mail of the story, as it would go out: no word that its reader may not read, no sum, and no free text."""

from __future__ import annotations

import pytest
from django.core import mail as outbox

from teams.foundation import mail
from tests.factories.authorities import County

# Cells whose words may stand in a mail: adults at work, their school, the council. Everything else is behind the link.
MAY_BE_MAILED = ("authority", "name", "telephone", "mailbox")


@pytest.fixture(params=["fenshire", "moorland"])
def letters(world, request) -> list[tuple[County, str, mail.Notice, str]]:
    """(county, reader, notice, all of the letter) for everything that was ever written."""
    county = getattr(world, request.param)
    keys = {person.pk: key for key, person in county.people.items()}
    written = []
    with county.inside():
        for notice in mail.Notice.objects.select_related("person"):
            outbox.outbox = []
            notice.address, notice.authority = notice.person.email, county.authority
            mail.deliver(notice, "a-token" if notice.purpose else "")
            (letter,) = outbox.outbox
            text = "\n".join((letter.subject, letter.body, letter.from_email, *letter.to, *letter.reply_to))
            written.append((county, keys[notice.person_id], notice, text.lower()))
    assert {notice.kind for _, _, notice, _ in written} >= {
        "agreement_to_sign",
        "agreement_answered",
        "agreement_final",
        "invitation",
    }
    return written


def test_a_mail_says_nothing_that_its_reader_may_not_read(letters):
    for county, reader, notice, text in letters:
        canary = county.canaries
        wrong = [canary.cells[word] for word in canary.seen_in(text) if reader not in canary.readers[word]]
        assert not wrong, f"The mail {notice.kind} tells {reader} {wrong}."


def test_a_mail_names_adults_and_their_school_and_nothing_else(letters):
    for county, _, notice, text in letters:
        cells = {county.canaries.cells[word] for word in county.canaries.seen_in(text)}
        wrong = {cell for cell in cells if not cell.endswith(MAY_BE_MAILED)}
        assert not wrong, f"The mail {notice.kind} carries {wrong}: it belongs behind the link."
        assert "£" not in text, f"The mail {notice.kind} carries a sum: it belongs behind the link."


def test_a_mail_is_of_its_own_authority(world, letters):
    for county, _, notice, text in letters:
        other = world.moorland if county is world.fenshire else world.fenshire
        assert not other.canaries.seen_in(text), f"The mail {notice.kind} carries another authority's words."
        assert f"/{county.authority.slug}/" in text
