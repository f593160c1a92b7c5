"""How a door of our contract is spoken to, and what it says about fields and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from workbench.errors import UnknownName
from workbench.model.ports import Field, FieldType
from workbench.systems.cells import parsed
from workbench.systems.outcomes import Refusal

TYPES: Mapping[str, FieldType] = {
    "email": "email",
    "decimal": "decimal",
    "integer": "integer",
    "flag": "flag",
    "date": "date",
    "picklist": "picklist",
    "reference": "reference",
    "texts": "multipicklist",
}
"""The contract's field types in our words; all others are text."""

REMEDIES = {
    "Invalid": "correct the named fields at the source, or map them",
    "NotUnique": "another record has this value: link to it, or correct it",
    "Deleted": "the record was deleted there: plan again",
    "NotFound": "the record is gone: plan again",
}
"""What a person does about a refusal, by the contract's code."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a door is spoken to: names of headers and parameters."""

    key_header: str = "X-Api-Key"
    guard_header: str = "If-Unmodified-Since-Stamp"
    since: str = "updatedSince"
    deleted: str = "includeDeleted"
    limit: str = "limit"
    after: str = "after"

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Profile:
        """The profile among a system's settings (`contract:`); raises UnknownName for what it does not know."""
        said = settings.get("contract") or {}
        for name in said:
            if name not in cls.__dataclass_fields__:
                raise UnknownName("part of a contract profile", name, cls.__dataclass_fields__)
        return cls(**said)


def field_of(told: Mapping[str, Any]) -> Field:
    """A field as `GET fields/{object}` describes it."""
    return Field(
        name=told["name"],
        label=told["label"],
        type=TYPES.get(told["type"], "text"),
        required=bool(told.get("required")),
        createable=bool(told.get("createable")),
        updateable=bool(told.get("updateable")),
        length=told.get("length"),
        values=tuple(told.get("values") or ()),
        unique=bool(told.get("unique")),
    )


def refusal_of(response: requests.Response) -> Refusal:
    """Code and words of an answer that says no: those of its fields where it names any."""
    body = body_of(response)
    if not isinstance(body, dict):
        return Refusal(f"HTTP_{response.status_code}", f"the answer was {response.status_code}")
    errors = [str(error.get("message")) for error in body.get("errors") or () if isinstance(error, dict)]
    code = str(body.get("code") or response.status_code)
    return Refusal(code, "; ".join(errors) or str(body.get("message") or code), REMEDIES.get(code, ""))


def body_of(response: requests.Response) -> Any:
    """The JSON of an answer; None when it cannot be read."""
    try:
        return parsed(response.content)
    except ValueError:
        return None
