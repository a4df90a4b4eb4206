"""Words that tell who may read them, so that a leak names itself (architecture 4, domain D.5).

Each planted word has its cell of the visibility matrix and the readers of that cell. Readers are the keys of
`county.people`, the links in `LINKS`, and "stranger".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from django.apps import apps

from teams.foundation.models import PublicModel

COUNCIL = frozenset(
    ("admin", "auditor", "finance", "manager", "other_manager", "other_worker", "peer", "practitioner", "senior")
    + ("worker",)
)
SCHOOLS = frozenset({"head", "lead", "other_head", "two_hats"})
LINKS = frozenset({"link", "spent_link", "old_link"})
EVERYBODY = COUNCIL | SCHOOLS | LINKS | {"stranger"}

# D.5, for the agreements at Oakfield (Mina manages, Wanda works, Petra supervises her) and the one at Beech.
MONEY = frozenset({"senior", "finance", "auditor"})
AT_OAKFIELD = frozenset({"head", "lead", "two_hats"})
READERS_OF = {
    "oakfield": MONEY | AT_OAKFIELD | {"manager", "practitioner", "worker"},
    "beech": MONEY | {"other_manager", "other_worker", "other_head"},
}
COUNCIL_COST_OF = {"oakfield": MONEY | {"manager"}, "beech": MONEY | {"other_manager"}}
SCHOOL_COST_OF = {
    "oakfield": COUNCIL_COST_OF["oakfield"] | {"head"},
    "beech": COUNCIL_COST_OF["beech"] | {"other_head"},
}
# Besides the council: to whom a person is known by the agreements and schools that they share.
KNOWN_TO = {
    **dict.fromkeys(("manager", "worker", "head", "lead", "two_hats"), AT_OAKFIELD | LINKS),
    **dict.fromkeys(("other_manager", "other_worker", "other_head"), frozenset({"other_head"})),
    # Who may sign for the council stands on the agreement that waits for it.
    "senior": AT_OAKFIELD | {"other_head"},
}
# Which agreement a link is about; by a link that is over nothing of it can be read.
LINK_OF = {"offered_agreement": frozenset({"link"}), "agreement": frozenset({"spent_link"})}
WATCHERS = MONEY | {"admin", "manager", "other_manager"}
FUNDS = MONEY | {"manager", "other_manager"}

TOKEN = re.compile(r"xy[a-z]+?qx|\d[\d,]*\.\d\d")  # a planted word, or a sum


@dataclass
class Canaries:
    """Which words were planted, in which cell, and who may read them. Words are compared in small letters.

    `prefix` is a letter of the authority's own.
    """

    prefix: str
    cells: dict[str, str] = field(default_factory=dict)
    readers: dict[str, frozenset[str]] = field(default_factory=dict)

    def plant(self, cell: str, readers: Iterable[str]) -> str:
        """A word for this cell: letters only, so that no page, mail or paper writes it differently."""
        word = f"Xy{self.prefix}{re.sub('[^a-z]', '', cell.lower()).replace('q', 'k')}qx"
        self._know(word.lower(), cell, readers)
        return word

    def plant_amount(self, cell: str, amount: Decimal | str, readers: Iterable[str]) -> None:
        """A sum as it is written on a page and as it stands in a box; below £100 a sum proves nothing."""
        amount = Decimal(amount)
        if amount >= 100:
            for written in (f"{amount:,.2f}", f"{amount:.2f}"):
                self._know(written, cell, readers)

    def _know(self, word: str, cell: str, readers: Iterable[str]) -> None:
        self.cells.setdefault(word, cell)
        self.readers[word] = self.readers.get(word, frozenset()) | frozenset(readers)

    def seen_in(self, text: str) -> set[str]:
        """The planted words and sums in a text, in whatever case."""
        return {token for token in TOKEN.findall(text.lower()) if token in self.cells}


@contextmanager
def same_ids() -> Iterator[None]:
    """The n-th record of a kind has the same public id in every county that is made inside."""
    fields = [
        model._meta.get_field("public_id")
        for model in apps.get_models()
        if issubclass(model, PublicModel) and not model._meta.abstract
    ]
    for each in fields:
        numbers = iter(range(10**6))
        name = each.model._meta.label
        each.__dict__["_get_default"] = lambda name=name, numbers=numbers: uuid.uuid5(
            uuid.NAMESPACE_OID, f"{name} {next(numbers)}"
        )
    try:
        yield
    finally:
        for each in fields:
            del each.__dict__["_get_default"]
