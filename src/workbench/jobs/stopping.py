"""How a program is asked to stop from outside, and who hears it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What a service manager sends to end a program, and a terminal that is closed (not on Windows)."""


@contextmanager
def heard(by: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """While inside, `by` is told of what asks this program to stop, which does not end it then.

    What the program was told to ignore (nohup) it goes on ignoring; elsewhere than in the main thread nothing is heard.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = [number for number in STOPS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, by) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
