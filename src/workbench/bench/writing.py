"""Plan, approve, write, take back: the only way to a change in any system."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from workbench.bench.reviewing import Reviewing
from workbench.bench.trusting import Trusting
from workbench.errors import Unavailable
from workbench.model.approvals import Approval
from workbench.model.integrations import Integration
from workbench.model.journals import Journal
from workbench.model.plans import Plan
from workbench.model.ports import Progress, Signer
from workbench.model.rows import Rows
from workbench.render.progress import bar
from workbench.steps import approving, planning, repairing, running, standing, undoing
from workbench.store.pauses import Pause
from workbench.store.plans import KnownPlan


class Writing(Reviewing, Trusting):
    """The verbs around a plan, from its making to its undoing."""

    def plan(self, integration: str) -> Plan:
        """What would bring an integration's systems into step; it waits for approval, nothing is written.

        It takes the place of whatever a reviewer made of an earlier plan.
        """
        by, pair = self._may("analyst"), self.integration(integration)
        made = planning.prepare(
            pair, self.settings.kinds, self.systems, self.store, self.clock, author=by, over_review=True,
            ready=self._ready(pair),
        )  # fmt: skip
        return self._waits("planned", made.id, made, by=by, lines=len(made.lines), held=len(made.held))

    def plans(self, integration: str = "") -> Rows[KnownPlan]:
        """Every plan with its state, newest first."""
        return self.store.plans.known(integration)

    def approve(self, plan: Plan | str, *, reason: str, overrides: Mapping[str, str] | None = None) -> Approval:
        """Sign a plan with your own key; `overrides` says, by gate, why it may pass."""
        return self._approve(plan, self._own_key(), reason, overrides)

    def approve_as_demo_reviewer(self, plan: Plan | str, *, reason: str = "the demo") -> Rows[Approval]:
        """Sandbox only: the labelled demo reviewer approves a plan that has lines and whose gates hold."""
        found = self.show(plan) if isinstance(plan, str) else plan
        if not found.lines:
            return Rows()
        return Rows([self._approve(found, self._demo(), reason, None)])

    def reject(self, plan: str, *, reason: str) -> None:
        """Turn a plan down; its lines are not proposed again until a value changes."""
        by = self._may("approver")
        approving.reject(self.show(plan), self.store, self.clock, by, reason)
        self._noted("rejected", plan, None, by=by, reason=reason)

    def reconsider(self, plan: str, *, reason: str) -> None:
        """Take a rejection back; its lines are proposed again by the next plan."""
        by = self._may("approver")
        approving.reconsider(self.show(plan), self.store, self.clock, by, reason)
        self._noted("reconsidered", plan, None, by=by, reason=reason)

    def revoke(self, plan: str, *, reason: str) -> None:
        """Take an approval back, as long as nobody runs the plan."""
        by = self._may("approver")
        approving.revoke(self.show(plan), self.store, self.clock, by, reason)

    def run(self, plan: Plan | str, *, progress: Progress | None = None) -> Journal:
        """Write an approved plan, read it back, keep the journal; an interrupted run is gone on with.

        Where records turn out to have been created twice, a plan that repairs it waits afterwards.
        """
        found = self.show(plan) if isinstance(plan, str) else plan
        pair = self.integration(found.integration)
        journal = running.run(
            found.id, self.writers, self.store, self.clock, self._people, integration=pair,
            kinds=self.settings.kinds, progress=progress or bar, live=not self.settings.sandbox,
        )  # fmt: skip
        if self.store.plans.open(pair.name) is None:
            with contextlib.suppress(Unavailable):  # the run is done all the same; the next round looks again
                self._repair(pair)
        return journal

    def sync(self, integration: str, *, progress: Progress | None = None) -> running.Synced:
        """Finish what is open, run what is approved, read again, plan again; says what happened and what waits."""
        pair = self.integration(integration)
        done = running.sync(
            pair, self.settings.kinds, self.writers, self.store, self.clock, self._people,
            progress=progress or bar, live=not self.settings.sandbox, author=self.person, ready=self._ready(pair),
        )  # fmt: skip
        for waiting in filter(None, (done.waits, done.repair)):
            self._noticing().waiting(waiting)
        self._noticing().reminding(standing.reminders(self.standings(integration)))
        return done

    def undo(self, plan: str) -> Plan:
        """Make a plan that takes a run back; it waits for approval like any other."""
        by, found = self._may("analyst"), self.show(plan)
        pair = self.integration(found.integration)
        made = undoing.undo(found, pair, self.settings.kinds, self.systems, self.store, self.clock, author=by)
        return self._waits("undo planned", found.id, made, by=by, undo=made.id)

    def pause(self, integration: str, *, reason: str) -> None:
        """Stop an integration's runs until it is resumed; a run that is under way ends by itself."""
        by, pair = self._may("operator"), self.integration(integration)
        self.store.pauses.pause(Pause(pair.name, by, self.clock.now(), reason))
        self._noted("paused", pair.name, None, by=by, reason=reason)

    def resume(self, integration: str) -> bool:
        """Let a paused integration run again; says whether it was paused."""
        by, pair = self._may("operator"), self.integration(integration)
        return self._noted("resumed", pair.name, self.store.pauses.resume(pair.name), by=by)

    def _repair(self, pair: Integration) -> None:
        made = repairing.repair(pair, self.settings.kinds, self.systems, self.store, self.clock, author=self.person)
        if made is not None:
            self._noticing().waiting(made)

    def _approve(self, plan: Plan | str, signer: Signer, reason: str, overrides: Mapping[str, str] | None) -> Approval:
        found = self.show(plan) if isinstance(plan, str) else plan
        made = approving.approve(
            found, self.store, signer, self.clock, self._people, reason=reason, overrides=overrides,
            hours=self.settings.approval_hours, live=not self.settings.sandbox,
        )  # fmt: skip
        return self._noted("approved", found.id, made, by=signer.person, reason=reason)
