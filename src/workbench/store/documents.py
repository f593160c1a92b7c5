"""Values as stored text and back: canonical JSON out, checked types in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from pydantic import TypeAdapter, ValidationError

from workbench.errors import Refused
from workbench.model.plans import Approval, Plan, Standing
from workbench.model.values import Value


def plan_from(text: str) -> Plan:
    """The plan of a stored text; raises Refused when it is none (damaged, or of another format)."""
    try:
        return _plans().validate_json(text)
    except ValidationError as error:
        raise Refused(_damaged("plan", error)) from error


def approval_from(text: str) -> Approval:
    """The approval of a stored text; raises Refused when it is none."""
    try:
        return _approvals().validate_json(text)
    except ValidationError as error:
        raise Refused(_damaged("approval", error)) from error


def standing_from(text: str) -> Standing:
    """The standing rule of a stored text; raises Refused when it is none."""
    try:
        return _standings().validate_json(text)
    except ValidationError as error:
        raise Refused(_damaged("standing rule", error)) from error


def fields_from(text: str) -> Mapping[str, Value]:
    """The fields of a record that were written as text."""
    found: dict[str, Value] = json.loads(text)
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


def _damaged(what: str, error: ValidationError) -> str:
    return f"a stored {what} cannot be read ({error.error_count()} mistakes in it); restore a backup, or plan again"
