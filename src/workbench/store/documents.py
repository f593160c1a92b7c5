"""Values as stored text and back: canonical JSON out, checked types in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from workbench.errors import Refused
from workbench.model.approvals import Approval, Standing
from workbench.model.plans import Plan


def plan_from(text: str) -> Plan:
    """The plan of a stored text; raises Refused when it is none (damaged, or of another format)."""
    try:
        return _plans().validate_json(_unambiguous("plan", text))
    except ValidationError as error:
        raise Refused(_damaged("plan", error)) from error


def approval_from(text: str) -> Approval:
    """The approval of a stored text; raises Refused when it is none."""
    try:
        return _approvals().validate_json(_unambiguous("approval", text))
    except ValidationError as error:
        raise Refused(_damaged("approval", error)) from error


def standing_from(text: str) -> Standing:
    """The standing rule of a stored text; raises Refused when it is none."""
    try:
        return _standings().validate_json(_unambiguous("standing rule", text))
    except ValidationError as error:
        raise Refused(_damaged("standing rule", error)) from error


def text_of(fields: Mapping[str, object]) -> str:
    """The fields of a record as text; there are many of them, so it is done where no Python runs."""
    return to_json(fields).decode() if fields else "{}"


def fields_from(text: str) -> dict[str, Any]:
    """The fields of a record that were written as text."""
    found: dict[str, Any] = from_json(text)
    return found


@cache
def _plans() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


@cache
def _approvals() -> TypeAdapter[Approval]:
    return TypeAdapter(Approval)


@cache
def _standings() -> TypeAdapter[Standing]:
    return TypeAdapter(Standing)


def _unambiguous(what: str, text: str) -> str:
    """The text, unless a key stands twice in an object: two readers could take two meanings from it."""

    def once(pairs: list[tuple[str, object]]) -> None:
        if len(dict(pairs)) != len(pairs):
            raise Refused(f"a stored {what} says one thing twice; it was changed by hand: restore a backup")

    with suppress(ValueError):  # what is no JSON at all, the reader says
        json.loads(text, object_pairs_hook=once)
    return text


def _damaged(what: str, error: ValidationError) -> str:
    return f"a stored {what} cannot be read ({error.error_count()} mistakes in it); restore a backup, or plan again"
