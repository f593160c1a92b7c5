"""Who of ours is whom: the members of every system, matched by e-mail address or by a person's word (R-CONN-6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from workbench.core.admitting import admitted
from workbench.core.canonical import canonical
from workbench.core.columns import by_id
from workbench.core.linking.folding import said
from workbench.model.links import Ruling
from workbench.model.records import Ref, Snapshots
from workbench.model.rows import Rows

MemberState = Literal["mapped", "in part", "unmapped", "ambiguous"]
"""mapped: known in every system asked · in part: in some · unmapped: in one alone · ambiguous: a person has to say"""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of ours: the record in each system, where one is lacking, and how it is known that they are one."""

    name: str
    email: str
    state: MemberState
    records: tuple[Ref, ...]
    lacking: tuple[str, ...]
    because: str


def members(taken: Snapshots, rulings: Iterable[Ruling]) -> Rows[Member]:
    """Everybody who works with a system, those first whom a person has to look at.

    The same e-mail address, once in each system, is one person. A ruling beats the address: *link* names the record in
    the other system, *exclude* says that there is none. Two records of one system are never made one.
    """
    people = _People.of(taken)
    groups = people.joined(_counting(rulings, people))
    order: Mapping[MemberState, int] = {"ambiguous": 0, "unmapped": 1, "in part": 2, "mapped": 3}
    return Rows(sorted((people.told(*group) for group in groups), key=lambda one: (order[one.state], one.email)))


def _counting(rulings: Iterable[Ruling], people: _People) -> dict[tuple[Ref, str], Ruling]:
    """The last word about each record with regard to each other system; `lift` takes it back."""
    last: dict[tuple[Ref, str], Ruling] = {}
    for ruling in sorted(rulings, key=lambda ruling: ruling.at):
        if ruling.subject in people.names and ruling.word != "lift":
            last[ruling.subject, ruling.system] = ruling
        else:
            last.pop((ruling.subject, ruling.system), None)
    return last


@dataclass
class _People:
    """Every member record that counts, with its name and e-mail address."""

    systems: tuple[str, ...]
    names: dict[Ref, str] = field(default_factory=dict)
    emails: dict[Ref, str] = field(default_factory=dict)

    @classmethod
    def of(cls, taken: Snapshots) -> _People:
        found = cls(tuple(taken))
        for snapshot in taken.values():
            place = taken.described.systems[snapshot.system] if taken.described else None
            if place is None:
                continue
            names = by_id(snapshot.frame, place.evidence.get("name", ""))
            emails = by_id(snapshot.frame, place.evidence.get("email", ""))
            for key in sorted(admitted(snapshot, place.only)):
                ref = Ref(snapshot.system, snapshot.kind, key)
                found.names[ref] = str(names.get(key) or key)
                found.emails[ref] = canonical("email", emails.get(key)) or ""
        return found

    def joined(self, words: Mapping[tuple[Ref, str], Ruling]) -> list[tuple[list[Ref], list[str]]]:
        """The records of each person, with what people said about them: their words first, then the addresses."""
        groups = {ref: {ref} for ref in self.names}
        notes: dict[Ref, list[str]] = defaultdict(list)
        for (subject, _), ruling in words.items():
            notes[subject].append(f"{ruling.word}, {said(ruling)}")
            if ruling.target is not None and ruling.target in groups:
                _join(groups, subject, ruling.target)
        settled = {(ref, system) for ref, system in words}
        settled |= {(ruling.target, subject.system) for (subject, _), ruling in words.items() if ruling.target}
        for alike in self._alike():
            for one, other in combinations(alike, 2):
                if not _settled(groups[one], groups[other], settled):
                    _join(groups, one, other)
        distinct = {id(refs): sorted(refs) for refs in groups.values()}
        return [(refs, [note for ref in refs for note in notes[ref]]) for refs in distinct.values()]

    def told(self, refs: list[Ref], notes: list[str]) -> Member:
        """One person in words."""
        known = [ref.system for ref in refs]
        lacking = tuple(system for system in self.systems if system not in known)
        twice = sorted({system for system in known if known.count(system) > 1})
        ordered = sorted(refs, key=lambda ref: self.systems.index(ref.system))
        first, email = ordered[0], next((self.emails[ref] for ref in ordered if self.emails[ref]), "")
        if twice:
            why = f"several records in {', '.join(twice)}: rule which one it is, or switch one off"
            return Member(self.names[first], email, "ambiguous", tuple(refs), lacking, why)
        state: MemberState = "mapped" if not lacking else "in part" if len(refs) > 1 else "unmapped"
        because = "; ".join(notes) or ("the same e-mail address" if len(refs) > 1 else _alone(email))
        return Member(self.names[first], email, state, tuple(refs), lacking, because)

    def _alike(self) -> list[list[Ref]]:
        """The records that share an e-mail address."""
        found: dict[str, list[Ref]] = defaultdict(list)
        for ref, email in sorted(self.emails.items()):
            found[email].append(ref)
        return [refs for email, refs in found.items() if email and len(refs) > 1]


def _alone(email: str) -> str:
    return "nobody else has its e-mail address" if email else "it has no e-mail address"


def _settled(one: set[Ref], other: set[Ref], words: set[tuple[Ref, str]]) -> bool:
    """Whether a person already said of a record of either group which record, or none, it is in the other's system."""
    return any((ref, there.system) in words or (there, ref.system) in words for ref in one for there in other)


def _join(groups: dict[Ref, set[Ref]], one: Ref, other: Ref) -> None:
    together = groups[one] | groups[other]
    for ref in together:
        groups[ref] = together
