"""Writing to ConnectWise: the strict binder, patches, merges, associations, callbacks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import queue
import threading
from urllib.parse import urlsplit

import pytest
from sandbox.connectwise_tenant import Caller, seeded

NEW = {"identifier": "NEW", "name": "New company", "city": "Rome"}
COMPANIES = "company/companies"


@pytest.fixture
def tenant(tmp_path):
    return Caller(seeded(tmp_path / "sandbox.sqlite"))


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


def codes(body) -> list[tuple[str, str]]:
    return [(error["code"], error["field"]) for error in body["errors"]]


def test_a_post_answers_the_whole_record_with_defaults(tenant):
    status, body = tenant.ask("POST", COMPANIES, {**NEW, "types": [{"name": "partner"}], "website": None})
    assert status == 201
    assert (body["status"]["name"], body["types"][0]["id"], body["deletedFlag"]) == ("Active", 2, False)
    assert body["_info"]["enteredBy"] == "workbench"
    assert tenant.ask("GET", f"{COMPANIES}/{body['id']}")[1] == body


BINDER = [
    ({**NEW, "bogus": 1}, "Could not find member 'bogus' on object of type 'Company'"),
    ({**NEW, "status": 250}, "Error converting value 250 to type 'CompanyStatusReference'"),
    ({**NEW, "status": {"bogus": 1}}, "Could not find member 'bogus' on object of type 'CompanyStatusReference'"),
    ({**NEW, "isVendorFlag": "yes"}, 'Could not convert "yes" to boolean'),
    ({**NEW, "numberOfEmployees": "many"}, "Error converting value"),
    ({**NEW, "numberOfEmployees": 2**40}, "too large"),
    ({**NEW, "name": 5}, "Error converting value 5 to type 'System.String'"),
    ({**NEW, "dateAcquired": "soon"}, "Could not convert string to DateTime"),
    ({**NEW, "types": {"id": 1}}, "into a list"),
    ([NEW], "an object is needed"),
]


@pytest.mark.parametrize(("body", "words"), BINDER, ids=[words for _, words in BINDER])
def test_the_binder_is_strict(body, words, tenant):
    status, answer = tenant.ask("POST", COMPANIES, body)
    assert (status, answer["code"]) == (400, "ConnectWiseApi")
    assert words in answer["message"]


RULES = [
    (
        {},
        [
            ("MissingRequiredField", "identifier"),
            ("MissingRequiredField", "name"),
            ("MissingRequiredField", "addressLine1"),
        ],
    ),
    ({"identifier": "X", "name": "X"}, [("MissingRequiredField", "addressLine1")]),
    ({**NEW, "identifier": "company1"}, [("ObjectExists", "identifier")]),
    ({**NEW, "identifier": "x" * 31}, [("MaxLength", "identifier")]),
    ({**NEW, "name": "x" * 51}, [("MaxLength", "name")]),
    ({**NEW, "status": {"id": 99}}, [("InvalidReference", "status")]),
]


@pytest.mark.parametrize(("body", "expected"), RULES, ids=[str(expected) for _, expected in RULES])
def test_each_broken_rule_is_named(body, expected, tenant):
    status, answer = tenant.ask("POST", COMPANIES, body)
    assert (status, answer["code"], answer["message"]) == (400, "InvalidObject", "company object is invalid")
    assert codes(answer) == expected
    assert tenant.ids() == [1, 2, 3, 4, 5]


def test_a_patch_changes_only_what_it_names(tenant):
    _, before = tenant.ask("GET", f"{COMPANIES}/1")
    patch = [replace("name", "Renamed"), replace("/city", "Bonn"), {"op": "remove", "path": "userDefinedField1"}]
    patch.append(replace("status", {"name": "Inactive"}))
    status, after = tenant.ask("PATCH", f"{COMPANIES}/1", patch)
    assert status == 200
    assert (after["name"], after["city"], after["status"]["id"]) == ("Renamed", "Bonn", 2)
    assert "userDefinedField1" not in after
    assert after["types"] == before["types"]


REFUSED_PATCHES = [
    {"name": "x"},
    [replace("Name", "x")],
    [replace("bogus", "x")],
    [{"op": "move", "path": "name"}],
    [{"op": "replace", "path": "name"}],
    [{"path": "name", "value": "x"}],
    [{**replace("name", "x"), "extra": 1}],
    [replace("types", [{"id": 1}])],
    [replace("deletedFlag", True)],
    [replace("name", "Fine"), replace("identifier", "COMPANY2")],
    [replace("name", None)],
    ["name"],
]


@pytest.mark.parametrize("patch", REFUSED_PATCHES, ids=str)
def test_a_patch_that_is_not_understood_changes_nothing(patch, tenant):
    _, before = tenant.ask("GET", f"{COMPANIES}/1")
    assert tenant.ask("PATCH", f"{COMPANIES}/1", patch)[0] == 400
    assert tenant.ask("GET", f"{COMPANIES}/1")[1] == before


def test_a_path_into_a_reference_is_a_false_200_but_for_its_id(tenant):
    status, body = tenant.ask("PATCH", f"{COMPANIES}/1", [replace("status/name", "Inactive")])
    assert (status, body["status"]["name"]) == (200, "Active")
    _, body = tenant.ask("PATCH", f"{COMPANIES}/1", [replace("status/id", 2)])
    assert body["status"]["name"] == "Inactive"


def test_a_put_resets_what_it_does_not_name(tenant):
    _, body = tenant.ask("PUT", f"{COMPANIES}/1", {"identifier": "COMPANY1", "name": "Acme", "status": {"id": 1}})
    assert "city" not in body
    assert body["name"] == "Acme"
    assert body["types"], "types can only be set when a company is made"


def test_a_record_put_back_as_it_was_read_stays_the_same(tenant):
    _, before = tenant.ask("GET", f"{COMPANIES}/1")
    status, after = tenant.ask("PUT", f"{COMPANIES}/1", before)
    assert status == 200
    assert {**after, "_info": None} == {**before, "_info": None}


def test_a_deleted_company_stays_with_its_flag_and_a_contact_goes(tenant):
    assert tenant.send("DELETE", f"{COMPANIES}/1").status == 204
    assert tenant.ask("GET", f"{COMPANIES}/1")[1]["deletedFlag"] is True
    assert tenant.ids(conditions="deletedFlag = true") == [1]
    assert tenant.send("DELETE", "company/contacts/1").status == 204
    assert tenant.ask("GET", "company/contacts/1")[0] == 404


def test_a_merged_company_keeps_status_and_stamp(tenant):
    tenant.state.keep("clock", "frozen", "2026-11-22T11:00:00+00:00")
    assert tenant.ask("POST", f"{COMPANIES}/1/merge", {"toCompanyId": 2})[1]["success"] is True
    _, merged = tenant.ask("GET", f"{COMPANIES}/1")
    assert (merged["deletedFlag"], merged["status"]["name"]) == (True, "Active")
    assert merged["_info"]["lastUpdated"] == "2026-11-22T10:00:00Z"
    assert tenant.ids("company/contacts", conditions="company/id = 2") == [1, 2]
    assert tenant.ids(conditions="lastUpdated > [2026-11-22T10:30:00Z]") == []


def test_types_change_by_association(tenant):
    path = f"{COMPANIES}/1/typeAssociations"
    _, before = tenant.ask("GET", path)
    status, added = tenant.ask("POST", path, {"type": {"id": 3}})
    assert (status, added["type"]["name"]) == (201, "Vendor")
    assert tenant.ids(childConditions="types/id = 3") == [1, 4]
    assert tenant.ask("POST", path, {"type": {"id": 3}})[0] == 400
    assert tenant.send("DELETE", f"{path}/{added['id']}").status == 204
    assert tenant.ask("GET", path)[1][0]["id"] == before[0]["id"]
    _, added = tenant.ask("POST", "company/companyTypeAssociations", {"type": {"name": "Vendor"}, "company": {"id": 2}})
    assert added["company"]["identifier"] == "COMPANY2"


def test_a_contact_gains_a_way_to_be_reached(tenant):
    path = "company/contacts/2/communications"
    status, item = tenant.ask("POST", path, {"type": {"name": "Email"}, "value": "phona@x.example"})
    assert (status, item["communicationType"], item["domain"]) == (201, "Email", "@x.example")
    assert [each["id"] for each in tenant.ask("GET", path)[1]] == [1, 2]
    conditions = 'communicationItems/value = "phona@x.example"'
    assert tenant.ids("company/contacts", childConditions=conditions) == [2]
    assert tenant.ask("POST", path, {"value": "x"})[0] == 400


def test_sites_hang_on_their_company(tenant):
    status, site = tenant.ask("POST", f"{COMPANIES}/1/sites", {"name": "Main", "city": "Berlin"})
    assert (status, site["company"]["identifier"]) == (201, "COMPANY1")
    assert tenant.ids(f"{COMPANIES}/1/sites") == [site["id"]]
    assert tenant.ids(f"{COMPANIES}/2/sites") == []
    assert tenant.ask("GET", f"{COMPANIES}/2/sites/{site['id']}")[0] == 404
    assert tenant.ask("GET", f"{COMPANIES}/99/sites")[0] == 404


def test_a_ticket_needs_a_company_and_takes_notes(tenant):
    status, body = tenant.ask("POST", "service/tickets", {"summary": "Help"})
    assert (status, codes(body)) == (400, [("MissingRequiredField", "company")])
    _, ticket = tenant.ask("POST", "service/tickets", {"summary": "Help", "company": {"identifier": "COMPANY1"}})
    _, note = tenant.ask("POST", f"service/tickets/{ticket['id']}/notes", {"text": "Called", "internalFlag": True})
    assert note["ticketId"] == ticket["id"]
    _, found = tenant.ask("POST", "service/tickets/search", {"conditions": 'summary = "Help"'})
    assert [row["id"] for row in found] == [ticket["id"]]
    assert tenant.ask("POST", "service/tickets/search", {"conditions": "bogus = 1"})[0] == 400


def test_a_ticket_is_in_a_status_of_its_board_and_closed_with_it(tenant):
    _, ticket = tenant.ask("POST", "service/tickets", {"summary": "Help", "company": {"id": 1}})
    assert (ticket["board"]["name"], ticket["status"]["name"], ticket["closedFlag"]) == ("Help Desk", "New", False)
    path = f"service/tickets/{ticket['id']}"
    assert tenant.ask("PATCH", path, [replace("status", {"id": 4})])[0] == 400
    assert tenant.ask("PATCH", path, [replace("status", {"id": 2})])[1]["closedFlag"] is True
    assert tenant.ids("service/tickets", conditions="closedFlag = true") == [ticket["id"]]


def test_an_opportunity_names_everything_that_it_lacks(tenant):
    _, body = tenant.ask("POST", "sales/opportunities", {"name": "Deal"})
    assert [field for _, field in codes(body)] == ["primarySalesRep", "company", "contact"]
    full = {"name": "Deal", "primarySalesRep": {"identifier": "Admin1"}, "company": {"id": 1}, "contact": {"id": 1}}
    status, deal = tenant.ask("POST", "sales/opportunities", full)
    assert (status, deal["contact"]["name"], deal["primarySalesRep"]["name"]) == (201, "John Doe", "Ada Min")


def test_the_same_status_name_stands_on_two_boards_and_a_new_one_joins_them(tenant):
    for board in (1, 2):
        assert len(tenant.ids(f"service/boards/{board}/statuses", conditions='name = "New"')) == 1
    _, made = tenant.ask("POST", "service/boards/1/statuses", {"name": "Waiting"})
    assert tenant.ids("service/boards/1/statuses") == [1, 2, made["id"]]
    assert tenant.ids("service/boards/2/statuses") == [3, 4]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("finance/agreements", {"name": "Care", "type": {"id": 1}, "company": {"id": 1}, "contact": {"id": 1}}),
        ("finance/invoices", {"type": "Standard", "company": {"id": 1}, "total": 12.5}),
        ("company/configurations", {"name": "Server 1", "type": {"name": "Server"}, "company": {"id": 1}}),
        (
            "procurement/catalog",
            {
                "identifier": "P1",
                "description": "P",
                "customerDescription": "P",
                "type": {"id": 1},
                "subcategory": {"id": 1},
            },
        ),
        ("procurement/purchaseorders", {"status": {"id": 1}, "terms": {"id": 1}, "vendorCompany": {"id": 4}}),
    ],
)
def test_every_other_record_needs_what_the_description_says(path, body, tenant):
    status, made = tenant.ask("POST", path, body)
    assert status == 201, made
    assert tenant.ids(path) == [made["id"]]
    for name in body:
        if name != "total":
            status, refusal = tenant.ask("POST", path, {key: value for key, value in body.items() if key != name})
            assert (status, codes(refusal)) == (400, [("MissingRequiredField", name)])


def test_setup_lists_cannot_be_written(tenant):
    assert tenant.ask("POST", "system/apiMembers", {"identifier": "x"})[0] == 405
    assert tenant.ask("PATCH", "system/members/1", [])[0] == 405


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"name": NaN}', b"[" * 100_000])
def test_a_body_that_is_no_json_is_a_400(body, tenant):
    assert tenant.send("POST", COMPANIES, body).status == 400


# Callbacks


@pytest.fixture
def receiver():
    """A web server on loopback: its address, and (path, headers, body) of each delivery."""
    deliveries: queue.Queue[tuple[str, dict[str, str], bytes]] = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):  # the name that http.server calls
            body = self.rfile.read(int(self.headers["Content-Length"]))
            deliveries.put((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook?recordId=", deliveries
        server.shutdown()
        thread.join()


def test_a_change_is_called_back_signed(tenant, receiver):
    url, deliveries = receiver
    hook = {"url": url, "objectId": 1, "type": "Company", "level": "Owner", "description": "test"}
    status, made = tenant.ask("POST", "system/callbacks", hook)
    assert (status, made["type"], made["level"]) == (201, "company", "owner")
    assert codes(tenant.ask("POST", "system/callbacks", hook)[1]) == [("ObjectExists", "objectId")]
    tenant.ask("PATCH", f"{COMPANIES}/1", [replace("name", "Renamed")])
    path, headers, body = deliveries.get(timeout=10)
    said = json.loads(body)
    assert path == "/hook?recordId=1&action=updated"
    assert (said["Action"], said["ID"], said["Type"]) == ("updated", 1, "company")
    assert json.loads(said["Entity"])["name"] == "Renamed"
    _, key = tenant.ask("GET", urlsplit(said["Metadata"]["key_url"]).path)
    digest = hmac.new(hashlib.sha256(key["signing_key"].encode()).digest(), body, hashlib.sha256).digest()
    assert headers["x-content-signature"] == base64.b64encode(digest).decode()


def test_a_callback_covers_its_level_alone(tenant, receiver):
    url, deliveries = receiver
    tenant.ask("POST", "system/callbacks", {"url": url, "objectId": 2, "type": "company", "level": "status"})
    tenant.ask("PATCH", f"{COMPANIES}/1", [replace("city", "Bonn")])
    tenant.ask("PATCH", f"{COMPANIES}/3", [replace("city", "Bonn")])
    assert json.loads(deliveries.get(timeout=10)[2])["ID"] == 3
    assert deliveries.empty()


def test_a_deletion_is_called_back_without_the_record(tenant, receiver):
    url, deliveries = receiver
    tenant.ask("POST", "system/callbacks", {"url": url, "objectId": 1, "type": "contact", "level": "company"})
    tenant.send("DELETE", "company/contacts/1")
    path, _, body = deliveries.get(timeout=10)
    assert (path, json.loads(body)["Entity"]) == ("/hook?recordId=1&action=deleted", None)


def test_a_callback_needs_a_true_address(tenant):
    body = {"url": "ftp://x", "objectId": 1, "type": "company", "level": "owner"}
    assert codes(tenant.ask("POST", "system/callbacks", body)[1]) == [("InvalidField", "url")]
