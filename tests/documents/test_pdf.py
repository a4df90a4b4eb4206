"""The door to WeasyPrint: the same bytes for the same paper, nothing from outside, and what is warned of."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.template import engines
from jinja2 import ChoiceLoader, DictLoader

from reports import pdf
from tests.documents.reading import paper
from tests.factories.snapshots import make_snapshot

ELSEWHERE = """
import django, hashlib, json, sys
django.setup()
from reports import pdf
print(hashlib.sha256(pdf.draw("service_agreement", json.load(sys.stdin), "council").content).hexdigest())
"""


def test_the_same_paper_has_the_same_bytes():
    assert pdf.draw("service_agreement", make_snapshot(), "council") == paper("council")


def test_the_order_of_keys_in_the_snapshot_does_not_matter():
    """PostgreSQL keeps the keys of a JSON object in an order of its own."""
    stored = json.loads(json.dumps(make_snapshot(), sort_keys=True))

    assert pdf.draw("service_agreement", stored, "council") == paper("council")


def test_another_process_draws_the_same_bytes():
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input=json.dumps(make_snapshot()),
        env=os.environ | {"PYTHONHASHSEED": "20260901", "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split()[-1] == hashlib.sha256(paper("council").content).hexdigest()


def test_a_paper_drawn_after_many_others_has_the_same_bytes():
    before = pdf.draw("service_agreement", make_snapshot(days=2), "way")
    paper("school", days=5, payers=4, long=True, colour="#ffdd00")

    assert pdf.draw("service_agreement", make_snapshot(days=2), "way") == before


@pytest.fixture
def changed():
    """Changes the source of a template for as long as the test runs."""
    environment = engines["jinja2"].env
    loader = environment.loader

    def change(name: str) -> None:
        source = loader.get_source(environment, name)[0]
        environment.loader = ChoiceLoader([DictLoader({name: source + "\n"}), loader])
        pdf._press.cache_clear()

    yield change
    environment.loader = loader
    pdf._press.cache_clear()


@pytest.mark.parametrize("name", ["documents/service_agreement.html", "documents/macros.html", "documents/paper.css"])
def test_a_changed_template_macro_or_stylesheet_changes_the_digest(changed, name):
    before = pdf.template_digest("service_agreement")
    changed(name)

    assert len(before) == 64
    assert pdf.template_digest("service_agreement") != before


def test_our_own_words_are_in_the_digest(monkeypatch, tmp_path):
    before = pdf.template_digest("service_agreement")
    module = tmp_path / "wording.py"
    module.write_text("WHAT_IT_BUYS = ()")
    monkeypatch.setattr(pdf.wording, "__file__", str(module))
    pdf._press.cache_clear()
    try:
        assert pdf.template_digest("service_agreement") != before
    finally:
        pdf._press.cache_clear()


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/picture.png", "https://alongside.example/a.png", "file:///etc/hostname", "ftp://127.0.0.1/a"],
)
def test_nothing_is_fetched_from_outside_the_paper(address):
    stylesheet = pdf._press("service_agreement").stylesheet

    for html in (
        f'<img alt="" src="{address}">',
        f'<p style="background: url({address})">words</p>',
        f'<link rel="stylesheet" href="{address}">',
        f"<style>@import url({address});</style>",
        f'<svg viewBox="0 0 9 9"><title>T</title><image href="{address}" width="9" height="9"/></svg>',
    ):
        with pytest.raises(pdf.NotDrawn, match="fetching|Failed to render SVG"):
            pdf._print(f'<html lang="en-GB">{html}', stylesheet)


def test_a_picture_in_the_paper_itself_is_drawn():
    svg = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"

    assert pdf._print(
        f'<html lang="en-GB"><img alt="A square" src="{svg}">', pdf._press("service_agreement").stylesheet
    ).pages


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ('<html lang="en-GB"><img src="data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\'/%3E">', "alt"),
        ("<p>In no language.</p>", "lang"),
    ],
)
def test_a_paper_that_would_lack_something_is_not_drawn(page, complaint):
    with pytest.raises(pdf.NotDrawn, match=complaint):
        pdf._print(page, pdf._press("service_agreement").stylesheet)


def test_warming_up_freezes_what_stays_and_warns_of_slow_fonts(monkeypatch, caplog):
    frozen = []
    monkeypatch.setattr(pdf.gc, "freeze", lambda: frozen.append(True))
    pdf.warm_up()
    assert frozen
    assert "harfbuzz" not in caplog.text

    monkeypatch.setattr(pdf, "harfbuzz_subset", None)
    pdf.warm_up()
    assert "Install the package libharfbuzz-subset0." in caplog.text


def test_a_kind_that_is_not_known_is_a_mistake():
    with pytest.raises(KeyError):
        pdf.draw("governors_report", make_snapshot(), "school")
