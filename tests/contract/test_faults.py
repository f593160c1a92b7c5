"""A fault, a client, an outcome class: the tables of docs/systems/outcomes.md, tried row by row."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from contract.worlds import sandbox_world

from workbench.errors import IncompleteRead, Unavailable
from workbench.model.ports import Write
from workbench.model.records import Condition, Ref, Where

PAGE = Path(__file__).parents[2] / "docs" / "systems" / "outcomes.md"
SYSTEMS = ("salesforce", "connectwise", "channeltivity", "channelonline")
CREATES = {
    "salesforce": ("PATCH", "composite/sobjects"),
    "connectwise": ("POST", "company/companies"),
    "channeltivity": ("POST", "organizations"),
    "channelonline": ("POST", "accounts"),
}
READS = {
    "salesforce": "/query",
    "connectwise": "company/companies\\?",
    "channeltivity": "organizations\\?",
    "channelonline": "accounts\\?",
}


@dataclass(frozen=True)
class Row:
    """One row of a table: the fault as the sandbox takes it (none: nobody listens), and the cells beside it."""

    words: str
    cells: tuple[str, ...]

    @property
    def fault(self):
        name = re.match(r"`(\w+)`", self.words)
        options = {key: _value(value) for key, value in re.findall(r"(\w+)=(\S+)", self.words)}
        return {"fault": name[1], **options} if name else None


def _value(text):
    return float(text) if re.fullmatch(r"\d*\.\d+", text) else int(text) if text.isdigit() else text


def table(heading):
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}")[2].partition("\n## ")[0]
    lines = [line.strip("| \n") for line in section.splitlines() if line.startswith("|")][2:]
    return [Row(words, tuple(cells)) for words, *cells in (re.split(r"\s*\|\s*", line) for line in lines)]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("row", table("One create, and what can happen to it"), ids=lambda row: row.words)
def test_a_create_ends_as_the_table_says(system, row, sandbox, admin):
    expected, calls = row.cells[SYSTEMS.index(system)].split(", ")
    world = sandbox_world(system, sandbox, admin, write_seconds=0.5)
    world.system.describe("partner")
    write = Write("line", "create", Ref(system, "partner", ""), world.values("Under Fault"), "f00d")
    method, path = CREATES[system]
    if row.fault is None:
        world.system.transport.base_url = "http://127.0.0.1:9"
    else:
        admin.post("faults", {"system": system, "method": method, "path": path, **row.fault})
    admin.delete("requests")
    (outcome,) = world.system.write([write])
    sent = [call for call in admin.requests(system, method) if path in call["path"]]
    assert (outcome.result, len(sent)) == (expected, int(calls))
    assert (outcome.id != "") == (expected == "done")
    assert expected == "done" or (outcome.code and outcome.cause and outcome.remedy)
    assert outcome.wait_seconds == (7 if row.words.startswith("`rate_limited`") else 0)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("row", table("One read"), ids=lambda row: row.words)
def test_a_read_ends_as_the_table_says(system, row, sandbox, admin):
    expected, calls = row.cells
    world = sandbox_world(system, sandbox, admin)
    ids = tuple(sorted(world.hands.stored()))[:3]
    where = Where((Condition("id", ids),))
    world.system.describe("partner")
    admin.post("faults", {"system": system, "method": "GET", "path": READS[system], **row.fault})
    admin.delete("requests")
    if expected == "complete":
        assert set(world.system.read("partner", where, [world.title]).frame.index) == set(ids)
    else:
        error = {"IncompleteRead": IncompleteRead, "Unavailable": Unavailable}[expected]
        with pytest.raises(error):
            world.system.read("partner", where, [world.title])
    asked = [call for call in admin.requests(system, "GET") if re.search(READS[system], call["path"])]
    assert len(asked) == int(calls)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_read_that_breaks_off_at_a_later_page_is_no_reading(system, sandbox, admin):
    world = sandbox_world(system, sandbox, admin, page=200)
    assert len(world.system.read("partner", fields=[world.title]).frame) > 200
    second = {"path": "/query/01g"} if system == "salesforce" else {"path": READS[system], "skip": 1}
    admin.post("faults", {"system": system, "method": "GET", "fault": "unavailable", "times": 9, **second})
    with pytest.raises(IncompleteRead, match="broke off after 200"):
        world.system.read("partner", fields=[world.title])


def test_a_session_that_expires_while_reading_is_renewed_once(sandbox, admin):
    world = sandbox_world("salesforce", sandbox, admin)
    whole = set(world.system.read("partner", fields=[world.title]).frame.index)
    admin.post("faults", {"system": "salesforce", "method": "GET", "path": "/query", "fault": "expired_session"})
    admin.delete("requests")
    assert set(world.system.read("partner", fields=[world.title]).frame.index) == whole
    assert [call["status"] for call in admin.requests("salesforce")] == [401, 200, 200]


def test_only_the_locked_row_of_a_call_is_to_be_sent_again(sandbox, admin):
    world = sandbox_world("salesforce", sandbox, admin)
    writes = [
        Write(
            f"line{number}", "create", Ref("salesforce", "partner", ""), world.values(f"Row {number}"), f"f00d{number}"
        )
        for number in range(3)
    ]
    world.system.describe("partner")
    admin.post("faults", {"system": "salesforce", "method": "PATCH", "fault": "row_lock", "rows": [1]})
    outcomes = world.system.write(writes)
    assert [outcome.result for outcome in outcomes] == ["done", "retry row", "done"]


def test_answers_in_another_order_are_not_believed(sandbox, admin):
    world = sandbox_world("salesforce", sandbox, admin)
    ids = [world.hands.create(world.values(f"Order {number}")) for number in range(2)]
    writes = [Write(i, "update", Ref("salesforce", "partner", i), {"Name": f"New {i}"}) for i in ids]
    world.system.describe("partner")
    admin.post("faults", {"system": "salesforce", "method": "PATCH", "fault": "reordered_results"})
    assert [outcome.result for outcome in world.system.write(writes)] == ["unknown", "unknown"]
