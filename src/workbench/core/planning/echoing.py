"""What the vendors' own connectors will make of a plan: they carry our changes on, within the hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.core.merging import allows, translated
from workbench.model.integrations import Integration
from workbench.model.lines import Line, Promise
from workbench.model.links import Link
from workbench.model.mappings import Side, other
from workbench.model.plans import Plan
from workbench.model.records import Ref
from workbench.model.rows import Rows
from workbench.model.values import Value


@dataclass(frozen=True, slots=True)
class Echo:
    """A field that a vendor's connector will write because a line of ours changes its counterpart."""

    line: str
    integration: str
    record: Ref
    field: str
    value: Value


def echoes(plan: Plan, integrations: Iterable[Integration], links: Iterable[Link]) -> Rows[Echo]:
    """The changes that connectors run by vendors will make after this plan, one step far.

    `links` are those of all integrations; only active ones count.
    """
    vendors = [known for known in integrations if known.run_by == "vendor" and known.name != plan.integration]
    there: dict[Ref, list[Ref]] = {}
    for link in links:
        if link.active:
            there.setdefault(link.left, []).append(link.right)
            there.setdefault(link.right, []).append(link.left)
    return Rows(
        echo
        for line in plan.lines
        for integration in vendors
        for record in there.get(line.target, [])
        for echo in _echoes(line, integration, record)
    )


def _echoes(line: Line, integration: Integration, record: Ref) -> Iterator[Echo]:
    ends = {line.target.system, record.system}
    if ends != set(integration.pair) or line.target.kind not in integration.kinds:
        return
    here: Side = integration.side(line.target.system)
    for mapping in integration.pairing(line.target.kind).mapping:
        value = line.after.get(getattr(mapping, here))
        if getattr(mapping, here) not in line.after or isinstance(value, Promise):
            continue
        known, written = translated(mapping, value, other(here))
        if known and allows(mapping.on_update, other(here)):
            yield Echo(line.id, integration.name, record, getattr(mapping, other(here)), written)
