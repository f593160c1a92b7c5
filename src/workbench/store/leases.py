"""The one lock: a lease with a fence, which the step that writes takes in whatever process it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, insert, select, update

from workbench.errors import LockHeld
from workbench.store.database import Database
from workbench.store.tables import leases


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for an integration until a moment. The fence grows with each owner: an old one is known.

    `abandoned` is when the lease of an owner ran out that never gave it back: that one may have died over a call.
    """

    name: str
    owner: str
    fence: int
    until: datetime
    abandoned: datetime | None = None


_OURS = and_(
    leases.c.name == bindparam("lease"), leases.c.owner == bindparam("holder"), leases.c.fence == bindparam("number")
)
_RENEWED = update(leases).where(_OURS).values(until=bindparam("later"))
"""Made once: a run asks this with everything that it writes down."""
_RELEASED = update(leases).where(_OURS).values(owner="", until=bindparam("later"))


def _ours(lease: Lease) -> dict[str, object]:
    return {"lease": lease.name, "holder": lease.owner, "number": lease.fence}


class Leases:
    """Who is running what. A lease that ran out may be taken by anybody; its former owner is then fenced out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, owner: str, now: datetime, seconds: int) -> Lease:
        """Take the lease; raises LockHeld with the owner and the end of a lease that somebody else holds."""
        with self._database.writing() as connection:
            found = connection.execute(select(leases).where(leases.c.name == name)).one_or_none()
            if found is not None and found.owner and found.until > now + timedelta(seconds=seconds):
                # Not taken over: its owner may have a call under way, and no clock says any more for how long.
                raise LockHeld(
                    f"{name} is being run by {found.owner} until {found.until:%Y-%m-%d %H:%M:%S} UTC, which is longer "
                    f"than any lease lasts: a clock jumped (here it is {now:%Y-%m-%d %H:%M} UTC); set it right, then "
                    "give the same command again"
                )
            if found is not None and found.owner and found.until > now:
                raise LockHeld(
                    f"{name} is being run by {found.owner} until {found.until:%Y-%m-%d %H:%M:%S} UTC at the latest; "
                    "wait, or see whether that process still lives"
                )
            abandoned = found.until if found is not None and found.owner else None
            fence = 1 if found is None else found.fence + 1
            lease = Lease(name, owner, fence, now + timedelta(seconds=seconds), abandoned)
            values = {"owner": owner, "fence": lease.fence, "until": lease.until}
            if found is None:
                connection.execute(insert(leases).values(name=name, **values))
            else:
                connection.execute(update(leases).where(leases.c.name == name).values(**values))
        return lease

    def renew(self, lease: Lease, now: datetime, seconds: int) -> None:
        """Hold the lease for that much longer; raises LockHeld when it is no longer ours: then send nothing more.

        Called first in every transaction of a run, so that a fenced-out runner writes neither journal nor base.
        """
        told = {**_ours(lease), "later": now + timedelta(seconds=seconds)}
        with self._database.writing() as connection:
            if connection.execute(_RENEWED, told).rowcount == 0:
                raise LockHeld(
                    f"the lease on {lease.name} was lost to another run, so this one stopped; "
                    "that run finishes the plan: look at it with `workbench plans`"
                )

    def release(self, lease: Lease, now: datetime) -> None:
        """Give the lease back; does nothing when it is no longer ours."""
        with self._database.writing() as connection:
            connection.execute(_RELEASED, {**_ours(lease), "later": now})

    def holder(self, name: str, now: datetime) -> str:
        """Who holds a lease now, or empty."""
        with self._database.reading() as connection:
            found = connection.execute(select(leases).where(leases.c.name == name, leases.c.until > now)).one_or_none()
        return "" if found is None else str(found.owner)
