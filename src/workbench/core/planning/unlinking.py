"""Taking two records apart again: only a person asks for it, and it is planned and approved like everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from workbench.core.planning.drafting import in_order, mapping_fingerprint
from workbench.core.planning.lines import line_id
from workbench.core.planning.measuring import cited
from workbench.errors import UsageError
from workbench.model.integrations import Integration
from workbench.model.lines import Action, Line
from workbench.model.links import Link
from workbench.model.mappings import Side
from workbench.model.plans import Plan
from workbench.model.records import MODIFIED, Snapshots
from workbench.model.values import Value


def unlink(
    integration: Integration,
    snapshots: Mapping[str, Snapshots],
    links: Iterable[Link],
    *,
    reason: str,
    author: str = "",
    made_at: datetime | None = None,
) -> Plan:
    """A plan that ends these links: both records stay as they are, but for the fields that hold the other's id.

    Flags and statuses are not touched. Raises UsageError for a link that is not in force any more, or without a reason.
    """
    if not reason.strip():
        raise UsageError("an unlink needs a reason; it stands in the Integration Log for whoever asks later")
    lines = [line for link in links for line in _lines(integration, snapshots[link.kind], link, reason)]
    read = [snapshot for of_kind in snapshots.values() for snapshot in of_kind.values()]
    return Plan(
        integration=integration.name,
        purpose="correction",
        lines=in_order(integration, lines),
        mapping=mapping_fingerprint(integration),
        instances={snapshot.system: snapshot.instance for snapshot in read},
        snapshots=cited(snapshots),
        author=author,
        made_at=made_at,
    )


def _lines(integration: Integration, snapshots: Snapshots, link: Link, reason: str) -> Iterator[Line]:
    """An `unlink` line on the right, which ends the link, and an `update` on the left where it holds the other's id."""
    if not link.active:
        raise UsageError(f"{link.left} and {link.right} are not linked any more; look at the crosswalk again")
    ending = _line(integration, snapshots, link, "right", action="unlink", reason=reason)
    yield ending
    answer = _line(integration, snapshots, link, "left", action="update", reason=reason, after=(ending.id,))
    if answer.after:
        yield answer


def _line(
    integration: Integration,
    snapshots: Snapshots,
    link: Link,
    side: Side,
    *,
    action: Action,
    reason: str,
    after: tuple[str, ...] = (),
) -> Line:
    target, counterpart = (link.left, link.right) if side == "left" else (link.right, link.left)
    snapshot = snapshots[target.system]
    record: Mapping[str, Value] = snapshot.record(target.id) if target.id in snapshot else {}
    name = integration.pairing(link.kind).reference.get(side, "")
    before = {name: record[name]} if record.get(name) else {}
    return Line(
        id=line_id(integration.name, action, target, counterpart, list(before)),
        action=action,
        target=target,
        counterpart=counterpart,
        name=target.id,
        before=before,
        after=dict.fromkeys(before),
        precondition={MODIFIED: record[MODIFIED]} if record else {},
        reason=reason,
        depends_on=after,
    )
