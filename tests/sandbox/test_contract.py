"""Our own contract: lists, filters, refusals, preconditions, and the rules of the portal."""

from __future__ import annotations

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.sandbox import channelonline, channeltivity
from workbench.sandbox.tables import POINTERS


class Portal:
    """A caller with the right key."""

    def __init__(self, reach) -> None:
        self._url, self._session = reach["url"], requests.Session()
        self._session.trust_env = False
        self._session.headers["X-Api-Key"] = reach["api_key"]

    def __call__(self, method, path, body=None, expect=200, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._session.request(method, f"{self._url}/{path}", json=body, headers=names, timeout=30)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    def whole(self, path):
        items, after = [], ""
        while True:
            page = self("GET", f"{path}{'&' if '?' in path else '?'}limit=200{after}")
            items += page["items"]
            if page["next"] is None:
                return items
            after = f"&after={page['next']}"

    def close(self):
        self._session.close()


@pytest.fixture
def portal(sandbox):
    portal = Portal(sandbox["channeltivity"])
    yield portal
    portal.close()


@pytest.fixture
def quoting(sandbox):
    quoting = Portal(sandbox["channelonline"])
    yield quoting
    quoting.close()


def organization(portal, **values):
    return portal("POST", "organizations", {"name": "Fabrikam", **values}, 201)


def test_the_probe_says_which_instance_answers(portal, admin):
    assert portal("GET", "portal")["id"] == f"channeltivity-{admin.get('identity')['instance']}"


def test_without_the_key_nothing_is_told(sandbox):
    answer = requests.get(sandbox["channeltivity"]["url"] + "/organizations", timeout=10)
    assert answer.status_code == 401
    assert "items" not in answer.json()


def test_all_pages_together_are_every_living_record_once(portal, admin):
    ids = [item["id"] for item in portal.whole("organizations")]
    stored = admin.records("channeltivity", "organizations")
    assert sorted(ids) == sorted(id for id, record in stored.items() if not record["@deleted"])
    assert len(ids) > 200


def test_a_repeated_filter_means_any_of_these(portal):
    everything = portal.whole("organizations")
    found = portal.whole("organizations?kind=partner&status=Active&status=Prospective")
    wanted = [o["id"] for o in everything if o["kind"] == "partner" and o["status"] in ("Active", "Prospective")]
    assert [o["id"] for o in found] == wanted
    assert 0 < len(wanted) < len(everything)


def test_an_empty_filter_means_nothing_is_there(portal):
    everything = portal.whole("organizations")
    assert len(portal.whole("organizations?phone=")) == sum(o["phone"] is None for o in everything) > 0


def test_updated_since_sees_changes_and_deletions(portal):
    time = portal("GET", "organizations?limit=1")["time"]
    changed, gone = (organization(portal, name=name) for name in ("Changed", "Gone"))
    portal("PATCH", f"organizations/{changed['id']}", {"city": "Leeds"})
    portal("DELETE", f"organizations/{gone['id']}", expect=204)
    assert [o["name"] for o in portal.whole(f"organizations?updatedSince={time}")] == ["Changed"]
    later = portal.whole(f"organizations?updatedSince={time}&includeDeleted=true")
    assert [(o["name"], o["deleted"]) for o in later] == [("Changed", False), ("Gone", True)]


def test_described_fields_are_those_of_a_record(portal):
    described = portal("GET", "fields")
    record = organization(portal)
    assert [field["name"] for field in described["organizations"]] == list(record)


def test_a_change_in_the_millisecond_of_the_watermark_is_not_lost(portal, admin):
    admin.post("clock", {"freeze": True})
    time = portal("GET", "organizations?limit=1")["time"]
    made = organization(portal)
    assert made["updatedAt"] == time
    assert [o["id"] for o in portal.whole(f"organizations?updatedSince={time}")] == [made["id"]]


@pytest.mark.parametrize(
    "query, code",
    [
        ("colour=red", "UnknownParameter"),
        ("domains=x.example", "UnknownParameter"),
        ("limit=0", "BadParameter"),
        ("limit=201", "BadParameter"),
        ("limit=²", "BadParameter"),
        ("limit=1&limit=2", "BadParameter"),
        ("after=nowhere", "BadCursor"),
        ("updatedSince=yesterday", "BadParameter"),
        ("updatedSince=2026-13-01T00:00:00Z", "BadParameter"),
        ("updatedSince=0001-01-01T00:00:00Z", "BadParameter"),
        ("includeDeleted=perhaps", "BadParameter"),
    ],
)
def test_what_a_list_does_not_understand_it_refuses(portal, query, code):
    assert portal("GET", f"organizations?{query}", expect=400)["code"] == code


@pytest.mark.parametrize(
    "values, field, code",
    [
        ({"name": ""}, "name", "Required"),
        ({"colour": "red"}, "colour", "UnknownField"),
        ({"id": "7"}, "id", "SystemField"),
        ({"updatedAt": "2026-01-01"}, "updatedAt", "SystemField"),
        ({"status": "Dormant"}, "status", "BadValue"),
        ({"email": "nobody"}, "email", "BadValue"),
        ({"postcode": "1" * 21}, "postcode", "BadValue"),
        ({"phone": 5}, "phone", "BadValue"),
        ({"domains": "x.example"}, "domains", "BadValue"),
        ({"kind": "distributor", "status": "Prospective"}, "status", "SystemField"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_not_stored(portal, admin, values, field, code):
    before = admin.records("channeltivity", "organizations")
    answer = portal("POST", "organizations", {"name": "Fabrikam", **values}, 400)
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [(field, code)]
    assert admin.records("channeltivity", "organizations") == before


def test_everything_wrong_is_said_at_once(portal):
    answer = portal("POST", "organizations", {"colour": 1, "status": "Dormant"}, 400)
    assert {error["field"] for error in answer["errors"]} == {"name", "colour", "status"}


def test_a_precondition_keeps_a_change_from_being_overwritten(portal):
    first = organization(portal)
    guard = {"If_Unmodified_Since_Stamp": first["updatedAt"]}
    second = portal("PATCH", f"organizations/{first['id']}", {"city": "Leeds"}, **guard)
    assert second["updatedAt"] > first["updatedAt"]
    refused = portal("PATCH", f"organizations/{first['id']}", {"city": "Bath"}, 412, **guard)
    assert refused["code"] == "Changed"
    assert portal("GET", f"organizations/{first['id']}")["city"] == "Leeds"


def test_an_external_key_is_unique_among_the_living_and_finds_its_record(portal):
    first = organization(portal, externalKey="wb-7")
    refused = portal("POST", "organizations", {"name": "Other", "externalKey": "WB-7"}, 409)
    assert refused["errors"][0]["existing"] == first["id"]
    assert [o["id"] for o in portal.whole("organizations?externalKey=wb-7")] == [first["id"]]
    portal("DELETE", f"organizations/{first['id']}", expect=204)
    assert organization(portal, externalKey="wb-7")["id"] != first["id"]


def test_a_deleted_record_is_readable_but_cannot_be_changed(portal):
    record = organization(portal)
    portal("DELETE", f"organizations/{record['id']}", expect=204)
    assert portal("GET", f"organizations/{record['id']}")["deleted"] is True
    assert portal("PATCH", f"organizations/{record['id']}", {"city": "x"}, 410)["code"] == "Deleted"


def test_a_hidden_field_is_as_if_it_were_not_there(portal, admin):
    portal("GET", "organizations?region=EMEA&limit=1")
    admin.post("visibility", {"system": "channeltivity", "object": "organizations", "hidden": ["region"]})
    assert portal("GET", "organizations?region=EMEA", expect=400)["code"] == "UnknownParameter"
    assert "region" not in organization(portal)
    assert portal("POST", "organizations", {"name": "x", "region": "EMEA"}, 400)["errors"][0]["code"] == "UnknownField"


def test_a_record_is_linked_to_one_only_from_either_side(portal):
    link = {"object": "organizations", "channeltivityId": "1001", "salesforceId": "0010000000000AAAAA"}
    made = portal("POST", "links", link, 201)
    assert portal("POST", "links", {**link, "channeltivityId": "1002"}, 409)["code"] == "LinkedAlready"
    assert portal("POST", "links", {**link, "salesforceId": "0010000000000BBBBB"}, 409)["code"] == "LinkedAlready"
    portal("DELETE", f"links/{made['id']}", expect=204)
    portal("POST", "links", {**link, "channeltivityId": "1002"}, 201)


def test_contacts_of_an_active_organisation_alone_become_users(portal, admin):
    home = organization(portal, status="Prospective")
    person = {"organizationId": home["id"], "lastName": "Doe", "email": "doe@fabrikam.example"}
    contact = portal("POST", "contacts", person, 201)
    assert portal("POST", f"contacts/{contact['id']}/promote", {}, 409)["code"] == "NotActive"
    portal("PATCH", f"organizations/{home['id']}", {"status": "Active"})
    user = portal("POST", f"contacts/{contact['id']}/promote", {"groups": ["1"]})
    assert (user["status"], user["kind"], user["groups"]) == ("Pending", "partner", ["1"])
    assert portal("POST", f"contacts/{contact['id']}/promote", {}, 409)["code"] == "UserExists"
    assert admin.get("mail")[0]["recipients"] == ["doe@fabrikam.example"]


def test_an_organisation_that_becomes_inactive_takes_its_users_along(portal):
    home = organization(portal)
    user = {"organizationId": home["id"], "lastName": "Doe", "email": "d@fabrikam.example", "status": "Active"}
    user = portal("POST", "users", user, 201)
    portal("PATCH", f"organizations/{home['id']}", {"status": "Inactive"})
    assert portal("GET", f"users/{user['id']}")["status"] == "Inactive"


def test_merging_keeps_the_masters_values_fills_blanks_and_moves_people(portal):
    master, other = organization(portal, city="Leeds"), organization(portal, city="Bath", phone="0113 1")
    contact = portal("POST", "contacts", {"organizationId": other["id"], "lastName": "Doe"}, 201)
    merged = portal("POST", f"organizations/{master['id']}/merge", {"other": other["id"]})
    assert (merged["city"], merged["phone"]) == ("Leeds", "0113 1")
    assert portal("GET", f"organizations/{other['id']}")["deleted"] is True
    assert portal("GET", f"contacts/{contact['id']}")["organizationId"] == master["id"]


def test_a_new_deal_writes_to_its_owner(portal, admin):
    owner = next(user for user in portal.whole("users") if user["kind"] == "partner")
    deal = {"name": "Refresh", "amount": "12.50", "stage": "Open", "closeDate": "2027-01-31", "ownerId": owner["id"]}
    portal("POST", "deals", deal, 201)
    (message,) = admin.get("mail")
    assert message["recipients"] == [owner["email"]]
    assert message["subject"] == "Deal registered: Refresh"


def test_channelonline_gives_numbers_and_refuses_circles(quoting):
    parent = quoting("POST", "accounts", {"name": "Blue Yonder"}, 201)
    assert parent["customerId"] == parent["id"]
    assert parent["customerNumber"] == "BY" + parent["id"][-4:]
    assert parent["type"] == "customer"
    child = quoting("POST", "accounts", {"name": "Blue Yonder West", "parentId": parent["id"]}, 201)
    refused = quoting("PATCH", f"accounts/{parent['id']}", {"parentId": child["id"]}, 400)
    assert refused["errors"][0]["code"] == "Cycle"
    refused = quoting("PATCH", f"accounts/{parent['id']}", {"customerId": "1"}, 400)
    assert refused["errors"][0]["code"] == "SystemField"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["name", "kind", "status", "domains", "externalKey", "id", "@id", "email", "colour"])
PATHS = st.sampled_from(
    ["organizations", "contacts/5001", "links", "users/1/x", "organizations/1001/merge", "%ff", "/"]
)


@pytest.mark.parametrize(
    "body", [b'{"name": 1e999}', b'{"name": NaN}', b'{"name": "\\ud800"}', b"\xff", b"[]", b"[" * 99_999]
)
def test_a_body_that_cannot_be_stored_is_refused(sandbox, body):
    url = sandbox["channeltivity"]["url"] + "/organizations"
    answer = requests.post(url, data=body, headers={"X-Api-Key": sandbox["channeltivity"]["api_key"]}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (400, "BadBody")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"]),
    PATHS,
    st.text(max_size=20),
    st.one_of(st.binary(max_size=40), st.dictionaries(FIELDS, JSON, max_size=4)),
)
def test_nothing_malformed_makes_it_fail(portal, method, path, query, body):
    content = {"data": body} if isinstance(body, bytes) else {"json": body}
    answer = portal._session.request(method, f"{portal._url}/{path}", params={query: query}, timeout=30, **content)
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("contract", [channeltivity.CONTRACT, channelonline.CONTRACT], ids=lambda each: each.system)
def test_every_unique_field_can_be_looked_up_when_a_record_is_made(contract):
    for name, fields in contract.objects.items():
        unique = {field.name for field in fields if field.unique}
        assert unique <= set(POINTERS.get((contract.system, name), ())), name
