"""A query as values: what was written, before any name in it has been looked up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Path:
    """A field, perhaps reached through parents: `Account.Owner.Name`. The column is where it stands, counted from 1."""

    names: tuple[str, ...]
    column: int

    def text(self) -> str:
        """The path as it was written."""
        return ".".join(self.names)


@dataclass(frozen=True)
class Call:
    """A function over a field, `COUNT(Id)`, or over nothing, `COUNT()`."""

    name: str
    argument: Path | Call | None
    column: int


Operand = Path | Call


@dataclass(frozen=True)
class Value:
    """A literal and its sort: STRING, NUMBER, DATE, DATETIME, DATE_LITERAL, TRUE, FALSE or NULL.

    `text` is what was written. Of a STRING, `string` are the characters that it stands for, and `pattern` the same for
    LIKE, where an escaped % or _ keeps its backslash.
    """

    sort: str
    text: str
    string: str = ""
    pattern: str = ""


@dataclass(frozen=True)
class Comparison:
    """One field against one value; the operator is a sign, or LIKE."""

    operand: Operand
    operator: str
    value: Value


@dataclass(frozen=True)
class Membership:
    """One field against a list: IN, NOT IN, INCLUDES, EXCLUDES."""

    operand: Operand
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class SemiJoin:
    """One field against the answer of another query: IN or NOT IN."""

    operand: Operand
    operator: str
    query: Query


@dataclass(frozen=True)
class Both:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Negation:
    """The part does not hold."""

    part: Condition


Condition = Comparison | Membership | SemiJoin | Both | Either | Negation


@dataclass(frozen=True)
class Selected:
    """One column of the answer and the name that the query gave it, if any."""

    operand: Operand
    alias: str | None


@dataclass(frozen=True)
class Sorting:
    """One key of the order."""

    operand: Operand
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    """A whole query, as written: nothing in it has been checked against the objects yet."""

    columns: tuple[Selected | Query, ...]
    object: str
    alias: str | None
    where: Condition | None
    group: tuple[Operand, ...]
    having: Condition | None
    order: tuple[Sorting, ...]
    limit: int | None
    offset: int | None
