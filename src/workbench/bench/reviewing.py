"""Look at a plan and make another of it: leave lines out, correct them, set them apart, pick sides, take it outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from workbench.bench.ground import Ground
from workbench.core.planning import Difference, Echo, echoes
from workbench.model.plans import Plan
from workbench.model.rows import Rows
from workbench.model.values import Value
from workbench.steps import replaying, reviewing


class Reviewing(Ground):
    """The verbs between a plan and its approval. Each makes a child that waits in the plan's place; nothing is lost."""

    def show(self, plan: Plan | str) -> Plan:
        """The plan of this id, as it is stored."""
        return self.store.plans.get(plan if isinstance(plan, str) else plan.id)

    def drop(self, plan: Plan | str, lines: Collection[str]) -> Plan:
        """The plan without these lines, named by their first digits, and without what rests on them."""
        by, found = self._may("analyst", "approver"), self.show(plan)
        made = self._review(found).drop(found, lines)
        return self._noted("dropped", found.id, made, by=by, child=made.id, lines=len(found.lines) - len(made.lines))

    def edit(self, plan: Plan | str, line: str, values: Mapping[str, Value]) -> Plan:
        """The plan with other values in one line, by native field; you are its author, so somebody else approves."""
        by, found = self._may("analyst"), self.show(plan)
        made = self._review(found).edit(found, line, values, by=by)
        return self._waits("edited", made.id, made, by=by, parent=found.id, fields=", ".join(values))

    def split(self, plan: Plan | str, lines: Collection[str]) -> tuple[Plan, Plan]:
        """These lines with all that belongs to them, which wait now; and the rest, planned anew when they are done."""
        by, found = self._may("analyst", "approver"), self.show(plan)
        made = self._review(found).split(found, lines)
        return self._noted("split", found.id, made, by=by, child=made[0].id, rest=made[1].id)

    def choose(self, plan: Plan | str, choices: Mapping[tuple[str, str], str]) -> Plan:
        """Pick the side that wins each held field: `{(record, field): side}`, the side left, right or a system."""
        by, found = self._may("analyst"), self.show(plan)
        words = reviewing.picked(choices, self.integration(found.integration))
        made = self._review(found).choose(found, words, by=by)
        return self._waits("sides picked", made.id, made, by=by, parent=found.id, fields=len(words))

    def differences(self, plan: Plan | str) -> Rows[Difference]:
        """What a plan would write that the one before it would not, field by field."""
        return reviewing.differences(self.show(plan), self.store)

    def echoes(self, plan: Plan | str) -> Rows[Echo]:
        """What connectors that vendors run will write because of a plan, within the hour; none is ours."""
        every = self.settings.integrations.values()
        links = (link for known in every for link in self.store.links.of(known.name))
        return echoes(self.show(plan), every, links)

    def export(self, plan: Plan | str, path: Path | str) -> Path:
        """Write a plan as `.txt` or `.csv` for people who read it elsewhere; a spreadsheet runs nothing of it."""
        by, found = self._may("viewer", "analyst", "approver", "operator"), self.show(plan)
        return self._noted("exported", found.id, reviewing.export(found, Path(path)), by=by)

    def replay(self, plan: Plan | str) -> Rows[replaying.Replayed]:
        """Sandbox only: write the lines of a plan that ran to a fresh sandbox, and compare how each ends there."""
        self._demo()
        by, found = self._may("analyst"), self.show(plan)
        journal, pair = self.store.journal.of(found), self.integration(found.integration)
        with replaying.fresh_systems(self.settings, self.vault) as systems:
            made = replaying.replay(found, journal, pair, self.settings.kinds, systems, clock=self.clock)
        return self._noted("replayed", found.id, made, by=by, lines=len(made), same=sum(row.same for row in made))

    def _review(self, plan: Plan) -> reviewing.Reviewing:
        pair = self.integration(plan.integration)
        return reviewing.Reviewing(
            pair, self.settings.kinds, self.systems, self.store, self.clock, ready=self._ready(pair)
        )
