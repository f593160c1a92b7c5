"""Records that ask to be imported, one by one: what each still lacks (R-DEAL-1 to R-DEAL-3, R-DEAL-8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.core.planning.importing import lacking
from workbench.core.readiness.finding import Finding
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.mappings import Side
from workbench.model.ports import Instance
from workbench.model.records import Snapshot, Snapshots


def imports(
    integration: Integration,
    kinds: Mapping[str, Kind],
    snapshots: Mapping[str, Snapshots],
    instances: Mapping[str, Instance],
    excluded: frozenset[str],
) -> Iterator[Finding]:
    """A warning for each thing that keeps a record from being imported; one that is imported already lacks nothing.

    Warnings, because nothing goes wrong: such a record is held until somebody mends it.
    """

    def look(side: Side, kind: str) -> Snapshot:
        return snapshots[kind][integration.system(side)]

    for pairing in integration.pairings:
        kind, system = kinds[pairing.kind], integration.left
        place, snapshot = kind.systems[system], look("left", pairing.kind)
        named = place.evidence.get("name", "")
        for held in lacking(kind, pairing, snapshot, look):
            if str(held.subject) in excluded:
                continue
            name = str(snapshot.record(held.subject.id).get(named) or held.subject.id)
            link = place.address(held.subject.id, instances[system].url)
            yield Finding("warning", "not importable", held.reason, name, held.remedy, str(held.subject), link)
