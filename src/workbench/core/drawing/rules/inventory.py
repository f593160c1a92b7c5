"""Rules between picture, inventory and states (DFD-27 to 30, 33 to 35, 37)."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.drawing.rules.book import Breach
from workbench.core.drawing.rules.structure import Drawing
from workbench.model.landscape import Landscape, Move

BY_HAND = frozenset({"shadow", "people"})


def inventory(drawing: Drawing) -> Iterator[Breach]:
    """Every breach of the rules between the picture of a state and the inventory."""
    rows = {row.id for row in drawing.part.integrations}
    every = {row.id for row in drawing.whole.integrations}
    for move in drawing.part.moves:
        yield from _row_of(move, rows, every, drawing)
        yield from _references(move, drawing)
    drawn = {move.integration for move in drawing.part.moves}
    for row in drawing.part.integrations:
        if row.id not in drawn:
            yield Breach("DFD-30", row.id, f"inventory row {row.id} {row.name} is in no flow of this state")
    yield from _personal(drawing)
    yield from _homes(drawing)


def _row_of(move: Move, rows: set[str], every: set[str], drawing: Drawing) -> Iterator[Breach]:
    if move.integration and move.integration not in every:
        yield Breach("DFD-27", move.id, f"flow {move.id} names inventory row {move.integration!r}, which is unknown")
    elif move.integration and move.integration not in rows:
        yield Breach("DFD-28", move.id, f"flow {move.id} names {move.integration}, which does not exist in this state")
    left, right = drawing.systems.get(move.source), drawing.systems.get(move.target)
    if not move.integration and left and right and left != right:
        yield Breach("DFD-29", move.id, f"flow {move.id} runs from {left} to {right} without an inventory row")


def _personal(drawing: Drawing) -> Iterator[Breach]:
    natures = {item.id: item.nature for item in drawing.part.systems}
    paper = {store.id for store in drawing.part.stores if store.manual}
    for row in drawing.part.integrations:
        if not row.personal_data:
            continue
        by_hand = [
            move.id
            for move in drawing.part.moves
            if move.integration == row.id
            and (move.manual or move.target in paper or natures.get(drawing.systems.get(move.target, "")) in BY_HAND)
        ]
        if by_hand:
            yield Breach("DFD-34", row.id, f"{row.id} {row.name} moves personal data by hand: {', '.join(by_hand)}")


def _references(move: Move, drawing: Drawing) -> Iterator[Breach]:
    whole = drawing.whole
    everything = {item.id for group in (whole.processes, whole.stores, whole.outsiders) for item in group}
    for end in (move.source, move.target):
        if end in everything and end not in drawing.kinds:
            yield Breach("DFD-37", move.id, f"flow {move.id} refers to {end}, which does not exist in this state")


def _homes(drawing: Drawing) -> Iterator[Breach]:
    known = {item.id for item in drawing.part.systems}
    for element, system in drawing.systems.items():
        if system not in known:
            yield Breach("DFD-37", element, f"{element} stands in {system!r}, which does not exist in this state")


def transition(whole: Landscape) -> Iterator[Breach]:
    """Every breach of the rules between AS-IS and TO-BE."""
    before, after = whole.state("as-is"), whole.state("to-be")
    written_before = {move.target for move in before.moves}
    written, read = {move.target for move in after.moves}, {move.source for move in after.moves}
    for store in after.stores:
        if store.id in written_before and store.id in read and store.id not in written:
            yield Breach(
                "DFD-33", store.id, f"store {store.id} {store.name} is still read but nobody writes it any more"
            )
    rows = {row.id for row in after.integrations}
    for row in whole.integrations:
        for successor in row.replaced_by:
            if successor not in rows:
                yield Breach("DFD-35", row.id, f"{row.id} is to be replaced by {successor}, which is not in TO-BE")
