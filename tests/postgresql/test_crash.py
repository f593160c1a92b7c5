"""Killed processes, eight schedulers at once, batches taken back and random histories on PostgreSQL."""

from crash.test_killed_processes import *  # noqa: F403  # the same tests, on the other database
from crash.test_running_histories import *  # noqa: F403  # as above
from crash.test_undo_round_trip import *  # noqa: F403  # as above
