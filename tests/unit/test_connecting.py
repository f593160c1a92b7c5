"""Connections: tried by real calls, kept only when they worked, told in words when they did not."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from contract.scripted import Server, answer
from keyring.backends.fail import Keyring as NoKeyring
from ruamel.yaml import YAML
from typer.testing import CliRunner

import workbench as wb
from workbench import cli
from workbench.errors import AccessDenied, Refused, UsageError
from workbench.settings import read
from workbench.steps import connecting
from workbench.steps.probing import probe
from workbench.store.connections import Tried
from workbench.systems import connect
from workbench.systems.memory import MemoryClock

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"WORKBENCH_PERSON": "ada", "WORKBENCH_VAULT_PASSPHRASE": "correct horse"}
NAMES = {
    "salesforce": ("url", "client_id", "client_secret"),
    "connectwise": ("url", "company", "public_key", "private_key", "client_id"),
    "channeltivity": ("url", "api_key"),
    "channelonline": ("url", "api_key"),
}


@pytest.fixture(scope="module")
def configured(tmp_path_factory):
    """A folder whose live profile reaches every system, with a person in charge."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copytree(ROOT / "config", folder / "config")
    yaml = YAML()
    path = folder / "config" / "workbench.yaml"
    said = yaml.load(path)
    said["profiles"]["live"]["systems"] = {name: {"client": name, "attempts": 1} for name in NAMES}
    said["profiles"]["live"]["systems"]["mail"] = {"client": "mail", "sender": "ada@example.com", "tls": "none"}
    yaml.dump(said, path)
    people = [{"name": name, "roles": roles} for name, roles in (("ada", ["operator"]), ("bob", ["viewer"]))]
    yaml.dump({"people": people}, folder / "config" / "approvers.yaml")
    return read("live", folder=folder, environment={})


@pytest.fixture
def live(configured, monkeypatch):
    """That folder with nothing kept in it, and no keyring on the machine."""
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    for name, value in (*ENVIRONMENT.items(), ("WORKBENCH_HOME", str(configured.folder))):
        monkeypatch.setenv(name, value)
    yield configured.folder
    keyring.set_keyring(before)
    shutil.rmtree(configured.state, ignore_errors=True)


@pytest.fixture
def sandbox(sandbox_process):
    """How to reach the sandbox, as it is: nothing here changes a record."""
    return sandbox_process


@pytest.fixture
def bench(live, configured):
    with opened_as("ada", configured) as opened:
        yield opened


def opened_as(person, configured):
    configured.state.mkdir(exist_ok=True)
    return wb.Bench(replace(configured, environment={**ENVIRONMENT, "WORKBENCH_PERSON": person}))


def credentials(sandbox, system, **other):
    return {**{name: sandbox[system][name] for name in NAMES[system]}, **other}


@pytest.mark.parametrize("system", NAMES)
def test_credentials_that_work_are_kept_and_open_the_system(bench, sandbox, system):
    made = bench.connect(system, credentials(sandbox, system))

    assert made.state == "open" and made.instance == bench.systems[system].identify().id
    (partner,) = bench.permissions(wb.Rows([made])).where(kind="partner")
    assert (partner.system, partner.access, partner.may) == (system, "read", "read, create, update")
    assert partner.fields > 3 and str(partner) == f"partner: read, create, update ({partner.fields} fields seen)"
    assert [(e.system, e.access) for e in bench.credentials()] == [(system, "read")]


@pytest.mark.parametrize(
    ("system", "wrong", "words"),
    [
        ("salesforce", {"client_secret": "s3cr3t-CANARY"}, "client secret"),
        ("salesforce", {"url": "http://127.0.0.1:9"}, "does not answer at 127.0.0.1:9"),
        ("salesforce", {"url": "http://portal.example"}, "https"),
        ("connectwise", {"private_key": "s3cr3t-CANARY"}, "keys|company or a key"),
        ("connectwise", {"company": "nobody"}, "no company 'nobody'"),
        ("channeltivity", {"api_key": "s3cr3t-CANARY"}, "correct the key"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_is_kept(bench, sandbox, live, system, wrong, words):
    with pytest.raises(AccessDenied, match=words) as refused:
        bench.connect(system, credentials(sandbox, system, **wrong))

    assert "CANARY" not in repr(refused.value)
    assert bench.credentials() == wb.Rows()
    assert not list(live.glob(".workbench/*.sealed"))


def test_a_system_without_credentials_stays_closed_with_the_command_that_opens_it(bench, sandbox):
    bench.connect("channeltivity", credentials(sandbox, "channeltivity"))

    found = {row.system: row for row in bench.connections()}

    assert found["channeltivity"].state == "open"
    assert found["salesforce"].state == "closed" and "workbench connect salesforce" in found["salesforce"].found
    with pytest.raises(AccessDenied, match="workbench connect connectwise"):
        bench.systems["connectwise"]


def test_the_days_calls_that_are_left_are_shown_where_the_system_says_them(bench, sandbox):
    assert "calls left" in bench.connect("salesforce", credentials(sandbox, "salesforce")).quota
    assert bench.connect("connectwise", credentials(sandbox, "connectwise")).quota == ""


def test_a_run_uses_the_credentials_for_writing_and_reading_never_does(bench, sandbox):
    bench.connect("channeltivity", credentials(sandbox, "channeltivity"), write=True)

    assert bench.writers["channeltivity"].identify().id
    with pytest.raises(AccessDenied):
        bench.systems["channeltivity"]
    assert [row.access for row in bench.connections() if row.system == "channeltivity"] == ["read", "write"]


def test_forgotten_credentials_close_the_system_at_once(bench, sandbox):
    bench.connect("channeltivity", credentials(sandbox, "channeltivity"))

    assert bench.forget("channeltivity")

    with pytest.raises(AccessDenied):
        bench.systems["channeltivity"]


def test_only_those_in_charge_connect(sandbox, live, configured):
    with opened_as("bob", configured) as other, pytest.raises(Refused, match="operator"):
        other.connect("channeltivity", credentials(sandbox, "channeltivity"))


def test_who_connected_what_is_in_the_audit_without_any_secret(bench, sandbox):
    bench.connect("channeltivity", credentials(sandbox, "channeltivity"))

    (row,) = bench.store.audit.rows(event="connected")

    assert (row.actor, row.subject) == ("ada", "channeltivity")
    assert sandbox["channeltivity"]["api_key"] not in json.dumps(dict(row.details))


def said_by(system, keys, *script):
    """What is found wrong with a system that answers by a script."""
    server = Server(script)
    opened = connect(system, {"client": system, "attempts": 1}, {"url": server.url, **keys}, {}, MemoryClock())
    try:
        return probe(system, "read", lambda: opened, {}, MemoryClock()).found
    finally:
        opened.transport.close()
        server.close()


PORTAL = answer(body=b'{"id": "p", "name": "Portal"}', Date="Mon, 05 Jan 2026 09:10:00 GMT")
TOKEN = answer(body=b'{"access_token": "t", "id": "https://x/id/00D/005"}')
APP = {"client_id": "app", "client_secret": "s3cr3t-CANARY"}


def test_a_clock_that_is_wrong_is_named():
    assert "clock is 600 s behind" in said_by("channeltivity", {"api_key": "k"}, PORTAL)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "API_DISABLED_FOR_ORG", "API is switched off"),
        (403, "API_CURRENTLY_DISABLED", "API Enabled"),
        (403, "INSUFFICIENT_ACCESS", "permission set"),
        (403, "PASSWORD_LOCKOUT", "locked"),
        (403, "SOMETHING_ELSE", "check the user's permissions"),
    ],
)
def test_a_refusal_of_salesforce_is_told_in_an_administrators_words(status, code, words):
    body = json.dumps([{"errorCode": code, "message": "No."}]).encode()

    assert words in said_by("salesforce", APP, TOKEN, answer(status, body, Content_Type="application/json"))


@pytest.mark.parametrize(
    ("code", "words"), [("inactive_user", "inactive"), ("invalid_grant", "clock is 600 s behind"), ("odd", "odd")]
)
def test_a_refused_log_in_says_why_and_the_clock_where_it_may_be_the_reason(code, words):
    refused = answer(400, json.dumps({"error": code}).encode(), Date="Mon, 05 Jan 2026 09:10:00 GMT")

    assert words in said_by("salesforce", APP, refused)


def test_the_command_asks_hides_what_is_secret_and_keeps_what_worked(live, sandbox):
    typed = [sandbox["salesforce"][name] for name in NAMES["salesforce"]]

    said = CliRunner().invoke(
        cli.app, ["connect", "salesforce", "--profile", "live"], input="\n".join(["1", *typed]) + "\n"
    )
    listed = CliRunner().invoke(cli.app, ["connect", "--list", "--json", "--profile", "live"])

    assert said.exit_code == 0, said.output
    assert sandbox["salesforce"]["client_secret"] not in said.output
    assert json.loads(listed.stdout)[0]["system"] == "salesforce"


def test_a_key_of_many_lines_is_taken_from_its_file(live, sandbox, tmp_path):
    (tmp_path / "key").write_text(sandbox["channeltivity"]["api_key"] + "\n")
    typed = f"{sandbox['channeltivity']['url']}\n@{tmp_path / 'key'}\n"

    assert CliRunner().invoke(cli.app, ["connect", "channeltivity", "--profile", "live"], input=typed).exit_code == 0


def test_without_a_person_the_environment_is_named_and_with_it_nothing_is_asked(live, sandbox, monkeypatch):
    command = ["connect", "channeltivity", "--profile", "live"]
    alone = CliRunner().invoke(cli.app, command, input="")
    for name, value in credentials(sandbox, "channeltivity").items():
        monkeypatch.setenv(f"WORKBENCH_CHANNELTIVITY_{name.upper()}", value)

    assert isinstance(alone.exception, UsageError) and "WORKBENCH_CHANNELTIVITY_API_KEY" in str(alone.exception)
    assert CliRunner().invoke(cli.app, command, input="").exit_code == 0
    assert not list(live.glob(".workbench/*.sealed"))


def test_a_mail_server_is_connected_like_every_system_and_kept_only_when_it_answers(bench, sandbox):
    server = {name: str(value) for name, value in sandbox["smtp"].items()}
    with pytest.raises(AccessDenied, match=r"mail at 127\.0\.0\.1:9 does not answer.*correct host and port"):
        bench.connect("mail", {**server, "port": "9"})
    assert not bench.credentials()
    made = bench.connect("mail", server)
    assert (made.state, [str(one) for one in made.permissions]) == ("open", ["message: create (3 fields seen)"])
    assert [(entry.system, entry.names) for entry in bench.credentials()] == [("mail", ("host", "port"))]


def test_a_users_password_is_taken_last_and_every_test_warns_of_it(bench, sandbox):
    org = sandbox["salesforce"]
    ways = list(connecting.ways(bench.settings, "salesforce"))
    assert ways[0] == "client credentials" and "password" in ways[-1]
    given = {"username": org["username"], "user_password": org["password"] + org["security_token"]}
    made = bench.connect("salesforce", credentials(sandbox, "salesforce", **given))
    assert (made.state, made.user) == ("open", org["username"])
    assert "SOAP log-in ends with Summer '27" in made.found and "client credentials" in made.found
    assert "Summer" not in bench.connect("salesforce", credentials(sandbox, "salesforce")).found
    with pytest.raises(AccessDenied) as refused:
        bench.connect("salesforce", credentials(sandbox, "salesforce", **{**given, "user_password": "canary-31"}))
    assert "canary-31" not in f"{refused.value!r}{bench.connection_tests()!r}"


def test_every_test_of_a_connection_is_kept_the_newest_first(bench, sandbox):
    with pytest.raises(AccessDenied):
        bench.connect("channeltivity", credentials(sandbox, "channeltivity", api_key="canary-77"))
    bench.connect("channeltivity", credentials(sandbox, "channeltivity"))

    tests = bench.connection_tests()
    assert [(tried.system, tried.access, tried.state) for tried in tests] == [
        ("channeltivity", "read", "open"),
        ("channeltivity", "read", "closed"),
    ]
    assert "refuses" in tests[1].found and "canary-77" not in repr(tests)


def test_a_hundred_tests_of_a_system_are_kept_and_no_more(bench):
    for number in range(103):
        bench.store.connections.keep(Tried("crm", "read", "open", MemoryClock().now(), str(number), "", "", ""))
    assert [tried.instance for tried in bench.connection_tests()] == [str(number) for number in range(102, 2, -1)]
