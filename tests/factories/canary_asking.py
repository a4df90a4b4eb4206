"""What people are asked, and what they said: words that only who it is about, and who manages her, may read."""

from __future__ import annotations

from datetime import date, timedelta

from casework.actions import worries
from casework.models import AskedInstead
from performance.actions import asking as verbs
from performance.actions import pulse, pulse_asking
from performance.actions.rounds import open_round
from performance.models import Feedback, Sheet, Tally, Ticket, Wave, WeDid
from teams.foundation.links import hash_of
from teams.models import Questionnaire, Term, Wording
from teams.questionnaires.newest import start_questionnaires
from tests.factories.authorities import NOW, TODAY, County
from tests.factories.canaries import COUNCIL, EVERYBODY, SCHOOLS
from tests.factories.canary_supervision import PEOPLE, SIDE_OF

TOKEN, USED = "asked-" + "x" * 37, "used-" + "x" * 38  # the same in both counties, as ids are
READERS_OF_WE_DID = COUNCIL | SCHOOLS | {"stranger"}
FIVE = [{"heard": "yes"}] * 4 + [{"heard": "no"}]


def asking(county: County) -> None:
    """Questionnaires, one in a second language; a round that is over, with its tally; one that is open, half answered."""
    start_questionnaires(by=county.clock, at=NOW)
    young = Questionnaire.objects.get(code="young-person")
    words = Wording.objects.get(questionnaire=young, language="en").words
    planted = {name: county.canaries.plant(f"wording {name}", EVERYBODY) for name in ("name", "title")}
    checked_by = county.canaries.plant("wording checked by", {"admin"})
    titled = words | {"title": planted["title"]}
    Wording.write(young, "xx", planted["name"], titled, checked_by=checked_by, at=NOW)
    over = Wave.objects.create(
        kind=Wave.Kind.YOUNG, questionnaire=young, school_year=2025, season="summer", opens_on=date(2026, 4, 13),
        closes_on=date(2026, 7, 20),
    )  # fmt: skip
    Sheet.objects.bulk_create(Sheet(wave=over, team=county.team, school=county.oakfield, answers=each) for each in FIVE)
    over.close(by=county.clock, at=NOW - timedelta(days=50))
    assert Tally.objects.count() == 1
    said = {name: county.canaries.plant(f"we did {name}", READERS_OF_WE_DID) for name in ("said", "did")}
    county.rows["we did"] = WeDid(
        wave=over, team=county.team, said=f"You said {said['said']}", did=f"It is {said['did']}",
        written_by=county.people["manager"], written_at=NOW,
    )  # fmt: skip
    county.rows["we did"].save()
    county.rows["round over"] = over
    term = Term.objects.get(school_year=2026, season="autumn")
    county.rows["round open"] = open_round(Wave.Kind.YOUNG, term, by=county.clock, at=NOW)
    open_round(Wave.Kind.PARENT, term, by=county.clock, at=NOW)
    pulse_round = open_round(Wave.Kind.PULSE, term, by=county.clock, at=NOW)
    about = pulse.teams_for(county.as_("worker"))[0]
    pulse_asking.ask(pulse_round, [about.team], by=county.as_("manager"), at=NOW)
    pulse.answer(pulse_round, about, {"one_team": "4"}, by=county.as_("worker"), at=NOW)
    for school in SIDE_OF:
        _said(county, school)
    _tickets(county)


def _said(county: County, school: str) -> None:
    """With a name, at each of the two schools."""
    word = county.canaries.plant(f"{school} feedback", SIDE_OF[school])
    county.rows[f"{school} feedback"] = Feedback.objects.create(
        wave=county.rows["round open"], young_person=county.rows[f"{school} young person"], side="young",
        worker=county.people[PEOPLE[school][1]], school=county.rows[school], answers={"heard": "yes"},
        words=f"She hears {word}", said_on=TODAY,
    )  # fmt: skip


def _tickets(county: County) -> None:
    """One that is open and was used, and a parent who waits to be rung."""
    young, by = county.rows["oakfield young person"], county.as_("worker")
    for kind, token in ((Wave.Kind.PARENT, TOKEN), (Wave.Kind.YOUNG, USED)):
        ticket, _ = verbs.ask(young, kind, Ticket.Channel.CODE, by=by, at=NOW)
        ticket.token_hash = hash_of(token)
        ticket.save(update_fields=["token_hash"])
        county.rows[f"ticket {kind}"] = ticket
    number = county.canaries.plant("oakfield number to ring", SIDE_OF["oakfield"])
    county.rows["ticket parent"].ask_to_be_rung(number, at=NOW, today=TODAY)
    asked = county.rows["ticket young-person"].principal(TODAY)
    county.rows["worry"] = worries.ask(young, by=asked, at=NOW)
    AskedInstead.objects.create(worry=county.rows["worry"], person=county.people["manager"], asked_at=NOW)
    Ticket.objects.filter(pk=county.rows["ticket young-person"].pk).update(used_on=TODAY)
