"""Agreements: the list, one of them, and the steps that lead to "Send to sign" (journey M7, steps 3 to 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import redirect

from schools.actions import agreements, heads
from schools.forms.agreements import AnswerForm, LinesForm, QuestionForm, SendForm, state_of
from schools.models import Agreement, Clause
from schools.models.agreements import TEXTS, AgreementQuerySet, Party
from schools.models.wording import Part
from schools.permissions import AGREEMENT_READERS, FUND_READERS, within_limit
from schools.rules.wording import OWN_LINES, WHAT_IT_BUYS, WHAT_IT_DOES_NOT
from schools.views.agreement_facts import History, readable_texts, share_of, signature_rows, steps
from schools.views.agreement_pages import POLICY, AgreementFormPage, AgreementPage
from schools.views.time_away import READERS as READERS_OF_TIME
from teams.actions.covering import deputy_of
from teams.foundation import drafts, sealing
from teams.foundation.access import Principal, Role
from teams.foundation.drafts import Conflict, as_initial
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from teams.foundation.views import Page
from teams.models import Employment, Membership, Person
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords, side_by_side

ROWS = 50
OWN_LINES_DRAFT = "agreement-lines"

STATES = {
    "not-finished": ("Not finished", Q(status=Agreement.Status.NOT_FINISHED)),
    "to-sign": ("Sent to sign", Q(status=Agreement.Status.OFFERED)),
    "active": ("Active", Q(in_force__isnull=False) & ~Q(status=Agreement.Status.ENDED)),
    "not-agreed": ("Not agreed", Q(status=Agreement.Status.DECLINED)),
    "ended": ("Ended", Q(status=Agreement.Status.ENDED)),
}

# The same by the names of the API's filters, for the same rows in a file.
IN_A_FILE = {
    "not-finished": {"status": "not_finished"},
    "to-sign": {"status": "offered"},
    "active": {"active": "true"},
    "not-agreed": {"status": "declined"},
    "ended": {"status": "ended"},
}


class AgreementListPage(Page):
    """All agreements within reach: how many stand where, then the rows, with whom each waits for and since when."""

    template = "schools/agreement_list.html"
    roles = AGREEMENT_READERS
    one_hat = True

    def facts(self) -> dict[str, Any]:
        reach = Agreement.objects.visible_to(self.principal)
        state = self.request.GET.get("status", "")
        words = self.request.GET.get("school", "").strip()
        counts = reach.aggregate(
            **{key.replace("-", "_"): Count("pk", filter=rows) for key, (_, rows) in STATES.items()}
        )
        page = Paginator(self.narrowed(reach, state, words), ROWS).get_page(self.request.GET.get("page"))
        holders = self.holders(page.object_list)
        offered = [each.pk for each in page.object_list if each.status == Agreement.Status.OFFERED]
        waiting = _with_signatures(offered) if offered else ()
        return {
            "page": page,
            "holders": holders,
            "left": {each.pk: each.waits_for() for each in waiting},
            "statuses": dict(Agreement.Status.choices),
            "state": state if state in STATES else "",
            "words": words,
            "states": [(key, text, counts[key.replace("-", "_")]) for key, (text, _) in STATES.items()],
            "places": self.principal.has(Role.TEAM_MANAGER, Role.SENIOR_MANAGER),
            "reads_funds": self.principal.has(*FUND_READERS),
            "asked": {"words": words} | IN_A_FILE.get(state, {}),
            "address": lambda **changes: _address({"status": state, "school": words} | changes),
        }

    def holders(self, rows: Iterable[Any]) -> dict[int, str]:
        """By agreement: the name of whoever is in post today, or when it starts. One query."""
        held: dict[int, list[tuple[date, date | None, str]]] = defaultdict(list)
        posts = Employment.objects.filter(post__in={each.post_key for each in rows})
        for post, first, last, name in posts.values_list("post_id", "starts_on", "ends_on", "person__name"):
            held[post].append((first, last, name))
        found = {}
        for agreement in rows:
            day = max(self.today, agreement.starts_on)
            for first, last, name in held[agreement.post_key]:
                if first <= day and (last is None or last >= day):
                    found[agreement.pk] = name
                    break
        return found

    @staticmethod
    def narrowed(reach: AgreementQuerySet, state: str, words: str) -> AgreementQuerySet:
        rows = reach.filter(STATES[state][1]) if state in STATES else reach
        if words:
            rows = rows.filter(placement__school__name__icontains=words)
        return _shown(rows).order_by("-school_year", "placement__school__name", "pk")


def _shown(rows: AgreementQuerySet) -> AgreementQuerySet:
    """What the list shows of each, by its name: whole records of fifty schools, posts and managers took longer to make
    than the page to draw.
    """
    return rows.only(
        "public_id", "school_year", "status", "starts_on", "offered_at", "ended_on", "in_force"
    ).annotate(
        school_name=F("placement__school__name"),
        post_name=F("placement__post__name"),
        post_key=F("placement__post"),
        manager_name=F("placement__manager__name"),
    )  # fmt: skip


def _with_signatures(keys: list[int]) -> Iterable[Agreement]:
    """Ready to say for whom they wait. Two queries."""
    rows = Agreement.objects.filter(pk__in=keys).select_related("latest")
    return rows.defer(*TEXTS).prefetch_related("signatures")


class AgreementDetailPage(AgreementPage):
    """One agreement: who has signed, what it says, what was asked, and what can be done now."""

    template = "schools/agreement_detail.html"

    def show(self, status: int = 200, **forms: Any) -> HttpResponse:
        agreement, principal = self.agreement, self.principal
        facts = self.facts()
        party = POLICY.party_of(principal, agreement)
        history = History.of(agreement)
        notices = list(Notice.objects.filter(subject_id=agreement.public_id)) if facts["manages"] else []
        may_read_all = facts["manages"] or facts["money"] != ""
        asked = list(agreement.questions.select_related("asked_by", "answered_by"))
        questions = [each for each in asked if may_read_all or each.asked_by_id == principal.person_id]
        signatories = self.council_signatories()
        return self.draw(
            status,
            party=party,
            to_sign=party is not None and party in agreement.waits_for(),
            signatories=signatories,
            above_limit=agreement.status == Agreement.Status.OFFERED
            and principal.has(Role.TEAM_MANAGER)
            and facts["manages"]
            and party != Party.COUNCIL,
            rows=signature_rows(
                agreement,
                worker=self.worker,
                head=self.headteacher,
                council=signatories,
                notices=notices,
                questions=questions,
                history=history,
                sees_cost=facts["money"] != "",
            ),
            questions=questions,
            versions=agreement.versions.order_by("-number"),
            events=history.in_words(with_reasons=may_read_all),
            steps=steps(agreement) if facts["manages"] else [],
            can={
                act: agreement.may(act, principal)
                for act in ("write", "offer", "revise", "keep", "end", "ask", "decline")
            },
            reads_time=principal.has(*READERS_OF_TIME),
            may_renew=facts["manages"] and agreement.in_force_id is not None,
            **{"question_form": QuestionForm(), "answer_form": AnswerForm(), **readable_texts(agreement), **forms},
        )

    def council_signatories(self) -> list[str]:
        """Who may sign for the council, by name; nobody while there is no price."""
        if self.agreement.status != Agreement.Status.OFFERED:
            return []
        who = POLICY.who("sign", self.agreement)
        deputy = deputy_of(self.agreement.placement.manager, on=self.today)
        if deputy is not None and within_limit(self.agreement):
            who |= Q(role=Role.TEAM_MANAGER, person=deputy)
        may = Membership.objects.on(self.today).filter(who).select_related("person")
        return list(dict.fromkeys(hat.person.name for hat in may.order_by("-role", "person__name")))


class AgreementLinesPage(KeepsWords, AgreementFormPage):
    """The county's clauses, locked, and this school's own lines. What is typed here is never lost."""

    template = "schools/agreement_lines.html"
    act = "write"
    draft_form = OWN_LINES_DRAFT

    def draft_about(self) -> str:
        return str(self.agreement.latest.public_id)

    def form(self, data: Any = None) -> LinesForm:
        initial = as_initial(self.draft.words) if data is None and self.draft else None
        return LinesForm(data, own_lines=self.agreement.latest.own_lines, initial=initial)

    def show(self) -> HttpResponse:
        return self.draw(form=self.form(), typing=self.typing())

    def press(self) -> HttpResponse:
        if self.typed_by_somebody_else():
            return self.draw(403, form=self.form(), typing=self.typing(), refusal=SOMEBODY_ELSE)
        if self.request.POST.get("press") == "discard":
            messages.success(self.request, "The words that were not in the agreement yet are gone.")
            return self.typing_is_in(redirect("agreement_lines", self.agreement.public_id))
        form = self.form(self.request.POST)
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return self.both(form, as_initial(conflict.current.words), conflict.current.revision)
        if not form.is_valid():
            return self.draw(422, form=form, typing=typing)
        now = self.agreement.latest.own_lines
        if form.cleaned_data["based_on"] not in ("", state_of(now)) and form.own_lines() != now:
            return self.both(form, now, typing.revision)
        try:
            self.agreement.write(form.own_lines(), by=self.principal, at=self.now)
        except Refusal as refused:
            form.refuse(refused)
            return self.draw(422, form=form, typing=typing)
        return self.typing_is_in(redirect("agreement_send", self.agreement.public_id))

    def both(self, form: LinesForm, other: dict[str, str], revision: int) -> HttpResponse:
        """Somebody else, or the same person on another device, has changed the words: both are shown in full."""
        form.data = {**form.data, "based_on": state_of(self.agreement.latest.own_lines)}
        typing = self.typing()
        typing.revision = revision
        rows = side_by_side(form, dict(form.data), other)
        return self.draw(409, form=form, typing=typing, conflicts=rows)

    def facts(self) -> dict[str, Any]:
        clauses = list(Clause.objects.on(self.agreement.starts_on))
        parts = [
            {
                "number": part.value[0],
                "title": part.label,
                "clauses": [clause for clause in clauses if clause.part == part],
                "boxes": [box.name for box in OWN_LINES if box.part == part],
            }
            for part in Part
        ]
        return super().facts() | {"parts": parts, "conflicts": [], "refusal": ""}


def may_write_lines(principal: Principal, about: str) -> bool:
    """For the drafts' endpoint: the version is being written, and this principal writes it."""
    try:
        version = UUID(about)
    except ValueError:
        return False
    found = Agreement.objects.visible_to(principal).filter(latest__public_id=version).select_related("placement")
    agreement = found.first()
    return agreement is not None and agreement.may("write", principal)


OWN_LINES_KIND = drafts.Kind(
    OWN_LINES_DRAFT, may=may_write_lines, blank=LinesForm, page=r"^agreements/[0-9a-f-]{36}/lines/$"
)


class AgreementPreviewPage(AgreementPage):
    """What the head will see, from the same text that will be sealed."""

    template = "schools/agreement_preview.html"
    act = "write"

    def show(self) -> HttpResponse:
        try:
            text = agreements.text_of(self.agreement, authority=self.agreement.authority, on=self.today)
        except Refusal as refused:
            messages.warning(self.request, refused.message)
            return redirect("agreement_send", self.agreement.public_id)
        way, sheet = sealing.plain(text.way), sealing.plain(text.cost_sheet)
        return self.draw(
            way=way,
            sheet=sheet,
            share=share_of(sheet, way["period"]),
            buys=WHAT_IT_BUYS,
            does_not=WHAT_IT_DOES_NOT,
        )


class AgreementSendPage(AgreementFormPage):
    """The last look: to whom, what, and that the head has heard of it from a person."""

    template = "schools/agreement_send.html"
    act = "offer"
    takes_words = False

    def form(self, data: Any = None) -> SendForm | None:  # type: ignore[override]
        return SendForm(data, head=self.headteacher) if self.headteacher is not None else None

    def do(self, form: SendForm) -> HttpResponse:
        assert self.headteacher is not None  # noqa: S101  without a head there is no form
        if form.cleaned_data.get("confirmed"):
            heads.confirm_head(self.headteacher, by=self.principal, at=self.now)
        agreements.offer(
            self.agreement,
            authority=self.agreement.authority,
            by=self.principal,
            at=self.now,
            reason="the head was rung or met first",
        )
        messages.success(self.request, f"Sent to sign. {self.headteacher.person.name} gets an e-mail with a link.")
        return self.back_to_agreement()

    def press(self) -> HttpResponse:
        return super().press() if self.headteacher is not None else self.show()

    def draw(self, status: int = 200, **facts: Any) -> HttpResponse:
        share, missing = None, None
        try:
            text = agreements.text_of(self.agreement, authority=self.agreement.authority, on=self.today)
            share = share_of(sealing.plain(text.cost_sheet), sealing.plain(text.way["period"]))
        except Refusal as refused:
            missing = refused
        return super().draw(
            status,
            head=self.headteacher,
            manager=Person.objects.get(pk=self.principal.person_id or 0),
            share=share,
            missing=missing,
            fresh_until=self.headteacher.person.address_is_fresh(self.now) if self.headteacher else False,
            **facts,
        )


def _address(said: dict[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in said.items() if value})
