"""What a response says, whatever it is made of: a page, JSON, a style sheet, a paper."""

from __future__ import annotations

import html
import re

import pypdfium2
from django.http import HttpResponse

from tests.crawl.conftest import World


def text_of(response: HttpResponse) -> str:
    """Headers, cookies and body as a reader sees them, in small letters."""
    head, _, body = response.everything.partition(b"\n\n")
    text = text_of_paper(body) if response.get("Content-Type") == "application/pdf" else body.decode(errors="replace")
    whole = text.replace("<wbr>", "")  # where a long address may break (teams.foundation.breaks)
    return html.unescape(f"{head.decode()}\n{whole}").lower()


def text_of_paper(paper: bytes) -> str:
    """All pages of a PDF with the titles of its bookmarks; words that a narrow cell has broken are whole again."""
    document = pypdfium2.PdfDocument(paper)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
        bookmarks = [bookmark.get_title() for bookmark in document.get_toc()]
    finally:
        document.close()
    text = "\n".join(pages + bookmarks)
    return text + "\n" + re.sub(r"[\s\u00ad\ufffe-]+", "", text)


def leaks(world: World, text: str, reader: str) -> list[str]:
    """Cells of which this reader sees a word that is not for them; of Moorland everything is too much."""
    canary, foreign = world.fenshire.canaries, world.moorland.canaries
    mine = [canary.cells[word] for word in canary.seen_in(text) if reader not in canary.readers[word]]
    theirs = [f"Moorland's {foreign.cells[word]}" for word in foreign.seen_in(text) - canary.cells.keys()]
    return sorted({*mine, *theirs})
