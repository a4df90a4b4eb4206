"""Asking the schools that have not said whether they keep their share: whom, once, by which way, and what they answer."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from schools.actions import next_year, share_questions
from schools.actions.ahead import Ahead
from schools.actions.money import share_out
from schools.actions.next_year import choices_of
from schools.actions.share_answers import posts_of
from schools.actions.share_questions import Round
from schools.models import NextYear, Placement, ShareQuestion
from teams.foundation import mail
from teams.foundation.carriers import Failure, Trouble
from teams.foundation.errors import Refusal
from teams.foundation.links import DEVICE_COOKIE, Link, _device_value, _signer
from teams.models import AuditEvent
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.reports.stories import active, add_terms, grow
from tests.told import story

pytestmark = pytest.mark.django_db
ASK = "/fenshire/money/ask/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    def at(now: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    at(NOW)
    return at


@story
def county(fenshire):
    """Oakfield, Beech and two Elms pay a share of a post each; Beech has no worker yet, Elm 002 cannot keep its share."""
    add_terms(fenshire, 2025, 2026, 2027)
    active(fenshire)
    grow(fenshire, 2)
    with fenshire.inside():
        placement = fenshire.rows["post 2"].placements.get()
        next_year.say(
            placement, "cannot", words="", person=fenshire.people["head 2"], school_year=2027,
            by=fenshire.as_("head 2"), at=NOW,
        )  # fmt: skip
    return fenshire


def text(response) -> str:
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    return html.unescape(plain)


def round_of(county, now=NOW) -> Round:
    principal = county.as_("senior", now.date())
    return Round(Ahead(principal, county.authority, now.date()), principal, now=now)


def ask_all(county, client_for):
    with county.inside():
        chosen = [str(each.school.public_id) for each in round_of(county).to_ask]
    return client_for(county, "senior").post(ASK, {"school": chosen})


def question_of(county, school="oakfield") -> ShareQuestion:
    with county.inside():
        return ShareQuestion.objects.select_related("school", "person").get(school=county.rows[school])


def opened(county, school="oakfield", head="head", *, at=NOW) -> tuple[str, Link]:
    with county.inside():
        subject, person = question_of(county, school), county.people[head]
        from schools.permissions import SHARE_LINK  # noqa: PLC0415

        link, token = Link.make(purpose=SHARE_LINK, subject=subject, person=person, at=at)
    return f"/fenshire/l/{token}/", link


def prove(client, link) -> None:
    client.cookies[DEVICE_COOKIE] = _signer.sign(_device_value(link))


def answers(county, school="oakfield", **said: str) -> dict[str, str]:
    with county.inside():
        (post,) = posts_of(county.rows[school], 2027)
    return {f"{name}_{post.name}": value for name, value in said.items()}


def test_the_page_shows_who_is_asked_with_the_price_and_what_they_read(county, client_for):
    response = client_for(county, "senior").get(ASK)
    page = text(response)
    assert "2 schools will be asked, one e-mail each" in page, "Oakfield and Elm 001; Elm 002 has answered"
    assert "Elm 002" not in page
    assert "£14,145" in page, "41 % of £34,500"
    letter = page[page.index("The e-mail, as the first of them reads it") :]
    assert "£" not in letter
    assert "can you keep your part as it is" in letter


def test_one_press_asks_each_school_once_in_one_mail_that_holds_no_sum(county, client_for):
    assert ask_all(county, client_for).status_code == 302
    with county.inside():
        notices = list(mail.Notice.objects.filter(kind=share_questions.ASKED))
        assert len(notices) == ShareQuestion.objects.count() == 2
        assert {tuple(sorted(each.words)) for each in notices} == {
            ("manager", "reply_to", "school", "telephone", "year")
        }
        assert AuditEvent.objects.filter(verb="sharequestion.ask").count() == 2


def test_asking_twice_in_a_short_time_is_refused_with_the_day_of_the_last(county, client_for):
    with county.inside():
        chosen = [str(each.school.public_id) for each in round_of(county).to_ask]
    senior = client_for(county, "senior")
    senior.post(ASK, {"school": chosen})
    again = senior.post(ASK, {"school": chosen})
    assert again.status_code == 422
    assert "They were asked last on 8 September 2026. Ask again from 23 September 2026, or ring." in text(again)
    with county.inside():
        assert mail.Notice.objects.filter(kind=share_questions.ASKED).count() == 2
    assert "They were asked last on 8 September 2026." in text(senior.get("/fenshire/money/"))


def test_a_school_that_was_not_on_the_page_is_not_asked(county, client_for):
    with county.inside():
        chosen = {str(county.oakfield.public_id)}
        assert share_questions.ask(county.authority, chosen, by=county.as_("senior"), at=NOW) == (1, [])
        assert {each.school for each in ShareQuestion.objects.all()} == {county.oakfield}


def test_after_ten_school_days_of_silence_it_is_one_reminder_and_a_line_to_ring(county, client_for, clock):
    ask_all(county, client_for)
    later = NOW + timedelta(days=16)
    clock(later)
    assert "Write down what they say" in text(client_for(county, "senior").get("/fenshire/money/"))
    with county.inside():
        found = round_of(county, later)
        silent = [each for each in found.to_ring if each.school != county.beech]
        assert {each.why for each in silent} == {"Asked on 8 September 2026, and silent for 10 school days."}
        assert len(silent) == len(found.to_ask) == 2, "the one reminder"
        by, chosen = county.as_("senior", later.date()), {str(each.school.public_id) for each in found.to_ask}
        assert share_questions.ask(county.authority, chosen, by=by, at=later) == (2, [])
        much_later = later + timedelta(days=30)
        by = county.as_("senior", much_later.date())
        with pytest.raises(Refusal, match="Ring the schools"):
            share_questions.ask(county.authority, chosen, by=by, at=much_later)


def test_who_cannot_be_reached_is_to_be_rung_and_not_asked(county, client_for):
    with county.inside():
        county.oakfield.contacts.heads().update(ends_on=TODAY - timedelta(days=1))
        county.people["head 1"].email = ""
        county.people["head 1"].save(update_fields=["email"])
        found = round_of(county)
        why = {each.school.name: each.why for each in found.to_ring}
        assert why[county.beech.name] == "No worker is placed there yet, so there is no page to answer on."
        assert why[county.oakfield.name] == "No headteacher is known here."
        assert why[county.rows["school 1"].name] == "No e-mail address is known."
        assert not found.to_ask


def test_a_mail_that_comes_back_puts_the_school_among_those_to_ring(county, client_for):
    ask_all(county, client_for)
    with county.inside():
        notice = mail.Notice.objects.get(kind=share_questions.ASKED, person=county.people["head"])
        notice.address = notice.person.email
        notice.save(update_fields=["address"])
        failure = Failure(Trouble.ADDRESS, "No such mailbox.")
        mail.come_back(notice, failure, by=county.as_("admin"), at=NOW)
        found = round_of(county)
        assert {each.school: each.why for each in found.to_ring}[county.oakfield] == "The e-mail came back."
    assert county.oakfield.name in text(client_for(county, "finance").get("/fenshire/money/"))


def test_the_price_on_the_page_behind_the_link_is_the_one_on_the_councils_page(county, client_for, client):
    ask_all(county, client_for)
    with county.inside():
        priced = {each.school: dict(each.posts) for each in round_of(county).schools}
        for school, prices in priced.items():
            for post in posts_of(school, 2027):
                expected = choices_of(post.placement, authority=county.authority, today=TODAY)
                assert post.choices == expected
                assert post.choices.a_year == prices[post.placement.post.name] is not None
    address, _ = opened(county)
    assert "Your share: £14,145 a year at today’s pay." in text(client.get(address))


def test_the_head_answers_by_the_link_after_the_code_and_the_same_row_is_written(county, client_for, client):
    ask_all(county, client_for)
    address, link = opened(county)
    data = answers(county, answer="change", words="Three mornings")
    assert "six-figure code" in text(client.post(address, data))
    with county.inside():
        assert not NextYear.objects.filter(placement__school=county.oakfield).exists()
        code = mail.Notice.objects.filter(kind="code").latest("pk").words["code"]
    assert client.post(address, data | {"code": code}).status_code == 302
    with county.inside():
        said = NextYear.objects.get(placement__school=county.oakfield)
        assert (said.answer, said.words, said.said_by, said.written_by) == (
            "change", "Three mornings", county.people["head"], None,
        )  # fmt: skip
    assert "Change the days: Three mornings" in text(client.get(address))
    assert client.post(address, data).status_code == 200, "pressed twice: kept once, and nothing is left unsent"
    late = client.post(address, answers(county, answer="keep", words="No, all five"))
    assert late.status_code == 409
    assert "No, all five" in text(late), "what cannot be kept any more comes back"
    with county.inside():
        assert NextYear.objects.filter(placement__school=county.oakfield).count() == 1
        assert round_of(county).schools[0].school != county.oakfield


def test_nothing_chosen_is_said_beside_the_box_before_a_code_is_sent(county, client_for, client):
    ask_all(county, client_for)
    address, _ = opened(county)
    response = client.post(address, answers(county, answer="", words="Perhaps"))
    assert response.status_code == 422
    assert "Choose what next year looks like for" in text(response)
    assert "Perhaps" in text(response)
    with county.inside():
        assert not mail.Notice.objects.filter(kind="code").exists()


def test_cannot_asks_the_manager_to_ring_as_it_does_in_a_review(county, client_for, client):
    ask_all(county, client_for)
    address, link = opened(county)
    prove(client, link)
    client.post(address, answers(county, answer="cannot"))
    with county.inside():
        said = NextYear.objects.get(placement__school=county.oakfield)
        assert (said.status, said.ring_by is not None) == ("to_ring", True)


def test_a_head_who_signs_in_answers_on_the_same_page(county, client_for):
    ask_all(county, client_for)
    address = f"/fenshire/next-year/asked/{question_of(county).public_id}/"
    head = client_for(county, "head")
    assert "Say whether you keep your share in 2027/28" in text(head.get("/fenshire/home/"))
    assert "Your share: £14,145 a year" in text(head.get(address))
    assert head.post(address, answers(county, answer="keep")).status_code == 302
    assert "Say whether you keep your share" not in text(head.get("/fenshire/home/"))
    assert client_for(county, "other_head").get(address).status_code == 404
    assert client_for(county, "worker").get(address).status_code == 404
    assert "Keep as it is" in text(client_for(county, "finance").get(address))


def test_a_link_dies_with_the_role_and_a_new_one_goes_to_the_same_mailbox(county, client_for, client, clock):
    ask_all(county, client_for)
    address, _ = opened(county)
    clock(NOW + timedelta(days=15))
    assert "This link no longer works" in text(client.get(address))
    assert "A new link is on its way" in text(client.post(address, {"press": "new_link"}))
    with county.inside():
        county.oakfield.contacts.heads().update(ends_on=TODAY)
    assert client.get(address).status_code == 404


def test_what_a_school_says_on_the_telephone_is_written_down_as_such(county, client_for):
    address = f"/fenshire/money/ask/{county.oakfield.public_id}/said/"
    senior = client_for(county, "senior")
    nothing = senior.post(address, {})
    assert nothing.status_code == 422
    with county.inside():
        head = county.oakfield.contacts.heads().get()
    said = {"who": str(head.public_id)} | answers(county, answer="unknown", words="After the budget")
    assert senior.post(address, said).status_code == 302
    with county.inside():
        row = NextYear.objects.get(placement__school=county.oakfield)
        assert (row.said_by, row.written_by) == (county.people["head"], county.people["senior"])
        assert row.status == "to_ring", "its own manager has not spoken to them yet"
    page = text(client_for(county, "manager").get(f"/fenshire/next-year/{row.public_id}/"))
    assert "on the telephone" in page
    assert client_for(county, "finance").get(address).status_code == 403


def test_who_may_ask_and_who_looks_on(county, client_for):
    for who, looks, asks in (("senior", 200, 422), ("finance", 200, 403), ("auditor", 200, 403), ("manager", 403, 403)):
        assert client_for(county, who).get(ASK).status_code == looks, who
        assert client_for(county, who).post(ASK, {}).status_code == asks, who
    assert "Ask 2 schools" not in text(client_for(county, "finance").get(ASK))


def test_the_pages_ask_the_same_of_a_large_county(county, client_for, client, queries):
    ask_all(county, client_for)
    address, link = opened(county)
    prove(client, link)
    senior = client_for(county, "senior")
    pages = [(senior, ASK), (senior, "/fenshire/money/"), (client, address)]
    pages.append((senior, f"/fenshire/money/ask/{county.oakfield.public_id}/said/"))
    few = []
    for who, page in pages:
        who.get(page)
        with queries() as asked:
            who.get(page)
        few.append(len(asked))
    grow(county, 6, start=10)
    for (who, page), before in zip(pages, few, strict=True):
        with queries() as asked:
            assert who.get(page).status_code == 200
        assert len(asked) == before <= 20, (page, before)


def test_a_mail_does_not_go_once_the_school_has_answered(county, client_for):
    ask_all(county, client_for)
    with county.inside():
        notice = mail.Notice.objects.get(kind=share_questions.ASKED, person=county.people["head"])
        kind = mail.kinds()[share_questions.ASKED]
        assert kind.still_matters(notice)
        assert kind.may_read(notice, NOW)
        placement = county.post.placements.get(school=county.oakfield)
        next_year.say(
            placement, "keep", words="", person=county.people["head"], school_year=2027, by=county.as_("head"), at=NOW
        )
        assert not kind.still_matters(notice)


def test_moments_are_londons(county):
    with county.inside():
        late = datetime(2026, 9, 8, 23, 45, tzinfo=LONDON)
        assert round_of(county, late).today == TODAY


def test_a_school_with_several_workers_gets_one_mail_and_a_question_for_each(county, client_for, client, queries):
    ask_all(county, client_for)
    address, link = opened(county, "school 1", "head 1")
    prove(client, link)
    client.get(address)
    with queries() as one:
        client.get(address)
    with county.inside():
        school, first = county.rows["school 1"], county.rows["post 1"].placements.get()
        shares = [(county.fund, Decimal("59.00")), (school, Decimal("41.00"))]
        share_out(county.rows["post 2"], shares, from_day=date(2026, 9, 1), by=county.as_("admin"), at=NOW)
        Placement.objects.create(
            post=county.rows["post 2"], school=school, manager=first.manager, timetable=first.timetable,
            hours_per_week=first.hours_per_week, starts_on=date(2026, 9, 1),
        )  # fmt: skip
        posts = posts_of(school, 2027)
        assert [each.who for each in posts] == ["Willa 1", "Willa 2"]
        assert len({str(each.school.public_id) for each in round_of(county).schools if each.school == school}) == 1
    with queries() as two:
        page = text(client.get(address))
    assert len(two) == len(one)
    assert "Willa 1" in page
    assert "Willa 2" in page
    half = {f"answer_{posts[0].name}": "keep"}
    assert "Choose what next year looks like for Willa 2" in text(client.post(address, half))
    assert client.post(address, half | {f"answer_{posts[1].name}": "cannot"}).status_code == 302
    with county.inside():
        said = {each.placement.post_id: each.answer for each in NextYear.objects.filter(placement__school=school)}
        assert said == {posts[0].placement.post_id: "keep", posts[1].placement.post_id: "cannot"}
