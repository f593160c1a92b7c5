"""Alembic's entry: runs inside the transaction that `store.schema` opened; a failed upgrade leaves nothing."""

from alembic import context

from workbench.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
