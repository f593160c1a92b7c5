"""ConnectWise PSA as the sandbox plays it: REST, conditions, two ways of paging (docs/sandbox-connectwise.md)."""

from workbench.sandbox.connectwise.routing import answer

__all__ = ["answer"]
