"""The landscape assessed: rubric, anti-patterns, decisions, roadmap, indicators, costs (docs/assessment.md)."""

from workbench.core.assessing.assessment import Assessment, assess
from workbench.core.assessing.deciding import Thresholds
from workbench.core.assessing.exposures import Exposure, exposures
from workbench.core.assessing.findings import Finding
from workbench.core.assessing.reconciling import reconcile, with_seen
from workbench.core.assessing.rubric import Weights

__all__ = [
    "Assessment",
    "Exposure",
    "Finding",
    "Thresholds",
    "Weights",
    "assess",
    "exposures",
    "reconcile",
    "with_seen",
]
