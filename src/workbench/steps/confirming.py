"""Look whether an integration is ready, and keep a person's signature that the preparation is done (R-PREP-3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.core import readiness, safety
from workbench.core.readiness import Finding, Readiness
from workbench.errors import AccessDenied, Refused, UsageError, WorkbenchError
from workbench.model.approvals import Approval
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.people import Person
from workbench.model.plans import Gate
from workbench.model.ports import Clock, Laid, Signer, System
from workbench.model.records import Snapshots
from workbench.model.rows import Rows
from workbench.steps import approving, reading, switching
from workbench.store import Store

HOURS = 24 * 365
"""How long a confirmation holds at most: it lapses by a new critical finding, not by time."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether the preparation of an integration stands confirmed, by whom and when, and if not, why not.

    `blockers` are the critical findings that no confirmation in force accepts by name.
    """

    integration: str
    state: Literal["confirmed", "lapsed", "not confirmed"]
    by: str
    at: str
    because: str
    blockers: int


def look(
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    clock: Clock,
    *,
    integrations: Iterable[Integration],
) -> Readiness:
    """Read what the integration needs from both systems and judge it; nothing is written anywhere but the store."""
    pair = {name: systems[name] for name in integration.pair}
    using = list(integrations)
    wanted = dict.fromkeys((*integration.kinds, *(kind for _, kind in integration.lookups)))
    snapshots: dict[str, Snapshots] = {}
    unread: dict[str, str] = {}
    for name in wanted:
        try:
            snapshots[name] = reading.snapshot(pair, kinds, name, store, clock, integrations=using)
        except UsageError as error:  # a mapped field that this user does not see: that itself is what is to be told
            unread[name] = str(error)
    return _judged(integration, kinds, systems, store, snapshots, unread=unread)


def _judged(
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    snapshots: Mapping[str, Snapshots],
    *,
    unread: Mapping[str, str] | None = None,
) -> Readiness:
    pair = {name: systems[name] for name in integration.pair}
    described = {(name, kind): pair[name].describe(kind) for name in pair for kind in integration.kinds}
    instances = {name: system.identify() for name, system in pair.items()}
    return readiness.check(
        integration,
        kinds,
        described,
        snapshots,
        instances,
        excluded=_excluded(store, integration),
        said=switching.asked(integration, pair),
        layouts=_layouts(integration, pair),
        unread=unread,
    )


def confirm(
    found: Readiness, store: Store, signer: Signer, clock: Clock, people: Iterable[Person], *, reason: str,
    accept: bool = False, live: bool,
) -> Approval:  # fmt: skip
    """Sign that the preparation is done. Critical findings are refused, or accepted one by one by name."""
    if found.critical and not accept:
        raise Refused(
            f"{found!r}: mend them first (workbench check {found.integration}), or accept each of them by name"
        )
    accepted = [finding.key for finding in found.critical]
    mark = found.fingerprint(accepted)
    counting = safety.trusted(people, live=live)
    named = [{"gate": key, "measured": "critical", "reason": reason} for key in sorted(set(accepted))]
    signed = approving.sign(
        _subject(found.integration), mark, signer, clock, counting, reason=reason, overrides=named, hours=HOURS
    )
    safety.check_approval(mark, signed, counting, clock.now(), live=live)
    with store.writing():
        store.approvals.add(signed)
    return signed


def confirmation(found: Readiness, store: Store, people: Iterable[Person], clock: Clock, *, live: bool) -> Confirmation:
    """Whether the last signature covers what is critical now; a new critical finding makes it lapse."""
    last = next(iter(store.approvals.subject(_subject(found.integration))), None)
    if last is None:
        because = f"nobody has; workbench confirm {found.integration}"
        return Confirmation(found.integration, "not confirmed", "", "", because, len(found.critical))
    accepted = {item["gate"] for item in last.overrides}
    new = found.critical.where(lambda finding: finding.key not in accepted)
    because = _since(new)
    if not because:
        try:
            safety.check_approval(
                found.fingerprint(accepted), last, safety.trusted(people, live=live), clock.now(), live=live
            )
        except WorkbenchError as error:
            because, new = str(error), found.critical
    state: Literal["confirmed", "lapsed"] = "lapsed" if because else "confirmed"
    return Confirmation(found.integration, state, last.by, f"{last.at:%Y-%m-%d %H:%M} UTC", because, len(new))


def ready(  # noqa: PLR0917  # the order in which every step takes them
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    clock: Clock,
    people: Iterable[Person],
    *,
    live: bool,
) -> Callable[[Mapping[str, Snapshots]], Gate | None]:
    """What planning a first sync asks: does a confirmation in force cover what was read just now?

    An import matches nothing, so nothing has to be prepared for it.
    """

    def asked(read: Mapping[str, Snapshots]) -> Gate | None:
        if integration.shape == "importing":
            return None
        try:
            found = _judged(integration, kinds, systems, store, read)
        except Refused as error:
            return safety.prepared(confirmed=False, because=str(error), blockers=1)
        stands = confirmation(found, store, people, clock, live=live)
        because, confirmed = stands.because, stands.state == "confirmed"
        return safety.prepared(confirmed=confirmed, because=because, blockers=stands.blockers)

    return asked


def _since(new: Rows[Finding]) -> str:
    if not new:
        return ""
    first = f"{new[0].where}: {new[0].what}"
    return f"{len(new)} critical findings are new since, the first: {first}"


def _layouts(integration: Integration, pair: Mapping[str, System]) -> dict[tuple[str, str], frozenset[str] | None]:
    """What people see of each kind, where a system has layouts; None where this user may not ask."""
    laid = {name: system for name, system in pair.items() if isinstance(system, Laid)}
    return {(name, kind): _on_layouts(system, kind) for name, system in laid.items() for kind in integration.kinds}


def _on_layouts(system: Laid, kind: str) -> frozenset[str] | None:
    try:
        return system.on_layouts(kind)
    except (AccessDenied, UsageError):
        return None


def _subject(integration: str) -> str:
    return f"readiness {integration}"


def _excluded(store: Store, integration: Integration) -> frozenset[str]:
    """The records that need no preparation: a person's last word is that they do not sync, or they are imported."""
    last = {str(ruling.subject): ruling.word for kind in integration.kinds for ruling in store.rulings.of(kind)}
    links = store.links.of(integration.name) if integration.shape == "importing" else ()
    excluded = {subject for subject, word in last.items() if word == "exclude"}
    return frozenset({*excluded, *(str(link.left) for link in links)})
