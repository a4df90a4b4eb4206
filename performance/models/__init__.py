"""Performance's records. The one module that gathers names, because Django looks here."""

from performance.models.appeals import Appeal, ReviewComment
from performance.models.criteria import Evidence, Judgement, SuccessCriterion
from performance.models.head_parts import HeadPart, HeldWithout
from performance.models.objectives import Objective
from performance.models.pulse import PulseAnswered
from performance.models.review_copies import ReviewCopy
from performance.models.reviews import ReadBefore, Review, ReviewPart, ReviewPerson
from performance.models.said import Feedback
from performance.models.said_before import LedBefore, SaidBefore
from performance.models.schemes import Scheme, SchemeEdition
from performance.models.term_reports import ReportWords, TermReport
from performance.models.tickets import Ticket
from performance.models.waves import Sheet, Tally, Wave, WeDid

__all__ = [
    "Evidence",
    "Judgement",
    "ReportWords",
    "SuccessCriterion",
    "TermReport",
    "Appeal",
    "Feedback",
    "HeadPart",
    "HeldWithout",
    "LedBefore",
    "Objective",
    "PulseAnswered",
    "ReadBefore",
    "Review",
    "ReviewComment",
    "ReviewCopy",
    "ReviewPart",
    "ReviewPerson",
    "SaidBefore",
    "Scheme",
    "SchemeEdition",
    "Sheet",
    "Tally",
    "Ticket",
    "Wave",
    "WeDid",
]
