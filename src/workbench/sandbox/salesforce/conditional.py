"""Conditional headers: dates on every record, entity tags on accounts alone; to the second, as HTTP dates are."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from workbench.sandbox.salesforce.call import Call
from workbench.sandbox.salesforce.conditions import Row
from workbench.sandbox.salesforce.fields import Object
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.wire import Response

DEFINED = datetime(2024, 1, 1, tzinfo=UTC)  # when the org's fields were last changed


def not_modified(call: Call, of: Object, row: Row) -> Response | None:
    """The 304 that a GET deserves, else None; 412 when a condition fails."""
    check_precondition(call, of, row)
    headers = call.request.headers
    if of.name == "Account" and "if-none-match" in headers:
        same = headers["if-none-match"].strip() in {"*", entity_tag(row)}
        return Response(304, validators(of, row)) if same else None
    since = _date(call, "if-modified-since")
    unchanged = since is not None and _changed(row) <= since
    return Response(304, validators(of, row)) if unchanged else None


def check_precondition(call: Call, of: Object, row: Row) -> None:
    """412 unless the record is still what the caller says it was."""
    headers = call.request.headers
    if of.name == "Account" and "if-match" in headers:
        tags = {tag.strip() for tag in headers["if-match"].split(",")}
        if not tags & {"*", entity_tag(row)}:
            raise _failed("If-Match")
    until = _date(call, "if-unmodified-since")
    if until is not None and _changed(row) > until:
        raise _failed("If-Unmodified-Since")


def validators(of: Object, row: Row) -> dict[str, str]:
    """The headers that let the caller ask conditionally next time."""
    headers = {"Last-Modified": format_datetime(_changed(row), usegmt=True)}
    return headers | ({"ETag": entity_tag(row)} if of.name == "Account" else {})


def entity_tag(row: Row) -> str:
    """The tag of a record as it is now."""
    digest = hashlib.sha256(f"{row['Id']}{row['SystemModstamp']}".encode()).hexdigest()[:32]
    return f'"{digest}"'


def described_since(call: Call) -> bool:
    """Whether the caller has seen the objects as they are: they do not change while the sandbox serves."""
    since = _date(call, "if-modified-since")
    return since is not None and since >= DEFINED


def _changed(row: Row) -> datetime:
    return datetime.fromisoformat(str(row["LastModifiedDate"])).replace(microsecond=0)


def _date(call: Call, name: str) -> datetime | None:
    text = call.request.headers.get(name)
    if text is None:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        raise Refused("INVALID_HTTP_HEADER", f"The value of the header {name} is not an HTTP date") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _failed(header: str) -> Refused:
    return Refused("PRECONDITION_FAILED", f"The record does not meet the condition of the header {header}", status=412)
