"""SOQL from values: identifiers only from what Salesforce described, literals only through `format_soql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from simple_salesforce.format import format_soql

from workbench.errors import UsageError
from workbench.model.ports import FieldType
from workbench.model.records import Condition, Where
from workbench.model.values import Value
from workbench.systems.cells import narrowed, outgoing

LONGEST_LIST = 6000
"""Characters of literals in one list, so that the percent-encoded address stays below 16 KB."""

OVERLAP = timedelta(minutes=10)
"""How far an incremental read reaches back: late commits appear behind the cursor (airbyte#27146)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What may be named in a query: the fields of one object as described to this user, and its parents' fields."""

    object: str
    types: Mapping[str, FieldType]
    relations: frozenset[str] = frozenset()

    def checked(self, names: Iterable[str]) -> list[str]:
        """The names, each once; raises UsageError for every one that this user does not see."""
        wanted = list(dict.fromkeys(names))
        unseen = [name for name in wanted if name not in self.types and not self._of_parent(name)]
        if unseen:
            raise UsageError(
                f"{self.object} has no field {', '.join(map(repr, unseen))} that this user sees; correct the mapping, "
                "or grant the integration user read access to it"
            )
        return wanted

    def _of_parent(self, name: str) -> bool:
        relation, _, rest = name.partition(".")
        parts = rest.split(".")
        return relation in self.relations and all(part.isidentifier() and part.isascii() for part in parts)


def queries(columns: Columns, names: Sequence[str], where: Where) -> Iterator[str]:
    """The queries that together find every record for which `where` holds: several when a list is long."""
    columns.checked(condition.field for condition in where.conditions if condition.field != "id")
    for part in narrowed(where, LONGEST_LIST):
        yield _select(columns, names, [_holds(columns, condition) for condition in part.conditions])


def counted(query: str) -> str:
    """The same query, asking for the number of rows alone."""
    return f"SELECT COUNT() FROM {query.partition(' FROM ')[2]}"


def changed_since(columns: Columns, names: Sequence[str], modified: str, since: str) -> str:
    """The query for everything changed since a moment, with an overlap, oldest first."""
    moment = datetime.fromisoformat(since) - OVERLAP
    condition = format_soql("{field:literal} >= {moment}", field=columns.checked([modified])[0], moment=moment)
    return f"{_select(columns, names, [condition])} ORDER BY {modified}, Id"


def _select(columns: Columns, names: Sequence[str], conditions: Sequence[str]) -> str:
    chosen = ", ".join(columns.checked(names))
    text = f"SELECT {chosen} FROM {columns.object}"
    return f"{text} WHERE {' AND '.join(conditions)}" if conditions else text


def _holds(columns: Columns, condition: Condition) -> str:
    field = "Id" if condition.field == "id" else condition.field
    kind: FieldType = columns.types.get(field, "text")
    present = [_literal(value, kind) for value in condition.values if value is not None]
    texts = []
    if kind == "multipicklist" and present:
        texts.append(format_soql("{field:literal} INCLUDES {values}", field=field, values=present))
    elif len(present) == 1:
        texts.append(format_soql("{field:literal} = {value}", field=field, value=present[0]))
    elif present:
        texts.append(format_soql("{field:literal} IN {values}", field=field, values=present))
    if None in condition.values:
        texts.append(format_soql("{field:literal} = null", field=field))
    return texts[0] if len(texts) == 1 else f"({' OR '.join(texts)})"


def _literal(value: Value, kind: FieldType) -> Any:
    if kind == "datetime":
        return datetime.fromisoformat(str(value))
    if kind == "date":
        return date.fromisoformat(str(value))
    return outgoing(value, kind)
