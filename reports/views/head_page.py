"""The head's page (journey H4): her worker, the days, the price, the papers, and whom to ask. Nothing to fill in.

Where the worker is stands first (H48): purpose and time back, no place. What has no source yet is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from casework.models import YoungPerson
from performance.actions import coming
from reports import needs
from reports.models import Document
from reports.needs import promises, together
from schools.actions.whereabouts import Where, where_they_are
from schools.models import Agreement, AgreementVersion, Placement, School, SchoolContact
from schools.models.signatures import Party
from schools.rules.wording import WHAT_IT_BUYS
from schools.views.agreement_facts import share_of
from teams.foundation.access import COUNCIL_ROLES, SCHOOL_ROLES, Principal, Role
from teams.foundation.hats import band as hat_band
from teams.foundation.hats import chosen, look_at, narrowed, onward
from teams.foundation.views import Page
from teams.models import Cover, Employment, Person

KINDS = {Role.HEADTEACHER: SchoolContact.Kind.HEAD, Role.IN_SCHOOL_LEAD: SchoolContact.Kind.LEAD}


class Hat(NamedTuple):
    """A school that somebody speaks for today, and whether as its head."""

    school: School
    is_head: bool


def schools_of(principal: Principal) -> list[Hat]:
    """The schools this person speaks for today, as head or as in-school lead, by name. No query for anybody else."""
    kinds = [kind for role, kind in KINDS.items() if principal.has(role)]
    if not kinds:
        return []
    contacts = (
        SchoolContact.objects.on(principal.today)
        .filter(person=principal.person_id, kind__in=kinds)
        .select_related("school")
        .order_by("school__name", "kind", "pk")
    )
    hats: dict[int, Hat] = {}
    for contact in contacts:
        is_head = contact.kind == SchoolContact.Kind.HEAD
        known = hats.get(contact.school_id)
        hats[contact.school_id] = Hat(contact.school, is_head or (known is not None and known.is_head))
    return list(hats.values())


class Meeting(NamedTuple):
    """Of a yearly review: whose, when, where, and the head's own part in it."""

    of: UUID
    worker: str
    at: datetime
    place: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Work:
    """One worker in this school. `price` only for the head."""

    placement: Placement
    worker: Person | None
    agreement: Agreement | None
    price: dict[str, Any] | None  # schools.views.agreement_facts.share_of
    starts_on: date | None  # where the first day is still to come
    where: Where | None = None  # for a worker who has started
    meetings: tuple[Meeting, ...] = ()  # of yearly reviews to which the head comes

    @property
    def name(self) -> str:
        if self.worker is None:
            return "The next worker" if self.is_empty else "The new worker"
        return self.worker.name

    @property
    def is_empty(self) -> bool:
        """The work goes on, and nobody holds the post: whoever held it has left, and why is not for this page."""
        return self.worker is None and self.starts_on is None

    @property
    def where_it_stands(self) -> str:
        """Of the agreement, as its school reads it: what is still to be signed by others is not the head's to do."""
        if self.agreement is None:
            return ""
        left = self.agreement.waits_for()
        if not left or Party.SCHOOL in left:
            return self.agreement.status_in_words.lower()
        names = {Party.WORKER: self.name if self.worker else "the worker", Party.COUNCIL: "the council"}
        return "your school has agreed; it waits for " + " and ".join(names[Party(party)] for party in left)


class HeadPage(Page):
    """One page with jump links; the in-school lead's has no money."""

    roles = SCHOOL_ROLES
    any_hat = True
    asks_again = True
    template = "reports/school_head.html"
    known: list[Hat] | None = None  # from the first page, which has asked already

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        hats = self.known if self.known is not None else schools_of(self.principal)
        mine = School.objects.filter(pk__in=[hat.school.pk for hat in hats])
        school = self.fetch(mine, public_id)
        is_head = next(hat.is_head for hat in hats if hat.school == school)
        agreements = self._agreements(school)
        work = self._work(school, agreements, is_head=is_head)
        papers = list(
            Document.objects.visible_to(self.principal)
            .filter(placement__school=school)
            .order_by("-superseded_at", "-made_at", "title", "pk")[:20]
        )
        chooses = len(hats) > 1 or self.principal.has(*COUNCIL_ROLES)
        if chooses:
            look_at(request, school.name, school.pk)
            hat = chosen(request, request.authority.slug)  # type: ignore[attr-defined]
            request.principal = narrowed(self.principal, hat)  # type: ignore[attr-defined]
            if asked := onward(request):
                return redirect(asked)
        return self.draw(
            school=school,
            is_head=is_head,
            work=work,
            deputies=self._deputies(work),
            promises=promises.of_school(self.principal, school, self.now) if work else [],
            today=self.today,
            meetings=[each for one in work for each in one.meetings] if is_head else [],
            young=self._young_people(school) if work else [],
            needs=[
                *(needs.of_party(agreements, "school") if is_head else []),
                *together.of_schools(self.principal).get(school.name, []),
            ],
            buys=WHAT_IT_BUYS,
            papers=papers,
            band=hat_band(request) if chooses else None,
        )

    def _young_people(self, school: School) -> list[YoungPerson]:
        """This school's own, by initials: what the work is about and since when, never what was decided."""
        rows = YoungPerson.objects.filter(school=school).visible_to(self.principal).with_us(self.today)
        found: list[YoungPerson] = rows.select_related("worker").looked_at(by=self.principal, at=self.now)
        return found

    def _deputies(self, work: list[Work]) -> dict[int, Cover]:
        """Who answers for a manager who is away today, by the manager's key."""
        covers = Cover.objects.on(self.today).filter(manager__in=[each.placement.manager_id for each in work])
        return {each.manager_id: each for each in covers.select_related("deputy")}

    def _agreements(self, school: School) -> list[Agreement]:
        """This school's agreements that its head may see at all: what was never sent is the council's own."""
        visible = Agreement.objects.filter(placement__school=school).visible_to(self.principal)
        found = visible.exclude(status=Agreement.Status.ENDED).for_page().order_by("school_year", "pk")
        return [each for each in found if each.latest.is_sealed or each.in_force_id is not None]

    def _work(self, school: School, agreements: list[Agreement], *, is_head: bool) -> list[Work]:
        employments = Employment.objects.select_related("person").order_by("starts_on")
        placements = (
            Placement.objects.visible_to(self.principal)
            .filter(school=school)
            .not_ended()
            .exclude(ends_on__lt=self.today)
            .select_related("manager", "lead", "post")
            .prefetch_related(Prefetch("post__employments", employments))
            .annotate(meetings=coming.at_placement(self.principal))
            .order_by("starts_on", "pk")
        )
        work = [self._one(placement, agreements, is_head=is_head) for placement in placements]
        here = {each.placement.pk: each.worker for each in work if each.starts_on is None and each.worker is not None}
        placed = [each.placement for each in work if each.placement.pk in here]
        where = where_they_are(placed, here, principal=self.principal, now=self.now)
        return [replace(each, where=where.get(each.placement.pk)) for each in work]

    def _one(self, placement: Placement, agreements: list[Agreement], *, is_head: bool) -> Work:
        agreement = agreement_to_show([each for each in agreements if each.placement_id == placement.pk], self.today)
        worker = placement.post.holder_on(max(self.today, placement.starts_on))
        if worker is not None and worker.left_at is not None:
            worker = None
        version = version_to_read(agreement) if agreement else None
        return Work(
            placement,
            worker,
            agreement,
            price_of(version) if version and is_head else None,
            placement.starts_on if placement.starts_on > self.today else None,
            meetings=tuple(
                Meeting(UUID(each["of"]), each["worker"], datetime.fromisoformat(each["starts_at"]), each["place"])
                for each in placement.meetings  # type: ignore[attr-defined]  # annotated above
            ),
        )


def agreement_to_show(of_placement: list[Agreement], today: date) -> Agreement | None:
    """What holds today; else the first there is, of those that are not over."""
    now = [each for each in of_placement if each.starts_on <= today <= each.ends_on]
    return next(iter(now or of_placement), None)


def version_to_read(agreement: Agreement) -> AgreementVersion | None:
    """What holds, else what is on the table; never what is still being written."""
    if agreement.in_force is not None:
        return agreement.in_force
    return agreement.latest if agreement.latest and agreement.latest.is_sealed else None


def price_of(version: AgreementVersion) -> dict[str, Any]:
    """From a sealed version: until then it has no text."""
    sheet, way = version.cost_sheet or {}, version.way or {}
    return share_of(sheet, way["period"])
