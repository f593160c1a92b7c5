"""Signatures of people over fingerprints, and whether they were taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from workbench.model.approvals import Approval
from workbench.model.rows import Rows
from workbench.model.values import canonical_json
from workbench.store.database import Database
from workbench.store.documents import approval_from
from workbench.store.tables import approvals


class Approvals:
    """Every approval ever given. What counts is its signature, which is checked wherever an approval is used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, approval: Approval) -> None:
        """Keep an approval."""
        with self._database.writing() as connection:
            connection.execute(
                insert(approvals).values(
                    fingerprint=approval.fingerprint,
                    subject=approval.subject,
                    by=approval.by,
                    nonce=approval.nonce,
                    expires_at=approval.expires_at,
                    document=canonical_json(approval),
                    revoked_by="",
                )
            )

    def of(self, fingerprint: str) -> Rows[Approval]:
        """The approvals of a value that were not revoked, newest first."""
        wanted = (
            select(approvals.c.document)
            .where(approvals.c.fingerprint == fingerprint, approvals.c.revoked_at.is_(None))
            .order_by(approvals.c.seq.desc())
        )
        with self._database.reading() as connection:
            return Rows(approval_from(text) for text in connection.execute(wanted).scalars())

    def subject(self, subject: str) -> Rows[Approval]:
        """The approvals with this subject that were not revoked, newest first (standing rules: `standing …`)."""
        wanted = (
            select(approvals.c.document)
            .where(approvals.c.subject == subject, approvals.c.revoked_at.is_(None))
            .order_by(approvals.c.seq.desc())
        )
        with self._database.reading() as connection:
            return Rows(approval_from(text) for text in connection.execute(wanted).scalars())

    def revoke(self, fingerprint: str, by: str, at: datetime) -> int:
        """Take back every approval of a value; says how many there were."""
        standing = (approvals.c.fingerprint == fingerprint) & approvals.c.revoked_at.is_(None)
        with self._database.writing() as connection:
            found = connection.execute(update(approvals).where(standing).values(revoked_at=at, revoked_by=by))
        return found.rowcount

    def revoke_given_by(self, person: str, by: str, at: datetime) -> int:
        """Take back every approval that a person gave; says how many there were."""
        given = (approvals.c.by == person) & approvals.c.revoked_at.is_(None)
        with self._database.writing() as connection:
            return connection.execute(update(approvals).where(given).values(revoked_at=at, revoked_by=by)).rowcount
