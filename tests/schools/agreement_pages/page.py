"""The pages of one agreement as tests open and read them."""

from __future__ import annotations

from schools.models import Agreement
from tests.factories.agreements import fresh

LIST = "/fenshire/agreements/"


def at(county, page: str = "") -> str:
    return f"{LIST}{county.agreement.public_id}/{page}"


def words(response) -> str:
    html = response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    return html.replace("&#39;", "'").replace("\n", " ")


def now(county) -> Agreement:
    with county.inside():
        return fresh(county.agreement)
