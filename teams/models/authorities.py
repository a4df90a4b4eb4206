"""The tenant."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from teams.foundation import audit
from teams.foundation.access import Principal, Role
from teams.foundation.constraints import DatabaseConstraint
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.middleware import RESERVED
from teams.foundation.tenancy import current_authority_id

SLUG = re.compile(r"^[a-z][a-z0-9-]{1,39}$")


def not_reserved(slug: str) -> None:
    if slug in RESERVED or not SLUG.match(slug):
        raise ValidationError("Use small letters, figures and hyphens, starting with a letter. Some words are taken.")


class OwnRowPolicy(DatabaseConstraint):
    """Everybody may find an authority by its name; only from inside may its row be changed; nobody may delete one."""

    def statements(self, model: type[models.Model], quote: object) -> str:
        table = quote(model._meta.db_table)  # type: ignore[operator]
        own = "id = nullif(current_setting('app.authority', true), '')::int"
        return (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
            f"CREATE POLICY {self.name}_read ON {table} FOR SELECT USING (true); "
            f"CREATE POLICY {self.name}_add ON {table} FOR INSERT WITH CHECK (true); "
            f"CREATE POLICY {self.name}_change ON {table} FOR UPDATE USING ({own}) WITH CHECK ({own})"
        )

    def reversal(self, model: type[models.Model], quote: object) -> str:
        table = quote(model._meta.db_table)  # type: ignore[operator]
        drops = "".join(f"DROP POLICY IF EXISTS {self.name}_{what} ON {table}; " for what in ("read", "add", "change"))
        return f"{drops}ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"


class Authority(models.Model):
    """A council. Global: it holds no name of a person, and what it holds is no secret."""

    slug = models.SlugField(max_length=40, unique=True, validators=[not_reserved])
    name = models.CharField(max_length=100)
    service_name = models.CharField(max_length=100, default="Pupil Support")
    colour = models.CharField(max_length=7, default="#1d70b8", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")])
    telephone = models.CharField(max_length=40, blank=True)
    la_code = models.CharField(max_length=3, blank=True)  # the Department for Education's number of this council
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    doors_opened_at = models.DateTimeField(null=True, blank=True)  # nothing is mailed before
    closed_at = models.DateTimeField(null=True, blank=True)

    # How pay is worked out here (features.md, Decided: term-time pay). Examples until the council sets its own.
    whole_time_hours = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("37.00"))
    term_time_weeks = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("39.00"))
    term_time_days_off = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("34.00"))
    # What a team manager may sign for: the placement's whole yearly cost, in pounds.
    manager_limit = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal("40000.00"))

    # Does a school see where its worker is now (features.md, Decided)? What took her away, and why, it sees anyway.
    live_line = models.BooleanField(default=True)

    # How people come in (docs/decisions/0009): roles that must use codes from an app, and after how many minutes who it
    # is, is asked again before costs; None: never.
    second_step_roles = ArrayField(models.CharField(max_length=30, choices=Role.choices), default=list, blank=True)
    ask_again_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "authorities"
        constraints = [
            OwnRowPolicy(name="teams_authority_own"),
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED)) & Q(slug__regex=SLUG.pattern), name="teams_authority_slug"
            ),
            models.CheckConstraint(condition=Q(manager_limit__gte=0), name="teams_authority_limit"),
            models.CheckConstraint(
                condition=Q(ask_again_minutes=None) | Q(ask_again_minutes__gte=5), name="teams_authority_ask_again"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def here(cls) -> Authority:
        """The one whose scope is open."""
        return cls.objects.get(pk=current_authority_id() or 0)

    @classmethod
    def one_at_a_time(cls) -> None:
        """Wait until nobody else is here in this authority, and keep others out until the transaction ends.

        For what may be there once only: two presses at once would both find that it is not there yet.
        """
        cls.objects.select_for_update(no_key=True).get(pk=current_authority_id() or 0)

    @property
    def letterhead(self) -> dict[str, str]:
        """Whose a paper is, as plain values for its snapshot."""
        return {
            "name": self.name,
            "service": self.service_name,
            "telephone": self.telephone,
            "colour": self.colour,
        }

    @property
    def mails_may_go(self) -> bool:
        return self.doors_opened_at is not None and self.closed_at is None

    def set_up(self, *, by: Principal, at: datetime, **values: object) -> None:
        """Change name, colour, limit or pay rules. Administrators only; audited by the names of the fields.

        Raises Refusal, field "whole_time_hours", where a post would have more hours than whole time.
        """
        self._administrator_only("set_up", by)
        self._refuse_fewer_hours_than_a_post_has(values.get("whole_time_hours"), on=timezone.localdate(at))
        changed = [name for name, value in values.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, values[name])
        if changed:
            self.save(update_fields=changed)
            audit.record("authority.set_up", by=by, at=at, changed=changed)

    def open_doors(self, *, by: Principal, at: datetime) -> None:
        """From now on mails may go. Before this press nothing is ever mailed (journey A1)."""
        self._administrator_only("open_doors", by)
        if self.doors_opened_at is not None:
            raise Refusal("The doors are open already.")
        self.doors_opened_at = at
        self.save(update_fields=["doors_opened_at"])
        audit.record("authority.open_doors", by=by, at=at, changed=["doors_opened_at"])

    def close(self, *, by: Principal, at: datetime) -> None:
        """Everybody's access ends and the address answers 404. Only a demo county is closed by a press."""
        self._administrator_only("close", by)
        if not self.is_demo:
            raise Refusal("Only a made-up demo county can be removed here.")
        from teams.models.people import Membership  # noqa: PLC0415  (people stand on authorities, not the other way)

        today = timezone.localdate(at)
        # A membership that was to start later ends on its first day: a row cannot end before it starts.
        still_open = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today))
        still_open.update(ends_on=Greatest("starts_on", Value(today)))
        audit.record("authority.close", by=by, at=at, changed=["closed_at"])
        self.closed_at = at
        self.save(update_fields=["closed_at"])

    def _refuse_fewer_hours_than_a_post_has(self, hours: object, *, on: date) -> None:
        if hours is None or hours == self.whole_time_hours:
            return
        from teams.models.posts import PostTerms  # noqa: PLC0415  (as in `close`)

        replaced = PostTerms.objects.filter(post=OuterRef("post"), starts_on__gt=OuterRef("starts_on"))
        longer = (
            PostTerms.objects.filter(Q(post__ends_on=None) | Q(post__ends_on__gte=on), hours_per_week__gt=hours)
            .exclude(Exists(replaced.filter(starts_on__lte=on)))
            .select_related("post")
            .order_by("-hours_per_week", "pk")
            .first()
        )
        if longer is not None:
            raise Refusal(
                f"{longer.post.name} has {longer.hours_per_week.normalize():f} hours a week. "
                "Type as many, or change the hours of the post first.",
                field="whole_time_hours",
                code="more_than_whole_time",
            )

    def _administrator_only(self, verb: str, by: Principal) -> None:
        if not (by.is_system or by.has(Role.ADMINISTRATOR)):
            raise NotAllowed(f"authority.{verb}", self.slug)
