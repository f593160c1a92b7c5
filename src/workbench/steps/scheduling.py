"""Rounds on a schedule: those that are due, in their order, and the lines that make cron or systemd ask for them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from workbench.core import scheduling
from workbench.errors import WorkbenchError
from workbench.model.integrations import Integration
from workbench.model.plans import PlanState
from workbench.model.ports import Clock
from workbench.model.rows import Rows
from workbench.store import Store

WAITS: Mapping[PlanState, tuple[str, str]] = {
    "running": ("was stopped and is not done", "workbench sync {0.integration}"),
    "approved": ("is approved and waits for its run", "workbench run {0.id}"),
    "waiting": ("waits for approval", "workbench show {0.id}"),
}
"""Of a plan that is not at its end, by its state, the gravest first: how it stands, and the command that goes on."""

RoundState = Literal["done", "failed", "blocked", "not due", "outside its window"]


@dataclass(frozen=True, slots=True)
class Round:
    """What became of an integration's round: `found` says what waits now, or why it was not done.

    `exit_code` is what a command ends with.
    """

    integration: str
    state: RoundState
    found: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """How an integration stands: when its rounds are, whether one is due, what keeps it or waits, what to do next."""

    integration: str
    schedule: str
    window: str
    last_round: datetime | None
    due: bool
    stands: str
    next: str


Run = Callable[[str], tuple[int, str]]
"""Does one integration's round: the exit code, and what it failed with."""


def rounds(
    integrations: Iterable[Integration], store: Store, clock: Clock, run: Run, *, by_hand: bool = False
) -> Rows[Round]:
    """Every round that is due (`by_hand`: all), each behind those of its `after:`; missed ones are caught up once.

    A round that fails stays due, stops those that come after it, and nothing else.
    """
    found: dict[str, Round] = {}
    for integration in scheduling.in_order(integrations):
        failed = [name for name in integration.after if name in found and found[name].exit_code]
        waiting = _waiting(integration, store, clock, by_hand=by_hand)
        if waiting is None and failed:
            why = f"the round of {', '.join(failed)} goes before it and failed; it stays due"
            waiting = Round(integration.name, "blocked", why, 4)
        found[integration.name] = waiting or _done(integration.name, store, run)
    return Rows(found.values())


def status(integrations: Iterable[Integration], store: Store, clock: Clock) -> Rows[Status]:
    """How each integration stands, in the order of their rounds; from the store, no system is asked."""
    return Rows(_status(integration, store, clock.now()) for integration in scheduling.in_order(integrations))


def _status(integration: Integration, store: Store, now: datetime) -> Status:
    last = store.rounds.last(integration.name)
    window = f"{integration.window} ({integration.time_zone})" if integration.window else ""
    when = (integration.schedule or "only by hand", window, last, scheduling.due(integration, last, now))
    return Status(integration.name, *when, *_stands(integration, store, now))


def _stands(integration: Integration, store: Store, now: datetime) -> tuple[str, str]:
    """What keeps an integration or waits, the gravest first, and the command that goes on."""
    name = integration.name
    pause, holder = store.pauses.of(name), store.leases.holder(name, now)
    if holder:
        return f"is being run by {holder}", ""
    if pause is not None:
        return f"paused by {pause.by} since {pause.at:%Y-%m-%d %H:%M} UTC: {pause.reason}", f"workbench resume {name}"
    if integration.run_by != "workbench":
        return "the vendor's connector writes; read and planned here", f"workbench plan {name}"
    for state, (words, command) in WAITS.items():
        for known in store.plans.known(name, (state,)):
            return f"plan {known.id} {words}: {known.summary}", command.format(known)
    latest = next(iter(store.plans.known(name)), None)
    return f"nothing waits; last plan: {latest.summary}" if latest else "never planned", f"workbench sync {name}"


def _waiting(integration: Integration, store: Store, clock: Clock, *, by_hand: bool) -> Round | None:
    name, now = integration.name, clock.now()
    last = store.rounds.last(name)
    if not by_hand and not scheduling.due(integration, last, now):
        told = (
            f"{integration.schedule or 'only by hand'}; last round {f'{last:%Y-%m-%d %H:%M} UTC' if last else 'never'}"
        )
        return Round(name, "not due", told)
    if not scheduling.within(integration, now):
        return Round(name, "outside its window", f"{integration.window} ({integration.time_zone}); nothing was done")
    return None


def _done(name: str, store: Store, run: Run) -> Round:
    try:
        code, why = run(name)
    except WorkbenchError as error:
        code, why = error.exit_code, str(error)
    if not code and store.plans.open(name) is not None:
        code, why = 4, _open(name, store)
    found = why if code else _paused(name, store) + _latest(name, store)
    return Round(name, "failed" if code else "done", found, code)


def _paused(name: str, store: Store) -> str:
    """That nothing was written, where a person paused the integration."""
    pause = store.pauses.of(name)
    if pause is None:
        return ""
    return f"paused by {pause.by} ({pause.reason}): read and planned, nothing written; `workbench resume {name}`; "


def _open(name: str, store: Store) -> str:
    pause = store.pauses.of(name)
    if pause is None:
        return "its open plan is not done yet; the next round goes on with it"
    return f"its open plan is paused by {pause.by}: {pause.reason}; `workbench resume {name}` lets it go on"


def _latest(name: str, store: Store) -> str:
    """What the newest plan of an integration would do, and how far it is."""
    return next((f"{plan.summary}; plan {plan.id} is {plan.state}" for plan in store.plans.known(name)), "")


def crontab(integrations: Iterable[Integration], command: Path, folder: Path, profile: str) -> str:
    """Lines for a crontab: one a schedule, all of the stated time zone."""
    # In a crontab a per cent sign is the end of the command, unless a backslash stands before it.
    asked = f"cd {shlex.quote(str(folder))} && {shlex.join(_words(command, profile))}".replace("%", r"\%")
    zone, schedules = _schedules(integrations)
    lines = [f"{scheduling.cron(schedule)} {asked}" for schedule in schedules]
    return "\n".join([f"# times of {zone}, for a cron that knows CRON_TZ", f"CRON_TZ={zone}", *lines])


def systemd(integrations: Iterable[Integration], command: Path, folder: Path, profile: str) -> str:
    """A timer and its service for systemd; a moment that the machine slept through is made up for when it wakes."""
    zone, schedules = _schedules(integrations)
    words = " ".join(f'"{word}"' for word in _words(command, profile)).replace("%", "%%")
    return "\n".join(
        [
            "# workbench-sync.service",
            "[Service]",
            "Type=oneshot",
            f"WorkingDirectory={str(folder).replace('%', '%%')}",
            f"ExecStart={words}",
            "",
            "# workbench-sync.timer",
            "[Timer]",
            *(f"OnCalendar={scheduling.calendar(schedule, zone)}" for schedule in schedules),
            "Persistent=true",
            "",
            "[Install]",
            "WantedBy=timers.target",
        ]
    )


def _words(command: Path, profile: str) -> list[str]:
    return [str(command), "sync", "--all", "--profile", profile]


def _schedules(integrations: Iterable[Integration]) -> tuple[str, list[str]]:
    known = [integration for integration in integrations if integration.schedule]
    return next((one.time_zone for one in known), "UTC"), sorted({one.schedule for one in known})
