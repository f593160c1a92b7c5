"""Which lines may be worked on next, and together: parents first, one system and kind at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from workbench.model.journals import TERMINAL, JournalEntry
from workbench.model.lines import Line, Promise
from workbench.steps.running.batch import Batch
from workbench.steps.running.states import STANDS, Work

TOGETHER = 200
"""Lines re-read, written and read back together where a call takes one record: two calls for all of them."""


def blocked(batch: Batch) -> list[JournalEntry]:
    """An entry for each line that rests on one that failed since this was asked; a chain of them goes in one pass."""
    found: dict[str, JournalEntry] = {}
    fallen = batch.states.fallen()
    while fallen:
        parent_id = fallen.pop()
        parent = batch.states.lines.get(parent_id)
        for line in batch.states.children(parent_id):
            waits = line.id not in found and batch.states.of(line) in ("planned", "retry")
            if waits and (parent_id in found or parent is None or _fails(batch, line, parent)):
                named = parent.name if parent is not None else parent_id[:8]
                cause = f"it rests on the line of {named!r}, which was not written"
                remedy = "see to that line; the next plan proposes both again"
                found[line.id] = batch.entry(line, "blocked", code="PARENT_FAILED", cause=cause, remedy=remedy)
                fallen.append(line.id)
    return list(found.values())


def next_group(batch: Batch, apart: Collection[str] = ()) -> tuple[Work, list[Line]] | None:
    """The lines to work on now, none of those `apart`: of one system, kind and sort of write, as many as go at once."""
    now = batch.clock.now()
    for work in ("verify", "look", "send"):
        lines: list[Line] = []
        for line in batch.states.waiting(work):
            if line.id in apart or (lines and _sort(line) != _sort(lines[0])) or not _ready(batch, line, now):
                continue
            lines.append(line)
            if len(lines) == _size(batch, line):
                break
        if lines:
            return work, sorted(lines, key=_parent)
    return None


def waiting_until(batch: Batch) -> datetime | None:
    """When the next line that only waits for time may be worked on; None when no line does."""
    moments = (batch.waits.until(line.id) for line in batch.states.open_lines() if _rests(batch, line))
    return min((moment for moment in moments if moment is not None), default=None)


def _ready(batch: Batch, line: Line, now: datetime) -> bool:
    return _rests(batch, line) and (batch.waits.until(line.id) or now) <= now


def _rests(batch: Batch, line: Line) -> bool:
    return all(batch.states.of(batch.states.lines[parent]) in STANDS for parent in line.depends_on)


def _fails(batch: Batch, line: Line, parent: Line) -> bool:
    state = batch.states.of(parent)
    if state == "handed over":
        return any(isinstance(value, Promise) and value.line == parent.id for value in line.after.values())
    return state in TERMINAL and state not in STANDS


def _sort(line: Line) -> tuple[str, str, bool]:
    return line.target.system, line.target.kind, line.action == "create"


def _size(batch: Batch, line: Line) -> int:
    described = batch.description(line)
    if described.chunk_size == 1:
        return TOGETHER
    # Two chunks of records that exist share one re-read and one read-back; creation markers are longer than ids, and
    # so many of them would not fit the address of one call (Salesforce: 16,384 bytes).
    chunks = max(described.concurrency, 1 if line.action == "create" else 2)
    return described.chunk_size * chunks


def _parent(line: Line) -> str:
    # Children of one parent in one call: a system that locks the parent would make two calls wait for each other.
    return ",".join(sorted(line.depends_on)) or line.target.id
