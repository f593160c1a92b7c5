"""Planning has one entry, `plan`, and two shapes: reconciling (two-way, linked) and importing (admit, create)."""

from workbench.core.planning.children import drop, edit, split
from workbench.core.planning.comparing import Difference, differences
from workbench.core.planning.describing import compared
from workbench.core.planning.drafting import mapping_fingerprint, plan
from workbench.core.planning.echoing import Echo, echoes
from workbench.core.planning.measuring import cited, measured
from workbench.core.planning.previewing import Preview, preview
from workbench.core.planning.telling import as_csv, as_text
from workbench.core.planning.unlinking import unlink

__all__ = [
    "Difference",
    "Echo",
    "Preview",
    "as_csv",
    "as_text",
    "cited",
    "compared",
    "differences",
    "drop",
    "echoes",
    "edit",
    "mapping_fingerprint",
    "measured",
    "plan",
    "preview",
    "split",
    "unlink",
]
