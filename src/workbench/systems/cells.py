"""Between a vendor's JSON and the cells of a snapshot: text, booleans, integers; never a float."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from workbench.model.ports import FieldType
from workbench.model.records import SEPARATOR, Where
from workbench.model.values import Value

_HALVES = (rb"\ud", rb"\uD", b"\xed")
"""How halves of a sign come, escaped or not; whole signs may, too."""


def parsed(text: str | bytes) -> Any:
    """JSON with decimals kept as the text in which they came; raises ValueError for anything else.

    Half a sign, which is left where a system cuts a text off by its UTF-16, is no text that can be stored or sent: a
    replacement character stands in its place.
    """
    found = json.loads(text, parse_float=str)
    sent = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return _mended(found) if any(half in sent for half in _HALVES) else found


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_mended(member) for member in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(member) for name, member in value.items()}
    return value


def cell(value: Any, kind: FieldType = "text") -> Value:
    """A JSON value as a cell; a list becomes its members, sorted and joined."""
    if isinstance(value, list):
        return many(str(member) for member in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if value is None or value == "":
        return None
    if kind == "decimal":
        return str(value)
    if kind == "datetime":
        return instant(str(value))
    return value if isinstance(value, bool | int) else str(value)


def many(members: Iterable[str]) -> Value:
    """Several values as one cell, sorted; None for none."""
    return SEPARATOR.join(sorted(members)) or None


def split(value: Value) -> list[str]:
    """The values of a cell that holds several."""
    return [] if value is None else [part for part in str(value).split(SEPARATOR) if part]


def instant(text: str) -> str:
    """A moment as `2026-11-22T10:00:00Z`, whatever offset it came with; text that is no moment stays as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    shown = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    return shown.isoformat(timespec="milliseconds" if shown.microsecond else "seconds").replace("+00:00", "Z")


def outgoing(value: Value, kind: FieldType) -> Any:
    """A cell as the JSON value that a field of this type takes; None clears the field.

    Decimals travel as numbers only when they are exact; anything else stays text, and the system judges it.
    """
    if value is None or isinstance(value, bool):
        return value
    if kind == "flag":
        return {"true": True, "false": False}.get(str(value).lower(), value)
    if kind == "integer" and re.fullmatch("-?[0-9]{1,18}", str(value)):
        return int(value)
    if kind == "decimal":
        return _number(str(value))
    return str(value) if kind in ("text", "picklist", "multipicklist") else value


def _number(text: str) -> Any:
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return text
    if exact == exact.to_integral_value():
        return int(exact)
    return float(exact) if Decimal(repr(float(exact))) == exact else text


def dig(record: Mapping[str, Any], path: str, separator: str) -> Any:
    """The value at a path such as `status/name`; of a list, the values at the rest of the path in each member."""
    value: Any = record
    for position, part in enumerate(parts := path.split(separator)):
        if isinstance(value, list):
            rest = separator.join(parts[position:])
            return [found for member in value if (found := dig(member, rest, separator)) is not None]
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def portions(values: Sequence[Value], longest: int) -> Iterator[tuple[Value, ...]]:
    """The values of a long list in portions that fit into one address, `longest` characters each."""
    portion: list[Value] = []
    length = 0
    for value in values:
        length += len(str(value)) + 3
        if portion and length > longest:
            yield tuple(portion)
            portion, length = [], len(str(value)) + 3
        portion.append(value)
    if portion:
        yield tuple(portion)


def narrowed(where: Where, longest: int) -> Iterator[Where]:
    """The filters that together say the same as `where`, each short enough for one address; none if none can hold."""
    if any(not condition.values for condition in where.conditions):
        return
    if not where.conditions:
        yield where
        return
    long = max(where.conditions, key=lambda condition: sum(len(str(value)) + 3 for value in condition.values))
    for portion in portions(long.values, longest):
        kept = (
            replace(condition, values=portion) if condition is long else condition for condition in where.conditions
        )
        yield Where(tuple(kept))


def agrees(record_id: str, record: Mapping[str, Value], where: Where) -> bool:
    """Whether a record is one of those that `where` means."""
    return all(
        record_id in condition.values
        if condition.field == "id"
        else _holds(record.get(condition.field), condition.values)
        for condition in where.conditions
    )


def _holds(value: Value, wanted: Sequence[Value]) -> bool:
    if value in wanted:
        return True
    return isinstance(value, str) and any(part in wanted for part in value.split(SEPARATOR))
