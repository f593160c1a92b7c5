"""ConnectWise PSA behind the four calls of the System port."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from workbench.model.kinds import KindInSystem
from workbench.model.ports import Description, Field, Instance, Outcome, Reading, Write
from workbench.model.records import DELETED, MODIFIED, Condition, Where, frame_of
from workbench.model.values import Value
from workbench.systems.cells import cell, dig, many, narrowed
from workbench.systems.connectwise import conditions
from workbench.systems.connectwise.access import Access
from workbench.systems.connectwise.discovery import discover
from workbench.systems.connectwise.lists import Lists
from workbench.systems.connectwise.objects import FIELDS, LISTS
from workbench.systems.connectwise.writing import Writer
from workbench.systems.outcomes import one_by_one
from workbench.systems.reach import Reach
from workbench.systems.transport import Transport

OVERLAP = timedelta(minutes=10)
"""How far an incremental read reaches back: one build was seen to misjudge exact bounds."""

SWEPT = "/"
"""In a watermark, between the stamp and the day of the last sweep for merged companies."""


class ConnectWiseSystem:
    """One tenant, by API member keys and a client id.

    `settings`: `api_version` to pin (empty: the newest) and the manners of `pacing`. `credentials`: `url`, `company`,
    `public_key`, `private_key`, `client_id`.
    """

    def __init__(self, reach: Reach) -> None:
        self.name, self._reach = reach.name, reach
        self.access = Access(reach)
        self.lists = Lists(self.access)

    @property
    def transport(self) -> Transport:
        """The session that all calls go through."""
        return self.access.transport

    def identify(self) -> Instance:
        """The tenant, asked live; the keys are tried by a count, because `system/info` may answer anybody."""
        self.access.get("company/companies/count")
        tenant, url = self.access.tenant, self.access.transport.base_url
        place = f"{urlsplit(url).hostname}/{tenant.company}"
        return Instance(self.name, place, tenant.name, url, version=tenant.version)

    def describe(self, kind: str) -> Description:
        """The documented fields, with this tenant's own statuses, types and other lists."""
        place = self._reach.place(kind)
        self.lists.forget()
        return Description(
            self.name,
            kind,
            place.object,
            tuple(self._field(place, known) for known in FIELDS.get(place.object, ())),
            concurrency=self.transport.manners.concurrency,
            marker=place.marker,
            guards=False,
        )

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        """By conditions on the server and `fields`; with `since`, once a day also every deleted company, because a
        merged one keeps its old change stamp."""
        taken_at = self.transport.clock.now()
        if kind == "integration":
            return Reading(discover(self.access), "", taken_at)
        place = self._reach.place(kind)
        known = [field.name for field in FIELDS.get(place.object, ())]
        wanted = [name for name in fields or known if name not in ("id", place.modified)]
        names = list(dict.fromkeys([*wanted, place.modified, *filter(None, [place.deleted])]))
        asked = self._changed(place, since, taken_at) if since else self._filtered(place, where)
        records: dict[str, dict[str, Value]] = {}
        stamp = since.partition(SWEPT)[0]
        for query in asked:
            for row in self._reach.shown(kind, self._rows(place, names, query)):
                cells = _cells(place, wanted, row)
                stamp = max(stamp, str(cells[MODIFIED] or ""))
                records[str(row["id"])] = cells
        watermark = f"{stamp}{SWEPT}{taken_at.date().isoformat()}" if stamp else ""
        return Reading(frame_of(records, wanted), watermark, taken_at)

    def count(self, kind: str, where: Where) -> int:
        """By `…/count`, which sends no record."""
        place = self._reach.place(kind)
        asked = self._filtered(place, where)
        return sum(int(self.access.get(f"{place.object}/count", **query)["count"]) for query in asked)

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        """A call for each record, a few side by side."""
        return one_by_one(self.access.transport, chunk, self._send)

    def _send(self, write: Write) -> Outcome:
        place = self._reach.place(write.target.kind)
        fields = {known.name: known for known in FIELDS.get(place.object, ())}
        return Writer(self.access, self.lists, place, fields).send(write)

    def _filtered(self, place: KindInSystem, where: Where) -> Iterator[Mapping[str, str]]:
        """The questions that together find every record for which `where` holds: several when a list is long."""
        for part in narrowed(where, conditions.LONGEST):
            plain = [self._holds(place, one) for one in part.conditions if not self._array(place, one)]
            arrays = [self._holds(place, one) for one in part.conditions if self._array(place, one)]
            by_id = any(condition.field == "id" for condition in part.conditions)
            living = [] if by_id or not place.deleted else [f"{conditions.field(place.deleted)} = False"]
            query = {"conditions": conditions.all_of([*plain, *living])} if plain or living else {}
            yield {**query, **({"childConditions": conditions.all_of(f"({one})" for one in arrays)} if arrays else {})}

    def _changed(self, place: KindInSystem, since: str, now: datetime) -> Iterator[Mapping[str, str]]:
        stamp, _, swept = since.partition(SWEPT)
        moment = conditions.moment(datetime.fromisoformat(stamp) - OVERLAP)
        yield {"conditions": f"{place.modified.removeprefix('_info/')} > {moment}"}
        if place.deleted and swept != now.date().isoformat():
            yield {"conditions": f"{conditions.field(place.deleted)} = True"}

    def _holds(self, place: KindInSystem, condition: Condition) -> str:
        name, values = condition.field, list(condition.values)
        if name == "id":
            return conditions.any_of("id", [int(str(value)) for value in values])
        root, _, rest = name.partition("/")
        if rest == "id":
            values = [None if value is None else int(str(value)) for value in values]
        elif rest and LISTS.get(place.object, {}).get(root):
            values = self.lists.ids_of(self.lists.reference(place.object, name), values)
            name = f"{root}/id"
        return conditions.any_member(name, values) if self._array(place, condition) else conditions.any_of(name, values)

    def _array(self, place: KindInSystem, condition: Condition) -> bool:
        return self.lists.reference(place.object, condition.field).many

    def _rows(self, place: KindInSystem, names: Sequence[str], query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        fields = ",".join(dict.fromkeys(["id", *(conditions.field(_asked(name)) for name in names)]))
        for page in self.access.pages(place.object, fields=fields, **query):
            yield from page

    def _field(self, place: KindInSystem, known: Field) -> Field:
        reference = self.lists.reference(place.object, known.name)
        if known.type not in ("picklist", "multipicklist") or not reference.list:
            return known
        return dataclasses.replace(known, values=self.lists.names(reference))


def _asked(name: str) -> str:
    """Communication items come whole; everything else by its path."""
    return "communicationItems" if name.startswith("communicationItems/") else name


def _cells(place: KindInSystem, names: Sequence[str], row: Mapping[str, Any]) -> dict[str, Value]:
    cells = {name: _cell(name, row) for name in names}
    deleted = bool(dig(row, place.deleted, "/")) if place.deleted else False
    return {**cells, MODIFIED: cell(dig(row, place.modified, "/")), DELETED: deleted}


def _cell(name: str, row: Mapping[str, Any]) -> Value:
    root, _, kind = name.partition("/")
    if root != "communicationItems":
        value = dig(row, name, "/")
        return many(map(str, value)) if isinstance(value, list) else cell(value)
    items = [item for item in row.get(root) or () if item.get("communicationType") == kind]
    chosen = next((item for item in items if item.get("defaultFlag")), items[0] if items else {})
    return cell(chosen.get("value"))
