"""When which supervision is due, and the sentence that says why (BR-03 as decided in features.md, H69, H92, A.7).

Support and family workers are in two sets out of step. Each month that counts, one set is visited in school and the
other has one peer supervision; then they change over. A worker in two schools goes A, peer, B, peer. Attendance
officers have one-to-ones and joint visits instead. A turn that did not take place is due as soon as can be in the next
month, beside what that month has anyway.

More than nine school weeks (45 school days) of that school without a supervision in school is an exception. It counts
from the last supervision in school, in whichever of the worker's schools it was: counted for each school alone, the
rhythm of two schools would break the rule by itself. A school's cancellation starts the count anew.
"""

from supervision.rules.rhythm.plan import NINE_WEEKS, exception, exception_day, plan, possible_days
from supervision.rules.rhythm.values import (
    SETS,
    Away,
    Cover,
    Due,
    Kind,
    Manager,
    Outcome,
    Past,
    Place,
    Rhythm,
    Shape,
    Worker,
)

__all__ = [
    "NINE_WEEKS",
    "SETS",
    "Away",
    "Cover",
    "Due",
    "Kind",
    "Manager",
    "Outcome",
    "Past",
    "Place",
    "Rhythm",
    "Shape",
    "Worker",
    "exception",
    "exception_day",
    "plan",
    "possible_days",
]
