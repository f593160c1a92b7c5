"""What a merge of two records means for both: lines, settled fields, fields held for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workbench.core.merging import Merged, choose, merge
from workbench.core.planning.lines import After, changing, differing, held, reason_of
from workbench.core.planning.scene import Draft, Scene
from workbench.model.lines import Agreed, Base, Line
from workbench.model.mappings import FieldMapping, Master, Side
from workbench.model.values import Value

Pair = tuple[str, str]
"""A left id and a right id."""
Results = Sequence[tuple[FieldMapping, Merged]]
SIDES: tuple[Side, Side] = ("left", "right")


def merged(
    scene: Scene, pair: Pair, mappings: Iterable[FieldMapping], base: Mapping[str, Agreed], master: str = ""
) -> Results:
    """What becomes of each mapped field of a pair."""
    left_id, right_id = pair
    results = []
    for mapping in mappings:
        left, right = scene.left.value(left_id, mapping.left), scene.right.value(right_id, mapping.right)
        chosen = scene.choices.get((str(scene.left.ref(left_id)), mapping.key)) if scene.choices else None
        if chosen is not None:
            results.append((mapping, choose(mapping, left, right, chosen)))
        else:
            first = first_master(scene, mapping, master)
            results.append((mapping, merge(mapping, left, right, base.get(mapping.key), first)))
    return results


def first_master(scene: Scene, mapping: FieldMapping, ruled: str = "") -> Master:
    """Who wins a first merge: the ruling's master, else the field's, else the integration's (R-MATCH-5)."""
    for word in (ruled, mapping.master, scene.integration.master):
        if word in scene.sides:
            return scene.sides[word]
    return "person"


def plan_merged(scene: Scene, pair: Pair, results: Results, draft: Draft) -> None:
    """Draft what a linked pair needs."""
    hold_fields(scene, pair, results, draft)
    agreed = settled(results)
    if agreed:
        left, right = scene.left.ref(pair[0]), scene.right.ref(pair[1])
        draft.settled.append(Base(scene.integration.name, scene.kind.name, left, right, agreed))
    for side in SIDES:
        line = update(scene, side, pair, results)
        if line is not None:
            draft.lines.append(line)


def update(
    scene: Scene, side: Side, pair: Pair, results: Results, *, stamp: bool = False, depends_on: tuple[str, ...] = ()
) -> Line | None:
    """The line that brings one side of a pair into step, or None when nothing is to be written there."""
    towards = [(mapping, result) for mapping, result in results if result.to == side]
    after = written(scene, side, pair, results, stamp=stamp)
    if not after:
        return None
    return changing(
        scene,
        "update",
        scene.side(side),
        own_first(pair, side),
        after,
        agreed=agreed_towards(side, results),
        reason=reason_of(scene, towards) or "the other side's id is kept here",
        depends_on=depends_on,
        risk=risks(towards),
    )


def written(scene: Scene, side: Side, pair: Pair, results: Results, *, stamp: bool) -> After:
    """What is written on one side: merged fields, the reference where it is missing, and stamps when it is linked."""
    own, counterpart = own_first(pair, side)
    records = scene.side(side)
    fields = {getattr(mapping, side): result.value for mapping, result in results if result.to == side}
    reference = scene.pairing.reference.get(side)
    extra: dict[str, Value] = {}
    if stamp:
        mapped = {getattr(mapping, side) for mapping in scene.pairing.mapping}
        stamps = scene.pairing.stamp.get(side, {})
        extra = {name: value for name, value in stamps.items() if name not in mapped or not records.value(own, name)}
    if reference and not records.value(own, reference):
        extra[reference] = counterpart
    return {**differing(records, own, extra), **fields}


def hold_fields(scene: Scene, pair: Pair, results: Results, draft: Draft) -> None:
    """List the fields that only a person can decide."""
    for mapping, result in results:
        if result.outcome == "held":
            left = scene.left.value(pair[0], mapping.left)
            right = scene.right.value(pair[1], mapping.right)
            reason = _HELD[result.reason].format(field=mapping.key)
            draft.held.append(
                held(scene.left.ref(pair[0]), result.reason, reason, field=mapping.key, left=left, right=right)
            )


def settled(results: Results) -> dict[str, Agreed]:
    """The fields that are equal on both sides already."""
    return {m.key: result.agreed for m, result in results if result.outcome == "settled" and result.agreed}


def agreed_towards(side: Side, results: Results) -> dict[str, Agreed]:
    """The fields that both sides hold alike once a side is written."""
    return {mapping.key: result.agreed for mapping, result in results if result.to == side and result.agreed}


def own_first(pair: Pair, side: Side) -> Pair:
    """The id on that side, then its counterpart's."""
    return pair if side == "left" else (pair[1], pair[0])


def risks(towards: Results) -> list[str]:
    """What an approver looks at twice."""
    found = {"conflict" for _, result in towards if result.reason in ("conflict", "chosen")}
    return sorted(found | {"status" for mapping, _ in towards if mapping.values})


_HELD = {
    "conflict": "{field} differs, and neither side is its master",
    "blanking": "{field} was emptied on one side",
    "unmapped": "{field} holds a value that the value map does not know",
}
