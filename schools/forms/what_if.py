"""What if: a name to begin with, a form for each kind of change, and the boxes that stand before a proposal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4, uuid5

from django import forms

from schools.actions.ahead import years_ahead
from schools.actions.proposals import LaidOut, not_ticked
from schools.actions.what_if import MOST_BESIDE, Tried, Trying
from schools.models import School, WhatIf, WhatIfChange, WhatIfPart
from schools.models.what_if import LONGEST_NAME
from schools.rules.shares import WHOLE
from schools.rules.what_if_words import LOOKED_AT
from teams.foundation.errors import Refusal
from teams.foundation.forms import Checkboxes, DateField, Form, PercentField, Radios
from teams.foundation.words import percent as percent_in_words
from teams.rules.calendar import school_year_label

NOBODY = "nobody"
HIGHEST_AWARD = 50
OWN, MOST_PARTS = "own", 4  # of an added post: its payers are said one by one
Kind = WhatIfChange.Kind


class BeginForm(Form):
    name = forms.CharField(
        label="Name",
        help_text="What you try out, in a few words: “Grant ends, schools pay half”. Never a young person’s name.",
        max_length=LONGEST_NAME,
        error_messages={"required": "Give it a name, like “Grant ends, schools pay half”"},
    )
    school_year = forms.TypedChoiceField(label="Which school year do you look at?", coerce=int, widget=Radios)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        years = years_ahead(today)
        super().__init__(*args, **{"initial": {"school_year": years[1]}} | kwargs)
        self.fields["school_year"].choices = [(year, school_year_label(year)) for year in years]  # type: ignore[attr-defined]


class CompareForm(Form):
    """By GET. What cannot be understood chooses nothing."""

    school_year = forms.TypedChoiceField(label="School year", coerce=int, required=False)
    beside = forms.MultipleChoiceField(
        label="Beside what there is", help_text=f"At most {MOST_BESIDE}.", required=False, widget=Checkboxes
    )

    def __init__(self, data: Any, *, rows: Iterable[WhatIf], today: date) -> None:
        super().__init__(data)
        self.years = years_ahead(today)
        self.fields["school_year"].choices = [(year, school_year_label(year)) for year in self.years]  # type: ignore[attr-defined]
        self.fields["beside"].choices = [(str(each.public_id), each.name) for each in rows]  # type: ignore[attr-defined]

    def year(self) -> int:
        """The one that was asked for, else the next."""
        self.is_valid()
        return int(self.cleaned_data.get("school_year") or self.years[1])

    def chosen(self) -> list[str]:
        self.is_valid()
        return list(self.cleaned_data.get("beside") or [])


class Offer:
    """What the forms of changes offer to choose from, by the value of each line: the records with the changes that were
    written before. `schools` are those that are open."""

    def __init__(self, trying: Trying, tried: Tried, schools: Sequence[School], *, day: date) -> None:
        county = trying.county
        self.day = day
        self.schools = {str(each.public_id): each for each in schools}
        self.funds = {str(each.public_id): each for each in sorted(county.funds.values(), key=lambda each: each.name)}
        self.paying: dict[str, School] = {}
        self.posts: dict[str, Any] = {}
        self.stays: dict[str, tuple[Any, School]] = {}
        self.named: dict[str, str] = {}
        for planned in tried.plan.posts:
            row = county.posts.get(planned.key)
            if row is None:
                continue  # an added one has no row yet
            first = max(trying.today, planned.starts_on)
            coming = [stay.school for stay in planned.stays if stay.ends_on is None or stay.ends_on >= first]
            here = [county.schools[key] for key in dict.fromkeys(coming)]
            self.posts[str(row.public_id)] = row
            where = " and ".join(each.name for each in here)
            self.named[str(row.public_id)] = f"{row.name}, {where}" if where else row.name
            self.stays |= {f"{row.public_id}:{school.public_id}": (row, school) for school in here}
            payers = [planned.payer_of(share) for share in planned.shares]
            schools_here = [county.schools[payer.key] for payer in payers if payer.kind == "school"]
            self.paying |= {str(school.public_id): school for school in schools_here}

    def post_choices(self) -> list[tuple[str, str]]:
        return [("", "Choose a post"), *self.named.items()]

    def school_choices(self) -> list[tuple[str, str]]:
        return [("", "Choose a school"), *((value, each.name) for value, each in self.schools.items())]

    def fund_choices(self) -> list[tuple[str, str]]:
        return [("", "Choose a fund"), *((value, each.name) for value, each in self.funds.items())]

    def stay_choices(self) -> list[tuple[str, str]]:
        return [
            ("", "Choose a post"),
            *((value, f"{post.name}, {at.name}") for value, (post, at) in self.stays.items()),
        ]

    def payer_choices(self, schools: Mapping[str, School], *, nobody: bool = True) -> list[tuple[str, str]]:
        names = sorted(((f"school:{value}", each.name) for value, each in schools.items()), key=lambda each: each[1])
        funds = [(f"fund:{value}", each.name) for value, each in self.funds.items()]
        return [("", "Choose who"), *funds, *([(NOBODY, "Nobody yet")] if nobody else []), *names]

    def part_choices(self) -> list[tuple[str, str]]:
        """Who may pay a part of an added post: somebody does."""
        return self.payer_choices(self.paying | self.schools, nobody=False)

    def payer(self, value: str) -> tuple[Any, Any]:
        """Fund and school that a value means: one of them, or neither."""
        kind, _, key = value.partition(":")
        return self.funds.get(key) if kind == "fund" else None, (
            self.schools.get(key) or self.paying.get(key) if kind == "school" else None
        )


def _choice(label: str, required: str, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=help_text, error_messages={"required": required})


def _day(label: str, help_text: str = "") -> DateField:
    return DateField(label=label, help_text=help_text, error_messages={"required": "Enter the day"})


def _payer(number: int) -> forms.ChoiceField:
    return forms.ChoiceField(label=f"Payer {number}", required=False)


def _part(number: int) -> PercentField:
    return PercentField(label=f"Part of payer {number}", required=False)


class ChangeForm(Form):
    """One kind of change. `change` is a row that is not saved yet."""

    kind: Kind
    lists: Mapping[str, Callable[[Offer], list[tuple[str, str]]]] = {}

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"starts_on": offer.day}} | kwargs)
        self.offer = offer
        # Of this page: pressed twice it is one change.
        self.fields["key"] = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4())
        for name, choices in self.lists.items():
            self.fields[name].choices = choices(offer)  # type: ignore[attr-defined]

    def columns(self) -> dict[str, Any]:
        raise NotImplementedError

    def change(self, what_if: WhatIf) -> WhatIfChange:
        said = self.cleaned_data
        change = WhatIfChange(kind=self.kind, day=said.get("starts_on") or said["ends_on"], **self.columns())
        if said["key"]:  # within this what-if, so that nobody's page can name a change of another
            change.public_id = uuid5(what_if.public_id, str(said["key"]))
        return change


class ShareForm(ChangeForm):
    kind = Kind.SHARE
    lists = {
        "post": Offer.post_choices,
        "giver": lambda offer: offer.payer_choices(offer.paying),
        "taker": lambda offer: offer.payer_choices(offer.paying | offer.schools),
    }

    post = _choice("Which post?", "Choose a post")
    giver = _choice(
        "Who pays less?", "Choose who pays less", "“Nobody yet” where a part of the post has no payer by then."
    )
    taker = _choice("Who pays that instead?", "Choose who pays it instead")
    percent = PercentField(
        label="How many per cent of the post?", error_messages={"required": "Enter how many per cent go over"}
    )
    starts_on = _day("From which day?")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("giver") and cleaned.get("giver") == cleaned.get("taker"):
            self.refuse(Refusal("Choose somebody else here: this is who pays less.", field="taker"))
        if cleaned.get("percent") == 0:
            self.refuse(Refusal("Enter more than 0 %.", field="percent"))
        return cleaned

    def columns(self) -> dict[str, Any]:
        said = self.cleaned_data
        fund, school = self.offer.payer(said["giver"])
        to_fund, to_school = self.offer.payer(said["taker"])
        post = self.offer.posts[said["post"]]
        return {
            "post": post, "fund": fund, "school": school, "to_fund": to_fund, "to_school": to_school,
            "percent": said["percent"],
        }  # fmt: skip


class AwardForm(ChangeForm):
    kind = Kind.AWARD

    percent = PercentField(
        label="How many per cent?",
        help_text="On every rate of pay that is in force on the day. A rate that is known for a later day stays.",
        max_value=HIGHEST_AWARD,
        error_messages={"required": "Enter how many per cent", "max_value": f"Enter {HIGHEST_AWARD} per cent or less"},
    )
    starts_on = _day("From which day?")

    def columns(self) -> dict[str, Any]:
        return {"percent": self.cleaned_data["percent"]}


class FundEndForm(ChangeForm):
    kind = Kind.FUND_END
    lists = {"fund": Offer.fund_choices}

    fund = _choice("Which fund?", "Choose a fund")
    ends_on = _day("What is its last day?", "Sooner or later than it is now.")

    def columns(self) -> dict[str, Any]:
        return {"fund": self.offer.funds[self.cleaned_data["fund"]]}


class PostEndForm(ChangeForm):
    kind = Kind.POST_END
    lists = {"post": Offer.post_choices}

    post = _choice("Which post?", "Choose a post")
    ends_on = _day("What is its last day?", "Sooner or later than it is now.")

    def columns(self) -> dict[str, Any]:
        return {"post": self.offer.posts[self.cleaned_data["post"]]}


class MoveForm(ChangeForm):
    kind = Kind.MOVE
    lists = {"stay": Offer.stay_choices, "school": Offer.school_choices}

    stay = _choice("Which post moves, and from where?", "Choose a post")
    school = _choice("To which school?", "Choose the new school")
    starts_on = _day("From which day?")
    with_share = forms.ChoiceField(
        label="Who pays the share of the school that it leaves?",
        choices=[("yes", "The new school pays the same share"), ("no", "Who pays stays as it is")],
        widget=Radios,
        error_messages={"required": "Choose who pays that share"},
    )

    def columns(self) -> dict[str, Any]:
        said = self.cleaned_data
        post, left = self.offer.stays[said["stay"]]
        return {
            "post": post, "school": left, "to_school": self.offer.schools[said["school"]],
            "with_share": said["with_share"] == "yes",
        }  # fmt: skip


class AddForm(ChangeForm):
    """Who pays is as for the post that it is like, or said here: up to four parts that come to 100 per cent."""

    kind = Kind.ADD
    lists = {"post": Offer.post_choices, "school": Offer.school_choices} | {
        f"payer_{each}": Offer.part_choices for each in range(MOST_PARTS)
    }

    post = _choice("Which post is the new one like?", "Choose a post", "It has the same grade, point and hours.")
    school = _choice("In which school?", "Choose a school")
    starts_on = _day("From which day?")
    paid = forms.ChoiceField(
        label="Who pays for it?",
        choices=[("like", "As for the post that it is like"), (OWN, "Others, or in other parts")],
        initial="like",
        required=False,
        widget=Radios(
            hints={
                "like": "The same funds pay, and the new school pays what schools pay there.",
                OWN: f"Say who pays which part. The parts come to {percent_in_words(WHOLE)}.",
            },
            reveals={OWN: [f"{name}_{each}" for each in range(MOST_PARTS) for name in ("payer", "percent")]},
        ),
    )

    payer_0, percent_0 = _payer(1), _part(1)
    payer_1, percent_1 = _payer(2), _part(2)
    payer_2, percent_2 = _payer(3), _part(3)
    payer_3, percent_3 = _payer(4), _part(4)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.parts: list[tuple[str, Decimal]] = []  # what a payer's line sends, and the per cent
        if cleaned.get("paid") != OWN:
            return cleaned
        for each in range(MOST_PARTS):
            self._take(each, cleaned)
        if not self.parts and not self.errors:
            self.add_error("payer_0", "Choose who pays the first part")
        total = sum((percent for _, percent in self.parts), Decimal("0.00"))
        if not self.errors and total != WHOLE:
            wrong = f"The parts come to {percent_in_words(total)}. They must come to {percent_in_words(WHOLE)}"
            self.add_error(f"percent_{self._last(cleaned)}", wrong)
        return cleaned

    def _take(self, each: int, cleaned: dict[str, Any]) -> None:
        payer, percent = cleaned.get(f"payer_{each}", ""), cleaned.get(f"percent_{each}")
        if {f"payer_{each}", f"percent_{each}"} & set(self.errors):
            return
        name = dict(self.fields[f"payer_{each}"].choices).get(payer, "")  # type: ignore[attr-defined]
        if percent and not payer:
            self.add_error(f"payer_{each}", f"Choose who pays {percent_in_words(percent)}, or empty the part")
        elif payer and not percent:
            self.add_error(f"percent_{each}", f"Enter how many per cent {name} pays")
        elif payer and any(payer == other for other, _ in self.parts):
            self.add_error(f"payer_{each}", f"{name} is there twice. Put the two parts together")
        elif payer and percent:
            self.parts.append((payer, percent))

    @staticmethod
    def _last(cleaned: Mapping[str, Any]) -> int:
        """The last line in which a part stands: where somebody looks for what is missing."""
        return max(each for each in range(MOST_PARTS) if cleaned.get(f"payer_{each}"))

    def columns(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"post": self.offer.posts[said["post"]], "to_school": self.offer.schools[said["school"]]}

    def change(self, what_if: WhatIf) -> WhatIfChange:
        change = super().change(what_if)
        said = [(*self.offer.payer(payer), percent) for payer, percent in self.parts]
        change.new_parts = [WhatIfPart(fund=fund, school=school, percent=percent) for fund, school, percent in said]
        return change


FORMS: dict[str, type[ChangeForm]] = {
    form.kind.value: form for form in (ShareForm, AwardForm, FundEndForm, PostEndForm, MoveForm, AddForm)
}


class ProposalForm(Form):
    """A box for each thing that is laid out. Which are missing, the record itself says."""

    read = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, laid_out: LaidOut, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.laid_out = laid_out
        for name, lines in laid_out.groups.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=LOOKED_AT[name],
                help_text="Tick each one once you have looked at it.",
                choices=[(line.value, line.text) for line in lines],
                required=False,
                widget=Checkboxes,
                error_messages={"invalid_choice": "The records have changed. Look at these lines again"},
            )

    def clean(self) -> dict[str, Any]:
        """Each group says what is missing in it; the record asks once more when it is sealed."""
        cleaned = super().clean() or {}
        for name, lines in self.laid_out.groups.items():
            missing = len({line.value for line in lines} - set(cleaned.get(name) or ()))
            if missing and name not in self.errors:
                self.refuse(Refusal(not_ticked(missing), field=name, code="not_ticked"))
        return cleaned

    def ticked(self) -> dict[str, list[str]]:
        return {name: list(self.cleaned_data.get(name) or []) for name in LOOKED_AT}
