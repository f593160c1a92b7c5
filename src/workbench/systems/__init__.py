"""Edge: every system of record behind the four calls of `model.ports.System`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.errors import UnknownName, UsageError
from workbench.model.integrations import Kind
from workbench.model.ports import Clock, System
from workbench.systems.channelonline import ChannelOnlineSystem
from workbench.systems.channeltivity import ChanneltivitySystem
from workbench.systems.connectwise import ConnectWiseSystem
from workbench.systems.files import FilesSystem
from workbench.systems.salesforce import SalesforceSystem

Client = Callable[[str, Mapping[str, Any], Mapping[str, str], Mapping[str, Kind], Clock | None], System]

CLIENTS: dict[str, tuple[Client, tuple[str, ...]]] = {
    "salesforce": (SalesforceSystem, ("url", "client_id")),
    "connectwise": (ConnectWiseSystem, ("url", "company", "public_key", "private_key", "client_id")),
    "channeltivity": (ChanneltivitySystem, ("url", "api_key")),
    "channelonline": (ChannelOnlineSystem, ("url", "api_key")),
    "files": (FilesSystem, ("folder",)),
}
"""What `client:` in config/workbench.yaml may say, and the credentials that each needs (docs/add-a-system.md)."""


def connect(
    name: str,
    settings: Mapping[str, Any],
    credentials: Mapping[str, str],
    kinds: Mapping[str, Kind],
    clock: Clock | None = None,
) -> System:
    """The client of a system, as `settings["client"]` names it; nothing is asked of the system yet.

    Raises UnknownName for a client that does not exist, UsageError for credentials that are not there.
    """
    wanted = str(settings.get("client", name))
    if wanted not in CLIENTS:
        raise UnknownName("client for a system", wanted, CLIENTS)
    client, needed = CLIENTS[wanted]
    missing = [key for key in needed if not credentials.get(key)]
    if missing:
        raise UsageError(f"{name} cannot be reached without {', '.join(missing)}; run `workbench connect {name}`")
    return client(name, settings, credentials, kinds, clock)
