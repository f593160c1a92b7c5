"""What became of a plan, line by line: a journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pandas as pd

from workbench.model.plans import Plan
from workbench.model.rows import Rows, html_of
from workbench.model.values import Value

LineState = Literal[
    "planned",
    "intended",
    "applied",
    "verified",
    "rejected",
    "retry",
    "unknown",
    "stale",
    "blocked",
    "differs",
    "quarantined",
    "handed over",
]
"""planned → intended → applied → verified, or one of the ends that the Integration Log explains."""

TERMINAL: frozenset[LineState] = frozenset(
    {"verified", "rejected", "stale", "blocked", "differs", "quarantined", "handed over"}
)
"""The states in which a line has come to its end."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What happened to a line, at one moment. `id` is the record's id once known; `stored` what was read back."""

    plan: str
    line: str
    state: LineState
    at: datetime
    attempt: int = 0
    id: str = ""
    code: str = ""
    cause: str = ""
    remedy: str = ""
    stored: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Journal:
    """What became of a plan: the last entry of each line, with the line's name."""

    plan: Plan
    entries: Rows[JournalEntry]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines ended in each state."""
        found = self.entries.count(by="state")
        return {str(state): int(count) for state, count in found.items()}

    @property
    def failed(self) -> Rows[JournalEntry]:
        """The lines that did not end as they should."""
        return self.entries.where(lambda entry: entry.state in TERMINAL - {"verified", "handed over"})

    @property
    def open(self) -> Rows[JournalEntry]:
        """The lines that have not come to their end: the next run goes on with them."""
        return self.entries.where(lambda entry: entry.state not in TERMINAL)

    def __repr__(self) -> str:
        verified, waiting = self.counts.get("verified", 0), len(self.open)
        rest = f", {waiting} still to do" if waiting else ""
        return f"<Journal {self.plan.id}: {verified} verified, {len(self.failed)} failed{rest}>"

    def frame(self) -> pd.DataFrame:
        """One row a line: which record, what was done, how it ended, and why where it did not."""
        lines = {line.id: line for line in self.plan.lines}
        rows = [
            {
                "record": f"{lines[entry.line].target.system}:{lines[entry.line].target.kind}:{entry.id}",
                "name": lines[entry.line].name,
                "action": lines[entry.line].action,
                "state": entry.state,
                "attempts": entry.attempt,
                "cause": entry.cause,
                "remedy": entry.remedy,
                "at": entry.at,
            }
            for entry in self.entries
        ]
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        return html_of(self.frame())
