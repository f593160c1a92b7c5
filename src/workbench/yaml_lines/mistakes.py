"""What a model refuses, told with the line and the nearest right name."""

from __future__ import annotations

import dataclasses
import difflib
import reprlib
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any, Union

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from workbench.errors import Problem, nearest
from workbench.yaml_lines.document import Document, Path

_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_WANTED = {
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "string": "text",
    "list": "list",
    "tuple": "list",
    "dict": "group of names with values",
    "model": "group of names with values",
}


def problems(document: Document, model: type[BaseModel], details: Iterable[ErrorDetails]) -> Iterator[Problem]:
    """Every mistake that pydantic found, once: a mistyped name is not missing too, nor is an unreadable value wrong."""
    found = list(details)
    mistyped = {
        (*place, name)
        for *place, wrong in (item["loc"] for item in found if item["type"] in _UNKNOWN)
        for name in difflib.get_close_matches(str(wrong), _names_at(model, place), n=1)
    }
    unreadable = {said.line for said in document.problems}
    for item in found:
        said = _problem(document, model, item)
        if said.line not in unreadable and not (item["type"] == "missing" and item["loc"] in mistyped):
            yield said


def _problem(document: Document, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    """One mistake in the words of whoever wrote the file, with the nearest right name."""
    path = _path_in(document.data, detail["loc"])
    name, context = str(detail["loc"][-1]) if detail["loc"] else "", detail.get("ctx", {})
    kind = detail["type"]
    if kind in _UNKNOWN:
        return document.problem(
            path, f"{name!r} is not known here", nearest(name, _names_at(model, detail["loc"][:-1]))
        )
    if kind == "missing":
        where = f" of {path[-1]!r}" if path else ""
        return document.problem(path, f"{name!r}{where} is missing", "add it")
    if kind in ("literal_error", "enum"):
        allowed = [word.strip(" '") for word in str(context.get("expected", "")).replace(" or ", ",").split(",")]
        return document.problem(path, f"{detail['input']!r} is no {name}", nearest(str(detail["input"]), allowed))
    message = _told(detail)
    if kind == "string_pattern_mismatch":
        message = f"{detail['input']!r} is not written as {context['pattern']}"
    what = f"{'.'.join(map(str, path)) or 'the file'}: {message[:1].lower()}{message[1:]}"
    return document.problem(path, what, str(context.get("remedy", "")))


def _told(detail: ErrorDetails) -> str:
    """What is wrong with a value, in words."""
    wanted, _, what = detail["type"].partition("_")
    if wanted in _WANTED and what in ("type", "parsing", "from_float"):
        return f"{reprlib.repr(detail['input'])} is no {_WANTED[wanted]}"
    return detail["msg"].removeprefix("Value error, ")


def _path_in(data: Any, location: tuple[int | str, ...]) -> Path:
    """The part of pydantic's location that exists in the data (it also names branches of unions)."""
    path: list[str | int] = []
    for step in location:
        if isinstance(data, dict) and step in data or isinstance(data, list) and isinstance(step, int):
            data = data[step]  # type: ignore[index]  # a key of a dict or a position of a list, judged just above
            path.append(step)
    return tuple(path)


def _names_at(model: type[BaseModel], location: Iterable[int | str]) -> set[str]:
    """The keys that are right at a place of the model."""
    places: list[Any] = [model]
    for step in location:
        places = [inner for place in places for inner in _inside(place, step)]
    return {name for place in places for name in _names_of(place)}


def _names_of(place: Any) -> list[str]:
    if _is_model(place):
        return [item.alias or name for name, item in place.model_fields.items()]
    return [item.name for item in dataclasses.fields(place)] if dataclasses.is_dataclass(place) else []


def _inside(place: Any, step: int | str) -> list[Any]:
    if _is_model(place):
        named = [item for name, item in place.model_fields.items() if step in (item.alias, name)]
        return [branch for item in named for branch in _branches(item.annotation)]
    arguments = [argument for argument in typing.get_args(place) if argument is not Ellipsis]
    return _branches(arguments[-1]) if arguments else [place]


def _branches(annotation: Any) -> list[Any]:
    """A type without its wrappings: the members of a union, the type inside an annotation."""
    if hasattr(annotation, "__metadata__"):
        return _branches(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return [branch for member in typing.get_args(annotation) for branch in _branches(member)]
    return [annotation]


def _is_model(place: Any) -> bool:
    return isinstance(place, type) and issubclass(place, BaseModel)
