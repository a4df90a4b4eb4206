"""Each figure of the county once more as SQL written by hand, from what the page says is counted and nothing else.

A statement gives a row for each cell: (area, team, number, of). `%(day)s` is the day that is counted, `%(now)s` the day
on which it is asked. They read tables, know no code of the product, and share none among themselves but a few words.
"""

from __future__ import annotations

from tests.reports.by_hand import money, need, people, places, supervision

STATEMENTS: dict[str, str] = {
    **places.STATEMENTS,
    **people.STATEMENTS,
    **supervision.STATEMENTS,
    **money.STATEMENTS,
    **need.STATEMENTS,
}
# Asked of an earlier day another question is asked: what was known then, not what stands now.
OF_AN_EARLIER_DAY: dict[str, str] = {**places.OF_AN_EARLIER_DAY}
