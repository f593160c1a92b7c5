"""What a line's record looks like right now, and what that says about the line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from workbench.model.lines import Line
from workbench.model.records import DELETED, MODIFIED, Condition, Where, records_of
from workbench.model.values import Value
from workbench.steps.running.batch import Batch

Found = Literal["as planned", "done", "not done", "stale", "unclear"]
"""as planned: nothing was sent yet and nothing changed · done: an earlier attempt did it · not done: an earlier
attempt did not · stale: the record changed since the plan · unclear: nobody but a person can tell"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found about one line; `record` is the record before the write, its before-image."""

    found: Found
    record: Mapping[str, Value] = field(default_factory=dict)
    record_id: str = ""
    cause: str = ""


def look(batch: Batch, lines: Sequence[Line]) -> Callable[[], dict[str, Seen]]:
    """Start to read the records of lines of one system and kind, in one call; the answer judges each line."""
    described = batch.description(lines[0])
    if lines[0].action == "create" and not described.marker:
        return lambda: {line.id: _unmarked(batch, line) for line in lines}
    if lines[0].action == "create":
        marked = batch.calls.start(described, partial(read_marked, batch, lines))
        return lambda: {line.id: _created(batch, line, marked().get(line.marker, [])) for line in lines}
    records = batch.calls.start(described, partial(read_records, batch, lines, [line.target.id for line in lines]))
    return lambda: {line.id: _judged(batch, line, records().get(line.target.id)) for line in lines}


def read_records(batch: Batch, lines: Sequence[Line], ids: Sequence[str]) -> dict[str, dict[str, Value]]:
    """The records of these ids, as they are now, with every field that the lines or the mapping name."""
    where = Where((Condition("id", tuple(sorted(set(ids)))),))
    reading = batch.system(lines[0]).read(lines[0].target.kind, where, _fields(batch, lines))
    return dict(records_of(reading.frame))


def read_marked(batch: Batch, lines: Sequence[Line]) -> dict[str, list[str]]:
    """The ids of the records that bear each line's creation marker."""
    marker = batch.description(lines[0]).marker
    where = Where((Condition(marker, tuple(sorted({line.marker for line in lines}))),))
    reading = batch.system(lines[0]).read(lines[0].target.kind, where, [marker])
    found: dict[str, list[str]] = defaultdict(list)
    for record_id, record in records_of(reading.frame):
        found[str(record.get(marker))].append(record_id)
    return found


def _created(batch: Batch, line: Line, ids: Sequence[str]) -> Seen:
    if len(ids) > 1:
        return Seen("unclear", cause=f"{len(ids)} records bear its creation marker: {', '.join(ids)}")
    if ids:
        return Seen("done", record_id=ids[0], cause="found by its creation marker")
    return Seen("not done" if _was_sent(batch, line) else "as planned")


def _unmarked(batch: Batch, line: Line) -> Seen:
    if not _was_sent(batch, line):
        return Seen("as planned")
    return Seen("unclear", cause="it may have been created, and this system keeps no marker to find it by")


def _judged(batch: Batch, line: Line, record: dict[str, Value] | None) -> Seen:
    if record is None or record.get(DELETED):
        return Seen("stale", cause="the record is not there any more")
    sent = _was_sent(batch, line)
    wanted = batch.states.values(line)
    if (sent or not line.after) and not batch.canonicalisers.differing(line.target, record, wanted):
        return Seen("done", record, line.target.id, "found as it should be" if sent else "nothing to write")
    changed = _changed(batch, line, record)
    if changed:
        return Seen("stale", record, cause=f"changed since the plan was made: {', '.join(changed)}")
    return Seen("not done" if sent else "as planned", record)


def _changed(batch: Batch, line: Line, record: Mapping[str, Value]) -> list[str]:
    expected = {**line.before, **line.precondition}
    stamp = expected.pop(MODIFIED, None)
    changed = batch.canonicalisers.differing(line.target, record, expected)
    if stamp is None or record.get(MODIFIED) in {stamp, *batch.states.own_stamps(line)}:
        return changed
    return changed or [MODIFIED]


def _was_sent(batch: Batch, line: Line) -> bool:
    return batch.states.of(line) in ("intended", "unknown")


def _fields(batch: Batch, lines: Sequence[Line]) -> list[str]:
    side = batch.integration.side(lines[0].target.system)
    mapped = set(batch.integration.pairing(lines[0].target.kind).fields(side))
    named = {name for line in lines for name in {**line.before, **line.after, **line.precondition}}
    marker = batch.description(lines[0]).marker if lines[0].action == "create" else ""
    return sorted((mapped | named | {marker}) - {MODIFIED, DELETED, ""})
