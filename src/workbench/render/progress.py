"""Progress bars: one element that updates in place in a notebook, rich's bar in a terminal."""

from __future__ import annotations

import html
import time
from collections.abc import Iterable, Iterator

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display
from rich.progress import track

from workbench.model.ports import Item

_INTERVAL_SECONDS = 0.25


def bar(items: Iterable[Item], *, total: int, label: str) -> Iterator[Item]:
    """The same items, shown as they pass: count, rate and remaining time (the `Progress` of `model.ports`)."""
    if get_ipython() is None:
        yield from track(items, description=label, total=total, transient=True)
        return
    started, shown = time.monotonic(), 0.0
    handle = display(HTML(_element(label, 0, total, 0.0)), display_id=True)
    done = 0
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - shown >= _INTERVAL_SECONDS:
            handle.update(HTML(_element(label, done, total, now - started)))
            shown = now
    handle.update(HTML(_element(label, done, total, time.monotonic() - started)))


def _element(label: str, done: int, total: int, seconds: float) -> str:
    rate = done / seconds if seconds > 0 else 0.0
    remaining = f", about {(total - done) / rate:.0f} s left" if rate and done < total else ""
    words = f"{done} of {total}" + (f", {rate:.0f} a second{remaining}" if rate else "")
    name = html.escape(label, quote=True)
    meter = f'<progress max="{max(total, 1)}" value="{done}">{words}</progress>'
    return f"<label>{name} {meter} <small>{words}</small></label>"
