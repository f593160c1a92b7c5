"""What hangs on a ConnectWise record: associations, ways to reach, forecasts, line items, notes; and who holds whom."""

from __future__ import annotations

import base64

import pytest
from sandbox.connectwise_tenant import Caller, seeded

COMPANIES = "company/companies"
PARTIES = {"company": {"id": 1}, "contact": {"id": 1}, "primarySalesRep": {"id": 1}}


@pytest.fixture
def tenant(tmp_path):
    return Caller(seeded(tmp_path / "sandbox.sqlite"))


def made(tenant, path, body):
    """The record, once it is stored."""
    status, answer = tenant.ask("POST", path, body)
    assert status == 201, answer
    return answer


def refused(found):
    """Code and field of the first mistake."""
    status, body = found
    assert status == 400, body
    return body["errors"][0]["code"], body["errors"][0]["field"]


def replace(path, value):
    return [{"op": "replace", "path": path, "value": value}]


# Associations: entries of the company's list of types.


def test_associations_are_listed_counted_filtered_and_paged(tenant):
    path = f"{COMPANIES}/1/typeAssociations"
    made(tenant, path, {"type": {"name": "Vendor"}})
    assert [row["type"]["name"] for row in tenant.ask("GET", path)[1]] == ["Client", "Vendor"]
    assert tenant.ask("GET", f"{path}/count")[1] == {"count": 2}
    assert [row["type"]["id"] for row in tenant.ask("GET", path, conditions='type/name = "Vendor"')[1]] == [3]
    assert len(tenant.ask("GET", path, pageSize="1", page="2")[1]) == 1
    everyone = tenant.ask("GET", "company/companyTypeAssociations", conditions="company/id = 1 and type/id = 3")[1]
    assert [row["company"]["identifier"] for row in everyone] == ["COMPANY1"]
    assert tenant.ask("GET", f"company/companyTypeAssociations/{everyone[0]['id']}")[1] == everyone[0]


def test_an_association_can_be_replaced_but_not_doubled_or_moved(tenant):
    path = f"{COMPANIES}/1/typeAssociations"
    first = tenant.ask("GET", path)[1][0]
    status, changed = tenant.ask("PATCH", f"{path}/{first['id']}", replace("type", {"id": 2}))
    assert (status, changed["type"]["name"]) == (200, "Partner")
    assert tenant.ask("GET", f"{path}/{first['id']}")[0] == 404
    assert refused(tenant.ask("POST", path, {"type": {"id": 2}})) == ("ObjectExists", "type")
    assert refused(tenant.ask("POST", path, {"type": {"id": 3}, "company": {"id": 2}})) == ("InvalidField", "company")
    flat = f"company/companyTypeAssociations/{changed['id']}"
    assert refused(tenant.ask("PATCH", flat, replace("company", {"id": 2}))) == ("InvalidField", "company")
    assert refused(tenant.ask("POST", "company/companyTypeAssociations", {"type": {"id": 1}})) == (
        "MissingRequiredField",
        "company",
    )
    assert tenant.ask("GET", f"{COMPANIES}/2/typeAssociations/{changed['id']}")[0] == 404
    assert tenant.ask("GET", f"{COMPANIES}/99/typeAssociations")[0] == 404


def test_types_of_a_contact_come_by_id_or_by_association(tenant):
    body = {"firstName": "Typed", "company": {"id": 1}, "typeIds": [1, 2]}
    contact = made(tenant, "company/contacts", body)
    assert [each["name"] for each in contact["types"]] == ["Billing", "Decision Maker"]
    assert refused(tenant.ask("POST", "company/contacts", {**body, "typeIds": [9]})) == ("InvalidReference", "typeIds")
    path = f"company/contacts/{contact['id']}/typeAssociations"
    [first, _] = tenant.ask("GET", path)[1]
    assert tenant.send("DELETE", f"{path}/{first['id']}").status == 204
    assert [each["name"] for each in tenant.ask("GET", f"company/contacts/{contact['id']}")[1]["types"]] == [
        "Decision Maker"
    ]
    assert len(tenant.ask("GET", "company/contactTypeAssociations")[1]) == 1


def test_the_second_tenants_fixed_companies_take_a_type(tenant):
    keys = base64.b64encode(b"southwind+public:private").decode()
    proof = {"authorization": f"Basic {keys}", "clientid": "a-guid"}
    status, added = tenant.ask("POST", f"{COMPANIES}/501/typeAssociations", {"type": {"id": 41}}, proof=proof)
    assert (status, added["type"]["name"]) == (201, "Reseller")
    assert tenant.ask("GET", f"{COMPANIES}/501", proof=proof)[1]["types"][0]["id"] == 41


# Ways to reach a contact.


def test_a_way_to_reach_a_contact_is_a_record_of_its_own(tenant):
    path = "company/contacts/2/communications"
    email = made(tenant, path, {"type": {"name": "Email"}, "value": "phona@x.example"})
    assert (email["contactId"], email["domain"]) == (2, "@x.example")
    assert tenant.ids(path, conditions='communicationType = "Email"') == [email["id"]]
    assert tenant.ask("GET", f"{path}/count")[1] == {"count": 2}
    one = f"{path}/{email['id']}"
    assert tenant.ask("PATCH", one, replace("value", "ona@x.example"))[1]["value"] == "ona@x.example"
    status, put = tenant.ask("PUT", one, {"type": {"name": "Direct"}, "value": "123"})
    assert (status, put["communicationType"], "domain" in put) == (200, "Phone", False)
    items = tenant.ask("GET", "company/contacts/2")[1]["communicationItems"]
    assert [item["value"] for item in items if item["id"] == email["id"]] == ["123"]
    assert tenant.send("DELETE", one).status == 204
    assert tenant.ask("GET", one)[0] == 404
    assert tenant.ask("GET", "company/contacts/1/communications/999")[0] == 404
    assert refused(tenant.ask("POST", path, {"type": {"id": 1}, "value": "x" * 251})) == ("MaxLength", "value")


def test_items_of_a_contact_are_numbered_and_say_what_they_are_however_they_come(tenant):
    items = [{"type": {"name": "Email"}, "value": "a@x.example"}, {"type": {"name": "Direct"}, "value": "1"}]
    contact = made(tenant, "company/contacts", {"firstName": "A", "company": {"id": 1}, "communicationItems": items})
    told = [(item["id"], item["communicationType"]) for item in contact["communicationItems"]]
    assert told == [(1, "Email"), (2, "Phone")]
    body = {"firstName": "A", "company": {"id": 1}, "communicationItems": items[:1]}
    put = tenant.ask("PUT", f"company/contacts/{contact['id']}", body)[1]
    assert [(item["id"], item["communicationType"]) for item in put["communicationItems"]] == [(3, "Email")]


# Opportunities.


def test_a_forecast_sums_its_items_by_kind_of_revenue(tenant):
    deal = made(tenant, "sales/opportunities", {"name": "Deal", **PARTIES})
    path = f"sales/opportunities/{deal['id']}/forecast"
    assert tenant.ask("GET", path)[1]["forecastItems"] == []
    item = {"forecastType": "Product", "status": {"id": 1}, "revenue": 100.0, "cost": 60.0}
    made(tenant, path, item)
    whole = made(tenant, path, {**item, "forecastType": "Service", "revenue": 50.0, "cost": 0.0})
    assert (whole["productRevenue"]["margin"], whole["serviceRevenue"]["revenue"]) == (40.0, 50.0)
    assert tenant.ask("GET", f"{path}/count")[1] == {"count": 2}
    status, changed = tenant.ask("PATCH", f"{path}/1", replace("revenue", 70.0))
    assert (status, changed["margin"], changed["opportunity"]["id"]) == (200, 10.0, deal["id"])
    assert tenant.send("DELETE", f"{path}/2").status == 204
    assert tenant.ask("GET", path)[1]["serviceRevenue"]["revenue"] == 0
    assert refused(tenant.ask("POST", path, {"status": {"id": 1}})) == ("MissingRequiredField", "forecastType")
    assert refused(tenant.ask("POST", path, {**item, "forecastType": "Magic"})) == ("InvalidField", "forecastType")
    assert refused(tenant.ask("POST", path, {**item, "opportunity": {"id": 99}})) == (
        "InvalidReference",
        "opportunity",
    )
    assert tenant.ask("GET", "sales/opportunities/99/forecast")[0] == 404


def test_an_opportunity_has_people_and_a_probability(tenant):
    deal = made(tenant, "sales/opportunities", {"name": "Deal", **PARTIES, "probability": {"id": 3}})
    assert deal["probability"]["name"] == "50"
    path = f"sales/opportunities/{deal['id']}"
    role = made(tenant, f"{path}/contacts", {"contact": {"id": 2}, "role": {"name": "Approver"}})
    assert (role["role"]["name"], role["opportunityId"]) == ("Approver", deal["id"])
    seller = made(tenant, f"{path}/team", {"type": "Individual", "member": {"id": 1}, "commissionPercent": 50})
    assert tenant.ids(f"{path}/team") == [seller["id"]]
    assert refused(tenant.ask("POST", f"{path}/contacts", {"notes": "x"})) == ("MissingRequiredField", "contact")
    assert refused(tenant.ask("POST", f"{path}/team", {"type": "Crowd"})) == ("InvalidField", "type")


# Tickets.


def test_what_a_new_ticket_says_becomes_its_first_notes(tenant):
    body = {"summary": "Help", "company": {"id": 1}, "severity": "High", "integratorTags": ["portal"]}
    ticket = made(tenant, "service/tickets", {**body, "initialDescription": "Broken", "initialResolution": "Mended"})
    assert (ticket["severity"], ticket["integratorTags"]) == ("High", ["portal"])
    assert "initialDescription" not in ticket
    notes = tenant.ask("GET", f"service/tickets/{ticket['id']}/notes")[1]
    told = [(note["text"], note["detailDescriptionFlag"], note["resolutionFlag"]) for note in notes]
    assert told == [("Broken", True, False), ("Mended", False, True)]
    assert refused(tenant.ask("POST", "service/tickets", {**body, "impact": "Huge"})) == ("InvalidField", "impact")


def test_a_ticket_tells_when_and_by_whom_it_was_closed(tenant):
    path = f"service/tickets/{made(tenant, 'service/tickets', {'summary': 'Help', 'company': {'id': 1}})['id']}"
    closed = tenant.ask("PATCH", path, replace("status", {"id": 2}))[1]
    assert (closed["closedFlag"], closed["closedDate"], closed["closedBy"]) == (
        True,
        "2026-11-22T10:00:00Z",
        "workbench",
    )
    tenant.state.keep("clock", "frozen", "2026-11-23T10:00:00+00:00")
    assert tenant.ask("PATCH", path, replace("summary", "x"))[1]["closedDate"] == "2026-11-22T10:00:00Z"
    assert "closedDate" not in tenant.ask("PATCH", path, replace("status", {"id": 1}))[1]


# Finance and procurement.


def test_a_purchase_order_has_lines_of_products(tenant):
    order = {"status": {"id": 1}, "terms": {"id": 1}, "vendorCompany": {"id": 4}}
    path = f"procurement/purchaseorders/{made(tenant, 'procurement/purchaseorders', order)['id']}/lineitems"
    product = {"identifier": "P1", "description": "P", "customerDescription": "P", "type": {"id": 1}}
    made(tenant, "procurement/catalog", {**product, "subcategory": {"id": 1}, "productClass": "Inventory"})
    line = {"lineNumber": 1, "product": {"identifier": "P1"}, "quantity": 2, "unitOfMeasure": {"name": "Each"}}
    stored = made(tenant, path, {**line, "description": "Two of them"})
    assert (stored["product"]["identifier"], stored["unitOfMeasure"]["name"]) == ("P1", "Each")
    for name in ("lineNumber", "product", "quantity", "unitOfMeasure", "description"):
        body = {key: value for key, value in {**line, "description": "x"}.items() if key != name}
        assert refused(tenant.ask("POST", path, body)) == ("MissingRequiredField", name)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, "Active"),
        ({"cancelledFlag": True}, "Cancelled"),
        ({"endDate": "2026-01-01T00:00:00Z"}, "Expired"),
        ({"startDate": "2027-01-01T00:00:00Z"}, "Inactive"),
    ],
)
def test_an_agreements_status_follows_from_its_dates(tenant, said, status):
    body = {"name": "Care", "type": {"id": 1}, "company": {"id": 1}, "contact": {"id": 1}, **said}
    assert made(tenant, "finance/agreements", body)["agreementStatus"] == status


def test_answers_of_a_configuration_are_sent_whole(tenant):
    questions = [{"questionId": 1, "question": "Rack?", "answer": "A"}]
    body = {"name": "S", "type": {"id": 1}, "company": {"id": 1}, "questions": questions}
    path = f"company/configurations/{made(tenant, 'company/configurations', body)['id']}"
    assert tenant.ask("PATCH", path, replace("questions", []))[1]["questions"] == []
    assert tenant.ask("PATCH", path, replace("questions", [{"answer": "B"}]))[0] == 400


# Who holds whom.


def test_what_is_in_use_cannot_be_deleted(tenant):
    status, body = tenant.ask("DELETE", f"{COMPANIES}/statuses/1")
    assert (status, body["code"]) == (409, "ObjectInUse")
    assert "Company 1" in body["message"]
    assert tenant.ask("DELETE", f"{COMPANIES}/types/1")[0] == 409
    unused = made(tenant, f"{COMPANIES}/statuses", {"name": "Unused"})
    assert tenant.send("DELETE", f"{COMPANIES}/statuses/{unused['id']}").status == 204


def test_a_contact_leaves_its_place_to_another_one(tenant):
    deal = made(tenant, "sales/opportunities", {"name": "Deal", **PARTIES})
    assert tenant.ask("DELETE", "company/contacts/1")[0] == 409
    assert tenant.ask("DELETE", "company/contacts/1", transferContactId="99")[0] == 404
    assert tenant.ask("DELETE", "company/contacts/1", transferContactId="1")[0] == 409
    assert tenant.send("DELETE", "company/contacts/1", transferContactId="2").status == 204
    assert tenant.ask("GET", f"sales/opportunities/{deal['id']}")[1]["contact"]["id"] == 2
    assert tenant.ask("DELETE", f"sales/opportunities/{deal['id']}", transferContactId="2")[0] == 400


# Callbacks.


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "weather"}, "type"),
        ({"level": "galaxy"}, "level"),
        ({"type": "contact", "level": "territory"}, "level"),
        ({"url": "nonsense"}, "url"),
    ],
)
def test_a_callback_asks_for_what_there_is(tenant, body, field):
    good = {"url": "http://203.0.113.1/x?recordId=", "objectId": 1, "type": "Company", "level": "Territory"}
    assert refused(tenant.ask("POST", "system/callbacks", {**good, **body})) == ("InvalidField", field)
    stored = made(tenant, "system/callbacks", good)
    changes = [change for name, value in body.items() for change in replace(name, value)]
    assert refused(tenant.ask("PATCH", f"system/callbacks/{stored['id']}", changes)) == ("InvalidField", field)
    patched = tenant.ask("PATCH", f"system/callbacks/{stored['id']}", replace("level", "Owner"))
    assert (patched[0], patched[1]["level"]) == (200, "owner")


def test_a_member_that_is_given_twice_is_refused(tenant):
    status, body = tenant.ask("POST", "company/contacts", b'{"firstName": "a", "FirstName": "b"}')
    assert (status, body["code"]) == (400, "ConnectWiseApi")


def test_a_merge_takes_no_member_that_the_description_does_not_have(tenant):
    status, body = tenant.ask("POST", f"{COMPANIES}/1/merge", {"toCompanyId": 2, "bogus": True})
    assert (status, body["code"]) == (400, "ConnectWiseApi")
    assert refused(tenant.ask("POST", f"{COMPANIES}/1/merge", {"toCompanyId": 2, "name": "From"})) == (
        "InvalidField",
        "name",
    )
    assert tenant.ask("POST", f"{COMPANIES}/1/merge", {"toCompanyId": 2, "name": "To", "contacts": "Merge"})[0] == 200
