"""Two people, two keys, on the sandbox: approve a part, turn one down, take one back, let one run out."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

import workbench as wb
from workbench.errors import Refused, WaitingForApproval

ROOT = Path(__file__).parents[2]
NO_KEYRING = {
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    "WORKBENCH_APPROVER_PASSPHRASE": "correct horse battery staple",
}


class Later:
    """A clock that is ahead by some time."""

    def __init__(self, **ahead: float) -> None:
        self.ahead = timedelta(**ahead)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def put_into_the_file(home, said, *, instead_of=""):
    """What a person does with the entry that was printed."""
    entry = re.search(r"^  - name: .*(\n    .*)*", said.stdout, flags=re.MULTILINE).group()
    path = home.path / "config" / "approvers.yaml"
    text = path.read_text(encoding="utf-8").replace("people: []", "people:").rstrip() + "\n"
    if instead_of:
        text = text.partition(f'  - name: "{instead_of}"')[0]
    path.write_text(text + entry + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def staffed(demo, tmp_path_factory):
    """The demo's folder, in which ann made the first key and vouched for bea's."""
    home = type(demo[0])(tmp_path_factory.mktemp("staffed") / "home")
    shutil.copytree(demo[0].path, home.path, symlinks=True)
    (home.path / "config").unlink()
    shutil.copytree(ROOT / "config", home.path / "config")
    for name in ("ann", "bea"):
        said = home.command("approver", "add", name, "--roles", "analyst,approver", **NO_KEYRING)
        assert said.returncode == 0, said.stderr
        put_into_the_file(home, said)
    assert '"bea"' not in home.command("approver", "list", "--json", **NO_KEYRING).stdout
    said = home.command("approver", "sign", "bea", WORKBENCH_PERSON="ann", **NO_KEYRING)
    assert said.returncode == 0, said.stderr
    put_into_the_file(home, said, instead_of="bea")
    assert '"bea"' in home.command("approver", "list", "--json", **NO_KEYRING).stdout
    return home


@pytest.fixture
def home(staffed, tmp_path, monkeypatch):
    """A copy of it, where bea is at work and two partners were given other streets since."""
    for name, value in {"WORKBENCH_PERSON": "bea", **NO_KEYRING}.items():
        monkeypatch.setenv(name, value)
    shutil.copytree(staffed.path, tmp_path / "home", symlinks=True)
    found = type(staffed)(tmp_path / "home")
    with wb.open(folder=found.path) as bench:
        linked = [entry for entry in bench.crosswalk("partner-sync").entries if entry.state == "linked"]
        for number, entry in enumerate(linked[:2], start=1):
            change(bench, entry.left.id, {"street": f"{number} Changed Street"})
    return found


def change(bench, organization, fields):
    """A person edits an organization in the portal."""
    portal = bench.sandbox["channeltivity"]
    address, key = f"{portal['url']}/organizations/{organization}", {"X-Api-Key": portal["api_key"]}
    requests.patch(address, json=fields, headers=key, timeout=10).raise_for_status()


def as_bea(home, *words):
    return home.command(*words, WORKBENCH_PERSON="bea", **NO_KEYRING)


def streets(plan):
    return sorted(change.after for change in plan.changes() if change.field == "BillingStreet")


def test_a_part_is_approved_with_a_persons_own_key_and_the_rest_is_turned_down_for_good(home):
    with wb.open(folder=home.path) as bench:
        plan = bench.plan("partner-sync")
        first, second = plan.lines
        apart, rest = bench.split(plan, [first.id[:8]])
        assert (streets(plan), streets(apart), streets(rest)) == (
            ["1 Changed Street", "2 Changed Street"],
            [first.after["BillingStreet"]],
            [second.after["BillingStreet"]],
        )
        assert bench.approve(apart, reason="looked at").by == "bea"
        assert bench.run(apart).counts == {"verified": 1}

        left_over = bench.plan("partner-sync")
        assert streets(left_over) == streets(rest)
        bench.reject(left_over.id, reason="not theirs")
        again = bench.plan("partner-sync")
        assert again.lines == () and "rejected" in {held.code for held in again.held}

        change(bench, second.counterpart.id, {"street": "3 Changed Street"})
        assert streets(bench.plan("partner-sync")) == ["3 Changed Street"]
        assert bench.verify_audit().ok


def test_an_approval_is_taken_back_or_runs_out_and_nothing_is_written(home):
    with wb.open(folder=home.path) as bench:
        plan = bench.plan("partner-sync")
        bench.approve(plan, reason="looked at")
        bench.revoke(plan.id, reason="too early")
        with pytest.raises(WaitingForApproval):
            bench.run(plan)
        bench.clock = Later(minutes=1)
        bench.approve(plan, reason="now")
        bench.clock = Later(hours=25)
        with pytest.raises(WaitingForApproval, match="expired"):
            bench.run(plan)
        assert streets(bench.plan("partner-sync")) == ["1 Changed Street", "2 Changed Street"]
        assert len(bench.store.audit.rows(plan.id, "refused")) == 2


def test_review_by_command_drops_edits_compares_and_takes_outside(home):
    with wb.open(folder=home.path) as bench:
        plan = bench.plan("partner-sync")
    first, second = plan.lines
    dropped = as_bea(home, "drop", plan.id, first.id[:8])
    assert dropped.returncode == 0 and "1 update" in dropped.stdout
    child = re.search(r"workbench approve (\w+)", dropped.stdout).group(1)

    edited = as_bea(home, "edit", child, second.id[:8], "BillingStreet==HYPERLINK(1)")
    child = re.search(r"workbench approve (\w+)", edited.stdout).group(1)
    told = as_bea(home, "differences", child)
    assert "other value" in told.stdout and "=HYPERLINK(1)" in told.stdout
    assert as_bea(home, "export", child, "plan.csv").returncode == 0
    assert ",'=HYPERLINK(1)," in (home.path / "plan.csv").read_text(encoding="utf-8-sig")

    assert as_bea(home, "approve", child, "--reason", "as agreed").returncode == 0
    assert as_bea(home, "run", child).returncode == 0
    with wb.open(folder=home.path) as bench:
        assert bench.snapshot("partner")["salesforce"].record(second.target.id)["BillingStreet"] == "=HYPERLINK(1)"


def test_a_standing_approval_lets_a_sync_write_until_it_is_revoked(home):
    said = as_bea(
        home, "standing", "add", "partner-sync", "--kinds", "partner", "--actions", "update",
        "--fields", "BillingStreet", "--per-run", "5", "--per-day", "5", "--days", "3",
        "--reason", "streets are harmless",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "it ends on" in as_bea(home, "plans").stdout
    with wb.open(folder=home.path) as bench:
        (journal,) = bench.sync("partner-sync").ran
        assert journal.counts == {"verified": 2}
        (standing,) = bench.standings("partner-sync")
        assert standing.spent_today == 2
        change(bench, journal.plan.lines[0].counterpart.id, {"street": "9 Changed Street"})
    assert as_bea(home, "standing", "revoke", standing.id, "--reason", "enough").returncode == 0
    with wb.open(folder=home.path) as bench:
        done = bench.sync("partner-sync")
        assert done.ran == () and streets(done.waits) == ["9 Changed Street"]


def test_a_person_who_is_revoked_takes_approvals_along(home):
    with wb.open(folder=home.path) as bench:
        plan = bench.plan("partner-sync")
        bench.approve(plan, reason="looked at")
    said = home.command("approver", "revoke", "bea", "--reason", "key lost", WORKBENCH_PERSON="ann", **NO_KEYRING)
    assert said.returncode == 0 and "remove the entry" in said.stdout
    assert as_bea(home, "run", plan.id).returncode == 3
    assert as_bea(home, "approve", plan.id, "--reason", "again").returncode == 5


def test_somebody_without_the_role_approves_nothing(home, monkeypatch):
    path = home.path / "config" / "approvers.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[analyst, approver]", "[analyst]"), encoding="utf-8")
    with wb.open(folder=home.path) as bench, pytest.raises(Refused, match="bea is no approver"):
        bench.approve(bench.plan("partner-sync"), reason="mine")


def test_the_first_sync_of_the_demo_ends_the_same_on_a_fresh_sandbox(home):
    with wb.open(folder=home.path) as bench:
        (done,) = bench.plans("partner-sync").where(state="done", purpose="first sync")
        before = bench.plans("partner-sync")
        compared = bench.replay(done.id)
        assert bench.plans("partner-sync") == before
    assert len(compared) > 100
    assert [row for row in compared if not row.same] == []
