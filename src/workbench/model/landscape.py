"""The integration landscape as declared in `config/landscape.yaml`: what exists, what moves, in which state."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.errors import UnknownName

State = Literal["as-is", "to-be"]
STATES: tuple[State, ...] = ("as-is", "to-be")
Basis = Literal["measured", "document", "public", "interview", "assumption"]
Nature = Literal["saas", "external", "shadow", "hub", "people"]
DeliveredBy = Literal["workbench", "vendor", "not yet"]
Disposition = Literal["retain", "refactor", "replace", "retire"]
Sourcing = Literal["build", "buy", "configure"]


@dataclass(frozen=True, slots=True)
class Participant:
    """A system of the landscape (a swimlane of the diagrams): vendor's product, hub, or people and spreadsheets.

    `system` is its name in `config/workbench.yaml`, where the workbench is connected to it.
    """

    id: str
    name: str
    role: str = ""
    nature: Nature = "saas"
    owner: str = ""
    states: tuple[State, ...] = STATES
    basis: Basis = "assumption"
    evidence: tuple[str, ...] = ()
    system: str = ""


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody or something outside the landscape that data comes from or goes to (an external entity).

    An organisation's accounting package or a supplier is one, because the landscape does not look inside it; the ends
    of an integration may therefore be systems or outsiders.
    """

    id: str
    name: str
    states: tuple[State, ...] = STATES
    role: str = ""
    owner: str = ""
    basis: Basis = "assumption"
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataStore:
    """Where data rests inside a system; `manual` for a spreadsheet or a paper file (SSADM's M)."""

    id: str
    name: str
    system: str
    manual: bool = False
    states: tuple[State, ...] = STATES
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """What turns data into other data inside a system; `who` performs it; `changed` says what differs in TO-BE."""

    id: str
    number: str
    name: str
    system: str
    who: str = ""
    manual: bool = False
    states: tuple[State, ...] = STATES
    changed: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of named data one way (a flow of the diagrams). `integration` is the inventory row it belongs to.

    `source` and `target` are ids of processes, stores or outsiders; `parent` is the move of the level above.
    """

    id: str
    source: str
    target: str
    data: str
    integration: str = ""
    fields: tuple[str, ...] = ()
    kind: str = ""
    manual: bool = False
    states: tuple[State, ...] = STATES
    changed: str = ""
    parent: str = ""


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


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """A person with an interest in the landscape, as the charter names them."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document that the assessment rests on, and whether it could be reached."""

    id: str
    title: str
    address: str = ""
    reached: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A parameter of cost and benefit, in the cautious, the likely and the hopeful case, with its unit and source."""

    low: int
    likely: int
    high: int
    unit: str
    basis: Basis = "assumption"
    source: str = ""


Status = Literal["declared and seen", "declared, not seen", "seen, not declared"]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One integration as declared against what a system says about itself (R-LAND-3).

    `row` is the inventory row (empty: seen, not declared, a shadow integration), `system` the one that was asked,
    `seen` what it calls the connection, with its user and when it was last used.
    """

    status: Status
    row: str
    name: str
    system: str = ""
    seen: str = ""
    user: str = ""
    last_used: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding or a broken drawing rule that a person accepts for one element, with the reason and the name."""

    rule: str
    element: str
    reason: str
    by: str = ""


@dataclass(frozen=True)
class Landscape:
    """Every system, outsider, store, process, move and integration of the business, AS-IS and TO-BE in one value."""

    title: str
    as_of: str
    systems: tuple[Participant, ...]
    outsiders: tuple[Outsider, ...]
    stores: tuple[DataStore, ...]
    processes: tuple[Process, ...]
    moves: tuple[Move, ...]
    integrations: tuple[InventoryRow, ...]
    stakeholders: tuple[Stakeholder, ...] = ()
    documents: tuple[SourceDocument, ...] = ()
    purpose: str = ""
    initiatives: tuple[str, ...] = ()
    currency: str = "USD"
    labour_rate_hour: int = 0
    only: State | Literal[""] = ""
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    accepted: tuple[Accepted, ...] = ()
    reconciled: tuple[Reconciled, ...] = ()

    def state(self, state: str) -> Landscape:
        """The landscape as it is (`as-is`) or as it is to be (`to-be`), with each row's overrides applied."""
        if state not in STATES:
            raise UnknownName("state of the landscape", state, STATES)
        rows = tuple(_in_state(row, state) for row in self.integrations if state in row.states)
        return dataclasses.replace(
            self,
            systems=tuple(item for item in self.systems if state in item.states),
            outsiders=tuple(item for item in self.outsiders if state in item.states),
            stores=tuple(item for item in self.stores if state in item.states),
            processes=tuple(item for item in self.processes if state in item.states),
            moves=tuple(item for item in self.moves if state in item.states),
            integrations=rows,
            only=state,
        )

    def integration(self, row_id: str) -> InventoryRow:
        """The inventory row of this id or alias."""
        for row in self.integrations:
            if row_id == row.id or row_id in row.aliases:
                return row
        raise UnknownName("integration in the landscape", row_id, (row.id for row in self.integrations))

    def _repr_html_(self) -> str:
        initiatives = "".join(f"<li>{html.escape(item)}</li>" for item in self.initiatives)
        words = f"<h3>{html.escape(self.title)}, as of {html.escape(self.as_of)}</h3><p>{html.escape(self.purpose)}</p>"
        return f"{words}<ul>{initiatives}</ul><p>{html.escape(repr(self)[1:-1])}</p>"

    def __repr__(self) -> str:
        shown = f" {self.only}" if self.only else ""
        counts = f"{len(self.systems)} systems, {len(self.integrations)} integrations, {len(self.moves)} moves"
        return f"<Landscape{shown}: {counts}>"


def _in_state(row: InventoryRow, state: str) -> InventoryRow:
    if state != "to-be" or not row.to_be:
        return row
    return dataclasses.replace(row, **row.to_be)  # type: ignore[arg-type]  # checked on loading
