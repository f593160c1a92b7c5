"""What a system in memory can be told to do wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.model.ports import Outcome, OutcomeClass, Write
from workbench.systems.outcomes import Refusal, told

Happening = Literal[
    "lose answer",
    "late commit",
    "partial",
    "not executed",
    "reject",
    "retry row",
    "stale",
    "pause",
    "kill before",
    "kill after",
    "unavailable",
    "break off",
]
"""What can go wrong on a call.

lose answer: all is stored, the answer is lost · late commit: the answer is lost and all is stored `seconds` later ·
partial: only the first `rows` are stored, then the answer is lost · not executed: surely nothing was stored ·
reject, retry row, stale: the matching rows are refused · pause: the quota is used up · kill before, kill after: the
calling process dies before or after storing · unavailable: identify, describe and read fail · break off: a read ends
before its last page
"""

CALL_FAULTS = ("lose answer", "late commit", "partial", "not executed", "pause", "kill before", "kill after")
"""What happens to a whole call of `write`."""

ROW_FAULTS = ("reject", "retry row", "stale")
"""What happens to single records of a call."""

READ_FAULTS: Mapping[str, Sequence[str]] = {
    "identify": ("unavailable",),
    "describe": ("unavailable",),
    "read": ("unavailable", "break off"),
}
"""What happens to the other three calls."""


class Killed(BaseException):
    """The process that called died at this point, as `kill -9` would have it: nothing of ours may catch it."""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong `times` times, after `skip` calls passed unharmed, for one `line` or (empty) any."""

    what: Happening
    line: str = ""
    times: int = 1
    skip: int = 0
    seconds: int = 30
    rows: int = 1


class Faults:
    """The faults that have not happened yet, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def expect(self, what: Happening, **how: str | int) -> None:
        """Let something go wrong; `how` as in `Fault`."""
        self._coming.append(replace(Fault(what), **how))  # type: ignore[arg-type]  # a wrong name fails at once

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._coming.clear()

    def due(self, kinds: Sequence[str], lines: Sequence[str] = ()) -> Fault | None:
        """The first fault of these kinds that is due now, used up by one."""
        for fault in self._coming:
            if fault.what not in kinds or (fault.line and fault.line not in lines):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._coming.remove(fault)
            return fault
        return None


_SAID: dict[str, tuple[OutcomeClass, Refusal]] = {
    "not executed": ("not executed", Refusal("NOT_SENT", "the call was not sent")),
    "pause": ("pause", Refusal("QUOTA", "the quota of the day is used up")),
    "reject": ("rejected", Refusal("VALIDATION", "a rule of the system refuses it")),
    "retry row": ("retry row", Refusal("LOCKED", "somebody holds a lock on the record")),
    "stale": ("stale", Refusal("CHANGED", "the record changed meanwhile")),
}


def outcome_of(fault: Fault, write: Write) -> Outcome:
    """What a fault makes of one record; where nothing else is said, the answer was lost."""
    result, refusal = _SAID.get(fault.what, ("unknown", Refusal("ANSWER_LOST", "the answer was lost")))
    return told(write, result, refusal)
