"""How much data, from which seed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How much data, from which seed; `companies` counts those of ConnectWise that are no partners."""

    seed: int = 1
    partners: int = 300
    companies: int = 400
