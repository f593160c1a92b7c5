"""A bench on the sandbox: the repository's own configuration, a folder and a store of its own."""

import json
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
