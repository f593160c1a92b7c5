"""What a person may do: check the role, call one step, write the audit line. Nothing here decides anything."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from workbench.core.assessing import with_seen
from workbench.core.drawing import Violation, check
from workbench.errors import Refused
from workbench.jobs import Given, Run
from workbench.model.figures import Figure
from workbench.model.integrations import Integration, Kind
from workbench.model.landscape import Landscape
from workbench.model.links import Candidates, Crosswalk, Ruling
from workbench.model.people import Person, Role
from workbench.model.plans import Approval, Journal, Plan
from workbench.model.ports import Progress, Signer
from workbench.model.records import Ref, Snapshots
from workbench.model.rows import Rows
from workbench.model.values import Value
from workbench.render.diagram import Diagram
from workbench.render.layout_file import read_excused
from workbench.settings import HOME, Settings, read
from workbench.steps import (
    approving,
    checking,
    connecting,
    planning,
    publishing,
    reading,
    reporting,
    ruling,
    running,
    undoing,
)
from workbench.store import Store
from workbench.store.pauses import Pause
from workbench.store.plans import KnownPlan
from workbench.systems.pacing import WallClock

Made = TypeVar("Made")

SANDBOX_NOTICE = (
    "Sandbox: the systems are local servers with made-up records. Rulings and approvals are given by the labelled demo "
    "reviewer, who follows the product's verdicts; in a live profile only people rule and approve."
)


def open(profile: str = "", *, folder: Path | str | None = None) -> Bench:
    """The bench of a profile: settings read and checked, store opened, sandbox started or joined.

    Nothing is asked of a live system until it is needed. Raises ConfigurationError with every mistake.
    """
    settings = read(profile, folder=Path(folder) if folder else None)
    settings.state.mkdir(parents=True, exist_ok=True)
    return Bench(settings)


class Bench:
    """Every effect is a method here: read, rule, plan, approve, run, report. Close it, or use it as `with`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.clock = WallClock()
        self._sandbox = connecting.sandbox(settings) if settings.sandbox else None
        self.systems = connecting.Connections(settings, self._sandbox, self.clock)

    @property
    def sandbox(self) -> Mapping[str, Any]:
        """The sandbox's own addresses and keys, to play the other people's part; refused in a live profile."""
        self._demo()
        assert self._sandbox is not None  # the profile is a sandbox, or the line above refused
        return self._sandbox.contract

    # --- seeing

    def landscape(self, *, seen: Snapshots | None = None) -> Landscape:
        """The declared landscape; with `seen`, reconciled with what the systems say about themselves."""
        return with_seen(self.settings.landscape, seen) if seen else self.settings.landscape

    def snapshot(self, kind: str, *, full: bool = False) -> Snapshots:
        """Every record of a kind from each system that has it: whole, or the last one and everything changed since."""
        known, used = self.kind(kind), [pair for pair in self.settings.integrations.values() if kind in pair.kinds]
        systems = {name: self.systems[name] for name in self.systems if name in known.systems}
        return reading.snapshot(
            systems, self.settings.kinds, kind, self.store, self.clock, integrations=used, full=full
        )

    def integration(self, name: str) -> Integration:
        """A configured integration."""
        return self.settings.integration(name)

    def kind(self, name: str) -> Kind:
        """A configured kind of record."""
        return self.settings.kind(name)

    # --- deciding which is which

    def rulings(self, kind: str) -> Rows[Ruling]:
        """Every ruling about a kind, oldest first."""
        return self.store.rulings.of(kind)

    def rule(self, record: str, system: str, word: str, target: str = "", *, reason: str = "") -> Ruling:
        """Rule on a record with regard to another system: link (with target), create, later, exclude, lift."""
        by = self._may("analyst")
        other = Ref.parse(target) if target else None
        made = ruling.rule(
            self.store, self.clock, by, Ref.parse(record), system, word=ruling.word(word), target=other, reason=reason
        )
        return self._noted("ruled", record, made, by=by, word=word)

    def rule_by_verdict(self, candidates: Candidates, integration: str) -> Rows[Ruling]:
        """Sandbox only: the labelled demo reviewer rules as the verdicts say, on records nobody ruled on yet."""
        by, pair = self._demo().person, self.integration(integration)
        made = ruling.rule_by_verdict(
            candidates, self.snapshot(candidates.kind), pair, self.store, self.clock, by=by, master=pair.master
        )
        return self._noted("ruled by verdict", candidates.kind, made, by=by, count=len(made))

    def crosswalk(self, integration: str, kind: str = "partner") -> Crosswalk:
        """Which record is which: rulings and links folded over what is read now."""
        pair = self.integration(integration)
        read = {name: self.snapshot(name) for name in pair.kinds}
        return planning.crosswalks(pair, self.settings.kinds, read, self.store)[kind]

    # --- planning, approving, writing

    def plan(self, integration: str) -> Plan:
        """What would bring an integration's systems into step; it waits for approval, nothing is written."""
        by, pair = self._may("analyst"), self.integration(integration)
        made = planning.prepare(pair, self.settings.kinds, self.systems, self.store, self.clock, author=by)
        return self._noted("planned", made.id, made, by=by, lines=len(made.lines), held=len(made.held))

    def plans(self, integration: str = "") -> Rows[KnownPlan]:
        """Every plan with its state, newest first."""
        return self.store.plans.known(integration)

    def show(self, plan: str) -> Plan:
        """The plan of this id."""
        return self.store.plans.get(plan)

    def approve(self, plan: Plan | str, *, reason: str, overrides: Mapping[str, str] | None = None) -> Approval:
        """Sign a plan with your own key; `overrides` says, by gate, why it may pass."""
        return self._approve(plan, approving.person_key(self._may("approver"), self._keys), reason, overrides)

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

    def revoke(self, plan: str, *, reason: str) -> None:
        """Take an approval back, as long as nobody runs the plan."""
        by = self._may("approver")
        approving.revoke(self.show(plan), self.store, self.clock, by, reason)
        self._noted("revoked", plan, None, by=by, reason=reason)

    def run(self, plan: Plan | str, *, progress: Progress | None = None) -> Journal:
        """Write an approved plan, read it back, keep the journal; an interrupted run is gone on with."""
        found = self.show(plan) if isinstance(plan, str) else plan
        pair = self.integration(found.integration)
        return running.run(
            found.id, self.systems, self.store, self.clock, self._people, integration=pair,
            kinds=self.settings.kinds, progress=progress or _bar(), live=not self.settings.sandbox,
        )  # fmt: skip

    def sync(self, integration: str, *, progress: Progress | None = None) -> running.Synced:
        """Finish what is open, run what is approved, read again, plan again; says what happened and what waits."""
        pair = self.integration(integration)
        return running.sync(
            pair, self.settings.kinds, self.systems, self.store, self.clock, self._people,
            progress=progress or _bar(), live=not self.settings.sandbox, author=self.person,
        )  # fmt: skip

    def undo(self, plan: str) -> Plan:
        """Make a plan that takes a run back; it waits for approval like any other."""
        by, found = self._may("analyst"), self.show(plan)
        pair = self.integration(found.integration)
        made = undoing.undo(found, pair, self.settings.kinds, self.systems, self.store, self.clock, author=by)
        return self._noted("undo planned", plan, made, by=by, undo=made.id)

    # --- asking afterwards

    def journal(self, integration: str) -> Journal | None:
        """What became of each line of the integration's last run, or None when nothing ran yet."""
        return reporting.last_journal(integration, self.store)

    def log(self, integration: str = "") -> Rows[reporting.LogEntry]:
        """The Integration Log: what did not happen, with cause and remedy, newest first."""
        return reporting.log(self.store, integration)

    def why(self, record: str) -> Rows[reporting.Explanation]:
        """Why a record is, or is not, syncing: everything known about it, in words."""
        return reporting.why(Ref.parse(record), self.settings.integrations, self.settings.kinds, self.store)

    def figures(self) -> Rows[Figure]:
        """Leadership's five numbers, each measured or assumed, with its trend."""
        return reporting.figures(self.settings.landscape, self.settings.integrations, self.store, self.clock)

    def verify_audit(self) -> checking.Check:
        """Recompute the chain of what people did; says how long it is, or where it is broken."""
        return checking.audit(self.store)

    # --- notebooks and pages

    def notebook(self, name: str, given: Mapping[str, Given] | None = None) -> Run:
        """Execute one notebook with strict parameters and render the pages anew."""
        parameters = {"profile": self.settings.profile, **(given or {})}
        run = publishing.execute(self._notebooks, name, parameters, out=self._reports, environment=self._environment)
        self.report()
        return run

    def demo(self, folder: Path | None = None, *, said: Callable[[str], None] = print) -> list[Run]:
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

    def check_diagrams(self) -> Rows[Violation]:
        """Every rule of data flow diagrams that the landscape breaks; `diagrams/excused.yaml` says what may stay."""
        return check(self.settings.landscape, read_excused())

    def save(self, **pictures: Diagram) -> Rows[str]:
        """Write diagrams to `diagrams/`, each as SVG, PDF and DOT under its name; returns the files' names."""
        return publishing.save(self.settings.folder / "diagrams", pictures)

    def pause(self, integration: str, *, reason: str) -> None:
        """Stop an integration's runs until it is resumed; a run that is under way ends by itself."""
        by, pair = self._may("operator"), self.integration(integration)
        self.store.pauses.pause(Pause(pair.name, by, self.clock.now(), reason))
        self._noted("paused", pair.name, None, by=by, reason=reason)

    def resume(self, integration: str) -> None:
        """Let a paused integration run again."""
        by, pair = self._may("operator"), self.integration(integration)
        self._noted("resumed", pair.name, self.store.pauses.resume(pair.name), by=by)

    def doctor(self) -> Rows[checking.Check]:
        """What draws, what answers, who approves first: one line a check."""
        return checking.doctor(self.settings, self.systems, self.store)

    # --- who, and what for

    @property
    def person(self) -> str:
        """Who works here: WORKBENCH_PERSON, else the name that this computer knows."""
        return self.settings.environment.get("WORKBENCH_PERSON", "") or getpass.getuser()

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

    def __repr__(self) -> str:
        return f"<Bench {self.settings.profile}: {', '.join(self.systems)}>"

    def _approve(self, plan: Plan | str, signer: Signer, reason: str, overrides: Mapping[str, str] | None) -> Approval:
        found = self.show(plan) if isinstance(plan, str) else plan
        made = approving.approve(
            found, self.store, signer, self.clock, self._people, reason=reason, overrides=overrides,
            hours=self.settings.approval_hours, live=not self.settings.sandbox,
        )  # fmt: skip
        return self._noted("approved", found.id, made, by=signer.person, reason=reason)

    def _noted(self, event: str, subject: str, made: Made, *, by: str, **details: Value) -> Made:
        """The audit line; returns what was made, so that a verb ends with it."""
        self.store.audit.record(by, event, subject, self.clock.now(), **details)
        return made

    def _may(self, role: Role) -> str:
        """The person at work, when they have this role. Roles prevent mistakes; what holds is the key."""
        known = next((person for person in self.settings.people if person.name == self.person), None)
        if known is not None and role not in known.roles:
            raise Refused(
                f"{self.person} is no {role} in config/approvers.yaml; ask one who is, or have the role added"
            )
        if known is None and not self.settings.sandbox:
            raise Refused(f"{self.person} does not stand in config/approvers.yaml; have an approver add you")
        return self.person

    def _demo(self) -> approving.KeySigner:
        if not self.settings.sandbox:
            raise Refused(f"profile {self.settings.profile} is no sandbox: there a person rules and approves")
        return approving.demo_key(self._keys)

    @cached_property
    def _people(self) -> tuple[Person, ...]:
        demo = (approving.demo_person(self._demo()),) if self.settings.sandbox else ()
        return (*self.settings.people, *demo)

    @property
    def _keys(self) -> Path:
        return self.settings.state / "keys"

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
            line = self.settings.state / "sandbox.json"
            self._sandbox.announce(line)
            found[connecting.JOINED] = str(line)
        return found

    @property
    def _notices(self) -> list[str]:
        return [SANDBOX_NOTICE] if self.settings.sandbox else []

    @property
    def _footer(self) -> list[str]:
        return [f"Profile {self.settings.profile} · times in {self.settings.time_zone} · {self.verify_audit().found}"]


def _bar() -> Progress:
    from workbench.render.progress import bar  # IPython takes a while to import; reading and planning do without

    return bar
