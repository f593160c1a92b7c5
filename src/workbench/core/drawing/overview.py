"""The overview of a large landscape: one process a system, one line for all flows from one of them to another."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from workbench.core.drawing.layout import Place
from workbench.core.drawing.picture import Mark
from workbench.core.drawing.views import level_one
from workbench.model.landscape import Landscape, Move, Process

OVERVIEW = "overview"
ROUNDS = 12
Groups = Mapping[str, tuple[Move, ...]]


def overview(landscape: Landscape) -> tuple[Landscape, Groups]:
    """The systems as processes with the lines between them, and the flows that each line stands for."""
    whole = level_one(landscape)
    system_of = {item.id: item.system for item in whole.processes} | {item.id: item.system for item in whole.stores}
    gathered: dict[tuple[str, str], list[Move]] = defaultdict(list)
    inside: Counter[str] = Counter()
    for move in sorted(whole.moves, key=lambda move: move.id):
        ends = system_of.get(move.source, move.source), system_of.get(move.target, move.target)
        if ends[0] == ends[1]:
            inside[ends[0]] += 1
        else:
            gathered[ends].append(move)
    groups = {f"{source} to {target}": tuple(moves) for (source, target), moves in gathered.items()}
    lines = tuple(_line(name, ends, groups[name]) for name, ends in zip(groups, gathered, strict=True))
    drawn = set(system_of.values())
    systems = tuple(
        Process(item.id, item.id, item.name, "", f"{inside[item.id]} flows inside", states=item.states)
        for item in whole.systems
        if item.id in drawn
    )
    part = dataclasses.replace(whole, processes=systems, stores=(), moves=lines)
    touched = {end for ends in gathered for end in ends}
    return dataclasses.replace(part, outsiders=tuple(o for o in whole.outsiders if o.id in touched)), groups


def _line(name: str, ends: tuple[str, str], moves: Sequence[Move]) -> Move:
    """One line for many flows; it is by hand where all of them are, and names an inventory row where there is one."""
    data = ", ".join(dict.fromkeys(move.data for move in moves))
    rows = {move.integration for move in moves}
    row = rows.pop() if len(rows) == 1 else ""
    return Move(name, *ends, data, row, manual=all(move.manual for move in moves))


def group_marks(groups: Groups, marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """The mark of every line: that of its flows where they agree, else changed."""
    found = {name: {marks.get(move.id, "kept") for move in moves} for name, moves in groups.items()}
    return {name: next(iter(kinds)) if len(kinds) == 1 else "changed" for name, kinds in found.items()}


def overview_places(part: Landscape) -> dict[str, Place]:
    """A grid of the systems on which those that exchange much stand close together."""
    names = sorted(item.id for item in part.processes)
    columns = max(1, round(math.sqrt(len(names) * 1.2)))
    cells = [(float(at % columns), float(at // columns)) for at in range(len(names))]
    ties = Counter(frozenset((move.source, move.target)) for move in part.moves)
    near: dict[str, dict[str, int]] = defaultdict(dict)
    for pair, count in ties.items():
        one, other = sorted(pair)
        if one in names and other in names:
            near[one][other] = near[other][one] = count
    at = dict(zip(names, cells, strict=True))
    for _ in range(ROUNDS):  # exchange two systems as long as that brings neighbours closer
        closer = [_exchanged(at, near, one, other) for one, other in combinations(names, 2)]
        if not any(closer):
            break
    return {name: Place("", *cell) for name, cell in at.items()}


def _exchanged(at: dict[str, tuple[float, float]], near: Mapping[str, Mapping[str, int]], one: str, other: str) -> bool:
    before = _reach(at, near, one) + _reach(at, near, other)
    at[one], at[other] = at[other], at[one]
    if _reach(at, near, one) + _reach(at, near, other) < before - 1e-9:
        return True
    at[one], at[other] = at[other], at[one]
    return False


def _reach(at: Mapping[str, tuple[float, float]], near: Mapping[str, Mapping[str, int]], name: str) -> float:
    here = at[name]
    return sum(count * math.dist(here, at[other]) for other, count in near.get(name, {}).items())
