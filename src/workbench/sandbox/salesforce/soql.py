"""The query language of Salesforce, read by a grammar: what the grammar does not know is refused, never ignored."""

from __future__ import annotations

import re
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from workbench.sandbox.salesforce.refusals import Refused, malformed_query
from workbench.sandbox.salesforce.soql_grammar import GRAMMAR
from workbench.sandbox.salesforce.syntax import (
    Both,
    Call,
    Comparison,
    Condition,
    Either,
    Membership,
    Negation,
    Operand,
    Path,
    Query,
    Selected,
    SemiJoin,
    Sorting,
    Value,
)

LONGEST_QUERY = 100_000

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "N": "\n", "R": "\r", "T": "\t", "B": "\b", "F": "\f"}

PARSER: Any = Lark(GRAMMAR, parser="lalr", maybe_placeholders=True)

# The order that the language asks of the clauses; each may stand once.
CLAUSES = ("where", "group", "having", "order", "limit", "offset", "noted")


def parse(text: str) -> Query:
    """The query that the text says; MALFORMED_QUERY with row and column where it cannot be read."""
    if len(text) > LONGEST_QUERY:
        raise Refused("QUERY_TOO_COMPLICATED", "SOQL statements cannot be longer than 100000 characters.")
    if not text.strip():
        raise malformed_query("A query string has to be specified")
    try:
        tree = PARSER.parse(text)
        query: Query = _Reader().transform(tree)
    except UnexpectedInput as failure:
        raise malformed_query(_unexpected(text, failure)) from None
    except VisitError as failure:
        raise failure.orig_exc from None
    return query


def pointed(text: str, column: int, message: str) -> str:
    """The vendor's form of a query error: the text around the place, a caret, row and column, the message."""
    before = text[: column - 1]
    row = before.count("\n") + 1
    in_row = column - (before.rfind("\n") + 1)
    start = max(0, column - 31)
    excerpt = text[start : column + 29].replace("\n", " ")
    return f"\n{excerpt}\n{' ' * (column - 1 - start)}^\nERROR at Row:{row}:Column:{in_row}\n{message}"


def _unexpected(text: str, failure: Any) -> str:
    token = getattr(failure, "token", None)
    if token is not None and token.type == "$END":
        return pointed(text, len(text) + 1, "unexpected token: '<EOF>'")
    place = failure.pos_in_stream or 0
    word = re.match(r"\w+", text[place:])
    found = str(token) if token is not None else word[0] if word else text[place : place + 1]
    if found == "'":
        return pointed(text, place + 1, "unterminated string literal: expecting a closing quote")
    return pointed(text, place + 1, f"unexpected token: '{found}'")


def _unescape(quoted: str, *, keep_wildcards: bool) -> str:
    characters: list[str] = []
    inside = iter(quoted[1:-1])
    for character in inside:
        if character != "\\":
            characters.append(character)
            continue
        escaped = next(inside)
        if escaped in "%_":
            characters.append("\\" + escaped if keep_wildcards else escaped)
        elif escaped in ESCAPES:
            characters.append(ESCAPES[escaped])
        elif escaped in "\\'\"":
            characters.append("\\\\" if keep_wildcards and escaped == "\\" else escaped)
        else:
            sequence = f"Illegal character sequence '\\{escaped}' in string literal."
            raise malformed_query(f"Invalid string literal {quoted}. {sequence}")
    return "".join(characters)


@v_args(inline=True)
class _Reader(Transformer):  # type: ignore[misc]  # lark's classes are Any here, see the settings of mypy
    """From the parse tree to the values above, bottom up."""

    def start(self, query: Query) -> Query:
        return query

    def query(
        self, columns: tuple[Selected | Query, ...], name: Token, alias: Token | None, *clauses: tuple[str, Any]
    ) -> Query:
        places = [CLAUSES.index(clause) for clause, _ in clauses]
        if places != sorted(set(places)):
            late = next(clauses[at][0] for at in range(1, len(places)) if places[at] <= places[at - 1])
            raise malformed_query(f"unexpected token: '{late.upper()}'")
        said = dict(clauses)
        return Query(
            columns=columns,
            object=str(name),
            alias=str(alias) if alias else None,
            where=said.get("where"),
            group=said.get("group", ()),
            having=said.get("having"),
            order=said.get("order", ()),
            limit=said.get("limit"),
            offset=said.get("offset"),
        )

    def columns(self, *columns: Selected | Query) -> tuple[Selected | Query, ...]:
        return columns

    def selected(self, operand: Operand, alias: Token | None) -> Selected:
        return Selected(operand, str(alias) if alias else None)

    def path(self, *names: Token) -> Path:
        return Path(tuple(str(name) for name in names), names[0].start_pos + 1)

    def call(self, name: Token, argument: Operand | None) -> Call:
        return Call(str(name).upper(), argument, name.start_pos + 1)

    def where(self, condition: Condition) -> tuple[str, Condition]:
        return "where", condition

    def having(self, condition: Condition) -> tuple[str, Condition]:
        return "having", condition

    def group(self, *operands: Operand) -> tuple[str, tuple[Operand, ...]]:
        return "group", operands

    def order(self, *sortings: Sorting) -> tuple[str, tuple[Sorting, ...]]:
        return "order", sortings

    def limit(self, number: Token) -> tuple[str, int]:
        return "limit", int(number)

    def offset(self, number: Token) -> tuple[str, int]:
        return "offset", int(number)

    def noted(self) -> tuple[str, None]:
        return "noted", None

    def both(self, *parts: Condition) -> Both:
        return Both(parts)

    def either(self, *parts: Condition) -> Either:
        return Either(parts)

    def negation(self, part: Condition) -> Negation:
        return Negation(part)

    def comparison(self, operand: Operand, operator: Token, value: Value) -> Comparison:
        sign = str(operator).upper()
        return Comparison(operand, "!=" if sign == "<>" else sign, value)

    def membership(self, operand: Operand, operator: str, *values: Value) -> Membership:
        return Membership(operand, operator, values)

    def semi_join(self, operand: Operand, operator: str, query: Query) -> SemiJoin:
        return SemiJoin(operand, operator, query)

    def member(self, operator: Token) -> str:
        return " ".join(str(operator).upper().split())

    def value(self, token: Token) -> Value:
        text = str(token)
        if token.type != "STRING":
            return Value(token.type, text)
        return Value("STRING", text, _unescape(text, keep_wildcards=False), _unescape(text, keep_wildcards=True))

    def sorting(self, operand: Operand, direction: Token | None, nulls: Token | None) -> Sorting:
        descending = direction is not None and direction.type == "DESC"
        return Sorting(operand, descending, nulls is not None and nulls.type == "LAST")

    def nulls(self, place: Token) -> Token:
        return place
