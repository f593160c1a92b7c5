"""One look at everything that an integration needs before its first match (R-PREP-1, R-PREP-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workbench.core.readiness.fields import field_findings, layout_findings
from workbench.core.readiness.finding import Finding, Readiness
from workbench.core.readiness.imports import imports
from workbench.core.readiness.records import Accounts
from workbench.core.readiness.switching import Said, idle, switch_findings
from workbench.errors import Refused
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.mappings import Pairing, Side
from workbench.model.ports import Description, Instance
from workbench.model.records import Snapshots
from workbench.model.rows import Rows

SIDES: tuple[Side, ...] = ("left", "right")
FIRST = (
    "switched off",
    "field not seen",
    "wrong type",
    "not writable",
    "marker not seen",
    "required and empty",
    "status missing",
    "choice missing",
)
"""What is told before anything about single records, because those may follow from it."""


def check(
    integration: Integration,
    kinds: Mapping[str, Kind],
    descriptions: Mapping[tuple[str, str], Description],
    snapshots: Mapping[str, Snapshots],
    instances: Mapping[str, Instance],
    *,
    excluded: Iterable[str] = (),
    said: Mapping[Side, Said] | None = None,
    layouts: Mapping[tuple[str, str], frozenset[str] | None] | None = None,
    unread: Mapping[str, str] | None = None,
) -> Readiness:
    """Every finding, critical ones first. `descriptions` by system and kind; `snapshots` by kind; `excluded` are the
    records (system:kind:id) that need no preparation: they do not sync, or are imported already; `said` are the
    settings of each side that matter to the integration; `layouts`, by system and kind, the fields that people see on
    page layouts (None: nobody may ask; a system without layouts is not named); `unread` are the kinds of which no
    record could be read, and why: nothing is said of their records.

    Raises Refused when no filter says which accounts are partner accounts: nothing could be said about them.
    """
    found = [
        *switch_findings(integration, said or {}),
        *_all_fields(integration, kinds, descriptions, said or {}),
        *_all_layouts(integration, descriptions, said or {}, layouts or {}),
        *(_unread(integration, kind, why) for kind, why in (unread or {}).items()),
        *([] if unread else _all_records(integration, kinds, snapshots, instances, frozenset(excluded))),
    ]
    ordered = sorted(found, key=lambda one: (one.severity != "critical", one.check not in FIRST, one.check, one.where))
    ids = {name: instances[name].id for name in integration.pair}
    return Readiness(integration.name, ids, Rows(ordered))


def _all_fields(
    integration: Integration,
    kinds: Mapping[str, Kind],
    descriptions: Mapping[tuple[str, str], Description],
    said: Mapping[Side, Said],
) -> Iterator[Finding]:
    for pairing in integration.pairings:
        for side in SIDES:
            system, unneeded = integration.system(side), idle(integration, side, said)
            seen, place = descriptions[system, pairing.kind], kinds[pairing.kind].systems[system]
            yield from field_findings(integration, pairing, side, place, seen, idle=unneeded)


def _unread(integration: Integration, kind: str, why: str) -> Finding:
    remedy = "mend the fields first, then check again"
    return Finding(
        "critical", "records not read", f"no record was looked at: {why}", f"{integration.name} {kind}", remedy
    )


def _all_layouts(
    integration: Integration,
    descriptions: Mapping[tuple[str, str], Description],
    said: Mapping[Side, Said],
    layouts: Mapping[tuple[str, str], frozenset[str] | None],
) -> Iterator[Finding]:
    for pairing in integration.pairings:
        for side in SIDES:
            place = (integration.system(side), pairing.kind)
            if place in layouts:
                unneeded = idle(integration, side, said)
                yield from layout_findings(pairing, side, descriptions[place], layouts[place], idle=unneeded)


def _all_records(
    integration: Integration,
    kinds: Mapping[str, Kind],
    snapshots: Mapping[str, Snapshots],
    instances: Mapping[str, Instance],
    excluded: frozenset[str],
) -> Iterator[Finding]:
    if integration.shape == "importing":
        yield from imports(integration, kinds, snapshots, instances, excluded)
        return
    for pairing in integration.pairings:
        if kinds[pairing.kind].parent:
            continue  # contacts come with their partner
        for side in _filtered(integration, pairing):
            system = integration.system(side)
            place, url = kinds[pairing.kind].systems[system], instances[system].url
            accounts = Accounts(pairing, side, snapshots[pairing.kind][system], place, url=url, excluded=excluded)
            yield from accounts.unprepared()
            yield from accounts.doubles()


def _filtered(integration: Integration, pairing: Pairing) -> list[Side]:
    sides = [side for side in SIDES if side in pairing.suggest and pairing.suggest[side].conditions]
    if not sides:
        raise Refused(
            f"{integration.name} does not say which {pairing.kind} accounts there are to prepare; add a filter "
            f"(record type, type or flag) under `suggest:` of that kind in config/integrations/{integration.name}.yaml"
        )
    return sides
