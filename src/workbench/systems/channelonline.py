"""ChannelOnline, quoting and ordering, by our own contract (docs/systems/channelonline.md)."""

from __future__ import annotations

from workbench.systems.contract import ContractSystem


class ChannelOnlineSystem(ContractSystem):
    """The accounts and documents of quoting. Its live door is a folder of files, which is another client."""
