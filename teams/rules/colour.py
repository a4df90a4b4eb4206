"""Can words be read on a colour? WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for words of ordinary size."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

NEEDED = Decimal("4.5")


def contrast_with_white(colour: str) -> Decimal:
    """How many to one white words stand out on a colour like "#1d70b8": from 1.0 to 21.0, rounded down."""
    luminance = sum(
        weight * _linear(int(colour[at : at + 2], 16) / 255) for at, weight in ((1, 0.2126), (3, 0.7152), (5, 0.0722))
    )
    return Decimal(1.05 / (luminance + 0.05)).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def darkened(colour: str) -> str:
    """The nearest shade of the same colour on which white words can be read; the colour itself where they can."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for twentieths in range(20, -1, -1):
        shade = "#" + "".join(f"{part * twentieths // 20:02x}" for part in parts)
        if contrast_with_white(shade) >= NEEDED:
            return shade
    raise AssertionError("White words can be read on black.")


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
