"""Where tests keep a store: a file of SQLite, or a database of its own on the server that `make postgresql` starts."""

from __future__ import annotations

import os
import shutil
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import create_engine, make_url, text

from workbench.store import Store

SERVER = "WORKBENCH_TEST_SERVER"
_numbers = count(1)


def a_store(folder: Path) -> Store:
    """A store of its own: a copy of an empty one, which is quicker than making the schema each time."""
    if on_server():
        return Store(a_database("empty"))
    path = folder / "workbench.db"
    shutil.copyfile(_empty_file(), path)
    return Store(f"sqlite:///{path}")


def on_server() -> bool:
    """Whether tests run on PostgreSQL."""
    return bool(os.environ.get(SERVER))


def a_database(like: str = "template0") -> str:
    """The URL of a new database on the server; like `empty`, the schema stands in it."""
    server = os.environ[SERVER]
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _command(f'CREATE DATABASE "{name}" TEMPLATE "{_empty_database() if like == "empty" else like}"')
    return f"{server}/{name}"


@cache
def _empty_file() -> Path:
    path = Path(mkdtemp()) / "empty.db"
    Store(f"sqlite:///{path}").close()
    return path


@cache
def _empty_database() -> str:
    """One a process: a template that somebody else is copying can be no template."""
    name = f"empty_{os.getpid()}"
    _command(f'CREATE DATABASE "{name}"')
    Store(f"{os.environ[SERVER]}/{name}").close()
    return name


def _command(words: str) -> None:
    engine = create_engine(make_url(f"{os.environ[SERVER]}/postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(words))
    engine.dispose()
