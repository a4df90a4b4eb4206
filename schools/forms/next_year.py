"""What a school says about next year: by its own hand, or on the telephone; and what each answer costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from schools.actions.next_year import Choices
from schools.actions.share_answers import PostAsked, Saying
from schools.models import NextYear, SchoolContact
from teams.foundation.errors import Refusal
from teams.foundation.forms import Form, Radios
from teams.foundation.words import day, whole_money
from teams.rules.calendar import school_year_label

Answer = NextYear.Answer
LONGEST = 1000


class HeardForm(Form):
    """After the call."""

    heard = forms.CharField(
        label="What did you hear?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write in a few words what you heard"},
    )
    answer = forms.ChoiceField(
        label="What does the school say now?",
        choices=NextYear.Answer.choices,
        widget=Radios(),
        error_messages={"required": "Choose what the school says now"},
    )


def prices(choices: Choices, manager: str) -> dict[str, str]:
    """What each choice costs, in a few words beside it."""
    unknown = f"{manager} tells you the price: it is not worked out yet."
    keep = f"Your share: {_pounds(choices.a_year)} a year at today’s pay." if choices.a_year else unknown
    change = f"About {_pounds(choices.a_day)} a year for each day of the week." if choices.a_day else unknown
    ends = f"Your share ends on {day(choices.ends_on)}."
    cannot = f"{ends} Notice by {day(choices.notice_on)}." if choices.notice_on else ends
    return {
        Answer.KEEP.value: keep,
        Answer.CHANGE.value: change,
        Answer.CANNOT.value: f"{cannot} {manager} rings you.",
        Answer.UNKNOWN.value: f"{manager} rings you within three school days.",
    }


def _pounds(amount: Decimal | None) -> str:
    return whole_money(amount or Decimal(0))


class ShareForm(Form):
    """One question for each post, with what each answer costs beside it. Fields are named by the placement."""

    is_required = True

    def __init__(self, data: Any = None, *, posts: Sequence[PostAsked], initial: dict[str, Any] | None = None) -> None:
        known = {f"{name}_{post.name}": value for post in posts for name, value in _said(post).items()}
        super().__init__(data, initial=known if initial is None else initial)
        self.posts = posts
        for post in posts:
            words = f"words_{post.name}"
            self.fields[f"answer_{post.name}"] = forms.ChoiceField(
                label=post.who,
                choices=Answer.choices,
                required=self.is_required,
                widget=Radios(hints=prices(post.choices, post.manager), reveals={Answer.CHANGE.value: [words]}),
                error_messages={"required": f"Choose what next year looks like for {post.who}"},
            )
            self.fields[words] = forms.CharField(
                label="Which days, and why?",
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def said(self) -> list[Saying]:
        found = []
        for post in self.posts:
            if answer := self.cleaned_data[f"answer_{post.name}"]:
                found.append(Saying(post, answer, self.cleaned_data[f"words_{post.name}"]))
        return found


def _said(post: PostAsked) -> dict[str, str]:
    return {"answer": post.said.answer, "words": post.said.words} if post.said is not None else {}


class TelephoneForm(ShareForm):
    """What a school said on the telephone, and who said it. Not every post has to be answered for in one call."""

    is_required = False

    def __init__(self, *args: Any, year: int, contacts: Sequence[SchoolContact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        self.contacts = {str(each.public_id): each for each in contacts}
        who = forms.ChoiceField(
            label="Who said it?",
            choices=[(key, f"{each.person.name}, {each.get_kind_display()}") for key, each in self.contacts.items()],
            widget=Radios(),
            error_messages={"required": "Choose who said it"},
        )
        # What stood on the page when it was opened: the year, and of each post what the school had said last.
        shown = {f"shown_{post.name}": _last(post) for post in self.posts} | {"shown_year": str(year)}
        hidden = {
            name: forms.CharField(widget=forms.HiddenInput, required=False, initial=known)
            for name, known in shown.items()
        }
        self.fields = hidden | {"who": who} | self.fields
        self.now_shown = shown

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._refuse_stale(cleaned or {})
        if not self.errors and not self.said():
            self.refuse(Refusal("Choose what they say for at least one worker.", field=f"answer_{self.posts[0].name}"))
        return cleaned

    def _refuse_stale(self, cleaned: dict[str, Any]) -> None:
        """Once: what is drawn then says what there is now, and the next press means it."""
        moved = {
            name for name, known in self.now_shown.items() if cleaned.get(name, known) != known and name in self.data
        }
        if "shown_year" in moved:
            year = school_year_label(self.year)
            self.refuse(
                Refusal(f"A new school year has begun since you opened this page. Ask what they say of {year}.")
            )
        for post in self.posts:
            answer = f"answer_{post.name}"
            if f"shown_{post.name}" in moved and cleaned.get(answer) and post.said is not None:
                said = post.said.get_answer_display()
                self.refuse(
                    Refusal(f"They said “{said}” since you opened this page. Choose what they say now.", field=answer)
                )
        if moved:
            drawn = cast(QueryDict, self.data).copy()
            for name in moved:
                drawn[name] = self.now_shown[name]
            self.data = drawn


def _last(post: PostAsked) -> str:
    return str(post.said.public_id) if post.said is not None else ""
