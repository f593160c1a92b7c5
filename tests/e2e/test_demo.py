"""The whole path, as a person on a fresh clone walks it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from pathlib import Path

import nbformat
import pytest
import requests
from nbformat.v4 import new_code_cell

import workbench as wb
from workbench.steps.publishing import DEMO

ROOT = Path(__file__).parents[2]
NAMES = [name for name, _ in DEMO]


def test_the_demo_ends_well_and_leaves_an_index(demo):
    home, said = demo

    assert said.returncode == 0, said.stdout + said.stderr
    assert (home.path / "reports" / "index.html").is_file()
    assert len(re.findall(r": done in", said.stdout)) == len(NAMES)


@pytest.mark.parametrize("name", ["index", *NAMES])
def test_a_page_has_no_code_asks_no_other_host_and_says_that_it_is_sandbox_data(demo, name):
    page = demo[0].page(name)

    outside = [address for address in re.findall(r"https?://[^\s\"'<>)]+", page) if "www.w3.org" not in address]
    assert [address for address in outside if f'src="{address}' in page or f"url({address}" in page] == []
    assert "import workbench" not in page and "demo_reviewer: bool" not in page
    assert "labelled demo reviewer" in page and "This page is incomplete" not in page


def test_nothing_half_written_lies_in_the_reports(demo):
    left = [path.name for path in (demo[0].path / "reports").rglob("*") if "unfinished" in path.name]

    assert left == []


def test_leadership_reads_five_numbers_assumed_told_from_measured(demo):
    index = demo[0].page("index")

    assert index.count('<li class="figure">') == 5
    assert "basis measured" in index and "basis assumed" in index


def test_pages_stand_in_the_order_of_the_work_and_the_report_is_named_first(demo):
    listed = re.findall(r'<a href="(\d[^"#]*)\.html">', demo[0].page("index"))

    names = [f"{name}-{given['integration']}" if "integration" in given else name for name, given in DEMO]
    assert listed == ["90_report_to_leadership", *names]


def test_the_three_pictures_are_inline_and_drawn_in_full(demo):
    page = demo[0].page("20_draw_data_flows")

    assert page.count("<svg") == 3 and "No description" not in page
    assert "<img" not in page


def test_matches_come_with_a_reason_and_names_alone_never_link(demo):
    with wb.open(folder=demo[0].path) as bench:
        records = bench.snapshot("partner")
        candidates = wb.match(records, left="channeltivity", right="salesforce")

    linked = candidates.where(verdict="link").frame
    assert len(linked) > 100
    assert (linked["reason"].str.len() > 0).all()
    assert linked["left_id"].is_unique and linked["right_id"].is_unique


def test_every_line_of_the_run_was_read_back(demo):
    with wb.open(folder=demo[0].path) as bench:
        (done,) = bench.plans("partner-sync").where(state="done", purpose="first sync")
        journal = bench.journal("partner-sync")

    assert journal.plan.id == done.id
    assert len(journal.entries) == len(journal.plan.lines) > 100
    assert journal.failed.where(lambda entry: entry.state not in ("rejected", "stale")) == wb.Rows()


def test_whoever_ruled_and_approved_is_labelled_as_demo(demo):
    with wb.open(folder=demo[0].path) as bench:
        assert {ruling.by for ruling in bench.rulings("partner")} == {"demo reviewer"}
        assert bench.verify_audit()


def test_a_second_demo_finds_everything_in_step(tmp_path, demo):
    home = demo[0].copy(tmp_path)

    said = home.command("demo")

    assert said.returncode == 0, said.stdout + said.stderr
    assert "0 changes" in _said(home.path / "reports" / "notebooks" / "40_plan_sync.ipynb")


def test_one_edit_in_the_portal_is_exactly_one_planned_change(tmp_path, demo):
    home = demo[0].copy(tmp_path)
    with wb.open(folder=home.path) as bench:
        link = next(entry for entry in bench.crosswalk("partner-sync").entries if entry.state == "linked")
        _edit(bench, link.left.id, {"street": "1 Changed Street"})

        plan = bench.plan("partner-sync")

    (change,) = plan.changes()
    assert (change.action, change.field, change.after) == ("update", "BillingStreet", "1 Changed Street")
    assert plan.lines[0].target == link.right


def test_deals_are_imported_or_refused_each_with_its_reason(tmp_path, demo):
    home = demo[0].copy(tmp_path)
    with wb.open(folder=home.path) as bench:
        plan = bench.plan("deal-import")
        bench.approve_as_demo_reviewer(plan)
        journal = bench.run(plan)
        again = bench.plan("deal-import")

    assert {line.action for line in plan.lines} == {"create"} and len(plan.lines) > 5
    assert len(journal.failed) == 0 and again.lines == ()
    assert all(held.reason and held.remedy for held in plan.held) and len(plan.held) > 5


def test_what_somebody_read_before_does_not_change_what_is_proposed(home):
    with wb.open(folder=home.path) as bench:
        first = bench.snapshot("partner")
        bench.check("partner-sync")  # reads more of Salesforce than the integration suggests from
        second = bench.snapshot("partner")

    assert {name: read.fingerprint for name, read in first.items()} == {
        name: read.fingerprint for name, read in second.items()
    }


def test_of_connectwises_companies_only_the_clients_and_the_partners_travel(home):
    with wb.open(folder=home.path) as bench:
        read = {kind: bench.snapshot(kind)["connectwise"] for kind in ("partner", "customer")}
        there = bench.sandbox.ask("records/connectwise/company/companies")
    assert 0 < len(read["customer"].frame) < len(read["partner"].frame) < len(there) / 2
    assert set(read["customer"].frame["status/name"]) <= {"Active", "Credit Hold"}
    assert all("Client" in types for types in read["customer"].frame["types/name"])
    assert all("Partner" in types for types in read["partner"].frame["types/name"])


def test_a_plan_that_nobody_approved_is_refused_with_the_command_that_approves(tmp_path, demo):
    home = demo[0].copy(tmp_path)
    with wb.open(folder=home.path) as bench:
        link = next(entry for entry in bench.crosswalk("partner-sync").entries if entry.state == "linked")
        _edit(bench, link.left.id, {"street": "2 Changed Street"})
        plan = bench.plan("partner-sync")

    said = home.command("run", plan.id)

    assert said.returncode == 3
    assert f"workbench approve {plan.id}" in said.stderr


def test_a_failing_notebook_is_said_on_its_page_and_on_the_index_and_ends_with_five(tmp_path, demo):
    home = demo[0].copy(tmp_path)
    (home.path / "notebooks").unlink()
    shutil.copytree(ROOT / "notebooks", home.path / "notebooks")
    path = home.path / "notebooks" / "15_assess_landscape.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells.append(new_code_cell("raise ValueError('<b>broken</b>')"))
    nbformat.write(book, path)

    said = home.command("notebook", "15_assess_landscape")

    assert said.returncode == 5 and "ValueError" in said.stderr
    for name in ("15_assess_landscape", "index"):
        assert "&lt;b&gt;broken&lt;/b&gt;" in home.page(name)


def test_a_mistyped_parameter_starts_nothing(home):
    said = home.command("notebook", "40_plan_sync", "-p", "integration=partner-sync", "-p", "demo_revewer=true")

    assert said.returncode == 2 and "did you mean 'demo_reviewer'?" in said.stderr
    assert not (home.path / "reports").exists()


def test_a_sandbox_file_of_an_unknown_version_is_refused_and_kept(home):
    data = home.path / ".workbench" / "sandbox.sqlite"
    data.parent.mkdir()
    with sqlite3.connect(data) as connection:
        connection.execute("create table other (a)")
        connection.execute("pragma user_version = 999")
    before = data.read_bytes()

    said = home.command("snapshot", "partner")

    assert said.returncode == 5 and "sandbox" in said.stderr and str(data) in said.stderr
    assert "Traceback" not in said.stderr and data.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_said_in_one_line(home):
    (home.path / "reports").write_text("a file where a folder should be")

    said = home.command("report")

    assert said.returncode == 5 and len(said.stderr.strip().splitlines()) == 1 and "reports" in said.stderr


def test_a_wrong_key_in_a_file_stops_before_anything_starts(home):
    (home.path / "config").unlink()
    shutil.copytree(ROOT / "config", home.path / "config")
    path = home.path / "config" / "workbench.yaml"
    path.write_text(path.read_text().replace("time_zone", "time_zne"))

    said = home.command("demo")

    assert said.returncode == 2 and "did you mean 'time_zone'?" in said.stderr
    assert not (home.path / ".workbench").exists()


def test_a_system_that_does_not_answer_is_named_and_the_others_still_read(tmp_path, demo):
    home = demo[0].copy(tmp_path)
    with wb.open(folder=home.path) as bench:
        fault = {"system": "channelonline", "fault": "reset", "when": "before", "times": 100}
        bench.sandbox.order("faults", fault)

        with pytest.raises(wb.WorkbenchError, match="channelonline"):
            bench.snapshot("partner")
        assert bench.plan("partner-sync").lines == ()


def _edit(bench, organization: str, fields: dict[str, str]) -> None:
    """A person edits an organization in the portal."""
    portal = bench.sandbox["channeltivity"]
    answer = requests.patch(
        f"{portal['url']}/organizations/{organization}",
        json=fields,
        headers={"X-Api-Key": portal["api_key"]},
        timeout=10,
    )
    answer.raise_for_status()


def _said(executed: Path) -> str:
    return json.dumps(json.loads(executed.read_text(encoding="utf-8"))["cells"])
