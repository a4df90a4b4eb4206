"""Areas and teams: added as a list, put right one by one, removed while nothing stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from teams.actions.authorities import administrator_only
from teams.foundation import audit
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.models import Area, Authority, Team

Place = Area | Team


def add_places(
    areas: Sequence[Sequence[str]], teams: Sequence[tuple[str, str]], *, by: Principal, at: datetime
) -> tuple[list[Area], list[Team]]:
    """Add what is new. `areas` are paths from the whole to the part, `teams` pairs of team and area ("" for none).

    Names that are there already are left as they are. Raises Refusal, field "teams", for an area that is not there.
    """
    administrator_only(by, "area.add")
    with transaction.atomic():
        Authority.one_at_a_time()
        known = {area.name: area for area in Area.objects.all()}
        new_areas = []
        for path in areas:
            parent = None
            for name in path:
                if name not in known:
                    known[name] = Area.objects.create(name=name, parent=parent)
                    new_areas.append(known[name])
                parent = known[name]
        there = set(Team.objects.values_list("name", flat=True))
        for _, area in teams:
            if area and area not in known:
                raise Refusal(
                    f"There is no area “{area}”. Add it to the areas above, or correct the name.", field="teams"
                )
        wanted = {team: area for team, area in teams if team not in there}
        new_teams = Team.objects.bulk_create(Team(name=team, area=known.get(area)) for team, area in wanted.items())
        if new_areas:
            audit.record("area.add", by=by, at=at, subjects=new_areas)
        if new_teams:
            audit.record("team.add", by=by, at=at, subjects=new_teams)
    return new_areas, new_teams


def change_place(place: Place, *, name: str, inside: Area | None, by: Principal, at: datetime) -> None:
    """Another name, or another area around it. Raises Refusal where the name is taken or an area would be in itself."""
    kind = place._meta.model_name
    administrator_only(by, f"{kind}.change")
    around = "parent" if isinstance(place, Area) else "area"
    with transaction.atomic():
        Authority.one_at_a_time()
        if type(place).objects.filter(name=name).exclude(pk=place.pk).exists():
            raise Refusal(f"There is {'an area' if kind == 'area' else 'a team'} “{name}” already.", field="name")
        if isinstance(place, Area) and inside is not None and place.pk in _around(inside):
            raise Refusal(f"{inside.name} is part of {place.name}, so it cannot be around it.", field="inside")
        changed = [each for each, value in (("name", name), (around, inside)) if getattr(place, each) != value]
        if not changed:
            return
        place.name = name
        setattr(place, around, inside)
        place.save(update_fields=changed)
        audit.record(f"{kind}.change", by=by, at=at, subjects=[place], changed=changed)


def remove_place(place: Place, *, by: Principal, at: datetime) -> None:
    """Take away an area or team that was a mistake. Raises Refusal while anything belongs to it."""
    kind = place._meta.model_name
    administrator_only(by, f"{kind}.remove")
    try:
        with transaction.atomic():
            audit.record(f"{kind}.remove", by=by, at=at, subjects=[place])
            place.delete()
    except ProtectedError as held:
        kinds = {row._meta for row in held.protected_objects if row._meta.label not in KEPT}
        raise Refusal(_why_not(place, {str(each.verbose_name_plural) for each in kinds}), code="in_use") from held


def _why_not(place: Place, kinds: set[str]) -> str:
    """What holds on to a place, as people call it; and what to do. What was kept of it cannot be moved."""
    if words := sorted(CALLED.get(kind, kind) for kind in kinds):
        return f"{place.name} still has {' and '.join(words)}. Move them first, or change the name instead."
    return f"{place.name} is in figures or papers that were kept. It stays, so that they can be read. Change its name."


CALLED = {"memberships": "people", "areas": "areas inside it"}
KEPT = {"reports.Reading", "reports.PackWords", "performance.ReportWords"}  # written once, for years that are over


def _around(area: Area) -> set[int]:
    """The area itself and everything that it is inside of."""
    parents = dict(Area.objects.values_list("pk", "parent"))
    found: set[int] = set()
    here: int | None = area.pk
    while here is not None and here not in found:
        found.add(here)
        here = parents[here]
    return found
