"""What to do with each integration: computed, declared and decided by people, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.core.assessing import deciding
from workbench.core.assessing.deciding import DISPOSITIONS, Circumstances, Codes, Thresholds
from workbench.core.assessing.sensitivity import Stability, Stance
from workbench.core.assessing.standing import Standing
from workbench.model.landscape import Disposition, InventoryRow
from workbench.model.rows import Rows


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one integration: computed, declared and decided by people, side by side.

    `share` is the per cent of draws that agree; `provisional` says that better evidence could change it; `standing` is
    what counts: people's word, else the inventory's, else the computed one.
    """

    row: str
    name: str
    computed: Disposition
    declared: Disposition | Literal[""]
    people: Disposition | Literal[""]
    standing: Disposition
    agreement: Literal["same", "differs", "not declared"]
    stability: Stability
    share: int
    runner_up: str
    provisional: bool
    flips: tuple[str, ...]
    equal_weights: Disposition
    why: str
    findings: tuple[str, ...]
    decided_by: str = ""


@dataclass(frozen=True)
class Yardstick:
    """What every decision of one assessment shares: the circumstances of the rows and the thresholds."""

    seen: Circumstances
    at: Thresholds

    def codes(self, standing: Standing, health: str = "health") -> Codes:
        """The decisions of the scores, as codes; `health` may be the lower or the upper end of the band."""
        scores = [standing.scores[row.id] for row in standing.rows]
        value = np.array([score.value for score in scores], float)
        return deciding.decide(value, np.array([getattr(score, health) for score in scores], float), self.seen, self.at)


def decisions(standing: Standing, yardstick: Yardstick, stances: Sequence[Stance]) -> Rows[Decision]:
    """One decision for each row, in the order of the inventory."""
    codes, worst, best = (yardstick.codes(standing, health) for health in ("health", "low", "high"))
    open_ended = worst != best
    return Rows(
        _decision(standing, row, DISPOSITIONS[codes[i]], bool(open_ended[i]), yardstick.at, stance=stances[i])
        for i, row in enumerate(standing.rows)
    )


def _decision(
    standing: Standing, row: InventoryRow, code: Disposition, provisional: bool, at: Thresholds, *, stance: Stance
) -> Decision:
    about = [finding for finding in standing.findings if row.id in finding.rows]
    computed, declared = deciding.in_words(code, row), deciding.declared(row)
    people: Disposition | Literal[""] = row.decided.decision if row.decided else ""
    agrees = declared != "" and deciding.in_words(declared, row) == computed
    return Decision(
        row=row.id,
        name=row.name,
        computed=computed,
        declared=declared,
        people=people,
        standing=people or declared or computed,
        agreement="same" if agrees else "differs" if declared else "not declared",
        stability=stance.stability,
        share=stance.share,
        runner_up=stance.runner_up,
        provisional=provisional,
        flips=stance.flips,
        equal_weights=stance.equal_weights,
        why=deciding.reason(row, standing.scores[row.id], code, about, at),
        findings=tuple(finding.id for finding in about),
        decided_by=f"{row.decided.by}, {row.decided.on}: {row.decided.reason}" if row.decided else "",
    )
