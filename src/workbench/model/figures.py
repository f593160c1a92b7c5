"""A number that leadership reads, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One of leadership's numbers (R-USE-5): its value as shown, its unit, and whether it is measured or assumed.

    `trend` says in words how it moved since the last report ("first report" when there is none), `note` what it
    counts.
    """

    name: str
    shown: str
    unit: str
    basis: Literal["measured", "assumed"]
    trend: str = ""
    note: str = ""
