"""Edge: every system of record behind the four calls of `model.ports.System`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import UnknownName, UsageError
from workbench.model.kinds import Kind
from workbench.model.ports import Clock, Progress, System
from workbench.systems.pacing import Manners, WallClock
from workbench.systems.reach import Reach


@dataclass(frozen=True, slots=True)
class Client:
    """A client: what makes it, the credentials that it needs, and its settings beside the manners.

    `ways` are the further credentials of each way to log in, the best way first; empty: there is one way.
    """

    make: Callable[[Reach], System]
    credentials: tuple[str, ...]
    settings: tuple[str, ...] = ()
    ways: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# Each client is imported when a system is first reached by it: the vendors' libraries take a while, and who asks the
# store alone does without.


def _salesforce(reach: Reach) -> System:
    from workbench.systems.salesforce import SalesforceSystem

    return SalesforceSystem(reach)


def _connectwise(reach: Reach) -> System:
    from workbench.systems.connectwise import ConnectWiseSystem

    return ConnectWiseSystem(reach)


def _channeltivity(reach: Reach) -> System:
    from workbench.systems.channeltivity import ChanneltivitySystem

    return ChanneltivitySystem(reach)


def _channelonline(reach: Reach) -> System:
    from workbench.systems.channelonline import ChannelOnlineSystem

    return ChannelOnlineSystem(reach)


def _files(reach: Reach) -> System:
    from workbench.systems.files import FilesSystem

    return FilesSystem(reach)


def _mail(reach: Reach) -> System:
    from workbench.systems.mail import MailSystem

    return MailSystem(reach)


CLIENTS: Mapping[str, Client] = {
    "salesforce": Client(
        _salesforce,
        ("url", "client_id"),
        ("api_version",),
        {
            "client credentials": ("client_secret",),
            "signed assertion (JWT)": ("username", "private_key"),
            "user name, password with security token (ends with Summer '27)": (
                "client_secret",
                "username",
                "user_password",
            ),
        },
    ),
    "connectwise": Client(_connectwise, ("url", "company", "public_key", "private_key", "client_id"), ("api_version",)),
    "channeltivity": Client(_channeltivity, ("url", "api_key"), ("contract",)),
    "channelonline": Client(_channelonline, ("url", "api_key"), ("contract",)),
    "files": Client(_files, ("folder",), ("tables",)),
    "mail": Client(
        _mail, ("host", "port"), ("sender", "tls"), {"user name": ("username", "password"), "without a log-in": ()}
    ),
}
"""What `client:` in config/workbench.yaml may say (docs/add-a-system.md)."""


def connect(
    name: str,
    settings: Mapping[str, Any],
    credentials: Mapping[str, str],
    kinds: Mapping[str, Kind],
    clock: Clock | None = None,
    *,
    progress: Progress | None = None,
) -> System:
    """The client of a system, as `settings["client"]` names it; nothing is asked of the system yet.

    `progress` shows how far its long reads are.

    Raises UnknownName for a client or a setting that does not exist, UsageError for credentials that are not there.
    """
    wanted = str(settings.get("client", name))
    if wanted not in CLIENTS:
        raise UnknownName("client for a system", wanted, CLIENTS)
    client = CLIENTS[wanted]
    allowed = {"client", *client.settings, *Manners.names()}
    for setting in settings:
        if setting not in allowed:
            raise UnknownName(f"setting of {name} (client {wanted})", setting, allowed)
    missing = [key for key in client.credentials if not credentials.get(key)]
    if missing:
        raise UsageError(f"{name} cannot be reached without {', '.join(missing)}; run `workbench connect {name}`")
    return client.make(Reach(name, settings, credentials, kinds, clock or WallClock(), progress))
