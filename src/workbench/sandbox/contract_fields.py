"""Fields of our own contract: their types, and what is wrong with a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

_FORMS = {
    "email": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "is not an e-mail address"),
    "decimal": (re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,4})?"), "must be a decimal number as text, like 1200.50"),
    "date": (re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"), "must be a date like 2026-11-22"),
}

FieldType = Literal["text", "email", "decimal", "integer", "flag", "date", "picklist", "reference", "texts", "items"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object. `system`: kept by the system, a caller cannot set it. `texts`, `items`: lists.

    `fixed`: set on creation only. `refers`: the object whose id a reference holds.
    """

    name: str
    type: FieldType = "text"
    label: str = ""
    required: bool = False
    system: bool = False
    fixed: bool = False
    unique: bool = False
    length: int = 255
    values: tuple[str, ...] = ()
    refers: str = ""
    default: Any = None

    def described(self) -> dict[str, Any]:
        """The field as `GET /fields` says it."""
        return {
            "name": self.name,
            "label": self.label or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name).capitalize(),
            "type": self.type,
            "required": self.required,
            "createable": not self.system,
            "updateable": not (self.system or self.fixed),
            "unique": self.unique,
            "length": self.length if self.type in ("text", "email", "picklist") else None,
            "values": list(self.values),
            "refersTo": self.refers,
        }


KEPT = (
    Field("id", "text", "Id", system=True),
    Field("createdAt", "text", "Created", system=True),
    Field("updatedAt", "text", "Updated", system=True),
    Field("deleted", "flag", "Deleted", system=True),
)
"""Fields of every object that the system itself keeps."""


def value_problem(known: Field, value: Any) -> str:
    """What is wrong with a value for this field; empty when nothing is."""
    match known.type:
        case "flag":
            return "" if isinstance(value, bool) else "must be true or false"
        case "integer":
            return "" if isinstance(value, int) and not isinstance(value, bool) else "must be a whole number"
        case "texts":
            fine = isinstance(value, list) and all(isinstance(part, str) for part in value)
            return "" if fine else "must be a list of texts"
        case "items":
            fine = isinstance(value, list) and all(isinstance(part, dict) for part in value)
            return "" if fine else "must be a list of objects"
    if not isinstance(value, str):
        return "must be a text"
    return _text_problem(known, value)


def _text_problem(known: Field, value: str) -> str:
    if len(value) > known.length:
        return f"is {len(value)} characters long, {known.length} are allowed"
    if "\x00" in value:
        return "holds a character that cannot be stored"
    if known.type == "picklist":
        return "" if value in known.values else f"must be one of {', '.join(known.values)}"
    pattern, said = _FORMS.get(known.type, (None, ""))
    return said if pattern and value and not pattern.fullmatch(value) else ""
