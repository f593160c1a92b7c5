"""Connections and transactions: every write is BEGIN IMMEDIATE, short, and never held over a network call."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Dialect, Engine, Row, Table, create_engine, event, insert, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

from workbench.errors import Failed, UsageError

if TYPE_CHECKING:
    AnyRow: TypeAlias = Row[*tuple[Any, ...]]
else:
    AnyRow = Row
"""A row of any table: its columns are attributes."""

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up (safe-sync, as durable queues on SQLite do)."""

IDLE_SECONDS = 60
"""How long a program may leave a transaction open on a server and do nothing (stopped, swapped out, cut off).

The server then ends its session: nothing of it is kept, and the others go on.
"""

WRITER_LOCK = 7_208_113
"""PostgreSQL's advisory lock that makes write transactions take turns, as BEGIN IMMEDIATE does on SQLite."""


class Database:
    """One database, one writer at a time. A transaction opened inside another one of the same thread joins it."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            self.engine = _engine(url)
        except (ArgumentError, ModuleNotFoundError) as error:
            raise UsageError(
                f"the store cannot be opened by this url ({type(error).__name__}); write sqlite:///FILE or "
                "postgresql+psycopg://USER:PASSWORD@HOST/NAME, under `database:` or in WORKBENCH_DATABASE"
            ) from error
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
            with (
                self._told("written", "see that the disk has room and no other program holds it"),
                self.engine.connect().execution_options(immediate=True) as connection,
                connection.begin(),
            ):
                self._open.connection = connection
                yield connection
        finally:
            self._open.connection = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read of one moment; inside a write transaction it sees what that one wrote. Raises Failed as `writing`."""
        joined: Connection | None = getattr(self._open, "connection", None)
        if joined is not None:
            yield joined
            return
        with (
            self._told("read", "see that it is there and answers"),
            self.engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _told(self, done: str, look: str) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            said = str(error.orig).strip().partition("\n")[0]
            if type(error) is DatabaseError and self.url.get_backend_name() == "sqlite":
                raise Failed(
                    f"the store {self.url.render_as_string()} is damaged ({said}); "
                    "put a copy in its place: `workbench restore` FILE"
                ) from error
            if not isinstance(error, OperationalError) and not error.connection_invalidated:
                raise
            if "readonly" in said:  # SQLite's word; it writes beside the file even where one only reads
                done, look = "written", "let this account write to that file and in its folder"
            raise Failed(
                f"the store {self.url.render_as_string()} could not be {done} ({said}); "
                f"{look}, then give the same command again: what was written down is kept"
            ) from error

    def backup(self, path: Path) -> None:
        """Write a whole copy of an SQLite database to a new file, while others go on working."""
        if self.url.get_backend_name() != "sqlite":
            raise UsageError("only an SQLite store is copied here; for PostgreSQL use pg_dump, see docs/operating.md")
        if path.exists():
            raise UsageError(f"{path} exists; name a new file for the copy")
        copying = self.engine.raw_connection()
        try:
            copying.cursor().execute("VACUUM INTO ?", (str(path),))
        except sqlite3.Error as error:
            path.unlink(missing_ok=True)
            raise Failed(f"the store could not be copied to {path} ({error}); see that there is room") from None
        finally:
            copying.close()
        path.chmod(0o600)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def append(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert many rows of the same columns, each value as the column keeps it.

    The statement is made once: preparing each row anew, as an ordinary insert does, takes longer than storing it.
    """
    statement, order = _insert(table, tuple(rows[0]), connection.dialect)
    connection.exec_driver_sql(statement, [tuple(row[name] for name in order) for row in rows] if order else [*rows])


@cache
def _insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, Sequence[str]]:
    """The statement, and the order of its values where the driver takes them by place."""
    made = insert(table).inline().compile(dialect=dialect, column_keys=names)
    return str(made), made.positiontup or ()


def _engine(url: str) -> Engine:
    """An engine whose writers wait for one another, but never for ever; the URL may name another time to wait."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        waits = f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
        told = {"options": " ".join([waits, str(parsed.query.get("options", ""))]).strip()}
        engine = create_engine(parsed, connect_args=told, pool_pre_ping=True)
        event.listen(engine, "begin", _take_writer_lock)
        return engine
    if parsed.database and parsed.database != ":memory:":
        _private_file(Path(parsed.database))
    engine = create_engine(parsed, connect_args={"timeout": float(str(parsed.query.get("timeout", BUSY_SECONDS)))})
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
