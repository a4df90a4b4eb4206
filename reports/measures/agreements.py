"""Agreements: how many are signed, and which wait for a signature since when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from reports.measures.measure import NO_AREA, CountedRows, Line, Reader
from schools.models import Agreement, AgreementVersion
from teams.foundation.access import Role
from teams.foundation.words import day

COUNTY = frozenset({Role.SENIOR_MANAGER, Role.FINANCE_READER})
OWN_REACH = COUNTY | {Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER}
WAITS = Q(status=Agreement.Status.OFFERED)
SIGNED_THEN, NOT_SIGNED_THEN = "Signed by all three then", "Not signed by all three then"
PARTY_WORDS = {"school": "School", "worker": "Worker", "council": "Council"}


class AgreementsSigned(CountedRows):
    code = "agreements-signed"
    words = "agreements signed"
    why = "Without a signed agreement a worker has no right to be in the school, and the school owes nothing."
    counted = (
        "Agreements of this school year that school, worker and council have all signed. One that is being changed "
        "stays signed under its last version."
    )
    out_of = "All agreements drawn up for this school year. Those that have ended are left out of both."
    source = "Agreements and signatures in Alongside"
    audience = OWN_REACH
    heads = ("School", "Worker's post", "Area", "Status")
    area = "placement__school__area"
    team = "placement__post__team"
    target = 100
    target_words = "Every worker in a school has a signed agreement (BR-02)."
    asked_as = ("agreements signed", "signed agreements", "agreements", "service agreements")
    others = "agreements that not all three have signed"
    others_asked_as = ("agreements not signed", "unsigned agreements", "not signed")
    also = Q(status=Agreement.Status.OFFERED, in_force=None)

    def period(self, reader: Reader) -> str:
        return f"School year {reader.year_label}"

    def found(self, reader: Reader) -> QuerySet:
        found = Agreement.objects.visible_to(reader.principal).filter(school_year=reader.school_year)
        if reader.looks_back:
            return self._then(found, reader)
        return found.exclude(status=Agreement.Status.ENDED).annotate(
            counts=Case(
                When(in_force__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField()
            )
        )

    def _then(self, found: QuerySet, reader: Reader) -> QuerySet:
        """As it was on that day: drawn up by then, not over before it, and signed by all three or not. The last day of
        an agreement is one of its days. One that was withdrawn before all three had signed had no days: it was there
        until somebody withdrew it, whichever last day was written down.
        """
        drawn_up = AgreementVersion.objects.filter(agreement=OuterRef("pk"), made_at__date__lte=reader.today)
        return (
            found.filter(Exists(drawn_up))
            .filter(_was_there(reader.today))
            .annotate(
                counts=Case(
                    When(activated_at__date__lte=reader.today, then=Value(True)),
                    default=Value(False),
                    output_field=BooleanField(),
                )
            )
        )

    def since(self, number: Any, of: Any, cells: Any, reader: Reader) -> str:
        return f"of {of:,} for {reader.year_label}"

    def nothing(self, reader: Reader) -> str:
        return (
            f"Not known: no agreement has been drawn up for {reader.year_label}. Managers draw them up when they put a "
            "worker in a school."
        )

    def rows(self, reader: Reader) -> QuerySet:
        return _with_names(self.found_here(reader)).order_by("counts", "placement__school__name", "pk")

    def line(self, row: Agreement, reader: Reader) -> Line:
        """Of an earlier day what it was counted as: where an agreement stands now says nothing of then."""
        then: str = SIGNED_THEN if row.counts else NOT_SIGNED_THEN  # type: ignore[attr-defined]  # as in `found`
        said = then if reader.looks_back else row.status_in_words
        return Line([*_names(row), {"text": said}], "agreement", row.public_id)


def _was_there(day: date) -> Q:
    """Was it not over on this day? Said without "not", for of what is not known neither it nor its contrary holds."""
    lasted = Q(ended_on__gte=day)
    withdrawn_later = Q(in_force=None) & (Q(ended_at__date__gt=day) | (Q(ended_at=None) & lasted))
    return ~Q(status=Agreement.Status.ENDED) | (Q(in_force__isnull=False) & lasted) | withdrawn_later


class WaitingForSignature(CountedRows):
    code = "waiting-for-signature"
    words = "agreements waiting for a signature"
    why = "A worker may not start in the school before school and worker have signed."
    counted = "Agreements and changes of agreements that were sent to sign and that somebody has not signed yet."
    source = "Agreements and signatures in Alongside"
    audience = OWN_REACH
    heads = ("School", "Worker's post", "Area", "Waits for", "Since")
    asked_as = ("agreements waiting", "waiting for a signature")
    area = "placement__school__area"
    team = "placement__post__team"
    oldest = ("offered_at", Q(status=Agreement.Status.OFFERED))
    goes_back = False  # when something was sent and signed again is not kept by day

    def found(self, reader: Reader) -> QuerySet:
        """All that have not ended: how many there are besides says whether anything is known."""
        return (
            Agreement.objects.visible_to(reader.principal)
            .exclude(status=Agreement.Status.ENDED)
            .annotate(counts=Case(When(WAITS, then=Value(True)), default=Value(False), output_field=BooleanField()))
        )

    def since(self, number: Any, of: Any, cells: Any, reader: Reader) -> str:
        oldest = min((cell.oldest for cell in cells if cell.oldest), default=None)
        return f"the oldest since {day(oldest)}" if oldest else "every one that was sent has been signed"

    def nothing(self, reader: Reader) -> str:
        return "Not known: no agreement has been drawn up yet."

    def rows(self, reader: Reader) -> QuerySet:
        waiting = self.found_here(reader).filter(WAITS)
        return _with_names(waiting).prefetch_related("signatures").order_by("offered_at", "pk")

    def line(self, row: Agreement, reader: Reader) -> Line:
        waits_for = ", ".join(PARTY_WORDS[party] for party in row.waits_for())
        return Line([*_names(row), waits_for, _sent(row)], "agreement", row.public_id)


def _with_names(agreements: QuerySet) -> QuerySet:
    return agreements.select_related("placement__school__area", "placement__post", "latest")


def _names(row: Agreement) -> list[str]:
    school = row.placement.school
    return [school.name, row.placement.post.name, school.area.name if school.area else NO_AREA]


def _sent(row: Agreement) -> str:
    return day(row.offered_at) if row.offered_at else ""
