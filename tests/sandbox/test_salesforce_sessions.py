"""Who may call Salesforce: the flows of OAuth, SOAP login, expiry, the daily allowance, versions."""

from __future__ import annotations

import base64
import csv
import io
import json
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sandbox.salesforce_org import CREDENTIALS, TOKEN, USER, Caller, seeded

from workbench.sandbox.routing import deliver
from workbench.sandbox.wire import Request

CLIENT = {"client_id": CREDENTIALS["client_id"], "client_secret": CREDENTIALS["client_secret"]}
PASSWORD = CREDENTIALS["password"] + CREDENTIALS["security_token"]


@pytest.fixture
def org(tmp_path):
    return Caller(seeded(tmp_path / "sandbox.sqlite"))


def token(org, headers=None, **form):
    response = org.send("POST", "/services/oauth2/token", urlencode(form).encode(), headers=headers, token=None)
    return response.status, json.loads(response.body)


def works(org, session) -> bool:
    return org.send("GET", "limits", token=session).status == 200


def test_client_credentials_come_in_the_body_or_as_basic(org):
    basic = base64.b64encode(f"{CLIENT['client_id']}:{CLIENT['client_secret']}".encode()).decode()
    for status, body in (
        token(org, grant_type="client_credentials", **CLIENT),
        token(org, {"authorization": f"Basic {basic}"}, grant_type="client_credentials"),
    ):
        assert status == 200
        assert works(org, body["access_token"])
        assert body["id"].endswith(f"/{USER}")
        assert body["token_type"] == "Bearer"
        assert isinstance(body["issued_at"], str)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "magic"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", **CLIENT, "client_id": "x"}, "invalid_client_id"),
        ({"grant_type": "client_credentials", **CLIENT, "client_secret": "x"}, "invalid_client"),
        ({"grant_type": "password", **CLIENT, "username": CREDENTIALS["username"], "password": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", **CLIENT, "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "x.y"}, "invalid_grant"),
        ({}, "unsupported_grant_type"),
    ],
)
def test_a_refused_grant_answers_an_object_with_the_error(form, error, org):
    status, body = token(org, **form)
    assert (status, body["error"]) == (400, error)
    assert "error_description" in body


def test_password_then_refresh_token(org):
    _, first = token(org, grant_type="password", **CLIENT, username=CREDENTIALS["username"].upper(), password=PASSWORD)
    _, second = token(
        org, grant_type="refresh_token", client_id=CLIENT["client_id"], refresh_token=first["refresh_token"]
    )
    assert works(org, second["access_token"])


def assertion(**claims) -> str:
    said = {"iss": CLIENT["client_id"], "sub": CREDENTIALS["username"], "aud": "https://login.salesforce.com", **claims}
    parts = [json.dumps({"alg": "RS256"}), json.dumps(said), "signature"]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


def test_an_assertion_must_be_for_now_for_us_and_from_the_known_app(org):
    now = org.state.now().timestamp()
    bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert token(org, grant_type=bearer, assertion=assertion(exp=str(now + 180)))[0] == 200
    for claims in ({"exp": now - 100}, {"exp": now + 900}, {"exp": now, "iss": "x"}, {"exp": now, "aud": "x"}):
        assert token(org, grant_type=bearer, assertion=assertion(**claims))[0] == 400
    _, body = token(org, grant_type=bearer, assertion=assertion(exp=now + 60, sub="stranger@x.example"))
    assert body["error_description"] == "user hasn't approved this consumer"


def test_an_assertion_is_verified_once_the_app_has_a_certificate(org):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    org.state.keep("salesforce", "jwt_public_key", pem)
    unsigned = assertion(exp=org.state.now().timestamp() + 60)
    signed = unsigned.rpartition(".")[0]
    signature = base64.urlsafe_b64encode(key.sign(signed.encode(), PKCS1v15(), SHA256())).decode().rstrip("=")
    bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert token(org, grant_type=bearer, assertion=unsigned)[0] == 400
    assert token(org, grant_type=bearer, assertion=f"{signed}.{signature}")[0] == 200


def test_a_session_expires_and_can_be_revoked(org):
    _, body = token(org, grant_type="client_credentials", **CLIENT)
    session = body["access_token"]
    org.state.keep("clock", "frozen", "2026-11-22T11:59:59+00:00")
    assert works(org, session)
    org.state.keep("clock", "frozen", "2026-11-22T12:00:00+00:00")
    status, refusal = org.ask("GET", "limits", token=session)
    assert (status, refusal) == (401, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}])
    _, body = token(org, grant_type="client_credentials", **CLIENT)
    assert (
        org.send("POST", "/services/oauth2/revoke", f"token={body['access_token']}".encode(), token=None).status == 200
    )
    assert not works(org, body["access_token"])


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "Basic x"}, {"authorization": "Bearer"}, {"authorization": "Bearer x"}]
)
def test_a_call_without_a_session_is_401(header, org):
    assert org.send("GET", "limits", headers=header, token=None).status == 401


ENVELOPES = {
    "with a security token": '<n1:login xmlns:n1="urn:partner.soap.sforce.com"><n1:username>{0}</n1:username>'
    "<n1:password>{1}</n1:password></n1:login>",
    "of an organisation": '<urn:login xmlns:urn="urn:partner.soap.sforce.com"><urn:username>{0}</urn:username>'
    "<urn:password>{1}</urn:password></urn:login>",
    "without prefixes": '<login xmlns="urn:partner.soap.sforce.com"><username>{0}</username>'
    "<password>{1}</password></login>",
}


def soap(org, call, version="59.0"):
    head = '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">'
    body = f"{head}<env:Body>{call}</env:Body></env:Envelope>"
    response = org.send("POST", f"/services/Soap/u/{version}", body.encode(), token=None)
    return response.status, response.body.decode()


@pytest.mark.parametrize("shape", ENVELOPES)
def test_soap_login_in_each_shape_gives_a_session(shape, org):
    status, text = soap(org, ENVELOPES[shape].format(CREDENTIALS["username"], PASSWORD))
    assert status == 200
    found = ElementTree.fromstring(text).find(".//{urn:partner.soap.sforce.com}sessionId")
    assert works(org, found.text)
    assert "<serverUrl>http://127.0.0.1:9/services/Soap/u/59.0/00D" in text


def test_a_soap_fault_carries_the_prefix_that_clients_look_for(org):
    status, text = soap(org, ENVELOPES["without prefixes"].format("x", "y"))
    assert status == 500
    assert "<faultstring>INVALID_LOGIN: Invalid username" in text
    assert "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>" in text


@pytest.mark.parametrize("version", ["65.0", "67", "30.0"])
def test_soap_login_is_gone_from_v65_and_was_not_before_v31(version, org):
    status, text = soap(org, ENVELOPES["without prefixes"].format(CREDENTIALS["username"], PASSWORD), version)
    assert (status, "UNSUPPORTED_API_VERSION" in text) == (500, True)


@pytest.mark.parametrize("body", ["", "<x>", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_a_soap_body_that_is_no_login_is_a_fault(body, org):
    assert org.send("POST", "/services/Soap/u/59.0", body.encode(), token=None).status == 500


def test_each_call_is_counted_and_told_and_the_last_refused(org):
    org.state.keep("salesforce", "daily_limit", 2)
    assert org.send("GET", "limits").headers["Sforce-Limit-Info"] == "api-usage=1/2"
    assert org.send("GET", "limits").headers["Sforce-Limit-Info"] == "api-usage=2/2"
    status, body = org.ask("GET", "limits")
    assert (status, body[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert body[0]["message"].startswith("TotalRequests")
    org.state.keep("clock", "frozen", "2026-11-23T10:00:00+00:00")
    assert org.ask("GET", "limits")[1]["DailyApiRequests"] == {"Max": 2, "Remaining": 1}


def test_versions_are_listed_without_a_session(org):
    found = org.ask("GET", "/services/data/", token=None)[1]
    assert [found[0]["version"], found[-1]["version"]] == ["31.0", "67.0"]
    assert {"label": "Winter '24", "url": "/services/data/v59.0", "version": "59.0"} in found


@pytest.mark.parametrize(
    ("version", "status"), [("31.0", 200), ("67.0", 200), ("30.0", 410), ("68.0", 404), ("x", 404)]
)
def test_versions_from_31_to_67_answer(version, status, org):
    assert org.send("GET", f"/services/data/v{version}/limits").status == status


def test_identity_names_the_user(org):
    _, body = org.ask("GET", "/services/oauth2/userinfo")
    assert (body["user_id"], body["username"]) == (USER, CREDENTIALS["username"])
    assert org.ask("GET", org.ask("GET", "")[1]["identity"].removeprefix("http://127.0.0.1:9"))[1] == body


def test_nothing_that_is_stored_holds_the_address(org):
    token(org, grant_type="client_credentials", **CLIENT)
    org.query("SELECT Id FROM Account")
    stored = org.state.connection.execute("SELECT value FROM setting").fetchall()
    assert not [value for (value,) in stored if "127.0.0.1" in value]


def test_log_ins_are_remembered_with_how_they_were_made(org):
    token(org, grant_type="client_credentials", **CLIENT)
    soap(org, ENVELOPES["without prefixes"].format(CREDENTIALS["username"], PASSWORD))
    query = (
        "SELECT Application, ApiType, ApiVersion, UserId FROM LoginHistory WHERE LoginTime = TODAY ORDER BY LoginTime"
    )
    rows = org.query(query)[1]["records"]
    assert ("Partner Workbench", "SOAP Partner", "59.0", USER) in [tuple(row.values())[1:] for row in rows]
    assert [row["ApiType"] for row in rows if row["UserId"] == USER] == ["REST", "SOAP Partner"]


def test_yesterdays_log_file_tells_what_the_connectors_did(org):
    query = "SELECT Id, LogFileFieldNames FROM EventLogFile WHERE EventType = 'ApiTotalUsage' ORDER BY LogDate LIMIT 1"
    log = org.query(query)[1]["records"][0]
    response = org.send("GET", f"sobjects/EventLogFile/{log['Id']}/LogFile")
    rows = list(csv.DictReader(io.StringIO(response.body.decode())))
    assert ",".join(rows[0]) == log["LogFileFieldNames"]
    assert {row["CONNECTED_APP_NAME"] for row in rows} == {"Channeltivity", "ChannelOnline"}


def test_todays_log_file_is_counted_from_the_calls_made(org):
    query = "q=SELECT+Id,(SELECT+Id+FROM+Contacts)+FROM+Account"
    header = {"authorization": f"Bearer {TOKEN}"}
    deliver(Request("GET", "/services/data/v62.0/query", query, header), org.state)
    logs = org.query("SELECT Id FROM EventLogFile ORDER BY LogDate DESC LIMIT 1")[1]["records"]
    response = org.send("GET", f"sobjects/EventLogFile/{logs[0]['Id']}/LogFile")
    rows = list(csv.DictReader(io.StringIO(response.body.decode())))
    assert [(row["API_RESOURCE"], row["ENTITY_NAME"], row["API_VERSION"]) for row in rows] == [
        ("/v62.0/query", "Account", "62.0")
    ]
