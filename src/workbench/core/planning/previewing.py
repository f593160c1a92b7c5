"""What linking two records would do to each pair of their fields, before anybody rules."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.core.merging import Merged
from workbench.core.planning.lines import reason_of
from workbench.core.planning.pairs import SIDES, Pair, Results, merged, written
from workbench.core.planning.scene import Records, Scene
from workbench.errors import UsageError
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.links import Crosswalk
from workbench.model.mappings import FieldMapping, Side
from workbench.model.records import Ref, Snapshots
from workbench.model.rows import Rows

_STAYS = {"nothing": "not merged by this mapping", "settled": "equal on both sides"}
_HELD = {
    "conflict": "both filled and no master: a person picks a side",
    "blanking": "it would be emptied: a person decides",
    "unmapped": "the value map does not know this value",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """One pair of fields: what each side holds, and what linking would write.

    `writes` names the system that would change and `value` what it would hold; both are empty where nothing would be
    written. `held` says why a person decides first; `because` who wins and why, or why both stay as they are.
    """

    left_field: str
    left: str
    right_field: str
    right: str
    writes: str
    value: str
    held: str
    because: str


def preview(
    integration: Integration, kind: Kind, snapshots: Snapshots, record: Ref, target: Ref, *, master: str = ""
) -> Rows[Preview]:
    """Each pair of mapped fields of two records, as a first merge under `master` would leave them; then the stamps.

    `master` is a system, left or right; without it the field's own master decides, then the integration's
    (R-MATCH-5). Raises UsageError for a record that the integration does not read, or a master that it does not know.
    """
    records = {ref.system: ref for ref in (record, target)}
    words = {*integration.pair, "left", "right", ""}
    if set(records) != set(integration.pair):
        raise UsageError(
            f"{integration.name} links a record of {integration.left} with one of {integration.right}; name one of each"
        )
    if master not in words:
        raise UsageError(f"{master!r} is no side of {integration.name}: say {integration.left} or {integration.right}")
    pair = (records[integration.left].id, records[integration.right].id)
    scene = _scene(integration, kind, snapshots)
    for side, own in zip((scene.left, scene.right), pair, strict=True):
        if own not in side.row:
            raise UsageError(f"{side.ref(own)} was not read; check the id, or take a snapshot again")
    results = merged(scene, pair, scene.pairing.mapping, {}, master)
    return Rows([*(_field(scene, pair, *both) for both in results), *_stamps(scene, pair, results)])


def _scene(integration: Integration, kind: Kind, snapshots: Snapshots) -> Scene:
    left, right = (Records(side, kind, snapshots[integration.system(side)], frozenset()) for side in SIDES)
    nobody = Crosswalk(kind.name, integration.left, integration.right, Rows([]))
    return Scene(integration, integration.pairing(kind.name), kind, left, right, nobody, {})


def _field(scene: Scene, pair: Pair, mapping: FieldMapping, result: Merged) -> Preview:
    left, right = (_shown(scene.side(side).value(own, getattr(mapping, side))) for side, own in _own(pair))
    writes, held = scene.system(result.to) if result.to else "", ""
    because = reason_of(scene, [(mapping, result)]).split(": ")[0] or _STAYS.get(result.outcome, "")
    if result.outcome == "held":
        held = _HELD[result.reason]
    return Preview(mapping.left, left, mapping.right, right, writes, _shown(result.value), held, because)


def _own(pair: Pair) -> tuple[tuple[Side, str], tuple[Side, str]]:
    return ("left", pair[0]), ("right", pair[1])


def _stamps(scene: Scene, pair: Pair, results: Results) -> list[Preview]:
    """What a link writes besides merged fields: flags, types, and the other side's id."""
    found = []
    for side, own in _own(pair):
        fields = {getattr(mapping, side) for mapping, result in results if result.to == side}
        for name, value in written(scene, side, pair, results, stamp=True).items():
            if name not in fields:
                now = _shown(scene.side(side).value(own, name))
                places = (name, now, "", "") if side == "left" else ("", "", name, now)
                found.append(Preview(*places, scene.system(side), _shown(value), "", "every linked record gets it"))
    return found


def _shown(value: object) -> str:
    return "" if value is None else str(value)
