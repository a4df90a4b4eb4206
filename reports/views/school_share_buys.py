"""What a school's shares of all its workers buy: a page, and one side of A4 for its governors (journey H4).

For the head, and for who reads every agreement. With one worker it is that worker's own (reports.views.share_buys).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from casework.models import YoungPerson
from reports import pdf
from reports.documents import school_share_buys
from reports.views.head_page import agreement_to_show, version_to_read
from reports.views.papers import send_made
from reports.views.share_buys import COPY, share_in, young_in_words
from schools.actions.share_answers import PostAsked, posts_of
from schools.models import Agreement, Placement, School
from schools.permissions import EVERY_AGREEMENT, sees_share
from schools.rules.wording import WHAT_IT_BUYS
from supervision.models import Visit
from teams.foundation import audit
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed
from teams.foundation.views import Page
from teams.models import Employment
from teams.rules.calendar import school_year_dates, school_year_label, school_year_of

KIND = "share_buys_school"


class SchoolShareBuysPage(Page):
    """All workers of one school, with its money in one sum."""

    by_policy = True
    asks_again = True
    template = "reports/school_share_buys.html"
    alone = "share_buys"  # the page of a single worker
    school: School
    placements: list[Placement]

    def load(self, public_id: UUID) -> None:
        self.school = self.fetch(School.objects.prefetch_related("contacts"), public_id)
        held = Employment.objects.select_related("person").order_by("starts_on")
        rows = Placement.objects.visible_to(self.principal).filter(school=self.school).not_ended()
        rows = rows.exclude(ends_on__lt=self.today).select_related("post", "manager").annotate(met=self._met())
        rows = rows.prefetch_related(Prefetch("post__employments", held)).order_by("starts_on", "pk")
        self.placements = list(rows)
        for each in self.placements:
            each.school = self.school
        # Who manages one of two placements would read a part of the school's money as all of it.
        whole = self.principal.has(Role.HEADTEACHER, *EVERY_AGREEMENT)
        if not whole or not self.placements or not all(sees_share(self.principal, each) for each in self.placements):
            raise NotAllowed("school.share", str(public_id))

    def _met(self) -> ArraySubquery:
        """With whom supervision was held in the school in this school year, once for each time."""
        year = school_year_dates(school_year_of(self.today))
        held = Visit.objects.filter(placement=OuterRef("pk")).held_in_school(*year)
        return ArraySubquery(held.order_by().values("worker"))

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponseBase:
        self.load(public_id)
        if len(self.placements) == 1:
            return redirect(self.alone, self.placements[0].public_id)
        audit.record("placement.share", by=self.principal, at=self.now, subjects=self.placements)
        return self.answer(self.snapshot())

    def answer(self, snapshot: dict[str, Any]) -> HttpResponse:
        return self.draw(
            public_id=self.school.public_id,
            placements=[each.public_id for each in self.placements],
            **school_share_buys.context(snapshot, COPY),
        )

    def snapshot(self) -> dict[str, Any]:
        """Plain values, all that page and paper say."""
        authority, year = self.request.authority, school_year_of(self.today)  # type: ignore[attr-defined]
        later = {each.placement.post_id: each for each in posts_of(self.school, year + 1)}
        shares, young = self.shares(year), self.young_people()
        managers = {each.manager.name: each.manager.telephone or authority.telephone for each in self.placements}
        return {
            "authority": {"name": authority.name, "service": authority.service_name, "colour": authority.colour},
            "school": self.school.name,
            "managers": sorted(managers.items()),
            "year": school_year_label(year),
            "next_year": school_year_label(year + 1),
            "on": self.today.isoformat(),
            "notice_on": _notice(later),
            "workers": [
                {
                    "name": self.name_of(each),
                    "weekdays": each.weekdays,
                    "hours": f"{each.hours_per_week.normalize():f}",
                    "share": shares.get(each.pk),
                    "later": _price(later.get(each.post_id)),
                    "young": "" if young is None else young_in_words(young.get(self.worker_of(each), 0)),
                    "supervisions": each.met.count(self.worker_of(each)),  # type: ignore[attr-defined]  # annotated
                }
                for each in self.placements
            ],
            "buys": list(WHAT_IT_BUYS),
        }

    def worker_of(self, placement: Placement) -> int | None:
        holder = placement.post.holder_on(max(self.today, placement.starts_on))
        return holder.pk if holder is not None else None

    def name_of(self, placement: Placement) -> str:
        holder = placement.post.holder_on(max(self.today, placement.starts_on))
        return holder.name if holder is not None else "The next worker"

    def shares(self, year: int) -> dict[int, dict[str, Any]]:
        """This school's own line of this year's agreements, by placement; nothing of one without a price."""
        rows = Agreement.objects.filter(placement__in=self.placements, school_year=year).visible_to(self.principal)
        rows = rows.exclude(status=Agreement.Status.ENDED).select_related("in_force", "latest")
        by_placement: dict[int, list[Agreement]] = {}
        for each in rows.order_by("school_year", "pk"):
            by_placement.setdefault(each.placement_id, []).append(each)
        shown = {key: agreement_to_show(found, self.today) for key, found in by_placement.items()}
        versions = {key: version_to_read(each) for key, each in shown.items() if each is not None}
        return {key: share_in(version) for key, version in versions.items() if version is not None}

    def young_people(self) -> dict[int | None, int] | None:
        """By worker; None for who counts the county: one school's number could give another away."""
        if self.principal.has(*EVERY_AGREEMENT):
            return None
        rows = YoungPerson.objects.filter(school=self.school).with_us(self.today).order_by()
        return dict(rows.values_list("worker").annotate(Count("pk")))


class SchoolShareBuysPaperPage(SchoolShareBuysPage):
    """The same as a PDF, made at once: one side, one second."""

    template = ""
    alone = "share_buys_paper"

    def answer(self, snapshot: dict[str, Any]) -> HttpResponse:
        made = pdf.draw(KIND, snapshot, COPY)
        name = f"What our shares buy, {self.school.name}, {self.today.isoformat()}.pdf"
        return send_made(made.content, name_for_reader=name)


def _price(asked: PostAsked | None) -> str | None:
    return None if asked is None or asked.choices.a_year is None else str(asked.choices.a_year)


def _notice(later: dict[int, PostAsked]) -> str | None:
    days = [each.choices.notice_on for each in later.values() if each.choices.notice_on is not None]
    return min(days).isoformat() if days else None
