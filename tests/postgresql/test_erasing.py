"""A person who left is erased, on PostgreSQL: the triggers are worded otherwise there."""

from __future__ import annotations

from unit.test_erasing import *  # noqa: F403  # the same tests, on the other database
