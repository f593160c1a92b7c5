"""A portal that speaks our contract, behind the four calls of the System port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from workbench.errors import AccessDenied, IncompleteRead, Unavailable, UsageError, WorkbenchError
from workbench.model.kinds import KindInSystem
from workbench.model.ports import Description, Field, Instance, Outcome, Reading, Write
from workbench.model.records import DELETED, MODIFIED, Where, frame_of
from workbench.model.values import Value
from workbench.systems.cells import cell, narrowed
from workbench.systems.contract.profile import Profile, body_of, field_of, refusal_of
from workbench.systems.contract.writing import Writer
from workbench.systems.discovery import Found, Probe, gather
from workbench.systems.outcomes import one_by_one
from workbench.systems.reach import Reach
from workbench.systems.transport import FixedHeaders, Transport, worked

LONGEST_PAGE = 200
"""Records of one page, at most."""

LONGEST_LIST = 6000
"""Characters of values in one address."""


class ContractSystem:
    """A portal that speaks our contract. `credentials`: `url` (with the path of the API), `api_key`."""

    def __init__(self, reach: Reach) -> None:
        self.name, self._reach = reach.name, reach
        self._profile = Profile.of(reach.settings)
        self._page = reach.manners.page or LONGEST_PAGE
        proof = FixedHeaders({self._profile.key_header: reach.credentials["api_key"]})
        self.transport = Transport(self.name, reach.credentials["url"], proof, reach.manners, reach.clock)
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
        place = self._reach.place(kind)
        fields = tuple(field_of(told) for told in self.get(f"fields/{place.object}"))
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
            return Reading(gather(self.probes(), where), "", taken_at)
        place, known = self._reach.place(kind), self._fields(kind)
        wanted = [name for name in fields or known if name not in ("id", place.modified)]
        self._check_names(kind, [*wanted, *where.fields])
        records: dict[str, dict[str, Value]] = {}
        watermark = ""
        asked = [[(self._profile.since, since)]] if since else map(_filter, narrowed(where, LONGEST_LIST))
        for query in asked:
            pages = self._pages(place.object, query, deleted=bool(since) or _by_id(where))
            first = next(pages)
            watermark = watermark or str(first.get("time") or "")
            rows = (row for page in chain([first], pages) for row in page["items"])
            records |= {str(row["id"]): _cells(place, known, wanted, row) for row in self._reach.shown(kind, rows)}
        return Reading(frame_of(records, wanted), watermark or since, taken_at)

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        """A call for each record, a few side by side."""
        return one_by_one(self.transport, chunk, self._send)

    def probes(self) -> list[Probe]:
        """What the portal can be asked about its own integrations."""
        return [Probe("integrations", partial(integrations, self))]

    def rows(self, object_name: str) -> Iterator[Mapping[str, Any]]:
        """Every living record of an object."""
        for page in self._pages(object_name, [], deleted=False):
            yield from page["items"]

    def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Any:
        """The JSON answer to a GET; raises what the caller can act on."""
        response = self.transport.request("GET", path, params=list(query))
        if worked(response):
            body = body_of(response)
            if body is None:
                raise IncompleteRead(f"{self.name} sent an answer that is cut off or no JSON; read again")
            return body
        refusal = refusal_of(response)
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
        kind = write.target.kind
        place, guard = self._reach.place(kind), self._profile.guard_header
        return Writer(self.transport, guard, place, self._fields(kind)).send(write)

    def _check_names(self, kind: str, names: Sequence[str]) -> None:
        unseen = sorted({name for name in names if name not in self._fields(kind)})
        if unseen:
            raise UsageError(
                f"{self.name}'s {self._reach.place(kind).object} has no field {', '.join(map(repr, unseen))} "
                "that this key sees; correct the mapping"
            )

    def _fields(self, kind: str) -> Mapping[str, Field]:
        described = self._described.get(kind) or self.describe(kind)
        return {field.name: field for field in described.fields}


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


def _cells(
    place: KindInSystem, known: Mapping[str, Field], wanted: Sequence[str], row: Mapping[str, Any]
) -> dict[str, Value]:
    cells = {name: cell(row.get(name), known[name].type) for name in wanted}
    return {**cells, MODIFIED: str(row[place.modified]), DELETED: bool(row.get(place.deleted))}
