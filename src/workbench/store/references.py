"""What each system last said about its kinds: fields, statuses, types, picklists, record types (R-CONN-4)."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from workbench.model.ports import Description, Field
from workbench.store.database import Database
from workbench.store.tables import reference_data


@dataclass(frozen=True, slots=True)
class KeptReference:
    """A description as it was read then, from that instance."""

    description: Description
    instance: str
    at: datetime


class References:
    """The last description of each kind by each system; how long it is good for, the reader says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, description: Description, instance: str, at: datetime) -> None:
        """Keep what was just read in place of what was known before."""
        place = (reference_data.c.system == description.system, reference_data.c.kind == description.kind)
        content = json.dumps(dataclasses.asdict(description), ensure_ascii=False)
        with self._database.writing() as connection:
            connection.execute(delete(reference_data).where(*place))
            told = {"system": description.system, "kind": description.kind, "instance": instance}
            connection.execute(insert(reference_data).values(**told, at=at, content=content))

    def last(self, system: str, kind: str) -> KeptReference | None:
        """What was last read, or None."""
        wanted = select(reference_data).where(reference_data.c.system == system, reference_data.c.kind == kind)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else KeptReference(_description(row.content), row.instance, row.at)


def _description(content: str) -> Description:
    said = json.loads(content)
    fields = tuple(Field(**{**each, "values": tuple(each["values"])}) for each in said.pop("fields"))
    return Description(**said, fields=fields)
