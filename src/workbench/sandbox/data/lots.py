"""Drawing by lot: the same lots for the same seed, drawn quickly, because a large sandbox draws millions."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Lots(Random):
    """Random numbers whose choices cost a third of the library's; fair enough for invented companies."""

    def choice(self, seq: Sequence[Thing]) -> Thing:  # type: ignore[override]  # a sequence is all that is chosen from here
        """One of these."""
        return seq[int(self.random() * len(seq))]

    def between(self, low: int, high: int) -> int:
        """A whole number from low up to, not including, high."""
        return low + int(self.random() * (high - low))
