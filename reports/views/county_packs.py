"""The county's pack of a term, and its two-monthly report (journey S5, L16): asked, written, approved, kept."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from reports.actions.county_packs import Contents, approve_pack, begin_pack, count_again
from reports.documents import county_pack
from reports.forms import AgainForm, ApprovePackForm, BeginPackForm, PackWordsForm, packs_to_begin
from reports.models import CountyPack, PackCopy, PackWords
from reports.permissions import PACK_COPY_OF, copies_of
from reports.rules import state_of, states_in
from reports.views.editions import APPROVED_MEANWHILE, SAVED, SEND, USUAL_TIME, BeginsAgain, managers_of
from reports.wording import Period
from teams.foundation import audit, drafts
from teams.foundation.access import Role, policy_of
from teams.foundation.drafts import Conflict
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.models import Authority, Person, Term
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords, side_by_side

DRAFT = "pack-words"
PACKS_ON_A_PAGE = 30
READERS = frozenset({*PACK_COPY_OF, Role.SENIOR_PRACTITIONER})  # a practitioner who covers for a manager writes for her


class PackListPage(Page):
    """Every pack that this reader may read, the newest first; for senior managers the form for the next."""

    roles = READERS
    asks_again = True
    template = "reports/pack_list.html"

    def facts(self) -> dict[str, Any]:
        rows = CountyPack.objects.visible_to(self.principal).for_list()
        page = Paginator(rows, PACKS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        packs = list(page.object_list)
        mine = PackCopy.objects.visible_to(self.principal).filter(pack__in=[each.pk for each in packs])
        order = copies_of(self.principal)
        copies: dict[int, list[PackCopy]] = defaultdict(list)
        for copy in sorted(mine.defer("snapshot"), key=lambda each: order.index(each.copy)):
            copies[copy.pack_id].append(copy)
        is_senior = self.principal.has(Role.SENIOR_MANAGER)
        return {
            "page": page,
            "packs": [(each, copies[each.pk]) for each in packs],
            "is_senior": is_senior,
            "form": self.form() if is_senior else None,
        }

    def form(self, data: Any = None) -> BeginPackForm | None:
        self.offered = packs_to_begin(self.today)
        choices = [(value, words) for value, (words, _) in self.offered.items()]
        initial = {"words_by": self.today + USUAL_TIME}
        return BeginPackForm(data, choices=choices, initial=initial) if choices else None


class PackBeginPage(PackListPage):
    """The press."""

    roles = frozenset({Role.SENIOR_MANAGER})
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form is None or not form.is_valid():
            return self.draw(422, form=form)
        _, about = self.offered[form.cleaned_data["about"]]
        person = Person.objects.get(pk=self.principal.person_id or 0)
        try:
            pack = begin_pack(
                **about, words_by=form.cleaned_data["words_by"], person=person, by=self.principal, at=self.now
            )
        except Refusal as refusal:
            form.refuse(refusal)
            return self.draw(422, form=form)
        messages.success(request, "It is begun, and the managers are asked for their words.")
        return redirect("pack", pack.public_id)


class PackPage(Page):
    """One edition: with the figures of today until it is approved, and as it was from then on."""

    by_policy = True
    asks_again = True
    template = "reports/pack.html"
    pack: CountyPack

    def load(self, public_id: UUID) -> None:
        rows = CountyPack.objects.select_related("begun_by", "approved_by")
        self.pack = self.fetch(rows, public_id)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        audit.record("countypack.read", by=self.principal, at=self.now, subjects=[self.pack])
        return self.show()

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        pack = self.pack
        shown, copy = self.shown()
        asked = self.words()
        for each in asked:
            each.report = pack
        empty = [each for each in asked if not each.text]
        may_approve = pack.is_draft and pack.may("approve", self.principal)
        facts = {
            "pack": pack,
            "shown": shown,
            "copy": copy,
            "wanted": self.wanted,
            "offered": [(each, county_pack.COPIES[each]) for each in self.offered],
            "later": None if pack.is_draft else pack.later_editions().filter(status=CountyPack.Status.APPROVED).last(),
            "missing_teams": [each for each in empty if each.team_id],
            "missing_sections": [each for each in empty if not each.team_id],
            "managers": managers_of(asked, self) if pack.is_draft else {},
            "may_write": pack.is_draft and any(each.may("write", self.principal) for each in asked),
            "may_approve": may_approve,
            "approve": ApprovePackForm(initial={"counting": pack.counting_with(asked)}) if may_approve else None,
            "again": self.again(),
            "today": self.today,
        }
        return self.draw(status, **facts | more)

    def words(self) -> list[PackWords]:
        rows = PackWords.objects.visible_to(self.principal).filter(report=self.pack)
        asked = list(rows.select_related("team", "written_by"))
        return sorted(asked, key=lambda each: (each.team is not None, each.team.name if each.team else "", each.pk))

    def shown(self) -> tuple[dict[str, Any] | None, PackCopy | None]:
        """What the template draws, and the sealed copy that it was drawn from."""
        wanted = self.wanted
        if self.pack.is_draft:
            contents = Contents(self.pack, authority=self.request.authority)  # type: ignore[attr-defined]
            return county_pack.context(contents.of(wanted), wanted), None
        copy = PackCopy.objects.visible_to(self.principal).filter(pack=self.pack, copy=wanted).first()
        return (county_pack.context(copy.snapshot, wanted), copy) if copy else (None, None)

    @property
    def offered(self) -> list[str]:
        """The copies that this reader has; of a draft who covers for a manager reads hers."""
        return copies_of(self.principal) or [PackCopy.Copy.MANAGERS.value]

    @property
    def wanted(self) -> str:
        asked = self.request.GET.get("copy", "")
        return asked if asked in self.offered else self.offered[0]

    def may_begin(self) -> bool:
        return policy_of(CountyPack).may(self.principal, "begin", self.pack)

    def again(self, data: Any = None) -> AgainForm | None:
        """A correction is a second edition: of the last one, once it is approved."""
        if self.pack.is_draft or not self.may_begin() or self.pack.later_editions().exists():
            return None
        return AgainForm(data, initial={"words_by": self.today + timedelta(days=7)})


class PackApprovePage(PackPage):
    """Approve and publish: what stands now is kept, printed and announced."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not self.may_begin():
            raise NotAllowed("countypack.approve", str(public_id))
        form = ApprovePackForm(request.POST)
        form.is_valid()
        person = Person.objects.get(pk=self.principal.person_id or 0)
        try:
            approve_pack(
                self.pack,
                counted_at=str(form.cleaned_data.get("counting", "")),
                read_empty=bool(form.cleaned_data.get("read_empty")),
                person=person,
                by=self.principal,
                at=self.now,
            )
        except Refusal as refusal:
            if refusal.code == "wrong_status":
                raise
            again = ApprovePackForm({**request.POST.dict(), "counting": self.pack.counting})
            again.is_valid()
            again.refuse(refusal)
            return self.show(422, approve=again)
        messages.success(request, "It is approved. What it says is kept, and its readers are told that it is ready.")
        return redirect("pack", public_id)


class PackCountPage(PackPage):
    """The figures of this moment, for a draft."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not self.may_begin():
            raise NotAllowed("countypack.count", str(public_id))
        count_again(self.pack, by=self.principal, at=self.now)
        messages.success(request, "The figures are counted again. Read them, then approve.")
        return redirect("pack", public_id)


class PackAgainPage(BeginsAgain, PackPage):
    """A second edition, for what is to be put right."""

    http_method_names = ["post"]
    address, act = "pack", "countypack.begin"

    def begin(self, **words: Any) -> CountyPack:
        return begin_pack(**self.about(), **words, by=self.principal, at=self.now)

    def about(self) -> dict[str, Any]:
        if self.pack.season:
            return {"term": Term.objects.get(school_year=self.pack.school_year, season=self.pack.season)}
        return {"period": Period(self.pack.starts_on, self.pack.ends_on)}


class PackWordsPage(KeepsWords, PackPage):
    """ "What we think this means": a box under each section for senior managers, one for a team's manager."""

    template = "reports/pack_words.html"
    draft_form = DRAFT

    def draft_about(self) -> str:
        return str(self.pack.public_id)

    def mine(self) -> list[PackWords]:
        found = self.words()
        for each in found:
            each.report = self.pack
        return [each for each in found if policy_of(PackWords).may(self.principal, "write", each)]

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        mine = self.mine()
        if not self.pack.is_draft or not mine:
            return redirect("pack", public_id)
        return self.draw_boxes(mine, self.form(mine, initial=self.stands(mine)))

    def stands(self, mine: list[PackWords]) -> dict[str, Any]:
        """What the boxes hold: what stands in the pack, and over it what she has typed and not given yet. A box that
        she has not touched since shows what somebody else has written in it meanwhile.
        """
        typed = self.draft.as_initial() if self.draft else {}
        seen = states_in(str(typed.get("based_on", "")))
        found: dict[str, Any] = {}
        based_on = []
        for each in mine:
            text = str(typed.get(each.field, each.text))
            is_touched = state_of(text) != seen.get(each.field, "")
            found[each.field] = text if is_touched else each.text
            state = seen.get(each.field) if is_touched and each.field in typed else None
            based_on.append(f"{each.field}={state or state_of(each.text)}")
        return found | {"based_on": " ".join(based_on)}

    def form(self, mine: list[PackWords], *typed: Any, **more: Any) -> PackWordsForm:
        about = {each: each.team.name if each.team else each.get_section_display() for each in mine}
        boxes = [(each.field, f"What we think this means: {whose}") for each, whose in about.items()]
        return PackWordsForm(*typed, boxes=boxes, **more)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        Authority.one_at_a_time()  # what stands now stands until these words are in
        self.load(public_id)
        mine = self.mine()
        if not mine:
            raise NotAllowed("packwords.write", str(public_id))
        if self.typed_by_somebody_else():
            form = self.form(mine, initial=self.stands(mine))
            return self.draw_boxes(mine, form, 403, refusal=SOMEBODY_ELSE)
        form = self.form(mine, request.POST)
        if not self.pack.is_draft:
            form.is_valid()
            form.refuse(Refusal(APPROVED_MEANWHILE))
            return self.draw_boxes(mine, form, 409)
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return self.draw_boxes(mine, form, 409, **self.typed_twice(form, conflict.current))
        if request.POST.get("press") != SEND:
            messages.success(request, SAVED)
            return redirect(request.path)
        if form.is_valid() and (others := self.written_meanwhile(mine, form)):
            return self.draw_boxes(mine, form, 409, typing=typing, conflicts=others)
        if form.is_valid() and self.give(mine, form):
            messages.success(request, "Your words are in it.")
            return self.typing_is_in(redirect("pack", public_id))
        return self.draw_boxes(mine, form, 422, typing=typing)

    def changed(self, mine: list[PackWords], form: PackWordsForm) -> dict[PackWords, str]:
        """The boxes in which she typed something else than stood there when she began: nobody takes back unseen what
        somebody else has written meanwhile.
        """
        seen = states_in(form.cleaned_data["based_on"])
        typed = {each: str(form.cleaned_data[each.field]).strip() for each in mine}
        return {each: text for each, text in typed.items() if state_of(text) not in (seen.get(each.field), each.state)}

    def written_meanwhile(self, mine: list[PackWords], form: PackWordsForm) -> list[dict[str, str]]:
        """The boxes of which she changed other words than those that stand there now: both in full. The next press is
        made knowing them.
        """
        seen = states_in(form.cleaned_data["based_on"])
        others = [each for each in self.changed(mine, form) if seen.get(each.field, each.state) != each.state]
        form.data = {**self.request.POST.dict(), "based_on": " ".join(f"{each.field}={each.state}" for each in mine)}
        rows = side_by_side(form, form.data, {each.field: each.text for each in mine})
        return [row for row in rows if row["name"] in {each.field for each in others}]

    def give(self, mine: list[PackWords], form: PackWordsForm) -> bool:
        """Write what was changed. False where nothing was typed at all, or words were taken out: the form says so."""
        person = Person.objects.get(pk=self.principal.person_id or 0)
        if not any(str(form.cleaned_data[each.field]).strip() for each in mine):
            form.refuse(Refusal("Write what you think this means, in a few sentences.", field=mine[0].field))
            return False
        changed = self.changed(mine, form)
        for each in (each for each, text in changed.items() if not text):
            form.refuse(Refusal("Words that were given are not taken out. Write what holds now.", field=each.field))
        if form.errors:
            return False
        for each, text in changed.items():
            each.write(text, person=person, by=self.principal, at=self.now)
        return True

    def draw_boxes(self, mine: list[PackWords], form: PackWordsForm, status: int = 200, **more: Any) -> HttpResponse:
        shown, _ = self.shown()
        facts = {
            "pack": self.pack,
            "shown": shown,
            "form": form,
            "of_team": [each for each in mine if each.team_id],
            "of_section": {each.section: each for each in mine if not each.team_id},
            "typing": self.typing(),
            "conflicts": [],
            "refusal": "",
            "back": {"text": "Back to the pack", "href": reverse("pack", args=[self.pack.public_id])},
        }
        return self.draw(status, **facts | more)


def _may_type(principal: Any, about: str) -> bool:
    try:
        key = UUID(about)
    except ValueError:
        return False
    rows = PackWords.objects.visible_to(principal).filter(report__public_id=key, report__status="draft")
    return any(each.may("write", principal) for each in rows.select_related("team", "report"))


KIND = drafts.Kind(DRAFT, _may_type)
