"""How one system is reached: what every client is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import UnknownName
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.ports import Clock, Item, Progress
from workbench.systems.pacing import Manners, WallClock


@dataclass(frozen=True)
class Reach:
    """The name that configuration gives a system, its settings, who we are there, and where each kind lives in it.

    `progress` shows how far a long read is, where somebody wants to see it.
    """

    name: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, str] = field(repr=False)
    kinds: Mapping[str, Kind]
    clock: Clock = field(default_factory=WallClock)
    progress: Progress | None = None

    @property
    def manners(self) -> Manners:
        """How fast the system may be called, among its settings."""
        return Manners.of(self.settings)

    def shown(self, kind: str, rows: Iterable[Item], total: int | None = None) -> Iterable[Item]:
        """The rows of a read, shown as they pass; `total` where the system counted them."""
        return self.progress(rows, total=total, label=f"{self.name}: {kind}") if self.progress else rows

    def place(self, kind: str) -> KindInSystem:
        """Where a kind lives here; raises UnknownName with the nearest kind that does."""
        here = {name: known.systems[self.name] for name, known in self.kinds.items() if self.name in known.systems}
        if kind not in here:
            raise UnknownName(f"kind of record in {self.name}", kind, here)
        return here[kind]
