"""What is declared against what the systems say about themselves: both, only the one, only the other (R-LAND-3)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.core.assessing import evidence
from workbench.model.landscape import InventoryRow, Landscape, Reconciled
from workbench.model.records import Snapshots
from workbench.model.rows import Rows

FIELDS = ("name", "type", "counterpart", "user", "last_used", "detail")
"""The columns of a snapshot of kind `integration`."""
TRACES = ("last writer", "integration log", "synchronisation setting")
"""Types that may confirm a declared row but are no connection of their own: settings, logs, and who wrote last."""
OPEN = {
    "not permitted": "did not permit every question: ask with more rights",
    "not answered": "did not answer every question: ask again",
}
"""The types of a question without an answer, and what is said of it: nothing was seen there, and nothing is absent."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection as a system names it. `end` is the participant that was asked."""

    end: str
    system: str
    name: str
    type: str
    user: str
    last_used: str
    text: str


def with_seen(landscape: Landscape, seen: Snapshots) -> Landscape:
    """The landscape, carrying its reconciliation, so that shadow integrations become findings."""
    return dataclasses.replace(landscape, reconciled=tuple(reconcile(landscape, seen)))


def reconcile(landscape: Landscape, seen: Snapshots) -> Rows[Reconciled]:
    """One line for each row of AS-IS, each row of TO-BE that is already seen, and each connection that no row declares.

    `seen` are snapshots of kind `integration`. A row counts as seen when a system at one of its ends names the other
    end, the row or one of its aliases. Work of people and mail cannot be seen by a system; such a row says so.
    """
    asked = {item.system: item.id for item in landscape.systems if item.system in seen}
    connections = [found for system, end in asked.items() for found in _connections(seen, system, end)]
    unanswered = {type: {item.end for item in connections if item.type == type} for type in OPEN}
    words = {item.id: _words(item.name, item.system) for item in landscape.systems}
    words |= {item.id: _words(item.name) for item in landscape.outsiders}
    hubs = tuple(item.id for item in landscape.systems if item.nature == "hub")
    by_row = {
        row.id: [item for item in connections if _shows(item, row, words, hubs)] for row in landscape.integrations
    }
    declared = {item for found in by_row.values() for item in found}
    lines = [
        _line(row, by_row, asked=set(asked.values()), unanswered=unanswered)
        for row in landscape.integrations
        if "as-is" in row.states or by_row[row.id]
    ]
    loose = [item for item in connections if item not in declared and item.type not in (*TRACES, *OPEN)]
    groups = {(item.system, item.name): [other for other in loose if _same(item, other)] for item in loose}
    return Rows([*lines, *(_undeclared(found) for found in groups.values())])


def _connections(seen: Snapshots, system: str, end: str) -> Iterable[Connection]:
    for record_id, record in seen[system].records():
        said = {name: str(record.get(name) or "") for name in FIELDS}
        text = " ".join((said["name"], said["counterpart"], said["detail"])).lower()
        name = said["name"] or record_id
        yield Connection(end, system, name, said["type"], said["user"], said["last_used"], text)


def _words(*names: str) -> tuple[str, ...]:
    """What another system may call this end: its name without brackets, and its name in `config/workbench.yaml`."""
    plain = (re.sub(r"\(.*?\)", "", name).strip().lower() for name in names)
    return tuple(dict.fromkeys(name for name in plain if name))


def _shows(item: Connection, row: InventoryRow, words: Mapping[str, tuple[str, ...]], hubs: tuple[str, ...]) -> bool:
    if item.type in OPEN or item.end not in (*row.source, *row.target):
        return False
    if any(_names(item, name) for name in (row.id, row.name, *row.aliases)):
        return True
    others = row.target if item.end in row.source else row.source
    if evidence.carrier(row.mechanism) == "hub":
        others = hubs
    return _machine(row) and any(_names(item, word) for end in others for word in words.get(end, ()))


def _names(item: Connection, word: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", item.text))


def _machine(row: InventoryRow) -> bool:
    return evidence.carrier(row.mechanism) not in ("hand", "mail")


def _same(one: Connection, other: Connection) -> bool:
    return (one.system, one.name) == (other.system, other.name)


def _line(
    row: InventoryRow,
    by_row: Mapping[str, Sequence[Connection]],
    *,
    asked: set[str],
    unanswered: Mapping[str, set[str]],
) -> Reconciled:
    found = by_row[row.id]
    if not found:
        return Reconciled("declared, not seen", row.id, row.name, note=_unseen(row, asked, unanswered))
    shared = [other for other, seen in by_row.items() if other != row.id and set(seen) >= set(found)]
    note = f"the connection is seen, not each flow over it; shared with {', '.join(shared)}" if shared else ""
    if "as-is" not in row.states:
        note = "declared for TO-BE and seen already" + (f"; {note}" if note else "")
    return Reconciled("declared and seen", row.id, row.name, **_told(found), note=note)


def _told(found: Sequence[Connection]) -> dict[str, str]:
    """What the systems said, in one line: who was asked, what they call it, its users, when it was last used."""
    return {
        "system": ", ".join(dict.fromkeys(item.system for item in found)),
        "seen": ", ".join(dict.fromkeys(item.name for item in found)),
        "user": ", ".join(dict.fromkeys(item.user for item in found if item.user)),
        "last_used": max(item.last_used for item in found),
    }


def _unseen(row: InventoryRow, asked: set[str], unanswered: Mapping[str, set[str]]) -> str:
    ends = {*row.source, *row.target}
    if not _machine(row):
        return "people or mail carry it: no system can see it"
    if asked.isdisjoint(ends):
        return "none of its ends was asked"
    told = [f"{', '.join(sorted(there & ends))} {OPEN[type]}" for type, there in unanswered.items() if there & ends]
    if told:
        return "; ".join(told)
    return "is it switched off, or does it run under another name? add that name to its aliases"


def _undeclared(found: Sequence[Connection]) -> Reconciled:
    kinds = ", ".join(dict.fromkeys(item.type for item in found if item.type))
    note = f"{kinds or 'connection'}; a shadow integration: declare it in config/landscape.yaml, or switch it off"
    return Reconciled("seen, not declared", "", "", **_told(found), note=note)
