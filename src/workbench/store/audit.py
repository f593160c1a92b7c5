"""What people and runs did: append-only, hash-chained, and still valid when a person's name is erased."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from workbench.errors import Refused
from workbench.model.people import ERASED
from workbench.model.rows import Rows
from workbench.model.values import Value, canonical_json
from workbench.store.database import AnyRow, Database
from workbench.store.tables import actors, audit

START = "0" * 64
"""What the first row of the chain follows."""

_LAST = select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that somebody did. `details` hold ids and counts, never values of records."""

    seq: int
    at: datetime
    actor: str
    event: str
    subject: str
    details: Mapping[str, Value]
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A chain that holds: how many rows, and the hash of its last one, which every report shows."""

    rows: int
    head: str


class Audit:
    """The audit chain. Each row's hash covers the row before; triggers refuse every change.

    The chain names a person by a salted hash; name and salt stand apart, so that erasing them keeps the chain valid.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, actor: str, event: str, subject: str, at: datetime, **details: Value) -> None:
        """Append that `actor` did `event` to `subject`; joins an open transaction, so both are kept or neither."""
        with self._database.writing() as connection:
            last = connection.execute(_LAST).first()
            seq, previous = (1, START) if last is None else (last.seq + 1, last.hash)
            # As it is stored, so that verifying reads back the very text that was hashed.
            moment = at.astimezone(UTC)
            row = {
                "seq": seq,
                "at": moment,
                "actor": _pseudonym(connection, actor),
                "event": event,
                "subject": subject,
                "details": canonical_json(details),
                "previous": previous,
            }
            connection.execute(insert(audit).values(**row, hash=_hash(row)))

    def rows(self, subject: str = "", event: str = "") -> Rows[AuditRow]:
        """What was done, oldest first; about one subject, of one kind of event."""
        wanted = select(audit, actors.c.name).join(actors, audit.c.actor == actors.c.pseudonym, isouter=True)
        wanted = wanted.where(audit.c.subject == subject) if subject else wanted
        wanted = wanted.where(audit.c.event == event) if event else wanted
        with self._database.reading() as connection:
            return Rows(_audit_row(row) for row in connection.execute(wanted.order_by(audit.c.seq)))

    def last(self, subject: str, event: str) -> AuditRow | None:
        """The last thing of one kind that was done to one subject, or None; found without reading the whole chain."""
        wanted = select(audit, actors.c.name).join(actors, audit.c.actor == actors.c.pseudonym, isouter=True)
        wanted = wanted.where(audit.c.subject == subject, audit.c.event == event).order_by(audit.c.seq.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else _audit_row(row)

    def verify(self) -> Verified:
        """Compute the chain anew; raises Refused with the first row that does not fit."""
        previous, count = START, 0
        with self._database.reading() as connection:
            for count, row in enumerate(connection.execute(select(audit).order_by(audit.c.seq)), start=1):
                kept = {name: value for name, value in row._mapping.items() if name != "hash"}
                if row.seq != count or row.previous != previous or row.hash != _hash(kept):
                    raise Refused(
                        f"the audit chain is broken at row {count}: it was changed or a row is missing; "
                        "compare the head hash with the last report and restore a backup"
                    )
                previous = row.hash
        return Verified(count, previous)

    def erase(self, person: str) -> bool:
        """Forget whose salted hash stands in the chain; says whether that person was known."""
        with self._database.writing() as connection:
            return connection.execute(delete(actors).where(actors.c.name == person)).rowcount > 0


def _pseudonym(connection: Connection, name: str) -> str:
    found = connection.execute(select(actors.c.pseudonym).where(actors.c.name == name)).scalar()
    if found is not None:
        return str(found)
    salt = secrets.token_hex(16)
    pseudonym = hashlib.sha256(f"{salt}{name}".encode()).hexdigest()
    connection.execute(insert(actors).values(pseudonym=pseudonym, name=name, salt=salt))
    return pseudonym


def _hash(row: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical_json(row).encode()).hexdigest()


def _audit_row(row: AnyRow) -> AuditRow:
    details: dict[str, Value] = json.loads(row.details)
    return AuditRow(row.seq, row.at, row.name or ERASED, row.event, row.subject, details, row.hash)
