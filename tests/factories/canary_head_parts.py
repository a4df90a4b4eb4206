"""What two heads say of the year and of next year: a word in each box, one part asked, one read, one not yet readable."""

from __future__ import annotations

from datetime import date, timedelta

from performance.actions.beginning import begin_review
from performance.models import HeadPart, Scheme
from performance.rules.schemes import COUNTY
from schools.actions import next_year
from teams.foundation.drafts import Draft
from teams.models import Employment, LineManagement
from tests.factories.authorities import NOW, County
from tests.factories.canaries import COUNCIL_COST_OF

# (school, stage) with who leads, who is reviewed, whose school it is; and who reads what the head wrote (D.5, H5).
PARTS = {
    ("oakfield", "yearly"): ("manager", "worker", "head", {"manager", "practitioner", "worker", "head"}),
    ("beech", "yearly"): ("other_manager", "other_worker", "other_head", {"other_manager", "other_head"}),
}


def head_parts(county: County) -> None:
    """The year at Oakfield can be read by Wanda, that at Beech not before Friday; of the mid-year only a draft is there."""
    LineManagement.objects.create(
        person=county.people["other_worker"], manager=county.people["other_manager"], starts_on=date(2024, 9, 1)
    )
    for employer in sorted(set(Employment.objects.values_list("employer", flat=True))):
        Scheme.add("Yearly review", COUNTY, employer=employer, profession=None, by=county.as_("admin"), at=NOW)
    for (school, stage), (manager, worker, head, readers) in PARTS.items():
        part = _asked(county, school, stage, manager, worker, head)
        said = lambda what, readers=readers, school=school: f"Said {county.canaries.plant(f'{school} {what}', readers)}"  # noqa: E731
        money = COUNCIL_COST_OF[school] | {head}
        answer = next_year.say(
            part.placement, "cannot",
            words=f"Money {county.canaries.plant(f'{school} next year', money)}",
            person=county.people[head], school_year=2027, by=county.as_(head), at=NOW,
        )  # fmt: skip
        part.give(
            difference=said("difference"), wishes=said("wishes"), expected="no", expected_why=said("expected why"),
            comes=True, next_year=answer, by=county.as_(head), at=NOW,
        )  # fmt: skip
        county.rows |= {f"{school} part": part, f"{school} next year": answer, f"{school} review": part.review}
    _rung(county)
    part = _asked(county, "oakfield", "mid_year", "manager", "worker", "head")
    words = f"Typed {county.canaries.plant('oakfield typed part', {'head'})}"
    Draft.objects.create(
        person=county.people["head"], form="head_part", about=str(part.public_id), words=[["difference", words]],
        saved_at=NOW,
    )  # fmt: skip
    county.rows |= {"oakfield asked part": part, "oakfield mid-year review": part.review}


def _rung(county: County) -> None:
    """What the manager heard on the telephone is the council's own."""
    manager = county.as_("manager")
    said = next_year.say(
        county.agreement.placement, "unknown", words="", person=county.people["head"], school_year=2028,
        by=county.as_("head"), at=NOW,
    )  # fmt: skip
    words = f"Heard {county.canaries.plant('oakfield heard', COUNCIL_COST_OF['oakfield'])}"
    said.ring(words, person=county.people["manager"], by=manager, at=NOW)
    county.rows["oakfield rung"] = said


def _asked(county: County, school: str, stage: str, manager: str, worker: str, head: str) -> HeadPart:
    agreement = county.agreement if school == "oakfield" else county.other_agreement
    review = begin_review(
        county.people[worker], stage, manager=county.people[manager], meeting_on=date(2026, 9, 22),
        by=county.as_(manager), at=NOW,
    )  # fmt: skip
    read_on = NOW.date() if school == "oakfield" else NOW.date() + timedelta(days=3)
    return HeadPart.ask(
        review, agreement.placement, county.people[head], read_on=read_on, by=county.as_(manager), at=NOW
    )
