"""The flow table that stands beside every picture: what the lines say, for readers, searches and spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.core.drawing.picture import Mark, Picture
from workbench.model.rows import Rows


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow of a picture; `id` is the flow's id in the landscape file, whose digits stand in the badge."""

    id: str
    data: str
    source: str
    target: str
    integration: str
    mark: Mark
    what: str
    by_hand: bool
    fields: tuple[str, ...]
    delivered_by: str
    findings: tuple[str, ...]


def flow_table(picture: Picture) -> Rows[Flow]:
    """Every line of the picture, in the order of its numbers."""
    names = {shape.id: shape.name for shape in picture.shapes}
    return Rows(
        Flow(
            id=line.id,
            data=line.data,
            source=names[line.source],
            target=names[line.target],
            integration=line.row,
            mark=line.mark,
            what=line.note,
            by_hand=line.manual,
            fields=line.fields,
            delivered_by=line.delivered_by,
            findings=line.findings,
        )
        for line in picture.lines
    )
