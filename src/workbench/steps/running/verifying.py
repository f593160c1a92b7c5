"""Read back what was written, compare it under the canonicaliser, and advance link and base with the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.model.journals import JournalEntry
from workbench.model.links import Link
from workbench.model.plans import Agreed, Base, Line
from workbench.model.records import DELETED, MODIFIED
from workbench.model.values import Value
from workbench.steps.running.batch import Batch
from workbench.steps.running.looking import read_records


def verify(batch: Batch, lines: Sequence[Line]) -> list[JournalEntry]:
    """Close lines that were written: verified, or differing from what was meant. Returns their last entries.

    Link and base are written in the transaction that closes the line, so none of the three can be lost alone.
    """
    ids = [batch.record_id(line) for line in lines]
    records = read_records(batch, lines, ids)
    entries = [_compared(batch, line, records.get(record_id)) for line, record_id in zip(lines, ids, strict=True)]
    with batch.store.writing():
        closed = [_linked(batch, batch.lines[entry.line], entry) for entry in entries]
        bases = [base for entry in closed if (base := _base(batch, batch.lines[entry.line], entry)) is not None]
        batch.record(closed, bases=bases)
    return closed


def _compared(batch: Batch, line: Line, record: Mapping[str, Value] | None) -> JournalEntry:
    if record is None or record.get(DELETED):
        cause = "it was written but could not be read back"
        return batch.entry(line, "differs", code="NOT_THERE", cause=cause, remedy="look for it in that system")
    meant = batch.values(line)
    wrong = sorted(name for name, value in meant.items() if not batch.same(line, name, record.get(name), value))
    kept = {name: record.get(name) for name in sorted({MODIFIED, *meant, *_agreed_fields(batch, line).values()})}
    if wrong:
        cause = f"the system keeps another value than it was given: {', '.join(wrong)}"
        remedy = "look for a rule or a workflow that changes it; the next plan shows the difference"
        return batch.entry(line, "differs", code="DIFFERS", cause=cause, remedy=remedy, stored=kept)
    return batch.entry(line, "verified", stored=kept)


def _linked(batch: Batch, line: Line, entry: JournalEntry) -> JournalEntry:
    pair = batch.pair(line)
    if pair is None or not entry.stored or line.action == "update":
        return entry
    link = Link(line.target.kind, batch.integration.name, *pair, batch.plan.id, line.id, entry.at)
    if line.action == "unlink":
        batch.store.links.undo(link.integration, link.left, link.right)
        batch.store.bases.forget(link.integration, link.left, link.right)
        return entry
    standing = batch.store.links.add(link)
    if standing is None:
        return entry
    cause = f"{standing.left} and {standing.right} are linked already"
    remedy = "unlink that pair first, or rule otherwise"
    return batch.entry(line, "quarantined", code="LINKED_ELSEWHERE", cause=cause, remedy=remedy, stored=entry.stored)


def _base(batch: Batch, line: Line, entry: JournalEntry) -> Base | None:
    pair = batch.pair(line)
    if pair is None or not entry.stored or entry.state not in ("verified", "differs"):
        return None
    left_written = batch.integration.side(line.target.system) == "left"
    fields = {}
    for key, name in _agreed_fields(batch, line).items():
        agreed, stored = line.agreed[key], entry.stored.get(name)
        meant = agreed.left if left_written else agreed.right
        if batch.same(line, name, stored, meant):
            # What the system keeps, not what it was given: it may write the same value in another way.
            fields[key] = Agreed(stored, agreed.right) if left_written else Agreed(agreed.left, stored)
    return Base(batch.integration.name, line.target.kind, *pair, fields) if fields else None


def _agreed_fields(batch: Batch, line: Line) -> dict[str, str]:
    side = batch.integration.side(line.target.system)
    mapping = batch.integration.pairing(line.target.kind).mapping
    return {item.key: getattr(item, side) for item in mapping if item.key in line.agreed}
