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
class Permission:
    """What the user of a connection may do to a kind of record, and how many of its fields that user sees."""

    system: str
    access: Access
    kind: str
    may: str
    fields: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.may}" + (f" ({self.fields} fields seen)" if self.fields else "")


@dataclass(frozen=True, slots=True)
class Connection:
    """One system, tried just now. `found` says in words what is wrong and what to do; blank when all is well.

    `permissions` has one for each kind of record that lives there; `quota` is the day's calls where the system says.
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
    permissions: tuple[Permission, ...] = ()
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
        permissions=tuple(_permission(client, system, access, name) for name in _kinds_of(system, kinds)),
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


def _permission(client: System, system: str, access: Access, kind: str) -> Permission:
    try:
        told = client.describe(kind)
    except WorkbenchError as error:
        return Permission(system, access, kind, f"not permitted ({error})", 0)
    fields = told.fields
    may = ["read"] if fields and told.shows else []
    may += ["create"] if any(field.createable for field in fields) else []
    may += ["update"] if any(field.updateable for field in fields) else []
    return Permission(system, access, kind, ", ".join(may) or "nothing", len(fields))


def _quota(client: System) -> str:
    """Of systems that count calls: the clients that go over HTTP keep what they were told."""
    quota = getattr(getattr(client, "transport", None), "quota", None)
    return f"{quota.limit - quota.used:,} of {quota.limit:,} calls left" if quota is not None and quota.limit else ""


def _clock_words(client: System) -> str:
    ahead = int(getattr(getattr(client, "transport", None), "ahead_seconds", 0))
    if abs(ahead) < LATE_SECONDS:
        return ""
    return f"this computer's clock is {abs(ahead)} s {'behind' if ahead > 0 else 'ahead of'} theirs; set it right"
