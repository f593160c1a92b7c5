"""The operator's verbs: the log is seen to, a run is handed out, copies open and resume, a person can be erased."""

from __future__ import annotations

import csv
import io
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from crash.world import KINDS, a_world, mixed
from sqlalchemy import create_engine, text
from typer.testing import CliRunner
from unit.live import live_settings

import workbench as wb
from workbench import cli
from workbench.errors import Failed, LockHeld, Refused, UnknownName, UsageError, WaitingForApproval
from workbench.model.people import Person
from workbench.steps import operating, reporting, restoring
from workbench.store import Store, copies, migrating
from workbench.store.database import Database
from workbench.store.tables import REVISION


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


@pytest.fixture
def settings(world, tmp_path):
    return live_settings(world, tmp_path, viewer="bob")


@pytest.fixture
def bench(settings):
    with wb.Bench(settings) as opened:
        yield opened


def opened_as(person, settings):
    return wb.Bench(replace(settings, environment={**settings.environment, "WORKBENCH_PERSON": person}))


def command(settings, monkeypatch, *words):
    for name, value in {**settings.environment, "WORKBENCH_HOME": str(settings.folder)}.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(cli.app, [*words, "--profile", "live"], catch_exceptions=False)


def failed(world, name="Birch"):
    """A run in which one partner could not be created."""
    line = next(x.id for x in world.plan().lines if x.name == name and x.action == "create")
    world.right.fail("reject", line=line)
    return world.sync()


def test_an_entry_of_the_log_is_acknowledged_with_name_and_note_and_audited(world, bench):
    failed(world)
    (entry,) = bench.log().where(what="rejected")
    bench.acknowledge(entry.id, "told the partner")
    (seen,) = bench.log().where(what="rejected")
    assert (seen.acknowledged, seen.note, seen.open) == ("ada", "told the partner", True)
    assert [row.actor for row in bench.store.audit.rows(entry.id, "acknowledged")] == ["ada"]


def test_a_viewer_does_not_acknowledge_and_an_unknown_entry_is_named(world, bench, settings):
    failed(world)
    with pytest.raises(UnknownName):
        bench.acknowledge("nothing")
    with opened_as("bob", settings) as theirs, pytest.raises(Refused, match="bob is no operator"):
        theirs.acknowledge(bench.log()[0].id)


def test_the_log_is_searched_in_every_field_whatever_the_capitals(world, bench):
    failed(world)
    everything = bench.log()
    assert {entry.what for entry in bench.log(search="A RULE OF the system")} == {"rejected"}
    assert len(everything) > len(bench.log(search="birch")) > 0
    assert len(bench.log(search="no such text")) == 0


def test_the_command_shows_the_ids_that_it_acknowledges(world, settings, monkeypatch):
    failed(world)
    (entry,) = reporting.log(world.store).where(what="rejected")
    said = command(settings, monkeypatch, "log", "--acknowledge", entry.id, "--note", "done")
    assert said.exit_code == 0 and f"{entry.id} acknowledged by ada" in said.stdout
    listed = command(settings, monkeypatch, "log", "--search", "Birch", "--json")
    assert f'"id":"{entry.id}"' in listed.stdout.replace(" ", "") and '"acknowledged":"ada"' in listed.stdout.replace(
        " ", ""
    )
    assert "a rule of the system refuses it" in command(settings, monkeypatch, "log", "--by-cause").stdout


def test_on_a_terminal_the_log_is_read_by_name_and_says_where_the_ids_are(world, settings, monkeypatch):
    failed(world)

    said = command(settings, monkeypatch, "log").stdout

    heading = said.split("\n")[1]
    assert heading.split() == ["name", "record", "cause", "remedy", "open", "acknowledged"]
    assert "Birch" in said and " yes " in said and "True" not in said
    assert "workbench log --json" in said


def test_what_a_run_wrote_and_what_it_did_not_lie_in_two_files(world, bench, tmp_path):
    world.left.edit("partner", "2", {"name": "=HYPERLINK(1)"})
    journal = failed(world, "=HYPERLINK(1)")
    written = bench.rejected(journal.plan.id, tmp_path / "out")
    success, error = (list(csv.DictReader(io.StringIO(Path(p).read_text(encoding="utf-8-sig")))) for p in written)
    assert len(success) + len(error) == len(journal.plan.lines)
    assert {row["state"] for row in success} == {"verified"} and {"rejected", "blocked"} == {r["state"] for r in error}
    assert "'=HYPERLINK(1)" in {row["name"] for row in error}


def test_a_plan_that_has_not_run_has_no_rejected_rows(world, bench, tmp_path):
    with pytest.raises(UsageError, match="has not run"):
        bench.rejected(world.plan(), tmp_path / "out")


def test_a_run_that_was_stopped_is_finished_from_the_restored_copy(world, bench, tmp_path):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("pause", skip=1)
    world.run(plan)
    assert world.store.plans.state(plan.id) == "running"
    bench.backup(tmp_path / "copy.db")
    world.store = Store(f"sqlite:///{tmp_path / 'copy.db'}")
    assert world.run(plan).counts == {"verified": 10}
    world.store.audit.verify()
    assert world.plan().lines == ()


def test_a_run_finished_after_the_copy_is_found_as_done_and_nothing_is_created_twice(world, bench, tmp_path):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("pause", skip=1)
    world.run(plan)
    bench.backup(tmp_path / "copy.db")
    world.run(plan)
    count = {kind: len(world.right.records(kind)) for kind in KINDS}
    world.store = Store(f"sqlite:///{tmp_path / 'copy.db'}")
    world.run(plan)
    assert {kind: len(world.right.records(kind)) for kind in KINDS} == count
    assert world.store.plans.state(plan.id) == "done"


DYING = """
import os, sys
from datetime import UTC, datetime
from workbench.store import Store

store = Store(sys.argv[1])
for number in range(300):
    store.audit.record("ada", "later", str(number), datetime.now(UTC), said="x" * 400)
os._exit(9)
"""


def later(settings):
    """A process wrote 300 rows more and was killed, so that they lie beside the store's file."""
    subprocess.run([sys.executable, "-c", DYING, settings.database], check=False)


def test_a_copy_put_back_over_a_killed_store_is_the_copy_alone_and_the_other_is_kept_whole(
    world, settings, tmp_path, monkeypatch
):
    world.sync()
    world.store.backup(str(tmp_path / "copy.db"))
    world.store.close()
    later(settings)
    said = command(settings, monkeypatch, "restore", str(tmp_path / "copy.db"))
    assert said.exit_code == 0, said.output
    restored = Store(settings.database)
    assert restored.audit.rows(event="later") == wb.Rows()
    assert [row.actor for row in restored.audit.rows("copy.db", "restored")] == ["ada"]
    restored.audit.verify()
    (kept,) = (path for path in Path(restored.database.url.database).parent.glob("*before-restore*.db"))
    assert str(kept) in said.stdout
    restored.close()
    before = Store(f"sqlite:///{kept}")
    assert len(before.audit.rows(event="later")) == 300
    before.close()


def test_what_was_approved_when_the_copy_was_made_is_not_run_again_without_a_person(world, settings, tmp_path):
    world.sync()
    world.left.edit("partner", "1", {"name": "Acme North"})
    plan = world.plan()
    world.approve(plan)
    world.store.backup(str(tmp_path / "copy.db"))
    world.run(plan)
    world.right.edit("partner", "A1", {"Name": "Acme"})
    world.store.close()
    made = restoring.restore(settings, tmp_path / "copy.db", world.clock, by="ada")
    assert made.waiting == 1
    world.store = Store(settings.database)
    with pytest.raises(WaitingForApproval):
        world.run(plan)
    assert world.right.record("partner", "A1")["Name"] == "Acme"
    world.store.close()


def test_whoever_is_no_operator_puts_no_copy_back(world, settings, tmp_path):
    world.store.backup(str(tmp_path / "copy.db"))
    world.store.close()
    approver = replace(settings, people=(Person("bob", ("approver",)),))
    with pytest.raises(Refused, match="bob is no operator in config/approvers.yaml"):
        restoring.restore(approver, tmp_path / "copy.db", world.clock, by="bob")
    with pytest.raises(Refused, match="eve does not stand in config/approvers.yaml"):
        restoring.restore(settings, tmp_path / "copy.db", world.clock, by="eve")
    assert not list(Path(world.store.database.url.database).parent.glob("*before-restore*"))


def test_a_restore_that_ends_half_way_leaves_a_whole_store_in_its_place(world, settings):
    plan = world.plan()
    world.store.close()
    file = Path(world.store.database.url.database)
    with pytest.raises(FileNotFoundError):  # as if it died right before the last step
        copies.exchange(file, file.with_name("gone.db"), file.with_name("kept.db"))
    store = Store(settings.database)
    assert store.plans.get(plan.id) == plan
    store.close()


def test_a_store_that_somebody_has_open_is_not_replaced(world, settings, tmp_path):
    world.store.backup(str(tmp_path / "copy.db"))
    with pytest.raises(LockHeld, match="notebooks too"):
        restoring.restore(settings, tmp_path / "copy.db", world.clock, by="ada")
    folder = Path(world.store.database.url.database).parent
    assert not [path.name for path in folder.iterdir() if "restor" in path.name]
    assert world.plan().lines


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:9000]), Failed),
        (lambda path: path.write_bytes(b""), UsageError),
        (lambda path: path.unlink(), UsageError),
        (lambda path: changed(path, "UPDATE alembic_version SET version_num = '9999'"), Refused),
        (lambda path: changed(path, "DROP TRIGGER audit_no_update", "UPDATE audit SET event = 'nothing'"), Refused),
    ],
    ids=["half", "empty", "gone", "newer", "tampered"],
)
def test_what_is_no_whole_copy_is_not_put_back_and_the_store_stays(world, settings, tmp_path, spoil, error):
    plan = world.plan()
    copy = tmp_path / "copy.db"
    world.store.backup(str(copy))
    world.store.close()
    spoil(copy)
    with pytest.raises(error):
        restoring.restore(settings, copy, world.clock, by="ada")
    store = Store(settings.database)
    assert store.plans.get(plan.id) == plan
    store.close()


def changed(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_damaged_store_is_replaced_and_kept(world, settings, tmp_path):
    plan = world.plan()
    world.store.backup(str(tmp_path / "copy.db"))
    world.store.close()
    file = Path(world.store.database.url.database)
    file.write_bytes(b"nothing" * 1000)
    made = restoring.restore(settings, tmp_path / "copy.db", world.clock, by="ada")
    assert Path(made.kept).read_bytes() == b"nothing" * 1000
    store = Store(settings.database)
    assert store.plans.get(plan.id) == plan
    store.close()


def test_a_copy_is_never_made_over_another_file(bench, tmp_path):
    (tmp_path / "there.db").write_text("precious")
    with pytest.raises(UsageError, match="exists"):
        bench.backup(tmp_path / "there.db")
    assert (tmp_path / "there.db").read_text() == "precious"
    with pytest.raises(UsageError, match="folder"):
        bench.backup(tmp_path / "nowhere" / "copy.db")


def test_pruning_keeps_what_the_waiting_plan_was_made_from(world, bench):
    for hour in range(3):
        world.left.edit("partner", "1", {"phone": f"555-010{hour}"})
        world.later(hours=1)
        plan = world.plan()
    assert bench.prune() > 0
    assert all(world.store.snapshots.cited(cited) for cited in plan.snapshots.values())
    assert bench.prune() == 0


def older(settings):
    """The store as the first version of the workbench made it."""
    engine = create_engine(settings.database)
    with engine.begin() as connection:
        for table in ("rounds", "reference_data", "connection_tests"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()


def test_an_older_store_is_refused_with_the_command_and_upgraded_with_all_that_is_in_it(world, settings, monkeypatch):
    plan = world.plan()
    world.store.close()
    older(settings)
    with pytest.raises(Refused, match=f"`workbench upgrade` brings it to {REVISION}"):
        wb.Bench(settings)
    said = command(settings, monkeypatch, "upgrade")
    assert said.exit_code == 0 and f"was of version 0001 and is of {REVISION} now" in said.stdout
    store = Store(settings.database)
    assert store.plans.get(plan.id) == plan
    store.close()
    (copy,) = Path(store.database.url.database).parent.glob("*before-upgrade-from-0001*")
    assert f"as it was before: {copy}" in said.stdout
    with pytest.raises(Refused, match="older version 0001"):
        Store(f"sqlite:///{copy}")
    assert "already" in command(settings, monkeypatch, "upgrade").stdout


def as_of(version, settings):
    """The store with all that fits into the schema of an older version, as that version made it."""
    file = Path(create_engine(settings.database).url.database)
    fresh = file.with_name("older.db")
    database = Database(f"sqlite:///{fresh}")
    with database.writing() as connection:
        migrating.upgrade(connection, version)
    database.close()
    with closing(sqlite3.connect(fresh)) as connection, connection:
        connection.execute("ATTACH ? AS now", (str(file),))
        for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            mine, theirs = (columns(connection, place, table) for place in ("main", "now"))
            names = ", ".join(f'"{name}"' for name in mine if name in theirs)
            if table != "alembic_version" and not table.startswith("sqlite_"):
                connection.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM now.{table}")
    fresh.replace(file)


def columns(connection, place, table):
    return [row[1] for row in connection.execute(f"PRAGMA {place}.table_info({table})")]


@pytest.mark.parametrize("version", ["0001", "0002", "0003", "0004"])
def test_a_run_that_an_older_version_left_open_is_finished_after_the_upgrade(world, settings, version):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("lose answer", skip=1)
    world.clock.sleep, sleeping = lambda _: os.kill(os.getpid(), signal.SIGTERM), world.clock.sleep
    assert "unknown" in world.run(plan).counts
    world.clock.sleep = sleeping
    world.store.close()
    as_of(version, settings)
    with pytest.raises(Refused, match=f"older version {version}"):
        Store(settings.database)
    operating.upgrade(settings)
    world.store = Store(settings.database)
    assert world.run(plan).counts == {"verified": 10}
    world.store.audit.verify()
    assert world.plan().lines == () and len(world.right.records("partner")) == 3
    assert world.undo(plan).lines
    world.store.close()


def test_a_newer_store_is_not_upgraded(world, settings):
    with world.store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="9999, which this workbench"):
        operating.upgrade(settings)


def test_doctor_names_the_schemas_version(bench):
    assert f"schema {REVISION}" in bench.doctor().where(what="store")[0].found


def test_a_url_that_names_no_database_is_said_in_one_sentence():
    for url in ("nonsense", "oracle+nothing://x/y"):
        with pytest.raises(UsageError, match=r"sqlite:///FILE or postgresql\+psycopg://"):
            Store(url)
