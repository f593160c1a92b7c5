"""A dict behind the four calls of the System port."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.errors import IncompleteRead, Unavailable, UnknownName, UsageError
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.ports import Clock, Description, Field, Instance, Outcome, Reading, Write
from workbench.model.records import DELETED, MODIFIED, Where, frame_of
from workbench.model.values import Value
from workbench.systems.cells import agrees
from workbench.systems.memory.faults import (
    CALL_FAULTS,
    READ_FAULTS,
    ROW_FAULTS,
    Fault,
    Faults,
    Happening,
    Killed,
    outcome_of,
)
from workbench.systems.memory.rules import refused, type_of
from workbench.systems.outcomes import Refusal, told, written

Record = dict[str, Value]
Stores = Callable[[str, str, Value], Value]
"""How a system keeps what it is given: (kind, field, value) -> the value that it stores."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that reached the system: `identify`, `describe`, `read` or `write`, of which kind, for how many."""

    verb: str
    kind: str = ""
    rows: int = 0
    lines: tuple[str, ...] = ()


@dataclass(slots=True)
class _Late:
    due: datetime
    writes: tuple[Write, ...] = ()


class MemorySystem:
    """A system that keeps its records in a dict, stamps each change, and fails when it is told to.

    `kinds` are those of config/kinds.yaml; `records` are `{kind: {id: {native field: value}}}`. `fields` describes a
    kind strictly (required, picklist, length, unknown fields refused); a kind without it takes any field. Set
    `instance` to another id and it is another tenant. `unique_marker=False` is a system such as ConnectWise, whose
    marker is an ordinary field; `guards=True` refuses a write itself when `unmodified_since` is not the record's stamp.
    """

    def __init__(
        self,
        name: str,
        kinds: Mapping[str, Kind],
        records: Mapping[str, Mapping[str, Mapping[str, Value]]] | None = None,
        *,
        clock: Clock,
        fields: Mapping[str, Sequence[Field]] | None = None,
        stores: Stores | None = None,
        chunk_size: int = 200,
        concurrency: int = 0,
        guards: bool = False,
        unique_marker: bool = True,
        instance: str = "",
    ) -> None:
        self.name = name
        self.instance = instance or f"{name}-1"
        self.fields: dict[str, Sequence[Field]] = dict(fields or {})
        self.calls: list[Call] = []
        self._kinds = {kind.name: kind.systems[name] for kind in kinds.values() if name in kind.systems}
        self._records: dict[str, dict[str, Record]] = {kind: {} for kind in self._kinds}
        self._clock, self._stores = clock, stores or _as_given
        self._chunk_size, self._concurrency, self._guards = chunk_size, concurrency, guards
        self._unique_marker = unique_marker
        self._faults = Faults()
        self._late: list[_Late] = []
        self._stamp, self._next_id = 0, 1000
        self._lock = threading.RLock()
        for kind, known in (records or {}).items():
            for record_id, values in known.items():
                self.create(kind, values, record_id)

    def identify(self) -> Instance:
        """Which tenant this is: `instance`, which a test may change."""
        self._called(Call("identify"))
        return Instance(self.name, self.instance, f"{self.name} in memory", "", user="memory", sandbox=True)

    def describe(self, kind: str) -> Description:
        """The fields given for this kind, else what its records, evidence and markers show."""
        self._called(Call("describe", kind))
        place = self._place(kind)
        return Description(
            self.name,
            kind,
            place.object,
            tuple(self.fields.get(kind) or self._seen_fields(kind)),
            chunk_size=self._chunk_size,
            concurrency=self._concurrency,
            marker=place.marker,
            guards=self._guards,
        )

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        """Living records for which `where` holds; by id or with `since` the deleted ones too, marked as such."""
        with self._lock:
            self._called(Call("read", kind))
            place = self._place(kind)
            by_id = any(condition.field == "id" for condition in where.conditions)
            found = {
                record_id: self._projected(place, record, fields)
                for record_id, record in self._records[kind].items()
                if (str(record[MODIFIED]) > since if since else agrees(record_id, record, where))
                and (since or by_id or not record[DELETED])
            }
            return Reading(frame_of(found, fields), _stamped(self._stamp), self._clock.now())

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        """Store one chunk, or fail as told; one outcome a record, in order."""
        if len(chunk) > self._chunk_size:
            raise UsageError(f"{self.name} takes {self._chunk_size} records a call, not {len(chunk)}: send less")
        with self._lock:
            kind = chunk[0].target.kind if chunk else ""
            self._called(Call("write", kind, len(chunk), tuple(write.line for write in chunk)))
            fault = self._faults.due(CALL_FAULTS, [write.line for write in chunk])
            return self._failing(fault, chunk) if fault else [self._stored(write) for write in chunk]

    def fail(self, what: Happening, **how: str | int) -> None:
        """Let something go wrong on the coming calls; `how` as in `Fault`."""
        self._faults.expect(what, **how)

    def heal(self) -> None:
        """Forget every fault that has not happened yet."""
        self._faults.clear()

    def create(self, kind: str, values: Mapping[str, Value], record_id: str = "") -> str:
        """Somebody else makes a record; returns its id."""
        self._place(kind)
        self._next_id += 1
        chosen = record_id or str(self._next_id)
        self._records[kind][chosen] = {DELETED: False, **values}
        self._touch(kind, chosen)
        return chosen

    def edit(self, kind: str, record_id: str, changes: Mapping[str, Value]) -> None:
        """Somebody else changes a record."""
        self._records[kind][record_id].update(changes)
        self._touch(kind, record_id)

    def remove(self, kind: str, record_id: str) -> None:
        """Somebody else deletes a record: it stays, marked, as in a recycle bin."""
        place = self._place(kind)
        marked: Record = {DELETED: True, **({place.deleted: True} if place.deleted else {})}
        self.edit(kind, record_id, marked)

    def record(self, kind: str, record_id: str) -> Record:
        """What is stored of a record, past the four calls."""
        self._catch_up()
        return dict(self._records[kind][record_id])

    def records(self, kind: str) -> dict[str, Record]:
        """Everything that is stored of a kind and not deleted, past the four calls."""
        self._catch_up()
        return {record_id: dict(record) for record_id, record in self._records[kind].items() if not record[DELETED]}

    def twin(self, clock: Clock) -> MemorySystem:
        """This system as it is now, with what is still to go wrong, which from here on goes its own way."""
        other = copy.copy(self)
        other._clock, other._lock = clock, threading.RLock()
        other.fields, other.calls = dict(self.fields), list(self.calls)
        other._faults, other._late = copy.deepcopy(self._faults), list(self._late)
        other._records = {
            kind: {record_id: dict(record) for record_id, record in known.items()}
            for kind, known in self._records.items()
        }
        return other

    def _called(self, call: Call) -> None:
        self.calls.append(call)
        self._catch_up()
        fault = self._faults.due(READ_FAULTS.get(call.verb, ()))
        if fault and fault.what == "break off":
            raise IncompleteRead(f"{self.name} broke off while reading {call.kind}; read again")
        if fault:
            raise Unavailable(f"{self.name} does not answer; it is told to fail, heal it")

    def _failing(self, fault: Fault, chunk: Sequence[Write]) -> list[Outcome]:
        match fault.what:
            case "kill before":
                raise Killed
            case "late commit":
                self._late.append(_Late(self._clock.now() + timedelta(seconds=fault.seconds), tuple(chunk)))
            case "lose answer" | "partial" | "kill after":
                for write in chunk[: fault.rows] if fault.what == "partial" else chunk:
                    self._stored(write)
        if fault.what == "kill after":
            raise Killed
        return [outcome_of(fault, write) for write in chunk]

    def _catch_up(self) -> None:
        now = self._clock.now()
        for late in [late for late in self._late if late.due <= now]:
            self._late.remove(late)
            for write in late.writes:
                self._stored(write)

    def _stored(self, write: Write) -> Outcome:
        fault = self._faults.due(ROW_FAULTS, [write.line])
        answer = outcome_of(fault, write) if fault else self._refused(write)
        if answer:
            return answer
        kind, place = write.target.kind, self._place(write.target.kind)
        values = {name: self._stores(kind, name, value) for name, value in write.values.items()}
        if write.action == "update":
            self.edit(kind, write.target.id, values)
            return written(write, write.target.id)
        marker: Record = {place.marker: write.marker} if place.marker and write.marker else {}
        return written(write, self.create(kind, {**values, **marker}))

    def _refused(self, write: Write) -> Outcome | None:
        known, place = self._records[write.target.kind], self._place(write.target.kind)
        if write.action == "update":
            record = known.get(write.target.id)
            if record is None or record[DELETED]:
                return told(write, "rejected", Refusal("NOT_FOUND", "the record is not there any more", "plan again"))
            if self._guards and write.unmodified_since and write.unmodified_since != record[MODIFIED]:
                return told(write, "stale", Refusal("CHANGED", "the record changed meanwhile"))
        elif write.marker and place.marker and self._unique_marker:
            taken = any(record.get(place.marker) == write.marker for record in known.values())
            if taken:
                return told(write, "unknown", Refusal("MARKER_TAKEN", "a record with this marker exists", "adopt it"))
        return refused(write, self.fields.get(write.target.kind, ()))

    def _touch(self, kind: str, record_id: str) -> None:
        with self._lock:
            self._stamp += 1
            self._records[kind][record_id][MODIFIED] = _stamped(self._stamp)

    def _place(self, kind: str) -> KindInSystem:
        if kind not in self._kinds:
            raise UnknownName(f"kind of record in {self.name}", kind, self._kinds)
        return self._kinds[kind]

    def _projected(self, place: KindInSystem, record: Record, fields: Sequence[str]) -> Record:
        own = {MODIFIED: record[MODIFIED], DELETED: record[DELETED]}
        return {**own, **{name: record.get(name) for name in fields or record if name != place.modified}}

    def _seen_fields(self, kind: str) -> Iterator[Field]:
        place = self._place(kind)
        named = [*place.evidence.values(), place.marker, place.parent]
        seen = {name for record in self._records[kind].values() for name in record if not name.startswith("@")}
        for name in sorted({*seen, *filter(None, named)}):
            cells = [record.get(name) for record in self._records[kind].values()]
            yield Field(name, name, type_of(cells), unique=name == place.marker and self._unique_marker)


def _as_given(_kind: str, _field: str, value: Value) -> Value:
    return value


def _stamped(number: int) -> str:
    return f"{number:012d}"
