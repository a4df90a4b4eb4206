"""Performance's records. The one module that gathers names, because Django looks here."""

from performance.models.appeals import Appeal, ReviewComment
from performance.models.head_parts import HeadPart
from performance.models.objectives import Objective
from performance.models.review_copies import ReviewCopy
from performance.models.reviews import ReadBefore, Review, ReviewPart, ReviewPerson, SaidBefore
from performance.models.schemes import Scheme, SchemeEdition

__all__ = [
    "Appeal",
    "HeadPart",
    "Objective",
    "ReadBefore",
    "Review",
    "ReviewComment",
    "ReviewCopy",
    "ReviewPart",
    "ReviewPerson",
    "SaidBefore",
    "Scheme",
    "SchemeEdition",
]
