"""A bench on the sandbox: the repository's own configuration, a folder and a store of its own; Ctrl-C that arrives."""

import json
import signal
from dataclasses import replace

import pytest

import workbench as wb
from workbench.settings import read


@pytest.fixture(scope="session")
def sandbox_settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workbench")
    (folder / "config").symlink_to(read(environment={}).folder / "config")
    return read("sandbox", folder=folder, environment={})


@pytest.fixture
def sandbox_bench(sandbox_settings, sandbox, tmp_path):
    """Ada's bench; the sandbox is as its seed makes it."""
    line = tmp_path / "sandbox.json"
    line.write_text(json.dumps(sandbox))
    environment = {"WORKBENCH_SANDBOX": str(line), "WORKBENCH_PERSON": "ada"}
    store = f"sqlite:///{tmp_path / 'w.db'}"
    with wb.Bench(replace(sandbox_settings, folder=tmp_path, database=store, environment=environment)) as opened:
        yield opened


@pytest.fixture
def interruptible():
    """A program that was started in the background ignores Ctrl-C; what is tried here is one that does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.siginterrupt(signal.SIGINT, False)  # as polars leaves it: what waits without end is not woken
    yield
    signal.signal(signal.SIGINT, before)
