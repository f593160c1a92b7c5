"""One state of the landscape, scored: the rows, their grades and scores, and the findings about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.core.assessing.findings import Finding, findings
from workbench.core.assessing.rubric import Grade, Score, Weights, grades, score
from workbench.model.landscape import InventoryRow, Landscape
from workbench.model.rows import Rows


@dataclass(frozen=True)
class Standing:
    """How one state stands; `grades` and `scores` are by row id."""

    landscape: Landscape
    grades: Mapping[str, tuple[Grade, ...]]
    scores: Mapping[str, Score]
    findings: Rows[Finding]

    @classmethod
    def of(cls, landscape: Landscape, weights: Weights) -> Standing:
        """One state, scored under these weights."""
        graded = {row.id: grades(row) for row in landscape.integrations}
        scores = {row.id: score(row, graded[row.id], weights) for row in landscape.integrations}
        return cls(landscape, graded, scores, findings(landscape))

    @property
    def rows(self) -> tuple[InventoryRow, ...]:
        """The integrations of this state, in the order of the inventory."""
        return self.landscape.integrations
