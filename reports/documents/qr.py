"""The check code of a paper as a drawing."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr(address: str) -> Markup:
    """The address as a drawing in the page, quiet zone included; black, whatever the authority's colour."""
    title = "QR code of the page that says whether this paper is the current one"
    # Safe: segno writes the drawing, and the title is ours.
    return Markup(segno.make_qr(address, error="m").svg_inline(border=4, omitsize=True, title=title))  # noqa: S704
