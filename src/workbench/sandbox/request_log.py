"""The request log: every call to a system, whoever made it, whatever became of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.sandbox.state import State, stamp_of
from workbench.sandbox.wire import Request


@dataclass(slots=True)
class Entry:
    """What became of a call: `status` stays None when nothing was answered."""

    status: int | None = None
    fault: str = ""


@contextmanager
def logged(state: State, system: str, request: Request, caller: str = "") -> Iterator[Entry]:
    """Log a call while it is answered; `caller` names an actor, it is empty for everybody outside."""
    entry, started = Entry(), time.perf_counter()
    try:
        yield entry
    finally:
        ms = round((time.perf_counter() - started) * 1000, 3)
        row = (stamp_of(state.now()), system, request.method, request.target, entry.status, ms, entry.fault, caller)
        with state.transaction():
            state.connection.execute(
                "INSERT INTO request (at, system, method, path, status, ms, fault, caller)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
