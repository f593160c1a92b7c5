"""What an operator does around runs: what a run did not write as files, copies of the store, its upgrade."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.errors import UsageError
from workbench.model.plans import Plan
from workbench.model.rows import Rows
from workbench.settings import Settings
from workbench.steps.reporting import as_csv
from workbench.store import Store, schema
from workbench.store.database import Database
from workbench.store.tables import REVISION

FILES = ("success.csv", "error.csv")


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A schema before and after `workbench upgrade`, and the copy that was made first (empty: none was needed)."""

    before: str
    after: str
    copy: str


def write_rejected(plan: Plan, store: Store, folder: Path) -> Rows[str]:
    """Write `success.csv` and `error.csv` of a plan's run into a folder, a row a line; the paths written.

    A spreadsheet runs nothing of them. Raises UsageError for a plan that has not run.
    """
    if not store.journal.last(plan.id):
        raise UsageError(f"plan {plan.id} has not run, so nothing was written or rejected; run it first")
    folder.mkdir(parents=True, exist_ok=True)
    told = dict(zip(FILES, as_csv(store.journal.of(plan)), strict=True))
    for name, text in told.items():
        (folder / name).write_bytes(text.encode("utf-8-sig"))
    return Rows(str(folder / name) for name in told)


def backup(store: Store, path: Path) -> Path:
    """Copy the whole store to a new file, while others go on working."""
    if not path.resolve().parent.is_dir():
        raise UsageError(f"the folder of {path} does not exist; make it, or choose another one")
    store.backup(str(path))
    return path


def upgrade(settings: Settings) -> Upgraded:
    """Bring the store's schema to this version, all or nothing; a copy of an SQLite store is made first."""
    database = Database(settings.database)
    try:
        with database.reading() as connection:
            before = schema.version(connection) or ""
        if before == REVISION:
            return Upgraded(before, before, "")
        schema.check_known(database, before)
        copy = _copy(database, before) if before else ""
        schema.upgrade(database)
        return Upgraded(before, REVISION, copy)
    finally:
        database.close()


def _copy(database: Database, version: str) -> str:
    """A copy beside an SQLite store before it changes; a server's database is copied by its own tool."""
    if database.url.get_backend_name() != "sqlite" or not database.url.database:
        return ""
    file = Path(database.url.database)
    path = file.with_name(f"{file.stem}-before-upgrade-from-{version}{file.suffix}")
    if not path.exists():
        database.backup(path)
    return str(path)
