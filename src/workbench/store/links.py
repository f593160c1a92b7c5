"""Pairs that a run verified in both systems."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, insert, select, update

from workbench.model.links import Link
from workbench.model.records import Ref
from workbench.model.rows import Rows
from workbench.store.database import AnyRow, Database
from workbench.store.tables import links


class Links:
    """The links of every integration. A record has at most one active link an integration: the database sees to it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, link: Link) -> Link | None:
        """Make a link active; an active link of either record to another one stays, and is returned instead."""
        with self._database.writing() as connection:
            either = (links.c.left == str(link.left)) | (links.c.right == str(link.right))
            active = and_(links.c.integration == link.integration, links.c.active, either)
            for row in connection.execute(select(links).where(active)):
                found = _link(row)
                return None if (found.left, found.right) == (link.left, link.right) else found
            pair = _pair(link.integration, link.left, link.right)
            values = {"plan": link.plan, "line": link.line, "at": link.at, "active": True}
            if connection.execute(update(links).where(pair).values(**values)).rowcount == 0:
                told = {"kind": link.kind, "left": str(link.left), "right": str(link.right)}
                connection.execute(insert(links).values(integration=link.integration, **told, **values))
        return None

    def undo(self, integration: str, left: Ref, right: Ref) -> None:
        """Make a link inactive; it stays as history."""
        with self._database.writing() as connection:
            connection.execute(update(links).where(_pair(integration, left, right)).values(active=False))

    def of(self, integration: str, kind: str = "") -> Rows[Link]:
        """The active links of an integration, in the order in which they were made."""
        wanted = select(links).where(links.c.integration == integration, links.c.active).order_by(links.c.seq)
        if kind:
            wanted = wanted.where(links.c.kind == kind)
        return self._found(wanted)

    def about(self, ref: Ref) -> Rows[Link]:
        """Every link, active or not, in which a record stands."""
        return self._found(select(links).where((links.c.left == str(ref)) | (links.c.right == str(ref))))

    def _found(self, wanted: Select[tuple[object, ...]]) -> Rows[Link]:
        with self._database.reading() as connection:
            return Rows(_link(row) for row in connection.execute(wanted))


def _pair(integration: str, left: Ref, right: Ref) -> ColumnElement[bool]:
    return and_(links.c.integration == integration, links.c.left == str(left), links.c.right == str(right))


def _link(row: AnyRow) -> Link:
    left, right = Ref.parse(row.left), Ref.parse(row.right)
    return Link(row.kind, row.integration, left, right, row.plan, row.line, row.at, row.active)
