"""Passwords that somebody would guess first: a word everybody uses, the council's name, one's own name.

Length is the only rule about form. What is refused here is refused with its reason, and every other mix of letters,
figures, signs and spaces is welcome.
"""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from teams.foundation.lookup import memberships_of
from teams.foundation.tenancy import current_authority_id

# Words of this product and its field (docs/security/README.md lists them). A password that is little else is refused.
CONTEXT_WORDS = frozenset(
    " ".join(
        (
            "alongside council county borough school schools academy primary secondary teacher headteacher head pupil",
            "pupils student attendance welfare family families support worker service services children child august",
            "education team manager officer safeguarding admin administrator password passwort passphrase letmein",
            "welcome login secret changeme qwerty spring summer autumn winter january february march april may june",
            "july september october november december monday tuesday wednesday thursday friday saturday sunday england",
        )
    ).split()
)
LEAST_OF_ITS_OWN = 5  # letters that must be left when those words are taken out
_LOOKALIKES = str.maketrans("013457@$!", "oleastasi")


class NotGuessable:
    """Refuses a common password that was lengthened, and one made of words that stand in front of everybody."""

    def __init__(self) -> None:
        self.common: set[str] = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        plain = password.lower()
        core = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
        pieces = {plain, core, core.translate(_LOOKALIKES), plain.translate(_LOOKALIKES)}
        if any(piece in self.common or _repeats(piece, self.common) for piece in pieces):
            raise ValidationError(
                "This password is one that many people use. Choose three words of your own.", code="common"
            )
        if any(self._is_of_context(piece, user) for piece in pieces):
            raise ValidationError(
                "This password is made of words that others would try first, such as your own name or your council’s. "
                "Choose three other words.",
                code="context",
            )

    def get_help_text(self) -> str:
        return "Choose words that nobody would try first."

    @staticmethod
    def _is_of_context(piece: str, user: Any) -> bool:
        words = CONTEXT_WORDS | _words_around(user)
        left = piece
        for word in sorted(words, key=len, reverse=True):
            left = left.replace(word, " ")
        return left != piece and len(re.sub(r"[^a-z]", "", left)) < LEAST_OF_ITS_OWN


def _repeats(piece: str, common: set[str]) -> bool:
    """ "abcabcabcabc", or a common password written twice."""
    once = re.fullmatch(r"(.{1,8}?)\1+", piece)
    return once is not None and (len(once[1]) <= 4 or once[1] in common)


def _words_around(user: Any) -> set[str]:
    """The parts of somebody's address, of their name, and of the authorities they work in; four letters and longer."""
    if user is None or not getattr(user, "pk", None):
        return set()
    here = current_authority_id()  # behind a link the authority is known, and nothing is asked about the others
    if here is None:
        authorities = [hat.authority for hat in memberships_of(user)]
    else:
        authorities = list(apps.get_model("teams", "Authority").objects.filter(pk=here))
    names = [user.email, *(each.name for each in authorities), *(each.slug for each in authorities)]
    return {word for name in names for word in re.findall(r"[a-z]{4,}", name.lower())}
