"""Who pays what part of a post, from when to when: shares come to exactly 100.00 per cent on every date (BR-07, H15).

The database holds the same rule with a trigger; this says it first, and in words.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar

from teams.foundation.words import NO_BREAK_SPACE
from teams.foundation.words import day as day_in_words

DAY = timedelta(days=1)
WHOLE = Decimal("100.00")


class Dated(Protocol):
    """Anything that holds from one date to another, both inclusive; without a last date it holds for ever."""

    @property
    def starts_on(self) -> date: ...

    @property
    def ends_on(self) -> date | None: ...


SomeDated = TypeVar("SomeDated", bound=Dated)


@dataclass(frozen=True)
class Share:
    """The per cent of a post that one payer pays, on both dates and all between; payers are told apart by equality.

    Raises ValueError for a share below nothing, or one that ends before it starts: forms check each line first.
    """

    payer: Hashable
    percent: Decimal
    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.percent < 0:
            raise ValueError(f"A share of {self.percent} per cent is below nothing.")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError(f"The share ends on {self.ends_on}, before it starts on {self.starts_on}.")


class WrongDates(NamedTuple):
    """A stretch of dates, both inclusive, on which the shares come to `total` and not to 100.00 per cent."""

    starts_on: date
    ends_on: date | None
    total: Decimal


def shares_on(shares: Iterable[Share], day: date) -> list[Share]:
    """The shares that hold on the day, in the order given."""
    return in_force(shares, day)


def wrong_dates(
    shares: Sequence[Share], *, starts_on: date | None = None, ends_on: date | None = None
) -> list[WrongDates]:
    """The stretches of dates on which the shares do not come to exactly 100.00, in order; none when all is right.

    Looks from the first share's start to the last one's end, or for ever where a share has no end; `starts_on` and
    `ends_on` look at other dates, such as an agreement's. Dates that nobody pays for come to 0.
    """
    if starts_on is None:
        if not shares:
            return []
        starts_on = min(share.starts_on for share in shares)
    ends_on = ends_on or _last_end(shares)

    wrong: list[WrongDates] = []
    starts = change_days(shares, starts_on, ends_on)
    ends = [following - DAY for following in starts[1:]]
    for first, last in zip(starts, [*ends, ends_on], strict=True):
        total = sum((share.percent for share in shares_on(shares, first)), Decimal("0.00"))
        if wrong and wrong[-1].total == total and wrong[-1].ends_on == first - DAY:
            wrong[-1] = wrong[-1]._replace(ends_on=last)
        elif total != WHOLE:
            wrong.append(WrongDates(first, last, total))
    return wrong


def explain(wrong: WrongDates) -> str:
    """ "From 1 September 2026 the shares come to 99.00 %. They must come to 100.00 %." """
    if wrong.ends_on is None:
        when = f"From {day_in_words(wrong.starts_on)}"
    elif wrong.ends_on == wrong.starts_on:
        when = f"On {day_in_words(wrong.starts_on)}"
    else:
        when = f"From {day_in_words(wrong.starts_on)} to {day_in_words(wrong.ends_on)}"
    return f"{when} the shares come to {_in_full(wrong.total)}. They must come to {_in_full(WHOLE)}."


def change_from(
    shares: Iterable[Share], day: date, new: Mapping[Hashable, Decimal], *, ends_on: date | None = None
) -> list[Share]:
    """The shares after a change: what held before the day stays as it was and ends the day before; `new` holds from it.

    `new` gives each payer's per cent; all of it ends with `ends_on`, or never. Shares that were to start on the day or
    later are dropped, because the change replaces them. The past is never edited (BR-07).
    """
    kept = [share for share in shares if share.starts_on < day]
    return [
        *(replace(share, ends_on=day - DAY) if _holds_on(share, day) else share for share in kept),
        *(Share(payer, percent, day, ends_on) for payer, percent in new.items()),
    ]


def in_force(dated: Iterable[SomeDated], day: date) -> list[SomeDated]:
    """Those that hold on the day, in the order given."""
    return [each for each in dated if _holds_on(each, day)]


def change_days(dated: Iterable[Dated], starts_on: date, ends_on: date | None) -> list[date]:
    """The days on which anything dated begins to be different, from `starts_on` (always the first) to `ends_on`."""
    days = {starts_on}
    for each in dated:
        days.add(each.starts_on)
        if each.ends_on is not None and each.ends_on < (ends_on or date.max):  # no day follows the last of all
            days.add(each.ends_on + DAY)
    return sorted(day for day in days if starts_on <= day and (ends_on is None or day <= ends_on))


def _holds_on(dated: Dated, day: date) -> bool:
    return dated.starts_on <= day and (dated.ends_on is None or day <= dated.ends_on)


def _last_end(shares: Sequence[Share]) -> date | None:
    ends = [share.ends_on for share in shares]
    return None if None in ends else max((end for end in ends if end is not None), default=None)


def _in_full(percent: Decimal) -> str:
    """Two decimals always, so that 99.00 stands under 100.00, and more only where two would hide the difference."""
    two = f"{percent:.2f}"
    return (two if Decimal(two) == percent else f"{percent.normalize():f}") + NO_BREAK_SPACE + "%"
