"""What experts expect of each field before any data: counts that carry small sets and fade as data grows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def _spread(street: tuple[float, ...], place: tuple[float, ...]) -> list[float]:
    return [a * b for a in street for b in place]


@dataclass(frozen=True, eq=False)
class Prior:
    """What a field looks like before any data: among matches, among others by likeness of the name, and its limits.

    A ceiling keeps evidence of conflict from ever counting for a match, whatever the data seems to say; a floor says
    that a personal mailbox, which one record of a side holds, is one mailbox however rarely records match.
    """

    matches: Numbers
    others: Numbers
    ceilings: Numbers
    floors: Numbers
    strength: float = 0.3


def _prior(
    matches: list[float],
    others: list[list[float]],
    most: dict[int, float],
    least: dict[int, float] | None = None,
    strength: float = 0.3,
) -> Prior:
    m, u = np.array(matches), np.array(others)
    ceilings, floors = np.full(len(m), np.inf), np.full(len(m), -np.inf)
    for limits, given in ((ceilings, most), (floors, least or {})):
        for level, weight in given.items():
            limits[level] = weight
    u = u[[0, 1, 2, 2]]
    return Prior(m / m.sum(), u / u.sum(axis=1, keepdims=True), ceilings, floors, strength)


_NAME_OTHERS = [0.45, 0.25, 0.12, 0.05, 0.02, 0.008, 0.004, 0.01, 0.003, 0.0012, 0.02, 0.004, 0.002, 0.01, 0.04, 0.001]
NAME = _prior(
    [0.01, 0.02, 0.03, 0.03, 0.05, 0.06, 0.08, 0.05, 0.07, 0.40, 0.04, 0.09, 0.02, 0.05, 0.03, 0.04],
    [_NAME_OTHERS] * 3,
    {0: -1.0, 1: -0.5},
    strength=1.0,
)
ADDRESS = _prior(
    _spread((0.25, 0.10, 0.06, 0.59), (0.12, 0.05, 0.23, 0.60)),
    [
        _spread((0.25, 0.40, 0.08, 0.27), (0.12, 0.20, 0.33, 0.35)),
        _spread((0.25, 0.60, 0.07, 0.08), (0.12, 0.40, 0.32, 0.16)),
        _spread((0.25, 0.65, 0.05, 0.05), (0.12, 0.60, 0.20, 0.08)),
    ],
    {5: -4.0, 9: -3.0, 1: -3.0, 6: -0.7, 7: -0.3, 4: -0.7},
)
PHONE = _prior(
    [0.04, 0.12, 0.10, 0.74],
    [[0.35, 0.45, 0.12, 0.08], [0.45, 0.45, 0.06, 0.04], [0.60, 0.30, 0.06, 0.04]],
    {0: -1.0, 1: -0.3},
)
WEB = _prior(
    [0.06, 0.05, 0.10, 0.60, 0.19],
    [[0.90, 0.02, 0.03, 0.03, 0.02], [0.85, 0.03, 0.06, 0.04, 0.02], [0.60, 0.05, 0.20, 0.13, 0.02]],
    {0: -0.7},
    {4: 3.5},
)
EXTRA = _prior([0.20, 0.15, 0.20, 0.20, 0.25], [[0.60, 0.20, 0.10, 0.06, 0.04]] * 3, {0: -0.2})
