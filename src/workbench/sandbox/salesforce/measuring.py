"""What a grouped query tells of each group: the keys it is made by, and figures over its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.salesforce.answers import shown
from workbench.sandbox.salesforce.conditions import Reached, Row, parent_of

AGGREGATES = {"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"}
DATE_PARTS: Mapping[str, Callable[[str], Any]] = {
    "CALENDAR_YEAR": lambda text: int(text[:4]),
    "CALENDAR_MONTH": lambda text: int(text[5:7]),
    "CALENDAR_QUARTER": lambda text: (int(text[5:7]) + 2) // 3,
    "DAY_IN_MONTH": lambda text: int(text[8:10]),
    "DAY_ONLY": lambda text: text[:10],
}


@dataclass(frozen=True)
class Key:
    """What a row is grouped by: a field, or a part of a date."""

    reached: Reached
    part: str | None = None

    def value(self, row: Row) -> Any:
        """The group that the row belongs to; letter case makes no group of its own."""
        found = self.reached.value(row)
        return DATE_PARTS[self.part](found) if self.part and found is not None else found

    def shown(self, row: Row) -> Any:
        """The group as the answer writes it."""
        if self.part:
            return self.value(row)
        current: Row | None = row
        for hop in self.reached.hops:
            current = parent_of(self.reached.source, hop, current)
        return shown(self.reached.field, (current or {}).get(self.reached.field.name))


@dataclass(frozen=True)
class Aggregate:
    """A figure over the rows of a group."""

    name: str
    reached: Reached | None

    def over(self, rows: Sequence[Row]) -> Any:
        """The figure; empty values do not count."""
        if self.reached is None:
            return len(rows)
        found = [value for row in rows if (value := self.reached.value(row)) is not None]
        if self.name in {"COUNT", "COUNT_DISTINCT"}:
            return len(found) if self.name == "COUNT" else len(set(found))
        if not found:
            return None
        if self.name in {"SUM", "AVG"}:
            total = float(sum(found))
            return total if self.name == "SUM" else total / len(found)
        best = min(found) if self.name == "MIN" else max(found)
        row = next(row for row in rows if self.reached.value(row) == best)
        return Key(self.reached).shown(row)


Figure = Key | Aggregate
