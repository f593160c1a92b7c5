"""The store: transactions that lose nothing, a schema that is checked, nouns that keep their promises."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from workbench.errors import Failed, LockHeld, Refused, UnknownName, WaitingForApproval
from workbench.model.journals import JournalEntry
from workbench.model.lines import Agreed, Base, Line, Promise
from workbench.model.links import Link, Ruling
from workbench.model.plans import Plan
from workbench.model.records import Ref, Snapshot, frame_of
from workbench.store import Store, migrating
from workbench.store.tables import REVISION, metadata

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LEFT, RIGHT = Ref("channeltivity", "partner", "1"), Ref("salesforce", "partner", "001A")


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'store' / 'workbench.db'}"


@pytest.fixture
def store(url):
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture
def hurried(url):
    """The same store for a program that waits a tenth of a second for others instead of half a minute."""
    return f"{url}?timeout=0.1"


@pytest.fixture
def small_files():
    """The disk is as good as full: no file of this process may grow beyond 20 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def a_plan(*names, purpose="sync", integration="partner-sync"):
    lines = tuple(
        Line(f"line-{name}", "update", RIGHT, LEFT, name, {"Name": "old"}, {"Name": name, "Flag": True, "Count": 3})
        for name in names
    )
    return Plan(integration, purpose, lines, instances={"salesforce": "00D"}, author="ann", made_at=NOW)


COUNTING = """
import sys
from workbench.model.lines import Agreed, Base
from workbench.model.records import Ref
from workbench.store import Store

left, right = Ref("a", "partner", "1"), Ref("b", "partner", "1")
store = Store(sys.argv[1])
for _ in range(200):
    with store.writing():
        known = store.bases.of("counting")
        reached = known[0].fields["n"].left if known else 0
        store.bases.advance([Base("counting", "partner", left, right, {"n": Agreed(reached + 1, None)})])
"""


def test_four_processes_count_to_800_without_losing_an_update(url):
    counting = [subprocess.Popen([sys.executable, "-c", COUNTING, url]) for _ in range(4)]
    assert [process.wait(60) for process in counting] == [0, 0, 0, 0]
    store = Store(url)
    assert store.bases.of("counting")[0].fields["n"].left == 800
    store.close()


def test_migrations_make_exactly_the_tables(store):
    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_revision_that_the_code_names_is_the_newest_migration():
    assert migrating.scripts().get_current_head() == REVISION


def test_store_of_a_newer_version_is_refused_and_left_as_it_is(store, url):
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(Refused, match="version 9999, which this workbench"):
        Store(url)


def test_database_of_another_program_is_refused(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (id)")
    connection.close()
    with pytest.raises(Refused, match="another program"):
        Store(f"sqlite:///{path}")


def test_store_file_is_private(store, tmp_path):
    assert (tmp_path / "store" / "workbench.db").stat().st_mode & 0o077 == 0


def test_a_failed_transaction_keeps_nothing(store):
    with pytest.raises(ZeroDivisionError), store.writing():
        store.audit.record("ann", "planned", "p1", NOW)
        store.plans.offer(a_plan("A"), NOW)
        raise ZeroDivisionError
    assert len(store.plans.known()) == 0
    assert store.audit.verify().rows == 0


def test_a_store_that_another_program_holds_is_said_in_one_sentence_and_free_again_afterwards(store, hurried):
    waiting = Store(hurried)
    with store.writing(), pytest.raises(Failed, match="no other program holds it, then give the same command again"):
        waiting.audit.record("ann", "planned", "p1", NOW)
    waiting.audit.record("ann", "planned", "p1", NOW)
    assert store.audit.verify().rows == 1
    waiting.close()


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[: len(whole) // 2], lambda _: b"no database " * 999], ids=["half", "none"]
)
def test_a_store_that_is_damaged_is_said_in_one_sentence_with_what_to_do(store, tmp_path, damage):
    copy = tmp_path / "copy.db"
    store.backup(str(copy))
    copy.write_bytes(damage(copy.read_bytes()))
    with pytest.raises(Failed, match=r"is damaged .*`workbench restore`"):
        Store(f"sqlite:///{copy}").plans.known()


def test_a_copy_that_finds_no_room_is_said_in_one_sentence_and_leaves_no_half_file(store, tmp_path, request):
    request.getfixturevalue("small_files")
    copy = tmp_path / "copy.db"
    with pytest.raises(Failed, match="could not be copied .*see that there is room"):
        store.backup(str(copy))
    assert not copy.exists()


def test_a_store_that_may_only_be_read_says_so_and_who_must_be_let_write(store):
    with store.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(Failed, match=r"could not be written \(.*readonly.*\); let this account write to that file"):
        store.audit.record("ada", "tried", "x", NOW)


def test_a_plan_comes_back_as_it_was_stored(store):
    plan = replace(
        a_plan("Älpha", "B"), lines=(*a_plan("A").lines, replace(a_plan("B").lines[0], after={"x": Promise("line-A")}))
    )
    store.plans.offer(plan, NOW)
    assert store.plans.get(plan.id) == plan
    assert store.plans.get(plan.id).lines[1].after["x"] == Promise("line-A")


def test_lines_that_nobody_began_are_planned_since_the_plan_was_made_or_since_ever_where_it_does_not_say(store):
    plan = a_plan("A", "B")
    store.journal.add([JournalEntry(plan.id, "line-A", "intended", NOW, 1)])
    assert [(entry.state, entry.at) for entry in store.journal.of(plan).entries] == [
        ("intended", NOW),
        ("planned", NOW),
    ]
    timeless = store.journal.of(replace(plan, made_at=None)).entries[1]
    assert (timeless.state, timeless.at) == ("planned", datetime.min.replace(tzinfo=UTC))


def test_a_plan_in_the_format_of_another_workbench_is_refused(store):
    plan = replace(a_plan("A"), format=2)
    store.plans.offer(plan, NOW)
    with pytest.raises(Refused, match="has format 2, this workbench runs format 1; plan again"):
        store.plans.get(plan.id)


def test_a_tampered_plan_is_refused(store):
    plan = a_plan("Acme")
    store.plans.offer(plan, NOW)
    with store.writing() as connection:
        connection.execute(text("UPDATE plans SET document = replace(document, 'Acme', 'Evil')"))
    with pytest.raises(Refused, match="not what was planned"):
        store.plans.get(plan.id)


def test_an_identical_plan_is_kept_and_a_different_one_supersedes_it(store):
    first, second = a_plan("A"), a_plan("B")
    assert store.plans.offer(first, NOW) == "waiting"
    store.plans.move(first.id, "approved", NOW, "", out_of=("waiting",))
    assert store.plans.offer(replace(first, author="bob"), NOW) == "approved"
    assert store.plans.get(first.id).author == "ann"
    assert store.plans.offer(second, NOW) == "waiting"
    assert store.plans.state(first.id) == "superseded"
    assert store.plans.offer(first, NOW) == "waiting"
    assert [known.id for known in store.plans.known(states=("waiting",))] == [first.id]


def test_plans_of_another_purpose_wait_beside(store):
    sync, undo = a_plan("A"), a_plan("A", purpose="undo")
    store.plans.offer(sync, NOW)
    store.plans.offer(undo, NOW)
    assert len(store.plans.known("partner-sync", ("waiting",))) == 2


def test_a_rejected_plan_stays_rejected_when_it_is_made_again(store):
    plan = a_plan("A")
    store.plans.offer(plan, NOW)
    store.plans.move(plan.id, "rejected", NOW, "wrong master", out_of=("waiting",))
    assert store.plans.offer(plan, NOW) == "rejected"


def test_an_empty_plan_waits_for_nobody(store):
    assert store.plans.offer(a_plan(), NOW) == "done"


def test_a_plan_runs_once(store):
    plan = a_plan("A")
    store.plans.offer(plan, NOW)
    with pytest.raises(WaitingForApproval, match=f"workbench approve {plan.id}"):
        store.plans.claim(plan, "me", NOW)
    store.plans.move(plan.id, "approved", NOW, "", out_of=("waiting",))
    store.plans.claim(plan, "me", NOW)
    with store.writing() as connection:
        connection.execute(text("UPDATE plans SET state = 'approved'"))
    with pytest.raises(Refused, match="a plan runs once"):
        store.plans.claim(plan, "me", NOW)


def test_the_database_itself_allows_one_open_plan_an_integration(store):
    for plan in (a_plan("A"), a_plan("B", purpose="undo")):
        store.plans.offer(plan, NOW)
        store.plans.move(plan.id, "approved", NOW, "", out_of=("waiting",))
    store.plans.claim(a_plan("A"), "me", NOW)
    with pytest.raises(DatabaseError):
        store.plans.claim(a_plan("B", purpose="undo"), "me", NOW)
    assert store.plans.open("partner-sync").id == a_plan("A").id


def test_an_unknown_plan_is_named_with_the_nearest(store):
    plan = a_plan("A")
    store.plans.offer(plan, NOW)
    with pytest.raises(UnknownName, match=plan.id):
        store.plans.get(plan.id[:-1])


def test_a_lease_is_held_by_one_and_its_former_owner_is_fenced_out(store):
    first = store.leases.take("partner-sync", "one", NOW, 60)
    with pytest.raises(LockHeld, match="being run by one"):
        store.leases.take("partner-sync", "two", NOW + timedelta(seconds=59), 60)
    second = store.leases.take("partner-sync", "two", NOW + timedelta(seconds=61), 60)
    with pytest.raises(LockHeld, match="lost to another run"):
        store.leases.renew(first, NOW + timedelta(seconds=62), 60)
    store.leases.release(first, NOW)
    assert store.leases.holder("partner-sync", NOW + timedelta(seconds=62)) == "two"
    assert second.fence == first.fence + 1


def test_bases_advance_field_by_field(store):
    store.bases.advance([Base("a", "partner", LEFT, RIGHT, {"x": Agreed("1", "1"), "y": Agreed(None, True)})])
    store.bases.advance([Base("a", "partner", LEFT, RIGHT, {"x": Agreed("2", "2")})])
    assert store.bases.of("a")[0].fields == {"x": Agreed("2", "2"), "y": Agreed(None, True)}
    assert len(store.bases.of("b")) == 0


def test_a_record_has_one_active_link_an_integration(store):
    link = Link("partner", "a", LEFT, RIGHT, "p", "l", NOW)
    other = replace(link, right=Ref("salesforce", "partner", "001B"), line="m")
    assert store.links.add([link]) == {}
    assert store.links.add([link]) == {}
    assert store.links.add([other]) == {"m": link}
    store.links.undo("a", LEFT, RIGHT)
    assert store.links.add([other]) == {}
    assert list(store.links.of("a")) == [other]
    assert len(store.links.about(LEFT)) == 2
    store.links.undo("a", LEFT, other.right)
    assert store.links.add([replace(link, line="again"), other]) == {"m": replace(link, line="again")}
    assert list(store.links.of("a")) == [replace(link, line="again")]


def test_rulings_come_back_in_order_with_everything_that_was_known(store):
    ruling = Ruling(LEFT, "salesforce", "link", RIGHT, "ann", NOW, "same domain", 0.97, "left", "call them", "bob")
    later = Ruling(LEFT, "salesforce", "lift", None, "bob", NOW)
    store.rulings.add([ruling, later])
    assert list(store.rulings.of("partner")) == [ruling, later]
    assert list(store.rulings.about(RIGHT)) == [ruling]


@pytest.mark.parametrize("table", ["audit", "rulings", "journal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_append_only_tables_refuse_changes(store, table, change):
    store.audit.record("ann", "planned", "p1", NOW)
    store.rulings.add([Ruling(LEFT, "salesforce", "later", None, "ann", NOW)])
    store.journal.add([JournalEntry("p", "l", "planned", NOW)])
    with pytest.raises(DatabaseError, match="append-only"), store.writing() as connection:
        connection.execute(text(change.format(table)))


def test_the_audit_chain_notices_a_change_and_a_missing_row(store):
    for number in range(5):
        store.audit.record("ann", "approved", f"p{number}", NOW, lines=number)
    assert store.audit.verify().rows == 5
    with store.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET subject = 'p9' WHERE seq = 3"))
    with pytest.raises(Refused, match="broken at row 3"):
        store.audit.verify()
    with store.writing() as connection:
        connection.execute(text("UPDATE audit SET subject = 'p2' WHERE seq = 3"))
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        connection.execute(text("DELETE FROM audit WHERE seq = 2"))
    with pytest.raises(Refused, match="broken at row 2"):
        store.audit.verify()


def test_a_person_is_erased_and_the_chain_stays_valid(store):
    store.audit.record("ann", "approved", "p1", NOW)
    store.audit.record("bob", "approved", "p2", NOW)
    head = store.audit.verify().head
    assert store.audit.erase("ann")
    assert [row.actor for row in store.audit.rows()] == ["(erased)", "bob"]
    assert store.audit.verify().head == head


def a_snapshot(name, at=NOW):
    frame = frame_of({"1": {"Name": name, "Flag": True, "Count": 3, "Empty": None}, "2": {"Name": None}})
    return Snapshot("salesforce", "partner", "00D", at, "000000000002", frame)


def test_a_snapshot_comes_back_with_the_same_content(store):
    taken = a_snapshot("Acme")
    store.snapshots.keep(taken, NOW)
    kept = store.snapshots.last("salesforce", "partner")
    assert kept.snapshot.fingerprint == taken.fingerprint
    assert list(kept.snapshot.records()) == list(taken.records())
    assert store.snapshots.cited(taken.fingerprint).record("1") == taken.record("1")


def test_pruning_keeps_the_last_snapshot_and_those_that_unfinished_plans_cite(store):
    taken = [a_snapshot(name, NOW + timedelta(hours=hour)) for hour, name in enumerate("ABC")]
    for snapshot in taken:
        store.snapshots.keep(snapshot, snapshot.taken_at)
    plan = replace(a_plan("A"), snapshots={"salesforce/partner": taken[0].fingerprint})
    store.plans.offer(plan, NOW)
    assert store.prune() == 1
    assert store.snapshots.cited(taken[0].fingerprint) and store.snapshots.cited(taken[2].fingerprint)
    store.plans.move(plan.id, "rejected", NOW, "", out_of=("waiting",))
    assert store.prune() == 1


def test_a_damaged_snapshot_is_refused(store):
    store.snapshots.keep(a_snapshot("Acme"), NOW)
    with store.writing() as connection:
        connection.execute(text("UPDATE contents SET bytes = x'00'"))
    with pytest.raises(Refused, match="damaged"):
        store.snapshots.last("salesforce", "partner")


def test_a_backup_opens_as_a_store_with_everything_in_it(store, tmp_path):
    store.plans.offer(a_plan("A"), NOW)
    store.audit.record("ann", "planned", "p1", NOW)
    store.backup(str(tmp_path / "copy.db"))
    copy = Store(f"sqlite:///{tmp_path / 'copy.db'}")
    assert copy.plans.get(a_plan("A").id) == a_plan("A")
    assert copy.audit.verify() == store.audit.verify()
    copy.close()
