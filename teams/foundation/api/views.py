"""Thin bases of the API's addresses: find the record through the wall, call one verb, say what became of it.

A view says who may come in, as a page does: `roles`, or `by_policy = True`; and to which family of scopes it belongs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, cast

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.http import parse_etags
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from teams.foundation import hats, proof
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.api.doors import BySession, ByToken, Declared, Rate
from teams.foundation.api.files import FORMAT, Column, CsvFile, Negotiation, XlsxFile, export
from teams.foundation.api.pages import CursorPages
from teams.foundation.api.refusals import Changed
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.tokens import COSTS
from teams.foundation.views import fetch

CHOOSE_FIRST = (
    "You have several roles or schools. Choose on your first page which one to look at, then ask for the file."
)


class Record(serializers.Serializer):
    """What is told of a record. A field that this asker may not see is left out, and not emptied."""

    def hidden(self, record: Any) -> Iterable[str]:
        """The names of the fields that are left out for this asker."""
        return ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        said = cast(dict[str, Any], super().to_representation(instance))
        for name in self.hidden(instance):
            said.pop(name, None)
        return said

    @property
    def principal(self) -> Principal:
        return cast(Principal, self.context["principal"])

    @property
    def may_read_costs(self) -> bool:
        """Is money told at all to who asks now (ApiView)? What of it is theirs is the policy's question."""
        return bool(self.context["may_read_costs"])


class ApiView(GenericAPIView):
    """One address. `serializer_class` is what it answers, `body_class` what it takes."""

    family: ClassVar[str | None] = None
    roles: ClassVar[frozenset[str] | None] = None
    by_policy: ClassVar[bool] = False
    body_class: ClassVar[type[serializers.Serializer] | None] = None
    takes: ClassVar[frozenset[str]] = frozenset()  # names in the query beside those of filters and pages
    says: ClassVar[str] = ""  # one line for the description
    says_of_post: ClassVar[str] = ""  # of the verb, where the address can be looked at too
    is_list: ClassVar[bool] = False
    model: ClassVar[Any] = None

    authentication_classes = [ByToken, BySession]
    permission_classes = [Declared]
    content_negotiation_class = Negotiation
    filter_backends: Sequence[type] = ()
    pagination_class: ClassVar[type[CursorPages] | None] = None
    http_method_names = ["get", "head", "post"]
    lookup_field = "public_id"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__name__.endswith("Api") and cls.roles is None and not cls.by_policy:
            raise ImproperlyConfigured(f"{cls.__name__} does not say who may ask: set roles or by_policy.")

    @property
    def principal(self) -> Principal:
        return cast(Principal, self.request._request.principal)

    @property
    def authority(self) -> Any:
        return self.request._request.authority

    @property
    def may_read_costs(self) -> bool:
        """A token reads money only where it was made for that; somebody at a browser as long as a page would show it
        without asking again who it is."""
        token = self.principal.token
        return bool(token.allows(COSTS)) if token is not None else proof.is_fresh(self.request._request, self.now)

    def refuse_all_but(self, roles: Iterable[str]) -> None:
        """For an address whose methods are for different roles. Raises NotAllowed."""
        if not self.principal.has(*roles):
            raise NotAllowed(f"api.{type(self).__name__}", self.request.path)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        by_address = Rate.of_address(request)
        by_address.check()
        by_address.count()
        super().initial(request, *args, **kwargs)
        by_asker = Rate.of_asker(request)
        by_asker.check()
        by_asker.count()
        strange = request.query_params.keys() - self.names_in_query()
        if strange:
            raise ValidationError({name: ["This address knows no such name."] for name in sorted(strange)})

    def names_in_query(self) -> set[str]:
        return {FORMAT, *self.takes}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if request.method in ("GET", "HEAD") and response.status_code == 200 and isinstance(response, Response):
            return self.unless_read_before(request, response.render())
        return response

    def unless_read_before(self, request: Any, response: Any) -> HttpResponseBase:
        """An ETag of what is told; 304 to somebody who has read exactly this."""
        etag = _etag_of(response.rendered_content)
        response["ETag"] = etag
        known = _etags_in(request.headers.get("If-None-Match", ""))
        if "*" in known or etag in known:
            response.status_code, response.content = 304, b""
            del response["Content-Type"]
        return cast(HttpResponseBase, response)

    def get_serializer_context(self) -> dict[str, Any]:
        context: dict[str, Any] = super().get_serializer_context()
        if getattr(self, "swagger_fake_view", False):
            return context | {"principal": None, "today": None, "may_read_costs": False}
        return context | {"principal": self.principal, "today": self.today, "may_read_costs": self.may_read_costs}

    def tell(self, record: Any, status: int = 200) -> Any:
        """One record as this asker may see it."""
        return Response(self.get_serializer(self.dressed([record])[0]).data, status=status)

    def rows(self) -> Any:
        """Everything that this asker may see."""
        raise NotImplementedError

    def dressed(self, records: list[Any]) -> list[Any]:
        """With what the rows of other tables say about them; the same number of queries for one and for many."""
        return records

    def fetch(self, rows: VisibleQuerySet, public_id: Any) -> Any:
        """A record through the wall. Not there and not theirs are the same 404; the attempt is audited."""
        return fetch(self.request._request, rows, public_id)

    def said(self) -> dict[str, Any]:
        """What was sent along, well-formed. Raises ValidationError."""
        assert self.body_class is not None  # noqa: S101
        body = self.body_class(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class ListApi(ApiView):
    """Rows within reach, narrowed by filters, a page at a time; or all of them in one file."""

    by_policy = True
    is_list = True
    columns: ClassVar[Sequence[Column]] = ()
    order: ClassVar[Sequence[str]] = ("pk",)  # of a file, which people read
    filter_backends = [DjangoFilterBackend]
    pagination_class = CursorPages

    def get_renderers(self) -> list[Any]:
        return [*super().get_renderers(), *([CsvFile(), XlsxFile()] if self.columns else [])]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        return self.rows()

    def names_in_query(self) -> set[str]:
        filters = getattr(self, "filterset_class", None)
        return super().names_in_query() | {"cursor", "limit", *(filters.base_filters if filters else ())}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = self.filter_queryset(self.get_queryset())
        if request.accepted_renderer.format in (CsvFile.format, XlsxFile.format):
            if hats.must_choose(self.principal):
                raise Refusal(CHOOSE_FIRST, code="choose_first")
            return export(self, rows)
        page = self.paginate_queryset(rows)
        return cast(HttpResponseBase, self.get_paginated_response(self.tell_all(page)))

    def in_file(self, said: dict[str, Any]) -> dict[str, Any]:
        """A row for a file, where a cell needs other words than the JSON has."""
        return said

    def tell_all(self, records: Any) -> list[Any]:
        return list(self.get_serializer(self.dressed(list(records)), many=True).data)


class RecordApi(ApiView):
    """One record, looked at."""

    by_policy = True

    def get(self, request: Any, public_id: Any) -> HttpResponseBase:
        return cast(HttpResponseBase, self.tell(self.fetch(self.rows(), public_id)))


class ActApi(ApiView):
    """One verb of one record. With If-Match it is done only to what the asker has read."""

    by_policy = True
    http_method_names = ["post"]
    status_of_success: ClassVar[int] = 200

    def post(self, request: Any, public_id: Any) -> HttpResponseBase:
        record = self.fetch(self.rows(), public_id)
        self.refuse_unless_as_read(record)
        said = self.said() if self.body_class is not None else {}
        return cast(HttpResponseBase, self.tell(self.again(self.act(record, **said)), self.status_of_success))

    def act(self, record: Any, **said: Any) -> Any:
        """Do it, and return the record to tell of."""
        raise NotImplementedError

    def again(self, record: Any) -> Any:
        """As it is now; gone from sight where the verb has taken it out of reach."""
        found = self.rows().filter(pk=record.pk).first()
        if found is None:
            raise Http404
        return found

    def refuse_unless_as_read(self, record: Any) -> None:
        wanted = _etags_in(self.request.headers.get("If-Match", ""))
        if not wanted or "*" in wanted:
            return
        # Until this request is over nobody else changes it: what is compared here is what the verb will find.
        type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
        response = self.tell(self.again(record))
        self.finalize_response(self.request, response)
        if _etag_of(response.rendered_content) not in wanted:
            raise Changed


def _etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _etags_in(header: str) -> set[str]:
    """Those in a header. An answer that was compressed on its way has a weak one, which means the same here."""
    return {etag.removeprefix("W/") for etag in parse_etags(header)}
