"""Rows that name a configured integration: they take what its file owns, and what is drawn must agree with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from workbench.core.merging import allows
from workbench.errors import Problem, nearest
from workbench.model.integrations import Integration
from workbench.model.landscape import InventoryRow, Landscape
from workbench.model.mappings import Pairing, Side
from workbench.yaml_lines import Document
from workbench.yaml_lines import Path as Place

SIDES: tuple[Side, Side] = ("left", "right")
OWNED = ("direction", "key_fields", "frequency")
"""What `config/integrations/<name>.yaml` owns; a row that names it must not say it a second time."""


def joined(landscape: Landscape, integrations: Mapping[str, Integration]) -> Landscape:
    """The landscape with direction, mapped fields, schedule and `run_by` of every configured row filled in."""
    rows = tuple(_joined(row, integrations) for row in landscape.integrations)
    return dataclasses.replace(landscape, integrations=rows)


def disagreements(
    landscape: Landscape, document: Document, integrations: Mapping[str, Integration]
) -> Iterator[Problem]:
    """Rows whose integration does not exist, joins other systems, or writes where nothing is drawn; and the reverse."""
    names = {item.id: item.system for item in landscape.systems}
    for row in landscape.integrations:
        if not row.configured:
            continue
        place: Place = ("integrations", row.id, "configured")
        name, _, kind = row.configured.partition("/")
        integration = integrations.get(name)
        if integration is None:
            yield document.problem(place, f"there is no integration {name!r}", nearest(name, integrations))
        elif kind and kind not in integration.kinds:
            yield document.problem(place, f"{name} has no kind {kind!r}", nearest(kind, integration.kinds))
        elif {names.get(end, "") for end in (*row.source, *row.target)} != set(integration.pair):
            wanted = f"{integration.left} and {integration.right}"
            yield document.problem(place, f"{name} joins {wanted}, this row does not", "correct source and target")
        else:
            yield from _drawn(landscape, document, row, integration)


def restated(landscape: Landscape, document: Document) -> Iterator[Problem]:
    """Rows that say themselves what the file they name owns."""
    for row in landscape.integrations:
        for field in OWNED:
            if row.configured and getattr(row, field):
                file = row.configured.partition("/")[0]
                message = f"{field} of {row.id} is owned by integrations/{file}.yaml"
                yield document.problem(("integrations", row.id, field), message, "remove it here")


def written(row: InventoryRow, integration: Integration) -> set[str]:
    """The systems that runs of this integration write for this row, from the directions of its mapping.

    What travels on creation counts only towards a side on which records are created.
    """
    found: set[str] = set()
    for pairing in _pairings(row, integration):
        for side in SIDES:
            ways = {item.on_update for item in pairing.mapping}
            ways |= {item.on_create for item in pairing.mapping} if side in pairing.create else set()
            if any(allows(way, side) for way in ways):
                found.add(integration.system(side))
    return found


def _drawn(landscape: Landscape, document: Document, row: InventoryRow, integration: Integration) -> Iterator[Problem]:
    system = {item.id: item.system for item in landscape.systems}
    stores = {store.id: system[store.system] for store in landscape.stores}
    moves = [move for move in landscape.moves if move.integration == row.id and not move.parent]
    drawn = {stores[move.target] for move in moves if move.target in stores}
    runs = written(row, integration)
    for name in sorted(runs - drawn):
        message = f"{integration.name} writes into {name}, but no move of {row.id} ends in a store there"
        yield document.problem(("integrations", row.id, "moves"), message, "draw the move")
    for name in sorted(drawn - runs):
        message = f"a move of {row.id} ends in a store of {name}, but {integration.name} never writes there"
        yield document.problem(("integrations", row.id, "moves"), message, "remove the move, or map a field that way")


def _pairings(row: InventoryRow, integration: Integration) -> list[Pairing]:
    kind = row.configured.partition("/")[2]
    return [pairing for pairing in integration.pairings if kind in ("", pairing.kind)]


def _joined(row: InventoryRow, integrations: Mapping[str, Integration]) -> InventoryRow:
    integration = integrations.get(row.configured.partition("/")[0])
    if integration is None:
        return row
    runs = written(row, integration)
    direction = "two-way" if len(runs) > 1 else f"one-way into {next(iter(runs), 'nothing')}"
    return dataclasses.replace(
        row,
        direction=direction,
        key_fields=tuple(item.key for pairing in _pairings(row, integration) for item in pairing.mapping),
        frequency=integration.schedule,
        run_by=integration.run_by,
        basis_of={**row.basis_of, **dict.fromkeys(OWNED, "document")},
    )
