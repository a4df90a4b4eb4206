"""What lies about in a county beside its agreements: files, remarks, drafts, papers, links, mails and tokens."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from reports.actions.runs import run_term
from reports.models import Document, DocumentItem, LargePrint
from reports.tasks import bind_pack, draw_item
from schools.actions.imports import read_stored, receive_upload
from schools.models import (
    FileImport,
)
from schools.permissions import SIGN_LINK
from teams.actions import invitations
from teams.foundation import mail
from teams.foundation.drafts import Draft
from teams.foundation.links import Link
from teams.foundation.tokens import READS, Token
from teams.models import (
    HandOver,
    Person,
    Remark,
    Term,
)
from tests.factories.authorities import NOW, County
from tests.factories.canaries import (
    COUNCIL,
    SCHOOLS,
    WATCHERS,
)
from tests.schools.files.made_up import GIAS, cells, written

SINCE = date(2024, 9, 1)


def files(county: County) -> None:
    """A file in each state, one of them really read; what it says is the administrator's until it is loaded."""
    for status in set(FileImport.Status.values) - {FileImport.Status.CHECKED}:
        word = county.canaries.plant(f"file {status}", {"admin"})
        county.rows[f"{status} file"] = FileImport.objects.create(
            file_name=f"{word}.csv", kind="gias", encoding="utf-8", la_code="999", year=2025, received_at=NOW,
            received_by=county.people["admin"], status=status, rows=2, new=1, unreadable=1, bytes_total=100,
            complaints=[{"line": 2, "reason": f"No URN {word}", "about": ""}], problem=f"Problem {word}",
        )  # fmt: skip
    words = {name: county.canaries.plant(f"staged {name}", {"admin"}) for name in ("name", "street", "file")}
    changed = cells(GIAS, URN=county.beech.urn, EstablishmentName=words["name"], Street=words["street"])
    upload = SimpleUploadedFile(f"{words['file']}.csv", written([list(GIAS), changed]).getvalue())
    received = receive_upload(upload, la=None, year=None, by=county.as_("admin"), at=NOW)
    read_stored(county.authority.pk, received.pk, by=county.as_("admin"))
    county.rows["checked file"] = FileImport.objects.get(pk=received.pk)


def remark(county: County) -> None:
    """What a worker finds hard to use; only the administrator reads it."""
    words = {name: county.canaries.plant(f"remark {name}", {"admin"}) for name in ("words", "page", "role")}
    county.rows["remark"] = Remark.tell(words["words"], page=f"/{words['page']}/", by=county.as_("worker"), at=NOW)
    Remark.objects.filter(pk=county.remark.pk).update(role=words["role"])


def drafts(county: County) -> None:
    """One of each person: somebody's half-written words are nobody else's."""
    for key in sorted(COUNCIL | SCHOOLS):
        word = county.canaries.plant(f"draft of {key}", {key})
        Draft.keep(
            person_id=county.people[key].pk,
            form="agreement-lines",
            about=str(county.unfinished_agreement.latest.public_id),
            words=[["focus", word]],
            revision=0,
            at=NOW,
        )


def papers(county: County) -> None:
    """This term's papers and their pack, drawn as a worker draws them."""
    authority, term = county.authority, Term.objects.get(season="autumn")
    run, items = run_term(term, authority=authority, by=county.as_("senior"), at=NOW)
    for item in items:
        draw_item.run(authority.pk, item)
    run.want_pack(by=county.as_("senior"), at=NOW)
    bind_pack.run(authority.pk, run.pk)
    run.refresh_from_db()
    county.rows["run"] = run
    DocumentItem.objects.create(
        run=run, subject_id=county.declined_agreement.public_id, title="A paper", snapshot={}, digest="-",
        state=DocumentItem.State.FAILED, problem=f"No {county.canaries.plant('problem of a paper', WATCHERS)}",
    )  # fmt: skip
    in_large_print = Document.objects.get(subject_id=county.other_agreement.public_id, copy="school")
    who = {"senior", "other_manager", "finance", "auditor", "other_head"}  # they open the paper
    LargePrint.objects.create(
        document=in_large_print, state=LargePrint.State.FAILED, asked_at=NOW,
        problem=f"No {county.canaries.plant('problem of a large print', who)}",
    )  # fmt: skip
    for paper in Document.objects.all():
        name = "other_paper" if paper.subject_id == county.other_agreement.public_id else None
        name = "paper" if paper.subject_id == county.agreement.public_id else name
        if name:
            county.rows[f"{name} {paper.copy}"] = paper


def links_and_mails(county: County) -> None:
    """A link that is open, one that was answered, one that is over; and every mail that the story wrote."""
    for name, agreement, made in (
        ("link", county.offered_agreement, NOW),
        ("spent_link", county.agreement, NOW),
        ("old_link", county.ended_agreement, NOW - timedelta(days=20)),
    ):
        link, token = Link.make(purpose=SIGN_LINK, subject=agreement, person=county.people["head"], at=made)
        county.rows[name], county.rows[f"{name} token"] = link, token
    county.spent_link.mark_answered(answer="you agreed", at=NOW)
    invitations.invite(county.people["peer"], by=county.as_("admin"), at=NOW)
    _, county.rows["invitation token"] = Link.make(
        purpose=invitations.INVITATION, subject=county.people["peer"], person=county.people["peer"], at=NOW
    )
    for notice in mail.Notice.objects.select_related("person"):
        notice.address = notice.person.email
        notice.problem = f"It came back {county.canaries.plant('problem of a mail', COUNCIL)}"
        notice.save()


def somebody_who_left(county: County) -> None:
    """Gia's post waits for Mira; nobody else of the council reads what she left open but those who name a taker."""
    canary = county.canaries
    name, job = (canary.plant(f"leaver {what}", COUNCIL) for what in ("name", "job"))
    leaver = Person.objects.create(name=f"Gia {name}", job=f"Officer {job}", leaves_on=SINCE, left_at=NOW)
    county.rows["leaver"] = leaver
    words = canary.plant("left open", {"admin", "senior", "manager"})
    county.rows["hand over"] = HandOver.objects.create(
        person=leaver, taker=county.people["manager"], kind="post", item_id=county.post.public_id, made_at=NOW,
        words=f"Post {words}",
    )  # fmt: skip


def tokens(county: County) -> None:
    """A manager's, with a word in its name: theirs, and the administrator's who sees all."""
    county.rows["token"], county.rows["token text"] = Token.make(
        name=f"Program {county.canaries.plant('token name', {'manager', 'admin'})}",
        scopes=READS,
        until=NOW.date() + timedelta(days=30),
        user=county.users["manager"],
        by=county.as_("manager"),
        at=NOW,
    )
