"""A record on its way round: finished, sent to whoever has not said yes, answered, final after ten school days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from supervision.actions import new_links, sessions
from supervision.models import OwnNote, Session, SessionPerson
from supervision.permissions import AGREE_LINK
from supervision.rules.words import Words
from teams.foundation import mail
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.school_hours import school_days
from teams.foundation.transitions import begin
from teams.models import Part

TO_AGREE, READY, NEW_LINK = "session_to_agree", "session_ready", "session_new_link"
REMINDED_AFTER, FINAL_AFTER = 5, 10  # school days


def _still_asked(notice: mail.Notice) -> bool:
    """Asked again when it is sent: has its reader not answered yet?"""
    session = Session.objects.filter(public_id=str(notice.subject_id), status=Session.Status.TO_AGREE).first()
    return session is not None and session.people.filter(person=notice.person_id, answer="").exists()


def _is_there(notice: mail.Notice) -> bool:
    """Asked again when it is sent: is there still something behind its link?"""
    return Session.objects.filter(public_id=str(notice.subject_id)).exists()


def _may_open(notice: mail.Notice, at: datetime) -> bool:
    link = Link(purpose=notice.purpose, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return Session.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


for kind in (
    mail.Kind(
        TO_AGREE, "What we said at {school}, to agree: 90 seconds", still_matters=_still_asked, may_read=_may_open
    ),
    mail.Kind(NEW_LINK, "The link to what we said at {school}", still_matters=_is_there, may_read=_may_open),
    mail.Kind(READY, "Your supervision record is ready to read", still_matters=_still_asked),
):
    mail.declare(kind)


def words_for(session: Session) -> dict[str, str]:
    """Adults, the school, and whom to answer. No child, no day, no reason."""
    visit = session.visit
    return {
        "worker": visit.worker.name,
        "school": visit.heading,
        "manager": visit.manager.name,
        "telephone": visit.manager.telephone,
        "reply_to": visit.manager.email,
    }


def complete_and_send(session: Session, lines: dict[str, dict[str, str]], *, by: Principal, at: datetime) -> bool:
    """Fill in what was left without; final where all have agreed already, else sent. Returns whether it is final."""
    with transaction.atomic():
        if lines:
            sessions.complete(session, lines, by=by, at=at)
        if sessions.settle(session, by=by, at=at):
            return True
        sessions.send(session, by=by, at=at)
        for person in session.people.select_related("person"):
            if not person.has_answered:
                ask(session, person, at=at)
    return False


def write_note(session: Session, text: str, *, by: Principal, at: datetime) -> None:
    """Her own, written or changed; nobody else reads it here."""
    note = OwnNote.objects.visible_to(by).filter(session=session).first()
    if note is None:
        note = OwnNote(session=session, person_id=by.person_id or 0, text=text, written_at=at)
        begin(note, "write", by=by, at=at)
    else:
        note.write(text, by=by, at=at)


def ask(session: Session, person: SessionPerson, *, at: datetime) -> mail.Notice | None:
    """A mail to whoever was there. None where there is no mailbox: they are rung, or answer on their own page."""
    if person.person is None or not person.person.email:
        return None
    is_school = person.part == Part.SCHOOL
    return mail.write(
        TO_AGREE if is_school else READY,
        to=person.person,
        matter=f"session:{session.public_id}",
        at=at,
        words=words_for(session),
        purpose=AGREE_LINK if is_school else "",
        subject=session,
        to_school=is_school,
    )


def send_new_link(session: Session, *, to: Any, at: datetime) -> mail.Notice:
    """To the mailbox of an old link. Raises Refusal after three in an hour."""
    return new_links.send(NEW_LINK, AGREE_LINK, session, to=to, words=words_for(session), at=at)


def take_answer(
    session: Session, person: SessionPerson, form: Any, posted: Any, *, how: str, by: Principal, at: datetime
) -> bool:
    """From a page or a link. Words beside a line come as `line-…`."""
    lines = {name.removeprefix("line-"): value for name, value in posted.items() if name.startswith("line-")}
    return sessions.answer(
        session,
        person,
        accurate=form.cleaned_data["answer"] == SessionPerson.Answer.ACCURATE,
        words=form.cleaned_data["words"],
        lines=lines,
        how=how,
        by=by,
        at=at,
    )


def lines_of(shared: Words) -> list[tuple[str, str]]:
    """(name, words) of each line that somebody may write beside, the school's own actions first (H3)."""
    actions = sorted(shared["actions"], key=lambda action: action["by"] != Part.SCHOOL)
    return [
        *((action["line"], action["text"]) for action in actions),
        *((f"young-{young['id']}", young["initials"]) for young in shared["young"]),
        *((f"promise-{promise['id']}", promise["text"]) for promise in shared["promises"] if promise["outcome"]),
    ]


def school_days_since(sent_at: datetime, today: date) -> int:
    """How many school days have gone by since the day on which it was sent."""
    sent = timezone.localdate(sent_at)
    is_school_day = school_days(sent)
    return sum(is_school_day(sent + timedelta(days=n)) for n in range(1, (today - sent).days + 1))


def follow_up(session: Session, *, by: Principal, at: datetime) -> str:
    """One reminder after five school days; final after ten, and it says so. Returns "reminded", "final" or ""."""
    if session.sent_at is None or session.status != Session.Status.TO_AGREE:
        return ""
    waited = school_days_since(session.sent_at, timezone.localdate(at))
    if waited >= FINAL_AFTER:
        session = Session.objects.for_page().prefetch_related("parts").get(pk=session.pk)
        sessions.make_final(session, Session.Because.SILENT, by=by, at=at)
        return "final"
    if waited < REMINDED_AFTER:
        return ""
    reminded = False
    for person in session.people.filter(answer="").select_related("person"):
        asked = mail.Notice.objects.filter(matter=f"session:{session.public_id}", person=person.person).count()
        if asked == 1:
            try:
                with transaction.atomic():
                    reminded = ask(session, person, at=at) is not None or reminded
            except Refusal:
                continue  # they have left, or the address is a day old: the manager sees that it waits
    return "reminded" if reminded else ""
