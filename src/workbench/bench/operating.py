"""Keep it going: take note of the log, hand out what was rejected, copy and prune the store, erase a person."""

from __future__ import annotations

import sys
from pathlib import Path

from workbench.bench.telling import Telling
from workbench.model.plans import Plan
from workbench.model.rows import Rows
from workbench.steps import erasing, operating, reporting, scheduling
from workbench.store.acknowledgements import Acknowledgement


class Operating(Telling):
    """The verbs of whoever keeps the workbench running."""

    def acknowledge(self, entry: str, note: str = "") -> Acknowledgement:
        """Take note of an entry of the Integration Log, by its id; it stays in the log with your name and note."""
        by = self._may("operator", "analyst", "approver")
        made = reporting.acknowledge(self.store, self.clock, by, entry, note)
        return self._noted("acknowledged", entry, made, by=by)

    def rejected(self, plan: Plan | str, folder: Path | str) -> Rows[str]:
        """Write `success.csv` and `error.csv` of a plan's run into a folder: what was written, what was not and why."""
        by = self._may("viewer", "analyst", "approver", "operator")
        found = self.store.plans.get(plan if isinstance(plan, str) else plan.id)
        return self._noted(
            "exported", found.id, operating.write_rejected(found, self.store, Path(folder)), by=by, what="rejected"
        )

    def backup(self, path: Path | str) -> Path:
        """Copy the whole store to a new file; `workbench restore` puts it in the store's place."""
        by, made = self._may("operator"), operating.backup(self.store, Path(path))
        return self._noted("backed up", made.name, made, by=by)

    def prune(self) -> int:
        """Forget snapshots that neither the next reading nor an unfinished plan needs; says how many."""
        by, gone = self._may("operator"), self.store.prune()
        return self._noted("pruned", "snapshots", gone, by=by, count=gone)

    def forget_person(self, name: str) -> Rows[erasing.Trace]:
        """Erase the name of a person who left; says where it stood and where it has to stay."""
        by = self._may("operator")
        found = erasing.forget_person(self.store, self.clock, name, by=by, people=self.settings.people)
        return self._noted("person forgotten", "a person", found, by=by, places=len(found))

    def status(self) -> Rows[scheduling.Status]:
        """How each integration stands: schedule, last round, whether one is due, what keeps it, what to do next."""
        return scheduling.status(self.settings.integrations.values(), self.store, self.clock)

    def rounds(self, integration: str = "") -> Rows[scheduling.Round]:
        """Execute the notebook of every round that is due, in their order; or of one integration, due or not."""
        wanted = [self.integration(integration)] if integration else self.settings.integrations.values()
        return scheduling.rounds(wanted, self.store, self.clock, self._round, by_hand=bool(integration))

    def schedule(self) -> str:
        """The lines that make cron, or systemd, ask for every round that is due."""
        every, here = self.settings.integrations.values(), (self.settings.folder, self.settings.profile)
        command = Path(sys.executable).with_name("workbench")
        return "\n\n".join((scheduling.crontab(every, command, *here), scheduling.systemd(every, command, *here)))

    def _round(self, integration: str) -> tuple[int, str]:
        run = self.notebook("50_run_sync", {"integration": integration})
        return run.exit_code, run.error
