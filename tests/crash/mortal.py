"""A process that dies at a chosen point: every touch of the clock and every call of a system is such a point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Died(BaseException):
    """The process is no more. Nothing of the product may catch it."""


class Fuse:
    """Counts the points of a run and ends it at one of them; afterwards nothing works, as after `kill -9`."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.points = 0

    def point(self) -> None:
        self.points += 1
        if self.at and self.points >= self.at:
            raise Died


class Witness(Fuse):
    """Lets a run come to its end, and keeps at each of these points what a death there would leave behind."""

    def __init__(self, points: Any, keep: Callable[[], Any]) -> None:
        super().__init__()
        self._wanted, self._keep, self.kept = points, keep, {}

    def point(self) -> None:
        self.points += 1
        if self.points in self._wanted:
            self.kept[self.points] = self._keep()


class MortalClock:
    """A clock that stops the process that looks at it."""

    def __init__(self, clock: Any, fuse: Fuse) -> None:
        self._clock, self._fuse = clock, fuse

    def now(self) -> Any:
        self._fuse.point()
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        self._fuse.point()
        self._clock.sleep(seconds)


class MortalSystem:
    """A system whose caller may die before the call, or after it, with the answer on its way."""

    def __init__(self, system: Any, fuse: Fuse) -> None:
        self._system, self._fuse, self.name = system, fuse, system.name

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._system, name)

        def called(*args: Any, **more: Any) -> Any:
            self._fuse.point()
            answer = call(*args, **more)
            self._fuse.point()
            return answer

        return called
