"""A county with figures, and packs of its terms: begun, written, approved."""

from __future__ import annotations

from datetime import datetime, timedelta

from reports.actions.county_packs import approve_pack, begin_pack, count_again
from reports.models import CountyPack, PackCopy, PackWords
from reports.wording import Period, Section
from teams.actions.terms import keep_terms
from teams.models import Team, Term
from teams.rules.terms import offered_terms
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import NOW, County


def set_out(county: County) -> None:
    """Terms, one agreement signed and one that waits. Inside the county."""
    for year in (2025, 2026, 2027):
        keep_terms(year, offered_terms(year), by=county.as_("admin"), at=NOW)
    county.rows["elsewhere"] = Team.objects.exclude(pk=county.team.pk).get()
    county.rows["signed"] = signed(offered(make_agreement(county), county), county)
    county.rows["waits"] = offered(make_agreement(county, post="other_post", school="beech"), county)


def begun(county: County, *, season: str = "autumn", year: int = 2026, why: str = "", at: datetime = NOW) -> CountyPack:
    return begin_pack(
        term=Term.objects.get(school_year=year, season=season), words_by=at.date() + timedelta(days=7), why=why,
        person=county.people["senior"], by=county.as_("senior", at.date()), at=at,
    )  # fmt: skip


def begun_two_monthly(county: County, period: Period, *, at: datetime = NOW) -> CountyPack:
    return begin_pack(
        period=period, words_by=at.date() + timedelta(days=7), person=county.people["senior"],
        by=county.as_("senior", at.date()), at=at,
    )  # fmt: skip


def write(county: County, pack: CountyPack, *, sections: tuple[str, ...] = tuple(Section), at: datetime = NOW) -> None:
    """The manager of each team, and the senior manager about these sections."""
    for words in PackWords.objects.filter(report=pack).select_related("team", "report"):
        who = {county.team: "manager", county.elsewhere: "other_manager"}.get(words.team, "senior")
        if words.team is None and words.section not in sections:
            continue
        whose = words.team.name if words.team else words.get_section_display()
        text = f"About {whose}: it goes as we planned.\nNext term we look again."
        words.write(text, person=county.people[who], by=county.as_(who, at.date()), at=at)


def approved(county: County, pack: CountyPack, *, at: datetime = NOW) -> CountyPack:
    pack.refresh_from_db()
    if pack.counted["on"] != at.date().isoformat():
        count_again(pack, by=county.as_("senior", at.date()), at=at)
    approve_pack(
        pack, counted_at=pack.counting, read_empty=True, person=county.people["senior"],
        by=county.as_("senior", at.date()), at=at,
    )  # fmt: skip
    return pack


def copy_of(pack: CountyPack, copy: str = "whole") -> PackCopy:
    return PackCopy.objects.get(pack=pack, copy=copy)
