"""Who may do what at every address: one row for each URL name, method and record (domain D.5, journeys 7).

Readers are named by their keys in `county.people`. `may` get `answer`; `refused` get 403, which tells them that there
is something; everybody else who is signed in gets 404, as for something that is not there. Somebody signed out is asked
to sign in, unless the row says otherwise. An address without a row fails the build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from reports.measures.registry import BY_CODE
from tests.factories.authorities import County
from tests.factories.canaries import COUNCIL, SCHOOLS

SIGNED_IN = COUNCIL | SCHOOLS
TWINS = {"other_manager": "manager", "other_worker": "worker", "peer": "worker", "other_head": "head"}
Where = Callable[[County], dict[str, Any]]


def nowhere(county: County) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    """One address asked in one way."""

    name: str
    method: str
    may: frozenset[str]
    refused: frozenset[str] = frozenset()
    answer: int = 200
    differs: dict[str, int] = field(default_factory=dict)  # readers of `may` with an answer of their own
    signed_out: int = 302
    where: Where = nowhere
    what: str = ""  # which record, where a name has several rows
    data: Callable[[County], dict[str, str]] = nowhere  # what is asked or sent along
    by_role: bool = False  # closed by role alone: of two refused people in one role one is asked
    outside: bool = False  # of the installation, not of an authority

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.what)))

    def readers(self) -> list[str]:
        """Whom to ask."""
        twins = {twin for twin, first in TWINS.items() if self.by_role and {twin, first} <= self.refused}
        return [*sorted(SIGNED_IN - twins), "stranger"]

    def expected(self, reader: str) -> int:
        if reader == "stranger":
            # What was sent signed out comes back, to be sent once more; what is only looked at asks for the sign-in.
            comes_back = self.signed_out == 302 and self.method == "POST" and not self.outside
            return 401 if comes_back else self.signed_out
        if reader in self.may:
            return self.differs.get(reader, self.answer)
        return 403 if reader in self.refused else 404


def people(names: str) -> frozenset[str]:
    found = frozenset(names.split())
    assert found <= SIGNED_IN, f"{found - SIGNED_IN} are nobody in this county."
    return found


ADMIN = people("admin")
SENIOR = people("senior")
PLANNERS = people("admin senior manager other_manager")
PLACERS = people("senior manager other_manager")
WATCHERS = people("admin senior manager other_manager finance auditor")
# The agreements at Oakfield: who reads them, who signs them, who changes them.
READERS = people("senior manager practitioner worker finance auditor head lead two_hats")
SIGNERS = people("senior manager worker head")
MANAGERS = people("senior manager")
CHOOSES = {"two_hats": 302}  # a list of both schools would be a merged one: asked which of them first
READERS_AT_BEECH = people("senior other_manager other_worker finance auditor other_head")
READERS_OF_COST = people("senior manager finance auditor")
# Who opens which copy of the papers at Oakfield and at Beech.
COPIES = {
    "paper": {
        "school": READERS_OF_COST | people("head"),
        "council": READERS_OF_COST,
        "way": READERS - people("head"),  # a head's own copy has the way of working in it
    },
    "other_paper": {
        "school": people("senior other_manager finance auditor other_head"),
        "council": people("senior other_manager finance auditor"),
        "way": READERS_AT_BEECH - people("other_head"),
    },
}


def of(name: str) -> Where:
    """The record of this name in the county."""
    return lambda county: {"public_id": county.rows[name].public_id}


def asked(post: str, school: str) -> Callable[[County], dict[str, str]]:
    return lambda county: {"post": str(county.rows[post].public_id), "school": str(county.rows[school].public_id)}


def page(name: str, may: frozenset[str], *, refused: frozenset[str] | None = None, **more: Any) -> Row:
    """A page that is looked at. Closed by role unless `refused` says otherwise: who may not gets 403."""
    refused_here = SIGNED_IN - may if refused is None else refused - may
    return Row(name, "GET", may, refused_here, by_role=refused is None, **more)


def press(
    name: str, may: frozenset[str], answer: int = 422, *, refused: frozenset[str] | None = None, **more: Any
) -> Row:
    """A button, pressed without a word in any box: 422 where words are needed, 302 where it is done."""
    refused_here = SIGNED_IN - may if refused is None else refused - may
    return Row(name, "POST", may, refused_here, answer, by_role=refused is None, **more)


def form(name: str, may: frozenset[str], answer: int = 422, **more: Any) -> Iterator[Row]:
    """A page with a form on it."""
    yield page(name, may, **more)
    yield press(name, may, answer, **more)


def act(
    name: str, may: frozenset[str], *, on: str, answer: int = 422, looked_at: int = 200, **more: Any
) -> Iterator[Row]:
    """A form about one agreement at Oakfield: who reads it and may not do this is refused, for others it is not there."""
    where = more.pop("where", of(on))
    yield page(name, may, refused=READERS, where=where, answer=looked_at, **more)
    yield press(name, may, answer, refused=READERS, where=where, **more)


def outside() -> Iterator[Row]:
    """The installation's own."""
    yield Row("front_door", "GET", SIGNED_IN, answer=302, outside=True)
    yield Row("front_door", "POST", SIGNED_IN, answer=302, outside=True)
    for name in ("privacy", "accessibility", "cookies"):
        yield Row(f"{name}_outside", "GET", SIGNED_IN, signed_out=200, outside=True)
    for method in ("GET", "POST"):
        yield Row("session_time", method, SIGNED_IN, signed_out=401, outside=True)
    yield Row("council_accounts", "GET", SIGNED_IN, answer=302, outside=True)  # no provider is configured
    for method in ("GET", "POST"):
        yield Row("code_again", method, SIGNED_IN, signed_out=302 if method == "GET" else 401, outside=True)
    for name in ("council_account", "council_account_back"):
        yield Row(name, "GET", frozenset(), signed_out=404, where=lambda _: {"provider_id": "none"}, outside=True)
    for name in ("health", "ready", "kept_mail"):
        # Tests have no worker and no beat, so `ready` says 503.
        answer = 503 if name == "ready" else 200
        yield Row(name, "GET", SIGNED_IN, answer=answer, signed_out=answer, outside=True)
    yield Row("mail_status", "GET", SIGNED_IN, answer=405, signed_out=405, outside=True)
    yield Row("mail_status", "POST", SIGNED_IN, answer=403, signed_out=403, outside=True)
    for name in ("metrics", "security_txt"):  # without their settings they are not there
        yield Row(name, "GET", frozenset(), signed_out=404, outside=True)


def strangers() -> Iterator[Row]:
    yield Row("front_door", "GET", SIGNED_IN, answer=302, what="inside")
    for method in ("GET", "POST"):
        yield Row("brand", method, SIGNED_IN, signed_out=200)
    for name in ("privacy", "accessibility", "cookies"):
        yield Row(name, "GET", SIGNED_IN, signed_out=200)
    for name in ("help", "whats_new"):
        yield page(name, SIGNED_IN)
    yield from form("feedback", SIGNED_IN)
    yield page("feedback_list", ADMIN)
    yield page("feedback_settle", ADMIN, answer=405, where=of("remark"))
    yield press("feedback_settle", ADMIN, 302, where=of("remark"))
    yield Row("document_check_form", "GET", SIGNED_IN, signed_out=200)
    for paper in ("paper school", "paper council", "paper way", "other_paper school"):
        code = lambda county, paper=paper: {"code": county.rows[paper].check_code}  # noqa: E731
        yield Row("document_check", "GET", SIGNED_IN, signed_out=200, where=code, what=paper)
    unknown = lambda _: {"code": "X" * 19}  # noqa: E731
    yield Row("document_check", "GET", SIGNED_IN, signed_out=200, where=unknown, what="unknown")


def drafts() -> Iterator[Row]:
    """Words that are not finished: of the person who typed them, about a record that this person may write."""
    lines = lambda county: {  # noqa: E731
        "form": "agreement-lines", "about": str(county.unfinished_agreement.latest.public_id),
    }  # fmt: skip
    for method in ("GET", "POST"):
        yield Row("service_worker", method, SIGNED_IN, signed_out=401)
    yield Row("no_signal", "GET", SIGNED_IN)
    yield Row("draft_token", "GET", SIGNED_IN, signed_out=401)
    yield Row("offline_form", "GET", SIGNED_IN, where=lambda _: {"form": "agreement-lines"})
    yield Row("draft_words", "GET", MANAGERS, where=lines, signed_out=401)
    yield Row("draft_words", "PUT", MANAGERS, where=lines, signed_out=401, answer=400)


def set_up() -> Iterator[Row]:
    year = lambda _: {"school_year": 2026}  # noqa: E731
    yield page("set_up", ADMIN)
    yield from form("set_up_name", ADMIN)
    yield page("sign_in_rules", ADMIN)
    yield press("sign_in_rules", ADMIN, 302)
    yield page("profile", SIGNED_IN)
    yield page("sessions", SIGNED_IN)
    yield press("sessions", SIGNED_IN, 302)
    yield page("term_list", ADMIN)
    yield from form("term_year", ADMIN, where=year)
    yield from form("pay_rates", ADMIN)
    yield from form("places", ADMIN)
    yield from form("area", ADMIN, where=of("area"))
    yield from form("team", ADMIN, where=of("team"))
    yield from form("doors", ADMIN)
    yield from form("remove", ADMIN)
    yield page("people", ADMIN)
    yield from form("person_add", ADMIN)
    colleague = lambda county: {"public_id": county.people["worker"].public_id}  # noqa: E731
    yield page("person_invite", ADMIN, answer=405, where=colleague)
    yield press("person_invite", ADMIN, 302, where=colleague)
    yield page("person", ADMIN, where=colleague)
    for name in (
        "person_change",
        "person_address",
        "person_role",
        "person_role_end",
        "person_manager",
        "person_leaves",
    ):
        yield from form(name, ADMIN, where=colleague)
    yield page("person_vouch", ADMIN, answer=405, where=colleague)
    yield press("person_vouch", ADMIN, 302, where=colleague)
    # What Gia left open waits for Mira; administrators and senior managers say who takes it.
    takers = people("admin senior manager")
    yield page("hand_over", takers, refused=SCHOOLS, where=of("leaver"))
    yield press("hand_over", takers, 404, refused=SCHOOLS, where=of("leaver"))
    yield from form("people_file", ADMIN)
    yield page("people_check", ADMIN, answer=302)
    yield press("people_check", ADMIN, 302)
    yield page("wording", PLANNERS)


def schools() -> Iterator[Row]:
    yield page("school_list", COUNCIL)
    yield page(
        "school", COUNCIL | people("head lead two_hats"), refused=frozenset(), where=of("oakfield"), what="oakfield"
    )
    yield page("school", COUNCIL | people("other_head"), refused=frozenset(), where=of("beech"), what="beech")
    yield page("school", COUNCIL | people("two_hats"), refused=frozenset(), where=of("cedar"), what="cedar")
    yield from form("school_area", ADMIN, 302, where=of("oakfield"))
    yield from form("contact_add", PLANNERS, where=of("oakfield"))
    yield from form("contact_list", PLANNERS)
    yield from form("contact_paste", PLANNERS)
    yield page("contact_check", PLANNERS, answer=302)
    yield press("contact_check", PLANNERS, 302)
    yield page("contact", PLANNERS, where=of("contact"))
    yield page("contact_send_again", PLANNERS, answer=405, where=of("contact"))
    yield press("contact_send_again", PLANNERS, 404, where=of("contact"))
    yield from form("contact_change", PLANNERS, where=of("contact"))
    yield from form("contact_end", PLANNERS, 302, where=of("contact"))
    for name in ("contact_confirm", "contact_bounced"):
        yield page(name, PLANNERS, answer=405, where=of("contact"))
        yield press(name, PLANNERS, 302, where=of("contact"))
    yield page("file_import_list", ADMIN)
    yield from form("file_import_new", ADMIN)
    for state in ("reading", "checked", "applied", "refused", "dropped"):
        yield page("file_import", ADMIN, where=of(f"{state} file"), what=state)
    for name in ("file_import_load", "file_import_drop"):
        yield page(name, ADMIN, answer=405, where=of("checked file"))
        yield press(name, ADMIN, 302, where=of("checked file"))


def agreements() -> Iterator[Row]:
    yield page("placement_new", PLACERS)
    yield page("placement_days", PLACERS, answer=404, what="of nobody")
    yield press("placement_days", PLACERS, 404, what="of nobody")
    # A manager places the workers of her own team.
    yield page("placement_days", MANAGERS, refused=SIGNED_IN - PLACERS, data=asked("unfinished_post", "beech"))
    yield page("agreement_list", SIGNED_IN - ADMIN, differs=CHOOSES)
    for state in ("", "offered_", "unfinished_", "declined_", "ended_", "varied_"):
        yield page("agreement", READERS, refused=frozenset(), where=of(f"{state}agreement"), what=f"{state}agreement")
    yield page("agreement", READERS_AT_BEECH, refused=frozenset(), where=of("other_agreement"), what="other_agreement")
    yield Row("agreement", "POST", SIGNED_IN, answer=405, where=of("agreement"))
    for name in ("agreement_days", "agreement_shares", "agreement_send"):
        yield from act(name, MANAGERS, on="unfinished_agreement")
    # Pressed without the words that stand there now: a conflict, shown and not saved. Signed out, the words come back.
    yield page("agreement_lines", MANAGERS, refused=READERS, where=of("unfinished_agreement"))
    yield press("agreement_lines", MANAGERS, 409, refused=READERS, where=of("unfinished_agreement"), signed_out=401)
    yield from act("agreement_preview", MANAGERS, on="unfinished_agreement", answer=405)
    for name in ("agreement_sign", "agreement_decline", "agreement_ask"):
        yield from act(name, SIGNERS, on="offered_agreement")
    for name in ("agreement_again", "agreement_person"):
        yield from act(name, MANAGERS, on="offered_agreement")
    question = lambda county: {  # noqa: E731
        "public_id": county.offered_agreement.public_id, "question": county.rows["offered_agreement open"].public_id,
    }  # fmt: skip
    yield from act("agreement_answer", MANAGERS, on="offered_agreement", where=question)
    yield from act("agreement_confirm", MANAGERS, on="offered_agreement", answer=302, looked_at=405)
    yield from act("agreement_change", MANAGERS, on="agreement", answer=302, looked_at=405)
    yield from act("agreement_keep", MANAGERS, on="varied_agreement", answer=302, looked_at=405)
    yield from act("agreement_renew", MANAGERS, on="agreement", answer=302, looked_at=405)
    yield from act("agreement_end", MANAGERS, on="agreement")
    for name, number, answer in (("agreement", 1, 200), ("varied_agreement", 1, 200), ("unfinished_agreement", 1, 302)):
        version = lambda county, name=name, number=number: {  # noqa: E731
            "public_id": county.rows[name].public_id, "number": number,
        }  # fmt: skip
        yield page(
            "agreement_version", READERS, refused=frozenset(), where=version, what=f"{name} {number}", answer=answer
        )
    yield Row("agreement_version", "POST", SIGNED_IN, answer=405, where=version)
    yield page("fund_list", people("senior manager other_manager finance auditor"))
    yield from form("fund_new", SENIOR)
    yield from form("fund", SENIOR, where=of("fund"))


def search() -> Iterator[Row]:
    """Everybody may look; what is found is for each reader's own eyes."""
    yield page("search", SIGNED_IN, differs=CHOOSES, what="nothing typed")
    # A word of a name, the beginning of every school's address, and one of each kind of person.
    for words in ("oakfield", "beech", "primary", "999", "xyf", "manager", "head", "worker"):
        yield page("search", SIGNED_IN, differs=CHOOSES, data=lambda _, words=words: {"q": words}, what=words)
    # Figures by name, with a place and without, and by the number on paper.
    for words in ("agreements", "supervision in East 1", "money", "figure 1001"):
        yield page("search", SIGNED_IN, differs=CHOOSES, data=lambda _, words=words: {"q": words}, what=words)


def tokens() -> Iterator[Row]:
    """Everybody keeps their own; the administrator everybody's."""
    yield page("tokens", SIGNED_IN)
    yield page("tokens", SIGNED_IN, data=lambda _: {"of": "all"}, what="of all")
    yield from form("token_new", SIGNED_IN)
    own = people("admin manager")
    yield press("token_revoke", own, 302, refused=frozenset(), where=of("token"))
    yield page("token_revoke", SIGNED_IN, answer=405, where=of("token"))


def figures_and_first_pages() -> Iterator[Row]:
    leads_on = dict.fromkeys(("senior", "finance", "auditor"), 302)
    yield page("first_page", SIGNED_IN, differs=leads_on)
    yield page("council_page", COUNCIL, differs=leads_on)
    yield page("head_page", people("head lead two_hats"), refused=COUNCIL, where=of("oakfield"), what="oakfield")
    yield page("head_page", people("other_head"), refused=COUNCIL, where=of("beech"), what="beech")
    yield page("head_page", people("two_hats"), refused=COUNCIL, where=of("cedar"), what="cedar")
    yield page("waiting", SIGNED_IN)
    yield from form("mail_choices", SIGNED_IN)
    yield page("county", people("senior finance"))
    yield page("figures", OWN_FIGURES)
    yield page("sheet_keep", OWN_FIGURES, answer=405)
    yield press("sheet_keep", OWN_FIGURES, 302)
    signed = lambda _: {"code": "agreements-signed"}  # noqa: E731
    yield page("figure_keep", OWN_FIGURES, answer=405, where=signed)
    yield press("figure_keep", OWN_FIGURES, 302, where=signed)
    readers = people("senior finance auditor")
    others = SIGNED_IN - OWN_FIGURES - readers
    yield page("sheets", OWN_FIGURES | readers)
    yield page("sheet", readers, refused=others, where=of("sheet"))
    printed = lambda county: {"number": county.rows["printed"].number}  # noqa: E731
    yield page("printed_figure", readers, refused=others, where=printed)
    for code in BY_CODE:
        yield page(
            "figure", FIGURES.get(code, people("senior finance")), where=lambda _, code=code: {"code": code}, what=code
        )
    yield page("figure", frozenset(), refused=frozenset(), where=lambda _: {"code": "no-such"}, what="unknown")


# Managers and practitioners read the figures of their own agreements; the others are the county's.
OWN_FIGURES = people("senior finance manager other_manager practitioner")
FIGURES = {
    **dict.fromkeys(("agreements-signed", "waiting-for-signature"), OWN_FIGURES),
    **dict.fromkeys(
        ("supervision-in-date", "school-present", "agreed-in-the-room", "sorted-there", "actions-kept"),
        people("senior manager other_manager practitioner"),
    ),
    "young-people-supported": people("senior manager other_manager"),
    **dict.fromkeys(("reviews-final", "highest-need-without-worker"), SENIOR),
}


def table() -> list[Row]:
    return [
        *outside(),
        *strangers(),
        *drafts(),
        *set_up(),
        *schools(),
        *agreements(),
        *search(),
        *tokens(),
        *figures_and_first_pages(),
    ]
