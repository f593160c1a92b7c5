"""Writing by our contract: a POST or a PATCH for each record, guarded by its stamp when the line asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

from workbench.model.kinds import KindInSystem
from workbench.model.ports import Field, FieldType, Outcome, Write
from workbench.model.values import Value
from workbench.systems.cells import outgoing, split
from workbench.systems.contract.profile import body_of, refusal_of
from workbench.systems.outcomes import Refusal, answered, told, unreadable, written
from workbench.systems.transport import Transport, worked


class Writer:
    """Writes the records of one object."""

    def __init__(
        self, transport: Transport, guard_header: str, place: KindInSystem, fields: Mapping[str, Field]
    ) -> None:
        self._transport, self._guard_header = transport, guard_header
        self._place, self._fields = place, fields

    def send(self, write: Write) -> Outcome:
        """One record, one call."""
        place = self._place
        body = {name: _outgoing(value, self._fields.get(name)) for name, value in write.values.items()}
        if write.action == "create":
            marker = {place.marker: write.marker} if place.marker and write.marker else {}
            response = self._transport.request("POST", place.object, json={**body, **marker})
        else:
            guard = {self._guard_header: write.unmodified_since} if write.unmodified_since else {}
            path = f"{place.object}/{quote(write.target.id, safe='')}"
            response = self._transport.request("PATCH", path, json=body, headers=guard)
        if not worked(response):
            return self._refused(write, response)
        said = body_of(response)
        if not isinstance(said, dict) or not said.get("id"):
            return unreadable(write, f"{self._transport.system} did not send the record back")
        return written(write, str(said["id"]))

    def _refused(self, write: Write, response: requests.Response) -> Outcome:
        refusal, marker = refusal_of(response), self._place.marker
        if response.status_code == 409:
            taken = write.action == "create" and marker and _names_field(response, marker)
            if taken:
                adopt = Refusal("MARKER_TAKEN", refusal.cause, "a record with this marker exists: adopt it")
                return told(write, "unknown", adopt)
            return told(write, "rejected", refusal)
        return answered(write, self._transport, response, refusal)


def _outgoing(value: Value, known: Field | None) -> Any:
    """The contract takes decimals as text and several values as a list."""
    kind: FieldType = known.type if known else "text"
    if kind == "multipicklist":
        return split(value)
    return str(value) if kind == "decimal" and value is not None else outgoing(value, kind)


def _names_field(response: requests.Response, name: str) -> bool:
    body = body_of(response)
    errors = body.get("errors") or () if isinstance(body, dict) else ()
    return any(error.get("field") == name for error in errors if isinstance(error, dict))
