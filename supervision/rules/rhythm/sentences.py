"""The sentences that explain a due date. They say what a worker and a school may both read: never why one is away."""

from __future__ import annotations

from datetime import date

from schools.rules.calendar import SchoolCalendar
from supervision.rules.rhythm.values import Away, Cover, Kind, Outcome, Past, Place, Worker

NTH = {1: "every month", 2: "every second month", 3: "every third month", 4: "every fourth month"}
NAMES = {Kind.ONE_TO_ONE: "one-to-one", Kind.JOINT: "joint visit"}


def short(day: date) -> str:
    """ "16 September"; years are on the page."""
    return f"{day.day} {day:%B}"


def weekday(day: date) -> str:
    """ "Monday 16 November"."""
    return f"{day:%A} {short(day)}"


def in_school(previous: date | None, group: str) -> str:
    """Why in school this month, and not peer."""
    if previous is None:
        return f"In school first: the rhythm begins with set {group}."
    return f"In school this time because {previous:%B} was peer."


def in_school_now(missed: str) -> str:
    return f"In school now, besides peer: {missed}."


def missed(worker: Worker, turn: date, turn_ends: date) -> str:
    """What became of a turn that did not take place."""
    if any(away.starts_on <= turn_ends and turn <= away.ends_on for away in worker.away):
        return f"{worker.name} was away when the visit of {turn:%B} was due"
    return f"the visit of {turn:%B} did not take place"


def cancelled(name: str, past: Past) -> str:
    return f"Offered again because {name} cancelled on {short(past.on)}; that does not count as late."


def peer(previous: date | None, group: str, other: str) -> str:
    if previous is None:
        return f"Peer supervision for set {group}: the rhythm begins with set {other} in school."
    return f"Peer supervision for set {group} because {previous:%B} was in school."


def regular(kind: Kind, every: int) -> str:
    return f"{_begun(NAMES[kind])} {NTH.get(every, f'every {every} months')}."


def regular_now(kind: Kind, turn: date) -> str:
    return f"{_begun(NAMES[kind])} now: that of {turn:%B} did not take place."


def other_school(place: Place, last: Past, places: tuple[Place, ...]) -> str:
    before = next((each.name for each in places if each.key == last.place), None)
    return f"At {place.name} because the last one was at {before}." if before and before != place.name else ""


def moved(wanted: date, on: date, *, why: str) -> str:
    """`why` follows the wanted day: "is a bank holiday"."""
    return f"{weekday(wanted)} is {why}, so {weekday(on)}."


def moved_for_absence(name: str, away: Away, on: date) -> str:
    when = f"until {short(away.ends_on)}" if away.ends_on < on else f"from {short(away.starts_on)}"
    return f"{name} is away {when}, so {weekday(on)}."


def in_time() -> str:
    return "Before nine school weeks are over."


def last_in_school(last: Past | None, on: date, calendar: SchoolCalendar) -> str:
    return _last("in school", last, on, calendar) if last else "Not in school yet."


def last_of_kind(kind: Kind, last: Past | None, on: date, calendar: SchoolCalendar) -> str:
    return _last(NAMES[kind], last, on, calendar) if last else "None yet."


def covered(manager: str, cover: Cover) -> str:
    return f"{cover.name} does it: {manager} is away until {short(cover.ends_on)}."


def over_nine_weeks(last: date, outcome: Outcome | None) -> str:
    if outcome == Outcome.HELD:
        since = f"the last was on {short(last)}"
    elif outcome == Outcome.SCHOOL_CANCELLED:
        since = f"none since the school cancelled on {short(last)}"
    else:
        since = f"there was none since the start on {short(last)}"
    return f"More than nine school weeks without a supervision in school: {since}."


def _last(what: str, last: Past, on: date, calendar: SchoolCalendar) -> str:
    skipped = calendar.holidays_between(last.on, on)
    if not skipped:
        return f"Last {what} {short(last.on)}."
    named = " and ".join(filter(None, (", ".join(skipped[:-1]), skipped[-1])))
    return f"Last {what} {short(last.on)}; {named} {'is' if len(skipped) == 1 else 'are'} skipped."


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]
