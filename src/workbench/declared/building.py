"""From the shapes of the file to one `Landscape`: what is nested becomes flat, what is left out gets its default."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from workbench.core.assessing.evidence import carrier
from workbench.declared.shapes import (
    COMPUTED,
    InnerProcessShape,
    InsideShape,
    LandscapeFile,
    MoveShape,
    States,
    SystemShape,
)
from workbench.model.landscape import (
    STATES,
    DataStore,
    InventoryRow,
    Landscape,
    Move,
    Outsider,
    Participant,
    Process,
    SourceDocument,
)


def build(file: LandscapeFile) -> Landscape:
    """The landscape of a file whose shape is right."""
    systems = file.systems.items()
    processes = [item for key, system in systems for item in _processes(key, system)]
    stores = [item for key, system in systems for item in _stores(key, system)]
    return Landscape(
        title=file.title,
        as_of=file.as_of,
        systems=tuple(_participant(key, system) for key, system in systems),
        outsiders=tuple(Outsider(id=key, **dict(shape)) for key, shape in file.outsiders.items()),
        stores=tuple(stores),
        processes=tuple(processes),
        moves=tuple(_moves(file)),
        integrations=tuple(_row(key, shape) for key, shape in file.integrations.items()),
        stakeholders=file.stakeholders,
        documents=tuple(SourceDocument(id=key, **dict(shape)) for key, shape in file.documents.items()),
        purpose=" ".join(file.purpose.split()),
        initiatives=file.initiatives,
        currency=file.currency,
        labour_rate_hour=file.estimates["labour_rate"].likely if "labour_rate" in file.estimates else 0,
        estimates=file.estimates,
        accepted=file.accepted,
    )


def _participant(key: str, shape: SystemShape) -> Participant:
    return Participant(
        id=key,
        name=shape.name,
        role=shape.role,
        nature=shape.nature,
        owner=shape.owner,
        states=shape.states,
        basis=shape.basis,
        evidence=shape.evidence,
        system=shape.system,
    )


def _stores(key: str, system: SystemShape) -> Iterator[DataStore]:
    for store_id, shape in system.stores.items():
        yield DataStore(store_id, shape.name, key, shape.manual, shape.states or system.states)
    for process_id, process in system.processes.items():
        for store_id, shape in process.inside.stores.items():
            states = shape.states or process.states or system.states
            yield DataStore(store_id, shape.name, key, shape.manual, states, process_id)


def _processes(key: str, system: SystemShape) -> Iterator[Process]:
    for process_id, shape in system.processes.items():
        states = shape.states or system.states
        yield _process(process_id, shape, key, states)
        for child_id, child in shape.inside.processes.items():
            yield _process(child_id, child, key, child.states or states, process_id)


def _process(key: str, shape: InnerProcessShape, system: str, states: States, parent: str = "") -> Process:
    return Process(key, shape.number, shape.name, system, shape.who, shape.manual, states, shape.changed, parent)


def _moves(file: LandscapeFile) -> Iterator[Move]:
    """Moves of integrations (by hand where people carry them), moves inside systems, and those of level 2, which belong
    to their parent's integration."""
    above: dict[str, str] = {}
    for row_id, row in file.integrations.items():
        for key, shape in row.moves.items():
            above[key] = row_id
            yield _move(key, shape, row_id, row.states, carrier(row.mechanism) == "hand")
    for key, shape in file.moves.items():
        yield _move(key, shape, shape.integration, STATES, False)
    for inside, states in _insides(file):
        for key, shape in inside.moves.items():
            yield _move(key, shape, shape.integration or above.get(shape.parent, ""), states, False)


def _insides(file: LandscapeFile) -> Iterator[tuple[InsideShape, States]]:
    for system in file.systems.values():
        for process in system.processes.values():
            yield process.inside, process.states or system.states


def _move(key: str, shape: MoveShape, integration: str, states: States, manual: bool) -> Move:
    return Move(
        id=key,
        source=shape.source,
        target=shape.target,
        data=shape.data,
        integration=integration,
        fields=shape.fields,
        kind=shape.kind,
        manual=manual if shape.manual is None else shape.manual,
        states=states if shape.states is None else shape.states,
        changed=shape.changed,
        parent=shape.parent,
    )


def _row(key: str, shape: Any) -> InventoryRow:
    """`shape` is made from the fields of InventoryRow, so every field that the file may set exists there."""
    names = {item.name for item in dataclasses.fields(InventoryRow)} - {"to_be", *COMPUTED}
    override = {name: getattr(shape.to_be, name) for name in sorted(shape.to_be.model_fields_set)}
    return InventoryRow(id=key, to_be=override, **{name: getattr(shape, name) for name in sorted(names)})
