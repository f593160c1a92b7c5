"""A large sandbox is recorded in shares, side by side: the first one here, each other one by a process of its own.

Those write files of their own, which are then poured into the sandbox's: so both cores work.
"""

from __future__ import annotations

import gc
import multiprocessing
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from workbench.sandbox.data.recording import record
from workbench.sandbox.data.size import Share, Size
from workbench.sandbox.state import State


def record_all(state: State, size: Size) -> None:
    """Record the data of a size in an empty state; inside its `loading()`."""
    first, *others = size.shares
    with _without_collecting():
        if not others:
            record(state, first)
            return
        with tempfile.TemporaryDirectory(prefix="workbench-sandbox-shares-") as folder:
            paths = [Path(folder) / f"{share.position}.sqlite" for share in others]
            with ProcessPoolExecutor(len(others), multiprocessing.get_context("spawn")) as pool:
                recorded = pool.map(_record_share, others, paths)
                record(state, first)
                for path in recorded:
                    state.pour(path)


def _record_share(share: Share, path: Path) -> Path:
    """Record one share in a file that has no indexes; its path."""
    state = State(path)
    with state.loading(indexed=False), _without_collecting():
        record(state, share)
    state.close()
    return path


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Much is made and all of it is kept: looking for garbage would take a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
