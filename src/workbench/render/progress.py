"""Progress bars: one element that updates in place in a notebook, one line in a terminal; both say rate and rest.

A bar stands alone: work that is done inside other work that shows one shows none.
"""

from __future__ import annotations

import html
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from workbench.model.ports import Item

if TYPE_CHECKING:
    from rich.console import Console

PATIENCE_SECONDS = 2
"""So long somebody waits without wondering: what is short as a rule shows a bar only beyond that."""
_INTERVAL_SECONDS = 0.25
_MINUTE = 60

Seconds = Callable[[], float]
"""A clock that only ever goes forward."""

_alone = threading.Lock()


def bar(items: Iterable[Item], *, total: int | None, label: str) -> Iterable[Item]:
    """The same items, shown as they pass: count, rate and remaining time (the `Progress` of `model.ports`)."""
    return _here(items, total, label, after=0)


def late_bar(items: Iterable[Item], *, total: int | None, label: str) -> Iterable[Item]:
    """The same for work that is short as a rule: nothing in the first two seconds, nothing when it is done."""
    return _here(items, total, label, after=PATIENCE_SECONDS)


def in_terminal(
    items: Iterable[Item],
    *,
    total: int | None,
    label: str,
    console: Console | None = None,
    clock: Seconds = time.monotonic,
    after: float = 0,
) -> Iterator[Item]:
    """A line that is rewritten, on standard error and where somebody looks: what a program reads stays as it is."""
    return _shown(items, total, _Line(label, console), clock, after)


def in_notebook(
    items: Iterable[Item],
    *,
    total: int | None,
    label: str,
    show: Callable[[str], None] | None = None,
    clock: Seconds = time.monotonic,
    after: float = 0,
) -> Iterator[Item]:
    """An element that is updated in place, four times a second at most.

    Its last state stays on the page, unless it came late: then the result of the cell says all there is to say.
    """
    return _shown(items, total, _Element(label, show, stays=not after), clock, after)


def pace(done: int, total: int | None, seconds: float) -> str:
    """How far something is, how fast it goes, and how long the rest takes if it goes on so."""
    far = f"{done:,}" if total is None else f"{done:,} of {total:,}"
    if not done or seconds <= 0:
        return far
    a_second = done / seconds
    rate = f"{a_second:,.0f} a second" if a_second >= 1 else f"{a_second * _MINUTE:,.0f} a minute"
    rest = f", about {_spoken((total - done) / a_second)} left" if total is not None and done < total else ""
    return f"{far}, {rate}{rest}"


class _Face(Protocol):
    """Where a bar is seen."""

    def tell(self, done: int, total: int | None, seconds: float) -> None:
        """Show how far it is."""
        ...

    def end(self) -> None:
        """Nothing more comes."""
        ...


class _Line:
    """A line of a terminal; gone when it ends."""

    def __init__(self, label: str, console: Console | None) -> None:
        from rich.console import Console  # programs that show no bar start without
        from rich.progress import BarColumn, Progress, TextColumn

        name, words = TextColumn("{task.description}", markup=False), TextColumn("{task.fields[words]}", markup=False)
        on = console or Console(stderr=True)
        self._shown = Progress(name, BarColumn(), words, console=on, transient=True, disable=not on.is_terminal)
        self._task = self._shown.add_task(label, total=None, words="")

    def tell(self, done: int, total: int | None, seconds: float) -> None:
        self._shown.update(self._task, completed=done, total=total, words=pace(done, total, seconds))
        self._shown.start()

    def end(self) -> None:
        if self._shown.live.is_started:
            self._shown.stop()


class _Element:
    """An element of a notebook."""

    def __init__(self, label: str, show: Callable[[str], None] | None, *, stays: bool) -> None:
        self._label, self._show, self._stays = html.escape(label, quote=True), show, stays

    def tell(self, done: int, total: int | None, seconds: float) -> None:
        self._show = self._show or _in_place()
        words = pace(done, total, seconds)
        far = "" if total is None else f' max="{max(total, 1)}" value="{done}"'
        self._show(f"<label>{self._label} <progress{far}>{words}</progress> <small>{words}</small></label>")

    def end(self) -> None:
        if self._show is not None and not self._stays:
            self._show("")


def _here(items: Iterable[Item], total: int | None, label: str, *, after: float) -> Iterable[Item]:
    """As somebody sees it from here: in a notebook, at a terminal, or not at all."""
    in_kernel = "IPython" in sys.modules and hasattr(sys.modules["IPython"].get_ipython(), "kernel")
    if in_kernel:  # IPython in a terminal shows no HTML
        return in_notebook(items, total=total, label=label, after=after)
    return in_terminal(items, total=total, label=label, after=after) if sys.stderr.isatty() else items


def _shown(items: Iterable[Item], total: int | None, face: _Face, clock: Seconds, after: float) -> Iterator[Item]:
    if not _alone.acquire(blocking=False):
        yield from items
        return
    try:
        started, told, done = clock(), float("-inf"), 0
        if not after:
            face.tell(done, total, 0)
        for done, item in enumerate(items, start=1):
            yield item
            now = clock()
            if now - started >= after and now - told >= _INTERVAL_SECONDS:
                face.tell(done, total, now - started)
                told = now
        if not after:
            face.tell(done, total, clock() - started)
    finally:
        face.end()
        _alone.release()


def _spoken(seconds: float) -> str:
    whole = max(round(seconds), 1)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    minutes = round(whole / _MINUTE)
    return f"{minutes} min" if minutes < 2 * _MINUTE else f"{minutes // _MINUTE} h {minutes % _MINUTE} min"


def _in_place() -> Callable[[str], None]:
    from IPython.display import HTML, display  # it takes a while to import; only notebooks need it

    handle = display(HTML(""), display_id=True)
    return lambda element: handle.update(HTML(element))
