"""Writing to ConnectWise: a POST or an array of patches for each record; types by their own associations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

from workbench.errors import UnknownName
from workbench.model.kinds import KindInSystem
from workbench.model.ports import Field, FieldType, Outcome, Write
from workbench.model.values import Value
from workbench.systems.cells import outgoing, parsed, split
from workbench.systems.connectwise.access import Access
from workbench.systems.connectwise.lists import Lists
from workbench.systems.outcomes import Refusal, answered, told, unreadable, written
from workbench.systems.transport import worked

REMEDIES = {
    "MissingRequiredField": "fill the named field at the source, or map it",
    "ObjectExists": "another company has this company ID: link to it, or choose another ID",
    "InvalidField": "correct the value at the source",
    "InvalidObject": "correct the named fields",
    "NotFound": "the record is gone: plan again",
    "Unauthorized": "give the API member's security role the right to change this",
    "ConnectWiseApi": "correct the mapping: the field or its value does not fit the object",
}
"""What a person does about a refusal, by ConnectWise's code."""

TYPES = "types/name"


class Writer:
    """Writes the records of one collection."""

    def __init__(self, access: Access, lists: Lists, place: KindInSystem, fields: Mapping[str, Field]) -> None:
        self._access, self._lists, self._place, self._fields = access, lists, place, fields

    def send(self, write: Write) -> Outcome:
        """One record, one call; changed types of a company are one call each."""
        try:
            return self._create(write) if write.action == "create" else self._update(write)
        except UnknownName as error:
            refusal = Refusal("UNKNOWN_NAME", str(error), "add it there, or map it to one that is there")
            return told(write, "rejected", refusal)

    def _create(self, write: Write) -> Outcome:
        body: dict[str, Any] = {}
        marker: dict[str, Value] = {self._place.marker: write.marker} if self._place.marker and write.marker else {}
        for name, value in {**write.values, **marker}.items():
            if value is not None:
                self._put(body, name, value)
        response = self._access.call("POST", self._place.object, json=body)
        if not worked(response):
            return self._refused(write, response)
        record_id = _id_in(response)
        return written(write, record_id) if record_id else unreadable(write, "ConnectWise did not send the new record")

    def _update(self, write: Write) -> Outcome:
        plain = {name: value for name, value in write.values.items() if name != TYPES}
        path = f"{self._place.object}/{quote(write.target.id, safe='')}"
        patches = [self._patch(name, value) for name, value in plain.items()]
        if patches:
            response = self._access.call("PATCH", path, json=patches)
            if not worked(response):
                return self._refused(write, response)
            if _id_in(response) != write.target.id:
                return unreadable(write, "ConnectWise did not send the record back")
        if TYPES not in write.values:
            return written(write, write.target.id)
        return self._associate(write, path)

    def _associate(self, write: Write, path: str) -> Outcome:
        """Company types are taken on POST only; afterwards each is an association of its own."""
        reference = self._lists.reference(self._place.object, TYPES)
        wanted = {self._lists.id_of(reference, name) for name in split(write.values[TYPES])}
        present = {int(row["type"]["id"]): row["id"] for row in self._access.get(f"{path}/typeAssociations")}
        record = int(write.target.id)
        for type_id in sorted(wanted - present.keys()):
            body = {"type": {"id": type_id}, "company": {"id": record}}
            response = self._access.call("POST", f"{path}/typeAssociations", json=body)
            if not worked(response):
                return self._refused(write, response)
            if not _id_in(response):
                return unreadable(write, "ConnectWise did not send the new association")
        for type_id in sorted(present.keys() - wanted):
            response = self._access.call("DELETE", f"{path}/typeAssociations/{present[type_id]}")
            if not worked(response):
                return self._refused(write, response)
            if response.content:
                return unreadable(write, "ConnectWise answers such a call with nothing, but something came")
        return written(write, write.target.id)

    def _patch(self, name: str, value: Value) -> dict[str, Any]:
        """References are replaced whole: a patch of `company/identifier` answers 200 and changes nothing."""
        root, _, _ = name.partition("/")
        return {"op": "replace", "path": root, "value": None if value is None else self._json(name, value)}

    def _put(self, body: dict[str, Any], name: str, value: Value) -> None:
        root, _, rest = name.partition("/")
        if root == "communicationItems":
            body.setdefault(root, []).append({"communicationType": rest, "value": value, "defaultFlag": True})
        else:
            body[root] = self._json(name, value)

    def _json(self, name: str, value: Value) -> Any:
        root, slash, rest = name.partition("/")
        kind: FieldType = self._fields[name].type if name in self._fields else "text"
        if not slash:
            return outgoing(value, kind)
        if rest == "id":
            return {"id": int(str(value))}
        reference = self._lists.reference(self._place.object, root)
        if not reference.list:
            return {rest: value}
        if reference.many:
            return [{"id": self._lists.id_of(reference, one)} for one in split(value)]
        return {"id": self._lists.id_of(reference, value)}

    def _refused(self, write: Write, response: requests.Response) -> Outcome:
        code, words = self._access.error_of(response)
        if response.status_code == 404 and self._access.moved():
            return told(write, "not executed", Refusal("MOVED", "the API moved to another path at an upgrade"))
        refusal = Refusal(code, words, REMEDIES.get(code, ""))
        return answered(write, self._access.transport, response, refusal)


def _id_in(response: requests.Response) -> str:
    try:
        body = parsed(response.content)
    except ValueError:
        return ""
    return str(body.get("id") or "") if isinstance(body, dict) else ""
