"""The style sheet that everybody loads has what the pages use, and nothing that no page uses any more."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import govuk_frontend_jinja
import pytest

from teams.views.offline import SHELL
from tests.architecture.source import ROOT, templates

MACROS = Path(govuk_frontend_jinja.__file__).parent / "templates"
IMPORTED_MACRO = re.compile(r"components/([a-z-]+)/macro\.html")
BESIDE_IT = re.compile(r"[\"']\.\./([a-z-]+)/macro\.html")
CLASS = re.compile(r"(?<![\w./-])((?:govuk|moj)-[a-z0-9_!-]+)(?![\w.])")
# Parts of their markup that they give a name and nothing else; GOV.UK's tag is blue unless it says otherwise.
WITHOUT_STYLE = {
    "govuk-template__footer",
    "govuk-tag--blue",
    "moj-filter__content",
    "moj-timeline__header",
    "moj-sortable-table",
}


@cache
def our_templates() -> dict[str, str]:
    return {name: re.sub(r"\{#.*?#\}", "", text, flags=re.S) for name, text in templates() if name.endswith(".html")}


def components() -> set[str]:
    return {path.name for path in (MACROS / "components").iterdir() if path.is_dir()}


def named(prefix: str) -> set[str]:
    """The classes of this family that our templates write themselves; those put together end with a hyphen."""
    return {each for text in our_templates().values() for each in CLASS.findall(text) if each.startswith(f"{prefix}-")}


def block_of(name: str) -> str:
    """ "govuk-task-list" for "govuk-task-list__item" and "govuk-task-list--large"."""
    return re.split(r"__|--", name)[0]


def drawn_by_macros() -> set[str]:
    """The components whose macros our templates call, and those that these call in turn."""
    waiting = {each for text in our_templates().values() for each in IMPORTED_MACRO.findall(text)}
    found = {"skip-link"}  # of the page template itself
    while waiting:
        found.add(name := waiting.pop())
        inside = "".join(path.read_text("utf-8") for path in (MACROS / "components" / name).glob("*.html"))
        waiting |= set(IMPORTED_MACRO.findall(inside) + BESIDE_IT.findall(inside)) - found
    return found


def in_style_sheet(name: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / "static" / "scss" / name).read_text("utf-8")))


def test_of_govuk_frontend_every_component_is_there_that_pages_use_and_no_other():
    written = {block_of(each).removeprefix("govuk-") for each in named("govuk")} & components()
    used = drawn_by_macros() | written
    there = in_style_sheet("_govuk.scss", r'@use "[^"]*/components/([a-z-]+)"')
    assert there == used, (
        f"static/scss/_govuk.scss: add {sorted(used - there)}, which pages use; "
        f"take out {sorted(there - used)}, which nobody uses."
    )


def test_of_mojs_patterns_every_one_is_there_that_pages_use_and_no_other():
    there = in_style_sheet("app.scss", r'@use "[^"]*/moj/components/[a-z-]+/([a-z-]+)"')
    written = {block_of(each).removeprefix("moj-") for each in named("moj")}
    used = {max((one for one in there if each.startswith(one)), default=each, key=len) for each in written}
    assert there == used, (
        f"static/scss/app.scss: add {sorted(used - there)}, which pages use; take out {sorted(there - used)}."
    )


def test_every_script_of_a_pattern_that_a_page_asks_for_is_loaded():
    asked = {name for text in our_templates().values() for name in re.findall(r'data-module="(moj-[a-z-]+)"', text)}
    app = (ROOT / "static" / "js" / "app.js").read_text("utf-8")
    loaded = set(re.findall(r'import\("\./(moj-[a-z-]+)\.js"\)', app))
    assert loaded == asked, f"static/js/app.js: pages ask for {sorted(asked)}, and it loads {sorted(loaded)}."


def test_what_opens_without_signal_has_every_script_that_its_scripts_import():
    kept = {name.removeprefix("js/") for name in SHELL if name.startswith("js/")}
    sources = {path.name: path.read_text("utf-8") for path in (ROOT / "static" / "js").glob("*.js")}
    imported = {each for name in kept for each in re.findall(r'^import .*"\./(.+\.js)";$', sources.get(name, ""), re.M)}
    assert imported <= kept, f"teams/views/offline.py: add {sorted(imported - kept)} to SHELL."


@pytest.mark.parametrize("family", ["govuk", "moj"])
def test_every_class_that_a_template_writes_is_in_the_style_sheet(family):
    """As built: `make setup` makes it."""
    css = (ROOT / "static" / "build" / "app.css").read_text("utf-8").replace("\\", "")
    drawn = set(re.findall(rf"\.({family}-[\w!-]+)", css))
    missing = {
        each: [name for name, text in our_templates().items() if each in text]
        for each in named(family) - WITHOUT_STYLE
        if not (each in drawn or (each.endswith("-") and any(one.startswith(each) for one in drawn)))
    }
    assert not missing, f"No style for {missing}: a misspelt class, or a component missing in static/scss."
