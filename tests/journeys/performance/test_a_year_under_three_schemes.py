"""A year of reviews for a team of twelve under three schemes, with the heads' parts from phones (M6, M14, BR-14)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone

from performance.models import HeadPart, Review, ReviewCopy, ReviewPerson
from performance.permissions.reviews import AGREE_LINK, GIVE_LINK
from performance.rules.schemes import CAREER
from schools.models import NextYear
from teams.foundation import mail
from teams.foundation.links import Link
from tests.crawl.reading import text_of_paper
from tests.factories.authorities import make_county
from tests.factories.visits import text
from tests.journeys.performance.three_schemes import JUNE, MET, READ, Reviewed, make_team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]
NEXT_YEAR = ("Keep as it is", "Change the days", "Don’t know yet", "Cannot keep")


class Year:
    """The county, its team, and everybody's browser on the day that it is."""

    def __init__(self, county: Any, team: list[Reviewed], client_for: Any, monkeypatch: Any) -> None:
        self.county, self.team, self._client_for, self._patch = county, team, client_for, monkeypatch
        self.reviews: dict[str, Review] = {}

    def on(self, moment: datetime) -> None:
        self._patch.setattr(timezone, "now", lambda: moment)

    def browser(self, who: str) -> Any:
        return self._client_for(self.county, who)

    def address(self, one: Reviewed, rest: str = "") -> str:
        return f"/fenshire/reviews/{self.reviews[one.key].public_id}/{rest}"

    def link(self, one: Reviewed, purpose: str) -> str:
        with self.county.inside():
            part = HeadPart.objects.get(review=self.reviews[one.key])
            _, token = Link.make(purpose=purpose, subject=part, person=one.head, at=timezone.now())
        return f"/fenshire/l/{token}/"

    def code(self) -> str:
        with self.county.inside():
            return mail.Notice.objects.filter(kind="code").latest("pk").words["code"]

    def begin(self, manager: Any, one: Reviewed) -> None:
        worker = self.county.people[one.key]
        second = str(self.county.people["other_manager"].public_id) if one.has_second else ""
        day = {"meeting_on_day": "22", "meeting_on_month": "6", "meeting_on_year": "2027"}
        answer = manager.post(
            f"/fenshire/reviews/begin/{worker.public_id}/", {"stage": "yearly", "second_manager": second} | day
        )
        assert answer.status_code == 302, text(answer)
        with self.county.inside():
            self.reviews[one.key] = Review.objects.get(worker=worker)

    def ask(self, manager: Any, one: Reviewed) -> None:
        days = {
            "meeting_on_day": "22", "meeting_on_month": "6", "meeting_on_year": "2027",
            "read_on_day": "15", "read_on_month": "6", "read_on_year": "2027",
        }  # fmt: skip
        assert manager.post(self.address(one, "schools/"), days).status_code == 302

    def words(self, one: Reviewed, who: str) -> dict[str, str]:
        """A sentence of its own under each heading, so that one that stands where it must not names itself."""
        said = {f"h-{each.code}": f"{who} {one.key} {each.code}" for each in one.headings}
        career = next(each.code for each in one.headings if each.side == CAREER)
        rated = {f"rating-{each.code}": "Often" for each in one.headings if each.rated}
        objective = {"next-1-text": f"Objective of {one.key}", "next-1-by": "2027-12-17"}
        return said | rated | objective | {f"not-now-{career}": ""}

    def meet(self, manager: Any, one: Reviewed) -> None:
        said = self.words(one, "met")
        shared = {f"h-{each.code}" for each in one.headings if each.is_shared}
        first = {name: words for name, words in said.items() if name in shared}
        assert manager.post(self.address(one, "meeting/"), first | {"press": "on"}).status_code == 302
        rest = {name: words for name, words in said.items() if name not in shared}
        answer = manager.post(self.address(one, "meeting/two/"), rest | {"press": "share"})
        assert answer.status_code == 302, text(answer)


@pytest.fixture
def year(site, client_for, monkeypatch):
    county = make_county("fenshire")
    with county.inside():
        team = make_team(county)
    return Year(county, team, client_for, monkeypatch)


def test_twelve_reviews_from_the_first_press_to_the_last_paper(year, visitor, aloud):
    year.on(JUNE)
    manager = year.browser("manager")
    for one in year.team:
        year.begin(manager, one)
        year.ask(manager, one)
    with year.county.inside():
        under = {one.key: year.reviews[one.key].edition.scheme_id == one.scheme.pk for one in year.team}
        assert all(under.values()), under
        assert HeadPart.objects.count() == mail.Notice.objects.filter(kind="head_part_asked").count() == 12
    write_on_phones(year, visitor)
    for one in year.team:
        worker = year.browser(one.key)
        said = {name: words for name, words in year.words(one, "mine").items() if name.startswith("h-")}
        assert worker.post(year.address(one, "my-part/"), said | {"press": "give"}).status_code == 302
        assert "Head " not in text(worker.get(year.address(one))).partition("not read yet")[2]

    year.on(READ)
    for one in year.team[1:]:  # the first worker reads nothing: then nothing of it is used
        worker = year.browser(one.key)
        page = worker.get(year.address(one)).content.decode()
        assert f"Difference of {one.key}" in page
        shown = re.findall(r'name="shown" value="([^"]+)"', page)
        assert worker.post(year.address(one, "read/"), {"shown": shown}).status_code == 302

    year.on(MET)
    manager = year.browser("manager")
    for one in year.team:
        year.meet(manager, one)
    senior = visitor().sign_in(year.county, "senior").goto("/fenshire/reviews/")
    senior.reads("0 of 14 are final this year, and 2 not begun.", "By conversation, this year").check(
        "reviews-of-the-county"
    )
    senior.page.close()
    agree_on_phones(year, visitor)
    for one in year.team:
        for who in (one.key, "manager", *(["other_manager"] if one.has_second else [])):
            answer = year.browser(who).post(year.address(one, "answer/"), {"answer": "agreed", "sending": "1"})
            assert answer.status_code == 302, f"{who} about {one.key}: {text(answer)}"
    with year.county.inside():
        found = Review.objects.order_by("pk")
        assert {(each.status, each.final_because) for each in found} == {("final", "all_answered")}
        assert ReviewPerson.objects.filter(answer="agreed").count() == 12 * 3 + 2  # and two second managers
        copies = list(ReviewCopy.objects.select_related("review__worker", "placement").order_by("pk"))
    assert len(copies) == 24
    pages = look_at_papers(year, copies)
    rung(year)
    with aloud():
        print(f"\n12 reviews under 3 schemes: 12 parts from phones, {len(copies)} copies, {pages} pages of PDF")


def write_on_phones(year: Year, visitor: Any) -> None:
    """Each head on a phone of their own, without scripts for every third; next year's four answers in turn."""
    for number, one in enumerate(year.team):
        head = visitor(phone=True, scripts=number % 3 != 0).goto(year.link(one, GIVE_LINK))
        head.reads(f"Your year with Worker {number:02d}", "Six minutes")
        head.fill("What made a difference here?", f"Difference of {one.key}")
        head.page.get_by_label("Yes", exact=True).check()
        head.page.get_by_label(NEXT_YEAR[number % 4]).check()
        head.press("Send my part").reads("Check your e-mail")
        head.fill("The code from the e-mail", year.code()).press("Continue")
        head.reads("Thank you: your part is sent")
        head.page.close()


def agree_on_phones(year: Year, visitor: Any) -> None:
    for number, one in enumerate(year.team):
        head = visitor(phone=True, scripts=number % 3 != 0).goto(year.link(one, AGREE_LINK))
        head.press("Send me the code").fill("The code from the e-mail", year.code()).press("Continue")
        head.reads("What we said", f"met {one.key}")
        body = head.page.content()
        private = [each.code for each in one.headings if not each.is_shared]
        assert not [code for code in private if f"met {one.key} {code}" in body], "a private word on the school's page"
        head.press("Agreed", exact=True)
        head.reads("This link has done its work")
        head.page.close()


def look_at_papers(year: Year, copies: list[ReviewCopy]) -> int:
    """What a school keeps has nothing between two and nothing of another school; what was not read is in neither."""
    pages = 0
    for copy in copies:
        one = next(each for each in year.team if year.reviews[each.key].pk == copy.review_id)
        answer = year.browser("manager").get(f"/fenshire/reviews/copies/{copy.public_id}/")
        assert answer.status_code == 200
        paper = b"".join(answer.streaming_content) if answer.streaming else answer.content
        words = text_of_paper(paper)
        pages += len(pypdfium2.PdfDocument(paper))
        shared = [each.code for each in one.headings if each.is_shared]
        private = [each.code for each in one.headings if not each.is_shared]
        assert all(f"met {one.key} {code}" in words for code in shared)
        is_council = copy.copy == ReviewCopy.Copy.COUNCIL
        assert all((f"met {one.key} {code}" in words) is is_council for code in private)
        assert (f"Difference of {one.key}" in words) is (one.key != "w00")
        others = [each.key for each in year.team if each.key != one.key]
        assert not [key for key in others if f"met {key} " in words or f"Difference of {key}" in words]
    return pages


def rung(year: Year) -> None:
    """Who cannot, or does not know, is on the manager's list; the senior manager sees who cannot."""
    with year.county.inside():
        assert NextYear.objects.to_ring().count() == 6
    # Each line stands twice: as its heading, and in the words of its button.
    assert text(year.browser("manager").get("/fenshire/waiting/")).count("Ring Head") == 2 * 6
    senior = text(year.browser("senior").get("/fenshire/waiting/"))
    assert senior.count("cannot keep its worker next year") == 2 * 3
