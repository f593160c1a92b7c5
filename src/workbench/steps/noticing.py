"""Tell approvers by mail what waits for them, and what of theirs ends; each thing once (R-USE-7)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from workbench.core import safety
from workbench.core.planning import noticing
from workbench.core.planning.noticing import MESSAGE, NOTICES
from workbench.errors import WaitingForApproval, WorkbenchError
from workbench.model.kinds import Kind
from workbench.model.people import Person
from workbench.model.plans import Plan
from workbench.model.ports import Clock, Signer, System
from workbench.steps import approving, running, standing
from workbench.steps.running.claiming import covered
from workbench.steps.witnessing import authors
from workbench.store import Store

UNTOLD = "nobody told"
"""Audit event: a notice could not be sent, and why. Planning and running go on all the same."""


@dataclass(frozen=True)
class Noticing:
    """What telling people needs. `systems` are opened for writing: a message is a record like any other."""

    kinds: Mapping[str, Kind]
    systems: Mapping[str, System]
    store: Store
    clock: Clock
    people: Sequence[Person]
    live: bool
    hours: int

    def waiting(self, plan: Plan) -> int:
        """Tell those who may approve a plan that it waits; says how many messages the mail server took."""
        if not plan.lines or self.store.plans.state(plan.id) != "waiting":
            return 0
        wrote = authors(plan, self.store) | {plan.author} if self.live else set()
        return self._tell(*noticing.waiting(plan, hours=self.hours), plan.fingerprint, apart=wrote)

    def reminding(self, reminders: Sequence[str]) -> int:
        """Tell approvers which standing approvals end soon or do not hold any more."""
        return self._tell(*noticing.reminding(reminders), "\n".join(reminders)) if reminders else 0

    def _tell(self, subject: str, text: str, about: str, *, apart: Iterable[str] = ()) -> int:
        recipients = noticing.told(safety.trusted(self.people, live=self.live), apart=apart)
        mail = next((name for name in self.kinds[MESSAGE].systems if name in self.systems), "")
        if not recipients or not mail:
            return 0
        try:
            here = self.systems[mail].identify()
            made = noticing.notice(subject, text, about, recipients, here, made_at=self.clock.now())
            # What was sent to somebody, or may have been, is not sent to them again, whoever else is to be told now.
            known = {entry.line for entry in self.store.journal.of_lines(line.id for line in made.lines)}
            fresh = tuple(line for line in made.lines if line.id not in known)
            return self._sent(dataclasses.replace(made, lines=fresh)) if fresh else 0
        except WorkbenchError as error:
            self.store.audit.record("workbench", UNTOLD, subject, self.clock.now(), reason=str(error)[:500])
            return 0

    def _sent(self, made: Plan) -> int:
        """Send what a standing approval over notices covers; without one, the messages wait as a plan of their own."""
        store, now = self.store, self.clock.now()
        unfinished = store.plans.open(NOTICES.name)
        if unfinished is not None:
            self._run(unfinished)
        if store.plans.offer(made, now) != "waiting":
            return 0  # told already, or a person said that it shall not be
        part = next(covered(made, store, self.people, now, live=self.live), None)
        if part is None:
            raise WaitingForApproval(
                f"no standing approval covers it; sign one: workbench standing add {NOTICES.name} --kinds {MESSAGE} "
                "--actions create --per-run 20 --per-day 100 --days 366 --reason WHY"
            )
        store.plans.offer(part.inside, now)
        store.plans.move(
            part.inside.id, "approved", now, f"standing approval by {part.approval.by}", out_of=("waiting",)
        )
        return self._run(part.inside)

    def allow(self, signer: Signer, *, reason: str) -> None:
        """Sign a standing approval over notices, where none was ever signed."""
        if len(self.store.standings.of(NOTICES.name)):
            return
        now = self.clock.now()
        rule = standing.rule(
            NOTICES, kinds=[MESSAGE], actions=["create"], fields=[], per_run=20, per_day=200,
            ends_at=now + timedelta(days=366), now=now,
        )  # fmt: skip
        approving.stand(rule, self.store, signer, self.clock, self.people, reason=reason, live=self.live)

    def _run(self, plan: Plan) -> int:
        journal = running.run(
            plan.id, self.systems, self.store, self.clock, self.people, integration=NOTICES, kinds=self.kinds,
            live=self.live,
        )  # fmt: skip
        return journal.counts.get("handed over", 0)
