"""ConnectWise PSA: conditions on the server, forward-only pages, JSON patches (docs/systems/connectwise.md)."""

from workbench.systems.connectwise.client import ConnectWiseSystem

__all__ = ["ConnectWiseSystem"]
