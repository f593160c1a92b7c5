"""Conditions over a small tenant: a table of what is found and what is refused; pages, fields, counts, discovery."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from sandbox.case_table import cases
from sandbox.connectwise_tenant import Caller, seeded

LISTS = ("company/", "sales/", "service/", "system/")


@pytest.fixture(scope="module")
def tenant(tmp_path_factory):
    return Caller(seeded(tmp_path_factory.mktemp("tenant") / "sandbox.sqlite"))


def call(asked: str) -> tuple[str, dict[str, str]]:
    """The path and the parameters of a line of the table."""
    path, parameters = "company/companies", {}
    for part in asked.split(" ++ "):
        name, colon, value = part.partition(": ")
        if part.startswith(LISTS) and " " not in part:
            path = part
        elif colon and name.isalpha():
            parameters[name] = value
        else:
            parameters["conditions"] = part
    return path, parameters


@pytest.mark.parametrize("case", cases("conditions.txt"), ids=lambda case: case.asked)
def test_each_list_is_answered_or_refused_as_the_table_says(case, tenant):
    path, parameters = call(case.asked)
    status, body = tenant.ask("GET", path, **parameters)
    if case.answer is None:
        assert (status, body["code"]) == (400, case.code)
        assert case.words in body["message"]
        return
    assert status == 200, body
    assert (" ".join(str(row["id"]) for row in body) or "(none)") == case.answer


def test_the_table_is_as_large_as_it_claims():
    assert len(cases("conditions.txt")) >= 150


def links(response) -> dict[str, str]:
    found = re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers.get("Link", ""))
    return {relation: url for url, relation in found}


def test_numbered_pages_link_on_with_the_whole_query_and_the_page_last(tenant):
    response = tenant.send("GET", "company/companies", conditions='name != "nobody"', orderBy="name desc", pageSize=2)
    found = links(response)
    assert set(found) == {"next", "last"}
    assert found["next"].endswith("&pageSize=2&page=2")
    assert "conditions=name%20%21%3d%20%22nobody%22" in found["next"], "escapes are in lower case"
    seen = []
    while True:
        seen += [row["name"] for row in json.loads(response.body)]
        if "next" not in links(response):
            break
        target = urlsplit(links(response)["next"])
        response = tenant.send("GET", target.path, **dict(parse_qsl(target.query)))
    assert len(seen) == 5
    assert seen == sorted(seen, key=str.casefold, reverse=True)
    assert set(links(response)) == {"first", "prev"}


def test_forward_only_pages_ascend_by_id_and_end_with_an_empty_link(tenant):
    header = {"pagination-type": "forward-only"}
    seen, page_id = [], 0
    while True:
        response = tenant.send("GET", "company/companies", headers=header, pageSize=2, pageId=page_id, page=7)
        rows = [row["id"] for row in json.loads(response.body)]
        seen += rows
        assert "Link" in response.headers
        if not response.headers["Link"]:
            break
        page_id = int(dict(parse_qsl(urlsplit(links(response)["next"]).query))["pageId"])
        assert page_id == rows[-1]
    assert seen == [1, 2, 3, 4, 5]


def test_forward_only_pages_take_no_order(tenant):
    header = {"pagination-type": "forward-only"}
    assert tenant.ask("GET", "company/companies", headers=header, orderBy="name")[0] == 400


def test_a_page_is_25_unless_asked_and_never_more_than_1000(tmp_path):
    caller = Caller(seeded(tmp_path / "sandbox.sqlite"))
    fields = {"name": "Filler", "_updatedBy": "Admin1"}
    rows = [
        (str(number), {**fields, "identifier": f"F{number}"}, "2026-01-01", "2026-01-01", False)
        for number in range(100, 1200)
    ]
    caller.state.load("connectwise", "company/companies", rows)
    assert len(caller.ids()) == 25
    assert len(caller.ids(pageSize=5000)) == 1000
    assert caller.ask("GET", "company/companies/count")[1] == {"count": 1105}


def test_count_counts_all_and_not_a_page(tenant):
    assert tenant.ask("GET", "company/companies/count", conditions='city = "Oslo"')[1] == {"count": 2}


def test_fields_keep_what_is_named_and_leave_info_out(tenant):
    _, rows = tenant.ask("GET", "company/companies", fields="id,name,status/id", pageSize=1)
    assert rows == [{"id": 1, "name": "Acme Supply", "status": {"id": 1}}]
    _, rows = tenant.ask("GET", "company/companies", fields="id,_info/lastUpdated", pageSize=1)
    assert rows == [{"id": 1, "_info": {"lastUpdated": "2026-11-22T10:00:00Z"}}]
    assert tenant.ask("GET", "company/companies/1", fields="*")[1] == {"id": 1}
    assert tenant.ask("GET", "company/companies", fields="id,bogus")[1]["code"] == "ApiFindCondition"


def test_info_holds_strings_alone_and_nulls_are_left_out(tenant):
    _, company = tenant.ask("GET", "company/companies/4")
    assert "city" not in company
    assert all(isinstance(value, str) for value in company["_info"].values())
    assert all(isinstance(value, str) for value in company["status"]["_info"].values())
    assert company["customFields"][0]["value"] is None


@pytest.mark.parametrize(
    "path", ["company/companies/", "/v4_6_release//apis/3.0//company/companies", "COMPANY/Companies"]
)
def test_slashes_and_letter_case_of_a_path_do_not_matter(path, tenant):
    assert tenant.ask("GET", path)[0] == 200


@pytest.mark.parametrize(
    "path", ["company/nothing", "company", "", "company/companies/1/nothing", "company/companies/x"]
)
def test_a_path_that_leads_nowhere_says_so(path, tenant):
    assert tenant.ask("GET", path) == (404, {"code": "ConnectWiseApi", "message": "The endpoint does not exist."})


def test_a_record_that_is_not_there_is_named(tenant):
    assert tenant.ask("GET", "company/contacts/579") == (404, {"code": "NotFound", "message": "Contact 579 not found"})


def test_companyinfo_tells_the_codebase_and_null_for_a_stranger(tenant):
    assert tenant.ask("GET", "/login/companyinfo/northwind", proof={})[1]["Codebase"] == "v2025_8/"
    assert tenant.ask("GET", "/login/companyinfo/nobody", proof={}) == (200, None)


def test_the_codebase_can_change_while_v4_6_release_goes_on(tmp_path):
    state = seeded(tmp_path / "sandbox.sqlite")
    caller = Caller(state, "v2025_8")
    assert caller.ask("GET", "company/companies")[0] == 200
    state.keep("connectwise", "codebase", "v2026_1")
    assert caller.ask("GET", "company/companies")[0] == 404
    assert Caller(state).ask("GET", "company/companies")[0] == 200


def test_wrong_credentials_are_401_or_hidden_behind_404(tmp_path):
    state = seeded(tmp_path / "sandbox.sqlite")
    caller = Caller(state)
    wrong = {"authorization": "Basic bm9ydGh3aW5kK3B1YmxpYzp3cm9uZw==", "clientid": "x"}
    assert caller.ask("GET", "company/companies", proof=wrong)[0] == 401
    assert caller.ask("GET", "company/companies", proof={})[0] == 401
    without_client = {"authorization": caller.proof["authorization"]}
    assert caller.ask("GET", "company/companies", proof=without_client)[0] == 401
    state.keep("connectwise", "hide_bad_credentials", True)
    assert caller.ask("GET", "company/companies", proof=wrong)[0] == 404


def test_system_info_answers_without_credentials(tenant):
    assert tenant.ask("GET", "system/info", proof={})[0] == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/vnd.connectwise.com+json; version=2025.8", 200),
        ("application/vnd.connectwise.com+json; version=2021.1, application/json", 200),
        ("text/html", 415),
        ("application/vnd.connectwise.com+json; version=never", 415),
    ],
)
def test_accept_is_read_as_a_list(accept, status, tenant):
    assert tenant.ask("GET", "company/companies", headers={"accept": accept})[0] == status


def test_one_poisoned_record_fails_its_whole_list(tmp_path):
    state = seeded(tmp_path / "sandbox.sqlite")
    state.keep("connectwise", "poisoned", {"company/companies": [3]})
    caller = Caller(state)
    assert caller.ask("GET", "company/companies")[0] == 500
    assert caller.ask("GET", "company/companies", pageSize=2)[0] == 200


def test_another_tenant_has_other_ids_and_other_names(tmp_path):
    state = seeded(tmp_path / "sandbox.sqlite")
    first, second = Caller(state), Caller(state, company="southwind")
    assert second.ask("GET", "/login/companyinfo/Southwind", proof={})[1]["CompanyID"] == "southwind"
    names = [[row["name"] for row in each.ask("GET", "company/companies/statuses")[1]] for each in (first, second)]
    assert "Active" in names[0]
    assert names[1] == ["Current", "Dormant"]
    assert second.ids() == [501, 502]
    body = {"identifier": "COMPANY1", "name": "Same identifier", "city": "Lyon"}
    status, made = second.ask("POST", "company/companies", body)
    assert (status, made["status"]["id"]) == (201, 31)
    assert second.ids() == [501, 502, 503]
    assert first.ids() == [1, 2, 3, 4, 5]


def test_a_member_has_what_clients_insist_on(tenant):
    _, member = tenant.ask("GET", "system/members/1")
    needed = {"identifier", "firstName", "licenseClass", "defaultEmail", "defaultPhone", "invoicingDisplayOptions"}
    needed |= {"agreementInvoicingDisplayOptions", "invoiceScreenDefaultTabFormat"}
    assert needed <= set(member)


def test_the_clouds_doors_can_be_shut(tmp_path):
    state = seeded(tmp_path / "sandbox.sqlite")
    caller = Caller(state)
    state.keep("connectwise", "api_host_required", True)
    refusal = {"code": "Security", "message": "SSL is required.", "errors": None}
    assert caller.ask("GET", "company/companies") == (403, refusal)
    assert caller.ask("GET", "company/companies", headers={"host": "api-na.myconnectwise.example"})[0] == 200
    state.keep("connectwise", "ssl_required", True)
    assert caller.ask("GET", "company/companies", headers={"host": "api-na.myconnectwise.example"})[0] == 403
