"""The way from one version of the schema to the next: Alembic, imported only when a store is made or upgraded."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection, version: str = "head") -> None:
    """Bring the schema to a version, the newest without one, inside the transaction of this connection."""
    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, version)


def scripts() -> ScriptDirectory:
    """Every step from one version to the next."""
    return ScriptDirectory.from_config(_configuration())


def knows(version: str) -> bool:
    """Whether this workbench has had a schema of this version."""
    return version in (script.revision for script in scripts().walk_revisions())


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return configuration
