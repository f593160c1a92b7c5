"""What a record must have, what the vendor fills in by itself, and what follows from what it says."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from workbench.sandbox.connectwise.call import Call
from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.fields import REFERENCE
from workbench.sandbox.connectwise.refusals import invalid
from workbench.sandbox.connectwise.tenant import seconds
from workbench.sandbox.state import Record
from workbench.sandbox.tables import POINTERS

ADDRESS = ("addressLine1", "addressLine2", "city", "state", "zip", "country")
LEVELS: Mapping[str, frozenset[str]] = {
    "activity": frozenset(("owner", "status", "type", "company", "activity")),
    "agreement": frozenset(("owner", "type", "company", "agreement")),
    "company": frozenset(("owner", "status", "type", "territory", "company", "integratortag")),
    "contact": frozenset(("owner", "type", "company", "contact")),
    "opportunity": frozenset(("owner", "status", "type", "company", "opportunity")),
    "ticket": frozenset(("owner", "status", "type", "board", "company", "ticket")),
}
"""By type of callback: the levels at which it can be asked for."""


def prepare(call: Call, fields: dict[str, Any]) -> None:
    """What the vendor fills in when a record is made: the parent, defaults of the tenant's lists."""
    _take_parent(call, fields)
    status = call.collection.by_name.get("status")
    if status is not None and status.target and not status.required and not fields.get("status"):
        statuses = call.tenant.records(BY_STORE[status.target])
        usual = next((each for each in statuses if each.get("defaultFlag")), None)
        fields["status"] = {"id": int(usual["@id"])} if usual else None
    if special := PREPARED.get(call.collection.path):
        special(call, fields)


def complete(call: Call, fields: dict[str, Any], before: Mapping[str, Any]) -> None:
    """Number the entries that live inside the record, and say what kind of address each one is."""
    items = fields.get("communicationItems") or ()
    kept = before.get("communicationItems") or ()
    largest = max((int(each.get("id") or 0) for each in (*items, *kept)), default=0)
    for item in items:
        if not item.get("id"):
            largest += 1
            item["id"] = largest
        _say_kind(call, item)
    if call.collection.path.endswith("/communications"):
        _say_kind(call, fields)


def check(call: Call, fields: dict[str, Any], before: Record | None) -> None:
    """Everything that a record must have, told at once; then what must be unique."""
    collection = call.collection
    errors = [
        ("MissingRequiredField", field.name, f"The {field.name} field is required.")
        for field in collection.fields
        if field.required and fields.get(field.name) in (None, "")
    ]
    if collection.path == "company/companies" and before is None and not any(fields.get(name) for name in ADDRESS):
        errors.append(("MissingRequiredField", "addressLine1", "At least one address field is required."))
    if errors:
        raise invalid(collection.resource, errors)
    name, message = collection.unique
    if name and fields.get(name) != (before or {}).get(name) and _is_taken(call, name, fields[name]):
        raise invalid(collection.resource, [("ObjectExists", name, message)])
    if collection.path == "system/callbacks":
        _check_callback(call, fields, before)


def consequences(call: Call, fields: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the record as it would be."""
    follows = FOLLOWS.get(call.collection.path)
    return follows(call, fields, before) if follows else {}


def _take_parent(call: Call, fields: dict[str, Any]) -> None:
    collection = call.collection
    if not collection.parent:
        return
    call.tenant.must_get(BY_STORE[collection.parent_path], call.parent_id)
    of = collection.by_name[collection.parent.lower()]
    parent: Any = {"id": int(call.parent_id)} if of.kind == REFERENCE else int(call.parent_id)
    if fields.setdefault(of.name, parent) != parent:
        message = f"The {of.name} in the body is not the one in the path."
        raise invalid(collection.resource, [("InvalidField", of.name, message)])


def _prepare_contact(call: Call, fields: dict[str, Any]) -> None:
    """The ids of types are another way to name the types."""
    given = fields.pop("typeIds", None)
    if given:
        types = BY_STORE["company/contacts/types"]
        for each in given:
            if call.tenant.get(types, str(each)) is None:
                message = f"ContactType {each} does not exist."
                raise invalid("contact", [("InvalidReference", "typeIds", message)])
        fields["types"] = [{"id": each} for each in given]


def _prepare_ticket(call: Call, fields: dict[str, Any]) -> None:
    """A ticket is on a board, in a status of that board (the first one unless said otherwise), and has a priority."""
    board = fields.get("board") or {"id": 1}
    statuses = call.tenant.records(BY_STORE["service/statuses"], str(board["id"]))
    usual = next((int(each["@id"]) for each in statuses), None)
    fields |= {"board": board, "recordType": "ServiceTicket"}
    fields["status"] = fields.get("status") or ({"id": usual} if usual else None)
    for name, path in (("priority", "service/priorities"), ("source", "service/sources")):
        defaults = (int(each["@id"]) for each in call.tenant.records(BY_STORE[path]) if each.get("defaultFlag"))
        if not fields.get(name) and (default := next(defaults, None)):
            fields[name] = {"id": default}


def _prepare_callback(_call: Call, fields: dict[str, Any]) -> None:
    fields |= {"payloadVersion": "3.0.0", "connectWiseID": str(uuid.uuid4()), "memberId": 0}


def _check_callback(call: Call, fields: dict[str, Any], before: Record | None) -> None:
    """Type and level are known and come back in lower case; the same subscription cannot be made twice."""
    kind, level = (str(fields[name]).lower() for name in ("type", "level"))
    fields |= {"type": kind, "level": level}
    url = urlsplit(str(fields["url"]))
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise invalid("callback", [("InvalidField", "url", "Invalid URL")])
    if kind not in LEVELS or level not in LEVELS[kind]:
        name = "level" if kind in LEVELS else "type"
        raise invalid("callback", [("InvalidField", name, f"{fields[name]} is not a known {name} of callbacks.")])
    same = ("type", "level", "objectId", "url")
    for record in call.tenant.records(call.collection):
        mine = before is not None and record["@id"] == before["@id"]
        if not mine and all(record.get(name) == fields.get(name) for name in same):
            raise invalid("callback", [("ObjectExists", "objectId", "A matching callback entry already exists")])


def _of_ticket(call: Call, fields: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A ticket's status must be one of its board, and closes it or not."""
    status = call.tenant.get(BY_STORE["service/statuses"], str((fields.get("status") or {}).get("id"))) or {}
    if str(status.get("boardId")) != str((fields.get("board") or {}).get("id")):
        raise invalid("ticket", [("InvalidReference", "status", "The status is not one of the board's.")])
    if not status.get("closedStatus"):
        return {"closedFlag": False, "closedDate": None, "closedBy": None}
    if before.get("closedFlag"):
        return {}
    return {"closedFlag": True, "closedDate": call.tenant.state.now().isoformat(), "closedBy": call.tenant.member}


def _of_agreement(call: Call, fields: dict[str, Any], _before: Mapping[str, Any]) -> dict[str, Any]:
    """What an agreement's dates and its flag make of its status."""
    now = seconds(call.tenant.state.now().isoformat())
    if fields.get("cancelledFlag"):
        return {"agreementStatus": "Cancelled"}
    if (fields.get("endDate") or "~") < now:
        return {"agreementStatus": "Expired"}
    return {"agreementStatus": "Inactive" if (fields.get("startDate") or "") > now else "Active"}


def _of_forecast(_call: Call, fields: dict[str, Any], _before: Mapping[str, Any]) -> dict[str, Any]:
    return {"margin": float(fields.get("revenue") or 0) - float(fields.get("cost") or 0)}


def _is_taken(call: Call, name: str, value: Any) -> bool:
    system, stored = call.tenant.system, call.collection.object
    if name in POINTERS.get((system, stored), ()):
        return any(True for _ in call.tenant.state.find(system, stored, by=(name, value)))
    wanted = str(value).casefold()
    return any(str(each.get(name)).casefold() == wanted for each in call.tenant.records(call.collection))


def _say_kind(call: Call, item: dict[str, Any]) -> None:
    kind = call.tenant.get(BY_STORE["company/communicationTypes"], str((item.get("type") or {}).get("id"))) or {}
    said = "Email" if kind.get("emailFlag") else "Fax" if kind.get("faxFlag") else "Phone"
    if item.get("communicationType") is None:
        item["communicationType"] = said


PREPARED: Mapping[str, Callable[[Call, dict[str, Any]], None]] = {
    "company/contacts": _prepare_contact,
    "service/tickets": _prepare_ticket,
    "system/callbacks": _prepare_callback,
}
FOLLOWS: Mapping[str, Callable[[Call, dict[str, Any], Mapping[str, Any]], dict[str, Any]]] = {
    "service/tickets": _of_ticket,
    "finance/agreements": _of_agreement,
    "sales/opportunities/*/forecast": _of_forecast,
}
