"""How the workers of a run share the tests (tests/sharing.py)."""

from __future__ import annotations

from collections import Counter

import pytest

from config.local.folder import CHECKOUT
from tests.sharing import TOGETHER, WORTH, shared, worth


@pytest.mark.parametrize("folder", [*TOGETHER, *WORTH])
def test_the_folders_that_it_names_are_there(folder):
    """A folder that has moved would lose its place in silence: its world built twice, its journeys last."""
    assert list((CHECKOUT / folder).rglob("test_*.py"))


def test_the_crawl_builds_its_world_in_one_worker():
    files = {shared(f"tests/crawl/{file.name}::test") for file in (CHECKOUT / "tests/crawl").glob("test_*.py")}
    assert len(files) == 1


def test_what_costs_most_is_handed_out_first(request):
    """The order of this very run: else a worker would begin the longest file when the other has nothing left."""
    costs: Counter[str] = Counter()
    for item in request.session.items:
        costs[shared(item.nodeid)] += worth(item.nodeid)
    handed_out = dict.fromkeys(shared(item.nodeid) for item in request.session.items)
    assert [costs[file] for file in handed_out] == sorted(costs.values(), reverse=True)
