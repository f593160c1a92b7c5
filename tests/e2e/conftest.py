"""End-to-end tests: in a fresh folder, or on the demo that all of them read."""

from __future__ import annotations

import pytest
from homes import Home, make_home


def pytest_collection_modifyitems(items):
    """The demo takes a minute or more on a busy machine; tests that read the same one stay in one worker."""
    for item in items:
        item.add_marker(pytest.mark.timeout(600))
        if "demo" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("demo"))


@pytest.fixture
def home(tmp_path) -> Home:
    """A fresh folder in which nothing ran yet."""
    return make_home(tmp_path)
