"""Put a copy of the store in its place, so that nothing which ran since is run a second time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.core import safety
from workbench.errors import UsageError
from workbench.model.ports import Clock
from workbench.settings import Settings
from workbench.store import Store, copies, schema
from workbench.store.database import Database
from workbench.store.filling import fill


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the store that was replaced is kept (empty: there was none), and how many plans wait for approval again."""

    kept: str
    waiting: int


def restore(settings: Settings, copy: Path, clock: Clock, *, by: str) -> Restored:
    """Check a copy, bring it to this version, and put it in the store's place; what was there is kept beside it.

    Whatever was approved when the copy was made waits for approval again: it may have run since, and been taken back.
    On a server the copy fills an empty store instead. Raises UsageError for what is no copy of an SQLite store, Refused
    for a copy whose audit chain does not hold or of a newer version and to whoever is no operator, LockHeld while a
    program has the store open; all is as it was then.
    """
    safety.check_role(by, ("operator",), settings.people, live=not settings.sandbox)
    if not copy.is_file():
        raise UsageError(f"{copy} is no file; name a copy that `workbench backup` made")
    file = _file(settings.database)
    if file is None:
        return Restored("", _filled(settings.database, copy, clock, by))
    if copy.resolve() == file.resolve():
        raise UsageError(f"{copy} is the store itself; name a copy that `workbench backup` made")
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = copies.stage(copy, file)
    try:
        waiting = _made_ready(staged, copy, clock, by)
        kept = file.with_name(f"{file.stem}-before-restore-{clock.now():%Y%m%dT%H%M%S}{file.suffix}")
        there = file.exists()
        copies.exchange(file, staged, kept)
    finally:
        copies.discard(staged)
    return Restored(str(kept) if there else "", waiting)


def _file(url: str) -> Path | None:
    """The file of an SQLite store, or None for a store on a server."""
    database = Database(url)
    try:
        sqlite = database.url.get_backend_name() == "sqlite"
        return Path(database.url.database) if sqlite and database.url.database else None
    finally:
        database.close()


def _filled(url: str, copy: Path, clock: Clock, by: str) -> int:
    """How a store moves to a server: the copy fills an empty one there, all or nothing."""
    with TemporaryDirectory(prefix="workbench-restore-") as folder:
        staged = copies.stage(copy, Path(folder) / "store.db")
        waiting = _made_ready(staged, copy, clock, by)
        target, source = Store(url), Database(f"sqlite:///{staged}")
        try:
            fill(target.database, source)
        finally:
            source.close()
            target.close()
    return waiting


def _made_ready(staged: Path, copy: Path, clock: Clock, by: str) -> int:
    url, now = f"sqlite:///{staged}", clock.now()
    _check_version(url)
    store = Store(url, upgrade=True)
    try:
        store.audit.verify()
        with store.writing():
            approved = store.plans.known(states=("approved",))
            for plan in approved:
                note = f"the store was put back from {copy.name}: this may have run since"
                store.plans.move(plan.id, "waiting", now, note, out_of=("approved",))
            store.audit.record(by, "restored", copy.name, now, waiting=len(approved))
        return len(approved)
    finally:
        store.close()


def _check_version(url: str) -> None:
    database = Database(url)
    try:
        with database.reading() as connection:
            found = schema.version(connection)
        if found is None:
            raise UsageError("that file holds no store; name a copy that `workbench backup` made")
        schema.check_known(database, found)
    finally:
        database.close()
