"""Rules between levels and about fields: balance, numbering, context, derivation (DFD-23 to 26, 31, 32)."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.drawing.rules.book import Breach
from workbench.core.drawing.rules.structure import Drawing
from workbench.core.drawing.views import context, inside_of
from workbench.model.landscape import Move, Process


def levels(drawing: Drawing) -> Iterator[Breach]:
    """Every breach of the rules between levels."""
    for process in drawing.part.processes:
        inside = inside_of(drawing.part, process.id)
        if inside:
            yield from _balance(process, inside, drawing)
    yield from _numbering(drawing)
    yield from _context(drawing)
    for process in drawing.part.processes:
        yield from _derivation(process, drawing)


def _balance(process: Process, inside: frozenset[str], drawing: Drawing) -> Iterator[Breach]:
    above = {move.id: move for move in drawing.part.moves if process.id in (move.source, move.target)}
    crossing = [move for move in drawing.part.moves if (move.source in inside) != (move.target in inside)]
    answered = {move.parent for move in crossing}
    for name in above:
        if name not in answered:
            yield Breach("DFD-23", name, f"flow {name} of process {process.number} has no child flow on its level 2")
    for move in crossing:
        parent = above.get(move.parent)
        if parent is None:
            said = f"names {move.parent!r}" if move.parent else "names no parent"
            text = f"flow {move.id} enters or leaves process {process.number} but {said}"
            yield Breach("DFD-23", move.id, f"{text}, which is no flow of that process" if move.parent else text)
            continue
        yield from _alike(move, parent, process, inside)


def _alike(move: Move, parent: Move, process: Process, inside: frozenset[str]) -> Iterator[Breach]:
    inward, parent_inward = move.target in inside, parent.target == process.id
    outer = move.source if inward else move.target
    parent_outer = parent.source if parent_inward else parent.target
    if inward != parent_inward or outer != parent_outer:
        yield Breach("DFD-24", move.id, f"flow {move.id} does not run the same way as its parent {parent.id}")
    if move.data.casefold().strip() != parent.data.casefold().strip():
        yield Breach("DFD-25", move.id, f"flow {move.id} {move.data!r} is named otherwise than its parent {parent.id}")


def _numbering(drawing: Drawing) -> Iterator[Breach]:
    numbers = {process.id: process.number for process in drawing.part.processes}
    for process in drawing.part.processes:
        if process.parent and not process.number.startswith(f"{numbers.get(process.parent, '')}."):
            above = numbers.get(process.parent, f"no process ({process.parent})")
            yield Breach("DFD-26", process.id, f"process {process.id} has number {process.number} inside {above}")


def _context(drawing: Drawing) -> Iterator[Breach]:
    shown = {move.id for move in context(drawing.part).moves}
    parents = {move.id: move.parent for move in drawing.part.moves}
    outsiders = {item.id for item in drawing.part.outsiders}
    for move in drawing.part.moves:
        if (move.source in outsiders) == (move.target in outsiders) or not _known(move, drawing):
            continue
        ancestor, steps = move.id, 0
        while parents.get(ancestor) and steps < 10:
            ancestor, steps = parents[ancestor], steps + 1
        if ancestor not in shown:
            yield Breach("DFD-32", move.id, f"flow {move.id} crosses our border but is not in the context diagram")


def _known(move: Move, drawing: Drawing) -> bool:
    return move.source in drawing.kinds and move.target in drawing.kinds


def _derivation(process: Process, drawing: Drawing) -> Iterator[Breach]:
    """Fields come from somewhere: judged only where every flow into the process says its fields."""
    taken = drawing.incoming(process.id)
    if not taken or not all(move.fields for move in taken):
        return
    known = {field.casefold() for move in taken for field in move.fields}
    for move in drawing.outgoing(process.id):
        wanted = [field for field in move.fields if not field.startswith("computed:") and field.casefold() not in known]
        if wanted:
            fields = ", ".join(wanted)
            yield Breach("DFD-31", move.id, f"flow {move.id} carries {fields}, which nothing brings to {process.id}")
