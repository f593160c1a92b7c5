"""The vendors' own engines and the office: who else works on the systems while the product does.

They share no code with the product and act through the public APIs on the sandbox's clock. An hour of an actor is the
same for the same seed, the same data and the same count of hours before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from workbench.sandbox.actors import connector, jobs, office
from workbench.sandbox.actors.caller import Ask, Caller
from workbench.sandbox.filedoor import export, take_in
from workbench.sandbox.state import State


def _file_door(caller: Caller) -> None:
    for outcome in take_in(caller.state):
        caller.did(f"file {outcome['result']}", "channelonline", "accounts", outcome["customerId"])
    export(caller.state)


ACTORS: Mapping[str, Callable[[Caller], None]] = {
    "office": office.work,
    "connector": connector.work,
    "jobs": jobs.work,
    "files": _file_door,
}
"""office: the people; connector: Channeltivity's for Salesforce; jobs: ChannelOnline's; files: its file door."""


def run(state: State, names: Sequence[str], ask: Ask) -> list[dict[str, str]]:
    """Let these actors do their hour, one after the other; what they did."""
    done: list[dict[str, str]] = []
    for name in names:
        hour = state.setting("actors", f"{name}.hours", 0)
        random = Random(f"{state.setting('identity', 'seed')}:{name}:{hour}")
        caller = Caller(name, state, ask, random)
        ACTORS[name](caller)
        state.keep("actors", f"{name}.hours", hour + 1)
        done += caller.done
    return done
