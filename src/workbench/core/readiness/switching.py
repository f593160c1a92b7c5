"""What a vendor's own settings mean for an integration: switches, shared flags, modules (R-DEAL-7, 9 and 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.core.readiness.asking import flags
from workbench.core.readiness.finding import Finding
from workbench.model.integrations import Integration
from workbench.model.mappings import Side, other
from workbench.model.records import Snapshot, Where

SETTING = "synchronisation setting"
"""The type of trace, among what a system says about its integrations, that holds one of its settings."""

ON, OFF = "on", "off"
Said = Mapping[str, str]
"""A system's settings by name, as they are shown: on, off, or a text."""


def settings_of(seen: Snapshot) -> Said:
    """The settings among what a system says about its own integrations."""
    rows = (record for _, record in seen.records() if record.get("type") == SETTING)
    return {str(row["name"]): str(row.get("detail") or row.get("counterpart") or "") for row in rows}


def closed(integration: Integration, said: Mapping[Side, Said]) -> list[str]:
    """Why nothing may be pulled now, each switch by its name; empty: it may (R-DEAL-9)."""
    found = []
    for side, switches in integration.switches.items():
        known, system = said.get(side, {}), integration.system(side)
        for name in switches.must_be_on:
            if name not in known:
                found.append(f"{system} does not say {name}: the integration is not configured there, or not visible")
            elif known[name] == OFF:
                found.append(f"{name} is off in {system}")
    return found


def idle(integration: Integration, side: Side, said: Mapping[Side, Said]) -> frozenset[str]:
    """The fields of a side that nobody needs, because the module that reads them is off on the other side."""
    switches = integration.switches.get(other(side))
    known = said.get(other(side), {})
    modules = switches.modules if switches else {}
    return frozenset(name for module, names in modules.items() if known.get(module) == OFF for name in names)


def switch_findings(integration: Integration, said: Mapping[Side, Said]) -> Iterator[Finding]:
    """Switches that are off, flags that set off more than this integration, modules that are off."""
    for words in closed(integration, said):
        yield Finding(
            "critical", "switched off", f"nothing is pulled: {words}", integration.name,
            "switch it on there, or take it from `switches:` of the integration",
        )  # fmt: skip
    for side, switches in integration.switches.items():
        known, system = said.get(side, {}), integration.system(side)
        shared = [f"{system} {name}" for name in switches.shares_flag if known.get(name) == ON]
        yield from (found for where in shared for found in _shared(integration, other(side), where))
        for module, names in switches.modules.items():
            if known.get(module) == OFF:
                yield Finding(
                    "warning", "module off", f"{module} is off, so {', '.join(names)} mean nothing",
                    f"{system} {module}", "take the relation that reads them from the integration",
                )  # fmt: skip


def _shared(integration: Integration, side: Side, where: str) -> Iterator[Finding]:
    """The flag by which records are suggested is the one that the vendor's other integrations look at, too."""
    for pairing in integration.pairings:
        suggested = pairing.suggest.get(side, Where()).fields
        for flag in (name for name in flags(pairing, side) if name in suggested):
            yield Finding(
                "warning", "shared flag",
                f"it is set off by the same sync flag, {flag}: setting it for one integration sets off the other",
                where, "use a flag of its own for each, or know that both follow",
            )  # fmt: skip
