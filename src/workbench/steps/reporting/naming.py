"""What people call a record, and where they open it: for lists that hold nothing but its id."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from workbench.model.kinds import Kind
from workbench.model.records import Ref
from workbench.model.rows import Address
from workbench.store import Store

Naming = Callable[[Ref], str]
Addressing = Callable[[Ref], Address]


def nameless(_ref: Ref) -> str:
    """No name for anything."""
    return ""


def placeless(_ref: Ref) -> Address:
    """No address for anything."""
    return Address()


def addressing(store: Store, kinds: Mapping[str, Kind]) -> Addressing:
    """Addresses at the hosts that answered when the connections were last tested; no system is asked.

    Blank where no test was, in the sandbox, and where the system has no page for such a record.
    """
    urls = {tried.system: tried.url for tried in reversed(store.connections.tests()) if tried.url}

    def address_of(ref: Ref) -> Address:
        place = kinds[ref.kind].systems.get(ref.system) if ref.kind in kinds else None
        return place.address(ref.id, urls.get(ref.system, "")) if place is not None and ref.id else Address()

    return address_of


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
