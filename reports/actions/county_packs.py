"""Beginning a county's pack, what it says, and sealing it when it is approved (journey S5, L16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import transaction

from performance.actions.words_mail import Asking
from reports.actions.announcing import Announcing
from reports.actions.pack_figures import MANAGERS, WHOLE, counted
from reports.models import CountyPack, PackCopy, PackWords, PrintedFigure
from reports.wording import Period, Section
from teams.foundation import audit, sealing
from teams.foundation.access import Principal, Role, system
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.foundation.words import day
from teams.models import Authority, Membership, Person, Team, Term
from teams.rules.calendar import school_year_of

ASKING = Asking(PackWords, "pack_words_asked", "pack_words_near", "pack_words")
ASKING.declare("A few words for the county’s pack", "Your words for the county’s pack are still missing")


def kind_of(pack: CountyPack) -> str:
    return f"pack_{pack.season or CountyPack.Kind.TWO_MONTHLY.value}"


ANNOUNCING = Announcing(CountyPack, kind_of, "county_pack")
ANNOUNCING.declare(
    {f"pack_{season}": f"The {season} pack is ready" for season in Term.Season.values}
    | {"pack_two_monthly": "The two-monthly report is ready"}
)


def begin_pack(
    *, term: Term | None = None, period: Period | None = None, words_by: date, why: str = "", person: Person,
    by: Principal, at: datetime,
) -> CountyPack:  # fmt: skip
    """The next edition of a term's pack (`term`), or of a two-monthly report (`period`). Every team that somebody
    manages is asked for its words, senior managers for each section's; a second edition begins with the words of the
    one before. Managers get one mail. Figures are counted first, while nobody is kept waiting.

    Raises Refusal, fields "words_by" and "why".
    """
    about = _about(term, period)
    if words_by <= by.today:
        raise Refusal("Give the managers until a day after today.", field="words_by", code="past")
    _edition_before(about, why)
    figures = counted(CountyPack(**about), Authority.here(), by.today)
    with transaction.atomic():
        Authority.one_at_a_time()  # two presses begin one
        before = _edition_before(about, why)  # again: what was begun while we counted is refused here
        pack = CountyPack(
            **about, edition=before.edition + 1 if before else 1, why=why.strip() if before else "",
            words_by=words_by, begun_by=person, begun_at=at, counted=figures, counted_at=at,
        )  # fmt: skip
        begin(pack, "begin", by=by, at=at)
        said = (
            {(each.team_id, each.section): each for each in before.words.select_related("team", "written_by")}
            if before
            else {}
        )
        teams = _managed_teams(by.today)
        left = {each.team for each in said.values() if each.team is not None and each.text} - set(teams)
        teams += sorted(left, key=lambda team: team.name)  # nobody manages them now; what was said about them stays
        asked = [PackWords.ask(pack, team=team, by=by, at=at) for team in teams]
        asked += [PackWords.ask(pack, section=section.value, by=by, at=at) for section in Section]
        for words in asked:
            earlier = said.get((words.team_id, words.section))
            if earlier is not None and earlier.text:  # its author wrote it; that it stands here too is not her doing
                carries = system("carry_words", today=by.today)
                words.write(earlier.text, person=earlier.written_by, by=carries, at=at)
        ASKING.ask(pack, at=at)
    return pack


def _edition_before(about: dict[str, Any], why: str) -> CountyPack | None:
    """The one that the next edition corrects. Raises Refusal, field "why" among others, where none can begin now."""
    before = CountyPack.objects.same_as(**{name: about[name] for name in ("school_year", "season", "starts_on")}).last()
    if before is not None and before.is_draft:
        raise Refusal("This one is begun already. Open it.", code="begun")
    if before is not None and not why.strip():
        raise Refusal("Say what the second edition puts right.", field="why", code="no_words")
    return before


def _about(term: Term | None, period: Period | None) -> dict[str, Any]:
    if term is not None:
        return {
            "kind": CountyPack.Kind.TERM, "school_year": term.school_year, "season": term.season,
            "starts_on": term.starts_on, "ends_on": term.ends_on,
        }  # fmt: skip
    if period is None:
        raise ValueError("A pack is about a term or a period.")
    return {
        "kind": CountyPack.Kind.TWO_MONTHLY, "school_year": school_year_of(period.starts_on), "season": "",
        "starts_on": period.starts_on, "ends_on": period.ends_on,
    }  # fmt: skip


def _managed_teams(today: date) -> list[Team]:
    held = Membership.objects.on(today).filter(role=Role.TEAM_MANAGER, team__isnull=False)
    return list(Team.objects.filter(pk__in=held.order_by().values("team")).order_by("name", "pk"))


def count_again(pack: CountyPack, *, by: Principal, at: datetime) -> None:
    """The figures of this moment take the place of those that stood in the draft."""
    figures = counted(pack, Authority.here(), by.today)
    with transaction.atomic():
        Authority.one_at_a_time()  # not between the look and the seal of who approves now
        pack.count(figures, by=by, at=at)


def approve_pack(
    pack: CountyPack, *, counted_at: str, read_empty: bool, person: Person, by: Principal, at: datetime
) -> None:
    """It never goes out without anybody having thought about it, nor with other figures or words than stood on the page
    that was pressed (`counted_at`, as `CountyPack.counting`), nor with those of another day.

    Raises Refusal, field "read_empty" among others.
    """
    with transaction.atomic():
        Authority.one_at_a_time()
        pack.refresh_from_db()
        if pack.is_draft:
            _is_read(pack, counted_at, by.today)
            _is_thought_about(pack, read_empty=read_empty)
        pack.approve(person=person, by=by, at=at)


def _is_read(pack: CountyPack, counted_at: str, today: date) -> None:
    if pack.counted["on"] != today.isoformat():
        on = day(date.fromisoformat(pack.counted["on"]))
        raise Refusal(f"The figures are of {on}. Count them again and read them, then approve.", code="old_figures")
    if not all("kept" in each for each in pack.counted["figures"]):  # counted before figures of a pack had numbers
        raise Refusal("Count the figures again, so that each gets its number. Then approve.", code="no_numbers")
    (counted, _, written), (counted_now, _, written_now) = counted_at.partition(" "), pack.counting.partition(" ")
    if counted != counted_now:
        raise Refusal("The figures were counted again meanwhile. Read them, then approve.", code="counted_meanwhile")
    if written != written_now:
        raise Refusal("Words were written meanwhile. Read them, then approve.", code="written_meanwhile")


def _is_thought_about(pack: CountyPack, *, read_empty: bool) -> None:
    sections = list(pack.words.filter(team=None))
    if not any(each.text for each in sections):
        raise Refusal(
            "Nobody has written what the figures mean. Write about one section at least, then approve it.",
            code="no_thought",
        )
    if not read_empty and not all(each.text for each in sections):
        raise Refusal(
            "Tick that you have read the sections without words, or write what they mean.",
            field="read_empty",
            code="not_read",
        )


def seal(pack: CountyPack, *, by: Principal, at: datetime) -> list[PackCopy]:
    """Keep what stands now, one copy for each circle of readers. Called in the transaction that approves."""
    PrintedFigure.number_all(_as_printed(pack))
    authority = Authority.objects.get(pk=pack.authority_id or 0)
    contents = Contents(pack, authority=authority, printed=PrintedFigure.objects.filter(pack=pack))
    made = []
    for copy in PackCopy.Copy.values:
        snapshot = dict(sealing.plain(contents.of(copy)))
        made.append(PackCopy(pack=pack, copy=copy, snapshot=snapshot, digest=sealing.digest(snapshot), made_at=at))
    PackCopy.objects.bulk_create(made)
    audit.record("countypack.seal", by=by, at=at, subjects=made)
    return made


def _as_printed(pack: CountyPack) -> list[PrintedFigure]:
    """In the order of the paper, one for all copies in which a figure says the same: whoever quotes its number to the
    reader of another copy means the same figure.
    """
    found: list[PrintedFigure] = []
    for figure in sorted(pack.counted["figures"], key=lambda each: list(Section).index(Section(each["section"]))):
        here: list[PrintedFigure] = []
        for copy in figure["copies"]:
            kept = _as_told(figure, copy)["kept"]
            row = next((each for each in here if each.kept == kept), None)
            if row is None:
                row = PrintedFigure(pack=pack, code=figure["code"], kept=kept)
                here.append(row)
            row.copies = [*row.copies, copy]
        found += here
    return found


class Contents:
    """What a pack says, the same for page and paper: nothing on them comes from anywhere else.

    `printed` are its figures under their numbers: a draft has none.
    """

    def __init__(self, pack: CountyPack, *, authority: Any, printed: Iterable[PrintedFigure] = ()) -> None:
        self.pack, self.authority = pack, authority
        self._numbers = {(row.code, copy): row.number for row in printed for copy in row.copies}

    def of(self, copy: str) -> dict[str, Any]:
        """Plain JSON. A copy has the sections in which it has figures; the whole one has all."""
        pack, by = self.pack, self.pack.approved_by
        sections = [self._section(each, copy) for each in Section]
        return {
            "kind": "county_pack",
            "copy": copy,
            "authority": self.authority.letterhead | {"slug": self.authority.slug},
            "title": pack.title,
            "period": {"starts_on": pack.starts_on.isoformat(), "ends_on": pack.ends_on.isoformat()},
            "edition": pack.edition,
            "why": pack.why,
            "figures_on": pack.counted["on"],
            "approved_by": {"name": by.name, "role": by.job} if by is not None else None,
            "beside": pack.counted["beside"],
            "sections": [each for each in sections if each["figures"] or _stands_anyway(each["code"], copy)],
            "teams": self._teams if copy != PackCopy.Copy.FINANCE else [],
        }

    def _section(self, section: Section, copy: str) -> dict[str, Any]:
        words = next((each for each in self._words if each.section == section), None)
        here = [each for each in self.pack.counted["figures"] if each["section"] == section and copy in each["copies"]]
        return {
            "code": section.value,
            "title": section.called,
            "figures": [self._figure(each, copy) for each in here],
            "words": _said(words),
            "see": self.pack.counted["see"] if section == Section.SAID else None,
        }

    def _figure(self, figure: dict[str, Any], copy: str) -> dict[str, Any]:
        told = _as_told(figure, copy)
        number = self._numbers.get((figure["code"], copy))
        facts = {name: value for name, value in told.items() if name not in ("copies", MANAGERS, "kept")}
        return facts | ({"printed": number} if number else {})

    @cached_property
    def _words(self) -> list[PackWords]:
        return list(self.pack.words.select_related("team", "written_by"))

    @cached_property
    def _teams(self) -> list[dict[str, Any]]:
        asked = sorted((each for each in self._words if each.team is not None), key=lambda each: each.team.name)
        return [{"team": each.team.name, "words": _said(each)} for each in asked]


def _as_told(figure: dict[str, Any], copy: str) -> dict[str, Any]:
    """A figure as this copy has it: managers have some with more hidden (reports.actions.pack_figures)."""
    return figure | figure.get(MANAGERS, {}) if copy == MANAGERS else figure


def _stands_anyway(section: str, copy: str) -> bool:
    """Without a figure: all of them in the whole copy, and what people said for managers."""
    return copy == WHOLE or (section == Section.SAID and copy == MANAGERS)


def _said(words: PackWords | None) -> dict[str, str] | None:
    if words is None or not words.text or words.written_by is None:
        return None
    return {"text": words.text, "name": words.written_by.name, "role": words.written_by.job}
