"""End-to-end tests: in a fresh folder, or on the demo that all of them read."""

from __future__ import annotations

import pytest
from homes import Home, make_home


def pytest_collection_modifyitems(items):
    """The demo takes a minute or more on a busy machine, and whoever is first makes it for all."""
    for item in items:
        item.add_marker(pytest.mark.timeout(600))


@pytest.fixture
def home(tmp_path) -> Home:
    """A fresh folder in which nothing ran yet."""
    return make_home(tmp_path)
