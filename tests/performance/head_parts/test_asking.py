"""Every school of the year is asked once, by a mail that says nothing; the page before the first word."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail as outbox

from performance.actions import head_parts
from performance.models import HeadPart, Review
from schools.models import SchoolContact
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.models import AuditEvent
from tests.factories.authorities import add_person
from tests.factories.reviews import IN_JUNE, JUNE
from tests.factories.visits import text as main_text
from tests.performance.head_parts.part import MEETING, READ
from tests.performance.stories import held
from tests.performance.words_to_read import words_to_read_first


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
    words = words_to_read_first(page)
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
