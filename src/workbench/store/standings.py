"""Rules under which lines may be written without asking again. An approval of the rule puts it in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select

from workbench.model.approvals import Standing
from workbench.model.plans import Plan
from workbench.model.rows import Rows
from workbench.model.values import canonical_json, fingerprint
from workbench.store.database import Database
from workbench.store.documents import standing_from
from workbench.store.tables import consumptions, standings


class Standings:
    """Standing rules, and how many lines ran under each: limits are consumed in the claim's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, rule: Standing, at: datetime) -> str:
        """Keep a rule; returns its fingerprint, which an approval signs."""
        mark = fingerprint(rule)
        with self._database.writing() as connection:
            if connection.execute(select(standings).where(standings.c.fingerprint == mark)).first() is None:
                told = {"integration": rule.integration, "at": at, "document": canonical_json(rule)}
                connection.execute(insert(standings).values(fingerprint=mark, **told))
        return mark

    def of(self, integration: str) -> Rows[Standing]:
        """The rules of an integration, newest first. Whether one is in force, its approval says."""
        wanted = select(standings.c.document).where(standings.c.integration == integration)
        with self._database.reading() as connection:
            return Rows(map(standing_from, connection.execute(wanted.order_by(standings.c.seq.desc())).scalars()))

    def spent(self, rule: Standing, now: datetime) -> int:
        """How many lines were claimed under a rule since midnight, UTC."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        under = (consumptions.c.standing == fingerprint(rule)) & (consumptions.c.at >= midnight)
        with self._database.reading() as connection:
            return connection.execute(select(func.sum(consumptions.c.lines)).where(under)).scalar() or 0

    def under(self, plan: Plan) -> str:
        """The fingerprint of the rule under which a plan was claimed; empty when a person approved it."""
        wanted = select(consumptions.c.standing).where(consumptions.c.fingerprint == plan.fingerprint)
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar() or ""
