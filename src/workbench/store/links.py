"""Pairs that a run verified in both systems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, select, update

from workbench.model.links import Link
from workbench.model.records import Ref
from workbench.model.rows import Rows
from workbench.store.database import AnyRow, Database
from workbench.store.tables import links

AT_ONCE = 400
"""Links in one statement, well under the smallest limit of variables that SQLite is built with (999)."""


class Links:
    """The links of every integration. A record has at most one active link an integration: the database sees to it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, made: Iterable[Link]) -> dict[str, Link]:
        """Make links of one integration active. An active link of either record to another one stays: it is returned,
        by the line whose link it forbade."""
        wanted, forbidden = list(made), dict[str, Link]()
        with self._database.writing() as connection:
            for start in range(0, len(wanted), AT_ONCE):
                forbidden |= _add(connection, wanted[start : start + AT_ONCE])
        return forbidden

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


def _add(connection: Connection, made: Sequence[Link]) -> dict[str, Link]:
    lefts, rights = [str(link.left) for link in made], [str(link.right) for link in made]
    near = (links.c.integration == made[0].integration) & (links.c.left.in_(lefts) | links.c.right.in_(rights))
    known = [_link(row) for row in connection.execute(select(links).where(near))]
    pairs = {(link.left, link.right) for link in known}
    active = {end: link for link in known if link.active for end in (link.left, link.right)}
    forbidden: dict[str, Link] = {}
    new: list[Link] = []
    for link in made:
        standing = active.get(link.left) or active.get(link.right)
        if standing is not None and (standing.left, standing.right) != (link.left, link.right):
            forbidden[link.line] = standing
        if standing is not None:
            continue
        active[link.left] = active[link.right] = link
        if (link.left, link.right) in pairs:
            told = {"plan": link.plan, "line": link.line, "at": link.at, "active": True}
            connection.execute(update(links).where(_pair(link.integration, link.left, link.right)).values(**told))
        else:
            new.append(link)
    if new:
        connection.execute(insert(links), [_row(link) for link in new])
    return forbidden


def _row(link: Link) -> dict[str, object]:
    told = {"plan": link.plan, "line": link.line, "at": link.at, "active": True}
    ends = {"left": str(link.left), "right": str(link.right)}
    return {"integration": link.integration, "kind": link.kind, **ends, **told}


def _pair(integration: str, left: Ref, right: Ref) -> ColumnElement[bool]:
    return and_(links.c.integration == integration, links.c.left == str(left), links.c.right == str(right))


def _link(row: AnyRow) -> Link:
    left, right = Ref.parse(row.left), Ref.parse(row.right)
    return Link(row.kind, row.integration, left, right, row.plan, row.line, row.at, row.active)
