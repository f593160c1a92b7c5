"""What is no plain collection: system info, types of a company, ways to reach a contact, merging, forecasts, search."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from workbench.sandbox.connectwise import access, binding, callbacks, reading
from workbench.sandbox.connectwise.call import Call
from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.companies import COMPANY, CONTACT
from workbench.sandbox.connectwise.dealings import OPPORTUNITY, TICKET
from workbench.sandbox.connectwise.fields import Collection
from workbench.sandbox.connectwise.refusals import Refused, bad_body, invalid, no_record
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.connectwise.writing import mark_deleted
from workbench.sandbox.state import Record, State
from workbench.sandbox.wire import Request, Response

Action = Callable[[Call, list[str]], Response]


def system_info(state: State) -> Response:
    """`GET /system/info`: answers without credentials, so it proves nothing about them."""
    year, _, release = access.codebase(state).removeprefix("v").partition("_")
    return Response.of_json(
        {
            "version": f"v{year}.{release}.10000",
            "isCloud": True,
            "serverTimeZone": "UTC",
            "licenseBits": [],
            "cloudRegion": "NA",
            "maxWorkFlowRecordsAllowed": 5000,
        }
    )


def find(request: Request, tenant: Tenant, path: list[str]) -> Response | None:
    """The answer of an action, None when the path names none."""
    text = "/".join(path)
    for pattern, collection, methods in ACTIONS:
        taken = re.fullmatch(pattern, text)
        if taken is None:
            continue
        method = "GET" if request.method == "HEAD" else request.method
        if method not in methods:
            raise Refused("MethodNotAllowed", f"The method {request.method} is not allowed here.", status=405)
        return methods[method](Call(request, tenant, collection), list(taken.groups()))
    return None


def callback_key(call: Call, _ids: list[str]) -> Response:
    """`GET /system/callbackkey`: the key that signs callbacks."""
    return Response.of_json({"signing_key": callbacks.signing_key(call.tenant.state)})


def merge(call: Call, ids: list[str]) -> Response:
    """`POST /company/companies/{id}/merge`: the company stays, marked deleted; its lastUpdated does not move."""
    body = call.body()
    if not isinstance(body, dict) or not isinstance(body.get("toCompanyId"), int):
        raise invalid("company", [("MissingRequiredField", "toCompanyId", "The toCompanyId field is required.")])
    with call.tenant.state.transaction():
        source = call.tenant.must_get(COMPANY, ids[0])
        target = call.tenant.must_get(COMPANY, str(body["toCompanyId"]))
        if source["@id"] == target["@id"]:
            raise invalid("company", [("InvalidField", "toCompanyId", "A company cannot be merged into itself.")])
        for collection in (CONTACT, OPPORTUNITY, TICKET):
            for record in list(call.tenant.records(collection)):
                if (record.get("company") or {}).get("id") == int(source["@id"]):
                    moved = {"company": {"id": int(target["@id"])}}
                    call.tenant.state.update(call.tenant.system, collection.object, record["@id"], moved)
        mark_deleted(call.tenant, source["@id"], touch=False)
    call.tenant.forget()
    return Response.of_json({"success": True, "message": f"Merged into company {target['@id']}."})


def associations(call: Call, ids: list[str]) -> Response:
    """`GET /company/companies/{id}/typeAssociations`: the company's types, each with an id of its own."""
    company = call.tenant.must_get(COMPANY, ids[0])
    return Response.of_json([_association(call, company, each) for each in company.get("types") or ()])


def associate(call: Call, ids: list[str]) -> Response:
    """`POST …/typeAssociations`: give the company a further type."""
    body = call.body()
    company_id = ids[0] if ids else _company_of(body)
    kind = _type_of(call, body)
    with call.tenant.state.transaction():
        company = call.tenant.must_get(COMPANY, company_id)
        types = list(company.get("types") or ())
        if kind in types:
            raise invalid("companyTypeAssociation", [("ObjectExists", "type", "The company has this type already.")])
        _store_types(call, company, [*types, kind])
    return Response.of_json(_association(call, call.tenant.must_get(COMPANY, company_id), kind), 201)


def dissociate(call: Call, ids: list[str]) -> Response:
    """`DELETE …/typeAssociations/{id}`: take a type from the company."""
    company_id, association = ids if len(ids) == 2 else (str(int(ids[0]) // 1000), ids[0])
    with call.tenant.state.transaction():
        company = call.tenant.must_get(COMPANY, company_id)
        types = list(company.get("types") or ())
        kept = [each for each in types if _association_id(company, each) != int(association)]
        if len(kept) == len(types):
            raise no_record("CompanyTypeAssociation", association)
        _store_types(call, company, kept)
    return Response(204)


def communications(call: Call, ids: list[str]) -> Response:
    """`GET /company/contacts/{id}/communications`."""
    contact = call.tenant.must_get(CONTACT, ids[0])
    return Response.of_json(call.tenant.written(CONTACT, contact).get("communicationItems", []))


def communicate(call: Call, ids: list[str]) -> Response:
    """`POST /company/contacts/{id}/communications`: one more way to reach the contact."""
    field = CONTACT.by_name["communicationitems"]
    item = binding.value_of(field, [call.body()], CONTACT, call.tenant)[0]
    with call.tenant.state.transaction():
        contact = call.tenant.must_get(CONTACT, ids[0])
        items = list(contact.get("communicationItems") or ())
        item["id"] = max((int(each["id"]) for each in items), default=0) + 1
        item.setdefault("communicationType", _communication_type(call, item))
        call.tenant.state.update(
            call.tenant.system,
            CONTACT.object,
            ids[0],
            {"communicationItems": [*items, item], "_updatedBy": call.tenant.member},
        )
    call.tenant.forget()
    written = call.tenant.written(CONTACT, call.tenant.must_get(CONTACT, ids[0]))
    return Response.of_json(written["communicationItems"][-1], 201)


def forecast(call: Call, ids: list[str]) -> Response:
    """`GET /sales/opportunities/{id}/forecast`: the revenue that the opportunity promises."""
    opportunity = call.tenant.must_get(OPPORTUNITY, ids[0])
    items = opportunity.get("forecastItems") or []
    total = sum(float(each.get("revenue") or 0) for each in items)
    return Response.of_json({"id": int(ids[0]), "forecastItems": items, "productRevenue": {"id": 0, "revenue": total}})


def search(call: Call, _ids: list[str]) -> Response:
    """`POST /service/tickets/search`: a list whose conditions are too long for an address."""
    body = call.body()
    if not isinstance(body, dict):
        raise bad_body("Cannot deserialize the current JSON into type 'FilterValues': an object is needed.")
    known = {"conditions", "childconditions", "customfieldconditions", "orderby"}
    for name, value in body.items():
        if name.lower() not in known or not isinstance(value, str):
            raise binding.no_member(name, "FilterValues")
    request = call.request
    query = urlencode([*request.query, *body.items()])
    return reading.page(Call(Request("GET", request.raw_path, query, request.headers), call.tenant, call.collection))


def _association(call: Call, company: Record, kind: Mapping[str, Any]) -> dict[str, Any]:
    types = COMPANY.by_name["types"]
    reference = {"id": int(company["@id"]), "identifier": company["identifier"], "name": company["name"]}
    return {
        "id": _association_id(company, kind),
        "type": call.tenant.reference(types, kind),
        "company": reference,
        "_info": {"lastUpdated": call.tenant.written(COMPANY, company)["_info"]["lastUpdated"]},
    }


def _association_id(company: Record, kind: Mapping[str, Any]) -> int:
    return int(company["@id"]) * 1000 + int(kind["id"])


def _type_of(call: Call, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or body.get("type") is None:
        message = "The type field is required."
        raise invalid("companyTypeAssociation", [("MissingRequiredField", "type", message)])
    for name in body:
        if name.lower() not in {"id", "type", "company", "_info"}:
            raise binding.no_member(name, "CompanyTypeAssociation")
    types = COMPANY.by_name["types"]
    found: list[dict[str, Any]] = binding.value_of(types, [body["type"]], COMPANY, call.tenant)
    return found[0]


def _company_of(body: Any) -> str:
    company = body.get("company") if isinstance(body, dict) else None
    if not isinstance(company, dict) or not isinstance(company.get("id"), int):
        message = "The company field is required."
        raise invalid("companyTypeAssociation", [("MissingRequiredField", "company", message)])
    return str(company["id"])


def _store_types(call: Call, company: Record, types: list[Any]) -> None:
    changes = {"types": types, "_updatedBy": call.tenant.member}
    call.tenant.state.update(call.tenant.system, COMPANY.object, company["@id"], changes)
    call.tenant.forget()


def _communication_type(call: Call, item: Mapping[str, Any]) -> str:
    kind = call.tenant.get(BY_STORE["company/communicationTypes"], str(item["type"]["id"])) or {}
    return "Email" if kind.get("emailFlag") else "Fax" if kind.get("faxFlag") else "Phone"


ACTIONS: tuple[tuple[str, Collection, dict[str, Action]], ...] = (
    (r"company/companies/(\d+)/merge", COMPANY, {"POST": merge}),
    (r"company/companies/(\d+)/typeassociations", COMPANY, {"GET": associations, "POST": associate}),
    (r"company/companies/(\d+)/typeassociations/(\d+)", COMPANY, {"DELETE": dissociate}),
    (r"company/companytypeassociations", COMPANY, {"POST": associate}),
    (r"company/companytypeassociations/(\d+)", COMPANY, {"DELETE": dissociate}),
    (r"company/contacts/(\d+)/communications", CONTACT, {"GET": communications, "POST": communicate}),
    (r"sales/opportunities/(\d+)/forecast", OPPORTUNITY, {"GET": forecast}),
    (r"service/tickets/search", TICKET, {"POST": search}),
    (r"system/callbackkey", COMPANY, {"GET": callback_key}),
)
