"""Anti-patterns, detected from the inventory alone: what each is called, how it is seen, and its cure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.core.assessing import evidence, paths
from workbench.model.landscape import InventoryRow, Landscape

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
Class = Literal["new feature", "data-flow improvement", "issue fix"]
"""The charter's three means (R1), so that every finding says what kind of work it asks for."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a rule saw: the rows, in words, and how much graver (+) or milder (-) it is than their criticality says."""

    rows: tuple[InventoryRow, ...]
    seen: str
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One anti-pattern: its name, its title in a sentence, the class of its cure, the cure, and how it is seen.

    `together` rules give a finding for each set of rows; the others one for each severity.
    """

    name: str
    title: str
    kind: Class
    remedy: str
    see: Callable[[Landscape], Iterator[Sighting]]
    together: bool = False


def _each(
    test: Callable[[InventoryRow], bool], seen: Callable[[InventoryRow], str], shift: int = 0
) -> Callable[[Landscape], Iterator[Sighting]]:
    return lambda landscape: (Sighting((row,), seen(row), shift) for row in landscape.integrations if test(row))


def _stated(text: str) -> str:
    return text or "not stated"


def _shadow_stores(landscape: Landscape) -> Iterator[Sighting]:
    manual = {store.id: store.name for store in landscape.stores if store.manual}
    hidden = {system.id: system.name for system in landscape.systems if system.nature == "shadow"}
    written: Mapping[str, set[str]] = defaultdict(set)
    for move in landscape.moves:
        if move.target in manual:
            written[move.integration].add(manual[move.target])
    for row in landscape.integrations:
        filled = written.get(row.id) or {hidden[end] for end in row.target if end in hidden}
        if filled:
            yield Sighting((row,), "fills " + ", ".join(sorted(filled)))


def _dual_writes(landscape: Landscape) -> Iterator[Sighting]:
    by_id = {row.id: row for row in landscape.integrations}
    for ids in paths.dual_writes(landscape.integrations, {system.id for system in landscape.systems}):
        rows = tuple(by_id[row_id] for row_id in ids)
        targets = ", ".join(sorted({end for row in rows for end in row.target}))
        yield Sighting(rows, f"the same object into {targets}, no shared key", 1)


def _redundant(landscape: Landscape) -> Iterator[Sighting]:
    by_id = {row.id: row for row in landscape.integrations}
    for straight, first, second in paths.redundant_paths(landscape.integrations):
        rows = (by_id[straight], by_id[first], by_id[second])
        yield Sighting(rows, f"{straight} brings what {first} and {second} bring as well")


def _masterless(landscape: Landscape) -> Iterator[Sighting]:
    by_id = {row.id: row for row in landscape.integrations}
    ends = {system.id for system in landscape.systems} | {outsider.id for outsider in landscape.outsiders}
    for ids in paths.circles(landscape.integrations):
        rows = tuple(by_id[row_id] for row_id in ids)
        masters = {row.system_of_record.strip() for row in rows}
        if not (len(masters) == 1 and masters <= ends):
            named = ", ".join(sorted(master or "not stated" for master in masters))
            yield Sighting(rows, f"comes back to where it started; master: {named}", -1)


def _late(row: InventoryRow) -> bool:
    times = evidence.lateness(row)
    return times is not None and times > 4


RULES: tuple[Rule, ...] = (
    Rule(
        "dual-write",
        "The same object is written into several systems by separate flows",
        "data-flow improvement",
        "keep the healthier flow and derive the other copy from it by a shared key",
        _dual_writes,
        together=True,
    ),
    Rule(
        "redundant-path",
        "The same object arrives by two ways",
        "data-flow improvement",
        "keep one way, retire the other once nothing reads it",
        _redundant,
        together=True,
    ),
    Rule(
        "re-keying",
        "People carry the data by hand",
        "new feature",
        "let an approved batch or an import file carry it; keep the person for the decision only",
        _each(
            lambda row: evidence.carrier(row.mechanism) == "hand",
            lambda row: f"{_stated(row.mechanism)}, {_hours(row)}",
        ),
    ),
    Rule(
        "shadow-store",
        "A store beside the systems is filled, which nobody backs up or checks",
        "new feature",
        "move what it holds into the crosswalk or a system, then archive it",
        _shadow_stores,
    ),
    Rule(
        "no-owner",
        "Nobody answers for it",
        "issue fix",
        "name a technical and a business owner",
        _each(
            lambda row: not (evidence.owned(row.owner_technical) and evidence.owned(row.owner_business)),
            lambda row: f"technical: {_stated(row.owner_technical)}, business: {_stated(row.owner_business)}",
        ),
    ),
    Rule(
        "no-idempotency",
        "Sent twice, it is written twice",
        "issue fix",
        "write by a stable key, so that a repetition changes nothing",
        _each(
            lambda row: evidence.rate_words(row.idempotency, evidence.IDEMPOTENCY) == 0,
            lambda row: _stated(row.idempotency),
        ),
    ),
    Rule(
        "name-only-match",
        "Records are recognised by their name alone",
        "data-flow improvement",
        "match by weighed evidence once, then by the id kept in a cross-reference field",
        _each(
            lambda row: (
                evidence.rate_words(row.idempotency, evidence.IDEMPOTENCY) == 1
                or tuple(name.lower() for name in row.key_fields) in (("name",), ("name", "id"))
                and not row.idempotency
            ),
            lambda row: _stated(row.idempotency),
        ),
    ),
    Rule(
        "no-conflict-rule",
        "Both sides may change the same field and nothing says who wins",
        "issue fix",
        "write down, field by field, which system is the master",
        _each(
            lambda row: evidence.two_way(row) and evidence.conflict_rating(row) < 4,
            lambda row: _stated(row.conflict_rule),
        ),
    ),
    Rule(
        "cycle-without-master",
        "An object travels in a circle and no one system is its master",
        "data-flow improvement",
        "name one master for each object, or for each field, and let data leave it one way",
        _masterless,
        together=True,
    ),
    Rule(
        "no-failure-handling",
        "What fails is lost",
        "issue fix",
        "keep what failed with its cause, retry what may be retried, show the rest to a person",
        _each(
            lambda row: evidence.rate_words(row.failure_handling, evidence.FAILURE_HANDLING) == 0,
            lambda row: _stated(row.failure_handling),
        ),
    ),
    Rule(
        "no-alert",
        "A failure tells nobody",
        "issue fix",
        "alert the owner when a run fails, is late or changes unusually much",
        _each(
            lambda row: evidence.rate_words(row.monitoring, evidence.MONITORING) < 4,
            lambda row: _stated(row.monitoring),
            -1,
        ),
    ),
    Rule(
        "late",
        "Data arrives more than four times later than needed",
        "data-flow improvement",
        "run it as often as its target asks, or correct the target",
        _each(_late, lambda row: f"{row.latency_actual_minutes} minutes for {row.latency_target_minutes}"),
    ),
    Rule(
        "personal-data-by-file",
        "Personal data travels in files, mails or hands",
        "issue fix",
        "send it over an authenticated connection, or send a link instead of the data",
        _each(
            lambda row: bool(row.personal_data) and evidence.carrier(row.mechanism) in ("hand", "mail"),
            lambda row: _stated(row.mechanism),
        ),
    ),
    Rule(
        "named-user-credentials",
        "It works with a person's credentials",
        "issue fix",
        "give it a service credential of its own with the least rights that do",
        _each(
            lambda row: evidence.rate_words(row.auth, evidence.CREDENTIAL) == 1 and bool(row.auth),
            lambda row: row.auth,
            -1,
        ),
    ),
    Rule(
        "unfiltered-load",
        "Everything is loaded, wanted or not",
        "data-flow improvement",
        "filter by status and type, as read from each environment",
        _each(
            lambda row: evidence.negative(row.filter) and (row.volume_month or 0) >= 10_000,
            lambda row: f"{row.volume_month:,} records a month, filter: {row.filter}",
        ),
    ),
    Rule(
        "undocumented",
        "Nothing is written down",
        "issue fix",
        "describe fields, rules and recovery on one page and name it in the inventory",
        _each(lambda row: evidence.documentation_rating(row) == 0, lambda row: _stated(row.documentation), -1),
    ),
)


def _hours(row: InventoryRow) -> str:
    minutes = row.manual_minutes_month
    return "time not stated" if minutes is None else f"{minutes / 60:.0f} h a month"
