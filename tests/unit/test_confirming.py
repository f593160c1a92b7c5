"""The preparation is confirmed by a signature, which lapses when something critical is new."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import requests
from typer.testing import CliRunner

import workbench as wb
from workbench import cli
from workbench.core.readiness import Finding, Readiness
from workbench.errors import CheckFailed, Refused
from workbench.steps import confirming
from workbench.steps.keys import demo_key, demo_person
from workbench.store import Store
from workbench.systems.memory import MemoryClock

FLAG = Finding("critical", "not flagged", "Sync is not set", "Acme", "set it", "crm:partner:a1")
STATUS = Finding("critical", "no status", "Status is blank", "Zeta", "set it", "crm:partner:a2")
EXTRA = Finding("warning", "further status", "the picklist also holds 'Gold'", "crm Account.Status", "leave it")


def report(*findings, instance="crm-1"):
    return Readiness("partner-sync", {"crm": instance}, wb.Rows(findings))


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'w.db'}")
    yield opened
    opened.close()


@pytest.fixture
def signer(tmp_path):
    return demo_key(tmp_path)


@pytest.fixture
def sign(store, signer):
    def signed(found, *, live=False, **how):
        people = (demo_person(signer),)
        return confirming.confirm(found, store, signer, MemoryClock(), people, reason="done", live=live, **how)

    return signed


@pytest.fixture
def standing(store, signer):
    def asked(found, *, live=False):
        people = (demo_person(signer),)
        return confirming.confirmation(found, store, people, MemoryClock(), live=live)

    return asked


def test_what_nobody_confirmed_says_the_command_that_does(standing):
    found = standing(report(FLAG))

    assert (found.state, found.blockers) == ("not confirmed", 1)
    assert "workbench confirm partner-sync" in found.because


def test_critical_findings_are_mended_first_or_accepted_by_name(sign, standing):
    with pytest.raises(Refused, match="mend them first"):
        sign(report(FLAG))

    made = sign(report(FLAG, EXTRA), accept=True)

    assert [item["gate"] for item in made.overrides] == [FLAG.key]
    assert standing(report(FLAG, EXTRA)).state == "confirmed"


def test_a_new_critical_finding_makes_it_lapse_and_is_named(sign, standing):
    sign(report(FLAG), accept=True)

    found = standing(report(FLAG, STATUS))

    assert (found.state, found.blockers) == ("lapsed", 1)
    assert "Zeta" in found.because


def test_a_mended_finding_or_a_new_warning_leaves_it_in_force(sign, standing):
    sign(report(FLAG, STATUS), accept=True)

    assert standing(report(STATUS, EXTRA)).state == "confirmed"


def test_it_holds_for_the_instances_that_were_looked_at_alone(sign, standing):
    sign(report())

    assert standing(report()).state == "confirmed"
    assert standing(report(instance="crm-2")).state == "lapsed"


def test_an_altered_list_of_accepted_findings_does_not_hold(sign, standing, store):
    made = sign(report(FLAG), accept=True)
    more = (*made.overrides, {"gate": STATUS.key, "measured": "critical", "reason": "done"})
    store.approvals.add(replace(made, overrides=more, nonce="another"))

    assert standing(report(FLAG, STATUS)).state == "lapsed"


def test_the_demo_reviewer_counts_in_the_sandbox_alone(sign, standing):
    sign(report())

    assert standing(report(), live=True).state == "lapsed"


@pytest.fixture
def bench(sandbox_bench):
    return sandbox_bench


def test_the_sandboxs_unprepared_accounts_are_found_one_by_one_and_no_others(bench, admin):
    found = bench.check("partner-sync")

    accounts = {
        key: record
        for key, record in admin.records("salesforce", "Account").items()
        if record["Type"] == "Channel Partner / Reseller" and not record.get("@deleted")
    }
    named = {
        check: {finding.record.rpartition(":")[2] for finding in found.findings.where(check=check)}
        for check in ("not flagged", "no status", "unknown status")
    }
    right = ("Active Partner", "Prospective Partner", "Inactive Partner")
    status = {key: record.get("Channeltivity_Partner_Status__c") for key, record in accounts.items()}
    assert (
        named["not flagged"] == {key for key, r in accounts.items() if not r.get("Sync_with_Channeltivity__c")} != set()
    )
    assert named["no status"] == {key for key in accounts if not status[key]} != set()
    assert named["unknown status"] == {key for key in accounts if status[key] and status[key] not in right} != set()


def test_a_first_sync_is_approved_only_after_its_preparation_was_confirmed(bench):
    def asked():
        return next(gate for gate in bench.plan("partner-sync").gates if gate.name == "preparation confirmed")

    before = asked()
    assert not before.holds and before.measured == len(bench.check("partner-sync").critical)
    assert "workbench confirm partner-sync" in before.message
    with pytest.raises(Refused, match="preparation confirmed"):
        bench.approve_as_demo_reviewer(bench.plan("partner-sync"))

    bench.confirm_as_demo_reviewer(bench.check("partner-sync"))
    assert asked().holds
    assert not [gate for gate in bench.plan("deal-import").gates if gate.name == "preparation confirmed"]


def test_a_flag_that_somebody_clears_makes_the_confirmation_lapse(bench, sandbox):
    found = bench.check("partner-sync")
    bench.confirm_as_demo_reviewer(found)
    unset = {finding.record for finding in found.findings.where(check="not flagged")}
    ready = next(
        key for key in bench.snapshot("partner")["salesforce"].frame.index if f"salesforce:partner:{key}" not in unset
    )

    portal = sandbox["salesforce"]
    requests.patch(
        f"{portal['url']}/services/data/v62.0/sobjects/Account/{ready}",
        json={"Sync_with_Channeltivity__c": False},
        headers={"Authorization": f"Bearer {portal['access_token']}"},
        timeout=10,
    ).raise_for_status()
    (standing,) = bench.confirmation(bench.check("partner-sync"))

    assert standing.state == "lapsed" and standing.blockers == 1


def test_the_command_ends_with_seven_while_something_blocks(monkeypatch, bench, sandbox_settings, tmp_path):
    (tmp_path / "config").symlink_to(sandbox_settings.folder / "config")
    given = {**bench.settings.environment, "HOME": str(tmp_path), "DATABASE": bench.settings.database}
    for name, value in given.items():
        monkeypatch.setenv(name if name.startswith("WORKBENCH_") else f"WORKBENCH_{name}", value)
    blocked = CliRunner().invoke(cli.app, ["check", "partner-sync", "--json"])
    bench.confirm_as_demo_reviewer(bench.check("partner-sync"))
    done = CliRunner().invoke(cli.app, ["check", "partner-sync"])

    assert isinstance(blocked.exception, CheckFailed) and blocked.exception.exit_code == 7
    assert {row["severity"] for row in json.loads(blocked.stdout)} == {"critical", "warning"}
    assert done.exit_code == 0 and "confirmed" in done.output


def test_many_accounts_are_mended_by_one_approved_plan(bench):
    found = bench.check("partner-sync")
    doubled = {key for f in found.findings.where(check="possible duplicate") for key in f.record.split(" and ")}

    plan = bench.correct(found, status="Prospective Partner")
    overrides = {gate.name: "the first preparation" for gate in plan.gates if not gate.holds}
    bench._approve(plan, bench._demo(), "CHG-7", overrides)
    journal = bench.run(plan, progress=lambda items, **_: items)
    after = bench.check("partner-sync")

    assert len(plan.lines) > 20 and plan.purpose == "correction" and journal.failed == wb.Rows()
    assert not {str(line.target) for line in plan.lines} & doubled
    left = {f.record for f in after.findings if f.check in ("not flagged", "no status", "unknown status")}
    assert left == {str(item.subject) for item in plan.held}


def test_a_status_outside_the_set_is_refused_with_the_nearest(bench):
    with pytest.raises(wb.WorkbenchError, match="Active Partner"):
        bench.correct(bench.check("partner-sync"), status="Activ Partner")


def test_without_a_status_only_flags_are_set(bench):
    plan = bench.correct(bench.check("partner-sync"))

    assert {name for line in plan.lines for name in line.after} == {"Sync_with_Channeltivity__c"}
    assert {item.code for item in plan.held} == {"no status", "possible duplicate"}
