"""Young people: eighteen with each worker in a school, twenty-seven with each attendance officer; those of before too.

Contacts, visits to families and referrals have no table yet (domain E counts 3.2 million a year): they are left out.
"""

from __future__ import annotations

from datetime import timedelta

from casework.demo import INITIALS, NEEDS
from casework.models import YoungPerson
from reports.benchmark.making import Making
from schools.models import School
from teams.models import Person

WITH_A_WORKER, WITH_AN_OFFICER = 18, 27


def make_young_people(making: Making) -> None:
    """Those who are supported today, and as many for each year before who were."""
    rows = []
    for person, school, number in _where(making):
        for place in range(number * (1 + making.years)):
            is_open = place < number
            days = making.lot.randrange(1, 300) + (0 if is_open else 300 + 365 * (place // number - 1))
            starts_on = making.today - timedelta(days=days)
            rows.append(
                YoungPerson(
                    initials=INITIALS[making.lot.randrange(len(INITIALS))],
                    school=school,
                    worker=person,
                    need=NEEDS[place % len(NEEDS)],
                    starts_on=starts_on,
                    ends_on=None if is_open else starts_on + timedelta(days=making.lot.randrange(40, 250)),
                    status=YoungPerson.Status.OPEN if is_open else YoungPerson.Status.ENDED,
                )
            )
    making.put(rows)


def _where(making: Making) -> list[tuple[Person, School, int]]:
    schools = len(making.schools)
    found = []
    in_two: dict[int, int] = {}
    for placed in making.placed:
        in_two[placed.worker.person.pk] = in_two.get(placed.worker.person.pk, 0) + 1
    for placed in making.placed:
        person = placed.worker.person
        found.append((person, placed.placement.school, WITH_A_WORKER // in_two[person.pk]))
    officers = [each for each in making.workers if not each.is_funded]
    for place, worker in enumerate(officers):
        for part in range(3):  # an officer goes round several schools
            school = making.schools[(place * 5 + part) % schools]
            found.append((worker.person, school, WITH_AN_OFFICER // 3))
    return found
