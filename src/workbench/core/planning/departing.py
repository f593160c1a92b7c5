"""Records that leave: cleared flags, deletions, reappearances. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from workbench.core.admitting import failing
from workbench.core.canonical import same
from workbench.core.merging import comparable
from workbench.core.planning.lines import changing, held
from workbench.core.planning.pairs import SIDES, Pair, own_first
from workbench.core.planning.scene import Draft, Records, Scene
from workbench.model.mappings import Side, other
from workbench.model.records import Where
from workbench.model.values import Value


def left_scope(scene: Scene, pair: Pair, draft: Draft) -> bool:
    """Whether a linked record takes part no more; it stops syncing, keeps its link and is listed (R-PSYNC-1)."""
    if pair[0] in scene.left.admitted and pair[1] in scene.right.admitted:
        return False
    for side in SIDES:
        records, own = scene.side(side), own_first(pair, side)[0]
        if own not in records.admitted:
            where = scene.pairing.admit.get(side, Where())
            fields = {name: records.value(own, name) for name in where.fields}
            reason = "; ".join(failing(fields, where)) or "it is not among the admitted records"
            draft.held.append(held(records.ref(own), "left scope", reason))
            return True
    return False


def reappeared(scene: Scene, pair: Pair, draft: Draft) -> bool:
    """Whether a record still bears the mark of a deletion although its counterpart lives: a person decides."""
    for side in scene.pairing.deleted:
        records, own = scene.side(side), own_first(pair, side)[0]
        mark = deletion_mark(scene, side, own)
        if mark and all(same("text", records.value(own, name), value) for name, value in mark.items()):
            counterpart = scene.side(other(side)).ref(own_first(pair, side)[1])
            draft.held.append(held(records.ref(own), "reappeared", f"{counterpart} lives again"))
            return True
    return False


def plan_gone(scene: Scene, pair: Pair, draft: Draft) -> None:
    """A linked record was deleted, or was not read any more: its counterpart gets a status, or a person decides."""
    deleted = [side for side in SIDES if scene.side(side).deleted(own_first(pair, side)[0])]
    if len(deleted) == len(SIDES):
        return
    if not deleted:
        missing = next(side for side in SIDES if own_first(pair, side)[0] not in scene.side(side).row)
        ref = scene.side(missing).ref(own_first(pair, missing)[0])
        draft.held.append(held(ref, "left scope", "it was not read any more: it left the filter, or cannot be seen"))
        return
    side = other(deleted[0])
    own, counterpart = own_first(pair, side)
    if own in scene.side(side).admitted:
        _mark_deleted(scene, scene.side(side), own, counterpart, draft)


def deletion_mark(scene: Scene, side: Side, record_id: str) -> Mapping[str, Value]:
    """The fields that say on a side that the counterpart was deleted; `{Field}` is filled in (R-PSYNC-5)."""
    return scene.pairing.deletion_mark(side, partial(scene.side(side).value, record_id))


def _mark_deleted(scene: Scene, records: Records, own: str, counterpart: str, draft: Draft) -> None:
    system = scene.system(other(records.side))
    mark = deletion_mark(scene, records.side, own)
    if not mark:
        draft.held.append(held(records.ref(own), "deleted", f"its counterpart in {system} was deleted"))
        return
    if _edited(scene, records, own, counterpart):
        reason = f"deleted in {system}, but changed here since both sides last agreed"
        draft.held.append(held(records.ref(own), "delete versus edit", reason))
        return
    after = {name: value for name, value in mark.items() if not same("text", records.value(own, name), value)}
    if after:
        line = changing(
            scene, "update", records, (own, counterpart), after, reason=f"deleted in {system}", risk=["soft delete"]
        )
        draft.lines.append(line)


def _edited(scene: Scene, records: Records, own: str, counterpart: str) -> bool:
    pair = (own, counterpart) if records.side == "left" else (counterpart, own)
    base = scene.bases.get(pair, {})
    for mapping in scene.pairing.mapping:
        agreed = base.get(mapping.key)
        if agreed is None:
            continue
        now = records.value(own, getattr(mapping, records.side))
        if comparable(mapping, records.side, now) != comparable(mapping, records.side, getattr(agreed, records.side)):
            return True
    return False
