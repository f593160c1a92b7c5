"""Running a plan on PostgreSQL."""

from __future__ import annotations

from sqlalchemy import text
from unit.test_running import *  # noqa: F403  # the same tests, on the other database

# A page limit is SQLite's way to fill a disk.
del test_a_full_disk_is_said_in_one_sentence_and_the_next_run_finishes  # noqa: F821  # imported by the star


def test_a_server_that_ends_its_sessions_between_two_steps_does_not_end_the_run(world):
    plan = world.plan()
    world.approve(plan)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "

    def ending(items, *, total, label):
        for item in items:
            with world.store.database.reading() as connection:
                connection.execute(text(f"{ended} pg_backend_pid()"))
            yield item

    assert world.run(plan, progress=ending).counts == {"verified": 10}
