"""How far each line of a plan came, and what is to be done for it next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from workbench.model.journals import TERMINAL, JournalEntry, LineState
from workbench.model.lines import Line, Promise
from workbench.model.records import MODIFIED, Ref
from workbench.model.values import Value

STANDS: frozenset[LineState] = frozenset({"verified", "differs", "handed over"})
"""States of a line on which lines that depend on it can rest: its record is there."""

Work = Literal["verify", "look", "send"]
"""verify: read back what was written · look: find out what became of a lost answer · send: write."""


class Reached(NamedTuple):
    """How far a line came: what is needed of its last entry. The store keeps the rest, however many lines there are.

    `stamp` is the change stamp of the record as it was read with that entry; None when it was not.
    """

    state: LineState
    attempt: int
    id: str
    stamp: Value


class States:
    """How far every line of a plan came: first as earlier runs wrote it down (`last`), then entry by entry."""

    def __init__(self, lines: Sequence[Line], last: Mapping[str, JournalEntry]) -> None:
        self.lines = {line.id: line for line in lines}
        self._reached = {entry.line: _reached(entry) for entry in last.values()}
        self._open: dict[Work, dict[str, Line]] = {"verify": {}, "look": {}, "send": {}}
        self._beside: dict[Ref, list[str]] = {}
        self._children: dict[str, list[Line]] = {}
        self._fallen: list[str] = []
        for line in lines:
            self._beside.setdefault(line.target, []).append(line.id)
            for parent in line.depends_on:
                self._children.setdefault(parent, []).append(line)
            self._file(line)
        # A line that rests on one which the plan does not hold can never be written.
        self._fallen += [parent for parent in self._children if parent not in self.lines]

    def take(self, entry: JournalEntry) -> None:
        """Go on from an entry that was written down: its line is there now."""
        self._reached[entry.line] = _reached(entry)
        self._file(self.lines[entry.line])

    def of(self, line: Line) -> LineState:
        """What became of a line so far."""
        reached = self.reached(line)
        return "planned" if reached is None else reached.state

    def reached(self, line: Line) -> Reached | None:
        """How far a line came; None when nothing was done for it yet."""
        return self._reached.get(line.id)

    def open_lines(self) -> list[Line]:
        """The lines that have not come to their end, in the plan's order."""
        return [line for line in self.lines.values() if self.of(line) not in TERMINAL]

    def waiting(self, work: Work) -> Iterable[Line]:
        """The lines for which this is to be done next, in the order in which they came to it."""
        return self._open[work].values()

    def children(self, line_id: str) -> list[Line]:
        """The lines that rest on a line."""
        return self._children.get(line_id, [])

    def fallen(self) -> list[str]:
        """Lines that ended so that others may not rest on them, each told once."""
        told, self._fallen = self._fallen, []
        return told

    def record_id(self, line: Line) -> str:
        """The id of the record that a line writes to, as far as it is known."""
        reached = self.reached(line)
        return line.target.id or (reached.id if reached else "")

    def values(self, line: Line) -> dict[str, Value]:
        """What a line writes, each promise kept: the id of the record that its line created."""
        return {
            name: self._reached[value.line].id if isinstance(value, Promise) else value
            for name, value in line.after.items()
        }

    def own_stamps(self, line: Line) -> set[Value]:
        """Change stamps that this plan's own writes left on the record that a line writes to."""
        before = (self._reached.get(other) for other in self._beside[line.target])
        return {reached.stamp for reached in before if reached is not None and reached.stamp is not None}

    def _file(self, line: Line) -> None:
        """Put a line where its state belongs."""
        state = self.of(line)
        for lines in self._open.values():
            lines.pop(line.id, None)
        if state not in TERMINAL:
            work: Work = "verify" if state == "applied" else "look" if state in ("intended", "unknown") else "send"
            self._open[work][line.id] = line
        elif state not in STANDS or state == "handed over":
            self._fallen.append(line.id)


def _reached(entry: JournalEntry) -> Reached:
    return Reached(entry.state, entry.attempt, entry.id, entry.stored.get(MODIFIED))
