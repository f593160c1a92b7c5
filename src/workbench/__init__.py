"""The partner workbench: see what exists, match partners, plan changes, and write what was approved.

A function here reads and changes no system, store or network (but `open`); a method of the bench touches the world.

>>> import workbench as wb
>>> sorted(wb.__all__) == dir(wb)
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.bench import Bench, open
    from workbench.core.assessing import Weights, assess
    from workbench.core.matching import candidates as match
    from workbench.core.planning import plan
    from workbench.errors import WorkbenchError
    from workbench.model.landscape import Landscape
    from workbench.model.links import Candidates, Crosswalk
    from workbench.model.plans import Plan
    from workbench.model.records import Snapshot
    from workbench.model.rows import Rows
    from workbench.render.diagram import diagram

_PLACES = {
    "open": ("workbench.bench", "open"),
    "Bench": ("workbench.bench", "Bench"),
    "assess": ("workbench.core.assessing", "assess"),
    "diagram": ("workbench.render.diagram", "diagram"),
    "match": ("workbench.core.matching", "candidates"),
    "plan": ("workbench.core.planning", "plan"),
    "Candidates": ("workbench.model.links", "Candidates"),
    "Crosswalk": ("workbench.model.links", "Crosswalk"),
    "Landscape": ("workbench.model.landscape", "Landscape"),
    "Plan": ("workbench.model.plans", "Plan"),
    "Rows": ("workbench.model.rows", "Rows"),
    "Snapshot": ("workbench.model.records", "Snapshot"),
    "Weights": ("workbench.core.assessing", "Weights"),
    "WorkbenchError": ("workbench.errors", "WorkbenchError"),
}

__all__ = [
    "Bench",
    "Candidates",
    "Crosswalk",
    "Landscape",
    "Plan",
    "Rows",
    "Snapshot",
    "Weights",
    "WorkbenchError",
    "assess",
    "diagram",
    "match",
    "open",
    "plan",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: starting up stays quick."""
    if name not in _PLACES:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}; it offers {', '.join(__all__)}")
    module, attribute = _PLACES[name]
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
