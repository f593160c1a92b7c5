"""One write to one record, what it promises and agrees, and what is held back instead."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.model.records import Ref
from workbench.model.values import Value

Action = Literal["create", "update", "link", "unlink"]
"""Delete cannot be said: a deletion becomes a status, an undone create a deactivation."""


@dataclass(frozen=True, slots=True, order=True)
class Promise:
    """The id of the record that another line creates; `run` fills it from the journal."""

    line: str

    def __str__(self) -> str:
        return f"the id that line {self.line[:8]} creates"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the two sides of a mapped field hold once they agree: what a base is made of."""

    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Line:
    """One write to one record.

    `target` is the record written to (its id is empty for a create), `counterpart` the record it answers to.
    `before` and `after` hold only the fields that change; `precondition` what else must still hold (the change
    stamp under `@modified`); `marker` makes a create findable; `agreed` says, per mapped field, what both sides hold
    when this line is verified. `depends_on` are ids of lines that must be written before.
    """

    id: str
    action: Action
    target: Ref
    counterpart: Ref | None
    name: str
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value | Promise] = field(default_factory=dict)
    precondition: Mapping[str, Value] = field(default_factory=dict)
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    reason: str = ""
    marker: str = ""
    depends_on: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()

    @property
    def record(self) -> str:
        """The record as people find it: by its id, else by the one that it is made for, else as new."""
        place = f"{self.target.system}:{self.target.kind}"
        made = f"{place} for {self.counterpart}" if self.counterpart is not None else f"{place} (new)"
        return str(self.target) if self.target.id else made

    def content(self) -> dict[str, object]:
        """What the fingerprint covers: everything but the words for people."""
        return {name: getattr(self, name) for name in _CONTENT}


_CONTENT = tuple(item.name for item in dataclasses.fields(Line) if item.name not in ("name", "reason"))


@dataclass(frozen=True, slots=True)
class Held:
    """A record or field that is not written until a person acts, with the reason and the next step (an exception)."""

    subject: Ref
    code: str
    reason: str
    remedy: str
    field: str = ""
    left: Value = None
    right: Value = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The side that a person picked for a field that was held: its value travels, even where it is blank."""

    subject: Ref
    field: str
    side: Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Base:
    """Per integration and link, per mapped field: what each side was last read back as when they agreed."""

    integration: str
    kind: str
    left: Ref
    right: Ref
    fields: Mapping[str, Agreed]
