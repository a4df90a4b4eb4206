"""Agreements: how many are signed, and which wait for a signature since when."""

from __future__ import annotations

from django.db.models import BooleanField, Case, Count, Min, Q, QuerySet, Value, When

from reports.measures.measure import NO_AREA, Answer, CountedRows, Line, Measure, Reader, Slice
from schools.models import Agreement
from teams.foundation.access import Role
from teams.foundation.words import day

COUNTY = frozenset({Role.SENIOR_MANAGER, Role.FINANCE_READER})
OWN_REACH = COUNTY | {Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER}
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
    area = "placement__school__area__name"
    also = Q(status=Agreement.Status.OFFERED, in_force=None)

    def period(self, reader: Reader) -> str:
        return f"School year {reader.year_label}"

    def found(self, reader: Reader) -> QuerySet:
        return (
            Agreement.objects.visible_to(reader.principal)
            .filter(school_year=reader.school_year)
            .exclude(status=Agreement.Status.ENDED)
            .annotate(
                counts=Case(
                    When(in_force__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField()
                )
            )
        )

    def since(self, number: int, of: int, reader: Reader) -> str:
        return f"of {of:,} for {reader.year_label}"

    def nothing(self, reader: Reader) -> str:
        return (
            f"Not known: no agreement has been drawn up for {reader.year_label}. Managers draw them up when they put a "
            "worker in a school."
        )

    def rows(self, reader: Reader) -> QuerySet:
        return _with_names(self.found(reader)).order_by("counts", "placement__school__name", "pk")

    def line(self, row: Agreement, reader: Reader) -> Line:
        return Line([*_names(row), {"text": row.status_in_words}], "agreement", row.public_id)


class WaitingForSignature(Measure):
    code = "waiting-for-signature"
    words = "agreements waiting for a signature"
    why = "A worker may not start in the school before school and worker have signed."
    counted = "Agreements and changes of agreements that were sent to sign and that somebody has not signed yet."
    source = "Agreements and signatures in Alongside"
    audience = OWN_REACH
    heads = ("School", "Worker's post", "Area", "Waits for", "Since")

    def look(self, reader: Reader) -> Answer:
        waiting = Q(status=Agreement.Status.OFFERED)
        found = (
            Agreement.objects.visible_to(reader.principal)
            .exclude(status=Agreement.Status.ENDED)
            .order_by()
            .values("placement__school__area__name")
            .annotate(number=Count("pk", filter=waiting), of=Count("pk"), oldest=Min("offered_at", filter=waiting))
        )
        rows = list(found)
        if not rows:
            return Answer(unknown="Not known: no agreement has been drawn up yet.")
        slices = tuple(
            sorted(Slice(row["placement__school__area__name"] or NO_AREA, row["number"], row["of"]) for row in rows)
        )
        oldest = min((row["oldest"] for row in rows if row["oldest"]), default=None)
        since = f"the oldest since {day(oldest)}" if oldest else "every one that was sent has been signed"
        return Answer(sum(each.number for each in slices), None, slices, since)

    def rows(self, reader: Reader) -> QuerySet:
        waiting = Agreement.objects.visible_to(reader.principal).waiting_for_signature()
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
