"""Signatures of people over fingerprints, and whether they were taken back."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update

from workbench.model.approvals import Approval
from workbench.model.people import ERASED
from workbench.model.rows import Rows
from workbench.model.values import canonical_json
from workbench.store.database import Database
from workbench.store.documents import approval_from
from workbench.store.tables import approvals

_NOT_REVOKED = approvals.c.revoked_at.is_(None)


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
        return self._given(approvals.c.fingerprint == fingerprint)

    def subject(self, subject: str) -> Rows[Approval]:
        """The approvals with this subject that were not revoked, newest first (standing rules: `standing …`)."""
        return self._given(approvals.c.subject == subject)

    def revoke(self, fingerprint: str, by: str, at: datetime) -> int:
        """Take back every approval of a value; says how many there were."""
        return self._revoke(approvals.c.fingerprint == fingerprint, by, at)

    def revoke_given_by(self, person: str, by: str, at: datetime) -> int:
        """Take back every approval that a person gave; says how many there were."""
        return self._revoke(approvals.c.by == person, by, at)

    def in_force(self, person: str, at: datetime) -> int:
        """How many approvals of a person neither ended nor were taken back."""
        given = (approvals.c.by == person) & _NOT_REVOKED & (approvals.c.expires_at > at)
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(approvals).where(given)).scalar_one()

    def erase(self, person: str) -> int:
        """Take a person's name out; says how many approvals named it. Only whoever says the name again can check them.

        The signature stays, and it is over the name.
        """
        with self._database.writing() as connection:
            named = connection.execute(select(approvals).where(approvals.c.by == person)).all()
            for row in named:
                nameless = dataclasses.replace(approval_from(row.document), by=ERASED)
                told = {"by": ERASED, "document": canonical_json(nameless)}
                connection.execute(update(approvals).where(approvals.c.seq == row.seq).values(**told))
            revoked = approvals.c.revoked_by == person
            taken_back = connection.execute(update(approvals).where(revoked).values(revoked_by=ERASED)).rowcount
        return len(named) + taken_back

    def _given(self, which: ColumnElement[bool]) -> Rows[Approval]:
        wanted = select(approvals.c.document).where(which, _NOT_REVOKED).order_by(approvals.c.seq.desc())
        with self._database.reading() as connection:
            return Rows(approval_from(text) for text in connection.execute(wanted).scalars())

    def _revoke(self, which: ColumnElement[bool], by: str, at: datetime) -> int:
        taken_back = update(approvals).where(which, _NOT_REVOKED).values(revoked_at=at, revoked_by=by)
        with self._database.writing() as connection:
            return connection.execute(taken_back).rowcount
