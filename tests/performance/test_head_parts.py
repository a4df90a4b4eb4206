"""The head's part (H5): one page from a link, stopped and taken up again, read by the worker on the day she was told."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.core import mail as outbox

from performance.actions import evidence, head_parts
from performance.models import HeadPart, Review
from performance.permissions.reviews import AGREE_LINK, GIVE_LINK
from schools.models import NextYear, SchoolContact
from teams.actions.terms import keep_terms
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.drafts import Draft
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.models import Audience, AuditEvent
from teams.rules.terms import offered_terms
from tests.factories.authorities import LONDON, add_person
from tests.factories.reviews import IN_JUNE, JUNE, make_review, make_scheme
from tests.factories.visits import text as main_text
from tests.performance.stories import HELD, held
from tests.supervision.stories import promised, supervised, visit_on
from tests.told import story

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


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: from now on that is the moment."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


@story
def reviewed(fenshire):
    """June 2027: a year at Oakfield lies behind Wanda, her review has begun, and no school is asked yet."""
    with fenshire.inside():
        supervised(fenshire)
        admin = fenshire.as_("admin", JUNE)
        for year in (2026, 2027):
            keep_terms(year, offered_terms(year), by=admin, at=IN_JUNE)
        make_scheme(fenshire)
        fenshire.rows["review"] = make_review(fenshire)
    return fenshire


@pytest.fixture
def county(reviewed):
    with reviewed.inside():
        yield reviewed


@pytest.fixture
def asked(reviewed):
    """Oakfield is asked on 1 June: the worker reads it from the 15th, the meeting is on the 22nd."""
    by = reviewed.as_("manager", JUNE)
    with reviewed.inside():
        schools = [each.placement for each in head_parts.schools_of(reviewed.review, by=by)]
        assert head_parts.ask(reviewed.review, schools, meeting_on=MEETING, read_on=READ, by=by, at=IN_JUNE) == []
        return HeadPart.objects.for_page().get()


@pytest.fixture
def opened(reviewed, asked, clock):
    """The address of the link. No scope stays open: what a refusal keeps is written when the request's own ends."""
    with reviewed.inside():
        _, token = Link.make(purpose=GIVE_LINK, subject=asked, person=reviewed.people["head"], at=IN_JUNE)
    clock(IN_JUNE)
    return f"/fenshire/l/{token}/"


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


def test_every_school_of_the_year_is_asked_once_and_the_days_must_follow_each_other(county):
    by = county.as_("manager", JUNE)
    schools = [each.placement for each in head_parts.schools_of(county.review, by=by)]
    assert [each.school for each in schools] == [county.oakfield]
    for meeting_on, read_on, field in (
        (JUNE, READ, "meeting_on"),
        (MEETING, MEETING, "read_on"),
        (MEETING, JUNE, "read_on"),
    ):
        with pytest.raises(Refusal) as refused:
            head_parts.ask(county.review, schools, meeting_on=meeting_on, read_on=read_on, by=by, at=IN_JUNE)
        assert refused.value.field == field
    for _ in range(2):
        head_parts.ask(county.review, schools, meeting_on=MEETING, read_on=READ, by=by, at=IN_JUNE)
    assert HeadPart.objects.count() == mail.Notice.objects.filter(kind="head_part_asked").count() == 1
    assert Review.objects.get(pk=county.review.pk).meeting_on == MEETING


def test_a_school_without_a_head_is_named_and_the_others_are_asked(county):
    SchoolContact.objects.filter(kind="head").delete()
    by = county.as_("manager", JUNE)
    schools = [each.placement for each in head_parts.schools_of(county.review, by=by)]
    problems = head_parts.ask(county.review, schools, meeting_on=MEETING, read_on=READ, by=by, at=IN_JUNE)
    assert len(problems) == 1
    assert "has no headteacher here" in problems[0]
    assert not HeadPart.objects.exists()


def test_the_mail_names_adults_and_nothing_else(county, asked):
    notice = mail.Notice.objects.select_related("person").get(kind="head_part_asked")
    notice.address, notice.authority = notice.person.email, county.authority
    notice.link, token = Link.make(purpose=notice.purpose, subject=asked, person=notice.person, at=IN_JUNE)
    mail.deliver(notice, token)
    letter = outbox.outbox[-1]
    assert letter.subject == f"Your part in {county.people['worker'].name}’s yearly review: six minutes"
    assert "£" not in letter.body
    assert "J. B." not in letter.body


def test_the_page_is_at_most_sixty_words_before_the_first_box_and_has_three_decisions(opened, client):
    page = client.get(opened).content.decode()
    before = page.partition("<main")[2].partition(">")[2].partition("<textarea")[0]
    words = re.sub(r"<(script|style|svg|title).*?</\1>|<[^>]+>", " ", before, flags=re.S).split()
    assert len(words) <= 60, " ".join(words)
    assert len(set(re.findall(r'type="radio"[^>]*name="([^"]+)"|name="([^"]+)"[^>]*type="radio"', page))) == 3


def test_the_price_of_each_choice_stands_beside_it_and_nobody_elses(opened, client, reviewed):
    text = main_text(client.get(opened))
    # 41 % of 34,500 pounds, 27,600 and a quarter of on-costs; five days a week.
    assert "Your share: £14,145 a year at today’s pay." in text
    assert "About £2,829 a year for each day of the week." in text
    assert "Your share ends on 31 August 2027." in text
    assert "20,355" not in text  # the reviewed's share
    assert "34,500" not in text


def test_the_facts_are_those_of_the_year(reviewed, opened, client):
    text = main_text(client.get(opened))
    assert "1 supervision in school" in text
    assert "0 of 0" not in text
    assert "0 of 1 our actions kept" in text  # Wanda's promise of September is late; what is between two is not counted


def test_stopping_and_coming_back_needs_the_mailbox_once_and_loses_nothing(opened, client, reviewed, asked):
    answer = client.post(opened, ALL | {"press": "save"})
    assert "six-figure code" in answer.content.decode()
    assert not drafts(reviewed)  # nothing is kept for who has not shown that the mailbox is theirs
    assert "Mornings at the gate." in answer.content.decode()  # it travels along
    assert client.post(opened, ALL | {"press": "save", "code": code_of(reviewed)}).status_code == 302
    assert "Mornings at the gate." in client.get(opened).content.decode()
    assert as_it_is(reviewed, asked).status == HeadPart.Status.ASKED
    stranger = type(client)()
    page = stranger.get(opened).content.decode()
    assert "Mornings at the gate." not in page
    assert "You wrote something before." in page
    proved(reviewed, stranger, opened)
    assert "Mornings at the gate." in stranger.get(opened).content.decode()


def test_what_is_sent_is_kept_once_and_the_link_says_so(opened, client, reviewed, asked):
    proved(reviewed, client, opened)
    assert client.post(opened, ALL).status_code == 302
    now = as_it_is(reviewed, asked)
    assert (now.status, now.difference, now.expected, now.comes) == ("given", ALL["difference"], "mostly", True)
    assert not drafts(reviewed)
    text = main_text(client.get(opened))
    assert "Thank you: your part is sent" in text
    assert "reads it from 15 June 2027" in text
    again = client.post(opened, ALL | {"difference": "Something else"})
    assert again.status_code == 409
    assert "Something else" in main_text(again), "It is not sent, and comes back."
    assert as_it_is(reviewed, asked).difference == ALL["difference"]


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ({"expected": ""}, "Choose whether the service was what you expected"),
        ({"expected": "no"}, "Say in a few words what you had expected."),
        ({"next_year": ""}, "Choose what next year looks like from here"),
    ],
)
def test_what_is_missing_is_said_beside_its_box_and_nothing_typed_is_lost(
    opened, client, asked, left_out, says, reviewed
):
    proved(reviewed, client, opened)
    answer = client.post(opened, ALL | left_out)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "A group for Year 5." in answer.content.decode()
    assert as_it_is(reviewed, asked).status == HeadPart.Status.ASKED
    with reviewed.inside():
        assert not NextYear.objects.exists()
    assert "A group for Year 5." in client.get(opened).content.decode()


def test_what_was_said_in_supervision_is_used_with_one_press_and_sends_nothing(
    opened, client, reviewed, asked, monkeypatch
):
    from performance.actions import the_year

    said = [the_year.Said(date(2026, 11, 10), "Mostly", "Mondays were hard to cover")]
    monkeypatch.setattr(the_year, "said_before", lambda *_, **__: said)
    assert "Mondays were hard" not in client.get(opened).content.decode()  # not before the mailbox is proved
    proved(reviewed, client, opened)
    assert "Mondays were hard to cover" in client.get(opened).content.decode()
    answer = client.post(opened, ALL | {"press": "use-0"})
    assert "A group for Year 5.&#10;Mondays were hard to cover" in answer.content.decode()
    assert as_it_is(reviewed, asked).status == HeadPart.Status.ASKED


def test_typed_here_and_somewhere_else_both_stand_in_full(opened, client, reviewed, asked):
    proved(reviewed, client, opened)
    client.post(opened, ALL | {"press": "save", "draft_revision": "0"})
    other = client.post(opened, ALL | {"press": "save", "draft_revision": "0", "wishes": "Less of it"})
    assert other.status_code == 409
    page = other.content.decode()
    assert "Less of it" in page
    assert "A group for Year 5." in page
    assert as_it_is(reviewed, asked).status == HeadPart.Status.ASKED


def test_the_worker_reads_it_from_the_day_that_the_head_was_told(opened, client, client_for, reviewed, asked, clock):
    proved(reviewed, client, opened)
    client.post(opened, ALL)
    page = f"/fenshire/reviews/parts/{asked.public_id}/"
    worker, manager, deputy = (client_for(reviewed, who) for who in ("worker", "manager", "other_manager"))
    assert manager.get(page).status_code == 200
    assert worker.get(page).status_code == 404
    assert deputy.get(page).status_code == 404
    clock(datetime(2027, 6, 15, 8, 0, tzinfo=LONDON))
    worker, manager = (client_for(reviewed, who) for who in ("worker", "manager"))
    text = main_text(worker.get(page))
    assert "Mornings at the gate." in text
    assert "Don’t know yet" not in text  # her manager tells her that herself
    assert "Don’t know yet" in main_text(manager.get(page))
    with reviewed.inside():  # nor is it in what the review uses
        asked.refresh_from_db()
        assert "Don’t know yet" not in str(evidence.of_head(asked).lines)


def test_dont_know_and_cannot_are_to_be_rung_and_a_later_answer_stands_on_top(
    opened, client, client_for, reviewed, asked, clock
):
    proved(reviewed, client, opened)
    client.post(opened, ALL | {"next_year": "cannot"})
    with reviewed.inside():
        said = NextYear.objects.get()
    # The third school day: half-term lies between.
    assert (said.answer, said.ring_by, said.school_year) == ("cannot", date(2027, 6, 9), 2027)
    manager, senior = client_for(reviewed, "manager"), client_for(reviewed, "senior")
    assert "Ring " in main_text(manager.get("/fenshire/waiting/"))
    assert "cannot keep its worker next year" in main_text(senior.get("/fenshire/waiting/"))
    page = f"/fenshire/next-year/{said.public_id}/"
    with reviewed.inside():
        asked.refresh_from_db()
    for address in (page, f"/fenshire/reviews/parts/{asked.public_id}/"):
        assert "Cannot" in main_text(manager.get(address))
    for who in ("worker", "head"):
        client_for(reviewed, who).get(f"/fenshire/reviews/parts/{asked.public_id}/")
    with reviewed.inside():
        looks = list(AuditEvent.objects.filter(verb="nextyear.read").values_list("subject_ids", "denied"))
    assert looks == [([said.public_id], False)] * 2, "Each look of the council's side is one event, and nobody else's."
    assert manager.post(page, {"heard": "", "answer": "keep"}).status_code == 422
    assert client_for(reviewed, "worker").get(page).status_code == 404
    assert manager.post(page, {"heard": "The governors found the money.", "answer": "keep"}).status_code == 302
    with reviewed.inside():
        assert [each.answer for each in NextYear.objects.order_by("pk")] == ["cannot", "keep"]
    clock(IN_JUNE + timedelta(minutes=1))
    assert "about next year" not in main_text(manager.get("/fenshire/waiting/"))
    assert "cannot keep" not in main_text(senior.get("/fenshire/waiting/"))


def test_dont_know_is_told_to_the_senior_manager_when_the_budget_date_is_twenty_school_days_off(county, clock):
    from schools.actions import next_year

    by = county.as_("manager", date(2027, 2, 1))
    next_year.say(
        county.placement, "unknown", words="", person=county.people["head"], school_year=2027, by=by,
        at=datetime(2027, 2, 1, 9, 0, tzinfo=LONDON),
    )  # fmt: skip
    days = [date(2027, 4, 1) + timedelta(days=n) for n in range(60)]
    told = [day for day in days if NextYear.objects.for_senior_managers(day).exists()]
    assert told[0] == date(2027, 4, 29)  # 20 school days before 31 May, the first Monday of May left out
    assert told[-1] == days[-1]


def test_a_head_with_an_account_finds_it_waiting_and_goes_on_where_the_link_stopped(
    opened, client, client_for, reviewed, asked
):
    proved(reviewed, client, opened)
    client.post(opened, ALL | {"press": "save"})
    head = client_for(reviewed, "head")
    assert "Your part in" in main_text(head.get("/fenshire/waiting/"))
    page = f"/fenshire/reviews/parts/{asked.public_id}/"
    assert "Mornings at the gate." in head.get(page).content.decode()
    assert head.post(page, ALL | {"draft_revision": "1"}).status_code == 302
    assert "The part of" in main_text(head.get(page))
    assert "Your part in" not in main_text(head.get("/fenshire/waiting/"))
    assert client_for(reviewed, "other_head").get(page).status_code == 404
    assert client_for(reviewed, "lead").get(page).status_code == 404


def test_an_old_heads_link_dies_with_the_role(opened, client, reviewed, asked):
    with reviewed.inside():
        SchoolContact.objects.filter(person=reviewed.people["head"]).update(ends_on=date(2027, 5, 31))
    assert client.get(opened).status_code == 404


def test_a_link_that_is_over_gives_a_new_one_and_loses_no_word(opened, client, reviewed, clock):
    proved(reviewed, client, opened)
    client.post(opened, ALL | {"press": "save"})
    clock(IN_JUNE + timedelta(days=20))
    text = main_text(client.get(opened))
    assert "This link no longer works" in text
    assert "A new link is on its way" in main_text(client.post(opened, {"press": "new_link"}))
    assert drafts(reviewed) == 1


def test_the_pages_take_few_queries_and_no_more_with_a_longer_year(
    opened, client, client_for, reviewed, asked, queries
):
    manager = client_for(reviewed, "manager")
    pages = [
        lambda: client.get(opened),
        lambda: manager.get(f"/fenshire/reviews/{reviewed.review.public_id}/schools/"),
    ]

    def counted() -> list[int]:
        found = []
        for page in pages:
            with queries() as seen:
                assert page().status_code == 200
            found.append(len(seen))
        return found

    counted()  # what a process reads once
    few = counted()
    with reviewed.inside():
        for month in (10, 12):
            held = visit_on(reviewed, datetime(2026, month, 1, 10, 0, tzinfo=LONDON))
            held.hold({reviewed.people["manager"].pk}, by=reviewed.as_("manager"), at=IN_JUNE)
            promised(reviewed, held.occasion, f"Ring in {month}", Audience.SHARED)
    assert counted() == few
    assert max(few) <= 20, few


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


@pytest.mark.parametrize("how", ["without", "over", "void"])
def test_words_that_come_too_late_by_a_link_are_drawn_back_and_not_said_to_be_kept(
    opened, client, reviewed, asked, clock, how
):
    client.get(opened)
    close(reviewed, asked, how, clock)
    answer = client.post(opened, ALL)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ALL["difference"] in page
    assert "Not sent" in page
    assert "kept" not in page
    assert drafts(reviewed) == 0, "The mailbox is not proved."
    assert "Not sent" not in client.get(opened).content.decode()
    assert "is kept" not in client.get(opened).content.decode(), "There is nothing that was."


@pytest.mark.parametrize("how", ["over", "void"])
def test_words_that_come_too_late_from_a_proved_mailbox_are_kept_for_the_next_link(
    opened, client, reviewed, asked, clock, how
):
    proved(reviewed, client, opened)
    close(reviewed, asked, how, clock)
    page = client.post(opened, ALL).content.decode()
    assert ALL["difference"] in page
    assert "Your words are kept" in page
    assert drafts(reviewed) == 1


def test_words_that_come_too_late_from_a_signed_in_head_are_drawn_back(opened, client_for, reviewed, asked, clock):
    close(reviewed, asked, "without", clock)
    answer = client_for(reviewed, "head").post(f"/fenshire/reviews/parts/{asked.public_id}/", ALL)
    assert answer.status_code == 409
    assert ALL["difference"] in answer.content.decode()


def test_what_was_sent_and_is_pressed_once_more_is_not_called_unsent(opened, client, reviewed, asked):
    proved(reviewed, client, opened)
    assert client.post(opened, ALL).status_code == 302
    assert "Not sent" not in client.post(opened, ALL).content.decode()
    assert "Not sent" in client.post(opened, ALL | {"wishes": "Something else"}).content.decode()


def test_not_agreed_by_a_link_that_a_newer_one_has_taken_the_place_of_comes_back_in_full(sent_round, client, clock):
    county = sent_round
    with county.inside():
        _, token = Link.make(purpose=AGREE_LINK, subject=county.part, person=county.people["head"], at=HELD)
    clock(HELD)
    address = f"/fenshire/l/{token}/"
    proved(county, client, address)
    with county.inside():
        Link.make(purpose=AGREE_LINK, subject=county.part, person=county.people["head"], at=HELD)
    said = {"press": "answer", "sending": "1", "answer": "not_agreed", "words": "The gate was not her idea"}
    answer = client.post(address, said)
    assert answer.status_code == 409
    assert "The gate was not her idea" in answer.content.decode()
    assert "Not sent" in answer.content.decode()
    assert "Mornings at the gate" not in answer.content.decode(), "An old link shows nothing of the review."


def test_once_more_asks_who_heads_the_school_today(county, asked):
    SchoolContact.objects.filter(kind="head", school=county.oakfield).update(ends_on=date(2027, 5, 31))
    add_person(county, "new_head", "Nina New", Role.HEADTEACHER, "Headteacher")
    SchoolContact.objects.create(
        school=county.oakfield, person=county.people["new_head"], kind="head", starts_on=JUNE, confirmed_at=IN_JUNE
    )
    head_parts.remind(HeadPart.objects.for_page().get(), by=county.as_("manager", JUNE), at=IN_JUNE)
    part = HeadPart.objects.get()
    assert part.person == county.people["new_head"]
    written = mail.Notice.objects.filter(kind="head_part_asked")
    assert [each.person for each in written.order_by("pk")] == [county.people["head"], county.people["new_head"]]
    assert AuditEvent.objects.filter(verb="headpart.ask_anew").count() == 1
    part.give(
        difference="", wishes="", expected="yes", expected_why="", comes=None, next_year=None,
        by=county.as_("new_head", JUNE), at=IN_JUNE,
    )  # fmt: skip


@pytest.mark.parametrize("end", ["without", "given"])
def test_a_school_that_is_not_asked_any_more_gets_no_second_mail_and_the_page_says_so(
    reviewed, asked, client_for, clock, end
):
    clock(IN_JUNE)
    with reviewed.inside():
        HeadPart.objects.update(status=end, given_at=IN_JUNE, expected="yes")
    answer = client_for(reviewed, "manager").post(f"/fenshire/reviews/parts/{asked.public_id}/again/", follow=True)
    assert "is not asked any more" in main_text(answer)
    with reviewed.inside():
        assert mail.Notice.objects.filter(kind="head_part_asked").count() == 1


def test_no_school_is_asked_for_its_part_when_the_words_have_gone_round(county):
    schools = [each.placement for each in head_parts.schools_of(county.review, by=county.as_("manager", JUNE))]
    by, days = county.as_("manager", JUNE), {"meeting_on": MEETING, "read_on": READ}
    Review.objects.update(status=Review.Status.TO_AGREE, sent_at=IN_JUNE, sent_times=1)
    review = Review.objects.for_page().get()
    with pytest.raises(Refusal, match="gone round already"):
        head_parts.ask(review, schools, **days, by=by, at=IN_JUNE)
    assert not HeadPart.objects.exists()


def test_two_presses_at_once_ask_a_school_once(county):
    by, days = county.as_("manager", JUNE), {"meeting_on": MEETING, "read_on": READ}
    first, second = (Review.objects.for_page().get(pk=county.review.pk) for _ in range(2))
    schools = [each.placement for each in head_parts.schools_of(first, by=by)]
    for review in (first, second):
        assert head_parts.ask(review, schools, **days, by=by, at=IN_JUNE) == []
    assert HeadPart.objects.count() == 1


def test_a_yearly_review_does_not_go_round_while_a_school_of_the_year_was_never_asked(county):
    with pytest.raises(Refusal, match=county.oakfield.name):
        held(county, county.review)
    by, days = county.as_("manager", JUNE), {"meeting_on": MEETING, "read_on": READ}
    schools = [each.placement for each in head_parts.schools_of(county.review, by=by)]
    head_parts.ask(county.review, schools, **days, by=by, at=IN_JUNE)
    HeadPart.objects.get().go_without(by=by, at=IN_JUNE)
    assert held(county, Review.objects.for_page().get(pk=county.review.pk)).status == Review.Status.TO_AGREE
