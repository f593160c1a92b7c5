"""A plan as text and as CSV, for people who read it outside a notebook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from workbench.core.formulas import formula_safe
from workbench.model.lines import Held, Line, Promise
from workbench.model.plans import Gate, Plan
from workbench.model.values import Value

CSV_COLUMNS = ("line", "action", "record", "name", "field", "before", "after", "reason")


def as_text(plan: Plan) -> str:
    """The plan line by line: what is written where, from what to what, why; then what is held, then gates that stop."""
    numbers = {line.id: number for number, line in enumerate(plan.lines, start=1)}
    blocks: list[str] = [f"{plan.integration}, {plan.purpose}: {plan.summary()}"]
    blocks += ["\n".join(_line(line, numbers)) for line in plan.lines]
    blocks += ["\n".join(_held(item)) for item in plan.held]
    blocks += [_gate(gate) for gate in plan.gates if not gate.holds]
    return "\n\n".join(blocks) + "\n"


def as_csv(plan: Plan) -> str:
    """Every changed field as a row; a cell that a spreadsheet would run as a formula begins with an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for change in plan.changes():
        writer.writerow([formula_safe(getattr(change, name)) for name in CSV_COLUMNS])
    return buffer.getvalue()


def _line(line: Line, numbers: Mapping[str, int]) -> Iterator[str]:
    target = str(line.target) if line.target.id else f"{line.target.system}:{line.target.kind}"
    counterpart = f" for {line.counterpart}" if line.counterpart else ""
    yield f"{numbers[line.id]}. {line.action.upper()} {target}{counterpart}, {line.name!r}"
    if line.reason:
        yield f"   because {line.reason}"
    for name, value in sorted(line.after.items()):
        yield f"   {name}: {_change(line, name, value, numbers)}"
    waits = sorted(numbers[parent] for parent in line.depends_on if parent in numbers)
    if waits:
        yield f"   after line {_listed(waits)}"
    if line.risk:
        yield f"   look twice: {', '.join(line.risk)}"


def _change(line: Line, name: str, value: Value | Promise, numbers: Mapping[str, int]) -> str:
    after = _shown(value, numbers)
    return after if line.action == "create" else f"{_shown(line.before.get(name), numbers)} -> {after}"


def _held(item: Held) -> Iterator[str]:
    yield f"HELD {item.subject} ({item.code})"
    yield f"   because {item.reason}"
    if item.field:
        yield f"   {item.field}: {_shown(item.left, {})} | {_shown(item.right, {})}"
    yield f"   {item.remedy}"


def _gate(gate: Gate) -> str:
    return f"STOPPED by {gate.name}\n   {gate.message}"


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _shown(value: Value | Promise, numbers: Mapping[str, int]) -> str:
    if isinstance(value, Promise):
        return f"the id that line {numbers.get(value.line, '?')} creates"
    return "nothing" if value in (None, "") else repr(value) if isinstance(value, str) else str(value)
