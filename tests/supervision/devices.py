"""A device in a school without a browser: what static/js/drafts.js, finish.js and late.js do, over the real HTTP client.

The words lie on the device until the server has them; a finish lies there under its key until it is answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

FORMS = {"shared": "supervision-shared", "two": "supervision-two"}
Pairs = list[list[str]]


@dataclass
class Entry:
    words: dict[str, str] = field(default_factory=dict)
    revision: int = 0
    is_sent: bool = True

    def pairs(self) -> Pairs:
        return [[name, text] for name, text in self.words.items()]


@dataclass
class Device:
    """`owner` is who this device takes itself to be used by; the session behind it may have ended or be another's.

    `key` makes the keys of presses.
    """

    about: str
    key: Callable[[], str]
    client: Client = field(default_factory=Client)
    owner: str = ""
    is_online: bool = True
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    finishes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def open(self, part: str) -> None:
        """The page: what lies here and has not been sent, else what the server has."""
        entry = self.entries.setdefault((self.owner, part), Entry())
        if entry.is_sent and self._who() == self.owner:
            answer = self.client.get(self._draft(part))
            if answer.status_code == 200:
                drawn = answer.json()
                entry.words, entry.revision = dict(drawn["words"]), drawn["revision"]

    def type(self, part: str, box: str, word: str) -> None:
        entry = self.entries.setdefault((self.owner, part), Entry())
        entry.words[box] = f"{entry.words.get(box, '')} {word}".strip()
        entry.is_sent = False

    def sync(self) -> None:
        for part in FORMS:
            entry = self.entries.get((self.owner, part))
            if entry and not entry.is_sent:
                self._send(part, entry)

    def _send(self, part: str, entry: Entry) -> None:
        for _ in range(3):
            if self._who() != self.owner:
                return  # signed out, or somebody else: the words stay here
            body = {"owner": self.owner, "revision": entry.revision, "words": entry.pairs()}
            answer = self.client.put(self._draft(part), json.dumps(body), content_type="application/json")
            if answer.status_code == 200:
                entry.revision, entry.is_sent = answer.json()["revision"], True
            if answer.status_code == 404:  # finished elsewhere meanwhile
                self.put_beside()
            if answer.status_code != 409:
                return
            self._put_both(entry, answer.json())

    def put_beside(self) -> None:
        """What lies here unsent goes beside the record that is there."""
        held = {part: self.entries.get((self.owner, part)) for part in FORMS}
        words = {part: self._typed(entry) for part, entry in held.items() if entry and not entry.is_sent}
        now = {"started_at": "2026-11-10T11:00:00Z", "finished_at": "2026-11-10T11:00:00Z"}
        body = {"owner": self.owner, "key": self.key(), "late": True, "shared": None, "two": None} | now | words
        if self._who() == self.owner and self._post(body).status_code == 200:
            self._forget()

    def finish(self) -> None:
        """Pressed: from now on the device sends what was there at that moment."""
        held = {part: self.entries.get((self.owner, part)) for part in FORMS}
        self.finishes[self.owner] = {
            "owner": self.owner,
            "key": self.key(),
            "started_at": "2026-11-10T10:00:00Z",
            "finished_at": "2026-11-10T10:45:00Z",
        } | {part: self._typed(entry) if entry else None for part, entry in held.items()}
        self.send_finish()

    def send_finish(self, *, is_heard: bool = True) -> None:
        """`is_heard` is false where the line breaks after the server has it: it will be sent once more."""
        sent: dict[str, Pairs] = {part: [] for part in FORMS}
        while (waiting := self.finishes.get(self.owner)) and self._who() == self.owner:
            answer = self._post(waiting)
            if not is_heard:
                return
            if answer.status_code == 409:
                del self.finishes[self.owner]
                other = answer.json()
                part = next(part for part, form in FORMS.items() if form == other["form"])
                self._put_both(self.entries.setdefault((self.owner, part), Entry()), other)
                return
            if answer.status_code != 200:
                return  # refused: it stays here, and the page says why
            more = self._typed_since(waiting, sent)
            if more is None:
                del self.finishes[self.owner]
                self._forget()
            else:
                self.finishes[self.owner] = waiting | more | {"key": self.key()}

    def _post(self, body: dict[str, Any]) -> Any:
        address = f"/fenshire/supervision/visits/{self.about}/room/finish/"
        return self.client.post(address, json.dumps(body), content_type="application/json")

    def _forget(self) -> None:
        for part in FORMS:
            self.entries.pop((self.owner, part), None)

    @staticmethod
    def _typed(entry: Entry) -> dict[str, Any]:
        return {"words": entry.pairs(), "revision": entry.revision}

    def _typed_since(self, waiting: dict[str, Any], sent: dict[str, Pairs]) -> dict[str, Any] | None:
        words: dict[str, Any] = {}
        for part in FORMS:
            sent[part] += (waiting[part] or {"words": []})["words"]
            entry = self.entries.get((self.owner, part))
            more = [pair for pair in (entry.pairs() if entry else []) if pair not in sent[part]]
            words[part] = {"words": more, "revision": entry.revision} if entry and more else None
        return words if any(words.values()) else None

    @staticmethod
    def _put_both(entry: Entry, other: dict[str, Any]) -> None:
        """A conflict: nothing is written, both are shown, and somebody chooses "Put both in the box"."""
        theirs = dict(other["words"])
        entry.words = {
            name: "\n".join(dict.fromkeys(filter(None, (entry.words.get(name), theirs.get(name)))))
            for name in {**entry.words, **theirs}
        }
        entry.revision, entry.is_sent = other["revision"], False

    def _draft(self, part: str) -> str:
        return f"/fenshire/drafts/{FORMS[part]}/{self.about}/"

    def _who(self) -> str:
        """Whose session this is, as the server says; "" for nobody, and where it cannot be reached."""
        return self.client.get("/fenshire/drafts/token/").json().get("owner", "") if self.is_online else ""
