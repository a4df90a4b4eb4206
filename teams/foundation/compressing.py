"""Pages go over the wire compressed, but not where the length of the answer could tell a stranger what is in it.

BREACH: a site that somebody visits has their browser ask for one of our pages again and again, each time with another
guess in the address; where the page repeats the guess, its compressed length tells whether the guess stands on the page
elsewhere. So an answer to a question that another site put, with words in the address that a page could repeat, is sent
as it is. Everything else is compressed, with Django's random number of bytes added, and a fresh mask on each page's
forgery token (docs/decisions/0008).
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Papers and pictures are compressed already.
TYPES = ("text/", "application/json")


class CompressMiddleware(GZipMiddleware):
    """GZip for text, unless another site asked with words of its own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(TYPES) or _strangers_words(request):
            return response
        return super().process_response(request, response)


def _strangers_words(request: HttpRequest) -> bool:
    """Every browser that we support says who asks; a typed address, a bookmark and a mail are "none"."""
    by = request.headers.get("Sec-Fetch-Site", "none")
    return by not in ("none", "same-origin") and bool(request.META.get("QUERY_STRING"))
