"""Rounds as a schedule asks for them: by papermill, each that is due, once; and what an operator sees of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime


def states(home, *words):
    said = home.command(*words, "--json")
    assert said.returncode == 0, said.stderr
    return {row["integration"]: row["state"] for row in json.loads(said.stdout)}


def stands(home, integration):
    said = json.loads(home.command("status", "--json").stdout)
    return next(row for row in said if row["integration"] == integration)


def test_every_round_that_is_due_is_done_once_by_its_notebook_and_whoever_looks_sees_it(tmp_path, demo):
    home = demo[0].copy(tmp_path)
    began = datetime.now(UTC)
    before = stands(home, "deal-import")
    assert before["due"] and not before["last_round"]

    assert states(home, "sync", "--all")["deal-import"] == "done"
    again = states(home, "sync", "--all")

    assert again == dict.fromkeys(again, "not due") or datetime.now(UTC).hour != began.hour
    after = stands(home, "deal-import")
    assert after["last_round"] and after["next"].startswith("workbench ")
    run = json.loads((home.path / "reports" / "notebooks" / "50_run_sync-deal-import.json").read_text(encoding="utf-8"))
    assert run["parameters"]["integration"] == "deal-import" and run["state"] == "done"


def test_a_paused_integration_is_read_and_planned_by_its_round_and_says_who_paused_it(tmp_path, demo):
    home = demo[0].copy(tmp_path)
    assert home.command("pause", "partner-sync", "--reason", "moving house").returncode == 0

    said = json.loads(home.command("sync", "partner-sync", "--json").stdout)

    assert "paused by" in said[0]["found"] and "workbench resume partner-sync" in said[0]["found"]
    assert home.command("resume", "partner-sync").stdout == "partner-sync runs again\n"
    assert "was not paused" in home.command("resume", "partner-sync").stdout
