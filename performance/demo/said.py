"""What people said in a made-up county: a round that is over, one that is open, some of it with a name."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from django.utils import timezone

from casework.models import YoungPerson
from performance.actions import rounds
from performance.models import Feedback, Sheet, Wave, WeDid
from performance.models.pulse import Group
from schools.demo import names
from schools.demo.agreements import Stage, as_system
from schools.models import Placement
from teams.actions import agencies
from teams.foundation import audit
from teams.models import AgencyPerson, Team, Term

WORDS = (
    "I like the blue room.",
    "She listens. I come in on Mondays now.",
    "It is better than before.",
    "I want more time at lunch.",
    "She rings back the same day.",
)
SAID, DID = "You said the room was too loud.", "It moved next to the library."
WITH_A_NAME = 12
AGENCIES = ("School nursing", "CAMHS", "Youth centre", "Safer neighbourhood police", "Housing", "Young carers’ project")
ANSWERS = {
    "heard": ("yes", "yes", "yes", "partly", "no"),
    "useful": ("yes", "yes", "partly", "partly", "no"),
    "safe": ("yes", "yes", "partly", "partly", "no"),
    "reached": ("yes", "yes", "partly", "no"),
    "changed": ("better", "better", "same", "same", "worse"),
}


def play(stage: Stage) -> None:
    """The last term's round is counted; some schools have five answers, most have not. This term's is half way."""
    by, today = as_system(stage.now), timezone.localdate(stage.now)
    begun = Term.objects.filter(starts_on__lte=today).order_by("-starts_on")[:2]
    draw = Random(2026)  # noqa: S311  (made-up answers, the same each time)
    placements = list(
        Placement.objects.filter(status=Placement.Status.ACTIVE).select_related("post__team", "school").order_by("pk")
    )
    for place, term in enumerate(reversed(begun)):
        for kind in rounds.ASKED_EACH_TERM:
            wave = rounds.open_round(kind, term, by=by, at=stage.now)
            codes = [question.code for question in wave.questionnaire.asked if question.is_counted]
            if kind == Wave.Kind.PULSE:
                _pulse(wave, codes, draw)
                if term.ends_on < today or (place == 0 and len(begun) > 1):
                    wave.close(by=by, at=stage.now)
                continue
            Sheet.objects.bulk_create(
                Sheet(
                    wave=wave, team=placement.post.team, school=placement.school,
                    answers={code: draw.choice(ANSWERS[code]) for code in codes},
                )
                for number, placement in enumerate(placements)
                for _ in range((9, 4, 6, 2)[(number + place) % 4])
            )  # fmt: skip
            if term.ends_on < today or (place == 0 and len(begun) > 1):
                wave.close(by=by, at=stage.now)
    _with_a_name(stage)
    _agencies(stage)
    over = Wave.objects.answered().filter(kind=Wave.Kind.YOUNG).first()
    if over is not None:
        manager = next(iter(stage.managers.values()))
        team = Team.objects.filter(memberships__person=manager).first()
        if team is not None:
            WeDid.objects.create(wave=over, team=team, said=SAID, did=DID, written_by=manager, written_at=stage.now)


def _pulse(wave: Wave, codes: list[str], draw: Random) -> None:
    """Members have answered everywhere, colleagues enough here and there, agencies in every second team, schools too
    few in most.
    """
    for place, team in enumerate(Team.objects.order_by("pk")):
        sizes = {
            Group.MEMBERS: 6,
            Group.COLLEAGUES: 5,
            Group.AGENCIES: (6, 3)[place % 2],
            Group.SCHOOLS: 3 + place % 3,
        }
        for group, size in sizes.items():
            answers = [{code: draw.choice(["4", "4", "3", "3", "2", "1"]) for code in codes} for _ in range(size)]
            Sheet.objects.bulk_create(Sheet(wave=wave, team=team, group=group, answers=each) for each in answers)


def _agencies(stage: Stage) -> None:
    """People of other agencies beside each team; the first of a team has gone, and said so by her link."""
    at, numbers = stage.ago(30), iter(range(1500, 1700))
    for team in Team.objects.filter(pk__in=stage.managers).order_by("pk"):
        for agency in AGENCIES:
            name = names.person(next(numbers))
            email = names.address(name, f"agencies.{stage.county.domain}")
            agencies.add(team, agency=agency, name=name, email=email, by=as_system(at), at=at)
        gone = AgencyPerson.objects.filter(team=team).order_by("pk")[0]
        gone.say_gone(by=as_system(stage.now), at=stage.ago(3))


def _with_a_name(stage: Stage) -> None:
    today = timezone.localdate(stage.now)
    young = YoungPerson.objects.filter(status=YoungPerson.Status.OPEN).select_related("worker", "school")
    wave = Wave.objects.filter(kind=Wave.Kind.YOUNG).order_by("-opens_on").first()
    if wave is None:
        return
    said = [
        Feedback(
            wave=wave,
            young_person=each,
            side=Feedback.Side.YOUNG,
            worker=each.worker,
            school=each.school,
            answers={"heard": "yes", "useful": "partly", "safe": "yes", "changed": "better"},
            words=WORDS[number % len(WORDS)],
            may_be_quoted=number % 2 == 0,
            said_on=today - timedelta(days=3 + number * 5),
        )
        for number, each in enumerate(young.order_by("pk")[:WITH_A_NAME])
    ]
    Feedback.objects.bulk_create(said)
    audit.record("feedback.load", by=as_system(stage.now), at=stage.now, subjects=said)
