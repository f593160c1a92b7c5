"""Planning has one entry, `plan`, and two shapes: reconciling (two-way, linked) and importing (admit, create)."""

from workbench.core.planning.drafting import plan

__all__ = ["plan"]
