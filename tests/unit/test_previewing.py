"""What linking two records would write, field by field, before anybody rules."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from worlds import INTEGRATION, KINDS, World, account, partner, ref

from workbench.core.planning import preview
from workbench.errors import UsageError
from workbench.model.links import Candidates


@pytest.fixture
def world():
    made = World()
    made.put("partner", "portal", "1", partner("Acme Ltd", phone="(555) 010-2030", city="Salem"))
    made.put("partner", "crm", "A", account("Acme Inc", BillingCity="Salem", Sync=False, Type="Customer", Status=None))
    return made


def rows_of(world, master="", integration=INTEGRATION):
    records = world.snapshots()["partner"]
    return preview(integration, KINDS["partner"], records, ref("portal", "1"), ref("crm", "A"), master=master)


def shown(world, master="", integration=INTEGRATION):
    return {row.left_field or row.right_field: row for row in rows_of(world, master, integration)}


def test_every_mapped_field_says_what_both_hold_what_would_be_written_and_why(world):
    rows = shown(world)
    assert (rows["name"].left, rows["name"].right) == ("Acme Ltd", "Acme Inc")
    assert (rows["name"].writes, rows["name"].value) == ("crm", "Acme Ltd")
    assert rows["name"].because == "both filled, portal is master"
    assert (rows["phone"].writes, rows["phone"].because) == ("crm", "filled only in portal")
    assert (rows["city"].writes, rows["city"].because) == ("", "equal on both sides")


def test_another_master_turns_the_fields_that_both_fill_and_no_other(world):
    rows = shown(world, "crm")
    assert (rows["name"].writes, rows["name"].value) == ("portal", "Acme Inc")
    assert (rows["phone"].writes, rows["phone"].value) == ("crm", "(555) 010-2030")


def test_without_a_master_a_person_picks_the_side(world):
    rows = shown(world, integration=replace(INTEGRATION, master="person"))
    assert (rows["name"].writes, rows["name"].value) == ("", "")
    assert "a person picks a side" in rows["name"].held


def test_a_value_that_the_map_does_not_know_is_said_to_wait(world):
    world.put("partner", "portal", "1", {"status": "Founding"})
    assert "does not know this value" in shown(world)["status"].held


@pytest.mark.parametrize("master", ["", "portal", "crm", "left", "right"])
def test_what_is_previewed_is_what_the_plan_writes(world, master):
    rows = rows_of(world, master)
    world.rule(ref("portal", "1"), "link", ref("crm", "A"), master=master)
    planned = {(line.target.system, name): value for line in world.plan().lines for name, value in line.after.items()}
    foreseen = [
        ((row.writes, row.left_field if row.writes == "portal" else row.right_field), row.value)
        for row in rows
        if row.writes
    ]
    assert sorted(foreseen) == sorted((key, str(value)) for key, value in planned.items())
    assert {("crm", "PortalId"), ("portal", "crmId"), ("crm", "Sync")} <= dict(foreseen).keys()


@pytest.mark.parametrize(
    ("record", "target", "master", "said"),
    [
        (ref("portal", "9"), ref("crm", "A"), "", "portal:partner:9 was not read"),
        (ref("portal", "1"), ref("portal", "1"), "", "links a record of portal with one of crm"),
        (ref("portal", "1"), ref("crm", "A"), "psa", "'psa' is no side of partner-sync: say portal or crm"),
    ],
)
def test_what_cannot_be_previewed_says_why(world, record, target, master, said):
    with pytest.raises(UsageError, match=said):
        preview(INTEGRATION, KINDS["partner"], world.snapshots()["partner"], record, target, master=master)


def test_the_likeliest_pair_is_the_one_with_both_records_and_the_highest_probability():
    rows = [("1", "A", 0.4), ("2", "B", 0.6), ("3", None, 0.9)]
    found = Candidates("partner", "portal", "crm", pd.DataFrame(rows, columns=["left_id", "right_id", "probability"]))
    assert found.likeliest() == (ref("portal", "2"), ref("crm", "B"))
    assert Candidates("partner", "portal", "crm", found.frame.head(0)).likeliest() is None
