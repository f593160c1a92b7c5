"""ChannelOnline's file door: accounts out and in as tab-delimited text."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

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


@pytest.fixture
def door(sandbox, admin):
    """Drop lines into the folder, let the file door do its hour; what its results say, line by line."""
    folder = Path(sandbox["channelonline"]["folder"])

    def drop_in(*lines, profile=""):
        place = folder / "in" / profile
        place.mkdir(parents=True, exist_ok=True)
        (place / "drop.txt").write_text("\r\n".join("\t".join(line) for line in lines), encoding="utf-8")
        admin.post("actors", {"actors": ["files"]})
        told = (folder / "done" / profile / "drop.result.txt").read_text(encoding="utf-8")
        return list(csv.DictReader(told.splitlines(), delimiter="\t"))

    yield drop_in
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def account(admin, id):
    return admin.records("channelonline", "accounts")[id]


def test_a_profile_that_was_set_maps_the_columns_of_its_own_folder_and_of_its_own_export(sandbox, admin, door):
    columns = {"Acct": "customerNumber", "Owner": "parentCustomerNumber", "Name": "name", "ID": "customerId"}
    admin.post("settings/channelonline/file_profiles", {"erp": columns})
    parent, child = door(("Acct", "Owner", "Name"), ("PX-1", "", "Parent"), ("PX-2", "PX-1", "Child"), profile="erp")
    assert (parent["result"], child["result"]) == ("created", "created")
    made = account(admin, child["customer id"])
    assert (made["name"], made["customerNumber"], made["parentId"]) == ("Child", "PX-2", parent["customer id"])
    written = Path(sandbox["channelonline"]["folder"], "accounts.erp.txt").read_text(encoding="utf-8").splitlines()
    assert written[0].split("\t") == list(columns)
    assert f"PX-2\tPX-1\tChild\t{child['customer id']}" in written
    (unknown,) = door(("Acct",), ("PX-3",))  # the standard profile has no such column
    assert unknown["result"] == "refused"


def test_an_existing_customer_id_wins_over_what_the_other_keys_say(admin, door):
    first, second = door(("Customer Number", "Company"), ("PX-1", "First"), ("PX-2", "Second"))
    columns = ("Customer ID", "Customer Number", "External Key", "Company")
    (updated,) = door(columns, (first["customer id"], "PX-2", "k", "Renamed"))
    assert (updated["result"], updated["customer id"]) == ("updated", first["customer id"])
    assert account(admin, first["customer id"])["name"] == "Renamed"
    assert account(admin, second["customer id"])["name"] == "Second"


def test_a_parent_id_goes_before_a_parent_customer_number(admin, door):
    one, two = door(("Customer Number", "Company"), ("PX-1", "One"), ("PX-2", "Two"))
    columns = ("Company", "Parent ID", "Parent Customer Number")
    both, number, cleared = door(
        columns, ("Both", one["customer id"], "PX-2"), ("Number", "", "PX-2"), ("None", "", "PX-9")
    )
    assert account(admin, both["customer id"])["parentId"] == one["customer id"]
    assert account(admin, number["customer id"])["parentId"] == two["customer id"]
    assert account(admin, cleared["customer id"]).get("parentId") is None
    assert "parent is not there" in cleared["message"]


def test_a_parent_customer_number_that_several_accounts_have_names_none_of_them(admin, door):
    *_, child = door(
        ("Customer Number", "Parent Customer Number", "Company"),
        ("PX-1", "", "One"), ("PX-1", "", "Other"), ("", "PX-1", "Child"),
    )  # fmt: skip
    assert child["message"].startswith("2 accounts have the customer number PX-1")
    assert account(admin, child["customer id"]).get("parentId") is None


def test_a_child_before_its_parent_gets_it_by_a_second_file(admin, door):
    lines = (
        ("Customer Number", "Parent Customer Number", "Company"),
        ("PX-2", "PX-1", "Child"),
        ("PX-1", "", "Parent"),
    )
    child, parent = door(*lines)
    assert "parent is not there" in child["message"]
    (again,) = door(("Customer ID", "Parent Customer Number"), (child["customer id"], "PX-1"))
    assert again["result"] == "updated"
    assert account(admin, child["customer id"])["parentId"] == parent["customer id"]


def test_a_folder_without_a_profile_refuses_the_whole_file(door):
    (outcome,) = door(("Company",), ("Good",), profile="unheard-of")
    assert outcome["message"] == "there is no File Profile unheard-of"


@pytest.mark.parametrize(
    ("profiles", "said"),
    [
        ({"erp": {"Colour": "colour"}}, "Colour is no field"),
        ({"erp": {"A": "name", "B": "name"}}, "one field two columns"),
        ({"erp": {}}, "object of column headings"),
        ({"../up": {"Name": "name"}}, "named by letters"),
        ([], "takes an object"),
    ],
)
def test_a_profile_that_cannot_be_meant_is_refused(admin, profiles, said):
    with pytest.raises(AssertionError, match=said):
        admin.post("settings/channelonline/file_profiles", profiles)


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
