"""Data flow diagrams, pure: rules, levels, difference, places, DOT text, flow table and change ledger."""

from workbench.core.drawing.rules import Violation, check

__all__ = ["Violation", "check"]
