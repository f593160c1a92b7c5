"""Data flow diagrams, pure: rules, levels, difference, places, DOT text, flow table and change ledger."""

from workbench.core.drawing.rules import Excuse, Violation, check

__all__ = ["Excuse", "Violation", "check"]
