"""One group of lines: look at the records, write down what is intended, send, write down what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from workbench.errors import Failed
from workbench.model.journals import JournalEntry, LineState
from workbench.model.lines import Line
from workbench.model.ports import Outcome, Write
from workbench.model.records import MODIFIED
from workbench.model.values import Value
from workbench.steps.running.batch import QUIET_SECONDS, Batch
from workbench.steps.running.looking import Seen, read_records
from workbench.steps.running.verifying import Closing, read_back

ATTEMPTS = 5
"""How often a line that was surely not executed, or met a row lock, is sent in one run."""

UNKNOWN_ATTEMPTS = 3
"""How often a write may stay unknown in one run before a person has to look."""

RECOVERIES = 10
"""How often a line is sent in all: a line over which every run dies goes to a person, too."""

Sent = tuple[Line, Outcome]


def write(
    batch: Batch, lines: Sequence[Line], looked: Callable[[], Mapping[str, Seen]]
) -> tuple[list[JournalEntry], Closing]:
    """Bring a group of lines forward by one attempt: the entries written, one a line, and what is being read back.

    What changed since the plan is skipped as stale, what an earlier attempt already did is adopted. Nothing is sent
    that was not written down as intended before.
    """
    seen = looked()
    decided = [entry for line in lines if (entry := _decided(batch, line, seen[line.id])) is not None]
    batch.record(decided)
    settled = {entry.line for entry in decided}
    sent = _send(batch, [line for line in lines if line.id not in settled], seen)
    outcomes = [_entry(batch, line, outcome) for line, outcome in sent]
    applied = [entry for entry in (*decided, *outcomes) if entry.state == "applied"]
    # Written down while the records are being read back, where the system can be asked meanwhile.
    closing = read_back(batch, [batch.states.lines[entry.line] for entry in applied], [entry.id for entry in applied])
    batch.record(outcomes)
    return [*decided, *outcomes], closing


def _decided(batch: Batch, line: Line, seen: Seen) -> JournalEntry | None:
    if seen.found == "done":
        return batch.entry(line, "applied", record_id=seen.record_id, code="FOUND", cause=seen.cause)
    if seen.found == "stale":
        return batch.entry(line, "stale", code="CHANGED", cause=seen.cause, remedy="the next plan takes it up again")
    if seen.found == "unclear" or (seen.found == "not done" and _hopeless(batch, line)):
        cause = seen.cause or "attempt after attempt ended without an answer"
        remedy = "look for the record in that system, then link it or plan again"
        return batch.entry(line, "quarantined", code="UNCLEAR", cause=cause, remedy=remedy)
    return None


def _hopeless(batch: Batch, line: Line) -> bool:
    """Whether a write stays unknown: answers lost in this run, or the run dying over it again and again."""
    reached = batch.states.reached(line)
    return batch.unknown.get(line.id, 0) >= UNKNOWN_ATTEMPTS or (reached is not None and reached.attempt >= RECOVERIES)


def _send(batch: Batch, lines: Sequence[Line], seen: Mapping[str, Seen]) -> list[Sent]:
    if not lines:
        return []
    described = batch.description(lines[0])
    size = described.chunk_size
    # Where a call takes its time, the next chunk is written down while the one before is on its way.
    together = size if size > 1 and described.concurrency else len(lines)
    answers = []
    for start in range(0, len(lines), together):
        part = lines[start : start + together]
        batch.record([batch.entry(line, "intended", stored=seen[line.id].record) for line in part])
        chunks = (part[at : at + size] for at in range(0, len(part), size))
        answers += [batch.calls.start(described, partial(_call, batch, chunk, seen)) for chunk in chunks]
    return [sent for answer in answers for sent in answer()]


def _call(batch: Batch, chunk: Sequence[Line], seen: Mapping[str, Seen]) -> list[Sent]:
    kept_back = _kept_back(batch, chunk, seen)
    if not batch.may_call():
        late = "the lease would have ended during the call, so it was not made"
        return [(line, Outcome(line.id, "not executed", code="LEASE", cause=late)) for line in chunk]
    writes = [_as_write(batch, line, seen[line.id].record) for line in chunk if line.id not in kept_back]
    try:
        outcomes = batch.system(chunk[0]).write(writes) if writes else ()
    except Failed as error:
        # A client that raises instead of classifying leaves open whether something was written.
        outcomes = [Outcome(line.id, "unknown", code="RAISED", cause=str(error)) for line in chunk]
    answered = {outcome.line: outcome for outcome in outcomes} | kept_back
    missing = "the answer did not mention this record"
    return [(line, answered.get(line.id, Outcome(line.id, "unknown", code="NO_ROW", cause=missing))) for line in chunk]


def _kept_back(batch: Batch, chunk: Sequence[Line], seen: Mapping[str, Seen]) -> dict[str, Outcome]:
    """Lines at risk that are not to be sent, because somebody changed their records since they were looked at.

    Where the system checks no precondition itself, they are looked at once more right before the call: what is left
    open to a person's edit is one round trip, not the time that a whole group takes.
    """
    risky = [line for line in chunk if line.risk and line.action != "create" and not batch.description(line).guards]
    if not risky:
        return {}
    try:
        now = read_records(batch, risky, [line.target.id for line in risky])
    except Failed as error:
        return {line.id: Outcome(line.id, "not executed", code="NOT_SEEN", cause=str(error)) for line in risky}
    cause = "somebody changed it in the moment before it was to be written"
    return {
        line.id: Outcome(line.id, "stale", code="CHANGED", cause=cause, remedy="the next plan takes it up again")
        for line in risky
        if now.get(line.target.id, {}).get(MODIFIED) != seen[line.id].record.get(MODIFIED)
    }


def _as_write(batch: Batch, line: Line, record: Mapping[str, Value]) -> Write:
    guarded = bool(line.risk) and batch.description(line).guards
    stamp = str(record.get(MODIFIED) or "") if guarded else ""
    if line.action == "create":
        return Write(line.id, "create", line.target, batch.states.values(line), line.marker)
    return Write(line.id, "update", line.target, batch.states.values(line), unmodified_since=stamp)


def _entry(batch: Batch, line: Line, outcome: Outcome) -> JournalEntry:
    match outcome.result:
        case "done":
            return batch.entry(line, "applied", record_id=outcome.id)
        case "handed over" | "rejected" | "stale":
            return _told(batch, line, outcome.result, outcome)
        case "unknown":
            batch.unknown[line.id] = batch.unknown.get(line.id, 0) + 1
            batch.waits.begin(line.id, max(QUIET_SECONDS, outcome.wait_seconds))
            return _told(batch, line, "unknown", outcome)
        case "retry row" | "not executed":
            return _again(batch, line, outcome)
        case "pause":
            batch.stopped = outcome.cause or "the system asked to stop"
            return _told(batch, line, "retry", outcome)


def _again(batch: Batch, line: Line, outcome: Outcome) -> JournalEntry:
    tries = batch.tries[line.id] = batch.tries.get(line.id, 0) + 1
    if tries < ATTEMPTS:
        batch.waits.begin(line.id, max(outcome.wait_seconds, 2**tries))
        return _told(batch, line, "retry", outcome)
    if outcome.result == "retry row":
        return _told(batch, line, "rejected", outcome)
    batch.stopped = f"{line.target.system} could not be written to: {outcome.cause}"
    return _told(batch, line, "retry", outcome)


def _told(batch: Batch, line: Line, state: LineState, outcome: Outcome) -> JournalEntry:
    code, cause, remedy = outcome.code, outcome.cause, outcome.remedy
    return batch.entry(line, state, code=code, cause=cause, remedy=remedy, record_id=outcome.id)
