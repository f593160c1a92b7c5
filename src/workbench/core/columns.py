"""A column of a snapshot as plain values."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from workbench.model.values import Value


def cells(frame: pd.DataFrame, name: str) -> list[Value]:
    """The values of a column in the order of the rows; all missing when the column is not there."""
    if not name or name not in frame.columns:
        return [None] * len(frame)
    column: Any = frame[name]  # pandas-stubs does not know that a missing value may become None
    return cast("list[Value]", column.to_numpy(dtype=object, na_value=None).tolist())


def by_id(frame: pd.DataFrame, name: str) -> dict[str, Value]:
    """The values of a column by record id."""
    return dict(zip((str(key) for key in frame.index), cells(frame, name), strict=True))
