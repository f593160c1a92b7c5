"""Fields before the first sync: there, visible, of the right type, writable; the status picklist; record status."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.readiness.asking import Asked, asked, choices, status_row, statuses
from workbench.core.readiness.finding import Finding
from workbench.model.integrations import Integration
from workbench.model.kinds import KindInSystem
from workbench.model.mappings import PLACEHOLDER, Pairing, Side
from workbench.model.ports import Description, Field

SIZES = (3, 5)
"""A status set has three values, or five with distributors (R-PREP-1)."""


def field_findings(
    integration: Integration,
    pairing: Pairing,
    side: Side,
    place: KindInSystem,
    seen: Description,
    *,
    idle: frozenset[str] = frozenset(),
) -> Iterator[Finding]:
    """Everything about the fields of a kind on one side that would stop a sync or surprise people.

    `idle` are fields that nobody needs while a module of the vendor's is off.
    """
    merged: dict[str, list[Asked]] = {}
    for one in asked(pairing, side):
        if one.name not in idle:
            merged.setdefault(one.name, []).append(one)
    for name, wanted in sorted(merged.items()):
        yield from _field(seen, name, wanted, integration.name)
    yield from _required(pairing, side, place, seen)
    yield from _marker(pairing, side, place, seen)
    yield from _statuses(pairing, side, seen)
    yield from _choices(pairing, side, seen, idle)
    yield from _record_status(integration, pairing, side, seen)


def layout_findings(
    pairing: Pairing, side: Side, seen: Description, shown: frozenset[str] | None, *, idle: frozenset[str]
) -> Iterator[Finding]:
    """Fields that people have to set and cannot, because no page layout shows them; `shown` None: nobody may ask."""
    decided = [one.name for one in asked(pairing, side) if one.by_people and one.name not in idle]
    where = f"{seen.system} {seen.object}"
    if shown is None and decided:
        yield Finding(
            "warning", "layout not known", "this user may not see the page layouts, so nobody knows what people see",
            where, f"look by hand whether {', '.join(dict.fromkeys(decided))} stand on the layouts",
        )  # fmt: skip
        return
    for name in dict.fromkeys(decided):
        if shown is not None and seen.field(name) is not None and name not in shown:
            yield Finding(
                "warning", "not on layout", "people see the field on no page layout, so they cannot set it",
                f"{where}.{name}", "put it on the page layouts of every record type in use",
            )  # fmt: skip


def _field(seen: Description, name: str, wanted: list[Asked], integration: str) -> Iterator[Finding]:
    where, known = f"{seen.system} {seen.object}.{name}", seen.field(name)
    purposes = ", ".join(dict.fromkeys(one.purpose for one in wanted))
    if known is None:
        kind = next((one.types[0] for one in wanted if one.types), "text")
        yield Finding(
            "critical", "field not seen", f"the field is not visible to this user, or not there ({purposes})", where,
            f"create it as {_article(kind)} field, put it on the page layout and give the integration user access; or "
            f"correct its name in config/integrations/{integration}.yaml",
        )  # fmt: skip
        return
    for one in wanted:
        if one.types and known.type not in one.types:
            yield Finding(
                "critical", "wrong type", f"{one.purpose}: the field is {known.type}, not {' or '.join(one.types)}",
                where, f"map another field, or have the field made anew as {one.types[0]}",
            )  # fmt: skip
    unwritable = [
        word
        for word, needed, may in (
            ("create", any(one.created for one in wanted), known.createable),
            ("update", any(one.updated for one in wanted), known.updateable),
        )
        if needed and not may
    ]
    if unwritable:
        yield Finding(
            "critical", "not writable", f"this user may not {' or '.join(unwritable)} it ({purposes})", where,
            "give the integration user edit access to the field, or map it in the other direction only",
        )  # fmt: skip


def _required(pairing: Pairing, side: Side, place: KindInSystem, seen: Description) -> Iterator[Finding]:
    """Fields without which a record cannot be created, and that nothing fills."""
    if side not in pairing.create:
        return
    filled = {one.name for one in asked(pairing, side) if one.created}
    filled |= {*place.defaults, place.parent, place.marker}
    for known in seen.fields:
        if known.required and known.createable and known.name not in filled:
            yield Finding(
                "critical", "required and empty", f"{known.label} is required for a new record, and nothing fills it",
                f"{seen.system} {seen.object}.{known.name}",
                "map it, or set it under `stamp:` or `defaults:` in config",
            )  # fmt: skip


def _marker(pairing: Pairing, side: Side, place: KindInSystem, seen: Description) -> Iterator[Finding]:
    if side in pairing.create and place.marker and not seen.marker:
        yield Finding(
            "critical", "marker not seen", "the field for the creation marker is not visible: a lost answer to a "
            "creation could not be found again, and would be created twice",
            f"{seen.system} {seen.object}.{place.marker}",
            "create it as a text field of 80 characters, unique and an external id, and give the user access",
        )  # fmt: skip


def _statuses(pairing: Pairing, side: Side, seen: Description) -> Iterator[Finding]:
    """The picklist holds exactly the status set: a missing value stops the sync, a further one is told by name."""
    row = status_row(pairing)
    known = seen.field(getattr(row, side)) if row else None
    if row is None or known is None or known.type != "picklist":
        return
    where, wanted = f"{seen.system} {seen.object}.{known.name}", statuses(row, side)
    missing, further = _apart(wanted, known)
    if missing:
        yield Finding(
            "critical", "status missing", f"the picklist lacks {_listed(missing)}", where,
            "add the values to the picklist, spelled exactly so, for every record type in use",
        )  # fmt: skip
    if further:
        yield Finding(
            "warning", "further status", f"the picklist also holds {_listed(further)}, which the other side has not",
            where, f"leave only {_listed(wanted)}: records with another value do not sync; or use a field of its own",
        )  # fmt: skip
    if len(wanted) not in SIZES and side == "right":
        yield Finding(
            "warning", "size of the status set", f"{len(wanted)} statuses are mapped, not three or five", where,
            "map all three statuses, or all five with distributors, even those that do not sync",
        )  # fmt: skip


def _choices(pairing: Pairing, side: Side, seen: Description, idle: frozenset[str]) -> Iterator[Finding]:
    """The picklist that says whose a deal is holds the values that are understood, and no others (R-DEAL-7)."""
    for name, wanted in choices(pairing).items() if side == "left" else ():
        known = seen.field(name)
        if known is None or known.type != "picklist" or name in idle:
            continue
        where, (missing, further) = f"{seen.system} {seen.object}.{name}", _apart(wanted, known)
        if missing:
            yield Finding(
                "critical", "choice missing", f"the picklist lacks {_listed(missing)}", where,
                "add the values to the picklist, spelled exactly so",
            )  # fmt: skip
        if further:
            yield Finding(
                "warning", "further choice", f"the picklist also holds {_listed(further)}, which nobody understands",
                where, f"leave only {_listed(wanted)}: records with another value are not imported",
            )  # fmt: skip


def _record_status(integration: Integration, pairing: Pairing, side: Side, seen: Description) -> Iterator[Finding]:
    """A field apart from the status picklist takes what is left of a record that was deleted on the other side."""
    if integration.shape != "reconciling" or side != "right":
        return
    templates = pairing.deleted.get(side, {})
    if not templates:
        yield Finding(
            "warning", "no record status", "no field says that the other side's record was deleted",
            f"{seen.system} {seen.object}",
            f"create a Record Status field and name it under `deleted:` in config/integrations/{integration.name}.yaml",
        )  # fmt: skip
    row = status_row(pairing)
    for name, template in templates.items():
        where, known = f"{seen.system} {seen.object}.{name}", seen.field(name)
        if row is not None and name == getattr(row, side):
            yield Finding(
                "critical", "record status is the status", "the status picklist would also say what was deleted",
                where, "use a field of its own: the status set may not be changed",
            )  # fmt: skip
        literals = _literals(template, statuses(row, side) if row else ())
        missing = _apart(literals, known)[0] if known is not None and known.type == "picklist" else ()
        if missing:
            yield Finding(
                "critical", "deleted not accepted", f"the picklist lacks {_listed(missing)}", where,
                "add the values to the picklist, or make the field a text field",
            )  # fmt: skip


def _literals(template: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """What a template for deleted records can become: one text for each status where it names the status."""
    if not PLACEHOLDER.search(template):
        return (template,)
    return tuple(PLACEHOLDER.sub(name, template) for name in names)


def _apart(wanted: tuple[str, ...], known: Field) -> tuple[tuple[str, ...], tuple[str, ...]]:
    missing = tuple(value for value in wanted if value not in known.values)
    return missing, tuple(value for value in known.values if value not in wanted)


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(repr(value) for value in values)


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"
