"""Which part of a landscape a sheet shows: the context, the whole, the inside of one process, or one system's share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from workbench.errors import UsageError
from workbench.model.landscape import Landscape, Move, Process

CONTEXT = "context"


def level_one(landscape: Landscape) -> Landscape:
    """The whole landscape on one sheet: every process and store that is not the inside of another process."""
    processes = tuple(item for item in landscape.processes if not item.parent)
    stores = tuple(item for item in landscape.stores if not item.parent)
    kept = dataclasses.replace(landscape, processes=processes, stores=stores)
    return _with_moves(kept, lambda move: not move.parent)


def context(landscape: Landscape) -> Landscape:
    """The business as one process `0` between its outsiders: what crosses the border, and nothing else."""
    whole = level_one(landscape)
    outside = {item.id for item in whole.outsiders}
    crossing = tuple(
        _at_border(move, outside) for move in whole.moves if (move.source in outside) != (move.target in outside)
    )
    business = Process(CONTEXT, "0", whole.title, system="")
    touched = {end for move in crossing for end in (move.source, move.target)}
    outsiders = tuple(item for item in whole.outsiders if item.id in touched)
    return dataclasses.replace(whole, outsiders=outsiders, stores=(), processes=(business,), moves=crossing)


def _at_border(move: Move, outside: set[str]) -> Move:
    if move.source in outside:
        return dataclasses.replace(move, target=CONTEXT)
    return dataclasses.replace(move, source=CONTEXT)


def decomposed(landscape: Landscape) -> tuple[Process, ...]:
    """The processes that have an inside (a level 2)."""
    parents = {item.parent for item in landscape.processes} | {item.parent for item in landscape.stores}
    return tuple(item for item in landscape.processes if item.id in parents)


def parent_named(landscape: Landscape, number: str = "") -> Process:
    """The process with this number or id, which has an inside; the name may be left out where only one has."""
    choices = decomposed(landscape)
    chosen = [item for item in choices if number in (item.number, item.id)] if number else list(choices)
    if len(chosen) != 1:
        known = ", ".join(f"{item.number} {item.name}" for item in choices) or "none is described"
        asked = f"process {number} has no inside" if number else "level 2 needs the number of a process"
        raise UsageError(f"{asked}; processes with a level 2: {known}")
    return chosen[0]


def inside_of(landscape: Landscape, process_id: str) -> frozenset[str]:
    """The ids of the processes and stores that stand inside a process."""
    processes = {item.id for item in landscape.processes if item.parent == process_id}
    return frozenset(processes | {item.id for item in landscape.stores if item.parent == process_id})


def around(landscape: Landscape, ids: Iterable[str]) -> Landscape:
    """These elements and whatever exchanges data with them directly."""
    wanted = frozenset(ids)
    return _touched(landscape, lambda move: move.source in wanted or move.target in wanted, wanted)


def of_system(landscape: Landscape, system: str) -> Landscape:
    """One system: all that stands in it, and whatever exchanges data with it directly."""
    return around(level_one(landscape), standing_in(landscape, system))


def standing_in(landscape: Landscape, system: str) -> frozenset[str]:
    """The ids of the processes and stores of one system, without those inside other processes."""
    processes = {item.id for item in landscape.processes if item.system == system and not item.parent}
    return frozenset(processes | {item.id for item in landscape.stores if item.system == system and not item.parent})


def systems_drawn(landscape: Landscape) -> tuple[str, ...]:
    """The ids of the systems in which something stands."""
    return tuple(item.id for item in landscape.systems if standing_in(landscape, item.id))


def of_integration(landscape: Landscape, row: str) -> Landscape:
    """One integration: its flows alone, from the first store to the last."""
    return _touched(level_one(landscape), lambda move: move.integration == row)


def of_object(landscape: Landscape, name: str) -> Landscape:
    """One object (a kind of record, or a word such as `invoice`): the flows that carry it."""
    wanted = name.casefold()
    objects = {row.id: row.objects.casefold() for row in landscape.integrations}

    def carries(move: Move) -> bool:
        return move.kind == name or wanted in move.data.casefold() or wanted in objects.get(move.integration, "")

    found = _touched(level_one(landscape), carries)
    if not found.moves:
        raise UsageError(f"no flow carries {name!r}; name a kind (partner, contact, opportunity) or a word of the data")
    return found


def _touched(landscape: Landscape, test: Callable[[Move], bool], besides: frozenset[str] = frozenset()) -> Landscape:
    moves = tuple(move for move in landscape.moves if test(move))
    touched = {end for move in moves for end in (move.source, move.target)} | besides
    return dataclasses.replace(
        landscape,
        outsiders=tuple(item for item in landscape.outsiders if item.id in touched),
        stores=tuple(item for item in landscape.stores if item.id in touched),
        processes=tuple(item for item in landscape.processes if item.id in touched),
        moves=moves,
    )


def _with_moves(landscape: Landscape, test: Callable[[Move], bool]) -> Landscape:
    known = {item.id for item in landscape.outsiders}
    known |= {item.id for item in landscape.stores} | {item.id for item in landscape.processes}
    moves = tuple(m for m in landscape.moves if m.source in known and m.target in known and test(m))
    return dataclasses.replace(landscape, moves=moves)
