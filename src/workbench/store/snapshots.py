"""Snapshots as Parquet bytes, content-hashed: the last whole one, and those that unfinished plans cite."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import NoResultFound

from workbench.errors import Refused, UsageError
from workbench.model.records import Snapshot
from workbench.store.database import AnyRow, Database
from workbench.store.tables import contents, snapshots


@dataclass(frozen=True)
class Kept:
    """A stored snapshot, and when the last whole read on which it rests was taken."""

    snapshot: Snapshot
    whole_at: datetime


class Snapshots:
    """What was read, kept so that an incremental read and a plan can rest on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, snapshot: Snapshot, whole_at: datetime) -> None:
        """Store a snapshot; equal content is stored once."""
        content = snapshot.to_parquet()
        digest = hashlib.sha256(content).hexdigest()
        with self._database.writing() as connection:
            if connection.execute(select(contents.c.hash).where(contents.c.hash == digest)).first() is None:
                connection.execute(insert(contents).values(hash=digest, bytes=content))
            connection.execute(
                insert(snapshots).values(
                    system=snapshot.system,
                    kind=snapshot.kind,
                    instance=snapshot.instance,
                    taken_at=snapshot.taken_at,
                    watermark=snapshot.watermark,
                    whole_at=whole_at,
                    records=len(snapshot),
                    hash=digest,
                )
            )

    def last(self, system: str, kind: str) -> Kept | None:
        """The last snapshot of a kind in a system, or None when nothing was read yet."""
        wanted = (
            select(snapshots, contents.c.bytes)
            .join(contents, snapshots.c.hash == contents.c.hash)
            .where(snapshots.c.system == system, snapshots.c.kind == kind)
            .order_by(snapshots.c.seq.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else Kept(_snapshot(row), row.whole_at)

    def cited(self, fingerprint: str) -> Snapshot:
        """The snapshot of this content hash; raises UsageError when it was pruned."""
        wanted = (
            select(snapshots, contents.c.bytes)
            .join(contents, snapshots.c.hash == contents.c.hash)
            .where(snapshots.c.hash == fingerprint)
            .order_by(snapshots.c.seq.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            try:
                return _snapshot(connection.execute(wanted).one())
            except NoResultFound:
                raise UsageError(f"snapshot {fingerprint[:12]} was pruned; read again and plan again") from None

    def counted(self, fingerprint: str) -> int | None:
        """How many records the snapshot of this content hash had, also after it was pruned; None when unknown."""
        with self._database.reading() as connection:
            return connection.execute(
                select(snapshots.c.records).where(snapshots.c.hash == fingerprint).limit(1)
            ).scalar()

    def prune(self, cited: Iterable[str]) -> int:
        """Forget the content of every snapshot but the last of each kind and system and those `cited`; says how many.

        That it was taken, and how many records it had, stays known: a gate compares with it.
        """
        latest = select(func.max(snapshots.c.seq)).group_by(snapshots.c.system, snapshots.c.kind)
        kept = select(snapshots.c.hash).where(snapshots.c.seq.in_(latest))
        unneeded = contents.c.hash.not_in(kept) & contents.c.hash.not_in(list(cited))
        with self._database.writing() as connection:
            return connection.execute(delete(contents).where(unneeded)).rowcount


def _snapshot(row: AnyRow) -> Snapshot:
    if hashlib.sha256(row.bytes).hexdigest() != row.hash:
        raise Refused(f"the stored snapshot {row.hash[:12]} is damaged; read {row.system} again with a full read")
    frame = pd.read_parquet(io.BytesIO(row.bytes), engine="pyarrow")
    frame.index = frame.index.astype("object")
    return Snapshot(row.system, row.kind, row.instance, row.taken_at, row.watermark, frame)
