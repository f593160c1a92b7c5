"""Which members of a record an answer shows: the parameter `fields`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.connectwise.fields import ITEMS, REFERENCE, REFERENCES, Collection
from workbench.sandbox.connectwise.refusals import not_a_name
from workbench.sandbox.connectwise.tenant import STAMPS


def projection(text: str, collection: Collection) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The parameter `fields`: keeps what is named, nested members nested; `_info` only when asked for."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if names == ["*"]:
        names = ["id"]  # since 2018.4
    for name in names:
        _check_name(name, collection)
    return _Projection(tuple(tuple(name.lower().split("/")) for name in names))


@dataclass(frozen=True)
class _Projection:
    """Keeps the named members of a written record."""

    paths: tuple[tuple[str, ...], ...]

    def __call__(self, record: dict[str, Any]) -> dict[str, Any]:
        return _kept(record, self.paths)


def _kept(record: dict[str, Any], paths: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for name, value in record.items():
        mine = [path for path in paths if path[0] == name.lower()]
        if not mine:
            continue
        deeper = tuple(path[1:] for path in mine if len(path) > 1)
        if len(deeper) < len(mine) or not deeper:
            answer[name] = value
        elif isinstance(value, dict):
            answer[name] = _kept(value, deeper)
        elif isinstance(value, list):
            answer[name] = [_kept(each, deeper) for each in value]
    return answer


def _check_name(name: str, collection: Collection) -> None:
    first, _, rest = name.lower().partition("/")
    if first == "_info":
        if rest and rest not in {each.lower() for each in STAMPS} and not rest.endswith("_href"):
            raise not_a_name(name)
        return
    field = collection.by_name.get(first)
    if first != "id" and field is None:
        raise not_a_name(name)
    if not rest:
        return
    if field is None or field.kind not in {REFERENCE, REFERENCES, ITEMS}:
        raise not_a_name(name)
    part = rest.partition("/")[0]
    known = set(field.by_part) if field.kind == ITEMS else {"id", "name", "identifier", "_info"}
    if part not in known:
        raise not_a_name(name)
