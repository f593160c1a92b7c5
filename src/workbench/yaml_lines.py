"""Configuration files read strictly: every mistake at once, each with its file, its line and the nearest right name.

YAML 1.2, so `no` and `yes` stay text; a date stays text too. `load` never raises for what a file says: mistakes of the
syntax are kept in `Document.problems`, so that several files can be reported together by `collect`.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar, Union

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workbench.errors import ConfigurationError, Problem, nearest

Path = tuple[str | int, ...]
"""Where a value stands in a document: keys and positions from the top, `("systems", "SFDC", "stores", 0)`."""

MOST_VALUES = 200_000
"""What a configuration file may hold at most: aliases of aliases grow without end."""

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """What a configuration file may say: unknown keys are mistakes, text is never taken for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True)
class Document:
    """One configuration file: plain `data`, the line of every value, and the mistakes of its syntax."""

    file: str
    data: Any
    lines: Mapping[Path, int] = field(repr=False)
    problems: tuple[Problem, ...] = ()

    def line(self, path: Path) -> int:
        """The line (from 1) where the value at `path` begins; of the nearest place above it that exists, else 0."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 0)

    def problem(self, path: Path, message: str, remedy: str = "") -> Problem:
        """A mistake at this place of this file."""
        return Problem(self.file, self.line(path), message, remedy)


def load(path: FilePath | str) -> Document:
    """Read one file. What is wrong with its syntax stands in `problems`; `data` then holds what could be read."""
    file = str(path)
    try:
        text = FilePath(path).read_text(encoding="utf-8")
        root = YAML(typ="rt", pure=True).compose(text)
    except FileNotFoundError:
        return _unreadable(Problem(file, 0, "this file is missing", "create it, or start in the folder that has it"))
    except (OSError, UnicodeDecodeError) as error:
        return _unreadable(Problem(file, 0, f"this file cannot be read as UTF-8 text: {type(error).__name__}"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return _unreadable(Problem(file, line, f"this is not YAML: {error.problem}", "correct the syntax here"))
    except YAMLError as error:
        return _unreadable(Problem(file, 0, f"this is not YAML: {str(error).splitlines()[0]}"))
    reader = _Reader(file)
    data = {} if root is None else reader.value(root, ())
    return Document(file, data, reader.lines, tuple(reader.problems))


def collect(document: Document, model: type[Model]) -> tuple[Model | None, tuple[Problem, ...]]:
    """What the document says as `model`, or None, with all mistakes: nothing is raised."""
    if document.problems and not document.data:
        return None, document.problems
    try:
        value = model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        found = tuple(_problem(document, model, detail) for detail in error.errors())
        return None, tuple(sorted({*document.problems, *found}))
    return (None if document.problems else value), document.problems


def validate(document: Document, model: type[Model]) -> Model:
    """What the document says as `model`; raises one ConfigurationError with every mistake."""
    value, problems = collect(document, model)
    if value is None:
        raise ConfigurationError(problems)
    return value


def _unreadable(problem: Problem) -> Document:
    return Document(problem.file, None, {}, (problem,))


class _Reader:
    """Turns YAML nodes into plain values and remembers where each one stood."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._open: list[Node] = []

    def value(self, node: Node, path: Path) -> Any:
        """The plain value of a node; mistakes go to `problems`."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(self.lines) > MOST_VALUES:
            self.problems = [Problem(self.file, 0, f"more than {MOST_VALUES} values", "write out fewer aliases")]
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if any(node is above for above in self._open):
            return self._wrong(node, "this alias contains itself", "write the value out")
        self._open.append(node)
        data: Any = None
        if isinstance(node, MappingNode):
            data = self._mapping(node, path)
        elif isinstance(node, SequenceNode):
            data = self._sequence(node, path)
        self._open.pop()
        return data

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._wrong(key_node, "a key must be a plain word", "put quotes round it")
                continue
            key = str(key_node.value)
            if key in data:
                first = self.lines[(*path, key)]
                self._wrong(key_node, f"{key!r} stands here twice (first in line {first})", "keep one of them")
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            data[key] = self.value(value_node, (*path, key))
        return data

    def _sequence(self, node: SequenceNode, path: Path) -> list[Any]:
        return [self.value(item, (*path, position)) for position, item in enumerate(node.value)]

    def _scalar(self, node: ScalarNode) -> Any:
        tag, text = str(node.tag).rpartition(":")[2], str(node.value)
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag == "int":
            return int(text.replace("_", ""), 0 if text[:2].lower() in ("0x", "0o") else 10)
        if tag == "float":
            return self._number(node, text)
        if tag not in ("str", "timestamp"):
            return self._wrong(node, f"the tag {node.tag} is not allowed here", "write plain text or a number")
        return text

    def _number(self, node: ScalarNode, text: str) -> float | None:
        try:
            number = float(text.replace("_", ""))
        except ValueError:
            number = float("nan")
        if number - number == 0:
            return number
        self._wrong(node, f"{text} is not a number that can be used", "write a finite number")
        return None

    def _wrong(self, node: Node, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, message, remedy))


def _problem(document: Document, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    path = _path_in(document.data, detail["loc"])
    name, context = str(detail["loc"][-1]) if detail["loc"] else "", detail.get("ctx", {})
    kind = detail["type"]
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return document.problem(
            path, f"{name!r} is not known here", nearest(name, _names_at(model, detail["loc"][:-1]))
        )
    if kind == "missing":
        where = f" of {path[-1]!r}" if path else ""
        return document.problem(path, f"{name!r}{where} is missing", "add it")
    if kind in ("literal_error", "enum"):
        allowed = [word.strip(" '") for word in str(context.get("expected", "")).replace(" or ", ",").split(",")]
        return document.problem(path, f"{detail['input']!r} is no {name}", nearest(str(detail["input"]), allowed))
    message = detail["msg"].removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        message = f"{detail['input']!r} is not written as {context['pattern']}"
    what = f"{'.'.join(map(str, path)) or 'the file'}: {message[:1].lower()}{message[1:]}"
    return document.problem(path, what, str(context.get("remedy", "")))


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
