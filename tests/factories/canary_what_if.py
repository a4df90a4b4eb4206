"""What-ifs with a word in each name, one of them sealed as the proposal; a change of each kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.actions.record_papers import paper_of
from reports.models import ProposalPaper
from schools.actions.proposals import Proposing
from schools.actions.what_if import Trying
from schools.models import ProposalCopy, WhatIf, WhatIfChange, WhatIfPart
from tests.factories.authorities import NOW, TODAY, County
from tests.factories.canaries import MONEY


def what_ifs(county: County) -> None:
    senior = county.as_("senior")
    made = {}
    for key in ("what if", "proposal"):
        name = f"Try {county.canaries.plant(key, MONEY)}"
        made[key] = WhatIf.save_as(name, school_year=2026, person=county.people["senior"], by=senior, at=NOW)
    for each in made.values():
        for change in changes(county):
            each.add(change, came_to=lambda _: {}, by=senior, at=NOW)
    county.rows |= made | {"change": made["what if"].changes.first()}
    _propose(county, made["proposal"])


def changes(county: County) -> list[WhatIfChange]:
    day = date(2027, 1, 1)
    added = WhatIfChange(kind="add", day=day, post=county.other_post, to_school=county.cedar)
    added.new_parts = [
        WhatIfPart(fund=county.grant, percent=Decimal("70.00")), WhatIfPart(school=county.beech, percent=Decimal("30.00"))
    ]  # fmt: skip
    return [
        WhatIfChange(
            kind="share", day=day, post=county.post, fund=county.fund, to_school=county.beech, percent=Decimal("10.00")
        ),
        WhatIfChange(kind="award", day=day, percent=Decimal("2.50")),
        WhatIfChange(kind="fund_end", day=date(2027, 7, 31), fund=county.grant),
        WhatIfChange(kind="add", day=day, post=county.other_post, to_school=county.cedar),
        added,
    ]


def _propose(county: County, what_if: WhatIf) -> None:
    senior = county.as_("senior")
    proposing = Proposing(
        WhatIf.objects.for_page().get(pk=what_if.pk), Trying(senior, county.authority, TODAY, since=2026)
    )
    ticked = {name: [line.value for line in lines] for name, lines in proposing.laid_out.groups.items()}
    proposing.seal(ticked, read=proposing.read, by=senior, at=NOW)
    for copy in ProposalCopy.objects.all():
        county.rows[f"{copy.copy} proposal copy"] = copy
    paper_of(county.rows["whole proposal copy"], by=county.clock, at=NOW)
    problem = f"No {county.canaries.plant('problem of a proposal paper', ())}"
    ProposalPaper.objects.create(
        copy=county.rows["finance proposal copy"], state=ProposalPaper.State.FAILED, problem=problem, put_down_at=NOW
    )
