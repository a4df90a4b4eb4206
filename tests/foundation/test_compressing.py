"""What goes over the wire compressed, and what does not because its length would tell."""

from __future__ import annotations

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import Client, RequestFactory

from teams.foundation.compressing import CompressMiddleware

PAGE = "<p>Nell Avery at Oakfield, Monday and Tuesday</p>" * 40


def sent(content_type: str = "text/html; charset=utf-8", query: str = "", **headers: str) -> HttpResponse:
    request = RequestFactory().get(f"/schools/{query}", headers={"Accept-Encoding": "gzip, br"} | headers)
    return CompressMiddleware(lambda _: HttpResponse(PAGE, content_type=content_type))(request)


def is_compressed(response: HttpResponse) -> bool:
    return response.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/css", "text/csv", "application/json"])
def test_text_is_compressed_and_comes_out_whole(kind):
    response = sent(kind)
    assert is_compressed(response)
    assert gzip.decompress(response.content).decode() == PAGE
    assert "Accept-Encoding" in response["Vary"]
    assert len(response.content) < len(PAGE) / 4


@pytest.mark.parametrize("kind", ["application/pdf", "image/svg+xml", "application/octet-stream"])
def test_papers_and_pictures_are_left_alone(kind):
    assert not is_compressed(sent(kind))


def test_a_file_of_the_store_keeps_its_length(tmp_path):
    (tmp_path / "paper.pdf").write_bytes(b"%PDF" * 400)
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    answer = lambda _: FileResponse((tmp_path / "paper.pdf").open("rb"), content_type="application/pdf")  # noqa: E731
    assert CompressMiddleware(answer)(request)["Content-Length"] == "1600"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_the_words_of_another_site_are_not_compressed_together_with_ours(site):
    assert not is_compressed(sent(query="?q=Nell", Sec_Fetch_Site=site))


@pytest.mark.parametrize(
    ("query", "site"),
    [("?q=Nell", "same-origin"), ("?q=Nell", "none"), ("", "cross-site")],
    ids=["our own form", "a bookmark", "a link in a webmail"],
)
def test_everybody_else_gets_the_light_page(query, site):
    assert is_compressed(sent(query=query, Sec_Fetch_Site=site))


def test_the_same_page_twice_has_two_lengths():
    """Django adds up to 100 bytes at random: one length says nothing."""
    assert len({len(sent().content) for _ in range(30)}) > 5


def test_the_product_compresses_its_pages(db):
    response = Client().get("/accounts/login/", headers={"Accept-Encoding": "gzip"})
    assert is_compressed(response)
    assert b"Sign in" in gzip.decompress(response.content)
