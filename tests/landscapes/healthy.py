"""A small landscape without a single finding, to be broken in one place at a time."""

from __future__ import annotations

import dataclasses

from workbench.model.landscape import DataStore, Estimate, InventoryRow, Landscape, Move, Outsider, Participant

HEALTHY = InventoryRow(
    id="R1",
    name="Customers to B",
    source=("A",),
    target=("B",),
    objects="Customer -> Client",
    key_fields=("Customer number", "Name"),
    direction="one-way",
    mechanism="vendor-connector",
    trigger="record change",
    frequency="hourly",
    protocol="HTTPS",
    auth="service account",
    middleware="none",
    owner_technical="Platform",
    owner_business="Sales",
    criticality=4,
    volume_month=1200,
    latency_target_minutes=60,
    latency_actual_minutes=60,
    error_rate="0.2 %",
    failure_handling="retry + dead letter",
    idempotency="customer number",
    monitoring="alert to the owner",
    manual_steps="none",
    manual_minutes_month=0,
    data_class="internal",
    personal_data=False,
    system_of_record="A",
    conflict_rule="A wins",
    documentation="full",
    cost_year=0,
    filter="active customers",
    basis="measured",
    evidence=("DOC",),
    last_reviewed="2026-10-01",
)


def row(row_id: str = "R1", **changes: object) -> InventoryRow:
    """The healthy row under another id and with some fields changed."""
    return dataclasses.replace(HEALTHY, id=row_id, **changes)


def landscape(*rows: InventoryRow, **changes: object) -> Landscape:
    """Four systems, one of them a hub, with these rows (the healthy one when none is given)."""
    made = Landscape(
        title="Small",
        as_of="2026-10-01",
        systems=(*(Participant(name, f"System {name}") for name in "ABC"), Participant("HUB", "Hub", nature="hub")),
        outsiders=(Outsider("X", "Bank"),),
        stores=(DataStore("SA", "Customers", "A"), DataStore("SB", "Clients", "B")),
        processes=(),
        moves=(),
        integrations=rows or (HEALTHY,),
        estimates={
            "labour_rate": Estimate(30, 40, 50, "USD an hour"),
            "saving_realised": Estimate(50, 100, 100, "per cent"),
            "effort_day_cost": Estimate(1000, 500, 400, "USD a day"),
            "effort_growth": Estimate(200, 100, 100, "per cent"),
            "discount_rate": Estimate(10, 10, 0, "per cent a year"),
        },
    )
    return dataclasses.replace(made, **changes)


def into_workbook(integration: str) -> dict[str, object]:
    """A workbook that people keep, filled by this row."""
    return {
        "stores": (DataStore("M1", "Workbook", "C", manual=True),),
        "moves": (Move("F1", "P1", "M1", "names", integration),),
    }
