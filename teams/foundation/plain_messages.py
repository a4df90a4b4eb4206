"""What a form says when something is missing or wrong: which box, and what to do, in plain English.

Django's own messages speak of "this field". Where a field was given no words of its own, these stand in, made from its
label. "Email" becomes "Enter the email"; a label that is a question is quoted.
"""

from __future__ import annotations

from typing import Any

from django import forms

# A label that starts with one of these needs no article before it.
_WITHOUT_ARTICLE = frozenset(
    ("a", "an", "the", "this", "these", "your", "our", "her", "his", "their", "any", "each", "all")
    + ("how", "what", "when", "where", "which", "who", "why")
)


def noun(field: forms.Field) -> str:
    """The label as it stands inside a sentence: "School's name" is "the school's name", "URN" stays "the URN"."""
    label = str(field.label or "answer")
    if label[1:2].islower() or label[1:2] in "-' ":
        label = label[0].lower() + label[1:]
    return label if label.split(" ")[0].lower() in _WITHOUT_ARTICLE else f"the {label}"


def subject(field: forms.Field) -> str:
    """The label as the first words of a sentence; a question is quoted."""
    label = str(field.label or "Your answer")
    return f"Your answer to “{label}”" if label.endswith("?") else label


def plain_messages(field: forms.Field) -> dict[str, Any]:
    """The field's messages, with plain ones wherever it only has Django's."""
    own = {code: text for code, text in field.error_messages.items() if text != _django_message(field, code)}
    return {**field.error_messages, **_plain(field), **own}


def _plain(field: forms.Field) -> dict[str, str]:
    this, question = subject(field), str(field.label or "").endswith("?")
    choose = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
    ask = f"Answer the question “{field.label}”" if question else f"{'Select' if choose else 'Enter'} {noun(field)}"
    messages = {
        "required": ask,
        "max_length": f"{this} must be %(limit_value)d characters or fewer. You typed %(show_value)d",
        "min_length": f"{this} must be %(limit_value)d characters or more",
        "min_value": f"{this} must be %(limit_value)s or more",
        "max_value": f"{this} must be %(limit_value)s or less",
        "max_digits": f"{this} is too large",
        "max_whole_digits": f"{this} is too large",
        "max_decimal_places": f"{this} must have at most %(max)s decimal places",
    }
    if isinstance(field, forms.BooleanField):
        messages["required"] = f"Tick “{field.label}” to go on"
    if isinstance(field, forms.EmailField):
        messages["invalid"] = "Enter an e-mail address in the correct format, like name@example.com"
    elif isinstance(field, forms.IntegerField):
        whole = "" if isinstance(field, forms.FloatField | forms.DecimalField) else " whole"
        messages["invalid"] = f"{this} must be a{whole} number, like 12"
    elif isinstance(field, forms.FileField):
        messages |= {
            "empty": "The file is empty. Select another",
            "invalid": ask,
            "max_length": "The name of the file must be %(max)d characters or fewer. It has %(length)d. Rename it",
            "missing": ask,
        }
    elif choose:
        gone = f"{this}: select from the answers shown. The one that you chose is no longer there"
        messages |= {"invalid_choice": gone, "invalid_list": gone, "invalid_pk_value": gone}
    return messages


def _django_message(field: forms.Field, code: str) -> Any:
    """What the field's class says by itself."""
    for layer in type(field).__mro__:
        messages = getattr(layer, "default_error_messages", {})
        if code in messages:
            return messages[code]
    return None
