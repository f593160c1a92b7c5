"""ChannelOnline's file door: accounts out and in as tab-delimited text."""

from __future__ import annotations

import csv

import pytest

from workbench.sandbox import filedoor
from workbench.sandbox.data import fill
from workbench.sandbox.data.size import Size
from workbench.sandbox.state import State


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "s.sqlite")
    fill(state, Size(partners=60, companies=20))
    yield state
    state.close()


def drop(state, *rows, columns=("Customer ID", "Company", "Parent ID", "City")):
    folder = filedoor.folder_of(state) / "in"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(columns), *("\t".join(row) for row in rows)]
    (folder / "drop.txt").write_text("\r\n".join(lines), encoding="utf-8")


def test_an_export_holds_every_account_parents_first(state):
    accounts = list(state.find("channelonline", "accounts"))
    state.update("channelonline", "accounts", accounts[0]["@id"], {"parentId": accounts[-1]["@id"]})
    with filedoor.export(state).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    ids = [row["Customer ID"] for row in rows]
    assert set(ids) == {r["@id"] for r in state.find("channelonline", "accounts")}
    assert all(ids.index(row["Parent ID"]) < place for place, row in enumerate(rows) if row["Parent ID"])
    assert ids.index(accounts[0]["@id"]) > ids.index(accounts[-1]["@id"])


def test_what_was_exported_comes_in_again_without_a_change(state):
    before = {r["@id"]: {**r, "@modified": ""} for r in state.find("channelonline", "accounts")}
    path = filedoor.export(state)
    (path.parent / "in").mkdir()
    path.replace(path.parent / "in" / "again.txt")
    assert {outcome["result"] for outcome in filedoor.take_in(state)} == {"updated"}
    assert {r["@id"]: {**r, "@modified": ""} for r in state.find("channelonline", "accounts")} == before


def test_an_existing_customer_id_wins_and_a_new_company_is_created_as_customer(state):
    known = next(iter(state.find("channelonline", "accounts")))
    drop(state, (known["@id"], "Renamed", "", "Leeds"), ("", "Brand New", "", ""))
    updated, created = filedoor.take_in(state)
    assert (updated["result"], updated["customerId"]) == ("updated", known["@id"])
    assert state.get("channelonline", "accounts", known["@id"])["name"] == "Renamed"
    assert state.get("channelonline", "accounts", created["customerId"])["type"] == "customer"


def test_a_child_before_its_parent_loses_it_and_is_told_so(state):
    drop(state, ("", "Child", "99999999", ""))
    (outcome,) = filedoor.take_in(state)
    assert "parent is not there" in outcome["message"]
    assert state.get("channelonline", "accounts", outcome["customerId"]).get("parentId") is None


def test_one_bad_line_does_not_stop_the_others(state):
    drop(state, ("", "", "", "Leeds"), ("", "Good", "", ""))
    assert [outcome["result"] for outcome in filedoor.take_in(state)] == ["refused", "created"]


def test_a_file_is_taken_once_and_its_result_lies_beside_it(state):
    drop(state, ("", "Good", "", ""))
    assert len(filedoor.take_in(state)) == 1
    assert filedoor.take_in(state) == []
    done = filedoor.folder_of(state) / "done"
    assert sorted(path.name for path in done.iterdir()) == ["drop.result.txt", "drop.txt"]
    assert "created" in (done / "drop.result.txt").read_text(encoding="utf-8")


def test_a_column_that_the_profile_does_not_map_is_refused(state):
    drop(state, ("x", "y"), columns=("Company", "Colour"))
    (outcome,) = filedoor.take_in(state)
    assert outcome["result"] == "refused"
    assert "Colour" in outcome["message"]
