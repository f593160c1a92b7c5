"""Two-way reconciliation of one kind: what links, creates and changes bring both sides into step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from workbench.core.planning.departing import left_scope, plan_gone, reappeared
from workbench.core.planning.joining import plan_create, plan_link
from workbench.core.planning.lines import held
from workbench.core.planning.pairs import Pair, merged, own_first, plan_merged
from workbench.core.planning.scene import Counterpart, Draft, Scene
from workbench.model.lines import Agreed
from workbench.model.links import Entry
from workbench.model.mappings import FieldMapping

_NO_FIELDS: Mapping[str, Agreed] = {}


def reconcile(scene: Scene, draft: Draft) -> None:
    """Add to the draft what one kind needs; one bad record holds only itself and its children."""
    linked: dict[Pair, str] = {}
    for entry in scene.crosswalk.entries:
        if entry.state == "linked":
            linked |= dict.fromkeys(_syncing(scene, entry, draft), entry.master)
        elif entry.state == "to link":
            plan_link(scene, entry, draft)
        elif entry.state == "to create":
            plan_create(scene, entry, draft)
        elif entry.state == "gone" and entry.left and entry.right:  # alone, it is a ruling that waits for its record
            plan_gone(scene, _pair(entry), draft)
        elif entry.state in ("undecided", "later", "contradicted"):
            _hold(scene, entry, draft)
    _plan_linked(scene, linked, draft)


def _pair(entry: Entry) -> Pair:
    return (entry.left.id if entry.left else "", entry.right.id if entry.right else "")


def _syncing(scene: Scene, entry: Entry, draft: Draft) -> list[Pair]:
    """The linked pair, when both sides still take part; if not, it is listed and its link kept."""
    left, right = entry.left, entry.right
    if left is None or right is None:
        return []
    pair = (left.id, right.id)
    if scene.follows_parent:
        parents = (scene.left.parent(left.id), scene.right.parent(right.id))
        if not all(parent in draft.counterparts for parent in parents):
            return []
    if left_scope(scene, pair, draft) or reappeared(scene, pair, draft):
        return []
    if scene.has_children:
        draft.counterparts[left], draft.counterparts[right] = Counterpart(right.id), Counterpart(left.id)
    return [pair]


def _plan_linked(scene: Scene, masters: Mapping[Pair, str], draft: Draft) -> None:
    """Merge linked pairs; a field that holds what both sides were last read back as is passed over at once.

    The master that was ruled for a pair holds for fields that have no base yet.
    """
    pairs = list(masters)
    left_rows = [scene.left.row[left_id] for left_id, _ in pairs]
    right_rows = [scene.right.row[right_id] for _, right_id in pairs]
    bases = [scene.bases.get(pair, _NO_FIELDS) for pair in pairs]
    touched: dict[int, list[FieldMapping]] = defaultdict(list)
    for mapping in scene.pairing.mapping:
        key, lefts, rights = mapping.key, scene.left.column(mapping.left), scene.right.column(mapping.right)
        for index, (base, left_row, right_row) in enumerate(zip(bases, left_rows, right_rows, strict=True)):
            agreed = base.get(key)
            if agreed is None or agreed.left != lefts[left_row] or agreed.right != rights[right_row]:
                touched[index].append(mapping)
    for index in _without_reference(scene, pairs):
        touched.setdefault(index, [])
    for index in sorted(touched):
        pair = pairs[index]
        plan_merged(scene, pair, merged(scene, pair, touched[index], bases[index], masters[pair]), draft)


def _without_reference(scene: Scene, pairs: Sequence[Pair]) -> list[int]:
    """The linked pairs of which a side has lost the other's id."""
    found: list[int] = []
    for side, name in scene.pairing.reference.items():
        records = scene.side(side)
        if name in records.snapshot.frame.columns:
            column = records.column(name)
            found += [at for at, pair in enumerate(pairs) if not column[records.row[own_first(pair, side)[0]]]]
    return found


def _hold(scene: Scene, entry: Entry, draft: Draft) -> None:
    """List a record that waits for a person, when it takes part and so does its parent."""
    present = [ref for ref in (entry.left, entry.right) if ref is not None]
    for ref in present:
        side = scene.integration.side(ref.system)
        if not scene.taking_part(side, ref.id, draft):
            continue
        draft.held.append(held(ref, _CODES[scene.kind.match_by].get(entry.state, entry.state), entry.reason))
        return


_CODES: Mapping[str, Mapping[str, str]] = {
    "evidence": {"undecided": "no ruling"},
    "email": {"undecided": "no e-mail", "contradicted": "same e-mail"},
}
