"""What people want of records, written down; nothing is sent anywhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, cast, get_args

from workbench.core.admitting import admitted
from workbench.core.linking import drafted_rulings, rulings_as_csv
from workbench.errors import UnknownName, UsageError
from workbench.model.integrations import Integration
from workbench.model.links import Candidates, Ruling, RulingWord
from workbench.model.ports import Clock
from workbench.model.records import Ref, Snapshots, Where
from workbench.model.rows import Rows
from workbench.steps.witnessing import keep_rulings
from workbench.store import Store


def rule(
    store: Store,
    clock: Clock,
    by: str,
    subject: Ref,
    system: str,
    *,
    word: RulingWord,
    target: Ref | None = None,
    reason: str = "",
    probability: float | None = None,
    master: str = "",
    note: str = "",
    assignee: str = "",
) -> Ruling:
    """Rule on one record with regard to another system: link (with `target`), create, later, exclude or lift."""
    made = Ruling(subject, system, word, target, by, clock.now(), reason, probability, master, note, assignee)
    return rule_all(store, [made])[0]


def word(text: str) -> RulingWord:
    """A ruling's word as a person typed it; raises UnknownName with the nearest right one."""
    for known in get_args(RulingWord):
        if known == text:
            return cast(RulingWord, known)
    raise UnknownName("ruling", text, get_args(RulingWord))


def rule_all(store: Store, made: Iterable[Ruling]) -> Rows[Ruling]:
    """Append rulings, all of them or none; raises UsageError naming each that cannot be meant."""
    rulings = Rows(made)
    wrong = [f"{ruling.subject}: {said}" for ruling in rulings if (said := _wrong(ruling))]
    if wrong:
        raise UsageError("\n".join(["nothing was ruled:", *wrong]))
    keep_rulings(rulings, store)
    return rulings


def rule_counted(store: Store, drafts: Iterable[Ruling], *, by: str, clock: Clock, count: int) -> Rows[Ruling]:
    """Append drafted rulings as this person's, now; `count` is how many that person saw, or nothing is ruled."""
    drafted = Rows(drafts)
    if len(drafted) != count:
        raise UsageError(f"{len(drafted)} records would be ruled on, you said {count}; look at them again")
    now = clock.now()
    return rule_all(store, [dataclasses.replace(ruling, by=by, at=now) for ruling in drafted])


def save(store: Store, kind: str, path: Path, candidates: Candidates | None = None) -> Path:
    """Write the rulings in force about a kind, and what waits among `candidates`, as a sheet that people fill in."""
    try:
        path.write_bytes(rulings_as_csv(store.rulings.of(kind), candidates).encode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; choose another place") from error
    return path


def read(store: Store, kind: str, path: Path, *, by: str, clock: Clock) -> Rows[Ruling]:
    """What a sheet would rule anew on records of a kind; nothing is ruled yet."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: byte {error.start + 1} is no UTF-8; save the file as UTF-8") from error
    drafts = drafted_rulings(text, path.name, store.rulings.of(kind), by=by, at=clock.now())
    others = sorted({ruling.subject.kind for ruling in drafts} - {kind})
    if others:
        raise UsageError(f"{path.name} rules on {', '.join(others)} records; say their kind")
    return drafts


def same_for_all(candidates: Candidates, word: RulingWord, *, by: str, at: datetime, master: str = "") -> Rows[Ruling]:
    """Drafts that rule the same on the left record of each candidate: linked with its right one, or not."""
    frame = candidates.frame.dropna(subset=["left_id"]).drop_duplicates("left_id")
    made = []
    for left_id, right_id, probability, reason in frame[["left_id", "right_id", "probability", "reason"]].itertuples(
        index=False, name=None
    ):
        target = Ref(candidates.right, candidates.kind, str(right_id)) if word == "link" else None
        subject = _left(candidates, str(left_id))
        made.append(Ruling(subject, candidates.right, word, target, by, at, str(reason), float(probability), master))
    return Rows(made)


def rule_by_verdict(
    candidates: Candidates,
    snapshots: Snapshots,
    integration: Integration,
    store: Store,
    clock: Clock,
    *,
    by: str,
    master: str = "",
) -> Rows[Ruling]:
    """Rule as the verdicts say: link → link, review → later; an admitted left record without a candidate → create.

    Nothing but the verdicts is used. Records that somebody ruled on before are left alone, so every admitted record
    of the left system has a ruling afterwards, as a first sync needs it (R-MATCH-6).
    """
    known = {ruling.subject for ruling in store.rulings.of(candidates.kind)}
    admit = integration.pairing(candidates.kind).admit.get("left", Where())
    open_ids = [
        key for key in sorted(admitted(snapshots[integration.left], admit)) if _left(candidates, key) not in known
    ]
    best = _best(candidates)
    drafted = (_verdict(candidates, key, best.get(key), clock) for key in open_ids)
    made = [dataclasses.replace(ruling, by=by, master=master) for ruling in drafted]
    return rule_all(store, made)


class Best(NamedTuple):
    """The most telling candidate of a left record."""

    verdict: str
    right_id: str
    probability: float
    reason: str


def _best(candidates: Candidates) -> dict[str, Best]:
    rank = {"link": 0, "review": 1, "none": 2}
    found: dict[str, Best] = {}
    columns = ["left_id", "verdict", "right_id", "probability", "reason"]
    rows = candidates.frame[columns].dropna(subset=["left_id", "right_id"]).itertuples(index=False, name=None)
    for left_id, verdict, right_id, probability, reason in rows:
        row, known = Best(str(verdict), str(right_id), float(probability), str(reason)), found.get(str(left_id))
        if known is None or (rank[row.verdict], -row.probability) < (rank[known.verdict], -known.probability):
            found[str(left_id)] = row
    return found


def _verdict(candidates: Candidates, left_id: str, best: Best | None, clock: Clock) -> Ruling:
    subject, system, now = _left(candidates, left_id), candidates.right, clock.now()
    if best is None or best.verdict == "none":
        return Ruling(subject, system, "create", None, "", now, "no candidate was found")
    if best.verdict == "link":
        target = Ref(system, candidates.kind, best.right_id)
        return Ruling(subject, system, "link", target, "", now, best.reason, best.probability)
    return Ruling(subject, system, "later", None, "", now, f"to be reviewed: {best.reason}", best.probability)


def _left(candidates: Candidates, left_id: str) -> Ref:
    return Ref(candidates.left, candidates.kind, left_id)


def _wrong(ruling: Ruling) -> str:
    if ruling.word == "link" and ruling.target is None:
        return f"say which record of {ruling.system} it is to be linked with"
    if ruling.word != "link" and ruling.target is not None:
        return f"{ruling.word!r} names no other record; did you mean 'link'?"
    if ruling.target is not None and (ruling.target.system, ruling.target.kind) != (ruling.system, ruling.subject.kind):
        return f"{ruling.target} is no {ruling.subject.kind} of {ruling.system}"
    return (
        f"a record of {ruling.system} cannot be ruled on with regard to itself"
        if ruling.subject.system == ruling.system
        else ""
    )
