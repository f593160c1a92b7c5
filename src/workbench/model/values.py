"""What a field can hold, and the one canonical text of any value of the product."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
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


def _plain(value: object) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical text; use text for decimals and dates")
