"""What differs between two states: one landscape that holds both, a mark for every element, and the change ledger."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from workbench.core.drawing.picture import Mark
from workbench.model.landscape import DataStore, InventoryRow, Landscape, Move, Outsider, Participant, Process
from workbench.model.rows import Rows

Element = Participant | Outsider | DataStore | Process | Move
Item = TypeVar("Item", Participant, Outsider, DataStore, Process, Move, InventoryRow)

WORDS: dict[type, str] = {
    Participant: "system",
    Outsider: "outsider",
    DataStore: "store",
    Process: "process",
    Move: "flow",
    InventoryRow: "integration",
}
_NOT_CONTENT = {"states", "to_be", "basis", "basis_of", "evidence", "aliases", "last_reviewed", "changed"}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change ledger.

    `minutes_saved_month` is what the inventory states of manual work before, less what it states after (None where
    either is not stated); `delivered_by` who TO-BE relies on.
    """

    id: str
    element: str
    mark: Mark
    name: str
    what: str
    integration: str = ""
    minutes_saved_month: int | None = None
    delivered_by: str = ""


def united(before: Landscape, after: Landscape) -> Landscape:
    """Everything that either state has, as one landscape; what both have is taken as it is to be."""
    return dataclasses.replace(
        after,
        systems=_union(before.systems, after.systems),
        outsiders=_union(before.outsiders, after.outsiders),
        stores=_union(before.stores, after.stores),
        processes=_union(before.processes, after.processes),
        moves=_union(before.moves, after.moves),
        integrations=_union(before.integrations, after.integrations),
        only="",
    )


def _union(before: tuple[Item, ...], after: tuple[Item, ...]) -> tuple[Item, ...]:
    """Both, in the order of the file as far as each state shows it: removed ones follow what stood before them."""
    kept = {item.id for item in after}
    result = list(after)
    position = 0
    for item in before:
        if item.id in kept:
            position = next(index for index, other in enumerate(result) if other.id == item.id) + 1
        else:
            result.insert(position, item)
            position += 1
    return tuple(result)


def marks(before: Landscape, after: Landscape) -> dict[str, Mark]:
    """The mark of every system, outsider, store, process, flow and integration of either state, by id."""
    return {change.id: change.mark for change in _changes(before, after)}


def ledger(before: Landscape, after: Landscape) -> Rows[Change]:
    """What is added, removed or changed from one state to the other, in the order of the landscape file."""
    return Rows(change for change in _changes(before, after) if change.mark != "kept")


def _changes(before: Landscape, after: Landscape) -> Iterator[Change]:
    rows = {row.id: row for row in before.integrations} | {row.id: row for row in after.integrations}
    for old, new in (
        *_pairs(before.systems, after.systems),
        *_pairs(before.outsiders, after.outsiders),
        *_pairs(before.stores, after.stores),
        *_pairs(before.processes, after.processes),
        *_pairs(before.moves, after.moves),
    ):
        yield _change(old, new, rows)
    for left, right in _pairs(before.integrations, after.integrations):
        yield _row_change(left, right)


def _pairs(before: tuple[Item, ...], after: tuple[Item, ...]) -> list[tuple[Item | None, Item | None]]:
    left, right = {item.id: item for item in before}, {item.id: item for item in after}
    return [(left.get(item.id), right.get(item.id)) for item in _union(before, after)]


def _change(old: Element | None, new: Element | None, rows: Mapping[str, InventoryRow]) -> Change:
    item = new or old
    assert item is not None  # a pair has at least one side
    row = rows.get(item.integration) if isinstance(item, Move) else None
    declared = getattr(item, "changed", "") if old is not None and new is not None else ""
    differing = _differing(old, new)
    return Change(
        id=item.id,
        element=WORDS[type(item)],
        mark=_mark(old, new, bool(declared or differing)),
        name=item.data if isinstance(item, Move) else item.name,
        what=declared or "; ".join(differing),
        integration=row.id if row else "",
        delivered_by=row.delivered_by if row and new is not None else "",
    )


def _row_change(old: InventoryRow | None, new: InventoryRow | None) -> Change:
    item = new or old
    assert item is not None  # a pair has at least one side
    differing = _differing(old, new)
    what = f"replaced by {', '.join(item.replaced_by)}" if new is None and item.replaced_by else "; ".join(differing)
    return Change(
        id=item.id,
        element=WORDS[InventoryRow],
        mark=_mark(old, new, bool(differing)),
        name=item.name,
        what=what,
        integration=item.id,
        minutes_saved_month=_saved(old, new),
        delivered_by=item.delivered_by if new is not None else "",
    )


def _mark(old: object, new: object, differs: bool) -> Mark:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    return "changed" if differs else "kept"


def _differing(old: object | None, new: object | None) -> list[str]:
    """The fields whose content differs, each as `field: before -> after`."""
    if old is None or new is None or not dataclasses.is_dataclass(old):
        return []
    names = (field.name for field in dataclasses.fields(old) if field.name not in _NOT_CONTENT)
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return [f"{name.replace('_', ' ')}: {_said(was)} → {_said(now)}" for name, was, now in pairs if was != now]


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "nothing"
    return "nothing" if value in (None, "") else str(value)


def _saved(old: InventoryRow | None, new: InventoryRow | None) -> int | None:
    stated: Iterable[int | None] = (row.manual_minutes_month if row else 0 for row in (old, new))
    was, now = stated
    return None if was is None or now is None else was - now
