"""One authenticated call to a resource: what handlers are given, and the small questions they all ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from workbench.sandbox.salesforce import dates
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Object
from workbench.sandbox.salesforce.org import Org
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.salesforce.rules import DuplicateHeader
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response


@dataclass(frozen=True)
class Call:
    """A request with its user, its API version and the org as this user sees it."""

    request: Request
    state: State
    user_id: str
    version: str

    @cached_property
    def org(self) -> Org:
        """The org behind the business door."""
        return Org(self.state, self.user_id)

    @property
    def base(self) -> str:
        """The path that every resource of this version begins with."""
        return f"/services/data/v{self.version}"

    @property
    def number(self) -> float:
        """The API version as a number."""
        return float(self.version)

    def object(self, name: str) -> Object:
        """The object that the path names."""
        return self.org.schema.resource(name)

    @cached_property
    def said(self) -> dict[str, str]:
        """The query's parameters by name; one that is given twice is refused rather than half ignored."""
        found: dict[str, str] = {}
        for name, value in self.request.query:
            if name in found:
                raise Refused("INVALID_QUERY_PARAMETER", f"query parameter given twice: {name}")
            found[name] = value
        return found

    def take(self, known: Iterable[str]) -> None:
        """Refuse a query parameter that the resource does not know."""
        if unknown := sorted(set(self.said) - set(known)):
            raise Refused("INVALID_QUERY_PARAMETER", f"unknown query parameter: {', '.join(unknown)}")

    def body(self) -> dict[str, Any]:
        """The JSON object in the body."""
        kind = self.request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if kind != "application/json":
            message = f"Content-Type header specified in HTTP request is not supported: {kind}"
            raise Refused("UNSUPPORTED_MEDIA_TYPE", message, status=415)
        try:
            found = self.request.json()
        except (ValueError, RecursionError) as failure:
            raise Refused("JSON_PARSER_ERROR", f"The body is not JSON: {str(failure)[:200]}") from None
        if not isinstance(found, dict):
            raise Refused("JSON_PARSER_ERROR", "The body must be one JSON object")
        return found

    def header_options(self, name: str) -> Mapping[str, str]:
        """A header of the form `a=1; b=2`, names in lower case."""
        pairs = (
            part.partition("=") for part in self.request.headers.get(name.lower(), "").replace(",", ";").split(";")
        )
        return {key.strip().lower(): value.strip() for key, _, value in pairs if key.strip()}

    @cached_property
    def duplicates(self) -> DuplicateHeader:
        """What the caller says about duplicates."""
        said = self.header_options("Sforce-Duplicate-Rule-Header")
        allow, details = (said.get(name, "").lower() == "true" for name in ("allowsave", "includerecorddetails"))
        return DuplicateHeader(allow, details, self.version)

    def answering(self, request: Request) -> Call:
        """The same caller with another request: a part of a composite one."""
        return replace(self, request=request)


def json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response.of_json(value, status, headers)


def refusal(refused: Refused) -> Response:
    """An error answer: always an array."""
    return Response.of_json([refused.body()], refused.status)


def changed_at(row: Row) -> str:
    """When the record was last changed."""
    return str(row["LastModifiedDate"])


def shown_moment(stored: str) -> str:
    """A stored moment as answers write it."""
    return dates.wire(stored)
