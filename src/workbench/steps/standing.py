"""Standing approvals: rules that an approver signs, under which lines run without asking again, until they end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from workbench.core import safety
from workbench.core.planning import mapping_fingerprint
from workbench.errors import Failed, UnknownName, UsageError, WaitingForApproval
from workbench.model.approvals import Approval, Standing
from workbench.model.integrations import Integration
from workbench.model.lines import Action
from workbench.model.mappings import Side
from workbench.model.people import Person
from workbench.model.rows import Rows
from workbench.model.values import fingerprint
from workbench.store import Store

ACTIONS: tuple[Action, ...] = ("create", "update", "link")
"""What may run without asking again. An unlink is asked for by a person each time."""
LONGEST_DAYS = 366
SOON = timedelta(days=7)
"""How long before its end a rule is reminded of."""
SIDES: tuple[Side, Side] = ("left", "right")

StandingState = Literal["in force", "ends soon", "ended", "suspended", "revoked", "refused"]


@dataclass(frozen=True, slots=True)
class KnownStanding:
    """A standing approval in a list: its limits, what it used up today, who signed it, whether it is in force."""

    id: str
    integration: str
    kinds: tuple[str, ...]
    actions: tuple[str, ...]
    fields: tuple[str, ...]
    per_run: int
    per_day: int
    per_cent: int
    spent_today: int
    ends_at: datetime
    by: str
    state: StandingState
    note: str


def rule(
    integration: Integration,
    *,
    kinds: Sequence[str],
    actions: Sequence[str],
    fields: Sequence[str],
    per_run: int,
    per_day: int,
    ends_at: datetime,
    now: datetime,
    per_cent: int = 100,
) -> Standing:
    """The rule in these words, for the mapping as it is now; raises UsageError for what cannot be meant."""
    known = {name for kind in kinds if kind in integration.kinds for side in SIDES
             for name in integration.pairing(kind).fields(side)}  # fmt: skip
    wanted: Mapping[str, tuple[Sequence[str], Iterable[str]]] = {
        "kind": (kinds, integration.kinds),
        "action for a standing approval": (actions, ACTIONS),
        "mapped field": (fields, known),
    }
    for what, (given, allowed) in wanted.items():
        strange = sorted(set(given) - set(allowed))
        if strange:
            raise UnknownName(f"{what} of {integration.name}", strange[0], allowed)
    if not kinds or not actions:
        raise UsageError("a standing approval names at least one kind and one action")
    if not 1 <= per_run <= per_day or not 1 <= per_cent <= 100:
        raise UsageError("a run takes at least 1 line and no more than a day does; a share lies between 1 and 100")
    if not now < ends_at <= now + timedelta(days=LONGEST_DAYS):
        raise UsageError(f"a standing approval ends, at the latest after {LONGEST_DAYS} days; name an end in that time")
    taken = tuple(action for action in ACTIONS if action in actions)
    mapping = mapping_fingerprint(integration)
    return Standing(
        integration.name, tuple(kinds), taken, tuple(fields), per_run, per_day, ends_at, mapping, per_cent=per_cent
    )


def known(
    integrations: Iterable[Integration], store: Store, people: Iterable[Person], now: datetime, *, live: bool
) -> Rows[KnownStanding]:
    """Every standing approval of these integrations, newest first, and why one is not in force."""
    counting = safety.trusted(people, live=live)
    found = []
    for integration in integrations:
        for held in store.standings.of(integration.name):
            mark = fingerprint(held)
            approval = next(iter(store.approvals.of(mark)), None)
            state, note = _state(held, mark, approval, counting, integration=integration, now=now, live=live)
            by, spent = approval.by if approval else "", store.standings.spent(held, now)
            found.append(
                KnownStanding(
                    mark[:12], held.integration, held.kinds, held.actions, held.fields, held.per_run, held.per_day,
                    held.per_cent, spent, held.ends_at, by, state, note,
                )
            )  # fmt: skip
    return Rows(found)


def named(mark: str, integrations: Iterable[Integration], store: Store) -> Standing:
    """The rule whose fingerprint begins so; raises UnknownName."""
    rules = {fingerprint(held): held for one in integrations for held in store.standings.of(one.name)}
    matching = [held for known, held in rules.items() if mark and known.startswith(mark)]
    if len(matching) != 1:
        raise UnknownName("standing approval", mark, [known[:12] for known in rules])
    return matching[0]


def reminders(standings: Iterable[KnownStanding]) -> list[str]:
    """What people should know before a schedule begins to wait for them: rules that end soon or are suspended."""
    return [
        f"standing approval {one.id} of {one.integration}: {one.note}"
        for one in standings
        if one.state in ("ends soon", "suspended", "refused")
    ]


def _state(
    held: Standing,
    mark: str,
    approval: Approval | None,
    people: Sequence[Person],
    *,
    integration: Integration,
    now: datetime,
    live: bool,
) -> tuple[StandingState, str]:
    if approval is None:
        return "revoked", "nobody's approval of it is left"
    try:
        safety.check_approval(mark, approval, people, now, live=live)
    except WaitingForApproval as reason:
        return "ended", str(reason)
    except Failed as reason:
        return "refused", str(reason)
    if held.mapping != mapping_fingerprint(integration):
        return "suspended", "the mapping changed since it was signed; sign it anew or leave it"
    if held.ends_at - now <= SOON:
        return "ends soon", f"it ends on {held.ends_at:%Y-%m-%d %H:%M} UTC; sign a new one if it shall go on"
    return "in force", ""
