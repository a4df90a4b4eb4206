"""What a head reads before the first box."""

from __future__ import annotations

import re

UNSEEN = r'<section class="[^"]*" id="[^"]*" aria-labelledby="[^"]*" hidden>.*?</section>'


def words_to_read_first(page: str) -> list[str]:
    """Of the main part, in their order. Nobody reads the box of two versions before a script has found two."""
    before = page.partition("<main")[2].partition(">")[2].partition("<textarea")[0]
    seen = re.sub(UNSEEN, " ", before, flags=re.S)
    return re.sub(r"<(script|style|svg|title).*?</\1>|<[^>]+>", " ", seen, flags=re.S).split()
