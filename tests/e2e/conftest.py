"""One demo for all end-to-end tests: a folder of its own, every notebook executed once by papermill."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items):
    """The demo takes a minute or more on a busy machine; tests that read the same one stay in one worker."""
    for item in items:
        item.add_marker(pytest.mark.timeout(600))
        if "demo" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("demo"))


@dataclass
class Home:
    """A workbench's folder, and how to give it commands as a person would."""

    path: Path

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")}
        return subprocess.run(
            [sys.executable, "-m", "workbench", *words],
            cwd=self.path,
            env={**inherited, **environment},
            capture_output=True,
            text=True,
            timeout=550,
            check=False,
        )

    def page(self, name: str) -> str:
        return (self.path / "reports" / f"{name}.html").read_text(encoding="utf-8")


def make_home(path: Path) -> Home:
    for name in ("config", "notebooks"):
        (path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "diagrams", path / "diagrams")
    return Home(path)


@pytest.fixture
def home(tmp_path) -> Home:
    """A fresh folder in which nothing ran yet."""
    return make_home(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Iterator[tuple[Home, subprocess.CompletedProcess[str]]]:
    """The demo's folder and what the command said."""
    made = make_home(tmp_path_factory.mktemp("demo"))
    yield made, made.command("demo")
