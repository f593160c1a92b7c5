"""Read back what was written, compare it under the canonicaliser, and advance link and base with the line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from workbench.model.journals import JournalEntry
from workbench.model.lines import Agreed, Base, Line
from workbench.model.links import Link
from workbench.model.records import DELETED, MODIFIED, Ref
from workbench.model.values import Value
from workbench.steps.running.batch import Batch
from workbench.steps.running.looking import read_records


@dataclass(frozen=True)
class Closing:
    """Lines that were written and are being read back. `close` compares them and writes their last entries down."""

    lines: Sequence[Line] = ()
    close: Callable[[], list[JournalEntry]] = list


def read_back(batch: Batch, lines: Sequence[Line], ids: Sequence[str]) -> Closing:
    """Start to read lines back that were written as records of these ids."""
    if not lines:
        return Closing()
    read = batch.calls.start(batch.description(lines[0]), partial(read_records, batch, lines, ids))
    return Closing(lines, lambda: _close(batch, lines, ids, read()))


def _close(
    batch: Batch, lines: Sequence[Line], ids: Sequence[str], records: Mapping[str, Mapping[str, Value]]
) -> list[JournalEntry]:
    """Link and base are written in the transaction that closes the line, so none of the three can be lost alone."""
    entries = [_compared(batch, line, records.get(record_id)) for line, record_id in zip(lines, ids, strict=True)]
    with batch.store.writing():
        closed = _linked(batch, entries)
        bases = [base for entry in closed if (base := _base(batch, batch.states.lines[entry.line], entry)) is not None]
        batch.record(closed, bases=bases)
    return closed


def _compared(batch: Batch, line: Line, record: Mapping[str, Value] | None) -> JournalEntry:
    if record is None or record.get(DELETED):
        cause = "it was written but could not be read back"
        return batch.entry(line, "differs", code="NOT_THERE", cause=cause, remedy="look for it in that system")
    marker = batch.description(line).marker if line.action == "create" else ""
    if marker and record.get(marker) != line.marker:
        # An answer whose rows stand in another order names the records of others.
        cause = "the record that the answer named bears another creation marker"
        return batch.entry(line, "unknown", code="OTHER_RECORD", cause=cause, remedy="it is looked for by its marker")
    meant = batch.states.values(line)
    wrong = batch.canonicalisers.differing(line.target, record, meant)
    kept = {name: record.get(name) for name in sorted({MODIFIED, *meant, *_agreed_fields(batch, line).values()})}
    if wrong:
        cause = f"the system keeps another value than it was given: {', '.join(wrong)}"
        remedy = "look for a rule or a workflow that changes it; the next plan shows the difference"
        return batch.entry(line, "differs", code="DIFFERS", cause=cause, remedy=remedy, stored=kept)
    return batch.entry(line, "verified", stored=kept)


def _linked(batch: Batch, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """The entries, once their pairs are linked or taken apart; a pair that another link forbids is left to a person."""
    made: list[Link] = []
    for entry in entries:
        line = batch.states.lines[entry.line]
        pair = _pair(batch, line)
        if pair is None or not entry.stored or line.action == "update":
            continue
        link = Link(line.target.kind, batch.integration.name, *pair, batch.plan.id, line.id, entry.at)
        if line.action == "unlink":
            batch.store.links.undo(link.integration, link.left, link.right)
            batch.store.bases.forget(link.integration, link.left, link.right)
        else:
            made.append(link)
    standing = batch.store.links.add(made)
    return [_forbidden(batch, entry, standing[entry.line]) if entry.line in standing else entry for entry in entries]


def _forbidden(batch: Batch, entry: JournalEntry, standing: Link) -> JournalEntry:
    line, cause = batch.states.lines[entry.line], f"{standing.left} and {standing.right} are linked already"
    remedy = "unlink that pair first, or rule otherwise"
    return batch.entry(line, "quarantined", code="LINKED_ELSEWHERE", cause=cause, remedy=remedy, stored=entry.stored)


def _base(batch: Batch, line: Line, entry: JournalEntry) -> Base | None:
    pair = _pair(batch, line)
    if pair is None or not entry.stored or entry.state not in ("verified", "differs"):
        return None
    left_written = batch.integration.side(line.target.system) == "left"
    fields = {}
    for key, name in _agreed_fields(batch, line).items():
        agreed, stored = line.agreed[key], entry.stored.get(name)
        meant = agreed.left if left_written else agreed.right
        if batch.canonicalisers.same(line.target, name, stored, meant):
            # What the system keeps, not what it was given: it may write the same value in another way.
            fields[key] = Agreed(stored, agreed.right) if left_written else Agreed(agreed.left, stored)
    return Base(batch.integration.name, line.target.kind, *pair, fields) if fields else None


def _pair(batch: Batch, line: Line) -> tuple[Ref, Ref] | None:
    """Left and right record that a line is about, or None when it is about one record alone."""
    if line.counterpart is None:
        return None
    target = Ref(line.target.system, line.target.kind, batch.states.record_id(line))
    on_left = batch.integration.side(line.target.system) == "left"
    return (target, line.counterpart) if on_left else (line.counterpart, target)


def _agreed_fields(batch: Batch, line: Line) -> dict[str, str]:
    """The native fields of a line's record on which both sides agree when it is verified, by the mapping's key."""
    side = batch.integration.side(line.target.system)
    mapping = batch.integration.pairing(line.target.kind).mapping
    return {item.key: getattr(item, side) for item in mapping if item.key in line.agreed}
