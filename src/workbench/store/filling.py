"""From one database into another, row by row: how the store of an SQLite file comes to a server."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, Table, func, insert, select, text

from workbench.errors import Refused
from workbench.store.database import Database
from workbench.store.tables import metadata

CHUNK = 500
"""Rows at a time: those of snapshots are large."""


def fill(target: Database, source: Database) -> None:
    """Copy every row of one store into another one of the same version, all or nothing; raises Refused unless empty."""
    with source.reading() as reading, target.writing() as writing:
        for table in metadata.sorted_tables:
            if writing.execute(select(table).limit(1)).first() is not None:
                raise Refused(
                    f"the store {target.url.render_as_string()} holds {table.name} already; "
                    "a copy goes into an empty one: name a new database, then give the same command again"
                )
            for rows in reading.execute(select(table)).mappings().partitions(CHUNK):
                writing.execute(insert(table), [dict(row) for row in rows])
            _count_on(writing, table)


def _count_on(writing: Connection, table: Table) -> None:
    """Let a server give the next row the number after the last one."""
    column = table.autoincrement_column
    if column is None or not isinstance(column.type, Integer):
        return
    last = writing.execute(select(func.max(column))).scalar()
    if last is not None:
        told = {"table": table.name, "column": column.name, "last": last}
        writing.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), told)
