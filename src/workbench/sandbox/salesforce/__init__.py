"""Salesforce as the sandbox plays it: REST with SOQL, Collections, describe, sessions (docs/sandbox-salesforce.md)."""

from workbench.sandbox.salesforce.routing import answer

__all__ = ["answer"]
