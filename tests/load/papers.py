"""How many papers a warm worker draws, beside WeasyPrint's plain call on the same page.

Processor time, the best of a few rounds that take turns: other work on the machine disturbs both alike. Ours includes
the context, the template and the tags; the plain call is given the page ready-made and tags nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import weasyprint
from django.template import engines

from reports import pdf
from tests.factories.snapshots import make_snapshot

ROUNDS = 3


class Drawn(NamedTuple):
    """Papers a second of one core."""

    ours: float
    plain: float


def papers_a_second(rounds: int = ROUNDS) -> Drawn:
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
        ours += _best(lambda snapshot=snapshot, copy=copy: pdf.draw("service_agreement", snapshot, copy), rounds)
        plain += _best(lambda page=page: weasyprint.HTML(string=page).write_pdf(), rounds)
    return Drawn(len(papers) / ours, len(papers) / plain)


def _best(draw: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        draw()
        seconds.append(time.process_time() - started)
    return min(seconds)
