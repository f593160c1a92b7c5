"""Records that come together: link lines for ruled pairs, create lines for records without a counterpart."""

from __future__ import annotations

from workbench.core.canonical import canonical
from workbench.core.merging import allows, translated
from workbench.core.planning.lines import After, changing, creating, held, reason_of
from workbench.core.planning.pairs import Pair, agreed_towards, hold_fields, merged, risks, settled, update, written
from workbench.core.planning.scene import Counterpart, Draft, Records, Scene
from workbench.model.lines import Agreed, Promise
from workbench.model.links import Entry
from workbench.model.mappings import Side, other


def plan_link(scene: Scene, entry: Entry, draft: Draft) -> None:
    """One `link` line on the right, and an `update` on the left that waits for it when the left needs values."""
    left, right = entry.left, entry.right
    if left is None or right is None:
        return
    pair = (left.id, right.id)
    if not _may_link(scene, pair, draft):
        return
    results = merged(scene, pair, scene.pairing.mapping, {}, entry.master)
    hold_fields(scene, pair, results, draft)
    towards = [(mapping, result) for mapping, result in results if result.to == "right"]
    reason = "; ".join(filter(None, [entry.reason, reason_of(scene, towards)]))
    parent = _parent(scene, scene.left, left.id, draft)
    link = changing(
        scene,
        "link",
        scene.right,
        (right.id, left.id),
        written(scene, "right", pair, results, stamp=True),
        agreed={**settled(results), **agreed_towards("right", results)},
        reason=reason,
        depends_on=parent.needs if parent else (),
        risk=risks(towards),
    )
    draft.lines.append(link)
    answer = update(scene, "left", pair, results, stamp=True, depends_on=(link.id,))
    if answer is not None:
        draft.lines.append(answer)
    draft.counterparts[left] = Counterpart(right.id, (link.id,))
    draft.counterparts[right] = Counterpart(left.id, (link.id,))


def plan_create(scene: Scene, entry: Entry, draft: Draft) -> None:
    """A `create` line on the side without a record; the source then takes the promised id where a field is for it."""
    source, side = _source(scene, entry)
    record_id, target = source[1], other(side)
    records = source[0]
    if not scene.taking_part(side, record_id, draft):
        return
    if target not in scene.pairing.create:
        reason = f"it has no counterpart in {scene.system(target)}"
        draft.held.append(held(records.ref(record_id), "not created here", reason))
        return
    parent = _parent(scene, records, record_id, draft)
    mapped, agreed = _mapped(scene, records, record_id, draft)
    after = {**_given(scene, target, record_id, parent), **mapped}
    missing = sorted(scene.required.get(target, frozenset()) - after.keys())
    if missing:
        reason = f"{scene.system(target)} creates none without {', '.join(missing)}"
        draft.held.append(held(records.ref(record_id), "required", reason))
        return
    line = creating(scene, records, record_id, after, agreed=agreed, parent=parent, reason=entry.reason)
    there = _there_already(scene, target, record_id, line.marker)
    if there:
        draft.held.append(held(records.ref(record_id), "there already", there))
        return
    draft.lines.append(line)
    reference = scene.pairing.reference.get(side)
    if reference:
        promise = {reference: Promise(line.id)}
        reason = "the other side's id is kept here"
        draft.lines.append(
            changing(scene, "update", records, (record_id, ""), promise, reason=reason, depends_on=(line.id,))
        )
    draft.counterparts[records.ref(record_id)] = Counterpart(Promise(line.id), (line.id,))


def _there_already(scene: Scene, target: Side, source_id: str, marker: str) -> str:
    """Why creating would make a duplicate: a record there names this one already, or bears its marker."""
    records, here = scene.side(target), scene.kind.systems[scene.system(target)]
    for name, value in ((scene.pairing.reference.get(target, ""), source_id), (here.marker, marker)):
        holder = records.holding(name, value) if name else ""
        if holder:
            return f"{records.ref(holder)} was made for it or names it in {name}"
    return ""


def _may_link(scene: Scene, pair: Pair, draft: Draft) -> bool:
    """Whether a ruled pair can be linked now; what stands in the way is listed."""
    sides = ((scene.left, pair[0], pair[1]), (scene.right, pair[1], pair[0]))
    for records, own, _ in sides:
        if own not in records.row:
            draft.held.append(held(records.ref(own), "not read", "it is ruled to be linked but was not read"))
            return False
    if scene.follows_parent and not all(records.parent(own) in draft.counterparts for records, own, _ in sides):
        return False
    if not any(own in records.admitted for records, own, _ in sides):
        return False
    for records, own, counterpart in sides:
        name = scene.pairing.reference.get(records.side)
        present = records.value(own, name) if name else None
        if present and canonical("text", present) != counterpart:
            reason = f"its field {name} names another record already: {present}"
            draft.held.append(held(records.ref(own), "contradicted", reason, field=name or ""))
            return False
    return True


def _source(scene: Scene, entry: Entry) -> tuple[tuple[Records, str], Side]:
    if entry.left is not None:
        return (scene.left, entry.left.id), "left"
    return (scene.right, entry.right.id if entry.right else ""), "right"


def _parent(scene: Scene, records: Records, record_id: str, draft: Draft) -> Counterpart | None:
    parent = records.parent(record_id) if scene.follows_parent else None
    return draft.counterparts.get(parent) if parent is not None else None


def _given(scene: Scene, target: Side, source_id: str, parent: Counterpart | None) -> After:
    """What a created record gets besides its mapped fields: defaults, stamps, the source's id, its parent."""
    here = scene.kind.systems[scene.system(target)]
    reference = scene.pairing.reference.get(target)
    return {
        **here.defaults,
        **scene.pairing.stamp.get(target, {}),
        **({reference: source_id} if reference else {}),
        **({here.parent: parent.id} if parent is not None and here.parent else {}),
    }


def _mapped(scene: Scene, records: Records, record_id: str, draft: Draft) -> tuple[After, dict[str, Agreed]]:
    target = other(records.side)
    after, agreed = {}, {}
    for mapping in scene.pairing.mapping:
        value = records.value(record_id, getattr(mapping, records.side))
        if not allows(mapping.on_create, target) or canonical(mapping.canonicaliser, value) is None:
            continue
        known, translation = translated(mapping, value, target)
        if not known:
            reason = f"{mapping.key} holds a value that the value map does not know"
            draft.held.append(held(records.ref(record_id), "unmapped", reason, field=mapping.key, left=value))
            continue
        after[getattr(mapping, target)] = translation
        pair = (value, translation) if target == "right" else (translation, value)
        if mapping.on_update != "none":
            agreed[mapping.key] = Agreed(*pair)
    return after, agreed
