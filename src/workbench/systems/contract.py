"""Our own small HTTP contract, which Channeltivity and ChannelOnline are reached by.

No public description of either API was found, so the contract is ours and called that (docs/channeltivity-contract.md).
A live portal is reached by a profile that says how its own door differs; until one is written, it is not configured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests

from workbench.errors import AccessDenied, IncompleteRead, Unavailable, UnknownName, UsageError, WorkbenchError
from workbench.model.integrations import Kind, KindInSystem
from workbench.model.ports import Clock, Description, Field, FieldType, Instance, Outcome, Reading, Write
from workbench.model.records import DELETED, MODIFIED, Where, frame_of
from workbench.model.values import Value
from workbench.systems.cells import cell, narrowed, outgoing, parsed, split
from workbench.systems.discovery import Found, Probe, gather
from workbench.systems.outcomes import Refusal, answered, one_by_one, told, unreadable, written
from workbench.systems.pacing import Manners
from workbench.systems.transport import FixedHeaders, Transport, worked

TYPES: Mapping[str, FieldType] = {
    "email": "email",
    "decimal": "decimal",
    "integer": "integer",
    "flag": "flag",
    "date": "date",
    "picklist": "picklist",
    "reference": "reference",
    "texts": "multipicklist",
}
"""The contract's field types in our words; all others are text."""

LONGEST_PAGE = 200
"""Records of one page, at most."""

LONGEST_LIST = 6000
"""Characters of values in one address."""

REMEDIES = {
    "Invalid": "correct the named fields at the source, or map them",
    "NotUnique": "another record has this value: link to it, or correct it",
    "Deleted": "the record was deleted there: plan again",
    "NotFound": "the record is gone: plan again",
}
"""What a person does about a refusal, by the contract's code."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a door is spoken to: names of headers and parameters."""

    key_header: str = "X-Api-Key"
    guard_header: str = "If-Unmodified-Since-Stamp"
    since: str = "updatedSince"
    deleted: str = "includeDeleted"
    limit: str = "limit"
    after: str = "after"

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Profile:
        """The profile among a system's settings (`contract:`); raises UnknownName for what it does not know."""
        said = settings.get("contract") or {}
        for name in said:
            if name not in cls.__dataclass_fields__:
                raise UnknownName("part of a contract profile", name, cls.__dataclass_fields__)
        return cls(**said)


class ContractSystem:
    """A portal that speaks our contract. `credentials`: `url` (with the path of the API), `api_key`."""

    def __init__(
        self,
        name: str,
        settings: Mapping[str, Any],
        credentials: Mapping[str, str],
        kinds: Mapping[str, Kind],
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self._kinds = {kind.name: kind.systems[name] for kind in kinds.values() if name in kind.systems}
        self._profile, manners = Profile.of(settings), Manners.of(settings)
        self._page = manners.page or LONGEST_PAGE
        proof = FixedHeaders({self._profile.key_header: credentials["api_key"]})
        self.transport = Transport(name, credentials["url"], proof, manners, clock)
        self._described: dict[str, Description] = {}

    def identify(self) -> Instance:
        """The portal, and as whom this key speaks."""
        portal = self.get("portal")
        return Instance(
            system=self.name,
            id=str(portal["id"]),
            name=str(portal["name"]),
            url=self.transport.base_url,
            user=str(portal.get("user") or ""),
            version=str(portal.get("version") or ""),
            sandbox=bool(portal.get("sandbox")),
        )

    def describe(self, kind: str) -> Description:
        """The fields that this key sees, asked anew."""
        place = self._place(kind)
        fields = tuple(_field(told) for told in self.get(f"fields/{place.object}"))
        marker = place.marker if any(field.name == place.marker for field in fields) else ""
        self._described[kind] = Description(
            self.name,
            kind,
            place.object,
            fields,
            concurrency=self.transport.manners.concurrency,
            marker=marker,
            guards=True,
        )
        return self._described[kind]

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        """By equality filters; by id and with `since` the deleted ones too. The watermark is the portal's own time."""
        taken_at = self.transport.clock.now()
        if kind == "integration":
            return Reading(gather(self.probes()), "", taken_at)
        place, known = self._place(kind), self._fields(kind)
        wanted = [name for name in fields or known if name not in ("id", place.modified)]
        self._check_names(kind, [*wanted, *where.fields])
        records: dict[str, dict[str, Value]] = {}
        watermark = ""
        asked = [[(self._profile.since, since)]] if since else map(_filter, narrowed(where, LONGEST_LIST))
        for query in asked:
            for page in self._pages(place.object, query, deleted=bool(since) or _by_id(where)):
                watermark = watermark or str(page.get("time") or "")
                records.update((str(row["id"]), _cells(place, known, wanted, row)) for row in page["items"])
        return Reading(frame_of(records, wanted), watermark or since, taken_at)

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        """A call for each record, a few side by side."""
        return one_by_one(self.transport, chunk, self._send)

    def probes(self) -> list[tuple[str, Probe]]:
        """What the portal can be asked about its own integrations."""
        return [("integrations", partial(integrations, self))]

    def rows(self, object_name: str) -> Iterator[Mapping[str, Any]]:
        """Every living record of an object."""
        for page in self._pages(object_name, [], deleted=False):
            yield from page["items"]

    def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Any:
        """The JSON answer to a GET; raises what the caller can act on."""
        response = self.transport.request("GET", path, params=list(query))
        if worked(response):
            body = _json(response)
            if body is None:
                raise IncompleteRead(f"{self.name} sent an answer that is cut off or no JSON; read again")
            return body
        refusal = _refusal(response)
        if response.status_code in (401, 403):
            raise AccessDenied(f"{self.name} refuses: {refusal.cause}; correct the key and connect again")
        if response.status_code in (400, 404):
            raise UsageError(f"{self.name} does not understand: {refusal.cause}; correct the mapping")
        raise Unavailable(f"{self.name} answered {response.status_code}: {refusal.cause}; try again later")

    def _pages(
        self, object_name: str, query: Sequence[tuple[str, str]], *, deleted: bool
    ) -> Iterator[Mapping[str, Any]]:
        fixed = [*query, (self._profile.limit, str(self._page))]
        fixed += [(self._profile.deleted, "true")] if deleted else []
        page: Mapping[str, Any] = {"next": ""}
        seen = 0
        while page["next"] is not None:
            cursor = [(self._profile.after, str(page["next"]))] if page["next"] else []
            try:
                page = self.get(object_name, [*fixed, *cursor])
            except WorkbenchError as error:
                if not seen:
                    raise
                raise IncompleteRead(f"{self.name} broke off after {seen} records: {error}") from None
            seen += len(page["items"])
            yield page

    def _send(self, write: Write) -> Outcome:
        kind, place = write.target.kind, self._place(write.target.kind)
        known = self._fields(kind)
        body = {name: _outgoing(value, known.get(name)) for name, value in write.values.items()}
        if write.action == "create":
            marker = {place.marker: write.marker} if place.marker and write.marker else {}
            response = self.transport.request("POST", place.object, json={**body, **marker})
        else:
            guard = {self._profile.guard_header: write.unmodified_since} if write.unmodified_since else {}
            response = self.transport.request("PATCH", f"{place.object}/{write.target.id}", json=body, headers=guard)
        if not worked(response):
            return self._refused(write, place, response)
        said = _json(response)
        if not isinstance(said, dict) or not said.get("id"):
            return unreadable(write, f"{self.name} did not send the record back")
        return written(write, str(said["id"]))

    def _refused(self, write: Write, place: KindInSystem, response: requests.Response) -> Outcome:
        refusal = _refusal(response)
        if response.status_code == 409:
            taken = write.action == "create" and place.marker and _names_field(response, place.marker)
            if taken:
                adopt = Refusal("MARKER_TAKEN", refusal.cause, "a record with this marker exists: adopt it")
                return told(write, "unknown", adopt)
            return told(write, "rejected", refusal)
        return answered(write, self.transport, response, refusal)

    def _check_names(self, kind: str, names: Sequence[str]) -> None:
        unseen = sorted({name for name in names if name not in self._fields(kind)})
        if unseen:
            raise UsageError(
                f"{self.name}'s {self._place(kind).object} has no field {', '.join(map(repr, unseen))} "
                "that this key sees; correct the mapping"
            )

    def _fields(self, kind: str) -> Mapping[str, Field]:
        described = self._described.get(kind) or self.describe(kind)
        return {field.name: field for field in described.fields}

    def _place(self, kind: str) -> KindInSystem:
        if kind not in self._kinds:
            raise UnknownName(f"kind of record in {self.name}", kind, self._kinds)
        return self._kinds[kind]


def integrations(system: ContractSystem) -> Iterator[Found]:
    """What the portal lists as its own integrations."""
    for row in system.rows("integrations"):
        state = "" if row.get("enabled") else "switched off"
        words = {name: str(row.get(name) or "") for name in ("name", "type", "counterpart", "user", "detail")}
        detail = "; ".join(filter(None, (words.pop("detail"), state)))
        yield Found(**words, last_used=str(row.get("lastUsed") or ""), detail=detail)


def _by_id(where: Where) -> bool:
    return any(condition.field == "id" for condition in where.conditions)


def _filter(where: Where) -> list[tuple[str, str]]:
    return [(condition.field, _text(value)) for condition in where.conditions for value in condition.values]


def _text(value: Value) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _field(told: Mapping[str, Any]) -> Field:
    return Field(
        name=told["name"],
        label=told["label"],
        type=TYPES.get(told["type"], "text"),
        required=bool(told.get("required")),
        createable=bool(told.get("createable")),
        updateable=bool(told.get("updateable")),
        length=told.get("length"),
        values=tuple(told.get("values") or ()),
        unique=bool(told.get("unique")),
    )


def _cells(
    place: KindInSystem, known: Mapping[str, Field], wanted: Sequence[str], row: Mapping[str, Any]
) -> dict[str, Value]:
    cells = {name: cell(row.get(name), known[name].type) for name in wanted}
    return {**cells, MODIFIED: str(row[place.modified]), DELETED: bool(row.get(place.deleted))}


def _outgoing(value: Value, known: Field | None) -> Any:
    """The contract takes decimals as text and several values as a list."""
    kind: FieldType = known.type if known else "text"
    if kind == "multipicklist":
        return split(value)
    return str(value) if kind == "decimal" and value is not None else outgoing(value, kind)


def _refusal(response: requests.Response) -> Refusal:
    body = _json(response)
    if not isinstance(body, dict):
        return Refusal(f"HTTP_{response.status_code}", f"the answer was {response.status_code}")
    errors = [str(error.get("message")) for error in body.get("errors") or () if isinstance(error, dict)]
    code = str(body.get("code") or response.status_code)
    return Refusal(code, "; ".join(errors) or str(body.get("message") or code), REMEDIES.get(code, ""))


def _names_field(response: requests.Response, name: str) -> bool:
    body = _json(response)
    errors = body.get("errors") or () if isinstance(body, dict) else ()
    return any(error.get("field") == name for error in errors if isinstance(error, dict))


def _json(response: requests.Response) -> Any:
    try:
        return parsed(response.content)
    except ValueError:
        return None
