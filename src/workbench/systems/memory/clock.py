"""A clock that tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class MemoryClock:
    """A clock that stands still until somebody sleeps or moves it."""

    def __init__(self, start: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment at which the clock stands."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on by that many seconds, at once."""
        self._now += timedelta(seconds=seconds)
