"""Rounds, standing approvals and undo on PostgreSQL."""

from unit.test_running_rounds import *  # noqa: F403  # the same tests, on the other database
