"""Bulk API 2.0: the life of a job, the rules of its CSV, its results, queries in pages."""

from __future__ import annotations

import csv
import io

import pytest
from sandbox.salesforce_org import Caller, account, seeded, with_records

INGEST = {"object": "Account", "operation": "insert"}


@pytest.fixture
def org(tmp_path):
    return Caller(with_records(seeded(tmp_path / "sandbox.sqlite")))


def opened(org, **job):
    status, body = org.ask("POST", "jobs/ingest", {**INGEST, **job})
    assert status == 200, body
    return body


def uploaded(org, content, **job):
    """A job with its data, ready to be worked on."""
    body = opened(org, **job)
    response = org.send(
        "PUT", f"/{body['contentUrl']}", content.encode(), headers={"content-type": "text/csv; charset=UTF-8"}
    )
    assert response.status == 201
    org.ask("PATCH", f"jobs/ingest/{body['id']}", {"state": "UploadComplete"})
    return body["id"]


def finished(org, job_id, kind="ingest"):
    """The job, looked at until it has ended; and the states it went through."""
    states = []
    for _ in range(5):
        _, job = org.ask("GET", f"jobs/{kind}/{job_id}")
        states.append(job["state"])
        if job["state"] in {"JobComplete", "Failed", "Aborted"}:
            break
    return job, states


def table(response):
    return list(csv.DictReader(io.StringIO(response.body.decode())))


def results(org, job_id, which):
    return table(org.send("GET", f"jobs/ingest/{job_id}/{which}"))


def test_a_job_moves_on_while_it_is_looked_at_and_tells_rows_apart(org):
    job_id = uploaded(org, "Name,Phone\nBulk One,1\n,2\nBulk Two,3\n")
    job, states = finished(org, job_id)
    assert states == ["InProgress", "JobComplete"]
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (3, 1)
    good = results(org, job_id, "successfulResults")
    assert {row["Name"] for row in good} == {"Bulk One", "Bulk Two"}
    assert all(row["sf__Id"].startswith("001") and row["sf__Created"] == "true" for row in good)
    bad = results(org, job_id, "failedResults")
    assert bad[0]["sf__Error"].startswith("REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --")
    assert results(org, job_id, "unprocessedrecords") == []


def test_results_do_not_come_in_the_order_of_the_upload(org):
    job_id = uploaded(org, "Name\n" + "".join(f"Row {number}\n" for number in range(5)))
    finished(org, job_id)
    assert [row["Name"] for row in results(org, job_id, "successfulresults")] != [
        f"Row {number}" for number in range(5)
    ]


def test_an_empty_cell_leaves_and_na_empties(org):
    job_id = uploaded(org, f"Id,BillingCity,Type\n{account(1)},#N/A,\n", operation="update")
    finished(org, job_id)
    _, record = org.ask("GET", f"sobjects/Account/{account(1)}")
    assert (record["BillingCity"], record["Type"]) == (None, "Channel Partner / Reseller")


def test_an_upsert_by_key_with_a_parent_by_key(org):
    content = "Workbench_Key__c,Name,Parent.Workbench_Key__c\nk2,Renamed,k/1\nnew,New,k2\n"
    job_id = uploaded(org, content, operation="upsert", externalIdFieldName="Workbench_Key__c")
    finished(org, job_id)
    assert {row["sf__Created"] for row in results(org, job_id, "successfulResults")} == {"true", "false"}
    found = org.query("SELECT Parent.Name FROM Account WHERE Name = 'New'")[1]["records"][0]
    assert found["Parent"]["Name"] == "Renamed"


def test_a_delete_takes_the_column_id_alone(org):
    job, _ = finished(org, uploaded(org, f"Id\n{account(5)}\n{account(99)}\n", operation="delete"))
    assert job["numberRecordsFailed"] == 1
    job, _ = finished(org, uploaded(org, f"Id,Name\n{account(4)},x\n", operation="delete"))
    assert job["state"] == "Failed"


FAILING = {
    "an unknown column": ("Nam\nx\n", {}, "InvalidBatch : Field name not found : Nam"),
    "another letter case": ("name\nx\n", {}, "InvalidBatch : Field name not found : name"),
    "the wrong line ending": ("Name\r\nx\r\n", {}, "ClientInputError : LineEnding is invalid"),
    "a row that is too long": ("Name\nx,y\n", {}, "InvalidBatch : Failed to parse CSV"),
    "an open quote": ('Name\n"x\n', {}, "InvalidBatch : Failed to parse CSV"),
    "nothing": ("\n", {}, "InvalidBatch : Failed to parse CSV header"),
    "another delimiter": ("Name;Phone\nx;1\n", {}, "InvalidBatch : Field name not found : Name;Phone"),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_file_that_breaks_the_rules_fails_the_job(name, org):
    content, job, words = FAILING[name]
    job_id = uploaded(org, content, **job)
    found, _ = finished(org, job_id)
    assert found["state"] == "Failed"
    assert found["errorMessage"].startswith(words)
    assert org.send("GET", f"jobs/ingest/{job_id}/unprocessedrecords").body.decode() == content


def test_delimiters_and_line_endings_are_as_the_job_says(org):
    content = 'Name;Description\r\n"Semi; colon";"two\r\nlines"\r\n'
    job_id = uploaded(org, content, columnDelimiter="SEMICOLON", lineEnding="CRLF")
    assert finished(org, job_id)[0]["numberRecordsFailed"] == 0
    record = org.query("SELECT Id FROM Account WHERE Name = 'Semi; colon'")[1]["records"][0]
    assert org.ask("GET", f"sobjects/Account/{record['Id']}")[1]["Description"] == "two\nlines"


@pytest.mark.parametrize(
    ("job", "code"),
    [
        ({"operation": "destroy"}, "API_ERROR"),
        ({"columnDelimiter": ","}, "API_ERROR"),
        ({"object": "Nothing"}, "INVALIDENTITY"),
        ({"operation": "upsert"}, "INVALIDJOB"),
        ({"operation": "upsert", "externalIdFieldName": "Name"}, "INVALIDJOB"),
        ({"bogus": 1}, "INVALIDJOB"),
        ({"operation": "hardDelete"}, "FEATURENOTENABLED"),
    ],
)
def test_a_job_that_makes_no_sense_is_not_opened(job, code, org):
    status, body = org.ask("POST", "jobs/ingest", {**INGEST, **job})
    assert (status, body[0]["errorCode"]) == (400, code)


def test_a_job_keeps_to_its_states(org):
    job = opened(org)
    path = f"jobs/ingest/{job['id']}"
    assert org.ask("PATCH", path, {"state": "UploadComplete"})[1][0]["errorCode"] == "INVALIDJOBSTATE"
    assert org.ask("PATCH", path, {"state": "JobComplete"})[1][0]["errorCode"] == "API_ERROR"
    assert org.ask("DELETE", path)[1][0]["errorCode"] == "INVALIDJOBSTATE"
    assert org.ask("GET", f"{path}/successfulResults")[1][0]["errorCode"] == "INVALIDJOBSTATE"
    assert org.ask("PATCH", path, {"state": "Aborted"})[1]["state"] == "Aborted"
    assert org.send("DELETE", path).status == 204
    assert org.ask("GET", path)[0] == 404


def test_a_query_is_paged_with_a_locator_that_ends_in_null(org):
    body = {
        "operation": "query",
        "query": "SELECT Name, Owner.Name, NumberOfEmployees, IsDeleted, CreatedDate FROM Account ORDER BY Name",
    }
    _, job = org.ask("POST", "jobs/query", body)
    path = f"jobs/query/{job['id']}"
    assert org.ask("GET", f"{path}/results")[1][0]["errorCode"] == "INVALIDJOBSTATE"
    done, _ = finished(org, job["id"], "query")
    assert done["numberRecordsProcessed"] == 5
    response = org.send("GET", f"{path}/results", query={"maxRecords": "3"})
    assert response.headers["Sforce-NumberOfRecords"] == "3"
    first = table(response)
    assert first[0] == {
        "Name": "Acme GmbH",
        "Owner.Name": "Sync User",
        "NumberOfEmployees": "50",
        "IsDeleted": "false",
        "CreatedDate": "2026-11-20T00:00:00.000Z",
    }
    query = {"maxRecords": "3", "locator": response.headers["Sforce-Locator"]}
    response = org.send("GET", f"{path}/results", query=query)
    assert (len(table(response)), response.headers["Sforce-Locator"]) == (2, "null")
    other = Caller(org.state, "58.0")
    assert other.send("GET", f"{path}/results").status == 409


@pytest.mark.parametrize(
    "query",
    [
        "SELECT COUNT() FROM Account",
        "SELECT Id FROM Account OFFSET 1",
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
    ]
    + ["SELECT Bogus FROM Account", "", "SELECT Type FROM Account GROUP BY Type"],
)
def test_a_query_that_bulk_does_not_know_is_refused(query, org):
    assert org.ask("POST", "jobs/query", {"operation": "query", "query": query})[0] == 400


def test_query_all_holds_deleted_rows(org):
    body = {"operation": "queryAll", "query": "SELECT Name FROM Account WHERE IsDeleted = true"}
    _, job = org.ask("POST", "jobs/query", body)
    finished(org, job["id"], "query")
    assert table(org.send("GET", f"jobs/query/{job['id']}/results")) == [{"Name": "Gone Ltd"}]
