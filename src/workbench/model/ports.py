"""What the steps need from the world, as Protocols: a system, a clock, a signer, a progress bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeVar, runtime_checkable

import pandas as pd

from workbench.model.records import Ref, Where
from workbench.model.values import Value

TURN_SECONDS = 120
"""How long a write waits at most until it leaves: pauses that a system asks for, a fresh token. Later it is not sent:
whoever gave it holds a lease, and another may have it afterwards."""

CALL_SECONDS = 120
"""How long a write that left may take at most, before its outcome counts as unknown."""

FieldType = Literal[
    "text",
    "email",
    "phone",
    "url",
    "picklist",
    "multipicklist",
    "flag",
    "integer",
    "decimal",
    "date",
    "datetime",
    "reference",
    "id",
]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind as this tenant describes it to this user."""

    name: str
    label: str
    type: FieldType = "text"
    required: bool = False
    createable: bool = True
    updateable: bool = True
    length: int | None = None
    values: tuple[str, ...] = ()
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """What a system says about a kind, and what writing to it can keep.

    `chunk_size` is how many records one call takes, `concurrency` how many calls may run side by side (0: it answers
    within this process), `marker` the field that takes a creation marker (empty: the system has none), `guards`
    whether a write can be refused by the system itself when the record changed meanwhile, `calls_a_day` how many calls
    it allows (0: it does not say), `shows` whether its records can be read (mail shows none).
    """

    system: str
    kind: str
    object: str
    fields: tuple[Field, ...]
    record_types: Mapping[str, str] = field(default_factory=dict)
    chunk_size: int = 1
    concurrency: int = 1
    marker: str = ""
    guards: bool = False
    shows: bool = True
    calls_a_day: int = 0

    def field(self, name: str) -> Field | None:
        """The field of this name, or None when this user does not see one."""
        return next((known for known in self.fields if known.name == name), None)


@dataclass(frozen=True, slots=True)
class Instance:
    """Which tenant answered, as whom: the live probe that a run compares with what its plan was made for."""

    system: str
    id: str
    name: str
    url: str
    user: str = ""
    version: str = ""
    sandbox: bool = False


@dataclass(frozen=True)
class Reading:
    """What one complete read returned; `frame` as in Snapshot. `watermark` is the server's own time."""

    frame: pd.DataFrame
    watermark: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Write:
    """One record to be written. A create has an empty id; `marker` makes a lost answer findable."""

    line: str
    action: Literal["create", "update"]
    target: Ref
    values: Mapping[str, Value]
    marker: str = ""
    unmodified_since: str = ""


OutcomeClass = Literal["done", "not executed", "rejected", "retry row", "stale", "unknown", "pause", "handed over"]
"""What a system's answer means for a line.

done: written · not executed: surely nothing happened, may be sent again · rejected: the system refused this record ·
retry row: a lock, may be sent again alone · stale: the record changed meanwhile · unknown: it may or may not have
happened, look before sending again · pause: quota or floor reached, stop the run · handed over: left as a file
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one written record: `id` of the record when done, else cause and remedy in a person's words."""

    line: str
    result: OutcomeClass
    id: str = ""
    code: str = ""
    cause: str = ""
    remedy: str = ""
    wait_seconds: int = 0


class System(Protocol):
    """A system of record behind four calls. Every client passes one contract suite (tests/contract)."""

    @property
    def name(self) -> str:
        """The name that configuration gives it: salesforce, connectwise, …"""
        ...

    def identify(self) -> Instance:
        """Ask the live system which instance it is; raises AccessDenied or Unavailable."""
        ...

    def describe(self, kind: str) -> Description:
        """Fields, picklists and record types of a kind as this user sees them."""
        ...

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        """Every living record of a kind for which `where` holds, whole; raises IncompleteRead if it ends early.

        By `id` deleted records are returned too, with `@deleted` true: a record that is not there at all is gone.
        With `since` (an earlier reading's watermark): everything of that kind changed or deleted since, whatever
        `where` says, because a record that left the filter must be seen. `fields` are native names.
        """
        ...

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        """Send one call; one classified outcome for each record, in order. Never re-sends.

        It leaves within TURN_SECONDS and ends within CALL_SECONDS.
        """
        ...


@runtime_checkable
class Laid(Protocol):
    """A system whose records people see on page layouts, which can leave fields out."""

    def on_layouts(self, kind: str) -> frozenset[str]:
        """The fields of a kind that stand on any of its layouts; raises AccessDenied when this user may not ask."""
        ...


@runtime_checkable
class Counting(Protocol):
    """A system that counts records without sending them."""

    def count(self, kind: str, where: Where) -> int:
        """How many living records of a kind meet the conditions."""
        ...


class Clock(Protocol):
    """Time as an argument, so that a test can own it."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        ...


class Signer(Protocol):
    """A person's private key, wherever it is kept."""

    @property
    def person(self) -> str:
        """Who signs, as named in config/approvers.yaml."""
        ...

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature of 64 bytes."""
        ...


Item = TypeVar("Item")


class Progress(Protocol):
    """A progress bar: wraps what a loop goes over."""

    def __call__(self, items: Iterable[Item], *, total: int | None, label: str) -> Iterable[Item]:
        """The same items, counted and shown as they pass; without `total`, nobody knows how many there are."""
        ...
