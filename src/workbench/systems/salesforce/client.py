"""Salesforce behind the four calls of the System port."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import simple_salesforce
from simple_salesforce.exceptions import SalesforceError

from workbench.errors import AccessDenied, IncompleteRead, Unavailable, UsageError, WorkbenchError
from workbench.model.ports import Description, FieldType, Instance, Outcome, Reading, Write
from workbench.model.records import DELETED, MODIFIED, Where, frame_of
from workbench.model.values import Value
from workbench.systems.cells import cell, dig, many
from workbench.systems.reach import Reach
from workbench.systems.salesforce.access import CAUTION, access_of, with_password
from workbench.systems.salesforce.describing import ROWS_A_CALL, Shape, fields_of_layouts, shape_of
from workbench.systems.salesforce.discovery import discover
from workbench.systems.salesforce.soql import changed_since, counted, queries
from workbench.systems.salesforce.writing import send
from workbench.systems.transport import FixedHeaders, Transport

REFUSALS = {
    "API_DISABLED_FOR_ORG": "the API is switched off there; have it enabled for the organisation",
    "API_CURRENTLY_DISABLED": "the API is switched off for this user; give the profile the permission API Enabled",
    "INSUFFICIENT_ACCESS": "the user lacks a permission; extend the integration user's permission set",
    "INVALID_SESSION_ID": "the session is not accepted; give the app the scope api, then connect again",
    "PASSWORD_LOCKOUT": "the user is locked; have an administrator unlock it",
    "USER_DISABLED": "the user is switched off; have an administrator switch it on",
}
"""Error codes of refused calls in an administrator's words, with what to do."""


class SalesforceSystem:
    """One organisation, reached at its My Domain.

    `settings`: `api_version` and the manners of `pacing`. `credentials`: `url`, `client_id`, and `client_secret`
    (client credentials), `username` and `private_key` (JWT bearer; `audience` where it is not the url), or at last
    `client_secret`, `username` and `user_password`. `caution` is what to say of such a log-in.
    """

    def __init__(self, reach: Reach) -> None:
        self.name, self._reach = reach.name, reach
        self._version = str(reach.settings.get("api_version", "62.0"))
        self.base = f"/services/data/v{self._version}"
        manners, url = reach.manners, reach.credentials["url"]
        plain = Transport(self.name, url, FixedHeaders(), manners, reach.clock)
        self._access = access_of(plain, reach.credentials)
        self.caution = CAUTION if with_password(reach.credentials) else ""
        self.transport = Transport(self.name, url, self._access, manners, reach.clock)
        self._shapes: dict[str, Shape] = {}
        # The session carries the token: given a session id, simple-salesforce never logs in again by itself, which
        # would recurse without end on a persistent 401 (simple-salesforce#804).
        self.api = simple_salesforce.Salesforce(
            session_id="-",
            instance_url=self.transport.base_url,
            session=self.transport,
            version=self._version,
            parse_float=str,
            object_pairs_hook=dict,
        )
        self.api.headers = {"Content-Type": "application/json", "Sforce-Call-Options": "client=partner-workbench"}
        if manners.page:
            self.api.headers["Sforce-Query-Options"] = f"batchSize={manners.page}"

    def identify(self) -> Instance:
        """The organisation and the integration user, asked live."""
        found = next(self.rows("SELECT Id, Name, IsSandbox FROM Organization"), None)
        if found is None:
            raise AccessDenied(f"{self.name} does not say which organisation it is; grant the user View Setup")
        return Instance(
            system=self.name,
            id=str(found["Id"]),
            name=str(found["Name"]),
            url=self.transport.base_url,
            user=self._user(),
            version=self._version,
            sandbox=bool(found.get("IsSandbox")),
        )

    def describe(self, kind: str) -> Description:
        """Fields, picklists and record types as this user sees them, asked anew."""
        place = self._reach.place(kind)
        told = self.asked(f"sobjects/{place.object}/describe")
        self._shapes[kind] = shape_of(self.name, kind, place, told, calls_a_day=self.transport.quota.limit)
        return self._shapes[kind].description

    def on_layouts(self, kind: str) -> frozenset[str]:
        """The fields on any page layout of the object, for whatever record type."""
        told = self.asked(f"sobjects/{self._reach.place(kind).object}/describe/layouts")
        return frozenset(fields_of_layouts(told))

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        """By SOQL, mapped fields only. By id and with `since` by queryAll, so that deletions are seen."""
        taken_at = self.transport.clock.now()
        if kind == "integration":
            return Reading(discover(self), "", taken_at)
        shape = self._shape(kind)
        place, columns = shape.place, shape.columns
        wanted = [name for name in fields or columns.types if name not in ("Id", place.modified)]
        names = columns.checked(["Id", place.modified, *filter(None, [place.deleted]), *wanted])
        everything = bool(since) or any(condition.field == "id" for condition in where.conditions)
        asked = [changed_since(columns, names, place.modified, since)] if since else queries(columns, names, where)
        records: dict[str, dict[str, Value]] = {}
        watermark = since
        for query in asked:
            first = self.asked("queryAll" if everything else "query", {"q": query})
            for row in self._reach.shown(kind, self._following(first), int(first["totalSize"])):
                watermark = max(watermark, str(row[place.modified]))
                records[str(row["Id"])] = _cells(shape, wanted, row)
        return Reading(frame_of(records, wanted), watermark, taken_at)

    def count(self, kind: str, where: Where) -> int:
        """By `COUNT()`, which sends no record."""
        shape = self._shape(kind)
        asked = queries(shape.columns, ["Id"], where)
        return sum(int(self.asked("query", {"q": counted(query)})["totalSize"]) for query in asked)

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        """One Collections call for each kind and action in the chunk."""
        if len(chunk) > ROWS_A_CALL:
            raise UsageError(f"{self.name} takes {ROWS_A_CALL} records a call, not {len(chunk)}: send less")
        outcomes: dict[str, Outcome] = {}
        for (kind, _), group in groupby(sorted(chunk, key=_call_of), key=_call_of):
            for outcome in send(self.transport, self.base, self._shape(kind), list(group)):
                outcomes[outcome.line] = outcome
        return [outcomes[write.line] for write in chunk]

    def rows(self, query: str, everything: bool = False, tooling: bool = False) -> Iterator[Mapping[str, Any]]:
        """Every row of a query, page by page; raises IncompleteRead when fewer come than Salesforce counted."""
        path = "tooling/query" if tooling else "queryAll" if everything else "query"
        yield from self._following(self.asked(path, {"q": query}))

    def _following(self, page: Any) -> Iterator[Mapping[str, Any]]:
        """The rows of a page and of all that follow it."""
        total, seen = int(page["totalSize"]), 0
        while True:
            seen += len(page["records"])
            yield from page["records"]
            if page["done"]:
                break
            try:
                page = self._told(partial(self.api.query_more, page["nextRecordsUrl"], identifier_is_url=True))
            except WorkbenchError as error:
                raise IncompleteRead(f"{self.name} broke off after {seen} of {total} records: {error}") from None
        if seen != total:
            raise IncompleteRead(f"{self.name} sent {seen} of {total} records; read again")

    def asked(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The answer to a GET below `/services/data/vNN.N/`; raises what the caller can act on."""
        return self._told(partial(self.api.restful, path, params=params))

    def _told(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except SalesforceError as error:
            raise self._error(error) from None
        except ValueError:
            raise IncompleteRead(f"{self.name} sent an answer that is cut off or no JSON; read again") from None

    def _error(self, error: Any) -> WorkbenchError:
        first = error.content[0] if isinstance(error.content, list) and error.content else {}
        code = str(first.get("errorCode", f"HTTP_{error.status}"))
        # SOQL errors repeat the query, which may hold names: only their last line is told.
        said = str(first.get("message", "")).strip().rpartition("\n")[2] or "no reason given"
        if code == "REQUEST_LIMIT_EXCEEDED":
            return Unavailable(f"{self.name}: the calls of the day are used up ({said}); go on tomorrow")
        if error.status in (401, 403):
            words = REFUSALS.get(code, f"{said}; check the user's permissions")
            return AccessDenied(f"{self.name} refuses ({code}): {words}")
        if error.status in (400, 404):
            return UsageError(f"{self.name} does not understand: {said} ({code}); correct the mapping")
        return Unavailable(f"{self.name} answered {error.status}: {said} ({code}); try again later")

    def _user(self) -> str:
        user_id = self._access.token.user_id
        try:
            user = next(self.rows(simple_salesforce.format_soql("SELECT Username FROM User WHERE Id = {}", user_id)))
        except (WorkbenchError, StopIteration):
            return user_id  # not every integration user may read users
        return str(user["Username"])

    def _shape(self, kind: str) -> Shape:
        if kind not in self._shapes:
            self.describe(kind)
        return self._shapes[kind]


def _call_of(write: Write) -> tuple[str, str]:
    return write.target.kind, write.action


def _cells(shape: Shape, names: Sequence[str], row: Mapping[str, Any]) -> dict[str, Value]:
    place = shape.place
    cells = {name: _cell(dig(row, name, "."), shape.type_of(name)) for name in names}
    return {**cells, MODIFIED: str(row[place.modified]), DELETED: bool(place.deleted and row[place.deleted])}


def _cell(value: Any, kind: FieldType) -> Value:
    return many(str(value).split(";")) if kind == "multipicklist" and value else cell(value, kind)
