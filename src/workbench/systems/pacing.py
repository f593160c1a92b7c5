"""How fast a system may be called: manners, one gate for all threads, the day's quota."""

from __future__ import annotations

import math
import random
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from workbench.model.ports import CALL_SECONDS, Clock


class WallClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Manners:
    """How a system is to be called. Times in seconds; `calls_per_minute` 0: as fast as it answers; `page` 0: the
    largest page that it gives (smaller ones help where one huge answer breaks something on the way).

    `floor_per_cent` is the share of the day's calls after which nothing more is written; `proxy` and `ca_bundle` are
    said here because the environment is not trusted (a .netrc entry would replace our credentials).
    """

    connect_seconds: float = 5
    read_seconds: float = 30
    write_seconds: float = CALL_SECONDS
    attempts: int = 5
    patience_seconds: float = 120
    calls_per_minute: int = 0
    concurrency: int = 4
    page: int = 0
    floor_per_cent: int = 80
    proxy: str = ""
    ca_bundle: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Manners:
        """The manners among a system's settings in config/workbench.yaml."""
        return cls(**{name: settings[name] for name in cls.names() if name in settings})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """What may be said."""
        return tuple(field.name for field in fields(cls))


class Closed(Exception):
    """Whoever wanted to pass would have to wait for so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Gate:
    """One pause for every thread that talks to a host: who comes while it is closed waits, and they do not all
    start again at the same moment (eight threads that were told the same second came back within 57 ms)."""

    def __init__(self, clock: Clock, calls_per_minute: int = 0) -> None:
        self._clock, self._interval = clock, 60 / calls_per_minute if calls_per_minute else 0.0
        self._opens = 0.0
        self._lock = threading.Lock()

    def close(self, seconds: float) -> None:
        """Nobody passes for that long."""
        with self._lock:
            self._opens = max(self._opens, self._clock.now().timestamp() + seconds)

    def enter(self, patience_seconds: float = math.inf) -> None:
        """Wait until it is our turn; raises Closed at once when that would take longer than `patience_seconds`."""
        with self._lock:
            now = self._clock.now().timestamp()
            wait = self._opens - now
            if wait > patience_seconds:
                raise Closed(wait)
            self._opens = max(now, self._opens) + self._interval
        if wait > 0:
            self._clock.sleep(wait + random.uniform(0, min(1.0, wait)))


@dataclass(slots=True)
class Quota:
    """The day's calls as the system counts them; `limit` 0 while it has not said."""

    floor_per_cent: int = 80
    used: int = 0
    limit: int = 0

    def note(self, header: str) -> None:
        """Read `Sforce-Limit-Info: api-usage=18/5000` (more may follow after a semicolon)."""
        said = re.match(r"api-usage=([0-9]+)/([0-9]+)", header)
        if said:
            self.used, self.limit = int(said[1]), int(said[2])

    @property
    def reached(self) -> bool:
        """Whether the floor is reached."""
        return bool(self.limit) and self.used * 100 >= self.limit * self.floor_per_cent
