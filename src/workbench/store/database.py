"""Connections and transactions: every write is BEGIN IMMEDIATE, short, and never held over a network call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Engine, Row, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from workbench.errors import Failed, UsageError

if TYPE_CHECKING:
    AnyRow: TypeAlias = Row[*tuple[Any, ...]]
else:
    AnyRow = Row
"""A row of any table: its columns are attributes."""

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up (safe-sync, as durable queues on SQLite do)."""

WRITER_LOCK = 7_208_113
"""PostgreSQL's advisory lock that makes write transactions take turns, as BEGIN IMMEDIATE does on SQLite."""


class Database:
    """One database, one writer at a time. A transaction opened inside another one of the same thread joins it."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)
        self._open = threading.local()

    @property
    def in_transaction(self) -> bool:
        """Whether this thread holds a write transaction: never true while a system is called."""
        return getattr(self._open, "connection", None) is not None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction: all of it is kept, or nothing is. Raises Failed when the store cannot be written."""
        joined: Connection | None = getattr(self._open, "connection", None)
        if joined is not None:
            yield joined
            return
        try:
            with self.engine.connect().execution_options(immediate=True) as connection, connection.begin():
                self._open.connection = connection
                yield connection
        except OperationalError as error:
            raise Failed(
                f"the store {self.url.render_as_string()} could not be written ({error.orig}); "
                "see that the disk has room and no other program holds the file, then give the same command again"
            ) from error
        finally:
            self._open.connection = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read of one moment; inside a write transaction it sees what that one wrote."""
        joined: Connection | None = getattr(self._open, "connection", None)
        if joined is not None:
            yield joined
            return
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def backup(self, path: Path) -> None:
        """Write a whole copy of an SQLite database to a new file, while others go on working."""
        if self.url.get_backend_name() != "sqlite":
            raise UsageError("only an SQLite store is copied here; for PostgreSQL use pg_dump")
        if path.exists():
            raise UsageError(f"{path} exists; name a new file for the copy")
        copying = self.engine.raw_connection()
        try:
            copying.cursor().execute("VACUUM INTO ?", (str(path),))
        finally:
            copying.close()
        path.chmod(0o600)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed)
        event.listen(engine, "begin", _take_writer_lock)
        return engine
    if parsed.database and parsed.database != ":memory:":
        _private_file(Path(parsed.database))
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _private_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)


def _prepare_sqlite(connection: object, _record: object) -> None:
    # The driver's own BEGIN is deferred: two readers that turn writers lose updates. So it is switched off here, and
    # `_begin_sqlite` says which BEGIN is meant.
    connection.isolation_level = None  # type: ignore[attr-defined]  # a sqlite3.Connection, which SQLAlchemy calls Any
    cursor = connection.cursor()  # type: ignore[attr-defined]  # as above
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _take_writer_lock(connection: Connection) -> None:
    if connection.get_execution_options().get("immediate", False):
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
