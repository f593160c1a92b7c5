"""One authenticated call: the collection that the path names, the parent's id, the parameters in any letter case."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workbench.sandbox.connectwise.fields import Collection
from workbench.sandbox.connectwise.refusals import Refused, bad_body
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import Record
from workbench.sandbox.wire import Request


@dataclass(frozen=True)
class Call:
    """A request with the tenant as its caller sees it, and the collection that it is about.

    `rows`: the records of a list that is made for this call alone.
    """

    request: Request
    tenant: Tenant
    collection: Collection
    parent_id: str = ""
    rows: tuple[Record, ...] | None = None

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query's parameters, names in lower case; one that is given twice is refused."""
        found: dict[str, str] = {}
        for name, value in self.request.query:
            if name.lower() in found:
                raise Refused("InvalidParameter", f"The parameter {name} is given twice.")
            found[name.lower()] = value
        return found

    def allow(self, *known: str) -> dict[str, str]:
        """The parameters, when every one of them is known here."""
        for name in self.parameters:
            if name not in known:
                raise Refused("InvalidParameter", f"The parameter {name} is not known here.")
        return self.parameters

    def body(self) -> Any:
        """The body as JSON."""
        kind = self.request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if not kind.endswith("json"):
            raise Refused("UnsupportedMediaType", f"The media type '{kind}' is not supported.", status=415)
        try:
            return self.request.json()
        except (ValueError, RecursionError) as failure:
            raise bad_body(f"The body cannot be parsed: {str(failure)[:200]}") from None
