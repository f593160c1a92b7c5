"""Try connections by real calls: who answers, as whom, what this user may do, how much of the day's quota is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.errors import WorkbenchError
from workbench.model.kinds import Kind
from workbench.model.ports import Clock, System
from workbench.store import Store
from workbench.store.connections import Tried
from workbench.vault import Access

LATE_SECONDS = 60
"""From this difference of clocks on it is worth a word."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One system, tried just now. `found` says in words what is wrong and what to do; blank when all is well.

    `permissions` names each kind with what this user may do to it; `quota` is the day's calls where the system says.
    """

    system: str
    access: Access
    state: Literal["open", "closed"]
    tested_at: datetime
    instance: str = ""
    name: str = ""
    url: str = ""
    user: str = ""
    version: str = ""
    permissions: str = ""
    quota: str = ""
    found: str = ""


def probe(
    system: str, access: Access, opened: Callable[[], System], kinds: Mapping[str, Kind], clock: Clock
) -> Connection:
    """Ask who answers, then what each kind of record looks like to this user. Raises nothing that a system says."""
    tested_at = clock.now().replace(microsecond=0)
    try:
        client = opened()
        found = client.identify()
    except WorkbenchError as error:
        return Connection(system, access, "closed", tested_at, found=str(error))
    told = {name: _permission(client, name) for name in _kinds_of(system, kinds)}
    return Connection(
        system,
        access,
        "open",
        tested_at,
        instance=found.id,
        name=found.name,
        url=found.url,
        user=found.user or "not said",
        version=found.version,
        permissions="; ".join(f"{name}: {may}" for name, may in told.items()),
        quota=_quota(client),
        found="; ".join(filter(None, (str(getattr(client, "caution", "")), _clock_words(client)))),
    )


def remembered(found: Connection, store: Store) -> Connection:
    """The same connection, kept among the earlier tests."""
    kept = {
        name: getattr(found, name)
        for name in ("system", "access", "state", "instance", "user", "quota", "found", "url")
    }
    store.connections.keep(Tried(**kept, at=found.tested_at))
    return found


def _kinds_of(system: str, kinds: Mapping[str, Kind]) -> list[str]:
    return [name for name, kind in kinds.items() if system in kind.systems and name != "integration"]


def _permission(client: System, kind: str) -> str:
    try:
        told = client.describe(kind)
    except WorkbenchError as error:
        return f"not permitted ({error})"
    fields = told.fields
    may = ["read"] if fields and told.shows else []
    may += ["create"] if any(field.createable for field in fields) else []
    may += ["update"] if any(field.updateable for field in fields) else []
    return f"{', '.join(may) or 'nothing'} ({len(fields)} fields seen)"


def _quota(client: System) -> str:
    """Of systems that count calls: the clients that go over HTTP keep what they were told."""
    quota = getattr(getattr(client, "transport", None), "quota", None)
    return f"{quota.limit - quota.used:,} of {quota.limit:,} calls left" if quota is not None and quota.limit else ""


def _clock_words(client: System) -> str:
    ahead = int(getattr(getattr(client, "transport", None), "ahead_seconds", 0))
    if abs(ahead) < LATE_SECONDS:
        return ""
    return f"this computer's clock is {abs(ahead)} s {'behind' if ahead > 0 else 'ahead of'} theirs; set it right"
