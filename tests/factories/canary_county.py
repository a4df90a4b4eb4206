"""A county in which every word tells who may read it: everything there is, in every state.

`county.canaries` knows the words. Two counties made here have the same shape, names of addresses, URNs and public ids:
what shows of the other one shows by its words and its sums alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from schools.actions import agreements
from schools.models import (
    Agreement,
    AgreementVersion,
    Clause,
    Figures,
    FundingStream,
    School,
    SchoolContact,
    SchoolLink,
    Share,
)
from teams.foundation.access import Role
from teams.models import (
    Area,
    Employment,
    LineManagement,
    Membership,
    PayRate,
    Post,
    PostTerms,
    Profession,
    ProfessionTitle,
    Team,
    Term,
)
from teams.rules.terms import offered_terms
from tests.factories.agreements import fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW, County, add_person, contact, make_county
from tests.factories.canaries import (
    AT_OAKFIELD,
    COUNCIL,
    COUNCIL_COST_OF,
    EVERYBODY,
    FUNDS,
    KNOWN_TO,
    LINK_OF,
    LINKS,
    READERS_OF,
    SCHOOL_COST_OF,
    Canaries,
    same_ids,
)
from tests.factories.canary_agencies import nurses
from tests.factories.canary_asked import asked_of_us
from tests.factories.canary_asking import asking
from tests.factories.canary_away import away
from tests.factories.canary_criteria import criteria
from tests.factories.canary_figure_questions import questions_about_figures
from tests.factories.canary_figures import sheet_of_figures
from tests.factories.canary_head_parts import head_parts
from tests.factories.canary_left_lying import (
    drafts,
    files,
    links_and_mails,
    papers,
    remark,
    somebody_who_left,
    tokens,
)
from tests.factories.canary_need import need
from tests.factories.canary_packs import county_packs
from tests.factories.canary_peers import talked
from tests.factories.canary_ready import brought
from tests.factories.canary_record_papers import record_papers
from tests.factories.canary_reviews import reviews
from tests.factories.canary_rhythm import add_rhythm
from tests.factories.canary_sessions import said
from tests.factories.canary_share_questions import share_questions
from tests.factories.canary_supervision import supervised
from tests.factories.canary_term_reports import term_reports
from tests.factories.canary_what_if import what_ifs

SINCE = date(2024, 9, 1)


def make_canary_county(slug: str, prefix: str, *, dearer_by: str = "0") -> County:
    """Everything there is, in every state, with a word of its own in every text.

    `prefix` starts every word; `dearer_by` is in pounds a year, so that sums tell the authorities apart as well.
    """
    canaries = Canaries(prefix)
    with same_ids():
        county = make_county(slug, canary=canaries.plant("authority", EVERYBODY))
        county.rows |= {"canaries": canaries, "dearer_by": Decimal(dearer_by)}
        with county.inside():
            _more_people(county)
            _rename_people(county)
            _places(county)
            _pay_and_funds(county)
            _terms(county)
            _agreements(county)
            files(county)
            remark(county)
            drafts(county)
            papers(county)
            links_and_mails(county)
            somebody_who_left(county)
            tokens(county)
            supervised(county)
            brought(county)
            add_rhythm(county)
            said(county)
            record_papers(county)
            talked(county)
            away(county)
            nurses(county)
            asking(county)
            head_parts(county)
            share_questions(county)
            criteria(county)
            reviews(county)
            term_reports(county)
            asked_of_us(county)
            need(county)
            county_packs(county)
            sheet_of_figures(county)
            what_ifs(county)
            questions_about_figures(county)
    return county


def _more_people(county: County) -> None:
    """A supervisor, a colleague in the same team, and a head of one school who leads at another."""
    canary = county.canaries
    county.rows["cedar"] = School.objects.create(
        urn="900102",
        name=f"Cedar {canary.plant('cedar name', COUNCIL | {'two_hats'})}",
        phase="Primary",
        area=county.area,
    )
    for key, role in (
        ("practitioner", Role.SENIOR_PRACTITIONER), ("peer", Role.WORKER), ("two_hats", Role.HEADTEACHER),
    ):  # fmt: skip
        add_person(county, key, key, role, "job", team=county.team)
    Membership.objects.create(
        user=county.users["two_hats"], person=county.people["two_hats"], role=Role.IN_SCHOOL_LEAD, starts_on=SINCE
    )
    county.rows["contact"] = SchoolContact.objects.get(school=county.oakfield, kind=SchoolContact.Kind.HEAD)
    contact(county, county.cedar, "two_hats", SchoolContact.Kind.HEAD)
    contact(county, county.oakfield, "two_hats", SchoolContact.Kind.LEAD)
    LineManagement.objects.create(
        person=county.people["worker"], manager=county.people["practitioner"], starts_on=date(2025, 9, 1)
    )


def _rename_people(county: County) -> None:
    for key, person in county.people.items():
        readers = COUNCIL | {key} | KNOWN_TO.get(key, frozenset())
        name, job, mailbox, number = (
            county.canaries.plant(f"{key} {what}", readers) for what in ("name", "job", "mailbox", "telephone")
        )
        person.name, person.job, person.telephone = f"Ann {name}", f"Officer {job}", f"01632 {number}"
        person.email = f"{mailbox.lower()}@{county.authority.slug}.example"
        person.save()
        county.users[key].email = person.email
        county.users[key].save()


def _places(county: County) -> None:
    canary = county.canaries
    for key, own in (("oakfield", AT_OAKFIELD | LINKS), ("beech", frozenset({"other_head"}))):
        school = county.rows[key]
        for column in ("name", "street", "locality", "town", "county", "trust", "type", "la_name", "head_in_register"):
            setattr(school, column, f"{key.title()} {canary.plant(f'{key} {column}', COUNCIL | own)}")
        school.save()
        Figures.objects.create(
            school=school, source="census", year=2025, number_on_roll=211, free_meals_percent=Decimal("12.5"),
            marks={"absence_percent": "SUPP"},
            definitions={"free_meals": canary.plant(f"{key} definition", COUNCIL | own)},
        )  # fmt: skip
        SchoolLink.objects.create(
            urn=school.urn, other_urn="900199", kind=SchoolLink.Kind.SUCCESSOR,
            words=f"Successor {canary.plant(f'{key} link', COUNCIL | own)}",
        )  # fmt: skip
    for key, team in (("team", county.team), ("elsewhere", Team.objects.exclude(pk=county.team.pk).get())):
        team.name = f"Team {canary.plant(f'{key} name', COUNCIL)}"
        team.save()
        county.rows[key] = team
    Area.objects.update(name=f"Quadrant {canary.plant('area', COUNCIL)}")
    Profession.objects.update(name=f"Support worker {canary.plant('profession', EVERYBODY)}")
    ProfessionTitle.objects.create(
        profession=Profession.objects.get(), title=f"Worker {canary.plant('title', EVERYBODY)}", starts_on=SINCE
    )


# Each post has a pay point and so a price of its own: a sum on a page says whose it is.
POSTS = {
    "post": ("oakfield", "worker", "team", Decimal("27613.37")),
    "other_post": ("beech", "other_worker", "elsewhere", Decimal("29127.91")),
    "offered_post": ("oakfield", "worker", "team", Decimal("28411.13")),
    "unfinished_post": ("oakfield", "worker", "team", Decimal("28517.29")),
    "declined_post": ("oakfield", "worker", "team", Decimal("28619.43")),
    "ended_post": ("oakfield", "worker", "team", Decimal("28723.57")),
    "varied_post": ("oakfield", "worker", "team", Decimal("28831.71")),
}


def _pay_and_funds(county: County) -> None:
    canary = county.canaries
    county.fund.name = f"Budget {canary.plant('fund name', FUNDS)}"
    county.fund.funder = f"Council {canary.plant('fund funder', FUNDS)}"
    county.fund.save()
    county.rows["grant"] = FundingStream.objects.create(
        name=f"Grant {canary.plant('grant name', FUNDS)}", ends_on=date(2027, 3, 31)
    )
    PayRate.objects.all().delete()
    for point, (key, (school, holder, team, salary)) in enumerate(POSTS.items(), start=20):
        post = county.rows.get(key) or _add_post(county, key, school, holder, team)
        # Grades and posts are the council's own words; the school reads the grade in the working of its price.
        post.name = f"Post {canary.plant(f'{key} name', COUNCIL)}"
        post.save()
        salary += county.dearer_by
        link = LINK_OF.get(_agreement_of(key), frozenset())
        grade = canary.plant(f"{key} g", COUNCIL | SCHOOL_COST_OF[school] | link)
        PostTerms.objects.filter(post=post).update(grade=grade, point=point)
        PayRate.objects.create(
            grade=grade, point=point, starts_on=date(2024, 4, 1), salary=salary, on_costs_percent=Decimal("25.00")
        )
        canary.plant_amount(f"salary of {key}", salary, SCHOOL_COST_OF[school] | link | {"admin"})
    Employment.objects.update(employer=f"Employer {canary.plant('employer', COUNCIL)}")


def _add_post(county: County, key: str, school: str, holder: str, team: str) -> Post:
    """30 and 30 and 40: a post that two schools share, so that neither may read the other's name on its price."""
    post = Post.objects.create(name=key, profession=county.post.profession, team=county.rows[team], starts_on=SINCE)
    PostTerms.objects.create(
        post=post, starts_on=SINCE, grade="x", point=1, hours_per_week=Decimal("37.00"), term_time_only=False
    )
    Employment.objects.create(post=post, person=county.people[holder], starts_on=SINCE)
    payers: tuple[dict[str, Any], ...] = (
        {"fund": county.grant, "percent": Decimal("40.00")},
        {"school": county.rows[school], "percent": Decimal("30.00")},
        {"school": county.cedar, "percent": Decimal("30.00")},
    )
    Share.objects.bulk_create(Share(post=post, starts_on=SINCE, **payer) for payer in payers)
    county.rows[key] = post
    return post


def _terms(county: County) -> None:
    for term in offered_terms(2026):
        Term.objects.create(
            school_year=2026, season=term.season, starts_on=term.starts_on, ends_on=term.ends_on,
            half_term_starts_on=term.half_term_starts_on, half_term_ends_on=term.half_term_ends_on,
        )  # fmt: skip


def _agreements(county: County) -> None:
    """One in each state, and one whose change is on its way round."""
    for key, (school, *_) in POSTS.items():
        county.rows[_agreement_of(key)] = _written(county, key, school)
    Clause.objects.filter(position=1).update(text=f"Clause {county.canaries.plant('clause', EVERYBODY)}")
    manager = county.as_("manager")
    for name in ("agreement", "other_agreement", "ended_agreement", "varied_agreement"):
        _settle(county, name, lambda agreement: signed(offered(agreement, county), county))
    for name in ("offered_agreement", "declined_agreement"):
        _settle(county, name, lambda agreement: offered(agreement, county))
    _ask(county, "offered_agreement", "oakfield", by="head")
    _ask(county, "other_agreement", "beech", by="other_head")
    reason = county.canaries.plant("declined reason", READERS_OF["oakfield"])
    fresh(county.declined_agreement).decline(f"Because {reason}", by=county.as_("head"), at=NOW)
    fresh(county.ended_agreement).end(
        on=date(2026, 9, 7),
        reason=f"Because {county.canaries.plant('ended reason', READERS_OF['oakfield'])}",
        by=manager,
        at=NOW,
    )
    fresh(county.varied_agreement).revise(by=manager, at=NOW)
    for name in [name for name in county.rows if name.endswith("agreement")]:
        _plant_money(county, name, "beech" if name == "other_agreement" else "oakfield")


def _agreement_of(post: str) -> str:
    return post.replace("post", "agreement")


def _written(county: County, post: str, school: str) -> Agreement:
    canary, readers = county.canaries, READERS_OF[school] | LINK_OF.get(_agreement_of(post), frozenset())
    agreement = make_agreement(county, post=post, school=school) if post in ("post", "other_post") else None
    if agreement is None:
        agreement = _make_another(county, post, school)
    agreement.placement.focus = f"Focus {canary.plant(f'{post} focus', readers)}"
    agreement.placement.save()
    manager = "manager" if school == "oakfield" else "other_manager"
    own = {name: f"Line {canary.plant(f'{post} {name}', readers)}" for name in ("focus", "room", "other")}
    fresh(agreement).write(own, by=county.as_(manager), at=NOW)
    return agreement


def _make_another(county: County, post: str, school: str) -> Agreement:
    """`make_agreement` knows the managers of its two posts; these have Mina's team too."""
    known, county.rows["post"] = county.rows["post"], county.rows[post]
    try:
        return make_agreement(county, post="post", school=school)
    finally:
        county.rows["post"] = known


def _settle(county: County, name: str, move: Callable[[Agreement], Agreement]) -> None:
    county.rows[name] = move(county.rows[name])


def _ask(county: County, name: str, school: str, *, by: str) -> None:
    """Two questions, one answered."""
    canary, readers = county.canaries, READERS_OF[school] | LINK_OF.get(name, frozenset())
    manager = "manager" if school == "oakfield" else "other_manager"
    for what in ("asked", "open"):
        agreement = fresh(county.rows[name])
        question = agreement.ask(
            f"Question {canary.plant(f'{name} {what}', readers)}", person=county.people[by], by=county.as_(by), at=NOW
        )
        county.rows[f"{name} {what}"] = question
    agreements.answer(
        agreement, county.rows[f"{name} asked"], f"Answer {canary.plant(f'{name} answer', readers)}",
        person=county.people[manager], by=county.as_(manager), at=NOW,
    )  # fmt: skip


def _plant_money(county: County, name: str, school: str) -> None:
    """Every sum of the sealed texts: what all payers pay is the council's, what the school pays is the school's too."""
    links = LINK_OF.get(name, frozenset())
    for version in AgreementVersion.objects.filter(agreement__public_id=county.rows[name].public_id):
        for amount in set(_amounts(version.cost)):
            county.canaries.plant_amount(f"cost of {name}", amount, COUNCIL_COST_OF[school])
        for amount in set(_amounts(version.cost_sheet)):
            county.canaries.plant_amount(f"price of {name}", amount, SCHOOL_COST_OF[school] | links)


def _amounts(content: Any) -> Iterator[str]:
    """Sums in a text, wherever they stand: "14145.37"."""
    if isinstance(content, dict | list):
        for inner in content.values() if isinstance(content, dict) else content:
            yield from _amounts(inner)
    elif isinstance(content, str) and re.fullmatch(r"\d+\.\d\d", content):
        yield content
