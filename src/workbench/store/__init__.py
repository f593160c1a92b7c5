"""Edge: one database holds everything that must survive; one concrete class a noun."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection

from workbench.store import schema
from workbench.store.acknowledgements import Acknowledgements
from workbench.store.approvals import Approvals
from workbench.store.audit import Audit
from workbench.store.bases import Bases
from workbench.store.connections import Connections
from workbench.store.database import Database
from workbench.store.figures import Figures
from workbench.store.journal import Journal
from workbench.store.leases import Leases
from workbench.store.links import Links
from workbench.store.pauses import Pauses
from workbench.store.plans import UNFINISHED, Plans
from workbench.store.references import References
from workbench.store.rounds import Rounds
from workbench.store.rulings import Rulings
from workbench.store.snapshots import Snapshots
from workbench.store.standings import Standings


class Store:
    """The database of a workbench, opened by URL; an empty one is made, one of an unknown version refused.

    `with store.writing():` makes what several nouns write one transaction. Never call a system inside it.
    """

    def __init__(self, url: str, *, upgrade: bool = False) -> None:
        self.database = Database(url)
        try:
            if upgrade:
                schema.upgrade(self.database)
            schema.ensure(self.database)
        except BaseException:
            self.database.close()
            raise
        self.snapshots = Snapshots(self.database)
        self.rulings = Rulings(self.database)
        self.links = Links(self.database)
        self.bases = Bases(self.database)
        self.plans = Plans(self.database)
        self.approvals = Approvals(self.database)
        self.journal = Journal(self.database)
        self.leases = Leases(self.database)
        self.audit = Audit(self.database)
        self.standings = Standings(self.database)
        self.figures = Figures(self.database)
        self.pauses = Pauses(self.database)
        self.rounds = Rounds(self.database)
        self.references = References(self.database)
        self.connections = Connections(self.database)
        self.acknowledgements = Acknowledgements(self.database)

    def writing(self) -> AbstractContextManager[Connection]:
        """One write transaction for everything inside."""
        return self.database.writing()

    def prune(self) -> int:
        """Forget snapshots that neither the next incremental read nor an unfinished plan needs; says how many."""
        unfinished = (self.plans.get(known.id) for known in self.plans.known(states=UNFINISHED))
        return self.snapshots.prune({cited for plan in unfinished for cited in plan.snapshots.values()})

    def backup(self, path: str) -> None:
        """Write a whole copy of an SQLite database to a new file, while others go on working."""
        self.database.backup(Path(path))

    def close(self) -> None:
        """Give all connections back."""
        self.database.close()
