"""What each of the two counties is made of: areas, teams, staff and how many schools."""

from __future__ import annotations

from dataclasses import dataclass

from teams.foundation.access import Role

ATTENDANCE, SUPPORT, FAMILY = "Attendance officer", "Pupil support worker", "Family worker"


@dataclass(frozen=True)
class MadeUpCounty:
    """The shape of a county. `quadrants` are (area, the area around it); a team has `staff` of each profession."""

    slug: str
    name: str
    la_code: str
    colour: str
    telephone: str
    seed: int
    quadrants: tuple[tuple[str, str], ...]
    staff: tuple[tuple[str, int], ...]
    secondaries: int
    primaries: int
    closed: int
    corner: tuple[int, int]  # metres east and north of the county's south-western corner
    postcode: str

    @property
    def short_name(self) -> str:
        """ "Hollinshire": as the government's files name an authority."""
        return self.name.partition(" ")[0]

    @property
    def domain(self) -> str:
        return f"{self.slug}.example"

    @property
    def teams(self) -> list[str]:
        return [f"{quadrant} team" for quadrant, _ in self.quadrants]


HOLLINSHIRE = MadeUpCounty(
    slug="hollinshire",
    name="Hollinshire County Council",
    la_code="998",
    colour="#1d5a94",
    telephone="01632 960100",
    seed=2026,
    quadrants=(("East 1", "East"), ("East 2", "East"), ("West 1", "West"), ("West 2", "West")),
    staff=((ATTENDANCE, 3), (SUPPORT, 2), (FAMILY, 1)),
    secondaries=14,
    primaries=46,
    closed=4,
    corner=(482_000, 241_000),
    postcode="HL",
)
LARKFORD = MadeUpCounty(
    slug="larkford",
    name="Larkford Borough Council",
    la_code="997",
    colour="#0f6b4f",
    telephone="01632 960200",
    seed=2027,
    quadrants=(("East 1", "East"), ("West 1", "West")),
    staff=((ATTENDANCE, 2), (SUPPORT, 2), (FAMILY, 1)),
    secondaries=6,
    primaries=18,
    closed=2,
    corner=(506_000, 219_000),
    postcode="LK",
)
COUNTIES = (HOLLINSHIRE, LARKFORD)

# Who is there besides the teams: job and role. The first senior practitioner is of the first team, the second of the
# last; each manages the attendance officers of that team (H11: never more than three).
OFFICES = (
    ("Head of service", Role.SENIOR_MANAGER),
    ("Business support officer", Role.ADMINISTRATOR),
    ("Finance officer", Role.FINANCE_READER),
    ("Data protection officer", Role.AUDITOR),
)
