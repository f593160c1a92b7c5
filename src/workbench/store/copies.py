"""A copy of an SQLite store in the store's place: the file, and what SQLite keeps beside it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from workbench.errors import LockHeld

BESIDE = ("-wal", "-shm")
"""What a killed program leaves beside the file, and what belongs to that file alone: SQLite would write the end of the
one over the other."""


def stage(copy: Path, file: Path) -> Path:
    """A private copy of a copy, where it can be opened and changed before it takes the place of `file`."""
    staged = file.with_name(f".{file.name}.restoring")
    discard(staged)
    staged.touch(mode=0o600)
    shutil.copyfile(copy, staged)
    return staged


def discard(file: Path) -> None:
    """Delete a store that nobody needs, with everything beside it."""
    for path in (file, *_beside(file)):
        path.unlink(missing_ok=True)


def exchange(file: Path, staged: Path, kept: Path) -> None:
    """Keep `file` as `kept`, and put what was staged in its place; at every moment one of the two stands there.

    Raises LockHeld while any program has the store open, and leaves everything as it was.
    """
    if file.exists():
        _fold(file)
        kept.hardlink_to(file)
        for path, aside in zip(_beside(file), _beside(kept), strict=True):
            if path.exists():
                path.rename(aside)
    staged.replace(file)


def _beside(file: Path) -> tuple[Path, ...]:
    return tuple(file.with_name(file.name + ending) for ending in BESIDE)


def _fold(file: Path) -> None:
    """Take what was written last into the file itself: SQLite does so for the only one who has it open."""
    connection = sqlite3.connect(file, timeout=1, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise LockHeld(
            f"another program has the store {file} open ({error}); end it, notebooks too, then give the same command "
            "again"
        ) from None
    except sqlite3.DatabaseError:
        return  # it is damaged, which may be why a copy is wanted: it is kept as it is
    finally:
        connection.close()
