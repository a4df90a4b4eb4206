"""Terms of two teams and a county: criteria judged, pulses counted, actions kept, words asked and written."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from performance.actions.term_reports import begin_report
from performance.models import Evidence, ReportWords, SuccessCriterion, Tally, TermReport, Wave
from performance.rules.criteria import SHIPPED
from teams.actions.terms import keep_terms
from teams.foundation.transitions import begin
from teams.models import Team, Term
from teams.questionnaires.models import Questionnaire, Wording
from teams.questionnaires.newest import newest
from teams.questionnaires.shipped import PULSES
from teams.rules.terms import offered_terms
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import LONDON, NOW, County
from tests.supervision.kept_records import action, record

DEADLINE = date(2027, 7, 21)
# When each term's report is written: near its end.
WRITTEN = {
    "autumn": datetime(2026, 12, 8, 9, 0, tzinfo=LONDON),
    "spring": datetime(2027, 3, 16, 9, 0, tzinfo=LONDON),
    "summer": datetime(2027, 7, 13, 9, 0, tzinfo=LONDON),
}
LEVELS = {"autumn": "not_yet", "spring": "on_the_way", "summer": "met"}
MEETINGS = {"autumn": date(2026, 10, 6), "spring": date(2027, 1, 19), "summer": date(2027, 5, 4)}
PULSED = {"autumn": date(2026, 10, 1), "spring": date(2027, 1, 11), "summer": date(2027, 4, 19)}


def set_out(county: County) -> None:
    """`county.criteria` by team (None: the county's); both workers are placed. Inside the county."""
    for year in (2025, 2026, 2027):
        keep_terms(year, offered_terms(year), by=county.as_("admin"), at=NOW)
    county.rows["elsewhere"] = Team.objects.exclude(pk=county.team.pk).get()
    ours = signed(offered(make_agreement(county), county), county)
    theirs = signed(offered(make_agreement(county, post="other_post", school="beech"), county), county)
    county.rows["placed"] = {county.team.pk: ours.placement, county.elsewhere.pk: theirs.placement}
    county.rows["criteria"] = {}
    for team, who in ((county.team, "manager"), (county.elsewhere, "other_manager"), (None, "senior")):
        county.criteria[team] = [
            SuccessCriterion.set_for(
                team, 2026, each.text, deadline=DEADLINE, groups=list(each.groups), by=county.as_(who), at=NOW
            )
            for each in SHIPPED
        ]


def manager_of(county: County, team: Team | None) -> str:
    return {county.team: "manager", county.elsewhere: "other_manager"}.get(team, "senior") if team else "senior"


def pulse(county: County, season: str, *said: tuple[Team | None, str, int, int]) -> None:
    """A pulse that is over; `said` are (team, group, agree, disagree); no two questions beside each other are alike."""
    questionnaire = newest(PULSES.code, by=county.clock, at=NOW)
    opens_on = PULSED[season]
    wave = Wave.objects.create(
        kind="pulse", questionnaire=questionnaire, school_year=2026, season=season, opens_on=opens_on,
        closes_on=opens_on + timedelta(days=14), status="closed", closed_at=NOW,
    )  # fmt: skip
    for team, group, yes, no in said:
        counts = {
            question["code"]: {"4": yes - number % 3, "3": 0, "2": no + number % 3, "1": 0}
            for number, question in enumerate(PULSES.questions)
        }
        Tally.objects.create(wave=wave, team=team, group=group, answers=yes + no, counts=counts)


def word_anew(county: County) -> Questionnaire:
    """The county’s own edition: one statement in other words, one left out, one new, the rest as shipped."""
    asked = [each for each in PULSES.questions if each["code"] != "supported"]
    made = Questionnaire.objects.create(
        code=PULSES.code, edition=PULSES.edition + 1, questions=[*asked, asked[0] | {"code": "rings_back"}], made_at=NOW
    )
    words = PULSES.words["questions"]
    mine = words | {
        "one_team": words["one_team"] | {"ask": "All of us are one team."},
        "rings_back": words["one_team"] | {"ask": "The team rings back."},
    }
    Wording.write(made, "en", "English", PULSES.words | {"questions": mine})
    return made


def pass_term(county: County, season: str) -> None:
    """A term goes by: seven actions in one team and five in the other, a pulse, a judgement of everything."""
    at = WRITTEN[season]
    kept = {"autumn": 3, "spring": 5, "summer": 6}[season]
    for team, number in ((county.team, 7), (county.elsewhere, 5)):
        session = record(county.placed[team.pk], MEETINGS[season])
        for line in range(number):
            due = MEETINGS[season] + timedelta(days=14 + line)
            is_kept = line < kept
            action(session, due, status="kept" if is_kept else "not_kept", settled=due)
    more = {"autumn": 0, "spring": 1, "summer": 2}[season]
    pulse(
        county, season,
        (county.team, "members", 5 + more, 3 - more), (county.team, "colleagues", 4 + more, 4), (county.team, "", 3, 3),
        (county.elsewhere, "members", 6 + more, 2), (county.elsewhere, "schools", 9, 1 + more),
    )  # fmt: skip
    for team, criteria in county.criteria.items():
        who = manager_of(county, team)
        for number, criterion in enumerate(criteria):
            criterion.judge(
                LEVELS[season] if number == 0 else "on_the_way",
                f"In {season} people of the team went to more homes and schools together than in the term before.",
                school_year=2026, season=season, person=county.people[who], by=county.as_(who, at.date()), at=at,
            )  # fmt: skip
        evidence = Evidence(
            criterion=criteria[0], kind="words", happened_on=MEETINGS[season], brought_by=county.people[who],
            says=f"Two of us saw one family together in {season}.", brought_at=at,
        )  # fmt: skip
        begin(evidence, "bring", by=county.as_(who, at.date()), at=at)


def begun(county: County, season: str, *, why: str = "", at: datetime | None = None) -> TermReport:
    """The words of all are asked."""
    at = at or WRITTEN[season]
    return begin_report(
        Term.objects.get(school_year=2026, season=season), words_by=at.date() + timedelta(days=7), why=why,
        person=county.people["senior"], by=county.as_("senior", at.date()), at=at,
    )  # fmt: skip


def written(county: County, report: TermReport, text: str = "We work together more. {team} says so.") -> None:
    at = WRITTEN[report.season] + timedelta(days=2)
    for words in ReportWords.objects.filter(report=report).select_related("team", "report"):
        who = manager_of(county, words.team)
        name = words.team.name if words.team else "The county"
        words.write(text.format(team=name), person=county.people[who], by=county.as_(who, at.date()), at=at)


def approved(county: County, report: TermReport, at: datetime | None = None) -> TermReport:
    at = at or WRITTEN[report.season] + timedelta(days=3)
    report.approve(person=county.people["senior"], by=county.as_("senior", at.date()), at=at)
    return report
