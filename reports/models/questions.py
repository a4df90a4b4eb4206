"""What a senior manager asks a manager about a figure (journey S1): the figure as it was read then, and who asked.

The question itself is an action that the manager promised in writing: at an occasion between the two, where nobody met.
What she finds out stands in the action. Nobody else reads either.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Prefetch, Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.foundation.words import day
from teams.models import Area, Attendee, Audience, Authority, Commitment, Occasion, Part, Person, Team
from teams.permissions import ABOUT_A_FIGURE

LONGEST_QUESTION = Commitment._meta.get_field("text").max_length
AT_MOST = timedelta(days=365)
A_MOMENT = timedelta(minutes=1)  # an occasion ends after it has begun
ANSWERED = (Commitment.Status.KEPT, Commitment.Status.NOT_KEPT)
NOT_ANSWERED = "This has not been answered yet."
NOT_OPEN = "This is answered or taken back already, so there is nothing to take back."


class FigureQuestionQuerySet(VisibleQuerySet):
    def about(self, code: str, *, area: int | None, team: int | None) -> FigureQuestionQuerySet:
        """Of one figure: of this place, or of every place where neither is given."""
        here = Q(area=area) if area is not None else Q(team=team) if team is not None else Q()
        return self.filter(here, code=code)

    def with_promises(self) -> FigureQuestionQuerySet:
        """Each with its people and its action as it stands now (`promise`). Two queries."""
        now = Commitment.objects.exclude(status=Commitment.Status.NEW_DATE)
        return self.select_related("asked_by", "asked_of", "occasion").prefetch_related(
            Prefetch("occasion__promises", now.with_people(), to_attr="now")
        )


class FigureQuestion(Root):
    """`kept` is the figure as it was read (`Figure.as_kept`), `where` and `on` its place and day in its own words.

    Where it stands is told by its action: open, kept (answered), not kept (cannot be answered), dropped (taken back).
    """

    MOVES = {"ask": move(), "read": move(), "take_back": move()}

    occasion = tenant_key(Occasion, related_name="figure_questions")
    asked_by = tenant_key(Person, related_name="figures_asked_about")
    asked_of = tenant_key(Person, related_name="asked_about_figures")
    code = models.SlugField(max_length=40, db_index=False)
    title = models.CharField(max_length=120)
    where = models.CharField(max_length=160)
    area = tenant_key(Area, null=True, related_name="+")
    team = tenant_key(Team, null=True, related_name="+")
    kept = models.JSONField()
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # when who asked said that they have read the answer

    objects = FigureQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            *wall("reports_figurequestion", "occasion", "asked_by", "asked_of", "area", "team"),
            public_ids("reports_figurequestion"),
            models.UniqueConstraint(fields=["authority", "occasion"], name="reports_figurequestion_once"),
            models.CheckConstraint(condition=~Q(asked_by=models.F("asked_of")), name="reports_figurequestion_of_two"),
        ]
        indexes = [
            models.Index(fields=["authority", "asked_by", "code"], name="reports_figurequestion_by"),
            models.Index(fields=["authority", "asked_of"], name="reports_figurequestion_of"),
        ]

    def __str__(self) -> str:
        return f"question about {self.code}"

    @property
    def promise(self) -> Commitment:
        """As it stands now: earlier dates are left out."""
        fetched = getattr(self.occasion, "now", None)
        rows = self.occasion.promises.exclude(status=Commitment.Status.NEW_DATE).with_people()
        return fetched[0] if fetched else rows.get()

    @property
    def is_answered(self) -> bool:
        return self.promise.status in ANSWERED

    @classmethod
    def ask(
        cls, text: str, figure: Mapping[str, Any], *, title: str, area: int | None, team: int | None, of: Person,
        due_on: date, by: Principal, at: datetime,
    ) -> FigureQuestion:  # fmt: skip
        """Ask this person, in writing; what waits for its answer in the same words is not asked again.

        Raises Refusal, fields "text" and "due_on".
        """
        if not text.strip():
            raise Refusal("Write your question.", field="text", code="no_words")
        if not by.today <= due_on <= by.today + AT_MOST:
            last = day(by.today + AT_MOST)
            raise Refusal(f"Ask for the answer by today or a later day, until {last}.", field="due_on", code="day")
        with transaction.atomic():
            Authority.one_at_a_time()
            same = Commitment.objects.filter(
                text=text.strip(), promised_by=of, status=Commitment.Status.OPEN, due_on=due_on
            )
            rows = cls.objects.filter(asked_by=by.person_id, asked_of=of, code=figure["code"], area=area, team=team)
            if (twice := rows.filter(occasion__promises__in=same).first()) is not None:
                return twice  # pressed twice
            occasion = Occasion.objects.create(
                kind=ABOUT_A_FIGURE, title=f"Question about {title}"[:120], starts_at=at, ends_at=at + A_MOMENT,
                audience=Audience.TWO,
            )  # fmt: skip
            asker = by.person_id or 0  # the policy lets in nobody without one
            Attendee.objects.bulk_create(
                Attendee(occasion=occasion, person_id=each, part=Part.MANAGER) for each in (asker, of.pk)
            )
            promise = Commitment(
                text=text.strip(), promised_by=of, side=Part.MANAGER, due_on=due_on, occasion=occasion,
                audience=Audience.TWO, made_at=at,
            )  # fmt: skip
            asked = cls(
                occasion=occasion, asked_by_id=asker, asked_of=of, code=figure["code"], title=title,
                where=figure["where"], area_id=area, team_id=team, kept=figure, asked_at=at,
            )  # fmt: skip
            begin(asked, "ask", by=by, at=at)
            begin(promise, "promise", by=by, at=at)
        return asked

    def read(self, *, by: Principal, at: datetime) -> None:
        """Who asked has read the answer. Twice changes nothing."""
        with self.moving("read", by=by, at=at):
            if not self.is_answered:
                raise Refusal(NOT_ANSWERED, code="no_answer")
            self.read_at = self.read_at or at

    def take_back(self, *, by: Principal, at: datetime) -> None:
        """Who asked needs no answer any more. Raises Refusal where there is one."""
        with self.moving("take_back", by=by, at=at):
            if self.promise.status != Commitment.Status.OPEN:
                raise Refusal(NOT_OPEN, code="wrong_status")
            self.promise.drop(reason=f"{by.name} needs no answer any more.", by=by, at=at)
