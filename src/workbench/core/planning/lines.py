"""Lines of a plan and the records it holds back, built one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.core.canonical import canonical
from workbench.core.merging import Merged
from workbench.core.planning.providing import promised
from workbench.core.planning.scene import Counterpart, Records, Scene
from workbench.model.lines import Action, Agreed, Held, Line, Promise
from workbench.model.mappings import FieldMapping, Side, other
from workbench.model.records import Ref
from workbench.model.values import Value, fingerprint

After = Mapping[str, Value | Promise]

REMEDIES = {
    "no ruling": "open the review and say what it is: link, create, later or do not sync",
    "no e-mail": "enter its e-mail address, or leave it out of the sync",
    "not admitted": "set what is missing if it is meant to come; otherwise clear the rest",
    "relation": "correct the field that names it, or the record that it names, so that exactly one is found",
    "required": "fill the field at the source, or give it a default in the configuration",
    "same e-mail": "let one contact keep the e-mail address, or rule which contact it is",
    "there already": "link the two; if they are not the same, clear that field first",
    "later": "decide in the review when you know more",
    "contradicted": "lift one of the rulings, or unlink, so that one counterpart remains",
    "left scope": "nothing is deleted and the link is kept; set the flag or the status again to go on syncing",
    "deleted": "decide what becomes of the other record; the workbench deletes nothing",
    "delete versus edit": "one side deleted it while the other changed it: restore it, or deactivate the other",
    "reappeared": "it was marked as deleted here but lives again there: clear the mark, or delete it again",
    "conflict": "both sides differ: pick a side, or name a master for this field",
    "blanking": "the field was emptied on one side: empty it on the other by hand, or allow blanking in the mapping",
    "unmapped": "add the value to the value map of this field",
    "not created here": "records are not created on that side: link it, or change `create` in the configuration",
    "not read": "the record it is to be linked with was not read: widen the filter, then read again",
    "oscillation": "two writers undo each other, or a system keeps another value: name one master, or unmap the field",
    "rejected": "a person rejected this line; `workbench reconsider PLAN` takes that back",
}
"""What a person can do about each kind of exception."""


def line_id(integration: str, action: Action, target: Ref, source: Ref | None, fields: Sequence[str]) -> str:
    """The same for the same proposal in every plan, whatever the values: a rejection is remembered by it."""
    key = str(target) if target.id else f"{target.system}:{target.kind} for {source}"
    return fingerprint([integration, action, key, sorted(fields)])[:32]


def marker(integration: str, source: Ref, target_system: str) -> str:
    """What makes a created record findable when its answer is lost: lower-case hexadecimal, the same in every try."""
    return fingerprint([integration, str(source), target_system])[:32]


def held(subject: Ref, code: str, reason: str, *, field: str = "", left: Value = None, right: Value = None) -> Held:
    """An exception with the remedy of its code."""
    return Held(subject, code, reason, REMEDIES[code], field, left, right)


def changing(
    scene: Scene,
    action: Action,
    records: Records,
    own_first: tuple[str, str],
    after: After,
    *,
    agreed: Mapping[str, Agreed] | None = None,
    reason: str = "",
    depends_on: tuple[str, ...] = (),
    risk: Sequence[str] = (),
) -> Line:
    """A line that changes a record that is there; `own_first` is its id, then its counterpart's."""
    record_id, counterpart_id = own_first
    target = records.ref(record_id)
    source = scene.side(other(records.side)).ref(counterpart_id) if counterpart_id else None
    before = {name: records.value(record_id, name) for name in after}
    emptied = [name for name, value in after.items() if value is None and before[name] not in (None, "")]
    return Line(
        id=line_id(scene.integration.name, action, target, source, list(after)),
        action=action,
        target=target,
        counterpart=source,
        name=records.name(record_id),
        before=before,
        after=dict(after),
        precondition=records.stamp(record_id),
        agreed=dict(agreed or {}),
        reason=reason,
        depends_on=depends_on,
        risk=tuple(sorted({*risk, *(["blanking"] if emptied else [])})),
    )


def creating(
    scene: Scene,
    source: Records,
    record_id: str,
    after: After,
    *,
    agreed: Mapping[str, Agreed],
    parent: Counterpart | None,
    reason: str,
) -> Line:
    """A line that creates the counterpart of a record."""
    subject = source.ref(record_id)
    target = Ref(scene.system(other(source.side)), scene.kind.name, "")
    return Line(
        id=line_id(scene.integration.name, "create", target, subject, list(after)),
        action="create",
        target=target,
        counterpart=subject,
        name=source.name(record_id),
        after=dict(after),
        agreed=dict(agreed),
        reason=reason,
        marker=marker(scene.integration.name, subject, target.system),
        depends_on=tuple(dict.fromkeys((*(parent.needs if parent else ()), *promised(after)))),
    )


def differing(records: Records, record_id: str, after: After) -> dict[str, Value | Promise]:
    """What of `after` the record does not hold yet."""
    wanted = {}
    for name, value in after.items():
        if isinstance(value, Promise) or canonical("text", records.value(record_id, name)) != canonical("text", value):
            wanted[name] = value
    return wanted


def reason_of(scene: Scene, merged: Sequence[tuple[FieldMapping, Merged]]) -> str:
    """Why fields are written, in words: `changed in channeltivity: name, phone`."""
    said: dict[str, list[str]] = {}
    for mapping, result in merged:
        if result.to is not None:
            winner = other(result.to)
            words = _WORDS[result.reason].format(system=scene.system(winner))
            said.setdefault(words, []).append(_field(mapping, winner))
    return "; ".join(f"{words}: {', '.join(fields)}" for words, fields in said.items())


_WORDS = {
    "changed": "changed in {system}",
    "filled": "filled only in {system}",
    "master": "both filled, {system} is master",
    "conflict": "changed in both, {system} is master",
    "chosen": "a person chose {system}",
}


def _field(mapping: FieldMapping, side: Side) -> str:
    return mapping.left if side == "left" else mapping.right
