"""A fault, a write of a client, an outcome class: the tables of docs/systems/outcomes.md, tried cell by cell."""

import json
import re
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from contract.worlds import KINDS, World, files_world, sandbox_world
from crash.world import ANN, PEOPLE
from databases import a_store

from workbench.errors import IncompleteRead, Unavailable
from workbench.model.integrations import Integration
from workbench.model.lines import Line
from workbench.model.mappings import FieldMapping, Pairing
from workbench.model.plans import Plan
from workbench.model.ports import Write
from workbench.model.records import MODIFIED, Condition, Ref, Where, records_of
from workbench.sandbox.faults import KINDS as FAULTS
from workbench.steps import approving, running
from workbench.systems.memory import MemoryClock, MemorySystem

PAGE = Path(__file__).parents[2] / "docs" / "systems" / "outcomes.md"
SYSTEMS = ("salesforce", "connectwise", "channeltivity", "channelonline")
CREATES = {
    "salesforce": ("PATCH", "composite/sobjects"),
    "connectwise": ("POST", "company/companies"),
    "channeltivity": ("POST", "organizations"),
    "channelonline": ("POST", "accounts"),
}
UPDATES = {system: ("PATCH", path) for system, (_, path) in CREATES.items()}
GUARDED = {**UPDATES, "salesforce": ("PATCH", "sobjects/Account/")}
READS = {
    "salesforce": "/query",
    "connectwise": "company/companies\\?",
    "channeltivity": "organizations\\?",
    "channelonline": "accounts\\?",
}
WRITES = {
    "Create": CREATES,
    "Update": UPDATES,
    "Update that the system itself refuses when the record changed meanwhile": GUARDED,
}
TYPES = {"added": "POST", "taken away": "DELETE"}


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
    return json.loads(text) if re.match(r"[\d\[]", text) else text


def rows(heading):
    section = re.split(r"\n##+ ", PAGE.read_text(encoding="utf-8").partition(f"# {heading}\n")[2])[0]
    lines = [line.strip("| \n") for line in section.splitlines() if line.startswith("|")]
    head, _, *body = ([cell.strip() for cell in line.split("|")] for line in lines)
    return head[1:], [Row(words, tuple(cells)) for words, *cells in body]


def table(heading):
    """Every cell of a table, as parameters of a test: (column, row, cell)."""
    columns, body = rows(heading)
    return [
        pytest.param(column, row, cell, id=f"{column}: {row.words}")
        for row in body
        for column, cell in zip(columns, row.cells, strict=True)
    ]


class SharedClock(MemoryClock):
    """A clock by which the sandbox's own clock goes, too."""

    def __init__(self, admin):
        super().__init__()
        self._admin = admin

    def sleep(self, seconds):
        super().sleep(seconds)
        self._admin.post("clock", {"advance": seconds})


@dataclass
class Trial:
    """A write of a client, what goes wrong with its first call, and the run that goes on from there."""

    world: World
    admin: object
    method: str
    path: str
    fault: object
    lines: list
    holds: object
    """Which of the stored records hold what was meant."""
    first: list = field(default_factory=list)

    @property
    def name(self):
        return self.world.system.name

    def __getattr__(self, name):
        return getattr(self.world.system, name)

    def write(self, chunk):
        """The client's own write; the first one meets the fault, and is told about."""
        if self.first:
            return self.world.system.write(chunk)
        self.admin.delete("requests")
        transport = self.world.system.transport
        address = transport.base_url
        if self.fault is None:
            transport.base_url = "http://127.0.0.1:9"
        outcomes = self.world.system.write(chunk)
        transport.base_url = address
        sent = [call for call in self.admin.requests(self.name, self.method) if self.path in call["path"]]
        self.first += [outcomes, len(sent), len(self.there())]
        return outcomes

    def there(self):
        return [record for record in self.world.hands.stored().values() if self.holds(record)]

    def run(self, folder):
        """Plan, approve, run to the end; the journal."""
        clock, store = SharedClock(self.admin), a_store(folder)
        mapping = (FieldMapping("name", self.world.title), FieldMapping("city", self.world.text))
        sync = Integration("faults", "Faults", "memory", self.name, (Pairing("partner", mapping),))
        systems = {"memory": MemorySystem("memory", KINDS, clock=clock), self.name: self}
        instances = {name: system.identify().id for name, system in systems.items()}
        plan = Plan("faults", "sync", tuple(self.lines), instances=instances, made_at=clock.now())
        store.plans.offer(plan, clock.now())
        approving.approve(plan, store, ANN, clock, PEOPLE, reason="to see what happens", live=False)
        if self.fault is not None:
            how = {"system": self.name, "method": self.method, "path": self.path}
            self.admin.post("faults", {**how, **self.fault})
        for _ in range(3):
            journal = running.run(
                plan.id, systems, store, clock, PEOPLE, integration=sync, kinds=KINDS, owner="me", live=False
            )
            if store.plans.state(plan.id) == "done":
                break
            clock.sleep(24 * 3600)
        clock.sleep(600)  # what was still on its way has come
        store.close()
        return journal


def creating(world, names):
    """A line for each new record."""
    return [
        Line(f"{number:032x}", "create", Ref(world.name, "partner", ""), None, name, {}, world.values(name),
             marker=f"f00d{number}")
        for number, name in enumerate(names, start=1)
    ]  # fmt: skip


def updating(world, names, after, risk=()):
    """A line for each record, which somebody made before."""
    ids = {world.hands.create(world.values(name)): name for name in names}
    world.tick()
    reading = world.system.read("partner", Where((Condition("id", tuple(sorted(ids))),)), [world.title])
    stamps = {record_id: record[MODIFIED] for record_id, record in records_of(reading.frame)}
    return [
        Line(f"{number:032x}", "update", Ref(world.name, "partner", record_id), None, name, {}, after,
             {MODIFIED: stamps[record_id]}, risk=risk)
        for number, (record_id, name) in enumerate(ids.items(), start=1)
    ]  # fmt: skip


def check(trial, cell, folder):
    """What the first call came to is what the cell says; what it left behind fits its class; the end is whole."""
    journal = trial.run(folder)
    outcomes, sent, there = trial.first
    classes = [outcome.result for outcome in outcomes]
    assert f"{' · '.join(classes)}, {sent}, {there}" == cell
    for outcome in outcomes:
        assert (outcome.id != "") == (outcome.result == "done")
        assert outcome.result == "done" or (outcome.code and outcome.cause and outcome.remedy)
    assert classes.count("done") <= there <= classes.count("done") + classes.count("unknown")
    assert journal.counts == {"verified": len(trial.lines)}
    assert len(trial.there()) == len(trial.lines)


@pytest.mark.parametrize(
    ("write", "system", "row", "cell"),
    [
        pytest.param(write, *cell.values, id=f"{write.split()[0]} {number} {cell.id}")
        for number, write in enumerate(WRITES)
        for cell in table(write)
    ],
)
def test_a_write_ends_as_the_tables_say_and_is_there_once(write, system, row, cell, sandbox, admin, tmp_path):
    world = sandbox_world(system, sandbox, admin, write_seconds=0.5)
    if write == "Create":
        lines, holds = creating(world, ["Under Fault"]), lambda record: record.get(world.title) == "Under Fault"
    else:
        risk = ("seldom changed",) if WRITES[write] is GUARDED else ()
        lines = updating(world, ["Under Fault"], {world.text: "Elsewhere"}, risk)
        holds = lambda record: record.get(world.text) == "Elsewhere"  # noqa: E731  # beside the other one
    check(Trial(world, admin, *WRITES[write][system], row.fault, lines, holds), cell, tmp_path)


@pytest.mark.parametrize(("change", "row", "cell"), table("Types of a ConnectWise company"))
def test_types_of_a_company_change_as_the_table_says_and_once(change, row, cell, sandbox, admin, tmp_path):
    world = sandbox_world("connectwise", sandbox, admin, write_seconds=0.5)
    wanted = "Client; Partner" if change == "added" else "Client"
    lines = updating(world, ["Under Fault"], {"types/name": "Client" if change != "added" else wanted})
    if change != "added":
        both = Write("both", "update", lines[0].target, {"types/name": "Client; Partner"})
        assert [outcome.result for outcome in world.system.write([both])] == ["done"]
        (record,) = records_of(world.system.read("partner", Where((Condition("id", (lines[0].target.id,)),))).frame)
        lines = [replace(lines[0], precondition={MODIFIED: record[1][MODIFIED]})]
    many = len(wanted.split("; "))

    def holds(record):
        return record.get("name") == "Under Fault" and len(record["types"]) == many

    check(Trial(world, admin, TYPES[change], "typeAssociations", row.fault, lines, holds), cell, tmp_path)


@pytest.mark.parametrize(("write", "row", "cell"), table("Three records in one call"))
def test_three_records_in_one_call_end_as_the_table_says_and_each_is_there_once(
    write, row, cell, sandbox, admin, tmp_path
):
    world = sandbox_world("salesforce", sandbox, admin, write_seconds=0.5)
    names = ["Row 1", "Row 2", "Row 3"]
    lines = creating(world, names) if write == "create" else updating(world, names, {world.text: "Elsewhere"})

    def holds(record):
        return record.get("Name") in names and (write == "create" or record.get(world.text) == "Elsewhere")

    calls = (CREATES if write == "create" else UPDATES)["salesforce"]
    check(Trial(world, admin, *calls, row.fault, lines, holds), cell, tmp_path)


@pytest.mark.parametrize(("_files", "row", "cell"), table("One import file"))
def test_an_import_file_ends_as_the_table_says(_files, row, cell, tmp_path):
    folder = tmp_path / "door"
    folder.mkdir()
    system = files_world(folder).system
    write = Write("line", "create", Ref("files", "partner", ""), {"name": "Acme", "city": "Cork"}, "f00d")
    match row.words:
        case "the folder is gone":
            shutil.rmtree(folder)
        case "a file stands where imports go":
            (folder / "in").touch()
        case "a value that a file cannot say":
            write = replace(write, values={"name": "a	b"})
        case "the same line again":
            system.write([write])
    (outcome,) = system.write([write])
    there = [path for path in folder.rglob("*-*") if path.is_file()]
    assert f"{outcome.result}, {len(there)}" == cell
    assert outcome.code and outcome.cause and outcome.remedy


@pytest.mark.parametrize("heading", [*WRITES, "Types of a ConnectWise company"])
def test_every_fault_of_the_sandbox_stands_in_every_table_of_writes_without_an_empty_cell(heading):
    _, body = rows(heading)
    assert {row.fault["fault"] for row in body if row.fault} == set(FAULTS)
    assert all(cell for row in body for cell in row.cells)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("row", rows("One read")[1], ids=lambda row: row.words)
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
