"""What each side of a link was last read back as when the two agreed, per mapped field."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import and_, delete, insert, or_, select

from workbench.model.plans import Agreed, Base
from workbench.model.records import Ref
from workbench.model.rows import Rows
from workbench.model.values import canonical_json
from workbench.store.database import AnyRow, Database
from workbench.store.tables import bases

PAIRS_AT_ONCE = 200
"""Pairs in one statement: two variables each, well under the smallest limit of SQLite builds (999)."""


class Bases:
    """The bases of every integration. They advance field by field and never travel between integrations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, integration: str, kind: str = "") -> Rows[Base]:
        """Every base of an integration."""
        wanted = select(bases).where(bases.c.integration == integration).order_by(bases.c.left, bases.c.right)
        if kind:
            wanted = wanted.where(bases.c.kind == kind)
        with self._database.reading() as connection:
            return Rows(_base(row) for row in connection.execute(wanted))

    def advance(self, made: Iterable[Base]) -> None:
        """Take these fields as agreed; other fields of the same links stay as they are."""
        merged: dict[tuple[str, Ref, Ref], Base] = {}
        for base in made:
            key = (base.integration, base.left, base.right)
            before = merged[key].fields if key in merged else {}
            merged[key] = Base(base.integration, base.kind, base.left, base.right, {**before, **base.fields})
        waiting = list(merged.values())
        for start in range(0, len(waiting), PAIRS_AT_ONCE):
            self._advance(waiting[start : start + PAIRS_AT_ONCE])

    def _advance(self, made: list[Base]) -> None:
        pairs = or_(
            *(
                and_(
                    bases.c.integration == base.integration,
                    bases.c.left == str(base.left),
                    bases.c.right == str(base.right),
                )
                for base in made
            )
        )
        with self._database.writing() as connection:
            known = {
                (found.integration, found.left, found.right): found.fields
                for found in map(_base, connection.execute(select(bases).where(pairs)))
            }
            rows = [_row(base, known.get((base.integration, base.left, base.right), {})) for base in made]
            connection.execute(delete(bases).where(pairs))
            connection.execute(insert(bases), rows)


def _row(base: Base, before: object) -> dict[str, object]:
    fields = {**(before if isinstance(before, dict) else {}), **base.fields}
    written = canonical_json({key: [agreed.left, agreed.right] for key, agreed in fields.items()})
    return {
        "integration": base.integration,
        "kind": base.kind,
        "left": str(base.left),
        "right": str(base.right),
        "fields": written,
    }


def _base(row: AnyRow) -> Base:
    fields = {key: Agreed(left, right) for key, (left, right) in json.loads(row.fields).items()}
    return Base(row.integration, row.kind, Ref.parse(row.left), Ref.parse(row.right), fields)
