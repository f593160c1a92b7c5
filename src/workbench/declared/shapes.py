"""The shape of `config/landscape.yaml`: which keys it may have and what they may hold."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, create_model

from workbench.model.landscape import (
    STATES,
    Accepted,
    Basis,
    Estimate,
    InventoryRow,
    Nature,
    Stakeholder,
    State,
)
from workbench.yaml_lines import Strict

PerCent = Annotated[str, Field(pattern=r"^\d{1,3}(\.\d+)? %$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Count = Annotated[int, Field(ge=0)]
States = tuple[State, ...]


class MoveShape(Strict):
    """One movement of data; what is left out comes from where it stands."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    data: Annotated[str, Field(min_length=1)]
    fields: tuple[str, ...] = ()
    kind: str = ""
    manual: bool | None = None
    states: States | None = None
    changed: str = ""
    parent: str = ""
    integration: str = ""


class StoreShape(Strict):
    """A place where data rests, inside the system above it."""

    name: str
    manual: bool = False
    states: States | None = None


class InnerProcessShape(Strict):
    """A process of level 2."""

    number: str
    name: str
    who: str = ""
    manual: bool = False
    states: States | None = None
    changed: str = ""


class InsideShape(Strict):
    """What a process holds at level 2."""

    processes: dict[str, InnerProcessShape] = {}
    stores: dict[str, StoreShape] = {}
    moves: dict[str, MoveShape] = {}


class ProcessShape(InnerProcessShape):
    """A process of level 1."""

    inside: InsideShape = InsideShape()


class SystemShape(Strict):
    """A system with its stores and processes."""

    name: str
    role: str = ""
    nature: Nature = "saas"
    owner: str = ""
    states: States = STATES
    basis: Basis = "assumption"
    evidence: tuple[str, ...] = ()
    system: str = ""
    stores: dict[str, StoreShape] = {}
    processes: dict[str, ProcessShape] = {}


class OutsiderShape(Strict):
    """Somebody outside the landscape."""

    name: str
    states: States = STATES
    role: str = ""
    owner: str = ""
    basis: Basis = "assumption"
    evidence: tuple[str, ...] = ()


class DocumentShape(Strict):
    """A document that the assessment rests on."""

    title: str
    address: str = ""
    reached: bool | None = None
    note: str = ""


_COUNTS = (
    "volume_month",
    "latency_target_minutes",
    "latency_actual_minutes",
    "manual_minutes_month",
    "cost_year",
    "effort_days",
)
_NARROWER: Mapping[str, Any] = {
    "error_rate": PerCent | None,
    "last_reviewed": Day,
    "criticality": Annotated[int, Field(ge=1, le=5)] | None,
    **dict.fromkeys(_COUNTS, Count | None),
}
"""Where the file is stricter than the type of `InventoryRow`."""

COMPUTED = ("id", "run_by")
"""Fields of a row that the file does not set: the key above it, and what the named integration says."""


def _row_fields() -> Mapping[str, tuple[Any, Any]]:
    """Type and default of each field that a row may set, so that shape and vocabulary cannot drift apart."""
    hints = typing.get_type_hints(InventoryRow, include_extras=True)
    fields = {}
    for item in dataclasses.fields(InventoryRow):
        default: Any = ... if item.default is dataclasses.MISSING else item.default
        if item.default_factory is not dataclasses.MISSING:
            default = Field(default_factory=item.default_factory)
        if item.name not in COMPUTED:
            fields[item.name] = (_NARROWER.get(item.name, hints[item.name]), default)
    return fields


def _override_fields() -> Mapping[str, tuple[Any, Any]]:
    """What may differ in TO-BE: anything but identity; what is left out stays as it is."""
    fixed = ("to_be", "states", "aliases", "configured", "decided")
    return {name: (kind, None) for name, (kind, _) in _row_fields().items() if name not in fixed}


_make: Any = create_model  # its overloads cannot say "these fields and a base"
OverrideShape: Any = _make("OverrideShape", __base__=Strict, **_override_fields())
RowShape: Any = _make(
    "RowShape",
    __base__=Strict,
    **{**_row_fields(), "to_be": (OverrideShape, OverrideShape()), "moves": (dict[str, MoveShape], {})},
)


class LandscapeFile(Strict):
    """The whole file."""

    title: str
    as_of: Day
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    purpose: str = ""
    initiatives: tuple[str, ...] = ()
    stakeholders: tuple[Stakeholder, ...] = ()
    documents: dict[str, DocumentShape] = {}
    estimates: dict[str, Estimate] = {}
    accepted: tuple[Accepted, ...] = ()
    systems: dict[str, SystemShape]
    outsiders: dict[str, OutsiderShape] = {}
    moves: dict[str, MoveShape] = {}
    integrations: dict[str, RowShape]
