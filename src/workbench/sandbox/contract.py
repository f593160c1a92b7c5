"""Our own contract, spoken by the sandbox's Channeltivity and ChannelOnline: objects, fields, one set of rules.

No public description of either vendor's API was found, so this is ours and is called ours
(docs/channeltivity-contract.md, docs/channelonline-contract.md). What it does not understand it refuses.
`contract_routes` serves it by HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.sandbox.contract_fields import KEPT, Field, value_problem
from workbench.sandbox.contract_lists import shown
from workbench.sandbox.contract_refusals import Refusal, wrong_value
from workbench.sandbox.state import Record, State

Check = Callable[[State, str, Record, Record], Iterator[dict[str, str]]]
Settle = Callable[[State, str, Record, Record], None]
Action = Callable[[State, Record, Mapping[str, Any]], Any]


def no_check(state: State, object: str, before: Record, after: Record) -> Iterator[dict[str, str]]:
    """No rule beyond the fields' own."""
    yield from ()


def no_consequence(state: State, object: str, before: Record, after: Record) -> None:
    """A write that changes nothing else."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a system speaks: its objects, and the rules that go beyond single fields.

    `check(state, object, before, after)` yields what is wrong with a write (`before` is empty on creation), `settle` is
    called after a write with the same arguments, `actions` are `POST /{object}/{id}/{action}`.
    """

    system: str
    objects: Mapping[str, tuple[Field, ...]]
    check: Check = no_check
    settle: Settle = no_consequence
    actions: Mapping[tuple[str, str], Action] = field(default_factory=dict)

    def fields(self, state: State, object: str) -> dict[str, Field]:
        """The fields of an object that the API shows: those whose visibility was taken away are as if they were not."""
        hidden = state.setting(f"{self.system}.hidden", object, [])
        return {each.name: each for each in (*KEPT, *self.objects[object]) if each.name not in hidden}

    def shown(self, state: State, object: str, record: Record) -> dict[str, Any]:
        """A stored record as the API shows it: every visible field, absent ones as null."""
        return shown(self.fields(state, object), record)

    def existing(self, state: State, object: str, id: str) -> Record:
        """A record, a deleted one too; raises Refusal when it was never there."""
        record = state.get(self.system, object, id)
        if record is None:
            raise Refusal(404, "NotFound", f"{object} {id} is not there")
        return record

    def live(self, state: State, object: str, id: str) -> Record:
        """A record that is not deleted; raises Refusal otherwise."""
        record = self.existing(state, object, id)
        if record["@deleted"]:
            raise Refusal(410, "Deleted", f"{object} {id} was deleted at {record['@modified']}")
        return record

    def create(self, state: State, object: str, values: Mapping[str, Any]) -> Record:
        """Store a new record after every rule was kept; raises Refusal with everything that is wrong."""
        visible = self.fields(state, object)
        defaults = {each.name: each.default for each in self.objects[object] if each.default is not None}
        after = {**defaults, **values}
        missing = [
            wrong_value(each.name, "Required", f"{each.name} is required")
            for each in visible.values()
            if each.required and after.get(each.name) in (None, "")
        ]
        self._judge(state, object, {}, values, after, wrong=missing)
        id = str(state.next_id(self.system, object))
        record = state.insert(self.system, object, id, {**after, **self._own_number(object, id)})
        self.settle(state, object, {}, record)
        return state.get(self.system, object, id) or record

    def _own_number(self, object: str, id: str) -> dict[str, str]:
        return {"customerId": id} if any(each.name == "customerId" for each in self.objects[object]) else {}

    def change(self, state: State, object: str, before: Record, changes: Mapping[str, Any]) -> Record:
        """Lay changes over a record after every rule was kept; raises Refusal with everything that is wrong."""
        after = {**before, **changes}
        visible = self.fields(state, object)
        emptied = [
            wrong_value(name, "Required", f"{name} is required")
            for name, value in changes.items()
            if name in visible and visible[name].required and value in (None, "")
        ]
        self._judge(state, object, before, changes, after, wrong=emptied)
        record = state.update(self.system, object, before["@id"], changes)
        self.settle(state, object, before, record)
        return state.get(self.system, object, before["@id"]) or record

    def _judge(
        self,
        state: State,
        object: str,
        before: Record,
        changes: Mapping[str, Any],
        after: Record,
        *,
        wrong: list[dict[str, str]],
    ) -> None:
        visible = self.fields(state, object)
        for name, value in changes.items():
            if name not in visible:
                wrong.append(wrong_value(name, "UnknownField", f"{object} has no field {name}"))
            elif visible[name].system or (before and visible[name].fixed and value != before.get(name)):
                wrong.append(wrong_value(name, "SystemField", f"{name} cannot be changed"))
            elif value is not None:
                wrong.extend(self._value_problems(state, visible[name], value))
        if not wrong:
            wrong.extend(self.check(state, object, before, after))
        if wrong:
            raise Refusal(400, "Invalid", f"{object} was not stored: {wrong[0]['message']}", tuple(wrong))
        self._keep_unique(state, object, before, changes, visible)

    def _value_problems(self, state: State, known: Field, value: Any) -> Iterator[dict[str, str]]:
        problem = value_problem(known, value)
        if problem:
            yield wrong_value(known.name, "BadValue", f"{known.name} {problem}")
        elif known.refers:
            target = state.get(self.system, known.refers, value)
            if target is None or target["@deleted"]:
                yield wrong_value(known.name, "BadReference", f"{known.name}: {known.refers} {value} is not there")

    def _keep_unique(
        self, state: State, object: str, before: Record, changes: Mapping[str, Any], visible: Mapping[str, Field]
    ) -> None:
        for name, value in changes.items():
            if not visible[name].unique or value in (None, ""):
                continue
            for other in state.find(self.system, object, by=(name, value)):
                if other["@id"] != before.get("@id"):
                    error = wrong_value(name, "NotUnique", f"{name} {value} is taken by {object} {other['@id']}")
                    raise Refusal(409, "NotUnique", error["message"], ({**error, "existing": other["@id"]},))
