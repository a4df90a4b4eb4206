"""A record on its way round: finished, sent to whoever has not said yes, answered, final after ten school days."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from schools.models import SchoolContact
from supervision.actions import sessions, silence
from supervision.actions.silence import FINAL_AFTER, school_days_since
from supervision.models import OwnNote, Session, SessionPerson
from supervision.permissions import AGREE_LINK
from supervision.rules.words import Words
from teams.actions import new_links
from teams.foundation import mail
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.transitions import begin
from teams.models import Part

TO_AGREE, READY, NEW_LINK = "session_to_agree", "session_ready", "session_new_link"


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
                with suppress(Refusal), transaction.atomic():  # left, or an address of less than a day: asked later
                    ask(session, person, at=at)
    return False


def write_note(session: Session, text: str, *, by: Principal, at: datetime) -> None:
    """Her own, written or changed; nobody else reads it here."""
    note = OwnNote.objects.filter(session=session).visible_to(by).first()
    if note is None:
        note = OwnNote(session=session, person_id=by.person_id or 0, text=text, written_at=at)
        begin(note, "write", by=by, at=at)
    else:
        note.write(text, by=by, at=at)


def matter_of(session: Session) -> str:
    return f"session:{session.public_id}"


def ask(session: Session, person: SessionPerson, *, at: datetime, matter: str = "") -> mail.Notice | None:
    """A mail to whoever was there. None where there is no mailbox: they are rung, or answer on their own page."""
    if person.person is None or not person.person.email:
        return None
    is_school = person.part == Part.SCHOOL
    return mail.write(
        TO_AGREE if is_school else READY,
        to=person.person,
        matter=matter or matter_of(session),
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


def mails_about(session: Session) -> Any:
    """All that asked somebody to say whether it is accurate."""
    return mail.Notice.objects.filter(kind__in=(TO_AGREE, READY), subject_id=session.public_id)


def _still_speaks(session: Session, row: SessionPerson, today: date) -> bool:
    """Does who was there still speak for the school? The link is closed to whoever does not."""
    contacts = SchoolContact.objects.on(today).filter(school=session.visit.placement.school_id)
    return row.person_id is not None and contacts.filter(person=row.person_id).exists()


def to_ring(session: Session, *, today: date) -> SessionPerson | None:
    """Who was there for the school and has not answered, where no mail has reached them (H3). `session` with people."""
    row = next((row for row in session.people.all() if row.part == Part.SCHOOL and not row.has_answered), None)
    if row is None or session.sent_at is None or session.status != Session.Status.TO_AGREE:
        return None
    states = set(mails_about(session).filter(person=row.person_id).values_list("state", flat=True))
    reached = mail.Notice.State.SENT in states and _still_speaks(session, row, today)
    waits = mail.Notice.State.WAITING in states
    is_rung = silence.is_to_be_rung(reached=reached, waits=waits, sent_at=session.sent_at, today=today)
    return row if is_rung else None


def take_call(session: Session, came_of: str, words: str, *, by: Principal, at: datetime) -> bool:
    """What came of ringing the school: what they said, written down by who rang, or that nobody could be reached.

    Is it final now? Raises Refusal where a mail has reached them, where it has been answered, and for "nobody" before
    ten school days have gone by.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        row = to_ring(session, today=today)
        if row is None:
            raise Refusal(
                "They have answered, or our mail has reached them by now: they answer by its link.", code="reached"
            )
        if came_of == SessionPerson.NOT_REACHED:
            if session.sent_at is None or school_days_since(session.sent_at, today) < FINAL_AFTER:
                raise Refusal(
                    "Try again until ten school days have gone by since it was sent. Then you can say that nobody was "
                    "reached.",
                    field="came_of",
                    code="early",
                )
            session.nobody_reached(row, by=by, at=at)
            session = Session.objects.for_page().prefetch_related("parts").get(pk=session.pk)
            sessions.make_final(session, Session.Because.NOT_REACHED, by=by, at=at)
            return True
        accurate = came_of == SessionPerson.Answer.ACCURATE
        return sessions.answer(
            session, row, accurate=accurate, words=words, how=SessionPerson.BY_TELEPHONE, act="ring", by=by, at=at
        )


def follow_up(session: Session, *, by: Principal, at: datetime) -> str:
    """One reminder after five school days; final after ten, and it says so; asked where no mail has reached a school
    yet. Returns "reminded", "asked", "final" or ""."""
    with transaction.atomic():
        # Whoever answers meanwhile waits, or has been counted.
        is_out = Session.objects.select_for_update(of=("self",)).filter(pk=session.pk, status=Session.Status.TO_AGREE)
        if not is_out.exists():
            return ""
        return _follow_up(Session.objects.for_page().prefetch_related("parts").get(pk=session.pk), by=by, at=at)


def _follow_up(session: Session, *, by: Principal, at: datetime) -> str:
    today, waited_for = timezone.localdate(at), [row for row in session.people.all() if not row.has_answered]
    if session.sent_at is None:
        return ""
    gone = [row for row in waited_for if row.part == Part.SCHOOL and not _still_speaks(session, row, today)]
    if gone:  # rung, and never silent: what they were sent opens nothing any more
        return max((_ask_again(session, row, at=at) for row in waited_for if row not in gone), default="")
    reached_at = silence.reached(mails_about(session))
    if school_days_since(session.sent_at, today) >= FINAL_AFTER and all(
        # The worker reads it on her first page from the day on which it was sent.
        row.part != Part.SCHOOL or silence.is_silent(row, reached_at.get(row.person_id), today)
        for row in waited_for
    ):
        sessions.make_final(session, Session.Because.SILENT, by=by, at=at)
        return "final"
    return max((_ask_again(session, row, at=at) for row in waited_for), default="")


def _ask_again(session: Session, row: SessionPerson, *, at: datetime) -> str:
    due = silence.next_mail(mails_about(session), row, matter_of(session), timezone.localdate(at))
    if due is None:
        return ""
    what, matter = due
    with suppress(Refusal), transaction.atomic():  # left, or an address of less than a day: the manager is told to ring
        if ask(session, row, at=at, matter=matter) is not None:
            return what
    return ""
