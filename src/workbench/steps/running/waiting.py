"""How long lines wait before they are worked on again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from workbench.model.ports import Clock


class _Wait(NamedTuple):
    since: datetime
    seconds: float


class Waits:
    """Which lines wait, and until when: for a quiet period, or as long as a system asked for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waits: dict[str, _Wait] = {}

    def begin(self, line_id: str, seconds: float, *, since: datetime | None = None) -> None:
        """Let a line wait for so many seconds, from now or from a moment that an earlier run wrote down."""
        self._waits[line_id] = _Wait(since or self._clock.now(), seconds)

    def until(self, line_id: str) -> datetime | None:
        """When a line has waited long enough, on the clock as it goes now; None when it waits for nothing."""
        wait = self._waits.get(line_id)
        if wait is None:
            return None
        now = self._clock.now()
        if now < wait.since:
            # The clock was set back: the wait begins anew, for nobody knows how much of it is over.
            wait = self._waits[line_id] = wait._replace(since=now)
        return wait.since + timedelta(seconds=wait.seconds)
