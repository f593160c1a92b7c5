"""One-way import of one kind: every record with the records that it needs, or all the reasons why it cannot come.

After that an import is drafted like any other kind: what is not there yet is created, what is linked is kept in step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from workbench.core.admitting import admitted, failing
from workbench.core.canonical import canonical
from workbench.core.columns import by_id
from workbench.core.planning.lines import held
from workbench.core.planning.providing import Provider
from workbench.core.planning.scene import Draft, Records, Scene
from workbench.model.kinds import Kind
from workbench.model.lines import Held, Promise
from workbench.model.links import Crosswalk, Entry
from workbench.model.mappings import FieldMapping, Pairing, Relation, Side
from workbench.model.records import SEPARATOR, Snapshot, Where
from workbench.model.rows import Rows
from workbench.model.values import Value

_FRESH = ("undecided", "to create")
"""States of a record that nothing is known of but that it has no counterpart yet."""
Look = Callable[[Side, str], Snapshot]
"""The snapshot of a kind on a side."""


def imported(scene: Scene, look: Look, draft: Draft) -> Scene:
    """The scene of an import: left records bear the fields of their relations; those that lack one are listed.

    Nobody rules on imports: an admitted record without a counterpart is created. All that speaks against a record is
    listed at once (R-DEAL-8); records that only the right side has are none of an import's business.
    """
    relations = [
        _related_or_made(relation, look, scene.integration.name, scene.makes) for relation in scene.pairing.relations
    ]
    wanted = [row.left for row in scene.pairing.mapping if _related(scene, row)]
    columns: dict[str, list[Value | Promise]] = {name: [None] * len(scene.left.row) for name in wanted}
    refused: set[str] = set()
    fresh = {entry.left.id for entry in scene.crosswalk.entries if entry.left and entry.state in _FRESH}
    for record_id in sorted(fresh | scene.left.admitted):
        if record_id not in scene.left.admitted:
            draft.held += _not_admitted(scene.left, scene.pairing, record_id)
            continue
        found, missing = _resolve(scene.left, record_id, relations)
        for name in wanted:
            columns[name][scene.left.row[record_id]] = found.get(name)
        if record_id in fresh and missing:
            draft.held += missing
            refused.add(record_id)
    draft.lines += [line for related in relations if isinstance(related, Provider) for line in related.lines]
    return replace(
        scene,
        pairing=replace(scene.pairing, mapping=tuple(_one_way(scene, row) for row in scene.pairing.mapping)),
        left=_extended(scene.left, columns, refused),
        crosswalk=_without_rulings(scene.crosswalk),
    )


def lacking(kind: Kind, pairing: Pairing, snapshot: Snapshot, look: Look) -> list[Held]:
    """All that speaks against each record that asks to be imported (R-DEAL-8), without planning anything."""
    records = Records("left", kind, snapshot, admitted(snapshot, pairing.admit.get("left", Where())))
    relations = [_related_or_made(relation, look) for relation in pairing.relations]
    found: list[Held] = []
    for record_id in sorted(admitted(snapshot, Where())):
        if record_id in records.admitted:
            found += _resolve(records, record_id, relations)[1]
        else:
            found += _not_admitted(records, pairing, record_id)
    return found


def _related_or_made(
    relation: Relation, look: Look, integration: str = "", makes: Mapping[str, frozenset[str]] | None = None
) -> _Related | Provider:
    if not relation.make:
        return _Related.of(relation, look)
    required = (makes or {}).get(relation.kind, frozenset())
    return Provider(integration, relation, look(relation.side, relation.kind), required)


@dataclass(frozen=True)
class _Related:
    """A relation with what is needed to follow it quickly."""

    relation: Relation
    snapshot: Snapshot
    by_value: Mapping[str, list[str]]
    living: frozenset[str]
    eligible: frozenset[str]
    members: frozenset[str]
    through: Mapping[str, list[str]]

    @classmethod
    def of(cls, relation: Relation, look: Look) -> _Related:
        snapshot = look(relation.side, relation.kind)
        by_value: dict[str, list[str]] = defaultdict(list)
        living = admitted(snapshot, Where())
        for record_id in sorted(living):
            by_value[_key(relation, _field(snapshot, record_id, relation.field))].append(record_id)
        members = frozenset[str]()
        if relation.group:
            members = admitted(look(relation.side, relation.group_kind), relation.group_where)
        eligible = admitted(snapshot, relation.where)
        return cls(relation, snapshot, by_value, living, eligible, members, _through(relation, look))

    def candidates(self, source: Records, record_id: str) -> list[str]:
        """The related records that one record leads to."""
        if self.relation.through is not None:
            return [key for key in self.through.get(record_id, []) if key in self.living]
        return self.by_value.get(_key(self.relation, source.value(record_id, self.relation.by)), [])


def _through(relation: Relation, look: Look) -> dict[str, list[str]]:
    between = relation.through
    if between is None:
        return {}
    snapshot = look(relation.side, between.kind)
    counting = admitted(snapshot, between.where)
    lefts, rights = by_id(snapshot.frame, between.left), by_id(snapshot.frame, between.right)
    found: dict[str, list[str]] = defaultdict(list)
    for record_id in sorted(counting):
        found[str(lefts[record_id])].append(str(rights[record_id]))
    return found


def _field(snapshot: Snapshot, record_id: str, name: str) -> Value:
    return record_id if name == "id" else snapshot.record(record_id).get(name)


def _key(relation: Relation, value: Value) -> str:
    """Ids are compared as they are written, e-mail addresses as such."""
    return canonical("exact" if relation.field == "id" else "email", value) or ""


def _resolve(
    source: Records, record_id: str, relations: Iterable[_Related | Provider]
) -> tuple[dict[str, Value | Promise], list[Held]]:
    """The fields of every relation of a record, and all that is missing."""
    found: dict[str, Value | Promise] = {}
    missing: list[Held] = []
    asked: set[str] = set()
    passed_over: dict[str, list[str]] = defaultdict(list)
    for related in relations:
        relation = related.relation
        if isinstance(related, Provider):
            if missing:
                continue  # nothing is made for a record that does not come
            made, reason = related.provide(found)
            missing += [_lacking(source, record_id, related, reason)] if reason else []
            found |= {f"{relation.name}.id": made} if made is not None else {}
            continue
        record = {name: source.value(record_id, name) for name in relation.when.fields}
        reasons = failing(record, relation.when)
        if reasons:
            passed_over[relation.name] += reasons
            continue
        asked.add(relation.name)
        key, reason = _follow(source, record_id, related)
        if reason:
            missing.append(_lacking(source, record_id, related, reason))
        if key:
            values = {**related.snapshot.record(key), "id": key}
            found |= {f"{relation.name}.{name}": value for name, value in values.items()}
    for name in sorted(passed_over.keys() - asked):
        reason = f"its {name} cannot be told: {'; '.join(passed_over[name])}"
        missing.append(held(source.ref(record_id), "relation", reason, field=name))
    return found, missing


def _follow(source: Records, record_id: str, related: _Related) -> tuple[str, str]:
    """The one related record, or what is wrong with it, in words."""
    relation = related.relation
    if relation.by and source.value(record_id, relation.by) in (None, ""):
        return "", "" if relation.optional else f"its field {relation.by} is blank"
    keys = related.candidates(source, record_id)
    gone = [] if keys else related.through.get(record_id, [])
    if gone:
        return "", f"{', '.join(gone)} is deleted in {related.snapshot.system}, or not visible to this user"
    if len(keys) != 1:
        return "", f"{'none' if not keys else len(keys)} found in {related.snapshot.system} where one is needed"
    (key,) = keys
    record = related.snapshot.record(key)
    if key not in related.eligible:
        return "", f"{related.snapshot.system}:{relation.kind}:{key}: {'; '.join(failing(record, relation.where))}"
    groups = str(record.get(relation.group) or "").split(SEPARATOR)
    if relation.group and related.members.isdisjoint(groups):
        return "", f"{related.snapshot.system}:{relation.kind}:{key} is in no group that permits it"
    return key, ""


def _lacking(source: Records, record_id: str, related: _Related | Provider, reason: str) -> Held:
    relation = related.relation
    found = held(
        source.ref(record_id), "relation", f"its {relation.name} cannot be told: {reason}", field=relation.name
    )
    blank = relation.by and source.value(record_id, relation.by) in (None, "")
    return replace(found, remedy=f"fill {relation.by}") if blank else found


def _not_admitted(records: Records, pairing: Pairing, record_id: str) -> list[Held]:
    """A record that meets some of the conditions but not all was meant to come: it is listed with what it lacks."""
    where = pairing.admit.get("left", Where())
    wanting = failing({name: records.value(record_id, name) for name in where.fields}, where)
    if not wanting or len(wanting) == len(where.conditions):
        return []
    return [held(records.ref(record_id), "not admitted", "; ".join(wanting))]


def _related(scene: Scene, row: FieldMapping) -> bool:
    """Whether a row maps a field of a related record, which is no field of the imported record itself."""
    return row.left.startswith(tuple(f"{relation.name}." for relation in scene.pairing.relations))


def _one_way(scene: Scene, row: FieldMapping) -> FieldMapping:
    """A related record is only looked into: whatever the mapping says, nothing travels back into it."""
    if not _related(scene, row) or row.on_update in ("to right", "none"):
        return row
    return replace(row, on_update="to right" if row.on_update == "both" else "none")


def _extended(records: Records, columns: Mapping[str, list[Value | Promise]], refused: set[str]) -> Records:
    frame = records.snapshot.frame
    added = pd.DataFrame(dict(columns), index=frame.index, dtype="object")
    snapshot = replace(records.snapshot, frame=pd.concat([frame, added], axis=1))
    return Records(records.side, records.kind, snapshot, records.admitted - refused)


def _without_rulings(crosswalk: Crosswalk) -> Crosswalk:
    entries: list[Entry] = []
    for entry in crosswalk.entries:
        if entry.left is None:
            continue
        fresh = entry.state in _FRESH
        entries.append(replace(entry, state="to create", reason="imported") if fresh else entry)
    return replace(crosswalk, entries=Rows(entries))
