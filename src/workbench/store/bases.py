"""What each side of a link was last read back as when the two agreed, per mapped field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import and_, delete, select

from workbench.model.lines import Agreed, Base
from workbench.model.records import Ref
from workbench.model.rows import Rows
from workbench.store.database import AnyRow, Database, append
from workbench.store.documents import fields_from, text_of
from workbench.store.tables import bases

PAIRS_AT_ONCE = 400
"""Pairs in one statement, well under the smallest limit of variables that SQLite is built with (999)."""


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
        waiting = list(made)
        for start in range(0, len(waiting), PAIRS_AT_ONCE):
            self._advance(waiting[start : start + PAIRS_AT_ONCE])

    def forget(self, integration: str, left: Ref, right: Ref) -> None:
        """Drop the base of a pair that was unlinked: should it be linked again, that is a first sync of each field."""
        pair = (bases.c.integration == integration) & (bases.c.left == str(left)) & (bases.c.right == str(right))
        with self._database.writing() as connection:
            connection.execute(delete(bases).where(pair))

    def _advance(self, made: list[Base]) -> None:
        lefts = and_(
            bases.c.integration.in_({base.integration for base in made}), bases.c.left.in_({str(b.left) for b in made})
        )
        with self._database.writing() as connection:
            known = [_base(row) for row in connection.execute(select(bases).where(lefts))]
            kept = {_pair(base): base for base in known}
            for base in made:
                before = kept.get(_pair(base))
                kept[_pair(base)] = replace(base, fields={**before.fields, **base.fields}) if before else base
            if known:
                connection.execute(delete(bases).where(lefts))
            append(connection, bases, [_row(base) for base in kept.values()])


def _pair(base: Base) -> tuple[str, Ref, Ref]:
    return base.integration, base.left, base.right


def _row(base: Base) -> dict[str, object]:
    fields = {key: [agreed.left, agreed.right] for key, agreed in sorted(base.fields.items())}
    return {
        "integration": base.integration,
        "kind": base.kind,
        "left": str(base.left),
        "right": str(base.right),
        "fields": text_of(fields),
    }


def _base(row: AnyRow) -> Base:
    fields = {key: Agreed(left, right) for key, (left, right) in fields_from(row.fields).items()}
    return Base(row.integration, row.kind, Ref.parse(row.left), Ref.parse(row.right), fields)
