"""From a scored pair to a verified link: candidates, rulings, links, the crosswalk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

import pandas as pd

from workbench.model.records import Ref
from workbench.model.rows import Rows, html_of

CANDIDATE_COLUMNS = ("left_id", "right_id", "probability", "verdict", "reason", "left_name", "right_name")
"""Columns of `Candidates.frame`, the best candidate of a right record first; without `left_id`: no candidate."""
_SHOWN = ("left_name", "right_name", "verdict", "probability", "reason", "left_id", "right_id")
"""In what order people read them: names first."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Scored pairs of one kind between two systems, each with its reason.

    `frame` has the columns of CANDIDATE_COLUMNS, then one evidence level a field (`level_name`, `level_address`, …).
    For each right record that has any candidate its best row; further rows only where the verdict is `review`.
    """

    kind: str
    left: str
    right: str
    frame: pd.DataFrame = field(repr=False)

    def __len__(self) -> int:
        return len(self.frame)

    def where(self, **equal: object) -> Candidates:
        """The candidates whose columns equal the given values (a tuple means: any of them)."""
        kept = self.frame
        for name, wanted in equal.items():
            kept = kept[kept[name].isin(wanted if isinstance(wanted, tuple | list) else [wanted])]
        return Candidates(self.kind, self.left, self.right, kept)

    def likeliest(self) -> tuple[Ref, Ref] | None:
        """Left and right record of the pair with the highest probability; None where there is no pair."""
        pairs = self.frame.dropna(subset=["left_id", "right_id"]).nlargest(1, "probability")
        if pairs.empty:
            return None
        left_id, right_id = pairs.iloc[0][["left_id", "right_id"]]
        return Ref(self.left, self.kind, str(left_id)), Ref(self.right, self.kind, str(right_id))

    def distribution(self) -> pd.DataFrame:
        """How many candidates of each verdict, by probability in tenths."""
        tenth = self.frame["probability"].clip(upper=0.999) * 10 // 1 / 10
        counted = pd.crosstab(tenth.map("{:.1f} and more".format), self.frame["verdict"]).reset_index()
        return counted.rename_axis(columns=None)

    def cases(self) -> pd.DataFrame:
        """Candidates whose evidence is alike, counted, most first: rule on one kind of case at a time."""
        grouped = self.frame.groupby(["verdict", "reason"], sort=False)
        told = grouped.agg(
            count=("right_id", "size"), probability=("probability", "mean"), example=("right_name", "first")
        )
        return told.reset_index().sort_values(["count", "reason"], ascending=[False, True], ignore_index=True)

    def __repr__(self) -> str:
        counts = self.frame["verdict"].value_counts().to_dict()
        said = ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in ("link", "review", "none"))
        return f"<Candidates {self.kind}, {self.left} and {self.right}: {said}>"

    def _repr_html_(self) -> str:
        return html_of(self.frame[[name for name in _SHOWN if name in self.frame.columns]])


RulingWord = Literal["link", "create", "later", "exclude", "lift"]
"""link (the suggestion, or another) · create (a new one there) · later · exclude (Do Not Sync) · lift (undo)."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person wants of a record with regard to another system. Append-only: the last one about a pair counts.

    `subject` is the record ruled on, `system` the other system, `target` the record there for `link`, else None.
    `probability` and `master` are what was shown and in force when the person decided (R68).
    """

    subject: Ref
    system: str
    word: RulingWord
    target: Ref | None
    by: str
    at: datetime
    reason: str = ""
    probability: float | None = None
    master: str = ""
    note: str = ""
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A pair that a run verified in both systems. Only `steps/running` writes it; an unlink makes it inactive."""

    kind: str
    integration: str
    left: Ref
    right: Ref
    plan: str
    line: str
    at: datetime
    active: bool = True


EntryState = Literal["linked", "to link", "to create", "undecided", "later", "excluded", "contradicted", "gone"]
"""What the crosswalk knows about a record: see `Entry`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a crosswalk: which record on the left is which on the right, and how that is known.

    linked: a run verified it · to link, to create: a person ruled so · undecided: nobody ruled yet · later, excluded:
    a person said so · contradicted: rulings or links disagree, held for a person · gone: a linked or ruled record
    vanished.
    A record to be created has no reference yet on that side.
    """

    kind: str
    left: Ref | None
    right: Ref | None
    state: EntryState
    reason: str = ""
    master: str = ""


@dataclass(frozen=True)
class Crosswalk:
    """Rulings and links folded over snapshots by `core.linking`, one kind between two systems. Never stored."""

    kind: str
    left: str
    right: str
    entries: Rows[Entry]

    def partner_of(self, ref: Ref) -> Entry | None:
        """The entry in which a record stands, or None when it was not read."""
        return self._by_ref.get(ref)

    @cached_property
    def _by_ref(self) -> Mapping[Ref, Entry]:
        found: dict[Ref, Entry] = {}
        for entry in self.entries:
            for ref in (entry.left, entry.right):
                if ref is not None:
                    found[ref] = entry
        return found

    def frame(self) -> pd.DataFrame:
        """The entries as a table."""
        return self.entries.frame()

    def __repr__(self) -> str:
        counts = self.entries.count(by="state")
        said = ", ".join(f"{count} {state}" for state, count in counts.items())
        return f"<Crosswalk {self.kind}, {self.left} and {self.right}: {said or 'empty'}>"

    def _repr_html_(self) -> str:
        return self.entries._repr_html_()
