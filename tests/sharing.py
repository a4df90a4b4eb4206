"""How the workers of a run share the tests: whole files, the dearest first, so that nobody ends on a long one alone.

Loaded by pytest as a plugin (`-p tests.sharing`). A folder whose tests stand on one costly world stays together, for
each worker would build that world for itself.
"""

from __future__ import annotations

from collections import Counter

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.told import commits, path_of

TOGETHER = ("tests/crawl/",)
# About how many plain tests one of these is worth. Nothing but the order of the files hangs on it.
WORTH = {"tests/journeys/": 100, "tests/crawl/": 4, "tests/documents/": 4, "tests/reports/": 4, "tests/config/": 4}


def shared(nodeid: str) -> str:
    """What one worker takes whole: a file, or a folder of TOGETHER."""
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


def worth(nodeid: str) -> int:
    return next((worth for folder, worth in WORTH.items() if nodeid.startswith(folder)), 1)


class WholeFiles(LoadFileScheduling):
    """`--dist loadfile` in the order of the collection, with the folders of TOGETHER as one file."""

    def _split_scope(self, nodeid: str) -> str:
        return shared(nodeid)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a file the tests of one story stand together, and those that commit come last."""
    costs: Counter[str] = Counter()
    for item in items:
        costs[shared(item.nodeid)] += worth(item.nodeid)

    def place(item: pytest.Item) -> tuple[object, ...]:
        file = shared(item.nodeid)
        return -costs[file], file, commits(item), [told.name for told in path_of(item)]

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> WholeFiles | None:
    if config.getoption("dist") not in ("load", "loadfile"):
        return None
    config.option.loadscopereorder = False  # it would put the files with the most tests first, however quick these are
    return WholeFiles(config, log)
