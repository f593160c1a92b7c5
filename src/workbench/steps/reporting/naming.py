"""What people call a record, as it was last read: for lists that hold nothing but its id."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from workbench.model.kinds import Kind
from workbench.model.records import Ref
from workbench.store import Store

Naming = Callable[[Ref], str]


def nameless(_ref: Ref) -> str:
    """No name for anything."""
    return ""


def naming(store: Store, kinds: Mapping[str, Kind]) -> Naming:
    """Names from the last snapshots, each read when it is first asked for; blank where a record was not read."""

    @functools.cache
    def names(system: str, kind: str) -> Mapping[str, str]:
        place = kinds[kind].systems.get(system) if kind in kinds else None
        field = place.evidence.get("name", "") if place is not None else ""
        kept = store.snapshots.last(system, kind) if field else None
        if kept is None or field not in kept.snapshot.frame:
            return {}
        return {str(key): str(name) for key, name in kept.snapshot.frame[field].dropna().items()}

    return lambda ref: names(ref.system, ref.kind).get(ref.id, "")
