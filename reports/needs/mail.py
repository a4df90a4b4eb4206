"""Mail that did not arrive, was held back or cannot leave: whose line it is, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from reports.needs.line import Need
from schools.actions.agreement_mail import TO_SIGN
from schools.models import Agreement
from teams.foundation.carriers import Trouble
from teams.foundation.mail import Notice
from teams.foundation.words import counted


def failed(agreements: Iterable[Agreement]) -> Iterator[Need]:
    """What she sent and did not arrive, until a later mail has made it good or nobody waits for it any more."""
    by_id = {agreement.public_id: agreement for agreement in agreements}
    failed = Notice.objects.for_a_person().filter(subject_id__in=by_id).select_related("person")
    for notice in failed.order_by("due_at"):
        agreement = by_id[notice.subject_id]
        asks_to_sign = notice.kind == TO_SIGN
        if asks_to_sign and "school" not in agreement.waits_for():
            continue
        if notice.state == Notice.State.HELD_BACK:
            yield Need(
                f"Send it again: our mail about {agreement.placement.school.name} was not sent",
                f"{notice.person.name} may not open it any more.",
                "Mail",
                "agreement",
                agreement.public_id,
                notice.due_at,
            )
        elif notice.trouble == Trouble.ADDRESS and notice.person.email != notice.address:
            if asks_to_sign:  # anything else they find by signing in
                yield Need(
                    f"Send it again to {notice.person.name}, {agreement.placement.school.name}",
                    "The address is another one now; the mail went to the old one and came back.",
                    "Mail",
                    "agreement",
                    agreement.public_id,
                    notice.failed_at,
                )
        else:
            yield Need(
                f"Ring {notice.person.name}: our mail about {agreement.placement.school.name} did not arrive",
                notice.problem or "The mail server gave no reason.",
                "Mail",
                *_where_it_is_put_right(notice, agreement),
                notice.failed_at or notice.due_at,
            )


def _where_it_is_put_right(notice: Notice, agreement: Agreement) -> tuple[str, UUID]:
    """A wrong address stands with the school's people; anything else with the agreement, where it is sent again."""
    if notice.trouble == Trouble.ADDRESS:
        return "school", agreement.placement.school.public_id
    return "agreement", agreement.public_id


def stopped() -> Iterator[Need]:
    """One line, however many wait for it: our own settings keep mail from leaving."""
    waiting = list(Notice.objects.stopped_by_settings().order_by("made_at").values_list("problem", "made_at")[:100])
    if waiting:
        problem, since = waiting[0]
        number = "100 or more mails wait" if len(waiting) == 100 else counted(len(waiting), "mail waits", "mails wait")
        yield Need(
            "Mail cannot leave",
            f"{problem} {number}, and will go when that is right. Tell whoever looks after Alongside for you.",
            "Mail",
            "set_up",
            None,
            since,
        )
