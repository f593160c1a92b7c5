"""Leadership's five numbers (R-USE-5), each with what it rests on and how it moved."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from workbench.core.admitting import admitted
from workbench.core.assessing import assess
from workbench.core.assessing.recipes import hours_year
from workbench.core.merging import comparable
from workbench.model.figures import Figure
from workbench.model.integrations import Integration
from workbench.model.landscape import InventoryRow, Landscape
from workbench.model.mappings import Side
from workbench.model.ports import Clock
from workbench.model.records import Snapshot, Where
from workbench.model.rows import Rows
from workbench.steps.reporting.integration_log import log
from workbench.store import Store
from workbench.store.figures import Reported

RECORDS = ("partner", "customer")
"""The kinds of which leadership asks whether every system agrees."""

LONG = timedelta(days=1)
SIDES: tuple[Side, Side] = ("left", "right")
DRAWS = 200
"""Draws of the assessment's sensitivity: the count of decisions does not depend on them."""


def figures(landscape: Landscape, integrations: Mapping[str, Integration], store: Store, clock: Clock) -> Rows[Figure]:
    """The five numbers as they stand now, kept so that the next report can say how they moved."""
    found = [
        _needing_action(landscape),
        _hours(landscape),
        _agreeing(integrations.values(), store),
        _waiting(store),
        _failing(store, clock),
    ]
    now = clock.now()
    told = [_with_trend(figure, store, now) for figure in found]
    with store.writing():
        for figure in found:
            store.figures.keep(figure.name, now, figure.shown, figure.basis)
    return Rows(told)


def agreement(integrations: Iterable[Integration], store: Store) -> tuple[int, int]:
    """How many partners and customers agree in every system where an integration says they belong, and of how many.

    From the last snapshots: a record belongs when its side admits it; it agrees when it is linked and every mapped
    field means the same on both sides.
    """
    agreeing, belonging = 0, 0
    for integration in integrations:
        for kind in (kind for kind in integration.kinds if kind in RECORDS):
            ends = {side: store.snapshots.last(integration.system(side), kind) for side in SIDES}
            left, right = ends["left"], ends["right"]
            if left is None or right is None:
                continue
            one, two = _counted(integration, kind, {"left": left.snapshot, "right": right.snapshot}, store)
            agreeing, belonging = agreeing + one, belonging + two
    return agreeing, belonging


def _counted(integration: Integration, kind: str, read: Mapping[Side, Snapshot], store: Store) -> tuple[int, int]:
    pairing = integration.pairing(kind)
    members = {side: admitted(read[side], pairing.admit.get(side, Where())) for side in SIDES}
    linked: dict[Side, set[str]] = {"left": set(), "right": set()}
    agreeing = pairs = 0
    for link in store.links.of(integration.name, kind):
        if link.left.id not in members["left"] and link.right.id not in members["right"]:
            continue
        pairs += 1
        linked["left"].add(link.left.id)
        linked["right"].add(link.right.id)
        if link.left.id in read["left"] and link.right.id in read["right"]:
            left, right = read["left"].record(link.left.id), read["right"].record(link.right.id)
            agreeing += all(
                comparable(item, "left", left.get(item.left)) == comparable(item, "right", right.get(item.right))
                for item in pairing.mapping
            )
    alone = sum(len(members[side] - linked[side]) for side in SIDES)
    return agreeing, pairs + alone


def _needing_action(landscape: Landscape) -> Figure:
    decided = assess(landscape, draws=DRAWS).landscape
    rows = [row for row in landscape.integrations if "as-is" in row.states]
    return Figure(
        "integrations that need action",
        str(decided.to_change),
        f"of {decided.of}",
        _basis(rows, "disposition"),
        note="refactor, replace or retire, as the assessment decides",
    )


def _hours(landscape: Landscape) -> Figure:
    rows = landscape.state("as-is").integrations
    counted = [row for row in rows if row.manual_minutes_month is not None]
    note = f"{len(counted)} of {len(rows)} integrations say how long people work for them"
    return Figure(
        "manual hours a year", f"{hours_year(rows):,}", "hours", _basis(counted, "manual_minutes_month"), note=note
    )


def _agreeing(integrations: Iterable[Integration], store: Store) -> Figure:
    agreeing, belonging = agreement(integrations, store)
    shown = str(100 * agreeing // belonging) if belonging else "–"
    note = f"{agreeing} of {belonging} partners and customers, as last read" if belonging else "nothing was read yet"
    return Figure("records that agree in every system", shown, "per cent", "measured", note=note)


def _waiting(store: Store) -> Figure:
    plans = [store.plans.get(known.id) for known in store.plans.known(states=("waiting",))]
    lines = sum(len(plan.lines) for plan in plans)
    return Figure(
        "changes that wait for approval",
        str(lines),
        "changes",
        "measured",
        note=f"in {len(plans)} plan{'s' * (len(plans) != 1)}",
    )


def _failing(store: Store, clock: Clock) -> Figure:
    old = clock.now() - LONG
    late = log(store).where(lambda entry: entry.open and entry.what != "held" and entry.at <= old)
    return Figure("failures open for more than a day", str(len(late)), "failures", "measured", note="Integration Log")


def _basis(rows: Iterable[InventoryRow], field: str) -> Literal["measured", "assumed"]:
    """Measured only when every row says so: one assumption makes the sum an assumption."""
    return "measured" if all(row.basis_of.get(field, row.basis) == "measured" for row in rows) else "assumed"


def _with_trend(figure: Figure, store: Store, now: datetime) -> Figure:
    return dataclasses.replace(figure, trend=_trend(figure, store.figures.of(figure.name), now))


def _trend(figure: Figure, before: Sequence[Reported], now: datetime) -> str:
    """How a number moved since the last report; one that was first reported today, as the same, is a first report."""
    same = list(itertools.takewhile(lambda reported: reported.value == figure.shown, reversed(before)))
    if not before or (len(same) == len(before) and before[0].at.date() == now.date()):
        return "first report"
    last = before[-1]
    if same:
        return f"unchanged since {same[-1].at:%Y-%m-%d}"
    was, shown = last.value.replace(",", ""), figure.shown.replace(",", "")
    if not (was.isdigit() and shown.isdigit()):
        return f"was {last.value} on {last.at:%Y-%m-%d}"
    return f"{int(shown) - int(was):+d} since {last.at:%Y-%m-%d}"
