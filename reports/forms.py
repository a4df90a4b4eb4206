"""What is asked on the pages of this floor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from performance.models import TermReport
from reports.models import CountyPack, PackWords
from reports.models.questions import LONGEST_QUESTION
from reports.wording import Period, two_months_before, two_months_of
from teams.forms.guidance import NO_CHILD
from teams.foundation.forms import Checkboxes, DateField, Form, Radios, Text
from teams.foundation.matching import words_in
from teams.models import Person, Term

LEAST_LETTERS = 2


class SearchForm(Form):
    """The one box. By GET, so that "back" comes back to what was found."""

    q = forms.CharField(
        label="What are you looking for?",
        required=False,
        max_length=100,
        widget=Text({"type": "search", "autocomplete": "off"}, width=30),
    )

    def clean_q(self) -> str:
        typed = str(self.cleaned_data["q"])
        if typed and len("".join(words_in(typed))) < LEAST_LETTERS:
            raise forms.ValidationError("Type at least 2 letters or figures")
        return typed

    def words(self) -> list[str]:
        """What to look for; nothing where nothing was typed, or nothing that can be looked for."""
        return words_in(self.cleaned_data["q"]) if self.is_valid() else []


class RunTermForm(Form):
    """Which term to print: the one that runs or comes next is offered first."""

    term = forms.ModelChoiceField(
        label="Which term?",
        queryset=Term.objects.none(),
        widget=Radios,
        empty_label=None,
        error_messages={"required": "Choose a term"},
    )

    def __init__(self, *args: object, terms: list[Term], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["term"].queryset = Term.objects.filter(pk__in=[term.pk for term in terms])  # type: ignore[attr-defined]
        if terms:
            self.fields["term"].initial = terms[0].pk


class BeginReportForm(RunTermForm):
    """Which term to report on, and until when managers are asked for their words."""

    words_by = DateField(label="Until when may the managers write?")


class AgainForm(Form):
    """A second edition: what is put right, and until when managers may look at their words again."""

    why = forms.CharField(
        label="What is put right?",
        help_text="It is printed: “Second edition: a figure was wrong.”",
        max_length=300,
        error_messages={"required": "Say what the second edition puts right"},
    )
    words_by = DateField(label="Until when may the managers write?")


class WordsForm(Form):
    """ "What we think this means", in one box. `based_on` tells which words stood in it when the page was drawn."""

    based_on = forms.CharField(widget=forms.HiddenInput, required=False)

    text = forms.CharField(
        label="What we think this means",
        help_text="A few sentences. No young person, no parent, and no school by name.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "8"}),
    )


class BeginPackForm(Form):
    """A term's pack or a two-monthly report, and until when managers are asked for their words."""

    about = forms.ChoiceField(
        label="Which pack or report?", widget=Radios, error_messages={"required": "Choose a pack or a report"}
    )
    words_by = DateField(
        label="Until when may the managers write?", error_messages={"required": "Enter until when they may write"}
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = choices  # type: ignore[attr-defined]


class PackWordsForm(Form):
    """One box for each of the words that somebody may write: of her team, or about each section. `based_on` tells which
    words stood in the boxes when the page was drawn (reports.rules.state_of).
    """

    based_on = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, boxes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in boxes:
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=PackWords._meta.get_field("text").max_length,
                widget=forms.Textarea(attrs={"rows": "5"}),
                help_text="A few sentences. No young person, no parent, and no school by name.",
            )


class ApprovePackForm(Form):
    """Which figures and words were read, and the tick for the sections about which nobody has written."""

    counting = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    read_empty = forms.BooleanField(
        label="I have read the sections without words, and there is nothing to say about them", required=False
    )


class MailChoicesForm(Form):
    """Which digests somebody wants, and how a mail looks. A box that does not concern them is not there."""

    digests = forms.MultipleChoiceField(label="Which mails do you want?", required=False, widget=Checkboxes)
    looks = forms.ChoiceField(
        label="How should your mails look?",
        choices=[("plain", "Plain text, in the size that your mail program uses"), ("large", "Large print")],
        widget=Radios,
        error_messages={"required": "Choose how your mails should look"},
    )

    def __init__(
        self, *args: Any, person: Person, digests: list[tuple[str, str]], can_be_large: bool, **kwargs: Any
    ) -> None:
        wanted = [kind for kind, _ in digests if kind not in person.digests_off]
        kwargs["initial"] = {"digests": wanted, "looks": "large" if person.large_print else "plain"}
        super().__init__(*args, **kwargs)
        if digests:
            self.fields["digests"].choices = digests  # type: ignore[attr-defined]
        else:
            del self.fields["digests"]
        if not can_be_large:
            del self.fields["looks"]


def terms_to_print(today: date) -> list[Term]:
    """The term that runs or comes next, the two after it, and the last one that ended, in this order."""
    ahead = list(Term.objects.filter(ends_on__gte=today).order_by("starts_on")[:3])
    before = list(Term.objects.filter(ends_on__lt=today).order_by("-starts_on")[:1])
    return ahead + before


def terms_to_report(today: date) -> list[Term]:
    """The terms that have begun and have no report yet, the latest first: of this one and the two before it."""
    begun = Term.objects.filter(starts_on__lte=today).order_by("-starts_on")[:3]
    there = set(TermReport.objects.values_list("school_year", "season"))
    return [term for term in begun if (term.school_year, term.season) not in there]


def packs_to_begin(today: date) -> dict[str, tuple[str, dict[str, Any]]]:
    """What can be begun, by the value of its choice: its words, and what `begin_pack` wants to know.

    The terms that have begun, of this one and the two before it, and the two months that run and those before them;
    what is begun already is left out.
    """
    there = {
        (year, season) if season else starts_on
        for year, season, starts_on in CountyPack.objects.values_list("school_year", "season", "starts_on")
    }
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for term in Term.objects.filter(starts_on__lte=today).order_by("-starts_on")[:3]:
        if (term.school_year, term.season) not in there:
            pack = CountyPack(kind=CountyPack.Kind.TERM, school_year=term.school_year, season=term.season)
            found[f"term-{term.pk}"] = (pack.title, {"term": term})
    period: Period = two_months_of(today)
    for each in (period, two_months_before(period)):
        if each.starts_on not in there:
            found[f"months-{each.starts_on.isoformat()}"] = (f"Two-monthly report, {each.label}", {"period": each})
    return found


class WhereAndWhenForm(Form):
    """Above figures: of which place, and of which day. By GET, so that the address says what is looked at."""

    place = forms.ChoiceField(label="Where", required=False)
    on = forms.ChoiceField(label="When", required=False)

    def __init__(self, *args: Any, places: list[Any], days: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, str]] = [("", "The whole county")]
        choices += [(str(each.public_id), each.label) for each in places]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        self.fields["on"].choices = days  # type: ignore[attr-defined]


class AskAboutForm(Form):
    """One line to a manager by name (journey S1). Where one alone can be asked, she is chosen already."""

    whom = forms.ChoiceField(
        label="Whom do you ask?",
        widget=Radios,
        error_messages={
            "required": "Select whom you ask",
            "invalid_choice": "Who manages here has changed since you opened this page. Select whom you ask",
        },
    )
    text = forms.CharField(
        label="Your question",
        max_length=LONGEST_QUESTION,
        widget=Text({"autocomplete": "off"}),
        error_messages={"required": "Write your question"},
    )
    due_on = DateField(label="Answer by", error_messages={"required": "Enter the day of the answer"})

    def __init__(self, *args: Any, people: Sequence[tuple[Person, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.public_id): person for person, _ in people}
        names = [(str(person.public_id), f"{person.name}, {teams}") for person, teams in people]
        self.fields["whom"].choices = names  # type: ignore[attr-defined]
        if len(people) == 1:
            self.fields["whom"].initial = names[0][0]
        who = people[0][0].name if len(people) == 1 else "Who is asked"
        self.fields["text"].help_text = f"One line. {who} reads it, with the figure and your name. {NO_CHILD}"

    def of(self) -> Person:
        """Who is asked."""
        return self.people[self.cleaned_data["whom"]]
