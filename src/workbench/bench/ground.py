"""What every verb of the bench stands on: settings, store, clock, systems, who is at work, the audit line."""

from __future__ import annotations

import getpass
import html
import sys
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from workbench.core import safety
from workbench.core.planning.noticing import NOTICES
from workbench.errors import Refused, UsageError
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.people import Person, Role
from workbench.model.plans import Plan
from workbench.model.ports import Progress
from workbench.model.values import Value
from workbench.render.progress import late_bar
from workbench.settings import Settings
from workbench.steps import confirming, connecting, keys, noticing, planning
from workbench.steps.controlling import ControlSide
from workbench.steps.keys import KeySigner, demo_key, demo_person, person_key
from workbench.store import Store
from workbench.systems.pacing import WallClock
from workbench.vault import Vault

Made = TypeVar("Made")


class Ground:
    """The opened workbench. Every verb that changes something asks for a role first, and is audited."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.clock = WallClock()
        self._sandbox = connecting.sandbox(settings) if settings.sandbox else None
        self.vault = Vault(settings.profile, settings.environment, settings.state / "credentials.sealed")
        self.systems = connecting.Connections(settings, self._sandbox, self.vault, progress=self.progress)
        apart = connecting.Connections(settings, None, self.vault, "write", progress=self.progress)
        self.writers = self.systems if settings.sandbox else apart

    @property
    def progress(self) -> Progress:
        """The bar of work that can take long: `wb.match(…, progress=bench.progress)`; reading shows it by itself."""
        return late_bar

    @property
    def sandbox(self) -> ControlSide:
        """The sandbox's addresses, keys and control side (faults, clock, mail, …); refused in a live profile."""
        self._demo()
        assert self._sandbox is not None  # the profile is a sandbox, or the line above refused
        return ControlSide(self._sandbox.contract)

    def integration(self, name: str) -> Integration:
        """A configured integration, or the workbench's own notices."""
        return NOTICES if name == NOTICES.name else self.settings.integration(name)

    def _waits(self, event: str, subject: str, plan: Plan, *, by: str, **details: Value) -> Plan:
        """The audit line of a plan that somebody made; those who may approve it are told that it waits."""
        self._noted(event, subject, plan, by=by, **details)
        self._noticing().waiting(plan)
        return plan

    def _noticing(self) -> noticing.Noticing:
        """What telling approvers needs; in the sandbox the labelled demo reviewer allows it by a standing approval."""
        found = noticing.Noticing(
            self.settings.kinds, self.writers, self.store, self.clock, self._people, not self.settings.sandbox,
            self.settings.approval_hours,
        )  # fmt: skip
        if self.settings.sandbox:
            found.allow(self._demo(), reason="the sandbox: its mail goes nowhere")
        return found

    def kind(self, name: str) -> Kind:
        """A configured kind of record."""
        return self.settings.kind(name)

    @property
    def person(self) -> str:
        """Who works here: WORKBENCH_PERSON, else the name that this computer knows."""
        return self.settings.person

    def close(self) -> None:
        """Let the sandbox end and give the store back."""
        self.store.close()
        if self._sandbox is not None:
            self._sandbox.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _repr_html_(self) -> str:
        names = html.escape(", ".join(self.systems))
        return f"<p>Profile <strong>{html.escape(self.settings.profile)}</strong>: {names}</p>"

    def __repr__(self) -> str:
        return f"<Bench {self.settings.profile}: {', '.join(self.systems)}>"

    def _noted(self, event: str, subject: str, made: Made, *, by: str, **details: Value) -> Made:
        """The audit line; returns what was made, so that a verb ends with it."""
        self.store.audit.record(by, event, subject, self.clock.now(), **details)
        return made

    def _may(self, *roles: Role) -> str:
        """The person at work, when they have one of these roles."""
        safety.check_role(self.person, roles, self.settings.people, live=not self.settings.sandbox)
        return self.person

    def _own_key(self) -> KeySigner:
        """The key of the person at work, who has to be an approver."""
        return person_key(self._may("approver"), self._keys, self._passphrase)

    def _passphrase(self) -> str:
        """What opens a key file: the environment says it, else it is asked for where somebody sits at a terminal."""
        known = self.settings.environment.get(keys.PASSPHRASE, "")
        return known or (getpass.getpass("passphrase of your key: ") if sys.stdin.isatty() else "")

    def _new_passphrase(self) -> str:
        """The passphrase of a key that is made now: asked for twice, because nobody can look it up afterwards."""
        first = self._passphrase()
        if first and keys.PASSPHRASE not in self.settings.environment and getpass.getpass("once more: ") != first:
            raise UsageError("the two passphrases differ; no key was made, give the command again")
        return first

    def _demo(self) -> KeySigner:
        if not self.settings.sandbox:
            raise Refused(f"profile {self.settings.profile} is no sandbox: there a person rules and approves")
        return demo_key(self._keys)

    def _ready(self, pair: Integration) -> planning.Ready:
        """What a first sync of an integration asks: does its preparation stand confirmed?"""
        live = not self.settings.sandbox
        return confirming.ready(
            pair, self.settings.kinds, self.systems, self.store, self.clock, self._people, live=live
        )

    @cached_property
    def _people(self) -> tuple[Person, ...]:
        demo = (demo_person(self._demo()),) if self.settings.sandbox else ()
        return (*self.settings.people, *demo)

    @property
    def _keys(self) -> Path:
        return self.settings.state / "keys"
