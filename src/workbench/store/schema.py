"""The schema of the database: made on an empty one, checked on any other, upgraded on request."""

from __future__ import annotations

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
    from workbench.store import migrating  # Alembic takes a while to import: a store of this version does without

    if found and not migrating.knows(found):
        raise Refused(
            f"the store {database.url.render_as_string()} is of version {found}, which this workbench ({REVISION}) "
            "does not know; it was left as it is: install the newer workbench"
        )


def upgrade(database: Database) -> None:
    """Bring the schema to this version, in one transaction; what is there stays."""
    from workbench.store import migrating  # as above

    with database.writing() as connection:
        migrating.upgrade(connection)


def version(connection: Connection) -> str | None:
    """The version of the schema, or None when there is none yet; raises Refused when the file is something else."""
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if names:
        raise Refused("this database belongs to another program; name an empty one in config/workbench.yaml")
    return None
