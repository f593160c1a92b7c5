"""Calls on their way to systems, never more side by side than a system allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import TracebackType
from typing import Self, TypeVar

from workbench.model.ports import Description

Answer = TypeVar("Answer")


class Calls:
    """Starts calls, and hands out their answers when they are wanted; meanwhile others are written down.

    One that answers within this process (concurrency 0) is called when the answer is wanted: nothing is gained by
    doing something else meanwhile.
    """

    def __init__(self) -> None:
        self._pools: dict[str, ThreadPoolExecutor] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        for pool in self._pools.values():
            # After an error nobody writes the answers down: what is on its way ends, what has not begun never does.
            pool.shutdown(cancel_futures=kind is not None)

    def start(self, described: Description, call: Callable[[], Answer]) -> Callable[[], Answer]:
        """Start a call to the system that is described; what comes back waits for its answer."""
        if described.concurrency == 0:
            return cache(call)
        if described.system not in self._pools:
            self._pools[described.system] = ThreadPoolExecutor(described.concurrency)
        return self._pools[described.system].submit(call).result

    def all(self, described: Description, calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
        """The answers of several calls, in their order."""
        return [answer() for answer in [self.start(described, call) for call in calls]]
