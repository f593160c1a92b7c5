"""Where the same object travels twice, in a chain beside a short cut, or in a circle: read from `objects` and ends.

`Quote/Sales Order -> Opportunity/Order + products` names two objects at the source and three at the target; the same
word at the same system is the same object.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
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
    yield from sorted({tuple(sorted(found)) for found in at.values() if len(set(found.values())) > 1})


def redundant_paths(rows: Iterable[InventoryRow]) -> Iterator[tuple[str, str, str]]:
    """A row that takes an object straight to where a chain of two others takes it too: (straight, first, second).

    One chain is named for each such row, the first in order of ids, however many there are.
    """
    edges = _edges(rows)
    onward = _onward(edges)
    found: dict[str, tuple[str, str, str]] = {}
    for (start, end), straight in sorted(edges.items()):
        for middle in onward[start]:
            firsts, seconds = edges[start, middle], edges.get((middle, end), [])
            for row in (row for row in straight if row not in found):
                chain = _chain(row, firsts, seconds)
                if chain:
                    found[row] = chain
    yield from (found[row] for row in sorted(found))


def circles(rows: Iterable[InventoryRow]) -> Iterator[tuple[str, ...]]:
    """Rows over which an object comes back to where it started: a two-way row, or a ring over two or three systems."""
    edges = _edges(rows)
    onward = _onward(edges)
    rings: set[tuple[str, ...]] = set()
    for (start, middle), rows_out in edges.items():
        if (middle, start) in edges and start < middle:
            rings.add(_together(rows_out, edges[middle, start]))
        for last in onward[middle]:
            if (last, start) in edges and start < middle and start < last:
                ring = _together(rows_out, edges[middle, last], edges[last, start])
                rings |= {ring} if len(ring) > 1 else set()
    yield from sorted(rings)


def _edges(rows: Iterable[InventoryRow]) -> dict[tuple[Spot, Spot], list[str]]:
    """Which rows take an object from one spot to another, in order of ids."""
    edges: dict[tuple[Spot, Spot], set[str]] = defaultdict(set)
    for row in rows:
        for hop in hops(row):
            edges[hop.start, hop.end].add(hop.row)
    return {ends: sorted(found) for ends, found in edges.items()}


def _onward(edges: Iterable[tuple[Spot, Spot]]) -> dict[Spot, list[Spot]]:
    onward: dict[Spot, list[Spot]] = defaultdict(list)
    for start, end in sorted(edges):
        onward[start].append(end)
    return onward


def _chain(row: str, firsts: Iterable[str], seconds: Iterable[str]) -> tuple[str, str, str] | None:
    first = next((name for name in firsts if name != row), None)
    second = next((name for name in seconds if name not in (row, first)), None)
    return (row, first, second) if first and second else None


def _together(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({row for group in groups for row in group}))
