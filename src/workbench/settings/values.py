"""From the shape of a file to the values of the vocabulary."""

from __future__ import annotations

from workbench.model.integrations import Integration, Limits, RunBy, Switches
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.mappings import FieldMapping, Pairing, Relation, Through
from workbench.model.people import Person
from workbench.model.records import Where
from workbench.settings.shapes import (
    IntegrationFile,
    KindShape,
    PairingShape,
    PersonShape,
    RelationShape,
    SwitchesShape,
)


def kind_of(name: str, shape: KindShape) -> Kind:
    """A kind and where it lives."""
    systems = {
        system: KindInSystem(
            **place.model_dump(exclude={"evidence", "only"}),
            only=Where.of(place.only),
            evidence={word: field for word, field in place.evidence.model_dump().items() if field},
        )
        for system, place in shape.systems.items()
    }
    return Kind(name, shape.label, systems, shape.parent, shape.match_by)


def integration_of(name: str, file: IntegrationFile, run_by: RunBy, time_zone: str) -> Integration:
    """A configured integration; `run_by` is the profile's, unless the file says its own; one time zone for all."""
    limits = file.limits.model_dump()
    return Integration(
        name=name,
        title=file.title,
        left=file.left,
        right=file.right,
        pairings=tuple(_pairing(kind, shape) for kind, shape in file.kinds.items()),
        shape=file.shape,
        run_by=file.run_by or run_by,
        schedule=file.schedule,
        window=file.window,
        time_zone=time_zone,
        after=tuple(file.after),
        limits=Limits(**(limits | {"canaries": tuple(limits["canaries"])})),
        master=file.master,
        switches={side: _switches(shape) for side, shape in file.switches.items()},
    )


def person_of(shape: PersonShape) -> Person:
    """Somebody named in config/approvers.yaml."""
    fields = shape.model_dump()
    return Person(**(fields | {"roles": tuple(fields["roles"])}))


def _switches(shape: SwitchesShape) -> Switches:
    modules = {module: tuple(fields) for module, fields in shape.modules.items()}
    return Switches(tuple(shape.must_be_on), tuple(shape.shares_flag), modules)


def _pairing(kind: str, shape: PairingShape) -> Pairing:
    return Pairing(
        kind=kind,
        mapping=tuple(FieldMapping(**row.model_dump()) for row in shape.mapping),
        suggest={side: Where.of(conditions) for side, conditions in shape.suggest.items()},
        admit={side: Where.of(conditions) for side, conditions in shape.admit.items()},
        stamp=shape.stamp,
        reference=shape.reference,
        create=tuple(shape.create),
        deleted=shape.deleted,
        relations=tuple(_relation(row) for row in shape.relations),
    )


def _relation(shape: RelationShape) -> Relation:
    conditions = {name: Where.of(getattr(shape, name)) for name in ("where", "group_where", "when")}
    through = shape.through
    between = Through(through.kind, through.left, through.right, Where.of(through.where)) if through else None
    return Relation(**(shape.model_dump() | conditions | {"through": between}))
