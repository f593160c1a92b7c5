"""What a field can hold, and the one canonical text of any value of the product."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

Value = str | bool | int | None
"""What a record's field holds. Decimals and dates are text: `"1234.50"`, `"2026-11-22"`, `"2026-11-22T10:00:00Z"`."""


def canonical_json(value: object) -> str:
    """The same text for equal values, on every machine and under every hash seed (sorted keys, no floats).

    Frozen dataclasses are written by field name, date-times as ISO text in UTC, tuples as lists.
    Raises TypeError for a float or an unknown type: what is signed must not depend on rounding.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fingerprint(value: object) -> str:
    """SHA-256 of the canonical text, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()


def fingerprint_of(fields: Mapping[str, object]) -> str:
    """`fingerprint` for what may be large: lists of these fields are digested item by item, so no copy is held."""
    digest = hashlib.sha256()
    for piece in _pieces(fields):
        digest.update(piece.encode("utf-8"))
    return digest.hexdigest()


def _pieces(fields: Mapping[str, object]) -> Iterator[str]:
    """The canonical text of these fields, in pieces."""
    yield "{"
    for number, name in enumerate(sorted(fields)):
        yield f"{',' if number else ''}{canonical_json(name)}:"
        value = fields[name]
        if isinstance(value, list | tuple):
            yield "["
            for place, item in enumerate(value):
                yield f"{',' if place else ''}{canonical_json(item)}"
            yield "]"
        else:
            yield canonical_json(value)
    yield "}"


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is dict:
        return {str(name): _plain(item) for name, item in value.items()}
    if kind is tuple or kind is list:
        return [_plain(item) for item in value]
    names = _names(kind)
    return _other(value) if names is None else {name: _plain(getattr(value, name)) for name in names}


def _other(value: object) -> Any:
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    raise TypeError(f"{type(value).__name__} has no canonical text; use text for decimals and dates")


_AS_THEY_ARE = frozenset({str, bool, int, type(None)})


@cache
def _names(kind: Hashable) -> tuple[str, ...] | None:
    """The fields of a frozen value of this type, or None when it is none: asked for each of a million cells."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None
