"""Frames of pandas in a notebook, shown like the tables of the workbench: whole texts, blank where nothing is known."""

from __future__ import annotations

import pandas as pd
from IPython.core.getipython import get_ipython

from workbench.model.rows import html_of


def show_as_tables() -> None:
    """From now on this notebook shows a frame as a table for people; outside of notebooks nothing changes."""
    shell = get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, shown)


def shown(frame: pd.DataFrame) -> str:
    """A frame as HTML; an index is a column of it, unless it only counts."""
    if frame.columns.nlevels > 1:
        return str(frame.to_html())
    counted = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    return html_of(frame if counted else frame.reset_index())
