"""Whether refactoring is necessary, and how far: the decision for the landscape as a whole."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np

from workbench.core.assessing.deciding import RETAIN, Codes
from workbench.core.assessing.decisions import Decision
from workbench.core.assessing.findings import Finding
from workbench.core.assessing.rubric import BENEFITS, HEALTH, Weights, mean
from workbench.core.assessing.standing import Standing
from workbench.model.rows import Rows


@dataclass(frozen=True, slots=True)
class BenefitGap:
    """One of the charter's three benefits: its weight in per cent, where it stands and where it would (0 to 100)."""

    benefit: str
    weight: int
    as_is: int
    to_be: int


@dataclass(frozen=True)
class LandscapeDecision:
    """Whether refactoring is necessary and how far, with the figures and the findings that it rests on (R-LAND-5)."""

    necessary: bool
    scope: str
    to_change: int
    of: int
    between: tuple[int, int]
    robust: int
    benefits: Rows[BenefitGap]
    findings: Rows[Finding]
    statement: str

    def __repr__(self) -> str:
        return f"<LandscapeDecision: {self.statement}>"

    def _repr_html_(self) -> str:
        grave = "".join(f"<li>{_cited(finding)}</li>" for finding in self.findings)
        cited = f"<p>It rests on what is gravely wrong:</p><ul>{grave}</ul>" if grave else ""
        scope = f"<p>Scope: {html.escape(self.scope)}.</p>"
        gaps = self.benefits.table(benefit="benefit", weight="weight", today="as_is", target="to_be")._repr_html_()
        return f"<p><strong>{html.escape(self.statement)}</strong></p>{scope}{gaps}{cited}"


def decide_landscape(
    before: Standing, after: Standing, decided: Rows[Decision], drawn: Codes, weights: Weights
) -> LandscapeDecision:
    """The decision for the whole.

    Necessary when a fifth of the integrations asks for a change or a benefit stands below 50; the scope follows the
    share: below a tenth repairs, below a third a few flows, else the architecture.
    """
    was, would_be = _standing(before), _standing(after)
    usual: dict[str, int] = {
        b: sum(weights.health.get(item.name, 0) for item in HEALTH if item.benefit == b) for b in BENEFITS
    }
    whole = sum(usual.values()) or 1
    gaps = Rows(BenefitGap(b, round(100 * usual[b] / whole), was[b], would_be[b]) for b in BENEFITS)
    change = sum(item.computed != "retain" for item in decided)
    necessary = change * 5 >= max(len(decided), 1) or any(gap.as_is < 50 for gap in gaps if usual[gap.benefit])
    grave = before.findings.where(severity="high")
    low, high = _between(drawn)
    robust = sum(item.stability == "robust" for item in decided)
    stands, would = (mean({g.benefit: getattr(g, end) for g in gaps}, usual) for end in ("as_is", "to_be"))
    statement = (
        f"Refactoring is {'necessary' if necessary else 'not necessary'}: {change} of {len(decided)} integrations ask "
        f"for a change ({low} to {high} in nine draws of ten) and {len(grave)} findings are grave. Weighed over the "
        f"three benefits the landscape stands at {stands} of 100 and would stand at {would} "
        f"({'; '.join(f'{gap.benefit} {gap.as_is} to {gap.to_be}' for gap in gaps)}). "
        f"{robust} of {len(decided)} decisions are robust; people decide the others."
    )
    scope = _scope(change, len(decided)) if necessary else "none: findings are mended where they are"
    return LandscapeDecision(necessary, scope, change, len(decided), (low, high), robust, gaps, grave, statement)


def _cited(finding: Finding) -> str:
    """A finding in words, with the names of the integrations; its id is an address only."""
    title, names = html.escape(finding.title), html.escape(", ".join(finding.names))
    return f'<a href="#{html.escape(finding.id)}">{title}</a>: {names}'


def _standing(standing: Standing) -> dict[str, int]:
    """Each benefit over all rows, the critical ones counting more."""
    weights = {row.id: row.criticality or 3 for row in standing.rows}
    names = {benefit: benefit.replace(" ", "_") for benefit in BENEFITS}
    return {b: mean({key: getattr(standing.scores[key], names[b]) for key in weights}, weights) for b in BENEFITS}


def _between(drawn: Codes) -> tuple[int, int]:
    """How many integrations ask for a change in nine of ten draws."""
    if not drawn.size:
        return 0, 0
    counts = np.sort((drawn != RETAIN).sum(axis=0))
    return int(counts[len(counts) // 20]), int(counts[-1 - len(counts) // 20])


def _scope(change: int, of: int) -> str:
    if change * 10 < of:
        return "repairs: single integrations"
    if change * 3 < of:
        return "targeted: a few flows, the architecture stays"
    return "architecture: how data travels between the systems, in waves"
