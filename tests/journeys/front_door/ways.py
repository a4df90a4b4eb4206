"""Which page leads to which: what each reader's links open, read without a browser, from the first page on."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from tests.factories.authorities import County
from tests.journeys.front_door.keyboard import name_of

OF_ONE_NAME = 12  # addresses: enough for a record in each of its states
BOXES = {"button", "input", "select", "textarea", "summary"}
NUMBERS = re.compile(r"[0-9a-f-]*\d[0-9a-f-]*")


@dataclass(frozen=True)
class Way:
    """A link, on the page where it was first met, and what it opens.

    `shape` is which boxes and buttons there are: one address looks different to different people and in each state.
    """

    parent: str
    link: str
    name: str
    shape: frozenset[str]


@dataclass
class Anatomy(HTMLParser):
    """The links of a page, and the kinds of its boxes and buttons."""

    links: list[str] = field(default_factory=list)
    shape: set[str] = field(default_factory=set)
    form: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self.form = name_of(given.get("action", ""))
        elif tag in BOXES and given.get("type") != "hidden":
            self.shape.add(f"{self.form} {tag} {NUMBERS.sub('', given.get('name', ''))} {given.get('type', '')}")


def ways(county: County, reader: str, files: set[str]) -> Iterator[Way]:
    """Breadth first. `files` are names that open no page: one is added when it is first met, and not opened again."""
    client = Client()
    client.force_login(county.users[reader], backend="allauth.account.auth_backends.AuthenticationBackend")
    seen = {"/fenshire/home/"}
    asked: Counter[str] = Counter()
    ahead = deque((first, "") for first in seen)
    while ahead:
        link, parent = ahead.popleft()
        answer: Any = client.get(link, follow=True)
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else link
        assert answer.status_code == 200, f"{link}, linked on {parent}, is answered {answer.status_code} to {reader}"
        if not answer["Content-Type"].startswith("text/html"):
            files.add(name_of(link))
            continue
        anatomy = Anatomy()
        anatomy.feed(answer.content.decode())
        yield Way(parent, link, name_of(here), frozenset(anatomy.shape))
        for href in anatomy.links:
            next_link = urljoin(here, href)
            name = "" if urlsplit(next_link).netloc else name_of(next_link)
            address = next_link.partition("#")[0]
            is_page = name and name not in files and not name.startswith("api_")
            if not is_page or address in seen or asked[name] == OF_ONE_NAME:
                continue
            seen.add(address)
            asked[name] += 1
            ahead.append((next_link, here))
