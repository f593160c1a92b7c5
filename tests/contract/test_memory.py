"""What the system in memory does wrong when it is told to: the kernel's tests rest on it."""

import pytest
from contract.worlds import KINDS

from workbench.errors import IncompleteRead, Unavailable, UnknownName, UsageError
from workbench.model.ports import Write
from workbench.model.records import Ref
from workbench.systems.memory import Killed, MemoryClock, MemorySystem


@pytest.fixture
def clock():
    return MemoryClock()


@pytest.fixture
def system(clock):
    return MemorySystem("memory", KINDS, {"partner": {"1": {"name": "Acme"}}}, clock=clock)


def writes(count=3):
    return [
        Write(f"line{number}", "create", Ref("memory", "partner", ""), {"name": f"New {number}"}, f"f00d{number}")
        for number in range(count)
    ]


def names(system):
    return sorted(str(record["name"]) for record in system.records("partner").values())


@pytest.mark.parametrize(
    ("what", "result", "stored"),
    [
        ("lose answer", "unknown", 4),
        ("partial", "unknown", 2),
        ("late commit", "unknown", 1),
        ("not executed", "not executed", 1),
        ("pause", "pause", 1),
        ("reject", "rejected", 1),
        ("retry row", "retry row", 1),
        ("stale", "stale", 1),
    ],
)
def test_a_fault_has_its_outcome_and_leaves_what_it_says(system, what, result, stored):
    system.fail(what, times=1 if what in ("lose answer", "partial", "late commit", "not executed", "pause") else 3)
    outcomes = system.write(writes())
    assert [outcome.result for outcome in outcomes] == [result] * 3
    assert len(system.records("partner")) == stored
    assert [outcome.result for outcome in system.write([writes(5)[4]])] == ["done"]


def test_a_late_commit_comes_when_its_time_has_come(system, clock):
    system.fail("late commit", seconds=30)
    system.write(writes(1))
    clock.sleep(29)
    assert names(system) == ["Acme"]
    clock.sleep(1)
    assert names(system) == ["Acme", "New 0"]


def test_a_row_fault_meets_its_line_alone(system):
    system.fail("reject", line="line1")
    assert [outcome.result for outcome in system.write(writes())] == ["done", "rejected", "done"]


def test_skipped_calls_pass_unharmed(system):
    system.fail("lose answer", skip=1)
    assert system.write(writes(1))[0].result == "done"
    assert system.write(writes(2)[1:])[0].result == "unknown"


@pytest.mark.parametrize(("what", "stored"), [("kill before", 1), ("kill after", 4)])
def test_the_caller_dies_before_or_after_storing(system, what, stored):
    system.fail(what)
    with pytest.raises(Killed):
        system.write(writes())
    assert len(system.records("partner")) == stored
    assert not isinstance(Killed(), Exception)


def test_reads_fail_when_told(system):
    system.fail("break off")
    assert system.identify().id == "memory-1"
    with pytest.raises(IncompleteRead):
        system.read("partner")
    system.fail("unavailable", times=2)
    with pytest.raises(Unavailable):
        system.identify()
    system.heal()
    assert len(system.read("partner").frame) == 1


def test_a_system_may_store_something_else_than_it_was_given(clock):
    system = MemorySystem("memory", KINDS, clock=clock, stores=lambda kind, field, value: str(value).strip())
    (outcome,) = system.write([Write("line", "create", Ref("memory", "partner", ""), {"name": " Acme "})])
    assert system.record("partner", outcome.id)["name"] == "Acme"


def test_an_ordinary_marker_field_lets_two_records_bear_it(clock):
    system = MemorySystem("memory", KINDS, clock=clock, unique_marker=False)
    for _ in range(2):
        system.write(writes(1))
    assert names(system) == ["New 0", "New 0"]


def test_too_large_a_chunk_and_an_unknown_kind_are_refused(clock):
    system = MemorySystem("memory", KINDS, clock=clock, chunk_size=2)
    with pytest.raises(UsageError, match="takes 2 records"):
        system.write(writes(3))
    with pytest.raises(UnknownName, match="partner"):
        system.read("partners")


def test_every_call_is_remembered(system):
    system.identify()
    system.write(writes(2))
    assert [(call.verb, call.kind, call.rows) for call in system.calls] == [
        ("identify", "", 0),
        ("write", "partner", 2),
    ]
