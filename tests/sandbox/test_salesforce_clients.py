"""simple-salesforce, which was not written here, against the served sandbox: each area works, each is refused."""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, SalesforceAuthenticationFailed, SalesforceMalformedRequest
from simple_salesforce.exceptions import SalesforceExpiredSession, SalesforceGeneralError, SalesforceResourceNotFound


class ToSandbox(HTTPAdapter):
    """The library insists on https and on Salesforce's hosts; every call goes to the sandbox instead."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request, **options):
        target = urlsplit(request.url)
        request.url = f"{self._base}{target.path}" + (f"?{target.query}" if target.query else "")
        return super().send(request, **{**options, "timeout": 30})


@pytest.fixture
def how(sandbox, admin):
    session = requests.Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, ToSandbox(sandbox["salesforce"]["url"]))
    yield {**sandbox["salesforce"], "session": session}
    session.close()


@pytest.fixture
def client(how):
    return Salesforce(instance_url=how["url"], session_id=how["access_token"], session=how["session"])


def test_every_way_to_log_in_gives_a_session(how):
    app = {"consumer_key": how["client_id"], "consumer_secret": how["client_secret"], "domain": "acme.my"}
    person = {"username": how["username"], "password": how["password"]}
    for ways in (
        {**person, "security_token": how["security_token"]},
        app,
        {**app, **person, "password": how["password"] + how["security_token"]},
    ):
        client = Salesforce(**ways, session=how["session"])
        assert client.query("SELECT COUNT() FROM Account")["totalSize"] > 0


def test_wrong_credentials_are_refused(how):
    with pytest.raises(SalesforceAuthenticationFailed, match="INVALID_LOGIN"):
        Salesforce(username=how["username"], password="x", security_token="y", session=how["session"])
    with pytest.raises(SalesforceAuthenticationFailed):
        Salesforce(consumer_key="x", consumer_secret="y", domain="acme.my", session=how["session"])


def test_an_unknown_session_is_told(how):
    client = Salesforce(instance_url=how["url"], session_id="00Dx!unknown", session=how["session"])
    with pytest.raises(SalesforceExpiredSession):
        client.query("SELECT Id FROM Account")


def test_a_record_lives_and_dies(client):
    made = client.Account.create({"Name": "Smoke & Co", "Phone": "1"})
    record = client.Account.get(made["id"])
    assert (record["Name"], record["Phone"]) == ("Smoke & Co", "1")
    assert client.Account.update(made["id"], {"Phone": "2"}) == 204
    assert client.Account.upsert(f"Id/{made['id']}", {"Phone": "3"}, raw_response=True).status_code == 200
    assert client.Account.get(made["id"][:15])["Phone"] == "3"
    assert client.Account.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        client.Account.get(made["id"])


def test_a_record_that_breaks_a_rule_is_refused(client):
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.Account.create({"Nam": "x"})
    assert refused.value.content[0]["errorCode"] == "INVALID_FIELD"


def test_queries_go_on_to_the_end(client):
    rows = list(client.query_all_iter("SELECT Id, Name, Owner.Name, (SELECT Id FROM Contacts) FROM Account"))
    assert len(rows) == client.query("SELECT COUNT() FROM Account")["totalSize"]
    everything = client.query_all("SELECT Id FROM Account", include_deleted=True)["totalSize"]
    assert everything > len(rows), "the sandbox holds deleted accounts"
    with pytest.raises(SalesforceMalformedRequest):
        client.query("SELECT Bogus FROM Account")


def test_describe_limits_and_changes(client):
    fields = {field["name"]: field for field in client.Account.describe()["fields"]}
    assert fields["Workbench_Key__c"]["externalId"] is True
    assert "Account" in {each["name"] for each in client.describe()["sobjects"]}
    assert client.limits()["DailyApiRequests"]["Remaining"] > 0
    assert client.api_usage["api-usage"].used > 0
    made = client.Account.create({"Name": "Changed"})
    now = datetime.datetime.now(datetime.UTC)
    window = (now - datetime.timedelta(minutes=10), now + datetime.timedelta(minutes=2))
    assert made["id"] in client.Account.updated(*window)["ids"]
    client.Account.delete(made["id"])
    assert made["id"] in {row["id"] for row in client.Account.deleted(*window)["deletedRecords"]}
    with pytest.raises(SalesforceMalformedRequest):
        client.Account.updated(window[1], window[0])


def test_conditional_headers(client):
    made = client.Account.create({"Name": "Guarded"})
    old = {"If-Unmodified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}
    with pytest.raises(SalesforceGeneralError) as refused:
        client.Account.update(made["id"], {"Phone": "1"}, headers=old)
    assert refused.value.status == 412


def test_collections_and_composite(client):
    records = [{"attributes": {"type": "Account"}, "Name": f"Row {number}"} for number in range(200)]
    answer = client.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": records})
    assert [row["success"] for row in answer] == [True] * 200
    part = {"method": "GET", "url": f"/services/data/v59.0/sobjects/Account/{answer[0]['id']}", "referenceId": "a"}
    found = client.restful("composite", method="POST", json={"compositeRequest": [part]})
    assert found["compositeResponse"][0]["body"]["Name"] == "Row 0"


def test_bulk_jobs_write_and_read(client):
    rows = [{"Name": f"Bulk {number}", "Workbench_Key__c": f"bulk-{number}"} for number in range(50)]
    done = client.bulk2.Account.insert(
        records=[*rows, {"Name": "Bulk 0 again", "Workbench_Key__c": "bulk-0"}], wait=0.01
    )
    assert (done[0]["numberRecordsTotal"], done[0]["numberRecordsFailed"]) == (51, 1)
    failed = client.bulk2.Account.get_failed_records(done[0]["job_id"])
    assert "DUPLICATE_VALUE" in failed
    again = client.bulk2.Account.upsert(records=rows, external_id_field="Workbench_Key__c", wait=0.01)
    assert again[0]["numberRecordsFailed"] == 0
    query = "SELECT Id, Name FROM Account WHERE Workbench_Key__c LIKE 'bulk-%' ORDER BY Name"
    pages = list(client.bulk2.Account.query(query, max_records=20, wait=0.01))
    assert [page.count("Bulk") for page in pages] == [20, 20, 10]


def test_setup_is_read_by_the_tooling_door(client):
    text = "SELECT SubscriberPackage.Name FROM InstalledSubscriberPackage"
    found = client.toolingexecute("query/", params={"q": text})
    assert "Channeltivity PRM" in {row["SubscriberPackage"]["Name"] for row in found["records"]}
