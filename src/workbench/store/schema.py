"""The schema of the database: made on an empty one, checked on any other, upgraded on request."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from workbench.errors import Refused
from workbench.store.database import Database
from workbench.store.tables import REVISION


def ensure(database: Database) -> None:
    """Make the schema in an empty database; raises Refused for one of an older or unknown version."""
    with database.reading() as connection:
        found = version(connection)
    if found is None:
        upgrade(database)
    elif found != REVISION:
        check_known(database, found)
        shown = database.url.render_as_string()
        raise Refused(f"the store {shown} is of the older version {found}; `workbench upgrade` brings it to {REVISION}")


def check_known(database: Database, found: str) -> None:
    """Raise Refused for the version of a newer or another workbench: it cannot be brought to this one."""
    if found and found not in (script.revision for script in _scripts().walk_revisions()):
        raise Refused(
            f"the store {database.url.render_as_string()} is of version {found}, which this workbench ({REVISION}) "
            "does not know; it was left as it is: install the newer workbench"
        )


def upgrade(database: Database) -> None:
    """Bring the schema to this version, in one transaction; what is there stays."""
    with database.writing() as connection:
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")


def version(connection: Connection) -> str | None:
    """The version of the schema, or None when there is none yet; raises Refused when the file is something else."""
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if names:
        raise Refused("this database belongs to another program; name an empty one in config/workbench.yaml")
    return None


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return configuration


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_configuration())
