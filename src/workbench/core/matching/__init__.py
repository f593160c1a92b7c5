"""Which records of two systems are the same: candidates with a probability, a verdict and a reason."""

from workbench.core.matching.engine import MapBlocks, Options, match
from workbench.core.matching.suggesting import candidates

__all__ = ["MapBlocks", "Options", "candidates", "match"]
