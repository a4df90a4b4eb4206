"""`kill -9` in the middle of a term, of a pool's child and of the whole worker: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone

from reports import tasks
from reports.actions import runs
from reports.models import Document, DocumentItem, DocumentRun
from tests.factories.authorities import make_county
from tests.reports.conftest import wait_until
from tests.reports.stories import active, add_terms, grow

PAPERS = 3  # items of the run, each in three copies
LEASE = 2.0


@pytest.fixture
def county(transactional_db, broker):
    county = make_county("fenshire")
    autumn = add_terms(county)[0]
    active(county)
    grow(county, PAPERS - 1)
    with county.inside():
        run, items = runs.run_term(autumn, authority=county.authority, by=county.as_("admin"), at=timezone.now())
        tasks.draw_run.nudge(county.authority.pk, run.pk)
    assert len(items) == PAPERS
    return county


def sweep_until_done(county) -> Callable[[], bool]:
    """Ask whether the run is done; each time it is not, sweep, as beat does every half minute."""

    def look() -> bool:
        with county.inside():
            if DocumentRun.objects.get().status == DocumentRun.Status.DONE:
                return True
        tasks.sweep()
        return False

    return look


def everything_is_there_once(county) -> None:
    with county.inside():
        assert set(DocumentItem.objects.values_list("state", flat=True)) == {"done"}
        current = Counter(Document.objects.current().values_list("subject_id", "copy"))
        assert len(current) == PAPERS * 3
        assert set(current.values()) == {1}
        assert Document.objects.count() == PAPERS * 3, "nothing was made twice and superseded"


def test_kill_9_of_the_pools_child_in_the_middle_of_a_paper(county, process_worker):
    worker = process_worker(lease=LEASE, draw=0.4)
    wait_until(lambda: worker.noted("start"), seconds=60, what="a paper is being drawn")
    victim = worker.noted("start")[-1]
    os.kill(int(victim["process"]), signal.SIGKILL)
    wait_until(sweep_until_done(county), seconds=60, what="the run is done")
    everything_is_there_once(county)
    others = {each["process"] for each in worker.noted("end")} - {victim["process"]}
    assert others, "another child went on"


def test_kill_9_of_the_whole_worker_in_the_middle_of_a_paper(county, process_worker):
    first = process_worker(lease=LEASE, draw=0.4)
    wait_until(lambda: first.noted("start"), seconds=60, what="a paper is being drawn")
    first.stop()
    with county.inside():
        assert DocumentItem.objects.filter(state="working").count() == 1, "killed in the middle"
    second = process_worker(lease=LEASE, draw=0.05)
    wait_until(sweep_until_done(county), seconds=60, what="the run is done")
    everything_is_there_once(county)
    drawn_whole = Counter((each["reference"], each["copy"]) for each in first.noted("end") + second.noted("end"))
    assert len(drawn_whole) == PAPERS * 3
