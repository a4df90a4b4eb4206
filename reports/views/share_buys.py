"""What a school's share of one worker buys: on a page, and on one side of A4 for its governors (journey H4, step 3).

Every number is one that stands elsewhere: the price as on the head's page, the year as in the head's part of a review,
next year's price as where the school is asked about it. None is worked out here.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from casework.models import YoungPerson
from performance.actions import the_year
from reports import pdf
from reports.documents import share_buys
from reports.views.head_page import agreement_to_show, price_of, version_to_read
from reports.views.papers import send_made
from schools.actions.calendars import county_calendar
from schools.actions.next_year import choices_of
from schools.models import Agreement, AgreementVersion, Placement
from schools.permissions import EVERY_AGREEMENT, sees_share
from schools.rules.timetable import WEEKDAYS
from schools.rules.whereabouts import hours_in_words
from schools.rules.wording import WHAT_IT_BUYS
from teams.foundation import audit
from teams.foundation.errors import NotAllowed
from teams.foundation.views import Page
from teams.models import Employment
from teams.rules.calendar import school_year_dates, school_year_label, school_year_of
from teams.rules.small_numbers import PUPILS

KIND, COPY = "share_buys", "school"
NONE = "None written down"


class ShareBuysPage(Page):
    """For the head of the school, and for who manages the placement or reads every agreement."""

    by_policy = True
    asks_again = True
    template = "reports/share_buys.html"
    placement: Placement

    def load(self, public_id: UUID) -> dict[str, Any]:
        held = Employment.objects.select_related("person").order_by("starts_on")
        rows = Placement.objects.select_related("school", "post", "manager").prefetch_related(
            Prefetch("post__employments", held), "school__contacts"
        )
        self.placement = self.fetch(rows, public_id)
        if not sees_share(self.principal, self.placement):
            raise NotAllowed("placement.share", str(public_id))
        snapshot = self.snapshot()
        audit.record("placement.share", by=self.principal, at=self.now, subjects=[self.placement])
        return snapshot

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponseBase:
        snapshot = self.load(public_id)
        return self.draw(placement=self.placement, **share_buys.context(snapshot, COPY))

    def snapshot(self) -> dict[str, Any]:
        """Plain values, all that page and paper say."""
        authority, placement = self.request.authority, self.placement  # type: ignore[attr-defined]
        this_year = school_year_of(self.today)
        starts_on, ends_on = school_year_dates(this_year)
        worker = placement.post.holder_on(max(self.today, placement.starts_on))
        county = county_calendar()
        year = (
            the_year.facts_of(placement, worker, starts_on=starts_on, ends_on=ends_on, now=self.now, county=county)
            if worker is not None
            else None
        )
        terms = [(each.starts_on, each.ends_on) for each in county.terms]
        later = choices_of(placement, authority=authority, today=self.today, terms=terms)
        return {
            "authority": authority.letterhead,
            "school": placement.school.name,
            "worker": worker.name if worker is not None else "the next worker",
            "manager": {"name": placement.manager.name, "telephone": placement.manager.telephone},
            "year": school_year_label(this_year),
            "next_year": school_year_label(this_year + 1),
            "on": self.today.isoformat(),
            "share": self.share(),
            "later": {
                "a_year": _text(later.a_year),
                "a_day": _text(later.a_day),
                "notice_on": _iso(later.notice_on),
            },
            "days": [WEEKDAYS[number] for number in placement.weekdays],
            "hours": f"{placement.hours_per_week.normalize():f}",
            "time": _time(year.time) if year is not None and year.time is not None else None,
            "supervisions": year.supervisions if year is not None else 0,
            "school_kept": {"kept": year.school.kept, "of": year.school.of} if year is not None else _NONE,
            "council_kept": {"kept": year.council.kept, "of": year.council.of} if year is not None else _NONE,
            "young": self.young_people(worker),
            "room": placement.room_is_ready,
            "buys": list(WHAT_IT_BUYS),
            "said": [
                [who.partition(":")[0], said] for who, said in (year.people.in_lines() if year is not None else ())
            ],
        }

    def share(self) -> dict[str, Any] | None:
        """This school's own line of this year's agreement, as it holds or is on the table; None without a price."""
        mine = Agreement.objects.filter(placement=self.placement, school_year=school_year_of(self.today))
        visible = mine.visible_to(self.principal)
        rows = visible.exclude(status=Agreement.Status.ENDED).select_related("in_force", "latest")
        agreement = agreement_to_show(list(rows.order_by("school_year", "pk")), self.today)
        version = version_to_read(agreement) if agreement is not None else None
        return share_in(version) if version is not None else None

    def young_people(self, worker: Any) -> str:
        """With this worker today: a number for paper, so one to five are not told, whoever reads it.

        "" for who counts the county: beside the county's own figures one school's number could give another away.
        """
        if self.principal.has(*EVERY_AGREEMENT):
            return ""
        if worker is None:
            return NONE
        with_us = YoungPerson.objects.filter(school=self.placement.school_id, worker=worker).with_us(self.today)
        return young_in_words(with_us.count())


class ShareBuysPaperPage(ShareBuysPage):
    """The same as a PDF, made at once: one side, one second."""

    template = ""

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        snapshot = self.load(public_id)
        made = pdf.draw(KIND, snapshot, COPY)
        name = f"What our share buys, {snapshot['school']}, {self.today.isoformat()}.pdf"
        return send_made(made.content, name_for_reader=name)


def share_in(version: AgreementVersion) -> dict[str, Any]:
    """The school's own line of a sealed version, as plain values."""
    price = price_of(version)
    changes = [[each, str(percent)] for each, percent in price["changes"]]
    return {name: str(price[name]) for name in ("total", "percent", "whole", "period")} | {"changes": changes}


def young_in_words(number: int) -> str:
    """0 would say that there are none, where perhaps nobody has written them down."""
    if not number:
        return NONE
    return str(number) if PUPILS.is_fine((number,)) else PUPILS.words


_NONE = {"kept": 0, "of": 0}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _time(count: Any) -> dict[str, Any]:
    return {
        "percent": count.percents()[0],
        "given": hours_in_words(count.given),
        "agreed": hours_in_words(count.agreed),
    }
