"""What ends, and by when somebody must be told: one school term's notice (agreement, part 8)."""

from __future__ import annotations

from reports.measures.agreements import COUNTY
from reports.measures.measure import Answer, Line, Measure, Reader
from reports.measures.money import ahead_of
from schools.actions.ahead import Ending
from teams.foundation.words import counted, day


class NextNotice(Measure):
    code = "next-notice-date"
    words = "days to the next notice date"
    why = "After this day it is too late to end an agreement with the fund or share that pays for it."
    counted = (
        "Days from today to the last day on which one full school term's notice can be given for the next that ends, "
        "in this school year or the two after it: a fund or a share with nobody following, a share that a school has "
        "said it cannot keep or does not know, or a placement."
    )
    source = "Funds, shares, placements and school terms in Alongside"
    grain = ()
    asked_as = ("notice", "notice dates", "notice date", "what ends")
    audience = COUNTY
    heads = ("What ends", "Ends on", "Last day for notice", "Days left")
    numeric = frozenset({"Days left"})

    def look(self, reader: Reader) -> Answer:
        endings = self.rows(reader)
        if not endings:
            return Answer(
                unknown="No fund, share or placement ends in these three years, so there is no notice to give.",
                instead="None ahead",
            )
        if all(each.notice_on is None for each in endings):
            return Answer(
                unknown=f"Not known: {counted(len(endings), 'thing ends', 'things end')}, but the school terms before "
                "are not known. An administrator adds the terms."
            )
        passed = sum(each.notice_on is not None and each.notice_on < reader.today for each in endings)
        ahead = [
            (each, each.notice_on) for each in endings if each.notice_on is not None and each.notice_on >= reader.today
        ]
        if not ahead:
            words = counted(passed, "notice date has passed", "notice dates have all passed")
            return Answer(unknown=f"{words}. Look at what ends, and who must still be told.", instead="None ahead")
        first, notice_on = ahead[0]
        since = f"{day(notice_on)}: {first.name} ends on {day(first.ends_on)}"
        if passed:
            since += f". {counted(passed, 'notice date has', 'notice dates have')} passed"
        return Answer((notice_on - reader.today).days, since=since)

    def rows(self, reader: Reader) -> list[Ending]:
        """Everything that ends from today on, the earliest notice date first; those without one at the end."""
        if "endings" not in reader.kept:
            reader.kept["endings"] = ahead_of(reader).endings()
        return reader.kept["endings"]

    def line(self, row: Ending, reader: Reader) -> Line:
        school = row.schools[0].public_id if len(row.schools) == 1 else None
        left = row.days_left(reader.today)
        words = "Not known" if left is None else "Passed" if left < 0 else f"{left:,}"
        notice = day(row.notice_on) if row.notice_on else "The school terms before are not known"
        return Line([row.name, day(row.ends_on), notice, words], "school" if school else "", school)
