"""Term papers: a run for each term, an item for each agreement, three copies. Their files are not drawn.

A page that opens such a paper answers as it does where the store has lost the file; lists and registers are whole.
"""

from __future__ import annotations

from datetime import timedelta

from reports.benchmark.making import Making
from reports.models import Document, DocumentItem, DocumentRun
from schools.models import Agreement
from teams.foundation.sealing import digest
from teams.models import Term

COPIES = ("school", "council", "way")


def make_papers(making: Making) -> None:
    for term in Term.objects.filter(starts_on__gte=making.began, starts_on__lte=making.today).order_by("starts_on"):
        _run(making, term)


def _run(making: Making, term: Term) -> None:
    agreements = list(
        Agreement.objects.filter(school_year=term.school_year, in_force__isnull=False)
        .select_related("placement__school", "placement__post")
        .order_by("pk")
    )
    at = making.at(term.starts_on + timedelta(days=5))
    run, = making.put(
        [
            DocumentRun(
                kind="service_agreement", school_year=term.school_year, season=term.season, opened_at=at,
                finished_at=at + timedelta(hours=1), status=DocumentRun.Status.DONE,
            )
        ]
    )  # fmt: skip
    titles = [f"{each.placement.post.name} at {each.placement.school.name}" for each in agreements]
    snapshots = [
        {"reference": f"{term.season}-{place}", "days": 39, "hours": "273.00", "agreement": str(each.public_id)}
        for place, each in enumerate(agreements)
    ]
    items = making.put(
        DocumentItem(
            run=run, subject_id=each.public_id, title=title, snapshot=snapshot, digest=digest(snapshot),
            state=DocumentItem.State.DONE, attempts=1,
        )
        for each, title, snapshot in zip(agreements, titles, snapshots, strict=True)
    )  # fmt: skip
    making.put(
        Document(
            kind=run.kind,
            item=item,
            subject_id=item.subject_id,
            placement=agreement.placement,
            copy=copy,
            title=item.title,
            school_year=term.school_year,
            season=term.season,
            snapshot_digest=item.digest,
            template="0" * 64,
            check_code=f"{making.lot.getrandbits(100):025X}",
            file=f"{making.slug}/papers/{item.subject_id}-{copy}.pdf",
            pages=4,
            size=60_000,
            made_at=at,
            superseded_at=None,
        )
        for item, agreement in zip(items, agreements, strict=True)
        for copy in COPIES
    )
