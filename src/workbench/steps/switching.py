"""Ask a vendor's own settings before anything is pulled (R-DEAL-9)."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.readiness.switching import SETTING, Said, closed, settings_of
from workbench.errors import Refused
from workbench.model.integrations import Integration
from workbench.model.mappings import Side
from workbench.model.ports import System
from workbench.model.records import Snapshot, Where


def asked(integration: Integration, systems: Mapping[str, System]) -> dict[Side, Said]:
    """The settings of each side that the integration wants to know; one call a side, none where it wants nothing."""
    where = Where.of({"type": [SETTING]})
    found: dict[Side, Said] = {}
    for side in integration.switches:
        system = systems[integration.system(side)]
        reading = system.read("integration", where)
        found[side] = settings_of(Snapshot(system.name, "integration", "", reading.taken_at, "", reading.frame))
    return found


def check(integration: Integration, systems: Mapping[str, System]) -> None:
    """Raise Refused that names each switch which keeps this integration from pulling anything."""
    if not any(switches.must_be_on for switches in integration.switches.values()):
        return
    reasons = closed(integration, asked(integration, systems))
    if reasons:
        raise Refused(f"{integration.name} pulls nothing: {'; '.join(reasons)}; switch it on there, then try again")
