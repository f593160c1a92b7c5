"""Where the same object travels twice, in a chain beside a short cut, or in a circle: read from `objects` and ends.

`Quote/Sales Order -> Opportunity/Order + products` names two objects at the source and three at the target; the same
word at the same system is the same object.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from workbench.core.assessing import evidence
from workbench.model.landscape import InventoryRow

Spot = tuple[str, str]
"""An object in a system: ("SFDC", "account")."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One way that one object takes in one row."""

    row: str
    start: Spot
    end: Spot


@lru_cache(maxsize=4096)
def objects(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The objects at the source and at the target; without an arrow both ends hold all of them."""
    left, arrow, right = re.sub(r"<-+>|<?-+>|→|↔", "\0", text.lower()).partition("\0")
    return _names(left), _names(right if arrow else left)


def _names(text: str) -> frozenset[str]:
    plain = re.sub(r"\(.*?\)", " ", text)
    words = (re.sub(r"\s+", " ", part).strip() for part in re.split(r"[/,+&;]| and ", plain))
    return frozenset(word.removesuffix("s") if not word.endswith("ss") else word for word in words if word)


def hops(row: InventoryRow) -> Iterator[Hop]:
    """Every way of every object of a row; a two-way row goes both ways."""
    sources, targets = objects(row.objects)
    for source in row.source:
        for target in row.target:
            if source != target:
                yield from (Hop(row.id, (source, a), (target, b)) for a in sorted(sources) for b in sorted(targets))
                if evidence.two_way(row):
                    yield from (Hop(row.id, (target, b), (source, a)) for a in sorted(sources) for b in sorted(targets))


def dual_writes(rows: Iterable[InventoryRow], systems: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Rows that copy the same object from one system into two others, by machine, without a shared stable key."""
    at: dict[Spot, dict[str, str]] = defaultdict(dict)
    for row in rows:
        stable = evidence.rate_words(row.idempotency, evidence.IDEMPOTENCY) >= 3
        if stable or evidence.carrier(row.mechanism) in ("hand", "mail", "hub", ""):
            continue
        for hop in hops(row):
            if hop.end[0] in systems:
                at[hop.start].setdefault(row.id, hop.end[0])
    yield from _distinct(tuple(sorted(found)) for found in at.values() if len(set(found.values())) > 1)


def redundant_paths(rows: Iterable[InventoryRow]) -> Iterator[tuple[str, ...]]:
    """A row that takes an object straight to where a chain of two other rows takes it too: (straight, first, second).

    Read-only rows into a hub and hand-kept workbooks are no chains: nothing leaves them as the same object.
    """
    every = sorted({hop for row in rows for hop in hops(row)}, key=lambda hop: (hop.row, hop.start, hop.end))
    straight: dict[tuple[Spot, Spot], list[str]] = defaultdict(list)
    onward: dict[Spot, list[Hop]] = defaultdict(list)
    for hop in every:
        straight[hop.start, hop.end].append(hop.row)
        onward[hop.start].append(hop)
    found = (
        (row, first.row, second.row)
        for first in every
        for second in onward[first.end]
        for row in straight.get((first.start, second.end), ())
        if second.end[0] != first.start[0] and len({row, first.row, second.row}) == 3
    )
    yield from _distinct(found)


def circles(rows: Iterable[InventoryRow]) -> Iterator[tuple[str, ...]]:
    """Rows over which an object comes back to where it started: one two-way row, or two or three rows in a ring."""
    every = {hop for row in rows for hop in hops(row)}
    onward: dict[Spot, list[Hop]] = defaultdict(list)
    for hop in sorted(every, key=lambda hop: (hop.row, hop.start, hop.end)):
        onward[hop.start].append(hop)
    yield from _distinct(ring for start in sorted(onward) for ring in _rings(start, onward))


def _rings(start: Spot, onward: Mapping[Spot, list[Hop]]) -> Iterator[tuple[str, ...]]:
    for first in onward[start]:
        for second in onward.get(first.end, ()):
            if second.end == start:
                yield _rows(first, second)
                continue
            for third in onward.get(second.end, ()):
                if third.end == start and len({first.row, second.row, third.row}) == 3:
                    yield _rows(first, second, third)


def _rows(*ring: Hop) -> tuple[str, ...]:
    return tuple(sorted({hop.row for hop in ring}))


def _distinct(found: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(set(found))
