"""What piles up beside the records: mails that were sent with their links, drafts, and the audit.

Domain E reckons with sixty million audit events a year, most of them reads. One in sixty is made: a million a year over
all authorities, with their indexes and their keys, so that a page that reads the audit has something to read through.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from reports.benchmark.making import Making
from schools.models import Agreement
from teams.foundation.audit import AuditEvent
from teams.foundation.drafts import Draft
from teams.foundation.links import Link
from teams.foundation.mail import Notice

EVENTS_A_SCHOOL_AND_YEAR = 1_000_000 / 23_900
MAILS_A_PERSON_AND_YEAR = 6
VERBS = (
    ("youngperson.read", "casework.youngperson"), ("agreement.read", "schools.agreement"),
    ("visit.agree", "supervision.visit"), ("session.finish", "supervision.session"),
    ("school.read", "schools.school"), ("agreement.sign", "schools.agreement"),
)  # fmt: skip
AT_ONCE = 20_000


def make_history(making: Making) -> None:
    _mails(making)
    making.put(
        Draft(
            person=worker.person,
            form="review_mine",
            about=str(making.uuid()),
            words={"h-results": "Half a sentence that waits"},
            saved_at=making.at(making.today - timedelta(days=1 + place % 30)),
        )
        for place, worker in enumerate(making.workers[::4])
    )
    events = _events(making)
    while some := list(islice(events, AT_ONCE)):
        making.put(some)


def _mails(making: Making) -> None:
    """To each head and lead of a school with a worker; each with a link that has run out or was answered."""
    readers = [person for placed in making.placed for person in (placed.head, placed.lead)]
    moments = [
        making.at(making.today - timedelta(days=20 + number * (340 * making.years // times) + place % 9), 8)
        for times in (MAILS_A_PERSON_AND_YEAR * making.years,)
        for number in range(times)
        for place, _ in enumerate(readers)
    ]
    subjects = [making.uuid() for _ in moments]
    links = making.put(
        Link(
            token_hash=f"{making.lot.getrandbits(256):064x}",
            purpose="session",
            subject_id=subject,
            person=readers[place % len(readers)],
            address=readers[place % len(readers)].email,
            made_at=moment,
            expires_at=moment + timedelta(days=14),
            answered_at=moment + timedelta(days=2) if place % 3 else None,
        )
        for place, (moment, subject) in enumerate(zip(moments, subjects, strict=True))
    )
    making.put(
        Notice(
            kind="record_to_agree",
            person=link.person,
            address=link.address,
            matter=f"session:{link.subject_id}",
            purpose=link.purpose,
            link=link,
            subject_id=link.subject_id,
            to_school=True,
            state=Notice.State.SENT,
            made_at=link.made_at,
            due_at=link.made_at,
            attempts=1,
            sent_at=link.made_at,
        )
        for link in links
    )


def _events(making: Making) -> Iterator[AuditEvent]:
    """Every school day of the time that is told, by whoever works there."""
    subjects = {
        "casework.youngperson": [making.uuid() for _ in range(50)],
        "schools.agreement": list(Agreement.objects.order_by("pk").values_list("public_id", flat=True)),
        "supervision.visit": [making.uuid() for _ in range(50)],
        "supervision.session": [making.uuid() for _ in range(50)],
        "schools.school": [each.public_id for each in making.schools],
    }
    users = [worker.person.user_id for worker in making.workers]
    days = 365 * making.years
    number = round(EVENTS_A_SCHOOL_AND_YEAR * making.size.schools * making.years)
    lot = making.lot
    for place in range(number):
        verb, kind = VERBS[place % len(VERBS)]
        known = subjects[kind]
        yield AuditEvent(
            at=making.now - timedelta(days=days - place * days // number, minutes=place % 400),
            user_id=users[lot.randrange(len(users))],
            role="Worker",
            verb=verb,
            subject_type=kind,
            subject_ids=[known[lot.randrange(len(known))]],
            changed=[],
        )
