"""Asking one person for what they think: a ticket for one answer, and the promises that its pages make."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from casework.models import YoungPerson
from performance.models import Ticket, Wave, WeDid
from teams.foundation import audit
from teams.foundation.access import Principal, policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import hash_of
from teams.foundation.words import day
from teams.models import Employment, LineManagement, Person, Team, Term

WE_DID_SHOWN = 2


def ask(young: YoungPerson, kind: str, channel: str, *, by: Principal, at: datetime) -> tuple[Ticket, str]:
    """A new ticket and its token. One that was not answered yet is void from now on, as a link that is sent again.

    Raises Refusal between two terms, after the work has ended, and where they have answered this term; that they have,
    it does not say.
    """
    if not policy_of(Ticket).may(by, "ask", young):
        raise NotAllowed("ticket.ask", str(young.public_id))
    if young.status != YoungPerson.Status.OPEN:
        raise Refusal("The work with this young person has ended. Start it again first.", code="ended")
    wave = Wave.objects.filter(kind=kind, status=Wave.Status.OPEN).order_by("-opens_on").first()
    if wave is None:
        after = Term.objects.filter(starts_on__gt=by.today).order_by("starts_on").first()
        opens = f" The next round opens on {day(after.starts_on)}." if after is not None else ""
        raise Refusal(f"We ask in term time, and no round is open today.{opens}", code="no_round")
    with transaction.atomic():
        YoungPerson.objects.select_for_update(of=("self",)).get(pk=young.pk)
        mine = Ticket.objects.filter(wave=wave, young_person=young)
        if mine.filter(used_on__isnull=False).exists():
            who = young.initials if kind == Wave.Kind.YOUNG else f"A parent of {young.initials}"
            raise Refusal(f"{who} cannot be asked again this term. The next round is next term.", code="answered")
        mine.filter(voided_at=None).update(voided_at=at, answers={}, browser="")
        token = secrets.token_urlsafe(32)
        ticket = Ticket.objects.create(
            token_hash=hash_of(token),
            wave=wave,
            channel=channel,
            worker=young.worker,
            manager=manager_of(young.worker, by),
            school=young.school,
            team=team_of(young.worker, by),
            young_person=young,
            asked_by_id=by.person_id or 0,
            made_at=at,
            expires_at=at + Ticket.LIVES[Ticket.Channel(channel)],
        )
        audit.record("ticket.ask", by=by, at=at, subjects=[ticket])
    return ticket, token


def team_of(worker: Person, by: Principal) -> Team | None:
    """The team of the worker's post today."""
    held = Employment.objects.on(by.today).filter(person=worker).select_related("post__team")
    employment = held.order_by("starts_on", "pk").first()
    return employment.post.team if employment is not None else None


def manager_of(worker: Person, by: Principal) -> Person | None:
    """Who manages the worker today: the promise names her."""
    lines = LineManagement.objects.on(by.today).filter(person=worker).select_related("manager")
    line = lines.order_by("starts_on", "pk").first()
    return line.manager if line is not None else None


def names(ticket: Ticket) -> dict[str, str]:
    """What the words of a questionnaire name: people by their first names, as the young person knows them."""
    return {
        "worker": first_name(ticket.worker),
        "manager": first_name(ticket.manager) if ticket.manager is not None else "the team",
        "school": ticket.school.name if ticket.school is not None else "",
        "day": day(ticket.wave.closes_on),
    }


def first_name(person: Person) -> str:
    """ "Wanda": what a young person knows her by."""
    return person.name.split()[0]


def we_did(ticket: Ticket) -> list[WeDid]:
    """What became of the last round of this kind that the team has said something about."""
    shown = WeDid.objects.filter(status=WeDid.Status.SHOWN, team=ticket.team_id, wave__kind=ticket.wave.kind)
    last = shown.exclude(wave=ticket.wave_id).order_by("-wave__opens_on").first()
    return list(shown.filter(wave=last.wave_id)[:WE_DID_SHOWN]) if last is not None else []
