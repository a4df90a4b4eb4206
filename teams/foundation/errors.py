"""What can be refused, in words for people. Edges turn these into pages; records never know about the web."""

from __future__ import annotations


class Refusal(Exception):
    """Something was asked that cannot be done now. `message` says what is wrong and what to do, in plain English.

    `field` is the form field it stands beside, or None; `code` is for tests and the API.
    """

    def __init__(self, message: str, *, field: str | None = None, code: str = "refused") -> None:
        super().__init__(message)
        self.message, self.field, self.code = message, field, code


class NotAllowed(Exception):
    """This principal may not do this. The attempt is audited; the answer is 403 in the product's look.

    Only for what its reader may know to be there: a record beyond their wall is a 404 (`teams.foundation.views.fetch`).
    """

    def __init__(self, verb: str, subject: str) -> None:
        super().__init__(f"{verb} on {subject}")
        self.verb, self.subject = verb, subject
