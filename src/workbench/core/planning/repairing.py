"""What becomes of records that were created twice: one stays, the others get the status of a deletion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.core.canonical import same
from workbench.core.planning.lines import line_id
from workbench.model.integrations import Integration
from workbench.model.lines import Line
from workbench.model.records import DELETED, MODIFIED, Ref
from workbench.model.values import Value

Place = tuple[str, str]
"""A system and a kind."""

Found = Mapping[str, Mapping[str, Value]]
"""Records as they were just read, by id."""


@dataclass(frozen=True, slots=True)
class Duplicated:
    """What a sweep found at the end of a run: a line that creates, and the records that bear its marker.

    `stays` are those that are linked, else the one that the journal knows; empty when nobody can tell.
    """

    line: Line
    plan: str
    ids: tuple[str, ...]
    stays: frozenset[str]

    @property
    def place(self) -> Place:
        """Where they are."""
        return self.line.target.system, self.line.target.kind


def surplus(one: Duplicated, integration: Integration, marker: str, records: Found) -> list[Line] | None:
    """A line for each record that should count no more; none where a person has to act first; None when it is settled.

    What stays has to be there: the last one that lives is never marked as deleted.
    """
    pairing, side = integration.pairing(one.line.target.kind), integration.side(one.line.target.system)
    here = {each: records[each] for each in one.ids if each in records and not records[each].get(DELETED)}
    stays = sorted(one.stays & here.keys())
    marks = {
        each: pairing.deletion_mark(side, record.get)
        for each, record in here.items()
        if each not in one.stays and record.get(marker) == one.line.marker
    }
    counting = [each for each, mark in marks.items() if not mark or _missing(mark, here[each])]
    if not counting or (len(counting) == 1 and not stays):
        return None
    return [_line(one, each, here[each], marks[each], marker=marker) for each in counting if stays and marks[each]]


def _missing(mark: Mapping[str, Value], record: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in mark.items() if not same("text", record.get(name), value)}


def _line(
    one: Duplicated, record_id: str, record: Mapping[str, Value], mark: Mapping[str, Value], *, marker: str
) -> Line:
    after, target = _missing(mark, record), Ref(*one.place, record_id)
    return Line(
        id=line_id(f"repair of {one.plan}", "update", target, None, list(after)),
        action="update",
        target=target,
        counterpart=None,
        name=one.line.name,
        before={name: record.get(name) for name in after},
        after=after,
        precondition={MODIFIED: record.get(MODIFIED), marker: one.line.marker},
        reason=f"created twice: it bears the same marker as {', '.join(sorted(one.stays))}, which stays",
        risk=("soft delete",),
    )
