"""Salesforce: read by SOQL, written by Collections, over the one session (docs/systems/salesforce.md)."""

from workbench.systems.salesforce.client import SalesforceSystem

__all__ = ["SalesforceSystem"]
