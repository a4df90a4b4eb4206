"""Every mail of the story, as it would go out: no word that its reader may not read, no sum, and no free text."""

from __future__ import annotations

import pytest
from django.core import mail as outbox

from performance.actions import agreeing as review_agreeing
from performance.actions import head_parts
from performance.models import HeadPart
from reports.actions import digests
from schools.actions import agreement_mail, share_questions
from schools.models import Agreement
from supervision.actions import agreeing, booking_mail
from supervision.models import Session, Visit
from teams.foundation import mail
from teams.foundation.links import Link
from teams.models import Membership
from tests.crawl.conftest import undone
from tests.factories.authorities import NOW, County

# Cells whose words may stand in a mail: adults at work, their school, the council. Everything else is behind the link.
MAY_BE_MAILED = ("authority", "name", "telephone", "mailbox")

LEADS_NOWHERE = ("code", "address_changed", "visit_called_off")  # nothing is asked of its reader


@pytest.fixture(params=["fenshire", "moorland"])
def letters(world, request) -> list[tuple[County, str, mail.Notice, str]]:
    """(county, reader, notice, all of the letter) for everything that was ever written."""
    county = getattr(world, request.param)
    keys = {person.pk: key for key, person in county.people.items()}
    written = []
    with undone(), county.inside():
        write_the_rest(county)
        for notice in mail.Notice.objects.select_related("person"):
            outbox.outbox = []
            notice.address, notice.authority = notice.person.email, county.authority
            if notice.purpose and notice.link is None:  # claiming it would have made one
                notice.link, _ = Link.make(purpose=notice.purpose, subject=notice.person, person=notice.person, at=NOW)
            mail.deliver(notice, "a-token" if notice.purpose else "")
            (letter,) = outbox.outbox
            text = "\n".join((letter.subject, letter.body, letter.from_email, *letter.to, *letter.reply_to))
            written.append((county, keys[notice.person_id], notice, text.lower()))
    every = {name for name in mail.kinds() if not name.startswith("tests_")}
    assert {notice.kind for _, _, notice, _ in written} == every, "each kind of mail is read here"
    return written


def write_the_rest(county: County) -> None:
    """The kinds that the story has no press for: codes, a new link, and every digest to everybody who may get it."""
    agreement = Agreement.objects.for_page().get(pk=county.agreement.pk)
    agreement_mail.send_new_link(agreement, to=county.people["head"], at=NOW)
    mail.write("code", to=county.people["head"], matter="code:x", at=NOW, words={"code": "123456"}, asked_for=True)
    session = Session.objects.for_page().get(pk=county.rows["oakfield sent session"].pk)
    for person in session.people.filter(part__in=("worker", "school")):
        agreeing.ask(session, person, at=NOW)
    agreeing.send_new_link(session, to=county.people["lead"], at=NOW)
    booking_mail.send_new_link(county.rows["oakfield booking"], to=county.people["lead"], at=NOW)
    visit = Visit.objects.for_page().filter(school_person__isnull=False, status="agreed").order_by("pk")[0]
    booking_mail.tell_agreed(visit, at=NOW)
    visit.call_off("manager", by=county.as_("manager"), at=NOW)
    visit = Visit.objects.for_page().get(pk=visit.pk)
    booking_mail.offer_times(visit, at=NOW)
    booking_mail.tell_called_off(visit, at=NOW)
    part = HeadPart.objects.for_page().get(pk=county.rows["oakfield asked part"].pk)
    head_parts.remind(part, by=county.as_("manager"), at=NOW)
    head_parts.send_new_link(part, to=county.people["head"], at=NOW)
    share_questions.send_new_link(county.rows["oakfield question"], to=county.people["head"], at=NOW)
    part = HeadPart.objects.for_page().get(pk=county.rows["oakfield sent part"].pk)
    review_agreeing.send_new_link(part, to=county.people["head"], at=NOW)
    words = {"telephone": county.authority.telephone}
    mail.write("address_changed", to=county.people["head"], matter="address", at=NOW, words=words, asked_for=True)
    answers = digests._who_answers(county.people["senior"], NOW)
    mail.write("report_words_near", to=county.people["manager"], matter="report_words", at=NOW, words=answers)
    for kind in ("pack_words_near", "pack_spring", "pack_summer", "pack_two_monthly"):  # the rest came with the packs
        mail.write(kind, to=county.people["manager"], matter=kind, at=NOW, words=answers)
    for season in ("spring", "summer"):  # autumn's was written when the report was approved
        mail.write(
            f"term_report_{season}",
            to=county.people["manager"],
            matter=season,
            at=NOW,
            words=digests._who_answers(county.people["manager"], NOW),
        )
    for digest in digests.DIGESTS:
        for hat in Membership.objects.filter(role__in=digest.roles).select_related("person"):
            mail.write(
                digest.kind,
                to=hat.person,
                matter=digest.kind,
                at=NOW,
                words=digests._who_answers(hat.person, NOW),
                period=f"{hat.pk}",
            )


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
        assert f"/{county.authority.slug}/" in text or notice.kind in LEADS_NOWHERE, "it leads nowhere"
