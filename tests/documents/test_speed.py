"""How many papers a warm worker draws: beside WeasyPrint's plain call on the same page, in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import weasyprint
from django.template import engines

from reports import pdf
from tests.factories.snapshots import make_snapshot

ROUNDS = 3


@pytest.mark.heavy
@pytest.mark.alone
@pytest.mark.timeout(900)
def test_a_warm_worker_is_at_least_as_fast_as_the_plain_call(aloud):
    """Processor time, the best of a few rounds that take turns: other work on the machine disturbs both alike.

    Ours includes the context, the template and the tags; the plain call is given the page ready-made and tags nothing.
    """
    pdf.warm_up()
    environment = engines["jinja2"].env
    style = environment.loader.get_source(environment, pdf.STYLESHEET)[0]
    template, kind = pdf._press("service_agreement").template, pdf.KINDS["service_agreement"]
    papers = [
        (make_snapshot(number=number, days=1 + number % 5, payers=1 + number % 4), copy)
        for number in (2, 3)  # 3 and 4 days, 3 and 4 payers
        for copy in ("school", "council", "way")
    ]
    ours = plain = 0.0
    for snapshot, copy in papers:
        page = template.render(kind.context(snapshot, copy)).replace("</head>", f"<style>{style}</style></head>")
        ours += _best(lambda snapshot=snapshot, copy=copy: pdf.draw("service_agreement", snapshot, copy))
        plain += _best(lambda page=page: weasyprint.HTML(string=page).write_pdf())

    with aloud():
        print(
            f"\npapers a second of one core: {len(papers) / ours:.2f} drawn by a warm worker, "
            f"{len(papers) / plain:.2f} by the plain call; {plain / ours:.2f} times as fast"
        )
    assert plain / ours >= 0.9


def _best(draw: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        draw()
        seconds.append(time.process_time() - started)
    return min(seconds)
