"""How complete the inventory is, row by row and field by field; what is missing is counted, never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.core.assessing import evidence
from workbench.model.landscape import InventoryRow
from workbench.model.rows import Rows

REQUIRED = (
    "name",
    "source",
    "target",
    "objects",
    "direction",
    "mechanism",
    "frequency",
    "owner_technical",
    "owner_business",
    "criticality",
    "evidence",
)
"""Without these a row says too little to be scored: the first inventory has them."""
EXPECTED = (
    "key_fields",
    "trigger",
    "protocol",
    "auth",
    "middleware",
    "volume_month",
    "latency_target_minutes",
    "latency_actual_minutes",
    "error_rate",
    "failure_handling",
    "idempotency",
    "monitoring",
    "manual_minutes_month",
    "data_class",
    "personal_data",
    "system_of_record",
    "conflict_rule",
    "documentation",
)
"""What the rubric and R-LAND-2 ask for beside them."""
ADVANCED = ("last_reviewed", "reviewer", "runbook", "credential_expiry", "environment", "retention")
"""What a landscape in good care also has; it is shown, and not counted against a row."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a row is filled, per cent of the required and expected fields, what is missing, how sure the rest."""

    row: str
    name: str
    required: int
    filled: int
    assumed: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldCompleteness:
    """In how many rows a field is filled, and where its values come from."""

    field: str
    stage: str
    filled: int
    of: int
    measured: int
    documented: int
    assumed: int


@dataclass(frozen=True, slots=True)
class Grounds:
    """How many values of the inventory rest on one basis, and which share of all values that is, in per cent."""

    basis: str
    values: int
    share: int


def by_row(rows: Sequence[InventoryRow]) -> Rows[Completeness]:
    """One line for each row."""
    return Rows(_row(row) for row in rows)


def by_field(rows: Sequence[InventoryRow]) -> Rows[FieldCompleteness]:
    """One line for each field of the inventory."""
    stages = (("required", REQUIRED), ("expected", EXPECTED), ("advanced", ADVANCED))
    return Rows(_field(name, stage, rows) for stage, names in stages for name in names)


def by_basis(rows: Sequence[InventoryRow]) -> Rows[Grounds]:
    """What the inventory rests on, the surest first, over all of its fields; `missing` is one too."""
    names = (*REQUIRED, *EXPECTED, *ADVANCED)
    found = Counter("missing" if evidence.missing(row, n) else basis_of(row, n) for row in rows for n in names)
    order = [name for name in (*evidence.CERTAINTY, "missing") if found[name]]
    return Rows(Grounds(basis, found[basis], round(100 * found[basis] / found.total())) for basis in order)


def _row(row: InventoryRow) -> Completeness:
    names = (*REQUIRED, *EXPECTED)
    absent = tuple(name for name in names if evidence.missing(row, name))
    required = sum(name not in absent for name in REQUIRED)
    present = [name for name in names if name not in absent]
    assumed = sum(basis_of(row, name) == "assumption" for name in present)
    return Completeness(
        row.id,
        row.name,
        100 * required // len(REQUIRED),
        100 * len(present) // len(names),
        100 * assumed // max(len(present), 1),
        absent,
    )


def _field(name: str, stage: str, rows: Sequence[InventoryRow]) -> FieldCompleteness:
    bases = [basis_of(row, name) for row in rows if not evidence.missing(row, name)]
    return FieldCompleteness(
        name,
        stage,
        len(bases),
        len(rows),
        bases.count("measured"),
        bases.count("document") + bases.count("public"),
        bases.count("assumption") + bases.count("interview"),
    )


def basis_of(row: InventoryRow, name: str) -> str:
    """Where the value of a field comes from."""
    return row.basis_of.get(name, row.basis)
