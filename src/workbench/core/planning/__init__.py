"""Planning has one entry, `plan`, and two shapes: reconciling (two-way, linked) and importing (admit, create)."""

from workbench.core.planning.drafting import plan
from workbench.core.planning.telling import as_csv, as_text

__all__ = ["as_csv", "as_text", "plan"]
