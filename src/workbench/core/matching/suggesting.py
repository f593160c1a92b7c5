"""Candidates between two systems, from snapshots: by evidence for organisations, by e-mail alone for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from workbench.core.matching.engine import match
from workbench.core.matching.people import by_email
from workbench.core.matching.scoring import MapBlocks, Options, Rulings
from workbench.errors import UnknownName, UsageError
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.links import Candidates
from workbench.model.ports import Progress
from workbench.model.records import DELETED, Snapshot, Snapshots


def candidates(
    snapshots: Snapshots,
    left: str,
    right: str,
    *,
    kind: Kind | None = None,
    options: Options = Options(),  # noqa: B008  # frozen value
    parents: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    map_blocks: MapBlocks | None = None,
    rulings: Rulings | None = None,
) -> Candidates:
    """Scored pairs of one kind between two systems, each record linking at most once; deleted records left out.

    The snapshots' own kind, or `kind`, says which native field holds which evidence; further columns of
    `options.extra` are evidence words too.
    Where the kind is matched by e-mail (R-MATCH-3), `parents` maps the ids of the left parents to the right parents
    that they are linked to. `rulings` as in `match`. Raises UnknownName for a system that does not hold this kind or
    was not read.
    """
    kind = kind or snapshots.described
    if kind is None:
        raise UsageError(f"nobody said where {snapshots.kind} records hold their evidence; give kind=bench.kind(…)")
    tables = [evidence(snapshots[system], _place(kind, system)) for system in (left, right)]
    if kind.match_by == "email":
        return Candidates(kind.name, left, right, by_email(tables[0], tables[1], parents or {}))
    found = match(
        *tables, options=replace(options, one_to_one=True), progress=progress, map_blocks=map_blocks, rulings=rulings
    )
    return Candidates(kind.name, left, right, found)


def evidence(snapshot: Snapshot, place: KindInSystem) -> pd.DataFrame:
    """The records of a snapshot that are not deleted, under the common words: id, name … email, and parent."""
    frame = snapshot.frame
    if DELETED in frame.columns:
        frame = frame[~frame[DELETED].fillna(False).astype(bool)]
    words = {**place.evidence, **({"parent": place.parent} if place.parent else {})}
    held = {word: frame[native] for word, native in words.items() if native in frame.columns}
    table = pd.DataFrame({"id": frame.index.astype(str), **{word: cells.array for word, cells in held.items()}})
    return table if "name" in table.columns else table.assign(name=None)


def _place(kind: Kind, system: str) -> KindInSystem:
    if system not in kind.systems:
        raise UnknownName(f"system that holds {kind.label.lower()} records, named", system, kind.systems)
    return kind.systems[system]
