"""What is no plain collection: system info, merging, forecasts, search, the audit trail, the key of callbacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from workbench.sandbox.connectwise import access, audit, binding, callbacks, reading, writing
from workbench.sandbox.connectwise.call import Call
from workbench.sandbox.connectwise.collections import BY_STORE
from workbench.sandbox.connectwise.companies import COMPANY, CONTACT
from workbench.sandbox.connectwise.dealings import OPPORTUNITY, TICKET
from workbench.sandbox.connectwise.fields import Collection
from workbench.sandbox.connectwise.refusals import Refused, bad_body, invalid
from workbench.sandbox.connectwise.tenant import Tenant
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response

Action = Callable[[Call, list[str]], Response]
Methods = Mapping[str, tuple[Action, *tuple[str, ...]]]
"""By HTTP method: the action, and the query parameters that it takes (in lower case). Any other is refused."""
LISTED = (*reading.FILTERS, *reading.SHAPE)
_KEPT = (
    "name identifier status type primaryAddress primaryContact phone fax website market territory revenue revenueYear"
)
_KEPT += (
    " numberOfEmployees sicCode dateAcquired timeZone sourceList billingAddress billingContact taxCode accountNumber"
)
MERGED: Mapping[str, str] = {
    "toCompanyId": "",
    **dict.fromkeys((*_KEPT.split(), "billingTerms", *(f"userDefinedField{place}" for place in range(1, 11))), "To"),
    **dict.fromkeys(("contacts", "opportunities", "services"), "Merge"),
    **dict.fromkeys(("notes", "sites", "activities", "projects", "documents"), "Discard"),
}
"""What a merge may be told of, and what the sandbox does with it: the company that stays keeps its own members."""
FORECAST_ITEM = BY_STORE["sales/opportunities/*/forecast"]
REVENUES = {
    "Product": "productRevenue",
    "Service": "serviceRevenue",
    "Agreement": "agreementRevenue",
    "Other1": "otherRevenue1",
    "Other2": "otherRevenue2",
}
"""By the type of a forecast's item: where its revenue is summed up."""


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
        act, *parameters = methods[method]
        call = Call(request, tenant, collection)
        call.allow(*parameters)
        return act(call, list(taken.groups()))
    return None


def callback_key(call: Call, _ids: list[str]) -> Response:
    """`GET /system/callbackkey`: the key that signs callbacks."""
    return Response.of_json({"signing_key": callbacks.signing_key(call.tenant.state)})


def merge(call: Call, ids: list[str]) -> Response:
    """`POST /company/companies/{id}/merge`: the company stays, marked deleted; its lastUpdated does not move."""
    body = call.body()
    if not isinstance(body, dict) or not isinstance(body.get("toCompanyId"), int):
        raise invalid("company", [("MissingRequiredField", "toCompanyId", "The toCompanyId field is required.")])
    for name, value in body.items():
        if name not in MERGED:
            raise binding.no_member(name, "CompanyMerge")
        if name != "toCompanyId" and value not in {None, MERGED[name]}:
            message = f"The sandbox merges {name} as {MERGED[name]} alone."
            raise invalid("company", [("InvalidField", name, message)])
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
        writing.mark_deleted(call.tenant, source["@id"], touch=False)
        audit.note(call.tenant, COMPANY, source, "merged")
    call.tenant.forget()
    return Response.of_json({"success": True, "message": f"Merged into company {target['@id']}."})


def forecast(call: Call, ids: list[str]) -> Response:
    """`GET /sales/opportunities/{id}/forecast`: what the opportunity promises, by kind of revenue."""
    return Response.of_json(_forecast(call, ids[0]))


def foresee(call: Call, ids: list[str]) -> Response:
    """`POST /sales/opportunities/{id}/forecast`: one more item; the whole forecast comes back."""
    item = Call(call.request, call.tenant, FORECAST_ITEM, ids[0])
    writing.created(item, item.body())
    return Response.of_json(_forecast(call, ids[0]), 201)


def _forecast(call: Call, opportunity_id: str) -> dict[str, Any]:
    records = list(call.tenant.records(FORECAST_ITEM, opportunity_id))
    answer: dict[str, Any] = {
        "id": int(opportunity_id),
        "forecastItems": [call.tenant.written(FORECAST_ITEM, record) for record in records],
    }
    for kind, name in REVENUES.items():
        mine = [each for each in records if each["forecastType"] == kind]
        revenue, cost = (sum(float(each.get(part) or 0) for each in mine) for part in ("revenue", "cost"))
        answer[name] = {"id": 0, "revenue": revenue, "cost": cost, "margin": revenue - cost}
    return answer


def trail(call: Call, _ids: list[str]) -> Response:
    """`GET /system/audittrail?type=&id=`: who changed the record; numbered pages alone."""
    return reading.page(_of_record(call))


def trail_count(call: Call, _ids: list[str]) -> Response:
    """`GET /system/audittrail/count?type=&id=`."""
    return reading.count(_of_record(call))


def _of_record(call: Call) -> Call:
    """The call as one about the trail of the record that it names."""
    said = call.parameters
    missing = [
        ("MissingRequiredField", name, f"The {name} field is required.")
        for name in ("type", "id")
        if not said.get(name)
    ]
    if missing:
        raise invalid("auditTrailEntry", missing)
    if not said["id"].isascii() or not said["id"].isdigit():
        raise invalid("auditTrailEntry", [("InvalidField", "id", "The id is not a number.")])
    return replace(call, rows=tuple(audit.entries(call.tenant, said["type"], str(int(said["id"])))))


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


ACTIONS: tuple[tuple[str, Collection, Methods], ...] = (
    (r"company/companies/(\d+)/merge", COMPANY, {"POST": (merge,)}),
    (r"sales/opportunities/(\d+)/forecast", OPPORTUNITY, {"GET": (forecast,), "POST": (foresee,)}),
    (r"service/tickets/search", TICKET, {"POST": (search, *LISTED)}),
    (r"system/audittrail", audit.TRAIL, {"GET": (trail, *LISTED, "type", "id")}),
    (r"system/audittrail/count", audit.TRAIL, {"GET": (trail_count, *reading.FILTERS, "type", "id")}),
    (r"system/callbackkey", COMPANY, {"GET": (callback_key, "companyname", "id")}),
)
