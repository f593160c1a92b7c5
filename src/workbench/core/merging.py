"""The one merge: what becomes of a pair of fields, given what both sides hold and what they held when they agreed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from workbench.core.canonical import canonical
from workbench.model.lines import Agreed
from workbench.model.mappings import Direction, FieldMapping, Master, Side, other
from workbench.model.values import Value

Outcome = Literal["nothing", "settled", "write", "held"]
"""nothing: leave both alone · settled: equal on both sides, a base without a write · write · held: for a person."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of one pair of fields: `value` is written on side `to`, and `agreed` is what both hold then."""

    outcome: Outcome
    reason: str = ""
    to: Side | None = None
    value: Value = None
    agreed: Agreed | None = None


NOTHING = Merged("nothing")


def merge(mapping: FieldMapping, left: Value, right: Value, base: Agreed | None, first: Master = "person") -> Merged:
    """Decide one pair of fields by three-way merge with a base a side.

    `first` is the master of a first merge, when there is no base yet: the filled side wins, else this side
    (R-MATCH-5). Afterwards the side that changed wins; when both changed, the field's own master, else a person
    (R-SYNC-5). Reasons: filled, master, changed · conflict, blanking, unmapped.
    """
    if mapping.on_update == "none":
        return NOTHING
    if _equal(mapping, left, right):
        agreed = Agreed(left, right)
        return NOTHING if agreed == base else Merged("settled", agreed=agreed)
    if base is None:
        return _first(mapping, left, right, first)
    left_changed = comparable(mapping, "left", base.left) != comparable(mapping, "left", left)
    right_changed = comparable(mapping, "right", base.right) != comparable(mapping, "right", right)
    if left_changed and right_changed:
        return _decided(mapping, left, right, _later_master(mapping), "conflict")
    if left_changed or right_changed:
        return _travel(mapping, "left" if left_changed else "right", left, right, "changed")
    return NOTHING


def choose(mapping: FieldMapping, left: Value, right: Value, winner: Side) -> Merged:
    """What becomes of a pair of fields when a person picked the side that wins, even if it is blank there."""
    if _equal(mapping, left, right):
        return Merged("settled", agreed=Agreed(left, right))
    return _travel(replace(mapping, blanking=True), winner, left, right, "chosen")


def comparable(mapping: FieldMapping, side: Side, value: Value) -> str | None:
    """What a value of a side is compared by: the right side's words, canonical; None when blank.

    A left value without a counterpart in the value map equals nothing on the right.
    """
    if side == "left" and mapping.values:
        known, said = translated(mapping, value, "right")
        if not known:
            return f"\0{canonical(mapping.canonicaliser, value)}"
        value = said
    return canonical(mapping.canonicaliser, value)


def translated(mapping: FieldMapping, value: Value, to: Side) -> tuple[bool, Value]:
    """Whether the value map knows a value, and how the other side writes it; without a map the value as it is."""
    key = canonical("picklist", value)
    if not mapping.values or key is None:
        return True, value
    for left, right in mapping.values.items():
        here, there = (left, right) if to == "right" else (right, left)
        if canonical("picklist", here) == key:
            return True, there
    return False, value


def allows(direction: Direction, to: Side) -> bool:
    """Whether something may travel to that side."""
    return direction in ("both", f"to {to}")


def _equal(mapping: FieldMapping, left: Value, right: Value) -> bool:
    if left == right and type(left) is type(right) and not mapping.values:
        return True  # spares most fields of a first merge the work of comparing
    return comparable(mapping, "left", left) == comparable(mapping, "right", right)


def _first(mapping: FieldMapping, left: Value, right: Value, first: Master) -> Merged:
    if comparable(mapping, "left", left) is None:
        return _travel(mapping, "right", left, right, "filled")
    if comparable(mapping, "right", right) is None:
        return _travel(mapping, "left", left, right, "filled")
    return _decided(mapping, left, right, first, "master")


def _later_master(mapping: FieldMapping) -> Master:
    """A field that travels one way belongs to the side that it comes from, unless the mapping says otherwise."""
    if mapping.master != "person" or mapping.on_update == "both":
        return mapping.master
    return "left" if mapping.on_update == "to right" else "right"


def _decided(mapping: FieldMapping, left: Value, right: Value, master: Master, reason: str) -> Merged:
    if master == "person":
        return Merged("held", "conflict")
    return _travel(mapping, master, left, right, reason)


def _travel(mapping: FieldMapping, winner: Side, left: Value, right: Value, reason: str) -> Merged:
    to = other(winner)
    if not allows(mapping.on_update, to):
        return NOTHING
    here = left if winner == "left" else right
    known, value = translated(mapping, here, to)
    if not known:
        return Merged("held", "unmapped")
    if canonical(mapping.canonicaliser, value) is None:
        if not mapping.blanking:
            return Merged("held", "blanking")
        value = None
    return Merged("write", reason, to, value, Agreed(value, right) if to == "left" else Agreed(left, value))
