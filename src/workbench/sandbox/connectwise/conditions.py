"""The conditions language of ConnectWise, read by a grammar, then bound to what a collection is made of.

Text compares without letter case; `like` knows `*` (documented) and `%` (works in the field); a bracket is `[[]`. An
empty field meets no comparison but those with null.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from workbench.sandbox.connectwise.refusals import bad_condition

GRAMMAR = r"""
?start: expression
?expression: term (_OR term)*      -> either
?term: factor (_AND factor)*       -> both
?factor: "(" expression ")"
       | PATH [NOT] SIGN value                              -> comparison
       | PATH [NOT] IN "(" value ("," value)* ")"           -> membership
value: STRING | NUMBER | DATE | TRUE | FALSE | NULL

_OR.3: /or\b/i
_AND.3: /and\b/i
NOT.3: /not\b/i
IN.3: /in\b/i
TRUE.3: /true\b/i
FALSE.3: /false\b/i
NULL.3: /null\b/i
SIGN.2: "!=" | "<=" | ">=" | "=" | "<" | ">" | /contains\b/i | /like\b/i
STRING: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/s
NUMBER: /[+-]?\d+(\.\d+)?/
DATE: /\[[0-9TtZz:.+\- ]+\]/
PATH: /[A-Za-z_][A-Za-z0-9_]*(\/[A-Za-z_][A-Za-z0-9_]*)*/
%ignore /\s+/
"""

PARSER: Any = Lark(GRAMMAR, parser="lalr", maybe_placeholders=True)

SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Value:
    """A literal and its sort: STRING, NUMBER, DATE, TRUE, FALSE or NULL."""

    sort: str
    text: str


@dataclass(frozen=True)
class Comparison:
    """A path against one value, or against a list with `in`."""

    path: str
    operator: str
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True)
class Both:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Comparison | Both | Either

Reader = Callable[[Any], Any]
Find = Callable[[str], tuple[str, Reader]]
"""Given a path: the kind of the field (text, integer, decimal, boolean, datetime) and how to read it from an item."""


def parse(text: str) -> Condition:
    """The condition that the text says; ApiFindCondition where it cannot be read."""
    try:
        found: Condition = _Reader().transform(PARSER.parse(text))
    except UnexpectedInput as failure:
        token = getattr(failure, "token", None)
        if token is not None and token.type == "$END":
            raise bad_condition("The conditions end too early.") from None
        place = failure.pos_in_stream or 0
        near = text[place : place + 20]
        raise bad_condition(f"The conditions cannot be read at position {place + 1}, near '{near}'.") from None
    return found


def paths(condition: Condition) -> set[str]:
    """Every path that the condition names."""
    if isinstance(condition, Comparison):
        return {condition.path}
    return {path for part in condition.parts for path in paths(part)}


def bind(condition: Condition, find: Find, *, lists_allowed: bool = True) -> Callable[[Any], bool]:
    """The condition as a test of an item; unknown names and values that do not fit the field are refused here."""
    if isinstance(condition, Both | Either):
        parts = [bind(part, find, lists_allowed=lists_allowed) for part in condition.parts]
        every = isinstance(condition, Both)
        return _All(tuple(parts)) if every else _Any(tuple(parts))
    if condition.operator == "in" and not lists_allowed:
        raise bad_condition("The operator in is only supported in conditions.")
    kind, read = find(condition.path)
    if kind == "boolean" and condition.operator not in {"=", "!=", "in"}:
        raise bad_condition(
            f"The operator {condition.operator} does not fit {condition.path}, which is of type boolean."
        )
    values = tuple(literal(condition.path, kind, value) for value in condition.values)
    return _Test(read, condition.operator, values, condition.negated, _pattern(condition, kind))


@dataclass(frozen=True)
class _All:
    parts: tuple[Callable[[Any], bool], ...]

    def __call__(self, item: Any) -> bool:
        return all(part(item) for part in self.parts)


@dataclass(frozen=True)
class _Any:
    parts: tuple[Callable[[Any], bool], ...]

    def __call__(self, item: Any) -> bool:
        return any(part(item) for part in self.parts)


@dataclass(frozen=True)
class _Test:
    read: Reader
    operator: str
    values: tuple[Any, ...]
    negated: bool
    pattern: re.Pattern[str] | None

    def __call__(self, item: Any) -> bool:
        found = self.read(item)
        wanted = self.values[0]
        if wanted is None and self.operator in {"=", "!="}:
            return ((found is None) == (self.operator == "=")) != self.negated
        if found is None:
            return False
        if isinstance(found, str):
            found = found.casefold()
        return self._holds(found, wanted) != self.negated

    def _holds(self, found: Any, wanted: Any) -> bool:
        if self.pattern is not None:
            return self.pattern.fullmatch(str(found)) is not None
        if self.operator == "in":
            return found in self.values
        return wanted is not None and SIGNS[self.operator](found, wanted)


def literal(path: str, kind: str, value: Value) -> Any:
    """The value in the form in which the field's own values compare."""
    if value.sort == "NULL":
        return None
    fits = {
        "text": {"STRING"},
        "integer": {"NUMBER"},
        "decimal": {"NUMBER"},
        "boolean": {"TRUE", "FALSE"},
        "datetime": {"DATE"},
    }[kind]
    if value.sort not in fits:
        raise bad_condition(f"The value {value.text} does not fit {path}, which is of type {kind}.")
    if kind == "text":
        return plain(value.text).casefold()
    if kind == "boolean":
        return value.sort == "TRUE"
    return float(value.text) if kind in {"integer", "decimal"} else moment(value.text)


def plain(quoted: str) -> str:
    """The characters that a quoted literal stands for."""
    inside = re.sub(r"\\([\"'\\])", r"\1", quoted[1:-1])
    return inside.replace("[[]", "[")


def moment(bracketed: str) -> str:
    """A date in brackets as a comparable stamp in UTC, to the second."""
    text = bracketed[1:-1].strip().upper().replace(" ", "T")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise bad_condition(f"String was not recognized as a valid DateTime: {bracketed}") from None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ").casefold()


def _pattern(condition: Comparison, kind: str) -> re.Pattern[str] | None:
    if condition.operator not in {"contains", "like"}:
        return None
    if kind != "text" or condition.values[0].sort != "STRING":
        raise bad_condition(f"The operator {condition.operator} needs text, and {condition.path} is of type {kind}.")
    wanted = plain(condition.values[0].text).casefold()
    if condition.operator == "contains":
        return re.compile(f".*{re.escape(wanted)}.*", re.DOTALL)
    parts = (".*" if character in "*%" else re.escape(character) for character in wanted)
    return re.compile("".join(parts), re.DOTALL)


@v_args(inline=True)
class _Reader(Transformer):  # type: ignore[misc]  # lark's classes are Any here, see the settings of mypy
    """From the parse tree to the values above, bottom up."""

    def either(self, *parts: Condition) -> Condition:
        return parts[0] if len(parts) == 1 else Either(parts)

    def both(self, *parts: Condition) -> Condition:
        return parts[0] if len(parts) == 1 else Both(parts)

    def comparison(self, path: Token, negated: Token | None, sign: Token, value: Value) -> Comparison:
        return Comparison(str(path), str(sign).lower(), (value,), negated is not None)

    def membership(self, path: Token, negated: Token | None, _sign: Token, *values: Value) -> Comparison:
        return Comparison(str(path), "in", values, negated is not None)

    def value(self, token: Token) -> Value:
        return Value(token.type, str(token))
