"""The steps of setting a county up that are about schools. Declared from `ready()`; drawn by the page of `teams`."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from schools.models import School, SchoolContact
from teams.actions.set_up import Standing, Step, declare
from teams.foundation.words import counted
from teams.models import Authority


def declare_steps() -> None:
    declare(
        Step(
            "file_import_new",
            "Schools",
            "From the government’s file. Choose it, the rest goes by itself.",
            50,
            _schools,
        )
    )
    declare(
        Step("contact_paste", "School contacts", "Heads and their colleagues: no government file has their addresses.",
             60, _contacts, is_needed=False)
    )  # fmt: skip
    declare(Step("wording", "The agreement’s wording", "What every service agreement says here.", 70))


def _schools(authority: Authority, today: date) -> Standing:
    schools = School.objects.open_on(today).count()
    return Standing(schools > 0, counted(schools, "open school", "open schools") if schools else "No school yet")


def _contacts(authority: Authority, today: date) -> Standing:
    """Done when every address of today is confirmed; unconfirmed and bounced ones are somebody's work."""
    found = SchoolContact.objects.on(today).aggregate(
        all=Count("pk"),
        unconfirmed=Count("pk", filter=Q(confirmed_at=None)),
        bounced=Count("pk", filter=Q(bounced_at__isnull=False)),
    )
    if not found["all"]:
        return Standing(False, "No contact yet")
    words = counted(found["all"], "contact", "contacts")
    if found["unconfirmed"]:
        words += f", {found['unconfirmed']:,} not confirmed"
    if found["bounced"]:
        words += f", {found['bounced']:,} bounced"
    return Standing(not found["unconfirmed"], words)
