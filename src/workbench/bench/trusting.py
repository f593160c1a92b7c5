"""Who signs, and what may run without asking again: people, their keys, standing approvals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from workbench.bench.ground import Ground
from workbench.core import safety
from workbench.core.planning.noticing import NOTICES
from workbench.model.approvals import Approval, Standing
from workbench.model.people import Person
from workbench.model.rows import Rows
from workbench.steps import approving, enrolling, standing


class Trusting(Ground):
    """The verbs around approvers and standing approvals. The file of people is written by people, and reviewed."""

    def people(self) -> Rows[Person]:
        """Everybody in config/approvers.yaml whose entry counts: the first, and those whom an approver signed."""
        return Rows(safety.trusted(self.settings.people, live=not self.settings.sandbox))

    def enrol(self, name: str, roles: Sequence[str], *, deputy: str = "", email: str = "") -> Person:
        """Make a person's key on this computer; the entry is for config/approvers.yaml, where it counts once signed."""
        made = enrolling.enrol(
            name, roles, self.settings.people, self._keys, deputy=deputy, email=email, passphrase=self._new_passphrase
        )
        return self._noted("key made", name, made, by=self.person, key=made.public_key)

    def vouch(self, name: str) -> Person:
        """Sign the entry of somebody in config/approvers.yaml with your own key; put the signed entry there."""
        signer = self._own_key()
        made = enrolling.vouch_for(name, signer, self.settings.people, live=not self.settings.sandbox)
        return self._noted("vouched", name, made, by=signer.person, key=made.public_key)

    def dismiss(self, name: str, *, reason: str) -> int:
        """Take back every approval that a person gave, standing ones too; your own whenever your key is lost."""
        by = self.person if self.person == name else self._may("approver")
        return enrolling.dismiss(name, self.store, self.clock, by, self._keys, reason=reason)

    def stand(
        self,
        integration: str,
        *,
        kinds: Sequence[str],
        actions: Sequence[str],
        per_run: int,
        per_day: int,
        days: int,
        reason: str,
        fields: Sequence[str] = (),
        per_cent: int = 100,
    ) -> Standing:
        """Sign a rule under which lines of an integration run without asking again, within these limits."""
        pair, now = self.integration(integration), self.clock.now()
        signer = self._own_key()
        made = standing.rule(
            pair, kinds=kinds, actions=actions, fields=fields, per_run=per_run, per_day=per_day,
            ends_at=now + timedelta(days=days), now=now, per_cent=per_cent,
        )  # fmt: skip
        people, live = self._people, not self.settings.sandbox
        approving.stand(made, self.store, signer, self.clock, people, reason=reason, live=live)
        return self._noted("standing approval", pair.name, made, by=signer.person, reason=reason, days=days)

    def standings(self, integration: str = "") -> Rows[standing.KnownStanding]:
        """Every standing approval: its limits, what it used today, and whether it is in force."""
        pairs = [self.integration(integration)] if integration else [*self.settings.integrations.values(), NOTICES]
        live = not self.settings.sandbox
        return standing.known(pairs, self.store, self._people, self.clock.now(), live=live)

    def reminders(self, integration: str = "") -> list[str]:
        """Standing approvals that end soon, are suspended or do not hold, in words."""
        return standing.reminders(self.standings(integration))

    def approve_rulings(self, kind: str, *, reason: str) -> Approval:
        """Read and sign every ruling about a kind as it stands; what to do when they were changed in the database."""
        signer = self._own_key()
        return approving.approve_rulings(
            kind, self.store, signer, self.clock, self._people, reason=reason, live=not self.settings.sandbox
        )

    def withdraw(self, standing_id: str, *, reason: str) -> Standing:
        """Take a standing approval out of force; what it covered waits for a person again."""
        by = self._may("approver")
        found = standing.named(standing_id, [*self.settings.integrations.values(), NOTICES], self.store)
        approving.withdraw(found, self.store, self.clock, by, reason)
        return found
