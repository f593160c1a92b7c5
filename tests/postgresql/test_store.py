"""The store on PostgreSQL: the same promises, and the few that are worded otherwise there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from crash.world import World, mixed
from databases import a_database
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from unit import test_store as on_sqlite
from unit.live import live_settings
from unit.test_store import *  # noqa: F403  # the same tests, on the other database

from workbench.errors import Failed, Refused, UsageError
from workbench.steps import restoring
from workbench.store import Store, migrating
from workbench.store.audit import Audit
from workbench.store.database import Database

NOW = on_sqlite.NOW

# A file with its mode and its damage, one of another program, and VACUUM INTO are SQLite's; the triggers and the bytes
# have other words.
del test_database_of_another_program_is_refused  # noqa: F821  # imported by the star
del test_store_file_is_private  # noqa: F821  # as above
del test_a_backup_opens_as_a_store_with_everything_in_it  # noqa: F821  # as above
del test_a_copy_that_finds_no_room_is_said_in_one_sentence_and_leaves_no_half_file  # noqa: F821  # as above
del test_a_store_that_is_damaged_is_said_in_one_sentence_with_what_to_do  # noqa: F821  # as above
del test_a_store_that_may_only_be_read_says_so_and_who_must_be_let_write  # noqa: F821  # as above


@pytest.fixture
def url():
    return a_database()


@pytest.fixture
def hurried(url):
    return f"{url}?options=-c%20lock_timeout%3D100ms"


def test_the_tests_do_run_on_postgresql(store):
    assert store.database.engine.dialect.name == "postgresql"


def test_the_audit_chain_notices_a_change_and_a_missing_row(store):
    for subject in ("p1", "p2", "p3"):
        store.audit.record("ann", "planned", subject, NOW)
    with store.writing() as connection:
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_append_only"))
        connection.execute(text("DELETE FROM audit WHERE seq = 2"))
    with pytest.raises(Refused, match="broken at row 2"):
        store.audit.verify()


def test_a_damaged_snapshot_is_refused(store):
    store.snapshots.keep(on_sqlite.a_snapshot("Acme"), NOW)
    with store.writing() as connection:
        connection.execute(text(r"UPDATE contents SET bytes = '\x00'"))
    with pytest.raises(Refused, match="damaged"):
        store.snapshots.last("salesforce", "partner")


@pytest.mark.parametrize("change", ["UPDATE audit SET event = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_append_only_tables_refuse_changes(store, change):
    store.audit.record("ann", "planned", "p1", NOW)
    with pytest.raises(DatabaseError, match="append-only"), store.writing() as connection:
        connection.execute(text(change))
    assert store.audit.verify().rows == 1


def test_a_copy_is_left_to_pg_dump(store, tmp_path):
    with pytest.raises(UsageError, match="pg_dump"):
        store.backup(str(tmp_path / "copy.db"))


def test_an_older_store_is_refused_and_upgraded(url):
    database = Database(url)
    with database.writing() as connection:
        migrating.upgrade(connection, "0001")
    Audit(database).record("ann", "planned", "p1", NOW)
    database.close()
    with pytest.raises(Refused, match="older version 0001"):
        Store(url)
    opened = Store(url, upgrade=True)
    assert opened.audit.verify().rows == 1
    opened.close()


@pytest.mark.parametrize(
    ("options", "lock", "idle"),
    [
        ("", "30s", "1min"),
        ("?options=-c%20lock_timeout%3D100ms", "100ms", "1min"),
        ("?options=-c%20idle_in_transaction_session_timeout%3D2s", "30s", "2s"),
    ],
)
def test_nobody_waits_or_idles_for_ever_and_the_url_may_name_other_times(url, options, lock, idle):
    opened = Store(f"{url}{options}")
    with opened.writing() as connection:
        told = ("lock_timeout", "idle_in_transaction_session_timeout")
        assert [connection.execute(text(f"SHOW {name}")).scalar_one() for name in told] == [lock, idle]
    opened.close()


def test_the_password_of_the_server_is_shown_nowhere(url):
    opened = Store(url)
    password = opened.database.url.password
    assert password and password not in opened.database.url.render_as_string()
    opened.close()


def test_a_program_that_holds_the_store_and_does_nothing_is_cut_off(url):
    holding, other = Store(f"{url}?options=-c%20idle_in_transaction_session_timeout%3D200ms"), Store(url)
    with pytest.raises(Failed, match="could not be written"), holding.writing() as connection:
        connection.execute(text("INSERT INTO actors VALUES ('p', 'ann', 's')"))
        other.audit.record("bob", "planned", "p1", NOW)
        connection.execute(text("SELECT 1"))
    assert [row.actor for row in other.audit.rows()] == ["bob"]
    holding.close()
    other.close()


def test_a_copy_of_an_sqlite_store_fills_an_empty_one_on_the_server_and_work_goes_on_there(url, tmp_path):
    world = mixed(World(Store(f"sqlite:///{tmp_path / 'world.db'}")))
    world.sync()
    world.left.edit("partner", "1", {"name": "New"})
    plan = world.plan()
    world.approve(plan)
    world.store.backup(str(tmp_path / "copy.db"))
    held, links = world.store.audit.verify(), world.store.links.of("partner-sync")
    settings = replace(live_settings(world, tmp_path, viewer="bob"), database=url)
    world.store.close()

    made = restoring.restore(settings, tmp_path / "copy.db", world.clock, by="ada")

    world.store = Store(url)
    assert (made.kept, made.waiting) == ("", 1)
    assert world.store.audit.verify().rows == held.rows + 1 and world.store.plans.get(plan.id) == plan
    assert world.store.links.of("partner-sync") == links and len(links) > 0
    world.right.edit("partner", "A1", {"Phone": "555-0199"})
    assert set(world.sync().counts) == {"verified"}
    world.store.close()
    with pytest.raises(Refused, match="holds .* already; a copy goes into an empty one"):
        restoring.restore(settings, tmp_path / "copy.db", world.clock, by="ada")
