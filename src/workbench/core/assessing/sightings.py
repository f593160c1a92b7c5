"""How an anti-pattern is seen in one state of the landscape: in each row alone, or in several together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.core.assessing import evidence, paths
from workbench.model.landscape import InventoryRow, Landscape

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
Class = Literal["new feature", "data-flow improvement", "issue fix"]
"""The charter's three means, so that every finding says what kind of work it asks for (R-LAND-4)."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a rule saw: the rows, in words, and how much graver (+) or milder (-) it is than their criticality says."""

    rows: tuple[InventoryRow, ...]
    seen: str
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One anti-pattern: its name, its title in a sentence, the class of its cure, the cure, and how it is seen.

    `together` rules give a finding for each set of rows; the others one for each severity.
    """

    name: str
    title: str
    kind: Class
    remedy: str
    see: Callable[[Landscape], Iterator[Sighting]]
    together: bool = False


def each(
    test: Callable[[InventoryRow], bool], seen: Callable[[InventoryRow], str], shift: int = 0
) -> Callable[[Landscape], Iterator[Sighting]]:
    """A sighting for each row for which `test` holds, told by `seen`."""
    return lambda landscape: (Sighting((row,), seen(row), shift) for row in landscape.integrations if test(row))


def stated(text: str) -> str:
    """What a field says, or that it says nothing."""
    return text or "not stated"


def shadow_stores(landscape: Landscape) -> Iterator[Sighting]:
    """Rows that fill a store which people keep, or a system of nature `shadow`."""
    manual = {store.id: store.name for store in landscape.stores if store.manual}
    hidden = {system.id: system.name for system in landscape.systems if system.nature == "shadow"}
    written: Mapping[str, set[str]] = defaultdict(set)
    for move in landscape.moves:
        if move.target in manual:
            written[move.integration].add(manual[move.target])
    for row in landscape.integrations:
        filled = written.get(row.id) or {hidden[end] for end in row.target if end in hidden}
        if filled:
            yield Sighting((row,), "fills " + ", ".join(sorted(filled)))


def dual_writes(landscape: Landscape) -> Iterator[Sighting]:
    """Rows that copy one object into several systems without a shared key."""
    by_id = {row.id: row for row in landscape.integrations}
    names = {system.id: system.name for system in landscape.systems}
    for ids in paths.dual_writes(landscape.integrations, set(names)):
        rows = tuple(by_id[row_id] for row_id in ids)
        targets = " and ".join(sorted({names.get(end, end) for row in rows for end in row.target}))
        yield Sighting(rows, f"the same object into {targets}, no shared key", 1)


def redundant(landscape: Landscape) -> Iterator[Sighting]:
    """A row and the chain of two others that bring the same object to the same place."""
    by_id = {row.id: row for row in landscape.integrations}
    for straight, first, second in paths.redundant_paths(landscape.integrations):
        yield Sighting((by_id[straight], by_id[first], by_id[second]), "the first brings what the others bring as well")


def masterless(landscape: Landscape) -> Iterator[Sighting]:
    """Rows over which an object comes back to where it started, without one system of record."""
    by_id = {row.id: row for row in landscape.integrations}
    ends = {system.id for system in landscape.systems} | {outsider.id for outsider in landscape.outsiders}
    for ids in paths.circles(landscape.integrations):
        rows = tuple(by_id[row_id] for row_id in ids)
        masters = {row.system_of_record.strip() for row in rows}
        if not (len(masters) == 1 and masters <= ends):
            named = ", ".join(sorted(master or "not stated" for master in masters))
            yield Sighting(rows, f"comes back to where it started; master: {named}", -1)


def late(row: InventoryRow) -> bool:
    """Whether a row needs more than four times its target."""
    times = evidence.lateness(row)
    return times is not None and times > 4


def span(minutes: int | None) -> str:
    """Minutes in the largest unit that divides them: `7 days`, `1 hour`, `241 minutes`."""
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes and minutes % size == 0:
            count = minutes // size
            return f"{count:,} {unit}{'s' if count != 1 else ''}"
    return stated("") if minutes is None else "0 minutes"


def hours(row: InventoryRow) -> str:
    """The hand work of a row in words."""
    minutes = row.manual_minutes_month
    return "time not stated" if minutes is None else f"{minutes / 60:.0f} h a month"
