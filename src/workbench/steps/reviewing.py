"""What a reviewer makes of a waiting plan: lines left out, corrected or set apart, sides picked; each a child plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.core import planning as core
from workbench.core import safety
from workbench.core.planning.cost import cost
from workbench.errors import Refused, UnknownName, UsageError
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.lines import Choice
from workbench.model.mappings import Side
from workbench.model.plans import Plan
from workbench.model.ports import Clock, System
from workbench.model.records import Ref, Snapshots
from workbench.model.rows import Rows
from workbench.model.values import Value
from workbench.steps import planning, remembering
from workbench.store import Store


@dataclass(frozen=True)
class Reviewing:
    """What reviewing a plan needs; the systems are asked what they are, never written."""

    integration: Integration
    kinds: Mapping[str, Kind]
    systems: Mapping[str, System]
    store: Store
    clock: Clock
    ready: planning.Ready = planning.not_asked

    def drop(self, plan: Plan, lines: Collection[str]) -> Plan:
        """The plan without these lines and what rests on them, waiting in its place. They are proposed again later."""
        self._check_waits(plan)
        return self._keep(core.drop(plan, lines), plan)

    def edit(self, plan: Plan, line: str, values: Mapping[str, Value], *, by: str) -> Plan:
        """The plan with other values in one line, waiting in its place; whoever edits is its author from then on."""
        self._check_waits(plan)
        return self._keep(core.edit(plan, line, values, by=by, integration=self.integration), plan)

    def split(self, plan: Plan, lines: Collection[str]) -> tuple[Plan, Plan]:
        """These lines with all that belongs to them, waiting for approval; and the rest, which takes its turn later.

        One plan of an integration waits at a time: when the part has run or was turned down, the rest is planned anew.
        """
        self._check_waits(plan)
        apart, rest = (self._measured(child, plan) for child in core.split(plan, lines))
        if not rest.lines:
            raise UsageError(f"all lines of plan {plan.id} belong to these: approve it as it is, or name fewer lines")
        with self.store.writing():
            self.store.plans.offer(rest, self.clock.now())
            self.store.plans.offer(apart, self.clock.now())
        return apart, rest

    def choose(self, plan: Plan, choices: Iterable[Choice], *, by: str) -> Plan:
        """The plan made anew from the very same sources, with the sides that a person picked for fields held there.

        Sides picked earlier stay picked. Lines that were dropped or edited would come back, so sides come first.
        """
        self._check_waits(plan)
        if plan.purpose not in ("sync", "first sync"):
            raise UsageError(f"plan {plan.id} is of purpose {plan.purpose}; sides are picked in a sync")
        if plan.parent and not plan.choices and self._reviewed(plan):
            raise UsageError(f"lines of plan {plan.id} were dropped, edited or set apart: pick sides in {plan.parent}")
        wanted = tuple(choices)
        held = {(str(item.subject), item.field) for item in plan.held if item.field}
        for choice in wanted:
            if (str(choice.subject), choice.field) not in held:
                known = (f"{subject} {field}" for subject, field in held)
                raise UnknownName(f"held field of plan {plan.id}", f"{choice.subject} {choice.field}", known)
        return planning.prepare(
            self.integration, self.kinds, self.systems, self.store, self.clock, author=by, purpose=plan.purpose,
            snapshots=self._sources(plan), choices=(*plan.choices, *wanted), parent=plan.id, ready=self.ready,
        )  # fmt: skip

    def _check_waits(self, plan: Plan) -> None:
        state = self.store.plans.state(plan.id)
        if state not in ("waiting", "approved"):
            raise Refused(f"plan {plan.id} is {state}: only a plan that waits can be reviewed; see `workbench plans`")

    def _reviewed(self, plan: Plan) -> bool:
        return self.store.plans.consumed(self.store.plans.get(plan.parent).fingerprint) is None

    def _keep(self, child: Plan, parent: Plan) -> Plan:
        if not child.lines:
            raise UsageError(f"nothing of plan {parent.id} would be left: `workbench reject {parent.id}` turns it down")
        return planning.keep(self._measured(child, parent), self.store, self.clock)

    def _measured(self, child: Plan, parent: Plan) -> Plan:
        """A child with cost and gates of its own: fewer lines may hold where the whole did not."""
        described = planning.descriptions(self.integration, self.kinds, self.systems)
        counts = remembering.previous_counts(self.integration, self.store)
        rules = remembering.rules(self.integration, self.store)
        sources = self._sources(parent)
        now = safety.gates(child, self.integration, sources, counts, descriptions=described, rules=rules)
        of_the_whole = tuple(gate for gate in parent.gates if gate.name in (safety.RULED, safety.PREPARED))
        lasting = {gate.name for gate in of_the_whole}
        gates = (*(gate for gate in now if gate.name not in lasting), *of_the_whole)
        return dataclasses.replace(child, gates=gates, cost=cost(child.lines, described))

    def _sources(self, plan: Plan) -> dict[str, Snapshots]:
        """The snapshots that a plan was made from, by kind."""
        taken = [self.store.snapshots.cited(cited) for cited in plan.snapshots.values()]
        kinds = dict.fromkeys(snapshot.kind for snapshot in taken)
        return {kind: Snapshots(kind, [one for one in taken if one.kind == kind]) for kind in kinds}


def picked(words: Mapping[tuple[str, str], str], integration: Integration) -> list[Choice]:
    """Choices as people say them: `(record, field): side`, the side as left, right or the name of a system."""
    sides: dict[str, Side] = {
        "left": "left", "right": "right", integration.left: "left", integration.right: "right",
    }  # fmt: skip
    unknown = sorted(set(words.values()) - set(sides))
    if unknown:
        raise UnknownName("side", unknown[0], sides)
    return [Choice(Ref.parse(subject), field, sides[word]) for (subject, field), word in words.items()]


def differences(plan: Plan, store: Store) -> Rows[core.Difference]:
    """What a plan would write that its parent, else the plan before it, would not; all of it when that one has run."""
    return core.differences(plan, _before(plan, store) or dataclasses.replace(plan, lines=()))


def _before(plan: Plan, store: Store) -> Plan | None:
    if plan.parent:
        return store.plans.get(plan.parent)
    known = list(store.plans.known(plan.integration))
    at = next((place for place, one in enumerate(known) if one.id == plan.id), -1)
    earlier = known[at + 1] if at + 1 < len(known) else None
    return store.plans.get(earlier.id) if earlier is not None and earlier.state != "done" else None


def export(plan: Plan, path: Path) -> Path:
    """Write a plan for people outside: `.txt` line by line, `.csv` a field a row that no spreadsheet runs."""
    writers = {".txt": (core.as_text, "utf-8"), ".csv": (core.as_csv, "utf-8-sig")}
    if path.suffix.lower() not in writers:
        raise UsageError(f"{path.name} ends in neither .txt nor .csv; name it so that its format is clear")
    if not path.resolve().parent.is_dir():
        raise UsageError(f"the folder of {path} does not exist; make it, or choose another one")
    told, encoding = writers[path.suffix.lower()]
    path.write_bytes(told(plan).encode(encoding))
    return path
