"""A live profile on the store of a small world; no system is ever asked."""

from __future__ import annotations

import shutil
from pathlib import Path

from crash.world import World
from ruamel.yaml import YAML

from workbench.settings import Settings, read

ROOT = Path(__file__).parents[2]


def live_settings(world: World, folder: Path, viewer: str) -> Settings:
    """Ada is at work and operates; somebody else may look."""
    shutil.copytree(ROOT / "config", folder / "config")
    people = [{"name": "ada", "roles": ["operator"]}, {"name": viewer, "roles": ["viewer"]}]
    YAML().dump({"people": people}, folder / "config" / "approvers.yaml")
    (folder / ".workbench").mkdir()
    database = world.store.database.url.render_as_string(hide_password=False)
    return read("live", folder=folder, environment={"WORKBENCH_PERSON": "ada", "WORKBENCH_DATABASE": database})
