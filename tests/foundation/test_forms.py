"""Forms ask in plain English, lead to the box that is wrong, and give back every letter that was typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from teams.foundation.errors import Refusal
from teams.foundation.forms import (
    Checkboxes,
    DateField,
    Form,
    LinesField,
    MoneyField,
    PercentField,
    Radios,
    Text,
)

KINDS = [("", "Choose a kind"), ("support", "Pupil support worker"), ("family", "Family worker")]


class PlacementForm(Form):
    """One field of each kind."""

    school = forms.CharField(label="School's name", max_length=40)
    email = forms.EmailField(label="E-mail address")
    phone = forms.CharField(label="Telephone", widget=Text({"type": "tel"}), required=False)
    days = forms.IntegerField(label="Days a week", min_value=1, max_value=5)
    starts = DateField(label="First day")
    cost = MoneyField(label="Cost a year")
    share = PercentField(label="School's share")
    kind = forms.ChoiceField(label="Kind of worker", choices=KINDS)
    room = forms.ChoiceField(
        label="Is a room ready?",
        choices=[("yes", "Yes"), ("no", "Not yet")],
        widget=Radios(hints={"yes": "With a door that closes"}, reveals={"no": ["why"]}),
    )
    why = forms.CharField(label="Why not", widget=forms.Textarea, required=False)
    focus = forms.MultipleChoiceField(
        label="What the worker is for",
        choices=[("attendance", "Attendance"), ("families", "Families")],
        widget=Checkboxes,
    )
    lines = forms.CharField(label="This school's own lines", widget=forms.Textarea, max_length=300)
    areas = LinesField(label="Areas", required=False)
    rung = forms.BooleanField(label="I have rung the headteacher")
    secret = forms.CharField(label="New password", widget=forms.PasswordInput, required=False)
    draft = forms.CharField(widget=forms.HiddenInput, required=False)


GOOD = {
    "school": "Oakfield",
    "email": "anna@oakfield.example",
    "days": "2",
    "starts_day": "4",
    "starts_month": "9",
    "starts_year": "2026",
    "cost": "£14,145",
    "share": "41 %",
    "kind": "support",
    "room": "yes",
    "focus": ["attendance"],
    "lines": "In the library",
    "areas": "North East\n\n South West ",
    "rung": "on",
}


def posted(**changes) -> PlacementForm:
    data = QueryDict(mutable=True)
    for name, value in (GOOD | changes).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return PlacementForm(data)


def error(**changes) -> list[str]:
    form = posted(**changes)
    assert not form.is_valid()
    return [line["text"] for line in form.error_list()]


class Controls(HTMLParser):
    """What a browser would send if the page were posted as it stands: [(name, value)]; and the ids on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.ids: dict[str, str] = {}
        self.names: list[str] = []
        self._name = self._area = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        if "id" in own:
            assert own["id"] not in self.ids, f"two elements are called {own['id']}"
            self.ids[own["id"]] = tag
        if tag == "input":
            self.names.append(own["name"])
            if own["type"] not in ("radio", "checkbox") or "checked" in own:
                self.sent.append((own["name"], own.get("value", "")))
        elif tag == "select":
            self._name = own["name"]
        elif tag == "option" and "selected" in own:
            self.sent.append((self._name, own["value"]))
        elif tag == "textarea":
            self._area = [own["name"], ""]

    def handle_data(self, data):
        if self._area:
            self._area[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            name, text = self._area
            self.sent.append((name, text.removeprefix("\n")))  # a browser drops the first line end
            self._area = None


def drawn(form: Form) -> str:
    return "".join(str(group) for group in form.groups())


# Letters that HTML cannot hold (NUL and its like, lone surrogates, non-characters) cannot be typed either.
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn"))
LINE = st.text(LETTERS, max_size=60)
AREA = st.lists(LINE, max_size=5).map("\n".join)


@settings(
    deadline=None, max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)  # shrinking takes minutes
@given(
    st.fixed_dictionaries(
        dict.fromkeys(("school", "email", "phone", "days", "cost", "share", "draft"), LINE)
        | {f"starts_{box}": LINE for box in ("day", "month", "year")}
        | dict.fromkeys(("why", "lines", "areas"), AREA)
        | {
            "kind": st.sampled_from([value for value, _ in KINDS]),
            "room": st.sampled_from(["yes", "no"]),
            "focus": st.lists(st.sampled_from(["attendance", "families"]), unique=True),
        }
    ),
    st.booleans(),
)
def test_a_form_that_comes_back_holds_every_letter_that_was_typed(typed, rung):
    form = posted(**typed, rung=["on"] if rung else [])
    form.is_valid()
    sent = Controls(drawn(form)).sent
    for name, value in typed.items():
        wanted = sorted(value) if name == "focus" else [value]
        assert [given for other, given in sent if other == name] in (wanted, [] if value == "" else wanted), name
    assert [value for name, value in sent if name == "rung"] == (["on"] if rung else [])


def test_words_with_windows_line_ends_come_back_with_line_ends():
    sent = dict(Controls(drawn(posted(why="one\r\n two\r\n", lines="\r\nfirst", school="Oak\u2028field"))).sent)
    assert sent["why"] == "one\n two\n"
    assert sent["school"] == "Oak\u2028field", "as it comes out of a word processor"
    assert sent["lines"] == "\nfirst"


def test_a_password_never_comes_back():
    html = drawn(posted(secret="correct horse"))
    assert "correct horse" not in html


def test_every_error_leads_to_an_element_on_the_page():
    form = posted(**dict.fromkeys(GOOD, "") | {"starts_day": "4", "starts_month": "9"})
    assert not form.is_valid()
    ids = Controls(drawn(form)).ids
    lines = form.error_list()
    assert len(lines) == 11
    for line in lines:
        assert ids.get(line["href"].removeprefix("#")) in ("input", "select", "textarea"), line


def test_an_error_of_a_date_leads_to_the_box_that_is_wrong():
    form = posted(starts_year="")
    assert not form.is_valid()
    assert form.error_list() == [{"text": "First day must include a year", "href": "#id_starts_year"}]
    assert drawn(form).count("govuk-date-input__input govuk-input--width-4 govuk-input--error") == 1
    assert "govuk-input--width-2 govuk-input--error" not in drawn(form)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"school": " "}, "Enter the school's name"),
        ({"school": "x" * 41}, "School's name must be 40 characters or fewer. You typed 41"),
        ({"email": "anna"}, "Enter an e-mail address in the correct format, like name@example.com"),
        ({"days": "two"}, "Days a week must be a whole number, like 12"),
        ({"days": "6"}, "Days a week must be 5 or less"),
        ({"starts_day": "31", "starts_month": "2"}, "First day must be a real date, like 4 9 2026"),
        ({"starts_year": "26"}, "First day must have a year of 4 figures, like 2026"),
        ({"cost": "14,5"}, "Cost a year must be in pounds, or pounds and pence, like 14,145.00"),
        ({"cost": "-1"}, "Cost a year must be 0 or more"),
        ({"share": "101"}, "School's share must be 100 or less"),
        ({"share": "33.333"}, "School's share must be a number with at most 2 decimal places, like 41 or 33.33"),
        ({"kind": ""}, "Select the kind of worker"),
        ({"room": ""}, "Answer the question “Is a room ready?”"),
        ({"focus": []}, "Select what the worker is for"),
        ({"lines": ""}, "Enter this school's own lines"),
        ({"rung": []}, "Tick “I have rung the headteacher” to go on"),
    ],
)
def test_what_is_wrong_is_said_in_plain_english(changes, says):
    assert error(**changes) == [says]


def test_a_field_with_words_of_its_own_keeps_them():
    class Own(Form):
        urn = forms.CharField(label="URN", error_messages={"required": "Enter the six figures of the URN"})
        other = forms.CharField(label="URN")

    form = Own({})
    assert [line["text"] for line in form.error_list()] == ["Enter the six figures of the URN", "Enter the URN"]


def test_good_answers_become_dates_decimals_and_lists():
    form = posted()
    assert form.is_valid(), form.errors
    clean = form.cleaned_data
    assert clean["starts"] == date(2026, 9, 4)
    assert (clean["cost"], clean["share"]) == (Decimal("14145.00"), Decimal("41.00"))
    assert str(clean["cost"]) == "14145.00"
    assert clean["areas"] == ["North East", "South West"]


@pytest.mark.parametrize("month", ["9", "09", "Sep", "sept", "September", "SEPTEMBER"])
def test_a_month_may_be_typed_as_a_number_or_by_name(month):
    form = posted(starts_month=month)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts"] == date(2026, 9, 4)


@pytest.mark.parametrize("month", ["0", "13", "Ju", "Mo", "²", "-1", "9.0"])
def test_what_is_no_month_is_no_real_date(month):
    assert error(starts_month=month) == ["First day must be a real date, like 4 9 2026"]


@given(st.decimals(min_value=0, max_value=10**8, places=2))
def test_money_is_read_as_it_is_shown(amount):
    field = MoneyField(label="Cost")
    assert field.clean(field.prepare_value(amount)) == amount
    assert field.clean(f" £{amount:,.2f} ") == amount


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_a_share_is_read_as_it_is_shown(share):
    field = PercentField(label="Share")
    assert field.clean(field.prepare_value(share)) == share


def test_an_empty_date_that_may_be_empty_is_none():
    field = DateField(label="Last day", required=False)
    assert field.clean(["", " ", ""]) is None
    assert not field.has_changed(date(2026, 9, 4), ["4", "9", "2026"])
    assert field.has_changed(date(2026, 9, 4), ["5", "9", "2026"])


def test_what_is_known_is_filled_in():
    form = PlacementForm(
        initial={"starts": date(2026, 9, 4), "cost": Decimal("14145"), "share": Decimal("33.33"), "areas": ["A", "B"]}
    )
    sent = dict(Controls(drawn(form)).sent)
    assert (sent["starts_day"], sent["starts_month"], sent["starts_year"]) == ("4", "9", "2026")
    assert (sent["cost"], sent["share"], sent["areas"]) == ("14,145.00", "33.33", "A\nB")


def test_a_refusal_by_a_record_stands_beside_its_field():
    form = posted()
    assert form.is_valid()
    form.refuse(Refusal("On 4 September the shares come to 96.00. Add 4.00.", field="share", code="not_whole"))
    assert form.error_list() == [
        {"text": "On 4 September the shares come to 96.00. Add 4.00.", "href": "#id_share"},
    ]
    assert dict(Controls(drawn(form)).sent)["share"] == "41 %", "what was typed stays"


@pytest.mark.parametrize("field", [None, "nothing_on_this_form"])
def test_a_refusal_about_no_field_of_the_form_stands_above_all(field):
    form = posted()
    assert form.is_valid()
    form.refuse(Refusal("The term has been run. Vary the agreement instead.", field=field))
    assert form.error_list() == [{"text": "The term has been run. Vary the agreement instead."}]


def test_a_field_that_an_answer_reveals_is_drawn_once_inside_that_answer():
    html = drawn(posted())
    assert Controls(html).names.count("why") == 0, "it is a text area"
    assert html.count('name="why"') == 1
    assert html.index('value="no"') < html.index('name="why"') < html.index('name="focus"')


def test_a_form_with_a_prefix_keeps_its_names_apart():
    form = PlacementForm({"b-school": "Beech Lane"}, prefix="b")
    form.is_valid()
    assert dict(Controls(drawn(form)).sent)["b-school"] == "Beech Lane"


def test_a_field_that_no_macro_draws_is_refused_and_not_drawn_as_something_else():
    class Wrong(Form):
        on = forms.DateField()
        at = forms.SplitDateTimeField()

    with pytest.raises(TypeError, match=r"teams\.foundation\.forms\.DateField"):
        str(Wrong()["on"])
    with pytest.raises(TypeError, match="SplitDateTimeWidget"):
        str(Wrong()["at"])


def test_a_file_with_too_long_a_name_is_told_so():
    """Django measures a file's name with other words than a text's."""

    class FileForm(Form):
        file = forms.FileField(label="The file", max_length=20)

    form = FileForm({}, {"file": SimpleUploadedFile("z" * 30 + ".csv", b"a,b")})
    assert form["file"].error == "The name of the file must be 20 characters or fewer. It has 34. Rename it"


def test_a_number_of_thirty_figures_is_too_large_and_no_broken_page():
    form = PlacementForm(GOOD | {"cost": "9" * 30, "share": "1" + "0" * 40})
    assert not form.is_valid()
    assert form["cost"].error == "Cost a year is too large"
    assert "must be a number" in form["share"].error
