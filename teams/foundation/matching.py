"""What somebody types to find a thing again: the beginnings of words, in any order.

Beginnings within a name cannot be found by an index under row-level security (architecture 3); a county's few thousand
rows are read through instead (measured in tests/reports/test_search_speed.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from unicodedata import normalize

from django.db.models import Q

MOST_WORDS = 8
LOOSE_ENDS = ".,;:!?()[]{}\"'\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"


def _like_letters() -> dict[str, str]:
    """Each letter of Europe's names with all that differ from it by an accent alone: "e" and "ë" find each other."""
    families: defaultdict[str, str] = defaultdict(str)
    for letter in map(chr, range(0xC0, 0x180)):
        plain = normalize("NFD", letter)[0].lower()
        if letter.isalpha() and plain.isascii():
            families[plain] += letter
    whole = [plain + plain.upper() + more for plain, more in families.items()]
    return {letter: family for family in whole for letter in family}


LIKE_LETTERS = _like_letters()


def words_in(typed: str) -> list[str]:
    """ "St. Mary's, Fenton" as ["St", "Mary's", "Fenton"]: what stands between spaces, without loose marks."""
    words = [part.strip(LOOSE_ENDS) for part in re.split(r"[\s,]+", typed)]
    return [word for word in words if word][:MOST_WORDS]


def begins_a_word(word: str, *fields: str) -> Q:
    """Rows where a word in one of the fields begins like this, in large or small letters, with or without accents."""
    pattern = re.sub(r"([^\w\s])", r"\\\1", normalize("NFC", word))
    pattern = "".join(f"[{LIKE_LETTERS[each]}]" if each in LIKE_LETTERS else each for each in pattern)
    pattern = re.sub(r"\\?['\N{RIGHT SINGLE QUOTATION MARK}]", "['\N{RIGHT SINGLE QUOTATION MARK}]", pattern)
    start = r"\m" if word[0].isalnum() else ""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__iregex": start + pattern})
    return found
