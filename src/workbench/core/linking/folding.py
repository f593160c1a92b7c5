"""Rulings and links folded over snapshots: which record here is which record there, and how that is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.core.admitting import living
from workbench.model.kinds import Kind
from workbench.model.links import Candidates, Crosswalk, Entry, EntryState, Link, Ruling
from workbench.model.mappings import Side, other
from workbench.model.records import Ref, Snapshot
from workbench.model.rows import Rows

SIDES: tuple[Side, Side] = ("left", "right")
Latest = Mapping[Side, Mapping[str, Ruling]]
"""The ruling that counts, by side and record id."""
_ALONE: Mapping[str, EntryState] = {"create": "to create", "later": "later", "exclude": "excluded"}


def fold(  # noqa: PLR0917  # what is folded, then what is folded over it; all are values of different types
    kind: Kind,
    left: Snapshot,
    right: Snapshot,
    rulings: Iterable[Ruling],
    links: Iterable[Link],
    candidates: Candidates | None = None,
) -> Crosswalk:
    """The crosswalk of one kind between two systems.

    The latest ruling about a record counts; a verified link wins over rulings, but for *exclude*, which stops it; no
    record stands in two links. With `candidates`, a record that nobody ruled on and that has none is to be created.
    """
    folding = ruled(kind, left, right, rulings, links)
    for side in SIDES:
        offered = _offered(candidates, side)
        for record_id in folding.open(side):
            if offered is None or record_id in offered:
                folding.place_one(side, record_id, "undecided", "nobody ruled on it yet")
            else:
                folding.place_one(side, record_id, "to create", "no candidate was found")
    return folding.crosswalk()


def ruled(kind: Kind, left: Snapshot, right: Snapshot, rulings: Iterable[Ruling], links: Iterable[Link]) -> Folding:
    """What links and rulings alone say; the records that neither names are still open."""
    folding = Folding(kind.name, {"left": left, "right": right})
    latest = folding.latest(rulings)
    _place_links(folding, folding.verified(links), latest)
    _place_pairs(folding, latest)
    for side in SIDES:
        for record_id in folding.open(side):
            ruling = latest[side].get(record_id)
            if ruling is not None and ruling.word in _ALONE:
                folding.place_one(side, record_id, _ALONE[ruling.word], said(ruling), ruling.master)
        _place_gone(folding, side, latest[side])
    return folding


def said(ruling: Ruling) -> str:
    """Who ruled, and why."""
    return f"ruled by {ruling.by}" + (f": {ruling.reason}" if ruling.reason else "")


@dataclass
class Folding:
    """A crosswalk in the making: the entries so far, and which records already stand in one."""

    kind: str
    snapshots: Mapping[Side, Snapshot]
    entries: list[Entry] = field(default_factory=list)
    placed: dict[Side, set[str]] = field(default_factory=lambda: {"left": set(), "right": set()})
    living: dict[Side, frozenset[str]] = field(init=False)
    sides: dict[str, Side] = field(init=False)

    def __post_init__(self) -> None:
        self.sides = {snapshot.system: side for side, snapshot in self.snapshots.items()}
        frames = {side: self.snapshots[side].frame for side in SIDES}
        self.living = {side: frozenset(frame.index[living(frame)]) for side, frame in frames.items()}

    def ref(self, side: Side, record_id: str) -> Ref:
        """The reference of a record of a side."""
        return Ref(self.snapshots[side].system, self.kind, record_id)

    def side(self, ref: Ref) -> Side | None:
        """The side on which a record of this kind stands, or None for another kind or system."""
        return self.sides.get(ref.system) if ref.kind == self.kind else None

    def open(self, side: Side) -> list[str]:
        """The living records that stand in no entry yet, in order of id."""
        return sorted(self.living[side] - self.placed[side])

    def place(self, left_id: str, right_id: str, state: EntryState, reason: str, master: str = "") -> None:
        """Enter a pair."""
        self.placed["left"].add(left_id)
        self.placed["right"].add(right_id)
        left, right = self.ref("left", left_id), self.ref("right", right_id)
        self.entries.append(Entry(self.kind, left, right, state, reason, master))

    def place_one(self, side: Side, record_id: str, state: EntryState, reason: str, master: str = "") -> None:
        """Enter a record that has no counterpart."""
        self.placed[side].add(record_id)
        ref = self.ref(side, record_id)
        left, right = (ref, None) if side == "left" else (None, ref)
        self.entries.append(Entry(self.kind, left, right, state, reason, master))

    def latest(self, rulings: Iterable[Ruling]) -> Latest:
        """The last ruling about each record with regard to the other side; `lift` says nothing of itself."""
        found: dict[Side, dict[str, Ruling]] = {"left": {}, "right": {}}
        for ruling in sorted(rulings, key=lambda ruling: ruling.at):
            side = self.side(ruling.subject)
            if side is not None and ruling.system == self.snapshots[other(side)].system:
                found[side][ruling.subject.id] = ruling
        return found

    def verified(self, links: Iterable[Link]) -> list[tuple[str, str]]:
        """The pairs that a run verified and nobody unlinked, whichever integration made them."""
        state: dict[tuple[str, str], bool] = {}
        for link in sorted(links, key=lambda link: link.at):
            sides = (self.side(link.left), self.side(link.right))
            if sides == ("left", "right"):
                state[link.left.id, link.right.id] = link.active
            elif sides == ("right", "left"):
                state[link.right.id, link.left.id] = link.active
        return sorted(pair for pair, active in state.items() if active)

    def crosswalk(self) -> Crosswalk:
        """The finished crosswalk, in order of id."""
        left, right = self.snapshots["left"].system, self.snapshots["right"].system
        return Crosswalk(self.kind, left, right, Rows(sorted(self.entries, key=_order)))


def _place_links(folding: Folding, pairs: Sequence[tuple[str, str]], latest: Latest) -> None:
    lefts, rights = Counter(left for left, _ in pairs), Counter(right for _, right in pairs)
    for left_id, right_id in pairs:
        rulings = [ruling for ruling in (latest["left"].get(left_id), latest["right"].get(right_id)) if ruling]
        excluded = next((ruling for ruling in rulings if ruling.word == "exclude"), None)
        gone = [
            str(folding.ref(side, key))
            for side, key in zip(SIDES, (left_id, right_id), strict=True)
            if key not in folding.living[side]
        ]
        if lefts[left_id] > 1 or rights[right_id] > 1:
            folding.place(left_id, right_id, "contradicted", "verified links name two counterparts: unlink one")
        elif excluded is not None:
            folding.place(left_id, right_id, "excluded", said(excluded))
        elif gone:
            folding.place(left_id, right_id, "gone", f"{' and '.join(gone)} is deleted or was not read any more")
        else:
            ids = {folding.ref("left", left_id), folding.ref("right", right_id)}
            against = [ruling for ruling in rulings if ruling.word == "link" and ruling.target not in ids]
            notes = [f"{said(ruling)} names {ruling.target} instead: unlink first" for ruling in against]
            agreeing = (ruling.master for ruling in rulings if ruling.target in ids)
            folding.place(left_id, right_id, "linked", "; ".join(["verified", *notes]), next(agreeing, ""))


def _place_pairs(folding: Folding, latest: Latest) -> None:
    """Pairs that a person ruled to be the same, unless somebody said otherwise about one of the two."""
    proposed: dict[tuple[str, str], Ruling] = {}
    for side in SIDES:
        for record_id, ruling in latest[side].items():
            target = ruling.target
            if ruling.word == "link" and target is not None and folding.side(target) == other(side):
                pair = (record_id, target.id) if side == "left" else (target.id, record_id)
                held = proposed.get(pair)
                proposed[pair] = ruling if held is None or held.at <= ruling.at else held
    linked = {(entry.left.id, entry.right.id) for entry in folding.entries if entry.left and entry.right}
    open_pairs = {pair: ruling for pair, ruling in proposed.items() if pair not in linked}
    taken = {side: frozenset(folding.placed[side]) for side in SIDES}
    counts = {side: Counter(pair[index] for pair in open_pairs) for index, side in enumerate(SIDES)}
    for pair, ruling in sorted(open_pairs.items()):
        _place_pair(folding, pair, ruling, _against(folding, pair, latest, taken, counts))


def _place_pair(folding: Folding, pair: tuple[str, str], ruling: Ruling, against: str) -> None:
    subject_side = folding.side(ruling.subject)
    if subject_side is None or ruling.subject.id not in folding.living[subject_side]:
        return
    free = [side for side, key in zip(SIDES, pair, strict=True) if key not in folding.placed[side]]
    if not against:
        folding.place(*pair, "to link", said(ruling), ruling.master)
    elif len(free) == len(SIDES) or "names" in against:
        folding.place(*pair, "contradicted", f"{said(ruling)}, but {against}")
    else:
        for side in free:
            folding.place_one(side, pair[SIDES.index(side)], "contradicted", f"{said(ruling)}, but {against}")


def _place_gone(folding: Folding, side: Side, latest: Mapping[str, Ruling]) -> None:
    """Rulings are kept when their record vanishes, and shown: nothing follows from them until it is back."""
    for record_id in sorted(latest.keys() - folding.living[side] - folding.placed[side]):
        ruling = latest[record_id]
        if ruling.word != "lift":
            gone = f"{folding.ref(side, record_id)} is deleted or was not read any more"
            folding.place_one(side, record_id, "gone", f"{said(ruling)} ({ruling.word}), but {gone}", ruling.master)


def _against(
    folding: Folding,
    pair: tuple[str, str],
    latest: Latest,
    taken: Mapping[Side, frozenset[str]],
    counts: Mapping[Side, Counter[str]],
) -> str:
    """What speaks against a ruled pair, in words; empty when nothing does."""
    for side, key in zip(SIDES, pair, strict=True):
        if key in taken[side]:
            return f"{folding.ref(side, key)} is linked with another record: unlink first"
        if counts[side][key] > 1:
            return f"another ruling names {folding.ref(side, key)} too: lift one"
        ruling = latest[side].get(key)
        if ruling is not None and ruling.word in ("create", "exclude"):
            return f"{folding.ref(side, key)} has the ruling {ruling.word!r}: lift one"
        if key in folding.snapshots[side] and key not in folding.living[side]:
            return f"{folding.ref(side, key)} is deleted: choose another"
    return ""


def _offered(candidates: Candidates | None, side: Side) -> frozenset[str] | None:
    if candidates is None:
        return None
    frame = candidates.frame
    likely = frame[frame["verdict"].isin(["link", "review"])]
    return frozenset(likely[f"{side}_id"].dropna().astype(str))


def _order(entry: Entry) -> tuple[str, str]:
    return (entry.left.id if entry.left else "\uffff", entry.right.id if entry.right else "")
