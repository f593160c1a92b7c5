"""What a record type leaves of the picklists: the two resources of the UI API, and the rule that writing asks for."""

from __future__ import annotations

import hashlib
import json as text_json
from typing import Any

from workbench.sandbox.salesforce import ids
from workbench.sandbox.salesforce.call import Call, json
from workbench.sandbox.salesforce.fields import Field, Object
from workbench.sandbox.salesforce.org import EVERYTHING, SYSTEM, Org
from workbench.sandbox.salesforce.refusals import Refused, not_found
from workbench.sandbox.wire import Response

FIRST_VERSION = 41
MASTER = "012000000000000AAA"
"""The record type of every object that has none of its own."""


def of_record_type(call: Call, name: str, record_type_id: str) -> Response:
    """`GET …/ui-api/object-info/X/picklist-values/{record type}`: every picklist of the object."""
    of, kind = _asked(call, name, record_type_id)
    fields = {each.name: _values(call, of, each, kind) for each in of.fields if each.type == "picklist"}
    tag = hashlib.sha256(text_json.dumps(fields).encode()).hexdigest()[:32]
    return json({"eTag": tag, "picklistFieldValues": fields})


def of_field(call: Call, name: str, record_type_id: str, field_name: str) -> Response:
    """`GET …/ui-api/object-info/X/picklist-values/{record type}/{field}`."""
    of, kind = _asked(call, name, record_type_id)
    field = of.by_name.get(field_name.lower())
    if field is None or field.type != "picklist":
        raise not_found()
    return json(_values(call, of, field, kind))


def allowed(of: Object, record_type: str, org: Org) -> dict[str, list[str]]:
    """What the record type (by its developer name) leaves, by field; a field that is not named keeps all its values."""
    named: dict[str, list[str]] = org.state.setting(SYSTEM, "allowed_values", {})
    start = f"{of.name}.{record_type}."
    return {name.removeprefix(start): values for name, values in named.items() if name.startswith(start)}


def _asked(call: Call, name: str, record_type_id: str) -> tuple[Object, tuple[str, str]]:
    """The object, and id and developer name of its record type."""
    if call.number < FIRST_VERSION:
        raise not_found()
    of = next((each for each in call.org.schema.objects if each.name.lower() == name.lower()), None)
    if of is None or not of.writable:
        raise Refused("INVALID_TYPE", f"object {name} is not supported in UI API")
    if ids.is_id(record_type_id) and ids.long_id(record_type_id) == MASTER:
        return of, (MASTER, "Master")
    kinds = call.org.rows(EVERYTHING.object("RecordType"))
    for kind in kinds:
        if kind.get("SobjectType") == of.name and str(kind["Id"])[:15] == record_type_id[:15]:
            return of, (str(kind["Id"]), str(kind["DeveloperName"]))
    raise not_found()


def _values(call: Call, of: Object, field: Field, kind: tuple[str, str]) -> dict[str, Any]:
    left = allowed(of, kind[1], call.org).get(field.name, field.values)
    values = [_value(each) for each in field.values if each in left]
    return {
        "controllerValues": {},
        "defaultValue": next((each for each in values if each["value"] == field.default), None),
        "url": f"{call.base}/ui-api/object-info/{of.name}/picklist-values/{kind[0]}/{field.name}",
        "values": values,
    }


def _value(text: str) -> dict[str, Any]:
    return {"attributes": None, "label": text, "validFor": [], "value": text}
