"""An approved pack of the term, and a draft of the two-monthly report: a word in each box, for whom the policy says."""

from __future__ import annotations

from datetime import date

from reports.actions.county_packs import approve_pack, begin_pack, count_again
from reports.actions.record_papers import paper_of
from reports.models import CountyPack, PackCopy, PackPaper
from reports.wording import two_months_of
from teams.foundation.drafts import Draft
from teams.models import Term
from tests.factories.authorities import NOW, County

EVERY_PACK = frozenset({"senior", "auditor"})
MANAGERS = frozenset({"manager", "other_manager"})
OF_TEAM = {"team": "manager", "elsewhere": "other_manager"}
# Sections in whose figures managers and finance have a part.
FOR_MANAGERS = frozenset({"supervision", "agreements", "need", "said", "actions"})
FOR_FINANCE = frozenset({"agreements", "money", "need", "people"})


def county_packs(county: County) -> None:
    term, me, senior = (
        Term.objects.get(school_year=2026, season="autumn"),
        county.people["senior"],
        county.as_("senior"),
    )
    pack = begin_pack(term=term, words_by=date(2026, 9, 15), person=me, by=senior, at=NOW)
    _write(county, pack, "pack words", everybody=True)
    count_again(pack, by=senior, at=NOW)
    approve_pack(pack, counted_at=pack.counting, read_empty=True, person=me, by=senior, at=NOW)
    draft = begin_pack(period=two_months_of(date(2026, 9, 8)), words_by=date(2026, 9, 15), person=me, by=senior, at=NOW)
    _write(county, draft, "draft pack words", everybody=False)
    again = begin_pack(term=term, words_by=date(2026, 9, 15), why=_why(county), person=me, by=senior, at=NOW)
    word = county.canaries.plant("typed pack words", {"manager"})
    Draft.objects.create(
        person=county.people["manager"], form="pack-words", about=str(draft.public_id),
        words=[[draft.words.get(team=county.rows["team"]).field, f"Typed {word}"]], saved_at=NOW,
    )  # fmt: skip
    county.rows |= {"approved pack": pack, "draft pack": draft, "second pack": again}
    county.rows |= {f"{each.code} of the pack": each.number for each in pack.printed.all()}
    for copy in PackCopy.objects.filter(pack=pack):
        county.rows[f"{copy.copy} pack copy"] = copy
        if copy.copy != PackCopy.Copy.FINANCE:
            paper_of(copy, by=county.clock, at=NOW)
    problem = f"No {county.canaries.plant('problem of a pack paper', ())}"
    PackPaper.objects.create(
        copy=county.rows["finance pack copy"], state=PackPaper.State.FAILED, problem=problem, put_down_at=NOW
    )


def _why(county: County) -> str:
    return f"Because {county.canaries.plant('why a second pack', EVERY_PACK | MANAGERS)}"


def _write(county: County, pack: CountyPack, what: str, *, everybody: bool) -> None:
    """Words about a section stand in the copies that have a figure of it; a team's in all but finance's."""
    for words in pack.words.select_related("team", "report"):
        if words.team is not None:
            whose = next(name for name in OF_TEAM if words.team == county.rows[name])
            who, name = OF_TEAM[whose], f"{whose} {what}"
            readers = EVERY_PACK | MANAGERS
        else:
            who, name = "senior", f"{words.section} {what}"
            readers = EVERY_PACK | (MANAGERS if words.section in FOR_MANAGERS else frozenset())
            if everybody and words.section in FOR_FINANCE:
                readers |= {"finance"}
        planted = county.canaries.plant(name, readers)
        words.write(f"We think {planted}", person=county.people[who], by=county.as_(who), at=NOW)
