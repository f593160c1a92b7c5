"""The one SQLite file: connections, transactions, values by section and key, going back to the seed."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workbench.sandbox.tables import INDEXES, POINTERS, REMEMBERED, TABLE_NAMES, TABLES, VERSION


class Refused(Exception):
    """This file cannot be served: it is no sandbox file, or one of another version."""


class File:
    """The SQLite file itself. Usable from any thread; each thread has its own connection until `close()`."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._local = threading.local()
        try:
            with self.transaction():
                self._prepare()
            # Kept in the file, and only now: a file that is refused stays as it was, byte for byte.
            self.connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            raise Refused(f"{self.path} cannot be opened ({error}); another process may be filling it: wait") from error
        except sqlite3.DatabaseError as error:
            raise Refused(f"{self.path} is not a file of the sandbox ({error}); name another one") from error

    def _prepare(self) -> None:
        tables = {row[0] for row in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            for statement in filter(str.strip, TABLES.split(";\n")):
                self.connection.execute(statement)
            for statement in INDEXES.values():
                self.connection.execute(statement)
            self.connection.executemany("INSERT INTO collection (system, object) VALUES (?, ?)", POINTERS)
            self.keep("identity", "schema", VERSION)
            self.keep("identity", "instance", secrets.token_hex(8))
            return
        found = self.setting("identity", "schema") if "setting" in tables else None
        if found != VERSION:
            raise Refused(
                f"{self.path} has version {found} of the sandbox's tables, this is {VERSION}; name another file"
            )

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        existing: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if existing is not None:
            return existing
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = NORMAL")  # survives a killed process; a power cut is not our subject
        self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, alone among writers; an inner one joins the outer one."""
        connection = self.connection
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    # Settings, sessions, locators: values by section and key.

    def setting(self, section: str, key: str, default: Any = None) -> Any:
        """The kept value, else the default. Sections: identity, clock, session.<system>, locator, latency, …"""
        row = self.connection.execute(
            "SELECT value FROM setting WHERE section = ? AND key = ?", (section, key)
        ).fetchone()
        return default if row is None else json.loads(row[0])

    def keep(self, section: str, key: str, value: Any) -> None:
        """Keep a JSON value; never one that holds the sandbox's own address, which changes with every start."""
        with self.transaction():
            self.connection.execute("REPLACE INTO setting VALUES (?, ?, ?)", (section, key, encoded(value)))

    def forget(self, section: str, key: str | None = None) -> None:
        """Forget one kept value, or all of a section (`forget("session.salesforce")` ends every session)."""
        with self.transaction():
            self.connection.execute(
                "DELETE FROM setting WHERE section = ?1 AND (?2 IS NULL OR key = ?2)", (section, key)
            )

    @contextmanager
    def loading(self, *, indexed: bool = True) -> Iterator[None]:
        """A transaction for very many new records: the indexes are made afterwards, in one go each, or not at all.

        Meanwhile the journal is the plain one, which does not write new pages twice; it stays the other one while
        somebody else has the file open. An inner one joins the outer one.
        """
        if self.connection.in_transaction:
            yield
            return
        with self._hurrying(), self.transaction():
            for name in INDEXES:
                self.connection.execute(f"DROP INDEX {name}")
            yield
            for statement in INDEXES.values() if indexed else ():
                self.connection.execute(statement)

    @contextmanager
    def _hurrying(self) -> Iterator[None]:
        self.connection.execute("PRAGMA cache_size = -262144")  # 256 MB, or building the indexes thrashes
        self.connection.execute("PRAGMA synchronous = OFF")
        with suppress(sqlite3.OperationalError):
            self.connection.execute("PRAGMA journal_mode = DELETE")
        try:
            yield
        finally:
            for _, name, _ in self.connection.execute("PRAGMA database_list").fetchall():
                if name.startswith("share"):
                    self.connection.execute(f"DETACH {name}")
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
            self.connection.execute("PRAGMA cache_size = -2000")

    def pour(self, path: Path) -> None:
        """Add what the file of another share holds; inside `loading()`, which lets go of it at its end."""
        share = f"share{len(self.connection.execute('PRAGMA database_list').fetchall())}"
        self.connection.execute(f"ATTACH ? AS {share}", (str(path),))
        unlike = f"SELECT * FROM {share}.collection EXCEPT SELECT * FROM main.collection"
        if self.connection.execute(unlike).fetchone():
            raise ValueError(f"{path} numbers its collections otherwise than {self.path}; fill a new file")
        for table in ("record", "pointer", "truth"):
            self.connection.execute(f"INSERT INTO {table} SELECT * FROM {share}.{table}")
        self.connection.execute(f"REPLACE INTO sequence SELECT * FROM {share}.sequence")

    def empty(self, keeping: tuple[str, ...]) -> None:
        """Throw everything away but the kept values of these sections."""
        with self.transaction():
            for table in TABLE_NAMES:
                self.connection.execute(f"DELETE FROM {table}")
            kept = ", ".join("?" * len(keeping))
            self.connection.execute(f"DELETE FROM setting WHERE section NOT IN ({kept})", keeping)

    def remember(self) -> None:
        """Keep a copy of everything as it is now, for `restore()`."""
        with self.transaction():
            for table in REMEMBERED:
                self.connection.execute(f"DROP TABLE IF EXISTS pristine_{table}")
                self.connection.execute(f"CREATE TABLE pristine_{table} AS SELECT * FROM {table}")

    def restore(self) -> bool:
        """Go back to what was remembered; False when nothing was."""
        if not self.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'pristine_record'").fetchone():
            return False
        with self.transaction():
            self.empty(keeping=())
            for table in REMEMBERED:
                self.connection.execute(f"INSERT INTO {table} SELECT * FROM pristine_{table}")
        return True


encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""A value as JSON text, as it is stored."""
