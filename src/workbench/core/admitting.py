"""Which records a condition admits, judged over a whole snapshot: a server's filter would hide a cleared flag."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from workbench.core.columns import cells
from workbench.errors import Refused
from workbench.model.records import DELETED, SEPARATOR, Condition, Snapshot, Where
from workbench.model.values import Value


def admitted(snapshot: Snapshot, where: Where) -> frozenset[str]:
    """The ids of the living records for which all conditions hold.

    Raises Refused when a field of a condition was not read: a record must not leave the scope because nobody looked.
    """
    frame = snapshot.frame
    keep = living(frame)
    for condition in where.conditions:
        keep &= _holds(snapshot, condition)
    return frozenset(frame.index[keep])


def failing(record: Mapping[str, Value], where: Where) -> list[str]:
    """The conditions that a record does not meet, in words: `status is Inactive, not Active`."""
    said = []
    for condition in where.conditions:
        value = record.get(condition.field)
        if condition.field != "id" and not _agrees(_text(value), _wanted(condition)):
            wanted = " or ".join(sorted(_wanted(condition)))
            said.append(f"{condition.field} is {_text(value) or 'blank'}, not {wanted}")
    return said


def living(frame: pd.DataFrame) -> pd.Series:
    """Which rows of a snapshot's frame are not deleted."""
    marks = [cell is not True and cell != "true" for cell in cells(frame, DELETED)]
    return pd.Series(marks, index=frame.index, dtype=bool)


def _holds(snapshot: Snapshot, condition: Condition) -> pd.Series:
    frame, wanted = snapshot.frame, _wanted(condition)
    if condition.field == "id":
        return pd.Series(frame.index.isin(sorted(wanted)), index=frame.index, dtype=bool)
    if condition.field not in frame.columns:
        raise Refused(
            f"{snapshot.system} {snapshot.kind}: field {condition.field!r} decides who takes part but was not read;"
            " check its name in config and the permissions of the user, then read again"
        )
    column = cells(frame, condition.field)
    verdicts = {cell: _agrees(_text(cell), wanted) for cell in set(column)}
    return pd.Series([verdicts[cell] for cell in column], index=frame.index, dtype=bool)


def _wanted(condition: Condition) -> frozenset[str]:
    return frozenset(_text(value) for value in condition.values)


def _agrees(text: str, wanted: frozenset[str]) -> bool:
    return text in wanted or (SEPARATOR in text and not wanted.isdisjoint(text.split(SEPARATOR)))


def _text(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
