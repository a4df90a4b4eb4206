"""People of other agencies: added by the manager of the team that works with them.

An address that is known here already stays whose it is: people of the council and of schools are asked as such, and
nobody gets a second part by being typed here. No account is made, looked for or opened.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from teams.actions.people import same_name
from teams.foundation.access import Principal, Role
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import AgencyPerson, Authority, Membership, Person, Team


def teams_run_by(principal: Principal) -> list[Team]:
    """The teams that this manager runs today, or covers."""
    runs = Membership.objects.on(principal.today).filter(person__in=principal.stands_for, role=Role.TEAM_MANAGER)
    return list(Team.objects.filter(pk__in=runs.values("team")).order_by("name", "pk"))


def add(team: Team, *, agency: str, name: str, email: str, by: Principal, at: datetime) -> AgencyPerson:
    """Somebody of another agency works with this team from today on.

    Raises Refusal, fields "email" and "name", where the address is somebody else's, or theirs in another part.
    """
    email = email.lower()
    with transaction.atomic():
        Authority.one_at_a_time()  # two presses at once would make two people of one address
        person = Person.objects.filter(email=email).first()
        if person is None:
            # Typed just now: links wait a day, as for every address that nobody has checked.
            person = begin(Person(name=name, email=email, address_changed_at=at), "add", by=by, at=at)
        else:
            _refuse_other_parts(person, name, team)
        row = AgencyPerson(team=team, person=person, agency=agency, starts_on=timezone.localdate(at))
        return begin(row, "add", by=by, at=at)


def _refuse_other_parts(person: Person, name: str, team: Team) -> None:
    mine = AgencyPerson.objects.filter(person=person)
    has_account = person.user_id is not None or Membership.objects.filter(person=person).exists()
    if has_account or person.left_at is not None or not mine.exists():
        raise Refusal(
            f"{person.email} is the address of {person.name}, who is known here already. People of the council and of "
            "schools are asked without this list. Type an address at the other agency.",
            field="email",
            code="known",
        )
    if not same_name(person.name, name):
        raise Refusal(
            f"{person.email} is the address of {person.name}. Type that name, or another address.",
            field="email",
            code="taken",
        )
    here = mine.filter(status=AgencyPerson.Status.WITH_US)
    if here.filter(team=team).exists():
        raise Refusal(f"{person.name} is on the list of this team already.", field="email", code="there")
    if here.exclude(bounced_at=None).exists():
        raise Refusal(f"Mail to {person.email} came back. Type another address.", field="email", code="bounced")
