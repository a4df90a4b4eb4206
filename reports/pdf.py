"""The only door to WeasyPrint: a snapshot goes in, a tagged PDF comes out.

What costs time is done once in a process and kept: fonts, stylesheet, templates. A paper knows no clock and no row, so
the same snapshot, copy and template give the same bytes.

The aim is PDF/UA-1 (ISO 14289-1), and what it asks for is written: tags, language, title, headers of tables, text for
figures, artifacts. But the `pdf/ua-1` variant also writes "this file conforms" into the metadata, and no validator has
looked at these papers; so no variant is chosen, and the same metadata is written without the claim.
"""

from __future__ import annotations

import gc
import hashlib
import logging
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, NamedTuple, cast

from django.template import engines
from django.template.backends.jinja2 import Jinja2
from jinja2 import Environment, Template, meta
from weasyprint import CSS, HTML
from weasyprint.document import Document, Page
from weasyprint.formatting_structure import boxes
from weasyprint.logger import LOGGER
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from performance.rules import criteria
from reports.documents import (
    colour,
    cost_sheet,
    county_pack,
    figures_sheet,
    need_briefing,
    proposal,
    qr,
    review,
    school_share_buys,
    service_agreement,
    share_buys,
    success_criteria,
    supervision_record,
)
from schools.rules import what_if_words, wording
from teams.foundation import words

logger = logging.getLogger(__name__)

STYLESHEET = "documents/paper.css"
# The forms a paper is printed in, with the stylesheets of each: large print is the same page, laid out again.
PAPER, LARGE_PRINT = "paper", "large"
STYLESHEETS = {PAPER: (STYLESHEET,), LARGE_PRINT: (STYLESHEET, "documents/large.css")}
SCOPES = {"row": "/Row", "col": "/Column"}
POINTS = 0.75  # in a CSS pixel
TAGGED = {"pdf_tags": True, "pdf_version": "1.7"}

# Has every font read before the first paper waits for it.
FIRST_PAGE = '<!doctype html><html lang="en-GB"><title>Warm</title><p>Warm <b>warm</b></p></html>'

# Pango's fonts are shared by the whole process, and not made for two threads at once.
_one_at_a_time = Lock()


class NotDrawn(Exception):
    """A paper asked for something from outside itself, or would have had something missing. It says what."""


class Drawn(NamedTuple):
    """The bytes of a PDF, and how many pages it has."""

    content: bytes
    pages: int


class Kind(NamedTuple):
    """What makes one kind of paper: its context, and the modules whose words are printed on it."""

    context: Callable[[dict[str, Any], str], dict[str, Any]]
    worded_by: tuple[ModuleType, ...]


KINDS = {
    "service_agreement": Kind(service_agreement.context, (service_agreement, cost_sheet, colour, qr, wording, words)),
    "success_criteria": Kind(success_criteria.context, (success_criteria, colour, qr, criteria, words)),
    "supervision_record": Kind(supervision_record.context, (supervision_record, colour, words)),
    "review": Kind(review.context, (review, colour, words)),
    "need_briefing": Kind(need_briefing.context, (need_briefing, colour, words)),
    "proposal": Kind(proposal.context, (proposal, what_if_words, success_criteria, colour, words)),
    "share_buys": Kind(share_buys.context, (share_buys, colour, words)),
    "share_buys_school": Kind(school_share_buys.context, (school_share_buys, share_buys, colour, words)),
    "figures_sheet": Kind(figures_sheet.context, (figures_sheet, success_criteria, colour, words)),
    "county_pack": Kind(county_pack.context, (county_pack, success_criteria, colour, words)),
}


class _Press(NamedTuple):
    """All that is ready before the first paper of a kind is drawn."""

    template: Template
    stylesheet: CSS
    digest: str


def warm_up() -> None:
    """Once in each process that draws: fonts, stylesheets and templates, kept out of the garbage collector's way."""
    if harfbuzz_subset is None:
        logger.warning(
            "libharfbuzz-subset cannot be loaded: fonts are cut down in Python, and every paper takes about a quarter "
            "longer. Install the package libharfbuzz-subset0."
        )
    for kind in KINDS:
        press = _press(kind)
        _print(FIRST_PAGE, press.stylesheet)
    gc.collect()
    gc.freeze()


def draw(kind: str, snapshot: dict[str, Any], copy: str, form: str = PAPER) -> Drawn:
    """One copy of one paper. Keeps a processor busy for a second or two: hold no transaction meanwhile.

    Raises KeyError for an unknown kind or copy, or a snapshot that lacks something; NotDrawn for a mistake in the
    template that the reader of the paper would have to find.
    """
    press = _press(kind, form)
    return _print(press.template.render(KINDS[kind].context(snapshot, copy), form=form), press.stylesheet)


def template_digest(kind: str, form: str = PAPER) -> str:
    """SHA-256 over all that draws this kind besides the snapshot: templates, macros, stylesheet, and our own words.

    A paper drawn with another digest is drawn anew.
    """
    return _press(kind, form).digest


@cache
def _press(kind: str, form: str = PAPER) -> _Press:
    """Kept until the process ends: a worker draws with the templates it started with, and says so in the digest."""
    worded_by = KINDS[kind].worded_by
    environment = cast(Jinja2, engines["jinja2"]).env
    name = f"documents/{kind}.html"
    style = "".join(_source(environment, each) for each in STYLESHEETS[form])
    digest = hashlib.sha256()
    for source in (
        *(source for _, source in sorted(_sources(environment, name))),
        style,
        *(Path(str(module.__file__)).read_text("utf-8") for module in worded_by),
    ):
        digest.update(hashlib.sha256(source.encode()).digest())
    stylesheet = CSS(string=style, font_config=_fonts(), url_fetcher=_nothing_outside())
    return _Press(environment.get_template(name), stylesheet, digest.hexdigest())


def _sources(environment: Environment, name: str) -> Iterator[tuple[str, str]]:
    """The template and every one that it takes macros from, by name."""
    waiting, seen = [name], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        source = _source(environment, name)
        waiting.extend(each for each in meta.find_referenced_templates(environment.parse(source)) if each)
        yield name, source


def _source(environment: Environment, name: str) -> str:
    loader = environment.loader
    assert loader is not None  # noqa: S101  Django always gives one
    return loader.get_source(environment, name)[0]


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


def _nothing_outside() -> URLFetcher:
    """Pictures come as `data:`; anything else, from the network or the disk, stops the paper."""
    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


def _print(html: str, stylesheet: CSS) -> Drawn:
    complaints = _Complaints()
    with _one_at_a_time, complaints:
        try:
            laid_out = HTML(string=html, url_fetcher=_nothing_outside()).render(
                font_config=_fonts(), stylesheets=[stylesheet], **TAGGED
            )
            document = laid_out.copy([_Sheet(page) for page in laid_out.pages])
            content = document.write_pdf(finisher=_finish, **TAGGED)
        except FatalURLFetchingError as refused:  # a BaseException, which would take the worker with it
            raise NotDrawn(str(refused)) from refused
    if complaints.said:
        raise NotDrawn("; ".join(complaints.said))
    return Drawn(content, len(document.pages))


class _Complaints(logging.Handler):
    """WeasyPrint logs a figure without words or one that it cannot draw, and carries on without. We do not."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())

    def __enter__(self) -> None:
        LOGGER.addHandler(self)

    def __exit__(self, *_: object) -> None:
        LOGGER.removeHandler(self)


class _Sheet(Page):
    """A page whose running header and footer are artifacts: read aloud on every page they would cut sentences in two.

    WeasyPrint 70 marks them as content and leaves them out of the tag tree, which is neither the one nor the other.
    """

    _page_box: Any

    def __init__(self, laid_out: Page) -> None:
        self.__dict__.update(laid_out.__dict__)

    def paint(self, stream: Any, scale: float = 1) -> None:
        margins = [child for child in self._page_box.children if isinstance(child, boxes.MarginBox)]
        running = {box for margin in margins for box in margin.descendants()}
        as_content = stream.marked
        stream.marked = lambda box, tag: stream.artifact() if box in running else as_content(box, tag)
        super().paint(stream, scale)
        # The tag tree is built after the last page is painted, from what is left on the pages.
        self._page_box = self._page_box.copy_with_children(
            [child for child in self._page_box.children if child not in margins]
        )


def _finish(document: Document, file: Any) -> None:
    """What WeasyPrint 70 leaves out: which way headers look, where figures stand, and metadata without a claim."""
    for page in document.pages:
        for cell in page._page_box.descendants():
            if cell.element_tag == "th" and isinstance(cell, boxes.TableCellBox):
                cell.mark["A"]["Scope"] = SCOPES[cell.element.attrib["scope"]]
    for thing in file.objects:
        if isinstance(thing, dict) and thing.get("S") == "/Figure":
            # Given in pixels from the top; a reader that outlines the figure counts points from the bottom.
            left, top, right, bottom = thing["A"]["BBox"]
            height = document.pages[0].height
            thing["A"]["BBox"][:] = (edge * POINTS for edge in (left, height - bottom, right, height - top))
    document.metadata.include_in_pdf(file, "ua", version=None, conformance=None, compress=False)
