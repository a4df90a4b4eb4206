"""What the report of a term and the county's pack have in common: words are asked, and a correction is an edition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.models import Membership, Person

SEND = "send"
USUAL_TIME = timedelta(days=14)
APPROVED_MEANWHILE = (
    "This report was approved while you wrote, so these words are not in it. Copy them, and ask a senior manager for a "
    "second edition."
)
SAVED = "Saved. It is given when you press “Give my words”."


class BeginsAgain:
    """The press that begins a second edition. The page it is mixed into loads the first, and has `again` and `show`."""

    address: ClassVar[str]
    act: ClassVar[str]

    def begin(self, **words: Any) -> Any:
        """The next edition. Raises Refusal where there is one already."""
        raise NotImplementedError

    def post(self: Any, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not self.may_begin():
            raise NotAllowed(self.act, str(public_id))
        form = self.again(request.POST)
        if form is None:
            return redirect(self.address, public_id)
        if form.is_valid():
            person = Person.objects.get(pk=self.principal.person_id or 0)
            try:
                edition = self.begin(**form.cleaned_data, person=person)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "The next edition is begun with the words of this one.")
                return redirect(self.address, edition.public_id)
        return self.show(422, again=form)


def managers_of(asked: Sequence[Any], page: Page) -> dict[int | None, str]:
    """Who is asked, by team: who manages it today."""
    found: dict[int | None, list[str]] = defaultdict(list)
    teams = [each.team_id for each in asked if each.team_id is not None]
    held = Membership.objects.on(page.today).filter(role=Role.TEAM_MANAGER, team__in=teams).select_related("person")
    for membership in held.order_by("person__name"):
        if membership.person is not None:
            found[membership.team_id].append(membership.person.name)
    return {team: " and ".join(names) for team, names in found.items()}
