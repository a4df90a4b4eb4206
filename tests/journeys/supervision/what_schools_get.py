"""Everything that a school's person can get hold of: pages, files, calendars, papers, answers of the API, mails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pikepdf
from django.core import mail as outbox
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from casework.models import YoungPerson
from supervision.models import Session, SessionCopy, Visit
from teams.foundation.tenancy import address_prefix
from teams.models import Commitment
from tests.architecture.test_addresses import addresses
from tests.crawl.reading import text_of_paper
from tests.documents.reading import hidden_words, tag_tree
from tests.factories.authorities import County

# Words that are planted in what was said between two, in notes of her own, and in what a worker brings.
CANARY = re.compile(r"(quagga|quokka|numbat|ocelot|wombat)\d", re.IGNORECASE)
FORMS = ("supervision-shared", "supervision-two", "supervision-late")
ABOUT_IT = ("supervision/", "actions/", "young-people/", "home/", "drafts/")
NOT_ASKED = {"kept_mail"}  # on a developer's machine alone: whoever sits there reads every mail


def signed_in(county: County, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(county.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ids_of(county: County, number: int) -> dict[str, list[UUID]]:
    """What an address may be about, by how its route begins: of this school, and of one more."""
    placements = [county.placements[number], county.placements[(number + 1) % len(county.placements)]]
    with county.inside():
        held = {"visit__placement__in": placements}
        rows: dict[str, Any] = {
            "supervision/visits/": Visit.objects.filter(placement__in=placements),
            "supervision/records/": Session.objects.filter(**held),
            "supervision/copies/": SessionCopy.objects.filter(session__in=Session.objects.filter(**held)),
            "actions/": Commitment.objects.filter(occasion__visits__placement__in=placements),
            "young-people/": YoungPerson.objects.filter(worker=county.people[f"worker {number}"]),
        }
        found = {start: list(query.values_list("public_id", flat=True)) for start, query in rows.items()}
        known = [county.people[f"worker {number}"].public_id, placements[0].school.public_id, placements[0].public_id]
    return found | {"": known}


def paths(county: County, number: int, *, every: bool) -> Iterator[str]:
    """Every address of the product that one can guess at, with what is known of this school and of its neighbour; or
    those alone that are about supervision.
    """
    known = ids_of(county, number)
    for name, route, _ in addresses():
        boxes = re.findall(r"<(?:(\w+):)?(\w+)>", route)
        kinds = {box for _, box in boxes}
        if (
            name in NOT_ASKED
            or not (every or route.startswith(ABOUT_IT))
            or route.startswith(("accounts/", "dev/"))
            or not kinds <= {"public_id", "form", "about", "code"}
        ):
            continue
        start = next(each for each in known if route.removeprefix("api/v1/").startswith(each))
        choices = {
            "public_id": known[start],
            "form": FORMS,
            "about": known["supervision/visits/"],
            "code": ["visits", "schools-with-a-worker"],
        }
        for values in product(*(choices[box] for _, box in boxes)):
            with address_prefix(county.authority.slug):
                yield reverse(name, kwargs=dict(zip((box for _, box in boxes), values, strict=True)))
    for word in ("quagga", "ocelot", "numbat", "rota"):
        yield f"/{county.authority.slug}/search/?q={word}"


def text_of(answer: HttpResponse | bytes, kind: str = "") -> str:
    """As its reader sees it, and what a paper holds that is not drawn."""
    if isinstance(answer, bytes):
        body, head = answer, ""
    else:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        head, kind = str(list(answer.items())), answer.get("Content-Type", "")
    if "pdf" in kind:
        return head + text_of_paper(body) + hidden_words(SimpleNamespace(content=body))
    return head + body.decode(errors="replace")


def pages(county: County, number: int, *, every: bool) -> Iterator[tuple[str, int, str]]:
    """(address, status, text) of everything that the head of this school gets, signed in."""
    client = signed_in(county, f"head {number}")
    for path in paths(county, number, every=every):
        answer = client.get(path)
        yield path, answer.status_code, text_of(answer)
    made = client.post(f"/{county.authority.slug}/profile/calendar/").content.decode()
    address = re.search(rf"/{county.authority.slug}/calendar/[\w-]+\.ics", made)[0]
    for reader in (client, Client()):
        answer = reader.get(address)
        yield address, answer.status_code, text_of(answer)


def mails() -> Iterator[str]:
    """All of them: none carries a private word, to whomever it goes."""
    for letter in outbox.outbox:
        more = [str(content) for content, _ in getattr(letter, "alternatives", [])]
        yield " ".join([letter.subject, letter.body, *more, *map(str, letter.attachments), *letter.to])


def is_tagged(content: bytes) -> None:
    with pikepdf.open(BytesIO(content)) as paper:
        assert paper.Root.MarkInfo.Marked
        assert paper.Root.Lang == "en-GB"
        assert {"H1", "H2", "P", "Table", "TH"} <= {tag.name for tag in tag_tree(paper).all()}
