"""The sandbox's file: records, stamps, look-ups, transactions, and what it refuses."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sandbox.state import Refused, State

PLACE = ("channeltivity", "organizations")


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "sandbox.sqlite")
    yield state
    state.close()


def test_a_record_is_found_by_id_with_its_stamps(state):
    state.insert(*PLACE, "1", {"name": "Northwind"})
    record = state.get(*PLACE, "1")
    assert record["name"] == "Northwind"
    assert record["@created"] == record["@modified"]
    assert record["@deleted"] is False
    assert state.get(*PLACE, "2") is None


def test_an_id_is_given_once(state):
    state.insert(*PLACE, "1", {})
    with pytest.raises(ValueError, match="is there already"):
        state.insert(*PLACE, "1", {})
    assert [state.next_id(*PLACE) for _ in range(3)] == [1, 2, 3]


def test_an_update_lays_changes_over_and_moves_the_stamp(state):
    before = state.insert(*PLACE, "1", {"name": "Northwind", "city": "Leeds"})
    after = state.update(*PLACE, "1", {"city": None})
    assert (after["name"], after["city"]) == ("Northwind", None)
    assert after["@modified"] > before["@modified"]
    assert after["@created"] == before["@created"]


def test_a_silent_change_leaves_the_stamp(state):
    before = state.insert(*PLACE, "1", {"name": "Northwind"})
    state.delete(*PLACE, "1", touch=False)
    after = state.get(*PLACE, "1")
    assert after["@deleted"]
    assert after["@modified"] == before["@modified"]


def test_deleted_records_are_left_out_unless_asked_for(state):
    state.insert(*PLACE, "1", {})
    state.insert(*PLACE, "2", {})
    state.delete(*PLACE, "1")
    assert [r["@id"] for r in state.find(*PLACE)] == ["2"]
    assert [r["@id"] for r in state.find(*PLACE, include_deleted=True)] == ["1", "2"]
    state.delete(*PLACE, "2", soft=False)
    assert state.count(*PLACE, include_deleted=True) == 1


@pytest.mark.parametrize("action", ["update", "delete"])
def test_what_is_not_there_cannot_be_changed(state, action):
    with pytest.raises(KeyError):
        getattr(state, action)(*PLACE, "9", *({},) if action == "update" else ())


def test_stamps_never_repeat_and_never_go_back_even_when_the_clock_does(state):
    state.keep("clock", "frozen", datetime(2026, 1, 1, tzinfo=UTC).isoformat())
    stamps = [state.insert(*PLACE, str(number), {})["@modified"] for number in range(5)]
    state.keep("clock", "frozen", datetime(2025, 1, 1, tzinfo=UTC).isoformat())
    stamps.append(state.insert(*PLACE, "5", {})["@modified"])
    assert stamps == sorted(set(stamps))


def test_since_finds_later_changes_only(state):
    first = state.insert(*PLACE, "1", {})
    state.insert(*PLACE, "2", {})
    state.update(*PLACE, "1", {"name": "later"})
    assert [r["@id"] for r in state.find(*PLACE, since=first["@modified"])] == ["1", "2"]
    assert [r["@id"] for r in state.find(*PLACE, since=state.get(*PLACE, "2")["@modified"])] == ["1"]


def test_since_finds_what_it_should_whichever_index_it_may_use(state):
    stamps = [f"{year}-06-01T00:00:00.000Z" for year in (2023, 2024, 2025, 2026)]
    state.load(*PLACE, [(str(number), {}, stamp, stamp, False) for number, stamp in enumerate(reversed(stamps))])
    state.load("channeltivity", "contacts", [("9", {}, stamps[-1], stamps[-1], False)])
    for since, found in (("", "0123"), (stamps[0], "012"), (stamps[1], "01"), ("2025", "01"), (stamps[2], "0")):
        assert "".join(r["@id"] for r in state.find(*PLACE, since=since)) == found
    assert not list(state.find(*PLACE, since=stamps[3]))
    assert [r["@id"] for r in state.find(*PLACE, since=stamps[1], after="0")] == ["1"]


def test_records_of_one_object_are_never_taken_for_those_of_another(state):
    others = ("channeltivity", "contacts")
    for number in range(3):
        state.insert(*PLACE, str(number), {"name": f"organization {number}"})
        state.insert(*others, str(number), {"name": f"contact {number}"})
    assert [r["name"] for r in state.find(*PLACE)] == [f"organization {number}" for number in range(3)]
    assert (state.count(*PLACE), state.count(*others), state.count("channeltivity", "nothing")) == (3, 3, 0)
    assert not list(state.find("channeltivity", "nothing"))
    assert state.get("channeltivity", "nothing", "1") is None


def test_looking_up_by_a_field_follows_every_change(state):
    state.insert(*PLACE, "1", {"externalKey": "WB-1"})
    assert [r["@id"] for r in state.find(*PLACE, by=("externalKey", "wb-1"))] == ["1"]
    state.update(*PLACE, "1", {"externalKey": "WB-2"})
    assert not list(state.find(*PLACE, by=("externalKey", "wb-1")))
    assert [r["@id"] for r in state.find(*PLACE, by=("externalKey", "wb-2"))] == ["1"]
    state.delete(*PLACE, "1", soft=False)
    assert not list(state.find(*PLACE, by=("externalKey", "wb-2")))


def test_looking_up_by_another_field_is_refused_not_ignored(state):
    with pytest.raises(LookupError, match="add it to POINTERS"):
        state.find(*PLACE, by=("name", "x"))


def test_more_than_a_portion_is_found_in_order_of_creation(state):
    stamp = "2026-01-01T00:00:00.000Z"
    state.load(*PLACE, [(str(number), {}, stamp, stamp, False) for number in range(2500)])
    assert [int(r["@id"]) for r in state.find(*PLACE)] == list(range(2500))
    assert [int(r["@id"]) for r in state.find(*PLACE, after="2490")] == list(range(2491, 2500))


def test_a_failed_transaction_leaves_nothing(state):
    with pytest.raises(RuntimeError), state.transaction():
        state.insert(*PLACE, "1", {"externalKey": "k"})
        state.next_id(*PLACE)
        raise RuntimeError
    assert state.get(*PLACE, "1") is None
    assert state.next_id(*PLACE) == 1
    assert not list(state.find(*PLACE, by=("externalKey", "k")))


def test_threads_do_not_lose_one_anothers_changes(state):
    state.insert(*PLACE, "1", {"count": 0})

    def add() -> None:
        for _ in range(50):
            with state.transaction():
                state.update(*PLACE, "1", {"count": state.get(*PLACE, "1")["count"] + 1})
        state.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state.get(*PLACE, "1")["count"] == 200


def test_a_file_keeps_what_it_was_told(tmp_path):
    first = State(tmp_path / "s.sqlite")
    first.keep("locator", "x", [1, "ü"])
    first.insert(*PLACE, "1", {"name": "Größe 株式会社"})
    first.close()
    second = State(tmp_path / "s.sqlite")
    assert second.setting("locator", "x") == [1, "ü"]
    assert second.get(*PLACE, "1")["name"] == "Größe 株式会社"
    second.close()


def test_another_version_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "s.sqlite"
    state = State(path)
    state.keep("identity", "schema", 99)
    state.close()
    with pytest.raises(Refused, match="version 99"):
        State(path)
    assert sqlite3.connect(path).execute("SELECT count(*) FROM setting").fetchone()[0] == 2


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    path = tmp_path / "other.sqlite"
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE customers (id)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(Refused):
        State(path)
    assert path.read_bytes() == before or content is None


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.sampled_from("xyz"))), max_size=12))
def test_pointers_always_agree_with_the_records(tmp_path_factory, changes):
    state = State(tmp_path_factory.mktemp("state") / "s.sqlite")
    truth: dict[str, str | None] = {}
    for id, key in changes:
        if id in truth:
            state.update(*PLACE, id, {"externalKey": key})
        else:
            state.insert(*PLACE, id, {"externalKey": key})
        truth[id] = key
    for key in "xyz":
        found = sorted(r["@id"] for r in state.find(*PLACE, by=("externalKey", key)))
        assert found == sorted(id for id, known in truth.items() if known == key)
    state.close()
