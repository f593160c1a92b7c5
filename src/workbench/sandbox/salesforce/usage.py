"""How many calls of today's allowance are used: the setting `daily_limit` says how many there are."""

from __future__ import annotations

from workbench.sandbox.salesforce.org import SYSTEM
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.state import State

DAILY_LIMIT = 100_000


def daily_limit(state: State) -> int:
    """The calls allowed in 24 hours."""
    return int(state.setting(SYSTEM, "daily_limit", DAILY_LIMIT))


def today(state: State) -> int:
    """The calls made today."""
    kept = state.setting(SYSTEM, "usage", {})
    return int(kept.get("calls", 0)) if kept.get("day") == state.now().date().isoformat() else 0


def count(state: State) -> str:
    """Count one call; the value of Sforce-Limit-Info, or REQUEST_LIMIT_EXCEEDED when none is left."""
    with state.transaction():
        used, most = today(state) + 1, daily_limit(state)
        if used > most:
            raise Refused("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
        state.keep(SYSTEM, "usage", {"day": state.now().date().isoformat(), "calls": used})
    return f"api-usage={used}/{most}"
