"""Contacts and users paired by e-mail address alone, under parents that belong together (R-MATCH-3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.core.admitting import living
from workbench.core.canonical import canonical
from workbench.core.columns import by_id
from workbench.core.linking.folding import SIDES, Folding, ruled
from workbench.model.kinds import Kind
from workbench.model.links import Crosswalk, Entry, EntryState, Link, Ruling
from workbench.model.mappings import Side, other
from workbench.model.records import Ref, Snapshot

_FOLLOWS: Mapping[str, EntryState] = {"later": "later", "excluded": "excluded"}


def by_email(  # noqa: PLR0917  # the same order as `fold`: kind, left, right, …
    kind: Kind,
    left: Snapshot,
    right: Snapshot,
    parents: Crosswalk,
    links: Iterable[Link],
    rulings: Iterable[Ruling] = (),
) -> Crosswalk:
    """The crosswalk of contacts under parents that are linked, or will be.

    Without an e-mail: not matched, not created. The same e-mail twice on a side, or under another parent than the
    linked one: contradicted, held for a person, never first wins. Contacts whose parent stands nowhere are left out.
    """
    folding = ruled(kind, left, right, rulings, links)
    contacts: dict[Side, _Contacts] = {"left": _Contacts.of(kind, left), "right": _Contacts.of(kind, right)}
    for side in SIDES:
        for record_id in folding.open(side):
            if record_id not in folding.placed[side]:
                _place(folding, side, record_id, contacts, parents)
    return folding.crosswalk()


@dataclass(frozen=True)
class _Contacts:
    """The e-mail and the parent of every living contact of a system."""

    email: Mapping[str, str]
    parent: Mapping[str, Ref]
    having: Mapping[str, list[str]]

    @classmethod
    def of(cls, kind: Kind, snapshot: Snapshot) -> _Contacts:
        here = kind.systems[snapshot.system]
        frame = snapshot.frame[living(snapshot.frame)]
        found = by_id(frame, here.evidence.get("email", ""))
        email = {key: address for key, cell in found.items() if (address := canonical("email", cell))}
        having: dict[str, list[str]] = defaultdict(list)
        for key, address in email.items():
            having[address].append(key)
        parents = by_id(frame, here.parent)
        return cls(email, {key: Ref(snapshot.system, kind.parent, str(p)) for key, p in parents.items() if p}, having)


def _place(
    folding: Folding, side: Side, record_id: str, contacts: Mapping[Side, _Contacts], parents: Crosswalk
) -> None:
    parent = _parent_entry(contacts[side], record_id, parents)
    if parent is None or parent.state == "gone":
        return
    state, reason = _judged(folding, side, record_id, contacts, parents)
    if state != "to link":
        folding.place_one(side, record_id, state, reason)
        return
    there = contacts[other(side)].having[contacts[side].email[record_id]][0]
    left_id, right_id = (record_id, there) if side == "left" else (there, record_id)
    folding.place(left_id, right_id, state, reason)


def _judged(
    folding: Folding, side: Side, record_id: str, contacts: Mapping[Side, _Contacts], parents: Crosswalk
) -> tuple[EntryState, str]:
    """What becomes of a contact that no link and no ruling names, and why."""
    parent = _parent_entry(contacts[side], record_id, parents)
    if parent is None or parent.state not in ("linked", "to link", "to create"):
        state = _FOLLOWS.get(parent.state, "undecided") if parent else "undecided"
        return state, f"follows its {parents.kind}: {parent.reason if parent else 'unknown'}"
    address = contacts[side].email.get(record_id)
    if address is None:
        return "undecided", "it has no e-mail address, and contacts are matched by nothing else"
    crowded = [where for where in SIDES if len(contacts[where].having.get(address, ())) > 1]
    if crowded:
        system = folding.snapshots[crowded[0]].system
        return "contradicted", f"its e-mail address stands on several contacts in {system}"
    found = contacts[other(side)].having.get(address)
    if not found:
        return "to create", "no contact there has its e-mail address"
    stray = _parent_entry(contacts[other(side)], found[0], parents) != parent
    if stray or found[0] in folding.placed[other(side)]:
        where = f"under another {parents.kind}" if stray else "and belongs to another contact"
        return "contradicted", f"{folding.ref(other(side), found[0])} has its e-mail {where}"
    return "to link", "the same e-mail address"


def _parent_entry(contacts: _Contacts, record_id: str, parents: Crosswalk) -> Entry | None:
    ref = contacts.parent.get(record_id)
    return parents.partner_of(ref) if ref is not None else None
