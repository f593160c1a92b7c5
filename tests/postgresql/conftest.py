"""The tests of the store, of running and of crashes once more, on a PostgreSQL server."""

from __future__ import annotations

import pytest
from databases import SERVER, on_server

pytest.register_assert_rewrite("unit.test_store", "unit.test_running_rounds", "unit.test_running", "unit.test_erasing")
pytest.register_assert_rewrite(
    "crash.test_killed_processes", "crash.test_running_histories", "crash.test_undo_round_trip"
)


@pytest.fixture(autouse=True)
def _server():
    """Without a server these tests fail by name: a skipped one would look like a passed one."""
    if not on_server():
        pytest.fail(f"no PostgreSQL server: {SERVER} is not set; run `make postgresql`")
