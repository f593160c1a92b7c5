"""A system's sheet that fits a page: the system in the middle, whatever it exchanges data with as stubs at both sides.

Where even that is too much for a page, the neighbouring systems are shared out over several pages; every flow of the
system is on one of them at least.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

from workbench.core.drawing.layout import Place, Seat, Side, seated
from workbench.core.drawing.views import of_system, standing_in
from workbench.core.drawing.wording import natural
from workbench.model.landscape import Landscape, Move

PITCH = 0.8
STUBS_A_PAGE = 12


def stub_pages(landscape: Landscape, system: str) -> tuple[Landscape, ...]:
    """The pages of one system, each with as many neighbouring systems and outsiders as are easily followed."""
    part, home = of_system(landscape, system), standing_in(landscape, system)
    shares = _shared_out(part, home)
    chosen = [_around(part.moves, home, share) for share in shares]
    drawn = {move.id for page in chosen for move in page}
    left = [move for move in part.moves if move.id not in drawn]
    chosen[0] = [*chosen[0], *left]
    return tuple(_page(part, moves, home if len(chosen) == 1 else frozenset()) for moves in chosen)


def _shared_out(part: Landscape, home: frozenset[str]) -> list[frozenset[str]]:
    """The neighbours page by page; those of one system stay together as far as a page holds them."""
    groups: dict[str, list[str]] = defaultdict(list)
    homes = [(item.id, item.system) for item in part.processes] + [(item.id, item.system) for item in part.stores]
    for name, system in [*homes, *((item.id, item.id) for item in part.outsiders)]:
        if name not in home:
            groups[system].append(name)
    ordered = [name for group in sorted(groups) for name in sorted(groups[group], key=natural)]
    count = max(1, -(-len(ordered) // STUBS_A_PAGE))
    size = -(-len(ordered) // count) or 1
    return [frozenset(ordered[at : at + size]) for at in range(0, len(ordered), size)] or [frozenset()]


def _around(moves: Sequence[Move], home: frozenset[str], share: frozenset[str]) -> list[Move]:
    """The flows with these neighbours, and those inside the system that lead to them or on from them."""
    crossing = [move for move in moves if move.source in share or move.target in share]
    touched = {end for move in crossing for end in (move.source, move.target)} & home
    inner = [move for move in moves if {move.source, move.target} <= home and {move.source, move.target} & touched]
    return [*crossing, *inner]


def _page(part: Landscape, moves: Sequence[Move], besides: frozenset[str]) -> Landscape:
    shown = {end for move in moves for end in (move.source, move.target)} | besides
    return dataclasses.replace(
        part,
        outsiders=tuple(item for item in part.outsiders if item.id in shown),
        stores=tuple(item for item in part.stores if item.id in shown),
        processes=tuple(item for item in part.processes if item.id in shown),
        moves=tuple(sorted(moves, key=lambda move: natural(move.id))),
    )


def stub_places(part: Landscape, home: str) -> dict[str, Place]:
    """The system's own elements on a grid, the stubs left and right of it, beside what they exchange data with."""
    own = [Seat(item.id, home) for item in part.processes if item.system == home]
    own += [Seat(item.id, home) for item in part.stores if item.system == home]
    names = {seat.id for seat in own}
    links = [(move.source, move.target) for move in part.moves]
    places = seated(own, [link for link in links if names.issuperset(link)], {}, [home])
    near: dict[str, list[Place]] = defaultdict(list)
    for one, other in links:
        for end, there in ((one, other), (other, one)):
            if end not in names and there in places:
                near[end].append(places[there])
    across = sorted(near, key=lambda name: (_mean([place.column for place in near[name]]), natural(name)))
    half = -(-len(across) // 2)
    depth = max((place.row for place in places.values()), default=0.0) + 1
    if PITCH * half > depth:
        places = {name: _lowered(place, (PITCH * half - depth) / 2) for name, place in places.items()}
        depth = PITCH * half
    left, right = across[:half], across[half:]
    return {**places, **_beside(left, near, home, depth, "left"), **_beside(right, near, home, depth, "right")}


def _beside(
    names: Sequence[str], near: Mapping[str, Sequence[Place]], home: str, depth: float, side: Side
) -> dict[str, Place]:
    ordered = sorted(names, key=lambda name: (_mean([place.row for place in near[name]]), natural(name)))
    first = max(0.0, (depth - PITCH * len(ordered)) / 2)
    return {name: Place(home, 0.0, round(first + PITCH * at, 2), side) for at, name in enumerate(ordered)}


def _lowered(place: Place, by: float) -> Place:
    return dataclasses.replace(place, row=round(place.row + by, 2))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
