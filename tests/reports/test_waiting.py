""" "Waiting for you" and "Your mail": the same lines as the first pages, oldest first; and mail that did not arrive."""

from __future__ import annotations

import html as markup
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports import needs
from reports.needs import together
from schools.actions import agreement_mail, contacts
from schools.models import Agreement, SchoolContact
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.carriers import NO_SUCH_ADDRESS, Failure, Trouble
from teams.foundation.mail import Notice
from teams.models import AgencyPerson, AuditEvent, Membership, Person
from tests.factories.agencies import works_with
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import NOW, contact
from tests.reports.stories import grow
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WAITING, MAIL = "/fenshire/waiting/", "/fenshire/profile/mail/"
WRONG_ADDRESS = Failure(Trouble.ADDRESS, NO_SUCH_ADDRESS)


def main(response) -> str:
    assert response.status_code == 200, response.status_code
    inner = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(markup.unescape(re.sub(r"<wbr>", "", inner)).split())


@story
def asked(fenshire):
    """Sent to sign: school, worker and manager are asked."""
    with fenshire.inside():
        fenshire.rows["agreement"] = offered(make_agreement(fenshire), fenshire)
    return fenshire


def waits_for(county, who: str, *more: Role) -> list[str]:
    with county.inside():
        reader = county.as_(who)
        reader = type(reader)(**{**vars(reader), "roles": reader.roles | set(more)})
        return [need.what for group in needs.waiting(reader, county.authority) for need in group.needs]


@pytest.mark.parametrize(
    ("who", "line", "button"),
    [
        ("manager", "Sign for the council: Oakfield", "Read and sign"),
        ("worker", "Read and sign: Oakfield", "Read and sign"),
        ("head", "Read and sign: Oakfield", "Read and sign"),
    ],
)
def test_what_stands_on_the_first_page_waits_here_with_its_button(asked, client_for, who, line, button):
    page = main(client_for(asked, who).get(WAITING))
    assert line in page
    assert f"{button}<span" in page
    assert f'href="/fenshire/agreements/{asked.agreement.public_id}/sign/"' in page
    assert line in main(client_for(asked, who).get("/fenshire/home/"))
    assert "1 thing waits for you" in page


@pytest.mark.parametrize("who", ["other_manager", "other_worker", "other_head", "lead", "senior", "admin"])
def test_nobody_elses_lines_are_here(asked, client_for, who):
    page = main(client_for(asked, who).get(WAITING))
    assert "Nothing waits for you. We write to you when something does." in page
    assert "Oakfield" not in page


@pytest.mark.parametrize("who", ["finance", "auditor"])
def test_who_only_reads_is_told_so(asked, client_for, who):
    assert "Nothing waits for you. Nothing ever will here" in main(client_for(asked, who).get(WAITING))


def test_the_oldest_stands_first(fenshire):
    with fenshire.inside():
        first, *_ = grow(fenshire, 3, state="offered")
        Agreement.objects.filter(pk=first.pk).update(offered_at=NOW + timedelta(days=1))
    lines = waits_for(fenshire, "manager")
    assert len(lines) == 3
    assert "Elm 001" in lines[-1]


def test_two_hats_are_two_lists_and_never_one(asked, client_for):
    with asked.inside():
        asked.people["manager"], asked.users["manager"]
        Membership.objects.create(
            user=asked.users["manager"], person=asked.people["manager"], role=Role.HEADTEACHER,
            starts_on=date(2024, 9, 1),
        )  # fmt: skip
        SchoolContact.objects.filter(person=asked.people["head"]).update(ends_on=date(2026, 9, 7))
        contact(asked, asked.oakfield, "manager", SchoolContact.Kind.HEAD)
    page = main(client_for(asked, "manager").get(WAITING))
    assert page.index("Your work for the council") < page.index("Sign for the council")
    assert ">Oakfield Primary School Fenshire</h2>" in page
    assert "2 things wait for you" in page


def test_a_line_is_there_once_for_who_has_two_roles(asked):
    with asked.inside():
        type(asked.authority).objects.filter(pk=asked.authority.pk).update(manager_limit=1)
        asked.authority.refresh_from_db()
    assert waits_for(asked, "senior", Role.TEAM_MANAGER) == ["Sign for the council: Oakfield Primary School Fenshire"]


@pytest.mark.parametrize("who", ["manager", "worker", "senior", "admin", "head", "lead", "finance"])
def test_the_page_asks_as_much_of_a_county_of_any_size(asked, client_for, queries, who):
    client = client_for(asked, who)
    client.get(WAITING)
    with queries() as small:
        main(client.get(WAITING))
    grow(asked, 4, state="offered")
    with queries() as large:
        main(client.get(WAITING))
    assert len(small) <= 14, "\n".join(small)  # it gathers from every floor, as a first page does: twenty are its mark
    assert len(large) == len(small), "\n".join(large)


# Mail that did not arrive.


def mail_to_head(county, failure: Failure | None) -> Notice:
    """The one that the offer wrote, as far as its server let it."""
    with county.inside():
        notice = Notice.objects.get(kind=agreement_mail.TO_SIGN)
        claimed = mail.claim(notice.pk, at=NOW)
        assert claimed is not None
        mail.settle(notice.pk, at=NOW, failure=failure)
        notice.refresh_from_db()
    return notice


def test_an_address_that_takes_no_mail_is_on_both_lists_until_it_is_put_right(asked, client_for):
    mail_to_head(asked, WRONG_ADDRESS)
    line = "Ring Hetty Fenshire: our mail about Oakfield Primary School Fenshire did not arrive"
    assert line in waits_for(asked, "manager")
    page = main(client_for(asked, "manager").get(WAITING))
    assert NO_SUCH_ADDRESS in page
    assert f'href="/fenshire/schools/{asked.oakfield.public_id}/"' in page, "where the address is changed"
    assert waits_for(asked, "admin") == ["Mail to Hetty Fenshire came back"], "one line, not two"

    with asked.inside():
        head = SchoolContact.objects.heads().get(school=asked.oakfield)
        words = {"name": "Hetty Fenshire", "email": "right@oakfield.example", "job": "", "telephone": ""}
        contacts.change(head, **words, by=asked.as_("manager"), at=NOW)
        contacts.confirm(head, by=asked.as_("other_manager"), at=NOW)
    assert waits_for(asked, "admin") == []
    again = "Send it again to Hetty Fenshire, Oakfield Primary School Fenshire"
    assert again in waits_for(asked, "manager"), "the head has still not had it"
    with asked.inside():
        agreement = Agreement.objects.for_page().get()
        agreement_mail.send_again(agreement, by=asked.as_("manager"), at=NOW + timedelta(hours=1))
    assert waits_for(asked, "manager") == ["Sign for the council: Oakfield Primary School Fenshire"]


def test_mail_to_another_agency_that_came_back_is_the_managers_line_until_she_ends_it(fenshire, client_for):
    with fenshire.inside():
        row = works_with(fenshire, fenshire.team)
        words = {"manager": "Mira"}
        notice = mail.write("pulse_agency", to=row.person, matter="x", at=NOW, words=words, to_school=True)
        notice.address = row.person.email
        notice.save()
        mail.come_back(notice, WRONG_ADDRESS, by=fenshire.clock, at=NOW)
    line = "Mail to Nia Jones came back"
    assert line in waits_for(fenshire, "manager")
    page = main(client_for(fenshire, "manager").get(WAITING))
    assert "School nursing, nia@nursing.example. End that line, and add them with the right address." in page
    assert "/fenshire/other-agencies/" in page
    for who in ("admin", "other_manager", "senior", "worker"):
        assert not any("Nia Jones" in each for each in waits_for(fenshire, who)), who
    with fenshire.inside():
        AgencyPerson.objects.get().end(by=fenshire.as_("manager"), at=NOW)
    for who in ("manager", "admin"):
        assert not any("Nia Jones" in each for each in waits_for(fenshire, who)), who


def test_a_line_goes_when_nobody_waits_for_the_mail_any_more(asked):
    mail_to_head(asked, Failure(Trouble.REFUSED, "The mailbox may be full."))
    assert len(waits_for(asked, "manager")) == 2
    with asked.inside():
        signed(asked.agreement, asked)
    assert waits_for(asked, "manager") == []


def test_who_lost_access_before_it_went_gets_nothing_and_the_sender_is_told(asked):
    """The head has gone between the press and the worker: her mail is held back, and the manager has a line."""
    with asked.inside():
        head = SchoolContact.objects.heads().get(school=asked.oakfield)
        SchoolContact.objects.filter(pk=head.pk).update(ends_on=date(2026, 9, 7))  # as a file would, past every verb
        notice = Notice.objects.get(kind=agreement_mail.TO_SIGN)
        assert mail.claim(notice.pk, at=NOW) is None
        notice.refresh_from_db()
        assert notice.state == Notice.State.HELD_BACK
    assert "Send it again: our mail about Oakfield Primary School Fenshire was not sent" in waits_for(asked, "manager")


def test_ending_a_heads_contact_tells_the_sender_too(asked):
    with asked.inside():
        head = SchoolContact.objects.heads().get(school=asked.oakfield)
        contacts.end(head, by=asked.as_("admin"), at=NOW)
    assert "Send it again: our mail about Oakfield Primary School Fenshire was not sent" in waits_for(asked, "manager")


def test_the_administrator_hears_once_that_our_own_settings_stop_the_mail(asked):
    notice = mail_to_head(asked, Failure(Trouble.SETTINGS, "GOV.UK Notify does not accept our key (403)."))
    assert notice.state == Notice.State.WAITING
    with asked.inside():
        (need,) = needs.of_administrator(asked.as_("admin"))
    assert need.what == "Mail cannot leave"
    assert need.why.startswith("GOV.UK Notify does not accept our key (403). 1 mail waits")
    assert waits_for(asked, "manager") == ["Sign for the council: Oakfield Primary School Fenshire"]


# Your mail.


def test_each_role_is_offered_its_own_mails_and_told_what_comes_in_any_case(fenshire, client_for):
    manager = main(client_for(fenshire, "manager").get(MAIL))
    assert "Mondays at 07:15" in manager
    assert "Working days" not in manager
    assert "Codes and links that you ask for" in manager
    head = main(client_for(fenshire, "head").get(MAIL))
    assert "Which mails do you want?" not in head
    assert "An agreement to sign, and one reminder" in head


def test_a_choice_is_kept_and_is_nobody_elses(fenshire, client_for):
    client = client_for(fenshire, "worker")
    assert 'value="digest_worker" checked' in main(client.get(MAIL))
    assert client.post(MAIL, {"digests": "digest_manager", "looks": "plain"}).status_code == 422
    done = client.post(MAIL, {"looks": "large"}, follow=True)
    assert "Your choice is saved." in main(done)
    assert 'value="digest_worker" checked' not in main(done)
    with fenshire.inside():
        worker = Person.objects.get(pk=fenshire.people["worker"].pk)
        assert (worker.digests_off, worker.large_print) == (["digest_worker"], True)
        assert Person.objects.exclude(digests_off=[]).count() == 1
        event = AuditEvent.objects.get(verb="person.choose_mail")
        assert event.changed == ["digests_off", "large_print"]
        for who in ("admin", "manager"):
            assert not worker.may("choose_mail", fenshire.as_(who)), "nobody's choice but her own"
    client.post(MAIL, {"digests": "digest_worker", "looks": "plain"})
    with fenshire.inside():
        worker.refresh_from_db()
        assert (worker.digests_off, worker.large_print) == ([], False)


def test_by_notify_nobody_is_promised_large_letters(fenshire, client_for, settings):
    settings.MAIL_WAY = "notify"
    page = main(client_for(fenshire, "worker").get(MAIL))
    assert "Large print" not in page
    assert "GOV.UK Notify, which chooses how mails look" in page
    assert client_for(fenshire, "worker").post(MAIL, {"digests": "digest_worker"}).status_code == 302


def test_what_is_asked_together_is_told_from_who_asks_alone(asked, queries):
    """Its SQL is kept for each principal: nobody may find in it what was there, or what o'clock it was, before."""
    everybody = {"senior": (Role.TEAM_MANAGER, Role.WORKER), "manager": (Role.SENIOR_PRACTITIONER,), "worker": ()}
    with asked.inside():
        for who, more in everybody.items():
            reader = asked.as_(who)
            reader = replace(reader, roles=reader.roles | set(more), covers=frozenset({asked.people["manager"].pk}))
            kinds = together.kinds_of(reader)
            assert len(kinds) > 5, who
            with queries() as seen:
                first, again = (str(together._asked.build(reader, tuple(kinds)).query) for _ in range(2))
            assert first == again
            assert not seen, who
