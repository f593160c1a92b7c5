"""What the org offers: versions, resources, limits, and the description of its objects."""

from __future__ import annotations

from typing import Any

from workbench.sandbox.salesforce import conditional, usage
from workbench.sandbox.salesforce.call import Call, json
from workbench.sandbox.salesforce.fields import TEXT_TYPES, Field, Object, label_of
from workbench.sandbox.salesforce.org import EVERYTHING, SYSTEM
from workbench.sandbox.salesforce.picklists import MASTER
from workbench.sandbox.salesforce.setup import organization_id
from workbench.sandbox.wire import Request, Response

FIRST_VERSION, LAST_VERSION = 31, 67
SEASONS = ("Spring", "Summer", "Winter")
SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
}


def versions(request: Request) -> Response:
    """`GET /services/data`: no session needed."""
    return json([_version(number) for number in range(FIRST_VERSION, LAST_VERSION + 1)])


def _version(number: int) -> dict[str, str]:
    # v59 was Winter '24, three releases a year: Winter of year y comes before Spring of year y.
    season, year = ("Winter", "Spring", "Summer")[(number - 59) % 3], 24 + (number - 59) // 3
    return {"label": f"{season} '{year}", "url": f"/services/data/v{number}.0", "version": f"{number}.0"}


def resources(call: Call) -> Response:
    """`GET /services/data/vNN.0`: the names of the resources."""
    names = ("sobjects", "query", "queryAll", "limits", "composite", "tooling", "jobs", "search", "ui-api")
    identity = f"{call.request.origin}/id/{organization_id(call.state)}/{call.user_id}"
    return json({name: f"{call.base}/{name}" for name in names} | {"identity": identity})


def limits(call: Call) -> Response:
    """`GET …/limits`."""
    used, most = usage.today(call.state), usage.daily_limit(call.state)
    figures = {
        "DailyApiRequests": (most, max(0, most - used)),
        "DailyBulkApiBatches": (15000, 15000),
        "DailyBulkV2QueryJobs": (10000, 10000),
        "DailyBulkV2QueryFileStorageMB": (976562, 976562),
        "HourlyPublishedPlatformEvents": (250000, 250000),
        "DataStorageMB": (10240, 9800),
        "FileStorageMB": (10240, 10100),
    }
    return json({name: {"Max": top, "Remaining": left} for name, (top, left) in figures.items()})


def object_list(call: Call) -> Response:
    """`GET …/sobjects`."""
    if conditional.described_since(call):
        return Response(304)
    objects = [_summary(call, each) for each in call.org.schema.objects]
    return json({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects})


def object_info(call: Call, name: str) -> Response:
    """`GET …/sobjects/X`: the summary and the records last used."""
    return json({"objectDescribe": _summary(call, call.object(name)), "recentItems": []})


def describe(call: Call, name: str) -> Response:
    """`GET …/sobjects/X/describe`: only the fields that the user may read."""
    of = call.object(name)
    if conditional.described_since(call):
        return Response(304)
    children = [
        {
            "childSObject": each.object,
            "field": each.field,
            "relationshipName": each.relationship,
            "cascadeDelete": each.field == "OpportunityId",
            "deprecatedAndHidden": False,
            "restrictedDelete": False,
        }
        for each in of.children
    ]
    return json(
        _summary(call, of)
        | {
            "fields": [_field(field) for field in of.fields],
            "recordTypeInfos": _record_types(call, of),
            "childRelationships": children,
        }
    )


def layouts(call: Call, name: str) -> Response:
    """`GET …/sobjects/X/describe/layouts`: the one page layout, with what an administrator left on it."""
    of = call.object(name)
    off = set(call.state.setting(SYSTEM, "off_layout", {}).get(of.name, ()))
    shown = [field for field in of.fields if field.name not in off and not field.calculated]
    rows = [{"numItems": 1, "layoutItems": [_layout_item(field)]} for field in shown]
    section = {"heading": f"{label_of(of.name)} Information", "columns": 1, "rows": len(rows), "layoutRows": rows}
    layout = {"id": None, "detailLayoutSections": [section], "editLayoutSections": [section], "relatedLists": []}
    mappings = [{"layoutId": None, "recordTypeId": MASTER, "name": "Master", "available": True, "master": True}]
    return json({"layouts": [layout], "recordTypeMappings": mappings, "recordTypeSelectorRequired": [False]})


def _layout_item(field: Field) -> dict[str, Any]:
    component = {"type": "Field", "value": field.name, "displayLines": 1, "tabOrder": 0}
    return {
        "label": field.label,
        "editableForNew": field.createable,
        "editableForUpdate": field.updateable,
        "placeholder": False,
        "required": field.required,
        "layoutComponents": [component],
    }


def _summary(call: Call, of: Object) -> dict[str, Any]:
    link = f"{call.base}/sobjects/{of.name}"
    label = label_of(of.name)
    return {
        "name": of.name,
        "label": label,
        "labelPlural": f"{label}s",
        "keyPrefix": of.prefix,
        "custom": of.name.endswith("__c"),
        "createable": of.writable,
        "updateable": of.writable,
        "deletable": of.writable,
        "undeletable": of.writable,
        "mergeable": of.name in {"Account", "Contact", "Lead"},
        "queryable": True,
        "retrieveable": True,
        "searchable": of.writable,
        "replicateable": of.writable,
        "triggerable": of.writable,
        "layoutable": of.writable,
        "activateable": False,
        "customSetting": False,
        "deprecatedAndHidden": False,
        "feedEnabled": False,
        "urls": {"sobject": link, "describe": f"{link}/describe", "rowTemplate": f"{link}/{{ID}}"},
    }


def _field(field: Field) -> dict[str, Any]:
    number = field.type in {"double", "currency", "percent"}
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "soapType": SOAP_TYPES.get(field.type, "xsd:string"),
        "length": field.length,
        "byteLength": field.length * 3,
        "precision": 18 if number else 0,
        "scale": 2 if number else 0,
        "digits": 8 if field.type == "int" else 0,
        "nillable": not (field.required or field.type in {"boolean", "id"}),
        "createable": field.createable,
        "updateable": field.updateable,
        "defaultedOnCreate": field.default is not None or field.name == "OwnerId" or field.type == "boolean",
        "defaultValue": field.default,
        "calculated": field.calculated,
        "custom": field.custom,
        "externalId": field.external,
        "unique": field.unique,
        "idLookup": field.key,
        "caseSensitive": False,
        "filterable": field.filterable,
        "sortable": field.sortable,
        "groupable": field.groupable,
        "aggregatable": field.filterable,
        "nameField": field.name == "Name",
        "autoNumber": False,
        "permissionable": field.createable and not field.required,
        "restrictedPicklist": field.restricted,
        "dependentPicklist": False,
        "controllerName": None,
        "picklistValues": [_value(field, each) for each in field.values],
        "referenceTo": [field.reference] if field.reference else [],
        "relationshipName": field.relationship,
        "compoundFieldName": None,
        "extraTypeInfo": "plaintextarea" if field.type == "textarea" else None,
        "htmlFormatted": False,
        "namePointing": False,
        "encrypted": False,
        "queryByDistance": False,
        "searchPrefilterable": field.type in TEXT_TYPES and field.filterable,
    }


def _value(field: Field, value: str) -> dict[str, Any]:
    return {"active": True, "defaultValue": value == field.default, "label": value, "validFor": None, "value": value}


def _record_types(call: Call, of: Object) -> list[dict[str, Any]]:
    stored = [row for row in call.org.rows(EVERYTHING.object("RecordType")) if row.get("SobjectType") == of.name]
    default = call.state.setting(SYSTEM, "default_record_types", {}).get(of.name)
    infos = [
        {
            "name": row["Name"],
            "developerName": row["DeveloperName"],
            "recordTypeId": row["Id"],
            "active": bool(row.get("IsActive", True)),
            "available": True,
            "defaultRecordTypeMapping": row["DeveloperName"] == default,
            "master": False,
            "urls": {},
        }
        for row in stored
    ]
    master = {
        "name": "Master",
        "developerName": "Master",
        "recordTypeId": MASTER,
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": not any(info["defaultRecordTypeMapping"] for info in infos),
        "master": True,
        "urls": {},
    }
    return [*infos, master]
