"""Ask afterwards and tell others: journal, Integration Log, figures, notebooks, pages, pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.bench.ground import Ground
from workbench.jobs import Given, Run
from workbench.model.figures import Figure
from workbench.model.journals import Journal
from workbench.model.records import Ref
from workbench.model.rows import Rows
from workbench.settings import HOME
from workbench.steps import checking, connecting, publishing, reporting

if TYPE_CHECKING:
    from workbench.render.diagram import Diagram

SANDBOX_NOTICE = (
    "Sandbox: the systems are local servers with made-up records. Rulings and approvals are given by the labelled demo "
    "reviewer, who follows the product's verdicts; in a live profile only people rule and approve."
)


class Telling(Ground):
    """The verbs that say what happened, to people and on pages."""

    def journal(self, integration: str) -> Journal | None:
        """What became of each line of the integration's last run, or None when nothing ran yet."""
        return reporting.last_journal(integration, self.store)

    def log(self, integration: str = "", *, search: str = "") -> Rows[reporting.LogEntry]:
        """The Integration Log: what did not happen, with cause and remedy, newest first; `search` for a text in it."""
        kinds = self.settings.kinds
        names, addresses = reporting.naming(self.store, kinds), reporting.addressing(self.store, kinds)
        return reporting.log(self.store, integration, search, name_of=names, address_of=addresses)

    def why(self, record: str) -> Rows[reporting.Explanation]:
        """Why a record is, or is not, syncing: everything known about it, in words."""
        return reporting.why(Ref.parse(record), self.settings.integrations, self.settings.kinds, self.store)

    def figures(self) -> Rows[Figure]:
        """Leadership's five numbers, each measured or assumed, with its trend."""
        return reporting.figures(self.settings.landscape, self.settings.integrations, self.store, self.clock)

    def measures(self) -> dict[str, int]:
        """What runs measured, by indicator, for `wb.assess(landscape, measures)`; nothing is read for it."""
        return reporting.measures(self.settings.integrations, self.settings.kinds, self.store)

    def verify_audit(self) -> checking.Check:
        """Recompute the chain of what people did; says how long it is, or where it is broken."""
        return checking.audit(self.store)

    def notebook(self, name: str, given: Mapping[str, Given] | None = None) -> Run:
        """Execute one notebook with strict parameters and render the pages anew."""
        parameters = {"profile": self.settings.profile, **(given or {})}
        run = publishing.execute(self._notebooks, name, parameters, out=self._reports, environment=self._environment)
        self.report()
        return run

    def demo(self, folder: Path | None = None, *, said: Callable[[str], None]) -> list[Run]:
        """Sandbox only: every notebook of the demo in order, then the pages."""
        self._demo()
        out = folder or self._reports
        runs = publishing.execute_all(
            self._notebooks,
            publishing.DEMO,
            profile=self.settings.profile,
            out=out,
            environment=self._environment,
            said=said,
        )
        self.report(out)
        return runs

    def report(self, folder: Path | None = None) -> Path:
        """Render every executed notebook and the index; returns the index's path."""
        figures = list(self.figures())
        return publishing.publish(folder or self._reports, figures=figures, notices=self._notices, footer=self._footer)

    def save(self, **pictures: Diagram) -> Rows[str]:
        """Write diagrams to `diagrams/`, each as SVG, PDF and DOT under its name; returns the files' names."""
        return publishing.save(self.settings.folder / "diagrams", pictures)

    @property
    def _notebooks(self) -> Path:
        return self.settings.folder / "notebooks"

    @property
    def _reports(self) -> Path:
        return self.settings.folder / "reports"

    @property
    def _environment(self) -> dict[str, str]:
        """What the kernels of notebooks need to find this workbench and to join its sandbox."""
        found = {HOME: str(self.settings.folder), "WORKBENCH_PROFILE": self.settings.profile}
        if self._sandbox is not None:
            # A file of this process: another command that runs meanwhile has a sandbox of its own, which ends with it.
            line = self.settings.state / f"sandbox-{os.getpid()}.json"
            self._sandbox.announce(line)
            found[connecting.JOINED] = str(line)
        return found

    @property
    def _notices(self) -> list[str]:
        return [SANDBOX_NOTICE] if self.settings.sandbox else []

    @property
    def _footer(self) -> list[str]:
        zone = self.settings.time_zone
        times = "times in UTC" + (f", schedules in {zone}" if zone != "UTC" else "")
        return [f"Profile {self.settings.profile} · {times} · {self.verify_audit().found}"]
