"""The boxes of the room. None of them refuses anything: what was said is kept as it was typed (journeys 0, rule 4).

Their names are those that `supervision.rules.words` reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms

from supervision.rules.words import JOINT_BLOCKS, ONE_TO_ONE_BLOCKS, REASONS, TWO_BLOCKS, Known
from teams.foundation.forms import BoundField, Form, Radios, Text

ACTION_ROWS, SORT_ROWS = 8, 3
LONG = 2000  # letters in a box; more is taken all the same, for nothing typed is lost
OUTCOMES = [("kept", "Kept"), ("new_date", "Not yet: new date"), ("dropped", "Dropped"), ("not_kept", "Not kept")]
SERVICE = [("as_expected", "As expected"), ("mostly", "Mostly"), ("no", "No")]
SCALE = [("", "Not said"), *((str(n), str(n)) for n in range(11))]
YOUNG = (
    ("best", "Best outcome for them"),
    ("works", "What works"),
    ("worries", "Worries"),
    ("next", "Next step"),
)
BLOCKS = {
    "wellbeing": ("Wellbeing", "How are you?"),
    "workload": ("Workload", "Hours, travel, leave"),
    "practice": ("Practice", "What happened, what you made of it, what you would do again"),
    "training": ("Training and career", ""),
    "home": ("Home and family detail", "What the school need not know"),
    "elsewhere": ("Work elsewhere", "Other schools, other young people"),
    "cases": ("Cases and schools", "What goes well, what is stuck. Initials are enough"),
    "seen": ("What we did, and what I saw", "Where we went, what went well, what to try"),
}
WHY_ALONG = dict(zip(REASONS, ("It was planned", "Health and safety", "A difficulty"), strict=True))  # H79


def words_box(label: str, *, rows: int = 2, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "data-line": ""})
    return forms.CharField(label=label, required=False, help_text=hint, widget=widget)


def line_box(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=Text())


def day_box(label: str, initial: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, initial=initial, widget=Text(attrs={"type": "date"}, width=10))


def one_of(label: str, choices: list[tuple[str, str]], **reveals: list[str]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=Radios(reveals=reveals))


class RoomForm(Form):
    """What both audiences have: promises of before, and actions."""

    def __init__(
        self, *args: Any, known: Known, people: list[tuple[str, str]], next_day: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.people, self.next_day = known, people, next_day
        for each in known.promises:
            self._promise(each)
        self.add_blocks()
        for line in range(1, ACTION_ROWS + 1):
            self._action(line)

    def add_blocks(self) -> None:
        raise NotImplementedError

    def _promise(self, each: str) -> None:
        start = f"promise-{each}"
        reveals = {"new_date": [f"{start}-until"], "dropped": [f"{start}-reason"]}
        self.fields[f"{start}-outcome"] = one_of("What became of it?", OUTCOMES, **reveals)
        self.fields[f"{start}-until"] = day_box("Until when", self._next())
        self.fields[f"{start}-reason"] = line_box("Why")

    def _action(self, line: int) -> None:
        start = f"action-{line}"
        self.fields[f"{start}-text"] = line_box("What")
        self.fields[f"{start}-by"] = one_of("Who", self.people)
        self.fields[f"{start}-due"] = day_box("By when", self._next())

    def _next(self) -> str:
        return self.next_day.isoformat() if self.next_day else ""

    def boxes(self, start: str, *names: str) -> dict[str, BoundField]:
        return {name: self[f"{start}-{name}"] for name in names}  # type: ignore[misc]

    def promises(self) -> Iterator[dict[str, Any]]:
        for each, facts in self.known.promises.items():
            yield facts | self.boxes(f"promise-{each}", "outcome")

    def actions(self) -> Iterator[dict[str, Any]]:
        for line in range(1, ACTION_ROWS + 1):
            yield {"line": line, **self.boxes(f"action-{line}", "text", "by", "due")}


class SharedForm(RoomForm):
    """All three of us. `contacts` are the people of the school: [(hexadecimal of the public id, name and job)]."""

    def __init__(self, *args: Any, contacts: list[tuple[str, str]], **kwargs: Any) -> None:
        self.contacts = contacts
        super().__init__(*args, **kwargs)

    def add_blocks(self) -> None:
        choices = [*self.contacts, ("other", "Somebody else"), ("none", "Nobody could come")]
        self.fields["school-person"] = one_of("For the school", choices, other=["school-name"], none=["without-school"])
        self.fields["school-name"] = line_box("Their name")
        self.fields["without-school"] = line_box("Why, in a few words")
        self.fields["elsewhere"] = forms.BooleanField(label="We are not in the school", required=False)
        for each in self.known.young:
            for name, label in YOUNG:
                self.fields[f"young-{each}-{name}"] = words_box(label)
            self.fields[f"young-{each}-scale"] = forms.ChoiceField(
                label="How is it going, 0 to 10?", required=False, choices=SCALE
            )
            self.fields[f"young-{each}-decision"] = forms.BooleanField(label="Decision for the record", required=False)
        self.fields["service"] = one_of("Is it the service that the school expected?", SERVICE)
        self.fields["service-why"] = words_box("Why")
        for line in range(1, SORT_ROWS + 1):
            self.fields[f"sort-{line}-text"] = line_box("What")
            self.fields[f"sort-{line}-sorted"] = forms.BooleanField(label="Sorted today", required=False)
        for part, name in self.people:
            self.fields[f"said-{part}"] = forms.BooleanField(label=f"{name}: that is what we said", required=False)
            self.fields[f"said-{part}-words"] = words_box(f"{name} sees it differently, or wants to add")

    def young(self) -> Iterator[dict[str, Any]]:
        for each, facts in self.known.young.items():
            yield facts | {
                "hex": each,
                "boxes": self.boxes(f"young-{each}", *(n for n, _ in YOUNG), "scale", "decision"),
            }

    def sort_out(self) -> Iterator[dict[str, Any]]:
        for line in range(1, SORT_ROWS + 1):
            yield {"line": line, **self.boxes(f"sort-{line}", "text", "sorted")}

    def said(self) -> Iterator[dict[str, Any]]:
        """Who says yes on this screen: the worker and the school's person. The manager does by finishing."""
        for part, name in self.people:
            if part != "manager":
                yield {"part": part, "name": name, "tick": self[f"said-{part}"], "words": self[f"said-{part}-words"]}


class TwoForm(RoomForm):
    """Just the two of us, after the school's person has left."""

    blocks: tuple[str, ...] = TWO_BLOCKS

    def add_blocks(self) -> None:
        for name in self.blocks:
            label, hint = BLOCKS[name]
            self.fields[name] = words_box(label, rows=3, hint=hint)

    def talked_of(self) -> Iterator[BoundField]:
        for name in self.blocks:
            yield self[name]  # type: ignore[misc]


class OneToOneForm(TwoForm):
    """Between two from the start: who is supervised says here whether that is what was said."""

    blocks: tuple[str, ...] = ONE_TO_ONE_BLOCKS

    def add_blocks(self) -> None:
        super().add_blocks()
        worker = dict(self.people)["worker"]
        self.fields["said-worker"] = forms.BooleanField(label=f"{worker}: that is what we said", required=False)
        self.fields["said-worker-words"] = words_box(f"{worker} sees it differently, or wants to add")


class JointForm(OneToOneForm):
    """A joint visit: why she went along, and what she saw."""

    blocks = JOINT_BLOCKS

    def add_blocks(self) -> None:
        self.fields["reason"] = one_of("Why did you go along?", list(WHY_ALONG.items()))
        super().add_blocks()
