"""Get ready: connect the systems, see whether everything is in place before anything is matched or written."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.bench.ground import Ground
from workbench.core.readiness import Readiness
from workbench.errors import AccessDenied
from workbench.model.approvals import Approval
from workbench.model.plans import Plan
from workbench.model.ports import Signer
from workbench.model.rows import Rows
from workbench.steps import confirming, correcting, probing
from workbench.store.connections import Tried
from workbench.vault import Access, Credentials, Entry


class Preparing(Ground):
    """The verbs before the first match."""

    def connections(self) -> Rows[probing.Connection]:
        """Every system tried now by real calls: instance, user, permissions, quota left, what is wrong."""
        found = [self._probed(name, "read") for name in self.systems]
        apart = {entry.system for entry in self.credentials() if entry.access == "write"}
        return Rows([*found, *(self._probed(name, "write") for name in self.writers if name in apart)])

    def permissions(self, connections: Rows[probing.Connection]) -> Rows[probing.Permission]:
        """What the users of these connections may do, a row for each kind of record; asks nothing."""
        return Rows(permission for tried in connections for permission in tried.permissions)

    def connection_tests(self) -> Rows[Tried]:
        """Every test of every connection that is kept, the newest first (R-CONN-7); asks nothing."""
        return self.store.connections.tests()

    def connect(
        self, system: str, credentials: Mapping[str, str] | None = None, *, write: bool = False
    ) -> probing.Connection:
        """Try credentials by a real call and keep them only when it worked; without any, try those that are kept.

        Raises AccessDenied in words (host, key, locked user, permission, API off, clock); nothing is kept then.
        """
        by, access = self._may("operator"), self._access(write)
        given = None if credentials is None or self.settings.sandbox else Credentials(credentials)
        tried = self._probed(system, access) if given is None else self._probed(system, access, given)
        if tried.state == "closed":
            self._noted("connection refused", system, None, by=by, access=access)
            raise AccessDenied(tried.found)
        place = "" if given is None else self.vault.keep(system, access, given)
        for opened in (self.systems, self.writers):
            opened.close(system)
        return self._noted("connected", system, tried, by=by, access=access, place=place)

    def credentials(self) -> Rows[Entry]:
        """What is kept for which system and where it lies; no value is shown. The sandbox hands out its own."""
        return Rows([] if self.settings.sandbox else self.vault.entries(self.systems))

    def forget(self, system: str, *, write: bool = False) -> bool:
        """Take kept credentials away; says whether there were any."""
        by, access = self._may("operator"), self._access(write)
        self.systems.close(system)
        self.writers.close(system)
        return self._noted("credentials forgotten", system, self.vault.forget(system, access), by=by, access=access)

    def rotate_credentials(self) -> int:
        """Encrypt the file of credentials under a new key; says how many entries it holds."""
        by = self._may("operator")
        return self._noted("credentials rotated", self.settings.profile, self.vault.rotate(), by=by)

    def check(self, integration: str) -> Readiness:
        """What is not in place yet for an integration: fields, statuses, partner accounts, likely duplicates."""
        pair, every = self.integration(integration), self.settings.integrations.values()
        return confirming.look(pair, self.settings.kinds, self.systems, self.store, self.clock, integrations=every)

    def correct(self, found: Readiness, *, status: str = "") -> Plan:
        """A plan that mends many accounts at once: flag set, and `status` where none stands. It waits for approval."""
        by, pair = self._may("analyst"), self.integration(found.integration)
        made = correcting.correct(
            found, pair, self.settings.kinds, self.systems, self.store, self.clock,
            integrations=self.settings.integrations.values(), status=status, author=by,
        )  # fmt: skip
        return self._waits("correction planned", made.id, made, by=by, lines=len(made.lines), held=len(made.held))

    def confirmation(self, found: Readiness) -> Rows[confirming.Confirmation]:
        """Whether the preparation stands confirmed, and if not, why; a new critical finding makes it lapse."""
        live = not self.settings.sandbox
        return Rows([confirming.confirmation(found, self.store, self._people, self.clock, live=live)])

    def confirm(self, integration: str, *, reason: str, accept: bool = False) -> Approval:
        """Look again and sign with your key that the preparation is done; `accept` takes critical findings by name."""
        signer = self._own_key()
        return self._confirm(self.check(integration), signer, reason, accept=accept)

    def confirm_as_demo_reviewer(self, found: Readiness) -> Rows[Approval]:
        """Sandbox only: the labelled demo reviewer accepts what was found, so that the demo can go on."""
        return Rows([self._confirm(found, self._demo(), "the demo", accept=True)])

    def _confirm(self, found: Readiness, signer: Signer, reason: str, *, accept: bool) -> Approval:
        made = confirming.confirm(
            found, self.store, signer, self.clock, self._people, reason=reason, accept=accept,
            live=not self.settings.sandbox,
        )  # fmt: skip
        return self._noted("confirmed", found.integration, made, by=signer.person, accepted=len(found.critical))

    def _probed(self, system: str, access: Access, given: Credentials | None = None) -> probing.Connection:
        mapping = self.writers if access == "write" else self.systems
        opened = (lambda: mapping[system]) if given is None else (lambda: mapping.tried(system, given))
        found = probing.probe(system, access, opened, self.settings.kinds, self.clock)
        return probing.remembered(found, self.store)

    @staticmethod
    def _access(write: bool) -> Access:
        return "write" if write else "read"
