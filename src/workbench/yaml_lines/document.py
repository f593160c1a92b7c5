"""A configuration file as it was read: plain data, and the line of every value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import Problem

Path = tuple[str | int, ...]
"""Where a value stands in a document: keys and positions from the top, `("systems", "SFDC", "stores", 0)`."""


@dataclass(frozen=True)
class Document:
    """One configuration file: plain `data`, the line of every value, and the mistakes of its syntax."""

    file: str
    data: Any
    lines: Mapping[Path, int] = field(repr=False)
    problems: tuple[Problem, ...] = ()

    def line(self, path: Path) -> int:
        """The line (from 1) where the value at `path` begins; of the nearest place above it that exists, else 0."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 0)

    def problem(self, path: Path, message: str, remedy: str = "") -> Problem:
        """A mistake at this place of this file."""
        return Problem(self.file, self.line(path), message, remedy)
