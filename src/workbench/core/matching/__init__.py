"""Which records of two systems are the same: candidates with a probability, a verdict and a reason."""

from workbench.core.matching.engine import duplicates, match
from workbench.core.matching.explaining import Explanation, Factor, explain, why_not
from workbench.core.matching.joining import join
from workbench.core.matching.sampling import Precision, precision, sample
from workbench.core.matching.scoring import MapBlocks, Options, Rulings
from workbench.core.matching.searching import search
from workbench.core.matching.suggesting import candidates, evidence

__all__ = [
    "Explanation",
    "Factor",
    "MapBlocks",
    "Options",
    "Precision",
    "Rulings",
    "candidates",
    "duplicates",
    "evidence",
    "explain",
    "join",
    "match",
    "precision",
    "sample",
    "search",
    "why_not",
]
