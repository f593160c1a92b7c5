"""One row of the inventory: everything that is known about one integration, and how sure it is (R-LAND-2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["as-is", "to-be"]
STATES: tuple[State, ...] = ("as-is", "to-be")
Basis = Literal["measured", "document", "public", "interview", "assumption"]
DeliveredBy = Literal["workbench", "vendor", "not yet"]
Disposition = Literal["retain", "refactor", "replace", "retire"]
Sourcing = Literal["build", "buy", "configure"]


@dataclass(frozen=True, slots=True)
class Rating:
    """A person's rating of one dimension, 0 (bad) to 4 (good), in place of the one that the rubric computes."""

    value: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class PeoplesDecision:
    """What people decided about an integration, recorded beside what was computed (R-LAND-5)."""

    decision: Disposition
    by: str
    on: str
    reason: str


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One integration of the inventory (R-LAND-2), as it is in one state: identity, ends, mechanism, people, load,
    safety, evidence. Missing values are None or empty and are counted as missing, never as good.

    `source` and `target` are ids of systems or outsiders; `error_rate` is text with its unit (`1.2 %`); `filter` says
    which records travel (`none`: everything); `configured` names `config/integrations/<name>.yaml`, with `/<kind>`
    where the row is one kind of it, and `run_by` is what that file says; `evidence` are ids of documents; `basis_of`
    and `evidence_of` say per field where it differs from the row's; `to_be` holds the fields that differ in TO-BE;
    `ratings` are a person's, by dimension; `depends_on` are rows that must be in service first; `effort_days` is what
    it takes to bring the row to TO-BE.
    """

    id: str
    name: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    states: tuple[State, ...] = STATES
    objects: str = ""
    key_fields: tuple[str, ...] = ()
    direction: str = ""
    mechanism: str = ""
    trigger: str = ""
    frequency: str = ""
    protocol: str = ""
    auth: str = ""
    middleware: str = ""
    owner_technical: str = ""
    owner_business: str = ""
    criticality: int | None = None
    volume_month: int | None = None
    latency_target_minutes: int | None = None
    latency_actual_minutes: int | None = None
    error_rate: str | None = None
    failure_handling: str = ""
    idempotency: str = ""
    monitoring: str = ""
    manual_steps: str = ""
    manual_minutes_month: int | None = None
    data_class: str = ""
    personal_data: bool | None = None
    system_of_record: str = ""
    conflict_rule: str = ""
    documentation: str = ""
    cost_year: int | None = None
    constraint: str = ""
    filter: str = ""
    known_issues: tuple[str, ...] = ()
    disposition: Disposition | Literal[""] = ""
    replaced_by: tuple[str, ...] = ()
    delivered_by: DeliveredBy | Literal[""] = ""
    configured: str = ""
    basis: Basis = "assumption"
    basis_of: Mapping[str, Basis] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    evidence_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    to_be: Mapping[str, object] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    last_reviewed: str = ""
    reviewer: str = ""
    ratings: Mapping[str, Rating] = field(default_factory=dict)
    decided: PeoplesDecision | None = None
    depends_on: tuple[str, ...] = ()
    effort_days: int | None = None
    sourcing: Sourcing | Literal[""] = ""
    environment: str = ""
    retention: str = ""
    credential_expiry: str = ""
    runbook: str = ""
    run_by: str = ""
