"""The process in which a notebook's cells run, and how a signal reaches it."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop

from workbench.jobs.stopping import heard

Execute = Callable[[type[AsyncKernelManager]], object]
"""Executes a notebook by kernels of this class."""


@dataclass
class Asked:
    """Whether this process was asked to stop while a notebook was executed."""

    to_stop: bool = False


def attended(execute: Execute, asked: Asked) -> None:
    """Execute a notebook while this process passes on what it is told from outside; papermill would kill the kernel.

    SIGTERM, or a terminal that is closed, reaches the cell as SIGTERM: a run that writes finishes the group in hand, is
    written down, and gives its lease back; `asked` says so afterwards. Ctrl-C interrupts the cell, and a second one
    ends its process; then, when all is over, KeyboardInterrupt is raised. Elsewhere than in the main thread nothing is
    passed on.
    """
    kernels: list[AsyncKernelManager] = []
    if threading.current_thread() is not threading.main_thread():
        execute(_known_to(kernels))
        return
    # Beside this thread, so that neither papermill nor asyncio listens to signals in our place.
    with _passed_on(kernels, asked), ThreadPoolExecutor(1) as beside:
        cells = beside.submit(_executed, execute, _known_to(kernels))
        try:
            _wait(cells)
        except KeyboardInterrupt:
            _interrupt(kernels, cells)
            raise
        cells.result()


def _executed(execute: Execute, manager: type[AsyncKernelManager]) -> None:
    loop = ensure_event_loop()  # this thread's own, which papermill and its kernel then use
    try:
        execute(manager)
    finally:
        loop.close()


def _known_to(kernels: list[AsyncKernelManager]) -> type[AsyncKernelManager]:
    class Known(AsyncKernelManager):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            kernels.append(self)

    return Known


def _interrupt(kernels: Sequence[AsyncKernelManager], cells: Future[None]) -> None:
    try:
        _send(kernels, signal.SIGINT)
        _wait(cells)
    except KeyboardInterrupt:
        _send(kernels, signal.SIGKILL)
        _wait(cells)


def _wait(cells: Future[None]) -> None:
    """Wait for the end, and look up now and then: a library (polars) may have seen to it that Ctrl-C wakes nobody."""
    while not wait([cells], timeout=0.5).done:
        pass


def _passed_on(kernels: Sequence[AsyncKernelManager], asked: Asked) -> AbstractContextManager[None]:
    def pass_on(number: int, _frame: FrameType | None) -> None:
        asked.to_stop = True
        if not _send(kernels, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # no cell has begun: nothing has to be finished
            os.kill(os.getpid(), number)

    return heard(pass_on)


def _send(kernels: Sequence[AsyncKernelManager], number: int) -> bool:
    """Send a signal to the processes of the kernels that have one; False when none has."""
    found = [pid for kernel in kernels if (pid := getattr(kernel.provisioner, "pid", None)) and kernel.has_kernel]
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    return bool(found)
