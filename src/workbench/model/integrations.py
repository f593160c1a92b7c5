"""Configured flows between two systems, as `config/integrations/<name>.yaml` say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.model.mappings import Master, Pairing, Relation, Side

Shape = Literal["reconciling", "importing"]
RunBy = Literal["workbench", "vendor"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The gates' limits (safe-sync gates). Shares are per cent of the admitted records of the side written to."""

    changed_per_cent: int = 20
    changed: int = 2000
    creates_per_cent: int = 5
    creates: int = 200
    soft_deletes_per_cent: int = 2
    soft_deletes: int = 5
    blankings: int = 0
    shrunken_per_cent: int = 90
    canaries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Switches:
    """Which of a system's own settings matter to an integration, by the names that the system gives them.

    `must_be_on`: nothing is pulled while one of them is off (R-DEAL-9). `shares_flag`: while one of them is on, another
    of the vendor's integrations is set off by the same sync flag (R-DEAL-10). `modules`: fields that make sense only
    while that module is on (R-DEAL-7).
    """

    must_be_on: tuple[str, ...] = ()
    shares_flag: tuple[str, ...] = ()
    modules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Integration:
    """One configured flow between two systems, for one or more kinds, parents before children.

    `schedule` says when its round is due (`hourly`, `daily 06:30` …; empty: only by hand), `window` when a round may
    begin (`06:00-20:00`; empty: always), both in `time_zone`, which config/workbench.yaml states for all; `after` says
    whose rounds go before: if one of them failed, this one waits.
    """

    name: str
    title: str
    left: str
    right: str
    pairings: tuple[Pairing, ...]
    shape: Shape = "reconciling"
    run_by: RunBy = "workbench"
    schedule: str = ""
    after: tuple[str, ...] = ()
    limits: Limits = Limits()
    master: Master = "person"
    window: str = ""
    time_zone: str = "UTC"
    switches: Mapping[Side, Switches] = field(default_factory=dict)

    @property
    def pair(self) -> tuple[str, str]:
        """The two systems, left and right."""
        return self.left, self.right

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that take part, parents before children."""
        return tuple(pairing.kind for pairing in self.pairings)

    @property
    def makes(self) -> tuple[str, ...]:
        """The further kinds of which records are made on the right where an import needs them, in the order of need."""
        return tuple(dict.fromkeys(one.kind for pairing in self.pairings for one in pairing.relations if one.make))

    @property
    def lookups(self) -> tuple[tuple[Side, str], ...]:
        """The further kinds that are only looked into, with the side on which they are read."""
        found: set[tuple[Side, str]] = set()
        for pairing in self.pairings:
            for relation in pairing.relations:
                kinds = (relation.kind, relation.group_kind, relation.through.kind if relation.through else "")
                found |= {(relation.side, kind) for kind in kinds if kind}
        return tuple(sorted(found))

    def fields(self, kind: str, side: Side) -> tuple[str, ...]:
        """The native fields of a kind that planning looks at on a side, whether it takes part or is looked into."""
        found = {name for pairing in self.pairings if pairing.kind == kind for name in pairing.fields(side)}
        for pairing in self.pairings:
            for relation in (relation for relation in pairing.relations if relation.side == side):
                found |= _looked_into(pairing, relation, kind)
        return tuple(sorted(found - {"", "id"}))

    def system(self, side: Side) -> str:
        """The system on that side."""
        return self.left if side == "left" else self.right

    def side(self, system: str) -> Side:
        """The side on which a system stands."""
        return "left" if system == self.left else "right"

    def pairing(self, kind: str) -> Pairing:
        """How a kind takes part; one that is only made for others has no mapping of its own."""
        return next((pairing for pairing in self.pairings if pairing.kind == kind), Pairing(kind, ()))


def _looked_into(pairing: Pairing, relation: Relation, kind: str) -> set[str]:
    """The fields of a kind that a relation needs."""
    found: set[str] = set()
    if relation.kind == kind:
        prefix = f"{relation.name}."
        found |= {relation.field, relation.group, *relation.where.fields, *relation.match}
        taken = {row.left for row in pairing.mapping} | {name for one in pairing.relations for name in one.sources}
        found |= {name.removeprefix(prefix) for name in taken if name.startswith(prefix)}
    if relation.group_kind == kind:
        found |= set(relation.group_where.fields)
    if relation.through is not None and relation.through.kind == kind:
        found |= {relation.through.left, relation.through.right, *relation.through.where.fields}
    return found
