"""Rules of structure: what may be joined to what, and what every element must have (DFD-01 to 08, 11 to 15, 20, 36)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from workbench.core.drawing.rules.book import Breach
from workbench.core.drawing.views import level_one
from workbench.model.landscape import Landscape, Move

ARROWS = ("<->", "<-", "->", "<>", "\u2194", "\u2192", "\u2190", "\u21c4")


@dataclass(frozen=True)
class Drawing:
    """One state of a landscape, indexed for the rules; `whole` is the landscape with both states."""

    part: Landscape
    whole: Landscape

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of every element that a flow can join, by id."""
        return {
            **{item.id: "process" for item in self.part.processes},
            **{item.id: "store" for item in self.part.stores},
            **{item.id: "outsider" for item in self.part.outsiders},
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of every such element, by id."""
        named = {item.id: item.name for item in self.part.processes} | {item.id: item.name for item in self.part.stores}
        return named | {item.id: item.name for item in self.part.outsiders}

    @cached_property
    def systems(self) -> dict[str, str]:
        """The system in which every process and store stands, by id."""
        standing = {item.id: item.system for item in self.part.processes}
        return standing | {item.id: item.system for item in self.part.stores}

    @cached_property
    def top(self) -> tuple[Move, ...]:
        """The flows of level 1."""
        return level_one(self.part).moves

    def incoming(self, element: str) -> list[Move]:
        """The flows that end here."""
        return [move for move in self.part.moves if move.target == element]

    def outgoing(self, element: str) -> list[Move]:
        """The flows that begin here."""
        return [move for move in self.part.moves if move.source == element]

    def named(self, element: str) -> str:
        """The element as a message names it."""
        return f"{element} {self.names.get(element, '')}".strip()


def structure(drawing: Drawing) -> Iterator[Breach]:
    """Every breach of the rules of structure."""
    yield from _ids(drawing)
    yield from _names(drawing)
    for move in drawing.part.moves:
        yield from _ends(move, drawing)
    yield from _doubles(drawing)
    for element, kind in drawing.kinds.items():
        yield from _exchange(element, kind, drawing)


def _ids(drawing: Drawing) -> Iterator[Breach]:
    part = drawing.part
    used = Counter([*(item.id for item in part.systems), *(item.id for item in part.integrations)])
    used.update([*(item.id for item in part.processes), *(item.id for item in part.stores)])
    used.update([*(item.id for item in part.outsiders), *(item.id for item in part.moves)])
    for name, count in used.items():
        if count > 1:
            yield Breach("DFD-01", name, f"{name} is the id of {count} elements")


def _names(drawing: Drawing) -> Iterator[Breach]:
    part = drawing.part
    groups = (
        ("system", [(item.id, item.name) for item in part.systems]),
        ("process", [(item.id, item.name) for item in part.processes]),
        ("store", [(item.id, item.name) for item in part.stores]),
        ("outsider", [(item.id, item.name) for item in part.outsiders]),
    )
    for kind, items in groups:
        seen: dict[str, str] = {}
        for name, words in items:
            first = seen.setdefault(words.casefold().strip(), name)
            if first != name:
                yield Breach("DFD-02", name, f"{kind} {name} has the same name as {first}: {words!r}")


def _ends(move: Move, drawing: Drawing) -> Iterator[Breach]:
    source, target = drawing.kinds.get(move.source), drawing.kinds.get(move.target)
    for end in (move.source, move.target):
        if end not in drawing.kinds and not _gone(end, drawing):
            yield Breach("DFD-03", move.id, f"flow {move.id} refers to {end!r}, which does not exist")
    if move.source == move.target:
        yield Breach("DFD-04", move.id, f"flow {move.id} begins and ends at {drawing.named(move.source)}")
    elif source == target == "store":
        yield Breach("DFD-05", move.id, _joined(move, drawing, "runs from store to store"))
    elif source == target == "outsider":
        yield Breach("DFD-06", move.id, _joined(move, drawing, "runs between outsiders"))
    elif {source, target} == {"outsider", "store"}:
        yield Breach("DFD-07", move.id, _joined(move, drawing, "joins an outsider and a store"))
    if not move.data.strip():
        yield Breach("DFD-08", move.id, f"flow {move.id} does not say what data it carries")
    if any(arrow in move.data for arrow in ARROWS):
        yield Breach("DFD-36", move.id, f"flow {move.id} is named {move.data!r}, as if it ran both ways")


def _gone(end: str, drawing: Drawing) -> bool:
    """Whether an element exists, but not in this state: that is another rule's matter."""
    whole = drawing.whole
    return any(end == item.id for group in (whole.processes, whole.stores, whole.outsiders) for item in group)


def _joined(move: Move, drawing: Drawing, what: str) -> str:
    return f"flow {move.id} {what}: {drawing.named(move.source)} to {drawing.named(move.target)}"


def _doubles(drawing: Drawing) -> Iterator[Breach]:
    seen: dict[tuple[str, str, str], str] = {}
    for move in drawing.part.moves:
        first = seen.setdefault((move.source, move.target, move.data.casefold().strip()), move.id)
        if first != move.id:
            yield Breach("DFD-20", move.id, f"flow {move.id} repeats {first}: the same data between the same ends")


def _exchange(element: str, kind: str, drawing: Drawing) -> Iterator[Breach]:
    taken, given = bool(drawing.incoming(element)), bool(drawing.outgoing(element))
    name = drawing.named(element)
    if not taken and not given:
        yield Breach("DFD-11", element, f"{kind} {name} takes part in no flow")
    elif kind == "process" and not given:
        yield Breach("DFD-12", element, f"process {name} takes data in and gives nothing out")
    elif kind == "process" and not taken:
        yield Breach("DFD-13", element, f"process {name} gives data out and takes nothing in")
    elif kind == "store" and not taken:
        yield Breach("DFD-14", element, f"store {name} is read and never written")
    elif kind == "store" and not given:
        yield Breach("DFD-15", element, f"store {name} is written and never read")
