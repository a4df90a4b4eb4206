"""Where a worker is, in one line, and how much of the agreed time she was in school. No place, no reason (H41, H48).

Times are moments with a zone; they are read by the clocks of London. Lengths are minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from schools.rules.timetable import Day, in_words
from teams.foundation.words import LONDON
from teams.foundation.words import day as day_in_words

OWN = "own"
HOME = "home"


@dataclass(frozen=True)
class Purpose:
    """What takes a worker away: as it is chosen, as the school reads it, and what the school has from it (BR-10)."""

    label: str
    here: str  # before "until 13:00"; a home visit has a sentence of its own
    benefit: str
    may_be_changed: bool = True


# `benefit` may be changed, but not where free words could say whose home it is; private absence has none.
PURPOSES = {
    "team": Purpose("Team meeting", "At a team meeting", "what the team agrees is the same in every school"),
    "training": Purpose("Training", "At training", "new rules and practice come back to your school"),
    "peer": Purpose("Peer group", "At a peer group", "ideas that worked in other schools come back to yours"),
    "camhs": Purpose("CAMHS visit", "On a CAMHS visit", "specialists and school work to one plan"),
    HOME: Purpose("Home visits", "Home visit", "home and school hear the same from one person", may_be_changed=False),
    "elsewhere": Purpose("Meeting elsewhere", "At a meeting elsewhere", "your school’s view is heard where it counts"),
    OWN: Purpose("My own reasons", "Away", "", may_be_changed=False),
}


@dataclass(frozen=True)
class Away:
    """One time away, planned or past. `back_at` is when she was or will be back."""

    purpose: str
    starts_at: datetime
    back_at: datetime
    benefit: str = ""

    def runs_at(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.back_at


@dataclass(frozen=True)
class Line:
    """The first line of the school's page. `later` is what is planned for the rest of the day."""

    words: str
    benefit: str = ""
    is_in_school: bool = False
    later: tuple[str, ...] = ()


def clock(moment: datetime, today: date) -> str:
    """ "13:00", or "9 September, 08:30" where it is not today."""
    there = moment.astimezone(LONDON)
    hour = f"{there:%H:%M}"
    return hour if there.date() == today else f"{there.day} {there:%B}, {hour}"


def away_words(away: Away, today: date) -> str:
    """ "At training until 13:00." A home visit is never whose, private absence has no reason."""
    until = clock(away.back_at, today)
    if away.purpose == HOME:
        return f"{PURPOSES[HOME].here}, back by {until}."
    return f"{PURPOSES[away.purpose].here} until {until}."


def whereabouts(
    now: datetime, timetable: Sequence[Day], away: Iterable[Away], *, is_absent: bool = False, why_closed: str = ""
) -> Line:
    """Where the worker of one school is now. `why_closed` is why this is no school day there; "" for one."""
    here = now.astimezone(LONDON)
    today = here.date()
    if is_absent:
        return Line("Away today.")
    told = sorted(away, key=lambda each: (each.starts_at, each.back_at))
    current = next((each for each in told if each.runs_at(now)), None)
    if current is not None:
        return Line(away_words(current, today), current.benefit)
    if why_closed:
        return Line(f"Not in school today: it is {why_closed}.")
    slots = slots_on(today, timetable)
    if not slots:
        names = in_words(timetable)
        are = "days are" if len({day["weekday"] for day in timetable}) > 1 else "day is"
        return Line(f"Not in school today: the agreed {are} {names}." if names else "Not in school today.")
    later = tuple(
        f"From {clock(each.starts_at, today)}: {_lower(away_words(each, today))}"
        for each in told
        if now < each.starts_at and each.starts_at.astimezone(LONDON).date() == today
    )
    for starts, ends in slots:
        if now < starts:
            return Line(f"Not in school yet: expected at {clock(starts, today)}.", later=later)
        if now < ends:
            until = min([ends, *(each.starts_at for each in told if now < each.starts_at)])
            return Line(f"In school now, until {clock(until, today)}.", is_in_school=True, later=later)
    return Line(f"Not in school now: today ended at {clock(slots[-1][1], today)}.")


@dataclass(frozen=True)
class Count:
    """The agreed time up to a moment, in three parts that add up to it. Minutes."""

    agreed: int
    given: int
    with_benefit: int
    private: int

    def hours(self, part: int) -> str:
        return hours_in_words(part)

    def percents(self) -> tuple[int, int, int]:
        """In school, away with a benefit, away, in whole hundredths that add up to 100 (all 0 before the first day)."""
        if not self.agreed:
            return 0, 0, 0
        with_benefit, private = (round(100 * part / self.agreed) for part in (self.with_benefit, self.private))
        return 100 - with_benefit - private, with_benefit, private


def counted_time(
    days: Iterable[date],
    timetable: Sequence[Day],
    away: Iterable[Away],
    *,
    is_absent: Callable[[date], bool],
    until: datetime,
) -> Count:
    """What was agreed on these school days before `until`, and where it went. Time told twice counts once."""
    told = sorted(away, key=lambda each: (each.purpose == OWN, each.starts_at))
    agreed = given = with_benefit = private = 0
    for day in days:
        for starts, ends in slots_on(day, timetable):
            left = [(starts, min(ends, until))] if starts < until else []
            length = _minutes(left)
            agreed += length
            if is_absent(day):
                private += length
                continue
            for each in told:
                before = _minutes(left)
                left = [part for span in left for part in _without(span, each.starts_at, each.back_at)]
                taken = before - _minutes(left)
                if each.purpose == OWN:
                    private += taken
                else:
                    with_benefit += taken
            given += _minutes(left)
    return Count(agreed, given, with_benefit, private)


def slots_on(day: date, timetable: Sequence[Day]) -> list[tuple[datetime, datetime]]:
    """From when until when the timetable has her in school on the day, in order."""
    found = [
        (_moment(day, each["starts"]), _moment(day, each["ends"]))
        for each in timetable
        if each["weekday"] == day.weekday()
    ]
    return sorted(found)


@dataclass(frozen=True)
class Back:
    """One answer to "back when?": what is sent, what is shown, and the moment it means."""

    key: str
    words: str
    moment: datetime


def back_choices(now: datetime, timetable: Sequence[Day], next_days: Iterable[date]) -> list[Back]:
    """The usual times to be back, those that are still to come; then the next day in this school out of `next_days`."""
    today = now.astimezone(LONDON).date()
    found = [Back(hour.replace(":", ""), hour, _moment(today, hour)) for hour in ("12:00", "13:00")]
    ends = [end for _, end in slots_on(today, timetable)]
    if ends:
        found.append(Back("end", f"The end of my day here, {clock(ends[-1], today)}", ends[-1]))
    found = [each for each in found if each.moment > now]
    for day in next_days:
        slots = slots_on(day, timetable) if day > today else []
        if slots:
            name = "Tomorrow" if day == today + timedelta(days=1) else f"{day:%A}, {day.day} {day:%B}"
            found.append(Back("next", f"{name}, {slots[0][0]:%H:%M}", slots[0][0]))
            break
    return found


def hours_in_words(minutes: int) -> str:
    """ "35 hours", "1 hour 30 minutes", "0 hours"."""
    hours, rest = divmod(minutes, 60)
    words = [f"{hours:,} {'hour' if hours == 1 else 'hours'}"] if hours or not rest else []
    return " ".join([*words, f"{rest} minutes"] if rest else words)


def overlaps(a: Away, b: Away) -> bool:
    return a.starts_at < b.back_at and b.starts_at < a.back_at


def span_in_words(away: Away) -> str:
    """ "8 September 2026, 09:00 to 13:00"."""
    starts, back = away.starts_at.astimezone(LONDON), away.back_at.astimezone(LONDON)
    return f"{day_in_words(starts.date())}, {starts:%H:%M} to {clock(back, starts.date())}"


def _moment(day: date, hour: str) -> datetime:
    hours, minutes = (int(part) for part in hour.split(":"))
    return datetime.combine(day, time(hours, minutes), tzinfo=LONDON)


def _without(span: tuple[datetime, datetime], starts: datetime, ends: datetime) -> Iterable[tuple[datetime, datetime]]:
    first, last = span
    if starts >= last or ends <= first:
        return [span]
    parts = [(first, min(starts, last)), (max(ends, first), last)]
    return [(start, end) for start, end in parts if start < end]


def _minutes(spans: Iterable[tuple[datetime, datetime]]) -> int:
    return sum(int((end - start) / timedelta(minutes=1)) for start, end in spans)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
