"""Folders of a workbench, and the commands that a person gives there; one demo that several suites may share."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

SHARED = "WORKBENCH_TEST_DEMO"
"""Environment variable: a folder where suites that run one after the other keep the same demo."""


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

    def copy(self, folder: Path) -> Home:
        """The folder as it was left, for a test that changes it."""
        shutil.copytree(self.path, folder / "home", symlinks=True)
        return Home(folder / "home")


def make_home(path: Path) -> Home:
    for name in ("config", "notebooks"):
        (path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "diagrams", path / "diagrams")
    return Home(path)


def shared_demo(folder: Path) -> tuple[Home, subprocess.CompletedProcess[str]]:
    """The demo's folder and what the command said: whoever comes first makes it, the others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "said.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            return Home(folder / "home"), subprocess.CompletedProcess(**json.loads(kept.read_text(encoding="utf-8")))
        shutil.rmtree(folder / "home", ignore_errors=True)
        (folder / "home").mkdir()
        home = make_home(folder / "home")
        said = home.command("demo")
        kept.write_text(json.dumps(vars(said)), encoding="utf-8")
        return home, said
