"""Configuration files read strictly: every mistake at once, each with its file, its line and the nearest right name.

YAML 1.2, so `no` and `yes` stay text; a date stays text too. `load` never raises for what a file says: mistakes of the
syntax are kept in `Document.problems`, so that several files can be reported together by `collect`.
"""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from workbench.errors import ConfigurationError, Problem
from workbench.yaml_lines.document import Document, Path
from workbench.yaml_lines.mistakes import problems
from workbench.yaml_lines.reading import Reader

__all__ = ["Document", "Path", "Strict", "collect", "load", "validate"]

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """What a configuration file may say: unknown keys are mistakes, text is never taken for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


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
    reader = Reader(file)
    data = {} if root is None else reader.value(root, ())
    return Document(file, data, reader.lines, tuple(reader.problems))


def collect(document: Document, model: type[Model]) -> tuple[Model | None, tuple[Problem, ...]]:
    """What the document says as `model`, or None, with all mistakes: nothing is raised."""
    if document.problems and not document.data:
        return None, document.problems
    try:
        value = model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        return None, tuple(sorted({*document.problems, *problems(document, model, error.errors())}))
    return (None if document.problems else value), document.problems


def validate(document: Document, model: type[Model]) -> Model:
    """What the document says as `model`; raises one ConfigurationError with every mistake."""
    value, problems = collect(document, model)
    if value is None:
        raise ConfigurationError(problems)
    return value


def _unreadable(problem: Problem) -> Document:
    return Document(problem.file, None, {}, (problem,))
