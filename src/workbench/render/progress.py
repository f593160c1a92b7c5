"""Progress bars: one element that updates in place in a notebook, one line in a terminal; both say rate and rest."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterable, Iterator

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from workbench.model.ports import Item

_INTERVAL_SECONDS = 0.25
_MINUTE = 60

Seconds = Callable[[], float]
"""A clock that only ever goes forward."""


def bar(items: Iterable[Item], *, total: int, label: str) -> Iterator[Item]:
    """The same items, shown as they pass: count, rate and remaining time (the `Progress` of `model.ports`)."""
    in_kernel = hasattr(get_ipython(), "kernel")  # IPython in a terminal shows no HTML
    return (in_notebook if in_kernel else in_terminal)(items, total=total, label=label)


def in_terminal(
    items: Iterable[Item], *, total: int, label: str, console: Console | None = None, clock: Seconds = time.monotonic
) -> Iterator[Item]:
    """A line that is rewritten, on standard error and where somebody looks: what a program reads stays as it is."""
    on = console or Console(stderr=True)
    name, words = TextColumn("{task.description}", markup=False), TextColumn("{task.fields[words]}", markup=False)
    with Progress(name, BarColumn(), words, console=on, transient=True, disable=not on.is_terminal) as shown:
        started = clock()
        task = shown.add_task(label, total=total, words=pace(0, total, 0))
        for done, item in enumerate(items, start=1):
            yield item
            shown.update(task, completed=done, words=pace(done, total, clock() - started))


def in_notebook(
    items: Iterable[Item],
    *,
    total: int,
    label: str,
    show: Callable[[str], None] | None = None,
    clock: Seconds = time.monotonic,
) -> Iterator[Item]:
    """An element that is updated in place, four times a second at most; its last state stays on the page."""
    updated = show or _in_place()
    started, told, done = clock(), float("-inf"), 0
    updated(_element(label, done, total, 0))
    for done, item in enumerate(items, start=1):
        yield item
        now = clock()
        if now - told >= _INTERVAL_SECONDS:
            updated(_element(label, done, total, now - started))
            told = now
    updated(_element(label, done, total, clock() - started))


def pace(done: int, total: int, seconds: float) -> str:
    """How far something is, how fast it goes, and how long the rest takes if it goes on so."""
    if not done or seconds <= 0:
        return f"{done:,} of {total:,}"
    a_second = done / seconds
    rate = f"{a_second:,.0f} a second" if a_second >= 1 else f"{a_second * _MINUTE:,.0f} a minute"
    rest = f", about {_spoken((total - done) / a_second)} left" if done < total else ""
    return f"{done:,} of {total:,}, {rate}{rest}"


def _spoken(seconds: float) -> str:
    whole = max(round(seconds), 1)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    minutes = round(whole / _MINUTE)
    return f"{minutes} min" if minutes < 2 * _MINUTE else f"{minutes // _MINUTE} h {minutes % _MINUTE} min"


def _in_place() -> Callable[[str], None]:
    handle = display(HTML(""), display_id=True)
    return lambda element: handle.update(HTML(element))


def _element(label: str, done: int, total: int, seconds: float) -> str:
    words, name = pace(done, total, seconds), html.escape(label, quote=True)
    meter = f'<progress max="{max(total, 1)}" value="{done}">{words}</progress>'
    return f"<label>{name} {meter} <small>{words}</small></label>"
