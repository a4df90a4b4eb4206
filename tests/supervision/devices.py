"""A device in a school without a browser: what static/js/drafts.js and finish.js do, over the real HTTP client.

The words lie on the device until the server has them; a finish lies there under its key until it is answered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client

FORMS = ("supervision-shared", "supervision-two")


@dataclass
class Entry:
    words: dict[str, str] = field(default_factory=dict)
    revision: int = 0
    sent: bool = True


@dataclass
class Device:
    """`person` is who is signed in on it, "" for nobody; the entries are of their typists, whoever sits there now."""

    county: Any
    client_for: Any
    about: str
    person: str = ""
    online: bool = True
    client: Client | None = None
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    finishes: dict[str, dict[str, Any]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def sign_in(self, person: str) -> None:
        """A session of before: what signing in costs is measured elsewhere."""
        self.person = person
        known = self.county.rows.setdefault("signed in", {})
        if person not in known:
            known[person] = self.client_for(self.county, person).cookies[settings.SESSION_COOKIE_NAME].value
        self.client = Client()
        self.client.cookies[settings.SESSION_COOKIE_NAME] = known[person]

    def sign_out(self) -> None:
        """In another window: this one does not hear of it before it asks."""
        if self.client is not None:
            self.client.cookies.clear()

    def open(self, form: str) -> Entry:
        """The form on the screen: what lies here, else what the server has, else nothing."""
        entry = self.entries.setdefault((self.person, form), Entry())
        if self.online and entry.sent and self._owner() == self._own_id():
            answer = self.client.get(self._draft(form)) if self.client else None
            if answer is not None and answer.status_code == 200:
                body = answer.json()
                entry.words, entry.revision = {name: text for name, text in body["words"]}, body["revision"]  # noqa: C416
        return entry

    def type(self, form: str, box: str, word: str) -> None:
        entry = self.entries.setdefault((self.person, form), Entry())
        entry.words[box] = f"{entry.words.get(box, '')} {word}".strip()
        entry.sent = False

    def sync(self) -> None:
        for form in FORMS:
            entry = self.entries.get((self.person, form))
            if self.online and self.person and entry and not entry.sent:
                self._send(form, entry)

    def _send(self, form: str, entry: Entry) -> None:
        for _ in range(3):  # a conflict is shown, both are kept, and it is sent again
            if self._owner() != self._own_id():
                return  # signed out, or somebody else: the words stay here
            answer = self.client.put(
                self._draft(form),
                json.dumps({"owner": self._own_id(), "revision": entry.revision, "words": self._pairs(entry)}),
                content_type="application/json",
            )
            if answer.status_code == 409:
                other = answer.json()
                entry.words = joined(entry.words, {name: text for name, text in other["words"]})  # noqa: C416
                entry.revision = other["revision"]
                continue
            if answer.status_code == 200:
                entry.revision, entry.sent = answer.json()["revision"], True
            return

    def finish(self, key: UUID) -> None:
        """Pressed: from now on the device sends what was there at that moment."""
        held = {form: self.entries.get((self.person, form)) for form in FORMS}
        parts = {
            name: {"words": self._pairs(entry), "revision": entry.revision} if entry else None
            for name, entry in zip(("shared", "two"), held.values(), strict=True)
        }
        self.finishes[self.person] = parts | {"key": str(key), "owner": self._own_id()} | {
            "started_at": "2026-11-10T10:00:00Z", "finished_at": "2026-11-10T10:45:00Z",
        }  # fmt: skip
        self.send_finish()

    def send_finish(self, *, and_hear: bool = True) -> None:
        """`and_hear` is false where the line breaks after the server has it: it will be sent once more."""
        waiting = self.finishes.get(self.person)
        if not (self.online and waiting and self._owner() == self._own_id()):
            return
        answer = self.client.post(
            f"/fenshire/supervision/visits/{self.about}/room/finish/",
            json.dumps(waiting),
            content_type="application/json",
        )
        assert answer.status_code in (200, 404, 409), answer.content
        if answer.status_code == 200 and and_hear:
            del self.finishes[self.person]
            for form in FORMS:
                self.entries.pop((self.person, form), None)
        elif answer.status_code == 409:
            self._conflict(answer.json())

    def _conflict(self, other: dict[str, Any]) -> None:
        """Nothing is finished: both are shown, kept, and somebody presses again."""
        del self.finishes[self.person]
        entry = self.entries.setdefault((self.person, other["form"]), Entry())
        entry.words = joined(entry.words, {name: text for name, text in other["words"]})  # noqa: C416
        entry.revision, entry.sent = other["revision"], False

    def text(self) -> str:
        return json.dumps([[entry.words for entry in self.entries.values()], list(self.finishes.values())])

    def _draft(self, form: str) -> str:
        return f"/fenshire/drafts/{form}/{self.about}/"

    def _own_id(self) -> str:
        return str(self.county.people[self.person].public_id)

    def _owner(self) -> str:
        answer = self.client.get("/fenshire/drafts/token/") if self.client else None
        return answer.json().get("owner", "") if answer is not None else ""

    @staticmethod
    def _pairs(entry: Entry) -> list[list[str]]:
        return [[name, text] for name, text in entry.words.items()]


def joined(mine: dict[str, str], theirs: dict[str, str]) -> dict[str, str]:
    """ "Put both in the box"."""
    return {
        name: "\n".join(dict.fromkeys(filter(None, (mine.get(name, ""), theirs.get(name, "")))))
        for name in {**mine, **theirs}
    }
