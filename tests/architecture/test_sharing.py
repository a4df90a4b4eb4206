"""How the workers of a run share the tests (tests/sharing.py)."""

from __future__ import annotations

import pytest

from config.local.folder import CHECKOUT
from tests.sharing import TOGETHER, WORTH, shared


@pytest.mark.parametrize("folder", [*TOGETHER, *WORTH])
def test_the_folders_that_it_names_are_there(folder):
    """A folder that has moved would lose its place in silence: its world built twice, its journeys last."""
    assert list((CHECKOUT / folder).rglob("test_*.py"))


def test_the_crawl_builds_its_world_in_one_worker():
    files = {shared(f"tests/crawl/{file.name}::test") for file in (CHECKOUT / "tests/crawl").glob("test_*.py")}
    assert len(files) == 1


def test_long_files_are_handed_out_first(request):
    """The order of this very run: what is worth most stands before the small files."""
    files = [shared(item.nodeid) for item in request.session.items]
    journeys = [number for number, file in enumerate(files) if file.startswith("tests/journeys/")]
    assert not journeys or journeys[0] == 0
