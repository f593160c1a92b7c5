"""The decisions in an order that respects what depends on what: waves of steps, each with effort, gain and a check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.core.assessing import evidence
from workbench.core.assessing.decisions import Decision
from workbench.core.assessing.rubric import Score
from workbench.model.landscape import InventoryRow, Landscape
from workbench.model.rows import Rows

Action = Literal["introduce", "refactor", "retire"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done to which row, after which rows, at what effort, for what gain, and how one knows it holds.

    `saved_hours_year` are hours of hand work; `risk` are the points of the risk matrix that it removes; `note` says
    what the order cannot say (a circle of dependencies).
    """

    wave: int
    row: str
    name: str
    action: Action
    sourcing: str
    delivered_by: str
    after: tuple[str, ...]
    effort_days: int | None
    saved_hours_year: int
    risk: int
    check: str
    note: str = ""


def roadmap(
    landscape: Landscape, decided: Rows[Decision], before: Mapping[str, Score], after: Mapping[str, Score]
) -> Rows[Step]:
    """Every step, wave by wave; inside a wave the one that saves most for its effort comes first."""
    standing = {decision.row: decision.standing for decision in decided}
    planned = [_step(landscape, row, standing.get(row.id, "retain"), before, after) for row in landscape.integrations]
    steps = {step.row: step for step in planned if step is not None}
    waves = _waves({row: [name for name in step.after if name in steps] for row, step in steps.items()})
    last = max(waves.values(), default=0) + 1
    placed = (
        replace(step, wave=waves.get(row, last), note="" if row in waves else "waits for a row that waits for it")
        for row, step in steps.items()
    )
    return Rows(sorted(placed, key=lambda step: (step.wave, -_worth(step), -step.risk, step.row)))


def _worth(step: Step) -> int:
    return step.saved_hours_year * 10 // max(step.effort_days or 1, 1)


def _waves(after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The wave of each step: one more than the latest of those it waits for. Steps in a circle get none."""
    waves: dict[str, int] = {}
    while True:
        ready = [row for row, names in after.items() if row not in waves and all(name in waves for name in names)]
        if not ready:
            return waves
        number = max(waves.values(), default=0) + 1
        waves.update(dict.fromkeys(ready, number))


def _step(
    landscape: Landscape, row: InventoryRow, standing: str, before: Mapping[str, Score], after: Mapping[str, Score]
) -> Step | None:
    action, waits = _action(row, standing)
    if action is None:
        return None
    return Step(
        wave=0,
        row=row.id,
        name=row.name,
        action=action,
        sourcing=row.sourcing or ("" if action == "retire" else "not stated"),
        delivered_by=row.delivered_by,
        after=waits,
        effort_days=row.effort_days if action != "retire" else (row.effort_days or 0),
        saved_hours_year=_saved_minutes(landscape, row, action) * 12 // 60,
        risk=_risk(row, action, before, after),
        check=_check(landscape, row, action),
    )


def _action(row: InventoryRow, standing: str) -> tuple[Action | None, tuple[str, ...]]:
    if row.states == ("to-be",):
        return "introduce", row.depends_on
    if row.states == ("as-is",) or standing in ("replace", "retire"):
        return "retire", tuple(dict.fromkeys((*row.replaced_by, *row.depends_on)))
    return ("refactor", row.depends_on) if row.to_be or standing == "refactor" else (None, ())


def _saved_minutes(landscape: Landscape, row: InventoryRow, action: Action) -> int:
    """Minutes of hand work a month that this step changes: a new row costs its own, a retired one gives all back."""
    own = row.manual_minutes_month or 0
    if action == "introduce":
        return -own
    if action == "retire":
        return own
    later = row.to_be.get("manual_minutes_month", own)
    return own - later if isinstance(later, int) else 0


def _risk(row: InventoryRow, action: Action, before: Mapping[str, Score], after: Mapping[str, Score]) -> int:
    was = before[row.id].risk if row.id in before else 0
    return was - after[row.id].risk if action == "refactor" and row.id in after else was


def _check(landscape: Landscape, row: InventoryRow, action: Action) -> str:
    if action == "introduce":
        return "every record of a trial run reads back as written; one provoked failure reached its owner"
    if action == "refactor":
        return "the next assessment no longer finds what it found here"
    stores = sorted(_left_behind(landscape, row))
    archive = f"; archive {', '.join(stores)}" if stores else ""
    kind = (
        "nobody does it any more"
        if evidence.carrier(row.mechanism) == "hand"
        else "discovery has not seen it for a month"
    )
    return f"no consumer is left and {kind}{archive}"


def _left_behind(landscape: Landscape, row: InventoryRow) -> Iterable[str]:
    """Stores of today that this row fills and that TO-BE no longer has."""
    filled = {move.target for move in landscape.moves if move.integration == row.id}
    return (store.name for store in landscape.stores if store.id in filled and "to-be" not in store.states)
