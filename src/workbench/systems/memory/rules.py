"""The rules by which a system in memory judges records and values."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.model.ports import Field, FieldType, Outcome, Write
from workbench.model.values import Value
from workbench.systems.outcomes import Refusal, told


def refused(write: Write, fields: Sequence[Field]) -> Outcome | None:
    """Why these values cannot be stored; None when they can, or when the kind takes any field."""
    described = {known.name: known for known in fields}
    if not described:
        return None
    for name, value in write.values.items():
        if name not in described:
            return told(write, "rejected", Refusal("INVALID_FIELD", f"there is no field {name}"))
        wrong = _wrong(described[name], value)
        if wrong:
            return told(write, "rejected", Refusal("INVALID_VALUE", f"{name}: {wrong}"))
    missing = [known.name for known in fields if known.required and write.values.get(known.name) in (None, "")]
    if write.action == "create" and missing:
        said = f"required fields are missing: {', '.join(missing)}"
        return told(write, "rejected", Refusal("REQUIRED_FIELD_MISSING", said, "fill them at the source"))
    return None


def type_of(cells: Sequence[Value]) -> FieldType:
    """The type that the cells of a field have in common."""
    kinds = {type(cell) for cell in cells if cell is not None}
    return "flag" if kinds == {bool} else "integer" if kinds == {int} else "text"


def _wrong(known: Field, value: Value) -> str:
    if known.required and value in (None, ""):
        return "it must not be empty"
    if known.values and value is not None and str(value) not in known.values:
        return f"{value!r} is not in the picklist"
    if known.length and isinstance(value, str) and len(value) > known.length:
        return f"longer than {known.length} characters"
    return ""
