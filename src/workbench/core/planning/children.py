"""Child plans: what a reviewer leaves out, corrects or sets apart. The parent stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from workbench.core.planning.providing import wanted
from workbench.core.safety import families
from workbench.errors import UnknownName, UsageError
from workbench.model.integrations import Integration
from workbench.model.lines import Line
from workbench.model.plans import Plan
from workbench.model.values import Value


def drop(plan: Plan, lines: Collection[str]) -> Plan:
    """The plan without these lines and without what waits for them. Dropping is not editing: the author stays."""
    out = _known(plan, lines)
    for line in plan.lines:
        if not out.isdisjoint(line.depends_on):
            out.add(line.id)
    return _child(plan, tuple(wanted([line for line in plan.lines if line.id not in out])))


def split(plan: Plan, lines: Collection[str]) -> tuple[Plan, Plan]:
    """These lines with all that belongs to them, and the rest: two plans that can be approved apart."""
    chosen = _known(plan, lines)
    together = {line.id for family in families(plan.lines) for line in family if chosen & {item.id for item in family}}
    apart = _child(plan, tuple(line for line in plan.lines if line.id in together))
    rest = _child(plan, tuple(line for line in plan.lines if line.id not in together))
    return replace(apart, held=()), replace(rest, settled=())


def edit(plan: Plan, line: str, values: Mapping[str, Value], *, by: str, integration: Integration) -> Plan:
    """The plan with other values in one line; whoever edits is its author from then on.

    Only fields that the line writes already can be edited. An edited field agrees with no side yet, so the next plan
    asks what becomes of it. Gates have to be measured anew. Raises UsageError for an unknown field.
    """
    (chosen,) = _known(plan, [line])
    before = plan.line(chosen)
    strange = sorted(set(values) - set(before.after))
    if strange:
        raise UsageError(f"line {chosen[:8]} does not write {', '.join(strange)}; it writes {', '.join(before.after)}")
    edited = _edited(before, values, integration)
    child = _child(plan, tuple(edited if known.id == chosen else known for known in plan.lines))
    return replace(child, author=by)


def _edited(line: Line, values: Mapping[str, Value], integration: Integration) -> Line:
    after = {**line.after, **values}
    side = integration.side(line.target.system)
    mapping = integration.pairing(line.target.kind).mapping
    keys = {row.key for row in mapping if getattr(row, side) in values}
    agreed = {key: known for key, known in line.agreed.items() if key not in keys}
    return replace(line, after=after, agreed=agreed, risk=tuple(sorted({*line.risk, "edited"})))


def _known(plan: Plan, lines: Collection[str]) -> set[str]:
    """The full ids of lines, which may be given by their first digits, as people see them."""
    found: set[str] = set()
    for digits in lines:
        matching = [line.id for line in plan.lines if digits and line.id.startswith(digits)]
        if len(matching) != 1:
            raise UnknownName(f"line of plan {plan.id}", digits, [line.id[:8] for line in plan.lines])
        found.add(matching[0])
    return found


def _child(plan: Plan, lines: tuple[Line, ...]) -> Plan:
    return replace(plan, lines=lines, parent=plan.id, choices=())
