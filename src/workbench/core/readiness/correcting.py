"""Bulk correction of partner accounts that are not prepared: a plan like any other, approved before it is run."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.planning.lines import line_id
from workbench.core.readiness.asking import flags, status_row
from workbench.core.readiness.finding import Readiness
from workbench.model.integrations import Integration
from workbench.model.lines import Held, Line
from workbench.model.records import MODIFIED, Ref, Snapshots
from workbench.model.values import Value

MENDED = ("not flagged", "no status", "unknown status")
"""The findings about single accounts that setting a field can mend."""


def corrections(
    integration: Integration, found: Readiness, snapshots: Mapping[str, Snapshots], status: str = ""
) -> tuple[tuple[Line, ...], tuple[Held, ...]]:
    """A line for each account that is not prepared: flag set, and `status` where it has none of the status set.

    Held for a person: accounts that look like another one (flagging both would make the partner twice), and those
    whose status nobody named.
    """
    doubled = _doubled(found)
    lines: list[Line] = []
    held: list[Held] = []
    for text in dict.fromkeys(finding.record for finding in found.findings if finding.check in MENDED):
        ref = Ref.parse(text)
        checks = {finding.check for finding in found.findings.where(record=text)}
        if ref in doubled:
            reason, remedy = (
                "it looks like another account",
                "flag one of the two by hand, rule that the other stays out",
            )
            held.append(Held(ref, "possible duplicate", reason, remedy))
        elif checks - {"not flagged"} and not status:
            reason, remedy = "its status is not known", "set it by hand, or name the status that all of these have"
            held.append(Held(ref, "no status", reason, remedy))
        else:
            lines.append(_line(integration, ref, snapshots, checks, status))
    return tuple(lines), tuple(held)


def _line(
    integration: Integration, ref: Ref, snapshots: Mapping[str, Snapshots], checks: set[str], status: str
) -> Line:
    side, pairing = integration.side(ref.system), integration.pairing(ref.kind)
    record, row = snapshots[ref.kind][ref.system].record(ref.id), status_row(pairing)
    after: dict[str, Value] = {name: True for name in flags(pairing, side) if record.get(name) is not True}
    if row is not None and checks - {"not flagged"}:
        after[getattr(row, side)] = status
    place = snapshots[ref.kind].described
    name = place.systems[ref.system].evidence.get("name", "") if place else ""
    return Line(
        id=line_id(f"correction of {integration.name}", "update", ref, None, list(after)),
        action="update",
        target=ref,
        counterpart=None,
        name=str(record.get(name) or ref.id),
        before={field: record.get(field) for field in after},
        after=dict(after),
        precondition={MODIFIED: record.get(MODIFIED)},
        reason=f"prepares it for the sync: {', '.join(sorted(checks))}",
    )


def _doubled(found: Readiness) -> set[Ref]:
    pairs = [finding.record.partition(" and ") for finding in found.findings.where(check="possible duplicate")]
    first = [Ref.parse(one) for one, _, _ in pairs]
    return {*first, *(Ref(ref.system, ref.kind, beside) for ref, (_, _, beside) in zip(first, pairs, strict=True))}
