"""The integration landscape as declared in `config/landscape.yaml`: what exists, what moves, in which state."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.errors import UnknownName
from workbench.model.inventory import (
    STATES,
    Basis,
    DeliveredBy,
    Disposition,
    InventoryRow,
    PeoplesDecision,
    Rating,
    Sourcing,
    State,
)

__all__ = [
    "Accepted",
    "Basis",
    "DataStore",
    "DeliveredBy",
    "Disposition",
    "Estimate",
    "InventoryRow",
    "Landscape",
    "Move",
    "Nature",
    "Outsider",
    "Participant",
    "PeoplesDecision",
    "Process",
    "Rating",
    "Reconciled",
    "STATES",
    "SourceDocument",
    "Sourcing",
    "Stakeholder",
    "State",
    "Status",
]

Nature = Literal["saas", "external", "shadow", "hub", "people"]


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
    """A finding or a broken drawing rule that a person accepts for one element, with the reason and the name.

    What breaks a drawing rule stays in the list of violations; `severity` is what it counts as there.
    """

    rule: str
    element: str
    reason: str
    by: str = ""
    severity: Literal["error", "warning", "info", "ignore"] = "ignore"


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
