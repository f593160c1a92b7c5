"""The assessment: everything that `assess` found, in tables that a notebook shows and a report prints."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbench.core.assessing import sensitivity
from workbench.core.assessing.completeness import Completeness, FieldCompleteness, Grounds, by_basis, by_field, by_row
from workbench.core.assessing.costs import CostCase, Parameter, costs, parameters
from workbench.core.assessing.deciding import Circumstances, Thresholds
from workbench.core.assessing.decisions import Decision, Yardstick, decisions
from workbench.core.assessing.findings import Finding
from workbench.core.assessing.indicators import Indicator, indicators
from workbench.core.assessing.roadmap import Step, roadmap
from workbench.core.assessing.rubric import Grade, Score, Weights
from workbench.core.assessing.sensitivity import Stance
from workbench.core.assessing.standing import Standing
from workbench.core.assessing.verdict import LandscapeDecision, decide_landscape
from workbench.errors import UnknownName
from workbench.model.landscape import InventoryRow, Landscape
from workbench.model.rows import Rows


@dataclass(frozen=True)
class Assessment:
    """The landscape assessed: findings, scores and decisions of AS-IS, `remaining` findings and scores of TO-BE.

    Same landscape, measures, weights, thresholds and seed: the same assessment.
    """

    title: str
    as_of: str
    findings: Rows[Finding]
    remaining: Rows[Finding]
    scores: Rows[Score]
    scores_to_be: Rows[Score]
    grades: Rows[Grade]
    decisions: Rows[Decision]
    stances: Rows[Stance]
    landscape: LandscapeDecision
    roadmap: Rows[Step]
    indicators: Rows[Indicator]
    costs: Rows[CostCase]
    parameters: Rows[Parameter]
    completeness: Rows[Completeness]
    fields: Rows[FieldCompleteness]
    grounds: Rows[Grounds]
    weights: Weights
    thresholds: Thresholds
    currency: str

    def where(self, test: Callable[[Finding], bool] | None = None, **equal: object) -> Rows[Finding]:
        """The findings that agree: `severity="high"`, `kind="issue fix"`, `rule="late"`."""
        return self.findings.where(test, **equal)

    def about(self, row_id: str) -> Rows[Finding]:
        """The findings about one integration."""
        if all(score.row != row_id for score in self.scores):
            raise UnknownName("assessed integration", row_id, (score.row for score in self.scores))
        return self.findings.where(lambda finding: row_id in finding.rows)

    def undecided(self) -> Rows[Decision]:
        """The decisions wanted from people: not robust, provisional, or other than the inventory declares."""
        return self.decisions.where(
            lambda item: (
                not item.people and (item.stability != "robust" or item.provisional or item.agreement == "differs")
            )
        )

    def __repr__(self) -> str:
        grave = len(self.findings.where(severity="high"))
        return f"<Assessment of {len(self.scores)} integrations: {len(self.findings)} findings, {grave} grave>"

    def _repr_html_(self) -> str:
        tables = (("Decisions", self.decisions), ("Findings", self.findings), ("Indicators", self.indicators))
        shown = "".join(f"<h4>{name}</h4>{rows._repr_html_()}" for name, rows in tables)
        return f"<p><b>{html.escape(self.title)}</b>: {html.escape(self.landscape.statement)}</p>{shown}"


def assess(
    landscape: Landscape,
    measures: Mapping[str, object] | None = None,
    *,
    weights: Weights | None = None,
    thresholds: Thresholds | None = None,
    seed: int = 20260131,
    draws: int = 2000,
) -> Assessment:
    """Score, find, decide, order and cost a landscape.

    `measures` are what runs measured: the name of an indicator with its whole number (`{"match rate": 93}`), or the id
    of a row with fields that replace what the inventory assumes (`{"INT-005": {"error_rate": "3.1 %"}}`).
    """
    weights, at = weights or Weights(), thresholds or Thresholds()
    known = _with_measures(landscape, measures or {})
    before, after = (Standing.of(_state(known, name), weights) for name in ("as-is", "to-be"))
    seen = Circumstances.of(before.rows, before.findings)
    yardstick = Yardstick(seen, at)
    graded = sensitivity.GradeTable.of(before.rows, before.grades, seen)
    stances, drawn = sensitivity.stances(graded, yardstick.codes(before), weights, at, seed=seed, draws=draws)
    decided = decisions(before, yardstick, stances)
    return Assessment(
        title=landscape.title,
        as_of=landscape.as_of,
        findings=before.findings,
        remaining=after.findings,
        scores=Rows(before.scores.values()),
        scores_to_be=Rows(after.scores.values()),
        grades=Rows(grade for graded in before.grades.values() for grade in graded),
        decisions=decided,
        stances=Rows(stances),
        landscape=decide_landscape(before, after, decided, drawn, weights),
        roadmap=roadmap(known, decided, before.scores, after.scores),
        indicators=indicators(before, after, _of_indicators(known, measures or {})),
        costs=costs(before, after),
        parameters=parameters(known.estimates),
        completeness=by_row(known.integrations),
        fields=by_field(known.integrations),
        grounds=by_basis(known.integrations),
        weights=weights,
        thresholds=at,
        currency=landscape.currency,
    )


def _state(landscape: Landscape, name: str) -> Landscape:
    """One state; a landscape that already is one state stands for both."""
    return landscape if landscape.only else landscape.state(name)


def _of_indicators(landscape: Landscape, measures: Mapping[str, object]) -> dict[str, object]:
    rows = {row.id for row in landscape.integrations}
    return {name: value for name, value in measures.items() if name not in rows}


def _with_measures(landscape: Landscape, measures: Mapping[str, object]) -> Landscape:
    rows = tuple(_measured(row, measures.get(row.id)) for row in landscape.integrations)
    return dataclasses.replace(landscape, integrations=rows)


def _measured(row: InventoryRow, found: object) -> InventoryRow:
    """The row with measured fields in place of what was assumed, and marked as measured."""
    if not isinstance(found, Mapping):
        return row
    known = {item.name for item in dataclasses.fields(row)}
    for name in found:
        if name not in known:
            raise UnknownName("field of an integration", str(name), known)
    bases = {**row.basis_of, **dict.fromkeys(map(str, found), "measured")}
    return dataclasses.replace(row, **{**found, "basis_of": bases})
