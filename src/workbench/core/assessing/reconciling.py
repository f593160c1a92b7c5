"""What is declared against what the systems say about themselves: both, only the one, only the other (R-LAND-3)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.core.assessing import evidence
from workbench.model.landscape import InventoryRow, Landscape, Reconciled
from workbench.model.records import Snapshots
from workbench.model.rows import Rows

FIELDS = ("name", "type", "counterpart", "user", "last_used", "detail")
"""The columns of a snapshot of kind `integration`."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection as a system names it. `end` is the participant that was asked."""

    end: str
    system: str
    name: str
    user: str
    last_used: str
    text: str


def with_seen(landscape: Landscape, seen: Snapshots) -> Landscape:
    """The landscape, carrying its reconciliation, so that shadow integrations become findings."""
    return dataclasses.replace(landscape, reconciled=tuple(reconcile(landscape, seen)))


def reconcile(landscape: Landscape, seen: Snapshots) -> Rows[Reconciled]:
    """Every row of AS-IS and every connection that no row declares; `seen` are snapshots of kind `integration`.

    A row counts as seen when a system at one of its ends names the other end, the row or one of its aliases. Work of
    people and mail cannot be seen by a system; such a row says so.
    """
    asked = {item.system: item.id for item in landscape.systems if item.system in seen}
    connections = [found for system, end in asked.items() for found in _connections(seen, system, end)]
    words = {item.id: _words(item.id, item.name, item.system) for item in landscape.systems}
    words |= {item.id: _words(item.id, item.name) for item in landscape.outsiders}
    today = [row for row in landscape.integrations if "as-is" in row.states]
    by_row = {row.id: [item for item in connections if _shows(item, row, words)] for row in today}
    declared = {item for found in by_row.values() for item in found}
    rows = [line for row in today for line in _lines(row, by_row[row.id], set(asked.values()))]
    loose = (item for item in connections if item not in declared)
    return Rows([*rows, *(_undeclared(item) for item in loose)])


def _connections(seen: Snapshots, system: str, end: str) -> Iterable[Connection]:
    for record_id, record in seen[system].records():
        said = {name: str(record.get(name) or "") for name in FIELDS}
        text = " ".join((said["name"], said["counterpart"], said["detail"])).lower()
        yield Connection(end, system, said["name"] or record_id, said["user"], said["last_used"], text)


def _words(*names: str) -> tuple[str, ...]:
    """What another system may call this end: its names, and the first word of each when it is long enough."""
    plain = [re.sub(r"\(.*?\)", "", name).strip().lower() for name in names if name]
    return tuple({word for name in plain for word in (name, name.split(" ")[0]) if len(word) > 3})


def _shows(item: Connection, row: InventoryRow, words: Mapping[str, tuple[str, ...]]) -> bool:
    if item.end not in (*row.source, *row.target):
        return False
    if any(name.lower() in item.text for name in (row.id, row.name, *row.aliases)):
        return True
    others = (end for end in (*row.source, *row.target) if end != item.end)
    return _machine(row) and any(word in item.text for end in others for word in words.get(end, ()))


def _machine(row: InventoryRow) -> bool:
    return evidence.carrier(row.mechanism) not in ("hand", "mail")


def _lines(row: InventoryRow, found: list[Connection], asked: set[str]) -> list[Reconciled]:
    if found:
        return [
            Reconciled("declared and seen", row.id, row.name, item.system, item.name, item.user, item.last_used)
            for item in found
        ]
    if not _machine(row):
        note = "people or mail carry it: no system can see it"
    elif asked.isdisjoint((*row.source, *row.target)):
        note = "none of its ends was asked"
    else:
        note = "is it switched off, or does it run under another name? add that name to its aliases"
    return [Reconciled("declared, not seen", row.id, row.name, note=note)]


def _undeclared(item: Connection) -> Reconciled:
    note = "a shadow integration: declare it in config/landscape.yaml, or switch it off"
    return Reconciled("seen, not declared", "", "", item.system, item.name, item.user, item.last_used, note)
