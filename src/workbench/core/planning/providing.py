"""Records that an import finds or makes: the deal account of an owner, the deal contact in it (R-DEAL-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workbench.core.admitting import admitted
from workbench.core.canonical import canonical
from workbench.core.columns import by_id
from workbench.model.lines import Line, Promise
from workbench.model.mappings import Relation
from workbench.model.records import Ref, Snapshot, Where
from workbench.model.values import Value, fingerprint

Found = Mapping[str, Value | Promise]
"""What is known of the records that an imported record leads to: `owner.id`, `account.Name` …"""


@dataclass
class Provider:
    """One relation whose record is looked for by all fields of `match` at once, and made where none has them.

    Two imported records that need the same one share its line. Nothing is made before it is known that the import
    itself goes on: `core.planning.drafting` leaves out what nobody waits for.
    """

    integration: str
    relation: Relation
    snapshot: Snapshot
    required: frozenset[str]
    _known: Mapping[tuple[str, ...], list[str]] = field(init=False)
    _made: dict[tuple[str, ...], Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = [by_id(self.snapshot.frame, name) for name in self.relation.match]
        known: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for record_id in sorted(admitted(self.snapshot, Where())):
            known[tuple(_key(column[record_id]) for column in columns)].append(record_id)
        self._known = known

    @property
    def lines(self) -> list[Line]:
        """What is to be made, in the order in which it was asked for."""
        return list(self._made.values())

    def provide(self, found: Found) -> tuple[Value | Promise, str]:
        """The id of the one record, or the promise of it; or what is wrong, in words. Nothing of both: it cannot be
        looked for, because a record before it is missing."""
        if not found.keys() >= set(self.relation.match.values()):
            return None, ""
        wanted = {name: found[source] for name, source in self.relation.match.items()}
        blank = [source for name, source in self.relation.match.items() if not _key(wanted[name])]
        if blank:
            return None, f"{', '.join(blank)} is blank, and it is looked for by that"
        key = tuple(_key(value) for value in wanted.values())
        records = self._known.get(key, [])
        if len(records) > 1:
            return None, f"{len(records)} found in {self.snapshot.system} where one is needed"
        if records:
            return records[0], ""
        after = {**{name: found.get(source) for name, source in self.relation.make.items()}, **wanted}
        after = {name: value for name, value in after.items() if _key(value)}
        missing = sorted(self.required - after.keys())
        if missing:
            return None, f"{self.snapshot.system} creates none without {', '.join(missing)}"
        line = self._made.get(key) or self._line(after, key, found)
        self._made[key] = line
        return Promise(line.id), ""

    def _name(self, found: Found) -> str:
        """What people call it: what it takes of others besides their ids."""
        told = (found.get(source) for source in self.relation.sources if not source.casefold().endswith("id"))
        return " ".join(str(value) for value in told if value)

    def _line(self, after: Mapping[str, Value | Promise], key: tuple[str, ...], found: Found) -> Line:
        kind, system = self.relation.kind, self.snapshot.system
        mark = fingerprint([self.integration, "create", kind, system, key])[:32]
        return Line(
            id=mark,
            action="create",
            target=Ref(system, kind, ""),
            counterpart=None,
            name=self._name(found) or kind,
            after=after,
            reason=f"an import needs this {kind}, and {system} has none",
            marker=mark,
            depends_on=promised(after),
        )


def promised(after: Mapping[str, Value | Promise]) -> tuple[str, ...]:
    """The lines whose records' ids these values are."""
    return tuple(dict.fromkeys(value.line for value in after.values() if isinstance(value, Promise)))


def wanted(lines: Iterable[Line]) -> list[Line]:
    """The lines without those that only make something for others, when no other is left that waits for it."""
    kept = list(lines)
    while True:
        needed = {parent for line in kept for parent in line.depends_on}
        fewer = [line for line in kept if line.id in needed or not makes_for_others(line)]
        if len(fewer) == len(kept):
            return kept
        kept = fewer


def makes_for_others(line: Line) -> bool:
    """Whether a line creates a record that answers to none: it is there for the lines that wait for it."""
    return line.action == "create" and line.counterpart is None and line.target.kind != "message"


def _key(value: Value | Promise) -> str:
    """A promised record is like no record that is there; names, ids and addresses are compared whatever their case."""
    return f"\0{value.line}" if isinstance(value, Promise) else canonical("email", value) or ""
