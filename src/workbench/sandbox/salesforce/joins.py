"""Where a query may ask another one (semi-joins, anti-joins): twice, at the top of WHERE, never inside another."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.sandbox.salesforce import syntax
from workbench.sandbox.salesforce.refusals import Refused, malformed_query

MOST = 2
ONLY_AT_THE_TOP = (
    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions."
)


def check_places(where: syntax.Condition | None, *, root: bool) -> None:
    """Refuse the conditions of a query that ask other queries where they may not; `root` is the query as it came."""
    found = list(_joins(where))
    if found and not root:
        raise malformed_query(ONLY_AT_THE_TOP)
    if len(found) > MOST:
        raise malformed_query(f"Maximum {MOST} semi join sub-selects are allowed.")
    if any(place == "either" for _, place in found):
        raise malformed_query("Semi join sub-selects are not allowed with the 'OR' operator")
    if any(place == "negation" for _, place in found):
        raise malformed_query(ONLY_AT_THE_TOP)


def check_inner(inner: syntax.Query, outer: str) -> None:
    """Refuse an inner query that selects more than one own field, cuts, sorts or groups, or asks the outer's object."""
    if len(inner.columns) != 1 or not isinstance(inner.columns[0], syntax.Selected):
        raise malformed_query("Nested query must have exactly one selected field")
    if inner.object.lower() == outer.lower():
        raise malformed_query("The inner and outer selects should not be on the same object type")
    clauses = (
        ("GROUP", bool(inner.group)),
        ("ORDER", bool(inner.order)),
        ("LIMIT", inner.limit is not None),
        ("OFFSET", inner.offset is not None),
    )
    for name, said in clauses:
        if said:
            raise malformed_query(f"missing value at '{name}'")


def different_objects(inner: str, outer: str) -> Refused:
    """An id of one object is looked for among those of another."""
    return malformed_query(
        f"The selected field '{inner}' in the subquery and the left operand field in the where expression in the outer "
        f"query '{outer}' should point to the same object type"
    )


def _joins(condition: syntax.Condition | None, place: str = "") -> Iterator[tuple[syntax.SemiJoin, str]]:
    if isinstance(condition, syntax.SemiJoin):
        yield condition, place
    elif isinstance(condition, syntax.Negation):
        yield from _joins(condition.part, "negation")
    elif isinstance(condition, syntax.Both | syntax.Either):
        here = "either" if isinstance(condition, syntax.Either) else place
        for part in condition.parts:
            yield from _joins(part, here)
