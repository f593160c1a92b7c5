"""How fields are compared where the configuration does not say it: by what the systems say of their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.core.planning.cost import Descriptions
from workbench.model.integrations import Integration
from workbench.model.mappings import Canonicaliser, FieldMapping, Pairing, Side
from workbench.model.ports import FieldType

BY_TYPE: Mapping[FieldType, Canonicaliser] = {
    "email": "email",
    "phone": "phone",
    "url": "url",
    "picklist": "picklist",
    "multipicklist": "picklist",
    "flag": "flag",
    "integer": "decimal",
    "decimal": "decimal",
    "date": "date",
    "datetime": "datetime",
    "reference": "exact",
    "id": "exact",
}
"""What a field of a type is compared as; a field of any other type, and one that nobody describes, is text."""
SIDES: tuple[Side, Side] = ("left", "right")


def compared(integration: Integration, descriptions: Descriptions) -> Integration:
    """The integration with a canonicaliser for each mapped field: the configured one, else by the types of both sides.

    One side that says more than "text" speaks for both; two that say different things agree on text, or on the date
    where one of them has a time of day besides.
    """
    return replace(
        integration, pairings=tuple(_pairing(integration, one, descriptions) for one in integration.pairings)
    )


def _pairing(integration: Integration, pairing: Pairing, descriptions: Descriptions) -> Pairing:
    if all(row.canonicaliser != "by type" for row in pairing.mapping):
        return pairing
    rows = tuple(
        replace(row, canonicaliser=_by_types(integration, pairing, row, descriptions))
        if row.canonicaliser == "by type"
        else row
        for row in pairing.mapping
    )
    return replace(pairing, mapping=rows)


def _by_types(
    integration: Integration, pairing: Pairing, row: FieldMapping, descriptions: Descriptions
) -> Canonicaliser:
    if row.values:
        return "picklist"
    found: set[Canonicaliser] = set()
    for side in SIDES:
        described = descriptions.get((integration.system(side), pairing.kind))
        field = described.field(getattr(row, side)) if described is not None else None
        if field is not None and field.type in BY_TYPE:
            found.add(BY_TYPE[field.type])
    if found == {"date", "datetime"}:
        return "date"
    return found.pop() if len(found) == 1 else "text"
