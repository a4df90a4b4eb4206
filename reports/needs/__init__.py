"""What waits for somebody: the first lines of every first page, oldest first (journeys 7).

Each list is drawn from what its reader may see, and each line leads to the page where it can be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import F, Prefetch, Q, prefetch_related_objects

from reports.models import DocumentItem
from reports.needs import away, hand_overs, mail, peers, promises, together
from reports.needs.line import Need
from reports.needs.senior import also_waits
from schools.models import Agreement, FileImport, Question, SchoolContact
from teams.foundation.access import COUNCIL_ROLES, Principal, Role
from teams.foundation.carriers import Trouble
from teams.foundation.kept import KeptFor
from teams.foundation.mail import Notice
from teams.foundation.words import counted, whole_money
from teams.models import AgencyPerson, Employment, Remark
from teams.rules.calendar import school_year_label

SHOWN = 7  # more than this is a list nobody clears before noon (journeys M6)


class Waiting(NamedTuple):
    """What waits for one hat of somebody: for the council, or for one school."""

    name: str
    needs: list[Need]


def waiting(principal: Principal, authority: Any) -> list[Waiting]:
    """Everything that waits for this person, by hat: the lines of their first pages and of the mails. Ten queries."""
    reads_agreements = principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER, Role.WORKER, Role.HEADTEACHER)
    agreements = agreements_of(principal) if reads_agreements or principal.covers else []
    found: list[Waiting] = []
    if principal.has(*COUNCIL_ROLES):
        found.append(Waiting("Your work for the council", _of_council(agreements, principal, authority)))
    if principal.has(Role.HEADTEACHER):
        schools: dict[str, list[Agreement]] = {}
        for agreement in agreements:
            if _is_head_of(principal, agreement.placement.school):
                schools.setdefault(_school(agreement), []).append(agreement)
        said, asked = promises.late_by_school(principal), together.of_schools(principal)
        found += [
            Waiting(
                name,
                in_order(
                    [
                        *of_party(schools.get(name, []), "school"),
                        *said.get(name, []),
                        *asked.get(name, []),
                    ]
                ),
            )
            for name in sorted({*schools, *said, *asked})
        ]
    return found


def _of_council(agreements: list[Agreement], principal: Principal, authority: Any) -> list[Need]:
    says = principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER, Role.WORKER)
    found = together.of_council(principal)
    if says:
        found += [*promises.late(principal), *peers.lines(principal)]
    if principal.covers or principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER):
        found += of_manager(agreements, principal, authority)
    if principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER):
        found += of_party([each for each in agreements if is_own(each, principal)], "worker")
    if principal.has(Role.ADMINISTRATOR):
        found += of_administrator(principal)
    return in_order({(need.page, need.of, need.what): need for need in found}.values())  # once, under two hats as well


def is_own(agreement: Agreement, principal: Principal) -> bool:
    """Is it her own post, as the worker?"""
    holder = agreement.placement.post.holder_on(max(principal.today, agreement.starts_on))
    return holder is not None and holder.pk == principal.person_id


def _is_head_of(principal: Principal, school: Any) -> bool:
    return any(
        contact.person_id == principal.person_id
        and contact.kind == SchoolContact.Kind.HEAD
        and contact.starts_on <= principal.today
        and (contact.ends_on is None or contact.ends_on >= principal.today)
        for contact in school.contacts.all()
    )


def in_order(needs: Iterable[Need]) -> list[Need]:
    """The oldest first; what has no day, because nothing has happened yet, last."""
    return sorted(needs, key=lambda need: (need.since is None, need.since and need.since.timestamp(), need.what))


def agreements_of(principal: Principal) -> list[Agreement]:
    """Every agreement within reach that has not ended, with all that the lists below read: six queries at any size."""
    unanswered = Question.objects.filter(answered_at=None).select_related("asked_by").order_by("asked_at")
    found = _agreements(principal)
    prefetch_related_objects(
        found,
        "signatures",
        Prefetch("placement__post__employments", Employment.objects.select_related("person")),
        Prefetch("questions", unanswered, to_attr="unanswered"),
        Prefetch("placement__school__contacts", SchoolContact.objects.select_related("person")),
    )
    return found


@KeptFor
def _agreements(principal: Principal) -> Any:
    return (
        Agreement.objects.exclude(status=Agreement.Status.ENDED)
        .visible_to(principal)
        .for_list()
        .prefetch_related(None)
        .annotate(away=away.holders_away(principal.today))
        .order_by("offered_at", "pk")
    )


def of_manager(agreements: Sequence[Agreement], principal: Principal, authority: Any) -> list[Need]:
    """Questions, signatures, refusals, heads to confirm and mail that came back, for the agreements she manages and for
    those of the managers that she covers for; and what waits for one of her people who is away.
    """
    mine = [each for each in agreements if each.placement.manager_id in principal.stands_for]
    found: list[Need] = []
    for agreement in mine:
        lines = [
            *_questions(agreement),
            *_council_signature(agreement, principal, authority),
            *_declined(agreement),
            *_unconfirmed_head(agreement, principal),
            *_asks_nobody(agreement, principal),
        ]
        found += [away.for_covered(line, agreement.placement.manager, principal) for line in lines]
    found += [*mail.failed(mine), *away.of_workers(mine, principal.today)]
    return in_order(found)


def _questions(agreement: Any) -> Iterator[Need]:
    for question in agreement.unanswered:
        yield Need(
            f"Answer {question.asked_by.name} about {_school(agreement)}",
            f"\N{LEFT DOUBLE QUOTATION MARK}{_short(question.text)}\N{RIGHT DOUBLE QUOTATION MARK}",
            "Question",
            "agreement",
            agreement.public_id,
            question.asked_at,
        )


def _council_signature(agreement: Agreement, principal: Principal, authority: Any) -> Iterator[Need]:
    if agreement.status != Agreement.Status.OFFERED or "council" not in agreement.waits_for():
        return
    above = agreement.latest.whole_cost is not None and agreement.latest.whole_cost > authority.manager_limit
    if not principal.has(Role.TEAM_MANAGER, Role.SENIOR_MANAGER):
        yield Need(
            f"{_school(agreement)}: ask a senior manager to sign",
            "Covering for a team manager gives nobody a limit. A senior manager signs for the council.",
            "Above my limit",
            "agreement",
            agreement.public_id,
            agreement.offered_at,
        )
    elif above and not principal.has(Role.SENIOR_MANAGER):
        yield Need(
            f"{_school(agreement)}: ask a senior manager to sign",
            f"The post costs {whole_money(agreement.latest.whole_cost)} a year. You may sign up to "
            f"{whole_money(authority.manager_limit)}.",
            "Above my limit",
            "agreement",
            agreement.public_id,
            agreement.offered_at,
        )
    else:
        yield Need(
            f"Sign for the council: {_school(agreement)}",
            also_waits(agreement.waits_for(), "council"),
            "To sign",
            "agreement_sign",
            agreement.public_id,
            agreement.offered_at,
        )


def _declined(agreement: Agreement) -> Iterator[Need]:
    if agreement.status == Agreement.Status.DECLINED:
        yield Need(
            f"{_school(agreement)} was not agreed",
            f"\N{LEFT DOUBLE QUOTATION MARK}{_short(agreement.declined_because)}\N{RIGHT DOUBLE QUOTATION MARK} "
            "Ring, then change it.",
            "Not agreed",
            "agreement",
            agreement.public_id,
            agreement.offered_at,
        )


def _unconfirmed_head(agreement: Agreement, principal: Principal) -> Iterator[Need]:
    """What blocks sending: no head, or one whom nobody has confirmed."""
    if agreement.status != Agreement.Status.NOT_FINISHED:
        return
    school = agreement.placement.school
    heads = [
        contact
        for contact in school.contacts.all()
        if contact.kind == SchoolContact.Kind.HEAD and (contact.ends_on is None or contact.ends_on >= principal.today)
    ]
    if not heads:
        yield Need(
            f"Say who the head of {school.name} is",
            "Without a head nothing can be sent to sign.",
            "Contact",
            "school",
            school.public_id,
        )
    elif not any(contact.is_confirmed for contact in heads):
        person = heads[-1].person
        yield Need(
            f"Confirm the head of {school.name}",
            f"Is it {person.name}{f' at {person.email}' if person.email else ', and at which address'}? Ring, then "
            "confirm. Until then nothing can be sent to sign.",
            "Contact",
            "school",
            school.public_id,
            heads[-1].bounced_at,
        )


def _asks_nobody(agreement: Agreement, principal: Principal) -> Iterator[Need]:
    """The head who was asked has left, and the agreement still waits for the school."""
    if agreement.status != Agreement.Status.OFFERED or "school" not in agreement.waits_for():
        return
    school = agreement.placement.school
    contacts = [each for each in school.contacts.all() if each.kind == SchoolContact.Kind.HEAD]
    if not any(each.ends_on is None or each.ends_on >= principal.today for each in contacts):
        yield Need(
            f"{school.name} waits to sign, and has no head",
            "The head who was asked has left, and the link is void. Add the new head, then send it again.",
            "Contact",
            "agreement_person",
            agreement.public_id,
            agreement.offered_at,
        )


def of_party(agreements: Iterable[Agreement], party: str) -> list[Need]:
    """What is asked of a school or a worker: the agreements that still want their yes."""
    return [
        Need(
            f"Read and sign: {_school(agreement)}, {school_year_label(agreement.school_year)}",
            "Two minutes. You can ask a question instead.",
            "To sign",
            "agreement_sign",
            agreement.public_id,
            agreement.offered_at,
        )
        for agreement in agreements
        if agreement.status == Agreement.Status.OFFERED and party in agreement.waits_for()
    ]


def of_administrator(principal: Principal) -> list[Need]:
    """Bounced addresses, odd files, papers and mail that failed (journeys 7, administrator 1)."""
    bounced = (
        SchoolContact.objects.visible_to(principal)
        .on(principal.today)
        .filter(bounced_at__isnull=False)
        .select_related("school", "person")
    )
    odd = FileImport.objects.visible_to(principal).filter(
        Q(status=FileImport.Status.REFUSED) | Q(status=FileImport.Status.CHECKED) | Q(unreadable__gt=0)
    )
    failed_items = (
        DocumentItem.objects.filter(state=DocumentItem.State.FAILED)
        .select_related("run")
        .annotate(opened_at=F("run__opened_at"))
    )
    failed_mail = Notice.objects.for_a_person().filter(state=Notice.State.FAILED).select_related("person")
    # Of another agency: their team's manager has the line (needs.agencies).
    failed_mail = failed_mail.exclude(trouble=Trouble.ADDRESS, person__in=AgencyPerson.objects.values("person"))
    marked = {contact.person_id for contact in bounced}
    remarks = Remark.objects.visible_to(principal).open()
    found = [
        *mail.stopped(),
        *_remarks(list(remarks.order_by("told_at")[: SHOWN + 1])),
        *(
            Need(
                f"Mail to {contact.person.name} came back",
                f"{contact.get_kind_display()} of {contact.school.name}, {contact.person.email}. Ring the school for "
                "the right address.",
                "Bounced",
                "school",
                contact.school.public_id,
                contact.bounced_at,
            )
            for contact in bounced[:SHOWN]
        ),
        *(_file(each) for each in odd[:SHOWN]),
        *(
            Need(f"{item.title}: the paper failed", item.problem, "Paper", "run", item.run.public_id, item.opened_at)
            for item in failed_items[:SHOWN]
        ),
        *(
            Need(
                f"Mail to {notice.person.name} could not be delivered",
                notice.problem or "The mail server gave no reason.",
                "Mail",
                "people",
                None,
                notice.failed_at or notice.due_at,
            )
            for notice in failed_mail.order_by("due_at")[:SHOWN]
            if notice.person_id not in marked and notice.person.email == notice.address
        ),
    ]
    return in_order([*found, *hand_overs.waiting(principal)])


def _remarks(remarks: list[Remark]) -> Iterator[Need]:
    """One line for all of them, as old as the oldest: a list of complaints would push out what has a day."""
    if remarks:
        number = f"more than {SHOWN} things" if len(remarks) > SHOWN else counted(len(remarks), "thing", "things")
        what = f"People have told us of {number} wrong or hard to use"
        yield Need(
            what,
            "Read it, answer, and say that it is dealt with.",
            "Feedback",
            "feedback_list",
            None,
            remarks[0].told_at,
        )


def _file(file: FileImport) -> Need:
    if file.status == FileImport.Status.REFUSED:
        what, why = f"{file.file_name} was not loaded", file.problem
    elif file.status == FileImport.Status.CHECKED:
        what, why = f"{file.file_name} is checked, not loaded", "Look at what would change, then load it."
    else:
        what = f"{file.file_name}: {counted(file.unreadable, 'line', 'lines')} could not be read"
        why = "All other lines are loaded. See which, and why."
    return Need(what, why, "File", "file_import", file.public_id, file.received_at)


def _school(agreement: Agreement) -> str:
    return agreement.placement.school.name


def _short(text: str, length: int = 120) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
