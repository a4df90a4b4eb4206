"""Forms that ask in plain English and never lose what was typed.

A form knows its fields and their messages; how they look stands in `templates/macros/fields.html`, which hands each one
to GOV.UK's own macros. A refusal by a record comes back beside the box that it is about (`refuse`).

    class SchoolForm(Form):
        name = forms.CharField(label="School's name", max_length=200)
        starts = DateField(label="First day")
        room = forms.ChoiceField(label="Is a room ready?", choices=..., widget=Radios(reveals={"no": ["why"]}))
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField as DjangoBoundField
from django.template import engines
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from teams.foundation.errors import Refusal
from teams.foundation.plain_messages import plain_messages, subject

PENNY = Decimal("0.01")
BOXES = ("day", "month", "year")
MONTHS = [name.lower() for name in month_name[1:]]
# Thousands may be parted, but only where thousands are: "14,5" is somebody's fourteen and a half, not 145.
AMOUNT = re.compile(r"(?P<minus>-?)£?(?P<number>(\d{1,3}(,\d{3})+|\d+)(\.\d{1,2})?)")
# All that Python takes for the end of a line. GOV.UK's macros indent what they are given, line by line, and would move
# or change what was typed; written as references these pass through. (&#133; would be read as an ellipsis.)
LINE_ENDS = {ord(end): "&#10;" for end in "\n\r\v\f\x1c\x1d\x1e\x85"} | {0x2028: "&#8232;", 0x2029: "&#8233;"}
PER_CENT = re.compile(r"(?P<number>\d{1,3}(\.\d{1,2})?)%?")


class Text(forms.TextInput):
    """One line. `width` is in characters (2, 3, 4, 5, 10, 20 or 30); a prefix or suffix is drawn, never typed."""

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, width: int = 0, prefix: str = "", suffix: str = ""
    ) -> None:
        super().__init__(attrs)
        self.width, self.prefix, self.suffix = width, prefix, suffix


class _Options:
    """What may stand with an answer: `hints` by its value, and the names of the fields that it `reveals`."""

    def __init__(
        self,
        *args: Any,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hints, self.reveals = dict(hints or {}), dict(reveals or {})


class Radios(_Options, forms.RadioSelect):
    """One answer, all of them in sight."""


class Checkboxes(_Options, forms.CheckboxSelectMultiple):
    """Any number of answers."""


class DateBoxes(forms.Widget):
    """Day, month and year in three boxes, posted as NAME_day, NAME_month and NAME_year."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [data.get(f"{name}_{box}", "") for box in BOXES]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}_{box}" in data for box in BOXES)


class DateField(forms.Field):
    """A date. The month may be typed as a number or by its English name; the year has four figures."""

    widget = DateBoxes

    def prepare_value(self, value: date | Sequence[str] | None) -> list[str]:
        if value is None:
            return ["", "", ""]
        return [str(value.day), str(value.month), str(value.year)] if isinstance(value, date) else list(value)

    def to_python(self, value: date | Sequence[str] | None) -> date | None:
        if value is None or isinstance(value, date):
            return value
        typed = dict(zip(BOXES, (str(part).strip() for part in value), strict=True))
        missing = [box for box in BOXES if not typed[box]]
        if len(missing) == len(BOXES):
            return None
        if missing:
            raise self.wrong(f"must include a {' and '.join(missing)}", missing)
        if not re.fullmatch(r"[0-9]{4}", typed["year"]):
            raise self.wrong("must have a year of 4 figures, like 2026", ["year"])
        try:
            return date(int(typed["year"]), _month(typed["month"]), int(typed["day"]))
        except ValueError:
            raise self.wrong("must be a real date, like 4 9 2026", BOXES) from None

    def wrong(self, what: str, boxes: Sequence[str]) -> ValidationError:
        return ValidationError(f"{subject(self)} {what}", code="invalid", params={"boxes": tuple(boxes)})


class MoneyField(forms.DecimalField):
    """Pounds, to the penny: "£14,145", "14145.00" and "14,145.5" are all understood. Not less than nothing."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = dict[str, Any](max_digits=12, min_value=0, widget=Text(width=10, prefix="£")) | kwargs
        super().__init__(decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,.2f}" if isinstance(value, Decimal | int) else value

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        typed = AMOUNT.fullmatch(re.sub(r"\s", "", str(value)))
        if typed is None:
            wrong = f"{subject(self)} must be in pounds, or pounds and pence, like 14,145.00"
            raise ValidationError(wrong, code="invalid")
        return _to_the_penny(self, typed["minus"] + typed["number"].replace(",", ""))


class PercentField(forms.DecimalField):
    """Hundredths of a whole, 0 to 100, with at most two decimal places: "59", "33.33" and "41 %" are understood."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = dict[str, Any](min_value=0, max_value=100, widget=Text(width=5, suffix="%")) | kwargs
        super().__init__(max_digits=5, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}".removesuffix(".00") if isinstance(value, Decimal | int) else value

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        typed = PER_CENT.fullmatch(re.sub(r"\s", "", str(value)))
        if typed is None:
            wrong = f"{subject(self)} must be a number with at most 2 decimal places, like 41 or 33.33"
            raise ValidationError(wrong, code="invalid")
        return _to_the_penny(self, typed["number"])


def _to_the_penny(field: forms.DecimalField, figures: str) -> Decimal:
    """With two decimal places. More figures than Decimal can round are too large a number, not a broken page."""
    try:
        return Decimal(figures).quantize(PENNY)
    except InvalidOperation:
        raise ValidationError(f"{subject(field)} is too large", code="max_digits") from None


class LinesField(forms.CharField):
    """One thing a line, as a list of strings; empty lines are passed over."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]


class BoundField(DjangoBoundField):
    """What the macro `field` needs to know of one field: plain values, no markup."""

    # The first that fits: CheckboxSelectMultiple is a RadioSelect to Django, and every text box an Input.
    KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.HiddenInput, "hidden"),
        (DateBoxes, "date"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.Select, "select"),
        (forms.CheckboxInput, "tick"),
        (forms.FileInput, "file"),
        (forms.PasswordInput, "password"),
        (forms.Textarea, "textarea"),
        (forms.widgets.Input, "text"),
    )

    def as_field_group(self) -> SafeString:
        return cast(SafeString, _field_macro()(self))

    __str__ = __html__ = as_field_group

    @cached_property
    def kind(self) -> str:
        """Raises TypeError for a widget that no macro draws, rather than drawing it as something else."""
        if isinstance(self.field, forms.DateField | forms.DateTimeField | forms.TimeField):
            raise TypeError(f"{self.name}: a day is asked for with teams.foundation.forms.DateField.")
        for widget, kind in self.KINDS:
            if isinstance(self.field.widget, widget):
                return kind
        raise TypeError(f"{self.name}: no macro draws a {type(self.field.widget).__name__}.")

    @property
    def attrs(self) -> dict[str, Any]:
        return dict(self.field.widget.attrs)

    @property
    def error(self) -> str:
        return str(self.errors[0]) if self.errors else ""

    @property
    def typed(self) -> Any:
        """What stands in the box: a string, a list of them for checkboxes and dates, True or False for one tick."""
        value = self.value()
        if self.kind in ("date", "checkboxes"):
            return [str(part) for part in value or []]
        if self.kind == "tick":
            return bool(value)
        return "" if value is None or self.kind == "password" else str(value)

    @property
    def kept(self) -> SafeString:
        """What was typed in a box, as markup that comes back letter for letter.

        A browser drops the first line end inside a text area, so one that was typed there is written twice.
        """
        words = str(self.typed).replace("\r\n", "\n")
        if self.kind == "textarea" and words.startswith("\n"):
            words = "\n" + words
        return _letter_for_letter(words)

    @property
    def limit(self) -> int | None:
        """How many characters a long text may have; counted down beside the box."""
        return getattr(self.field, "max_length", None)

    @property
    def options(self) -> list[dict[str, Any]]:
        """Value, text, hint and revealed fields of each answer. Groups of a select are run together."""
        widget = self.field.widget
        hints, reveals = getattr(widget, "hints", {}), getattr(widget, "reveals", {})
        flat: list[tuple[Any, Any]] = []
        for value, text in self.field.choices:  # type: ignore[attr-defined]
            flat += text if isinstance(text, list | tuple) else [(value, text)]
        return [
            {
                "value": str(value),
                "text": str(text),
                "hint": hints.get(str(value), ""),
                "reveals": [self.form[name] for name in reveals.get(str(value), ())],
            }
            for value, text in flat
            if self.kind == "select" or str(value)
        ]

    @property
    def boxes(self) -> list[dict[str, Any]]:
        """The three boxes of a date: which, its name, id, words, and whether the error is about it."""
        error = self.errors.as_data()[0] if self.errors else None
        about = (error.params or {}).get("boxes", BOXES) if error else ()
        return [
            {
                "box": box,
                "name": f"{self.html_name}_{box}",
                "id": f"{self.auto_id}_{box}",
                "value": _letter_for_letter(value),
                "wrong": box in about,
            }
            for box, value in zip(BOXES, self.typed or ["", "", ""], strict=True)
        ]

    @property
    def focus_id(self) -> str:
        """The element that the error summary leads to: of a date the first box that is wrong."""
        if self.kind == "date":
            return str(next((box["id"] for box in self.boxes if box["wrong"]), self.boxes[0]["id"]))
        return self.auto_id


class FormManners(forms.BaseForm):
    """What every form of ours does; mixed into the sign-in forms of allauth too."""

    bound_field_class = BoundField
    use_required_attribute = False

    def full_clean(self) -> None:
        for field in self.fields.values():
            field.error_messages = plain_messages(field)
        super().full_clean()

    def groups(self) -> Iterator[BoundField]:
        """The fields to draw, in order, without those that another field's answer reveals."""
        inside = {
            name
            for field in self.fields.values()
            for names in getattr(field.widget, "reveals", {}).values()
            for name in names
        }
        return (bound for bound in self._bound() if bound.name not in inside)

    def refuse(self, refusal: Refusal) -> None:
        """Show a record's refusal beside the field that it is about, or above all of them. What was typed stays."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, ValidationError(refusal.message, code=refusal.code))

    def error_list(self) -> list[dict[str, str]]:
        """For the error summary: every message once, each leading to the box that it is about."""
        whole = [{"text": str(error)} for error in self.non_field_errors()]
        fields = [bound for bound in self._bound() if bound.errors]
        hidden = [{"text": bound.error} for bound in fields if bound.is_hidden]
        seen = [{"text": bound.error, "href": f"#{bound.focus_id}"} for bound in fields if not bound.is_hidden]
        return whole + hidden + seen

    def _bound(self) -> list[BoundField]:
        return [self[name] for name in self.fields]  # type: ignore[misc]


class Form(FormManners, forms.Form):
    """A form of ours."""


class ModelForm(FormManners, forms.ModelForm):  # type: ignore[type-arg]  # not generic while running
    """A form over one record. Dates, money and shares are declared on it with the fields above."""


@cache
def _field_macro() -> Any:
    """The macro that draws a field; compiled once, like every template."""
    return engines["jinja2"].env.get_template("macros/fields.html").module.field  # type: ignore[attr-defined]


def _letter_for_letter(words: str) -> SafeString:
    return mark_safe(escape(words).translate(LINE_ENDS))  # noqa: S308 escaped first


def _month(typed: str) -> int:
    """The number of a month typed as "9", "09", "Sep" or "September". Raises ValueError."""
    if typed.isascii() and typed.isdigit():
        return int(typed)
    found = [number for number, name in enumerate(MONTHS, start=1) if name.startswith(typed.lower())]
    if len(typed) < 3 or len(found) != 1:
        raise ValueError(typed)
    return found[0]
