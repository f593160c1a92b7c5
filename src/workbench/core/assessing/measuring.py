"""What last snapshots, links and journals tell about data quality: the figures behind the measured indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from statistics import median

from workbench.core.admitting import admitted
from workbench.core.columns import by_id
from workbench.core.merging import comparable
from workbench.model.kinds import Kind
from workbench.model.lines import Held
from workbench.model.links import Link
from workbench.model.mappings import FieldMapping, Pairing, Side
from workbench.model.records import Snapshots, Where
from workbench.model.values import Value

SIDES: tuple[Side, Side] = ("left", "right")
SURE = 0.9
"""From this probability on, two records of one system count as duplicates."""


@dataclass(frozen=True)
class Paired:
    """One kind of one integration as last read: how it takes part, the records of both sides, the verified links.

    `held` are the exceptions of the integration's latest plan.
    """

    pairing: Pairing
    systems: Mapping[Side, str]
    read: Snapshots
    links: Sequence[Link]
    held: Sequence[Held] = ()

    @cached_property
    def scope(self) -> Mapping[Side, frozenset[str]]:
        """The records that take part: admitted now."""
        sides = {side: self.pairing.admit.get(side, Where()) for side in SIDES}
        return {side: admitted(self.read[self.systems[side]], where) for side, where in sides.items()}

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The linked records, both still there."""
        left, right = (self.read[self.systems[side]] for side in SIDES)
        return tuple((x.left.id, x.right.id) for x in self.links if x.left.id in left and x.right.id in right)

    def column(self, mapping: FieldMapping, side: Side) -> Mapping[str, Value]:
        """What every record of a side holds in a mapped field."""
        return by_id(self.read[self.systems[side]].frame, getattr(mapping, side))


@dataclass(frozen=True, slots=True)
class Travelled:
    """A change that reached the other side: when it was made there, and when it was read back here."""

    changed_at: datetime
    verified_at: datetime


def match_rate(paired: Iterable[Paired]) -> int | None:
    """Per cent of the records in scope that have a verified link; None when none is in scope, or no run linked any.

    Before the first run nothing could be linked: no per cent then says how well records match.
    """
    paired = list(paired)
    if not any(each.links for each in paired):
        return None
    linked = scope = 0
    for each in paired:
        for side, members in each.scope.items():
            bound = {getattr(link, side).id for link in each.links}
            linked, scope = linked + len(members & bound), scope + len(members)
    return _share(linked, scope)


def completeness(paired: Iterable[Paired]) -> int | None:
    """Per cent of the mapped fields of linked records, on both sides, that are filled; None without a linked pair."""
    filled = fields = 0
    for each in paired:
        for mapping in each.pairing.mapping:
            for position, side in enumerate(SIDES):
                held = each.column(mapping, side)
                cells = [comparable(mapping, side, held.get(pair[position])) for pair in each.pairs]
                filled, fields = filled + sum(cell is not None for cell in cells), fields + len(cells)
    return _share(filled, fields)


def conflicts(paired: Iterable[Paired]) -> int | None:
    """How many linked pairs have a mapped field that means something else on each side; None without a linked pair."""
    found, pairs = 0, 0
    for each in paired:
        differing: set[tuple[str, str]] = set()
        for mapping in each.pairing.mapping:
            left, right = (each.column(mapping, side) for side in SIDES)
            differing |= {
                (one, two)
                for one, two in each.pairs
                if comparable(mapping, "left", left.get(one)) != comparable(mapping, "right", right.get(two))
            }
        found, pairs = found + len(differing), pairs + len(each.pairs)
    return found if pairs else None


def coverage(paired: Iterable[Paired]) -> int | None:
    """Per cent of the records of the suggested type that are admitted too, where a side has both conditions."""
    covered = suggested = 0
    for each in paired:
        for side in SIDES:
            if side in each.pairing.suggest and side in each.pairing.admit:
                offered = admitted(each.read[each.systems[side]], each.pairing.suggest[side])
                covered, suggested = covered + len(offered & each.scope[side]), suggested + len(offered)
    return _share(covered, suggested)


def readiness(paired: Iterable[Paired]) -> int | None:
    """Per cent of the flagged records that an import would accept: not held by its latest plan."""
    ready = flagged = 0
    for each in paired:
        members, here = each.scope["left"], (each.systems["left"], each.pairing.kind)
        refused = {item.subject.id for item in each.held if (item.subject.system, item.subject.kind) == here}
        ready, flagged = ready + len(members - refused), flagged + len(members)
    return _share(ready, flagged)


def duplicated(kind: Kind, read: Snapshots) -> int | None:
    """How many records look the same as another one of their own system; None when nothing was read."""
    from workbench.core.matching import Options, duplicates, evidence  # the engine takes a while to import

    found = 0
    for system, snapshot in read.items():
        pairs = duplicates(evidence(snapshot, kind.systems[system]), options=Options(review_at=SURE))
        found += len({*pairs["left_id"], *pairs["right_id"]})
    return found if len(read) else None


def minutes_to_propagate(travelled: Sequence[Travelled]) -> int | None:
    """The median of whole minutes from a change to its read-back on the other side; None when none travelled."""
    minutes = [(one.verified_at - one.changed_at).total_seconds() / 60 for one in travelled]
    return round(median(minutes)) if minutes else None


def _share(part: int, whole: int) -> int | None:
    """Whole per cent, rounded down: 99.6 per cent are not all."""
    return 100 * part // whole if whole else None
