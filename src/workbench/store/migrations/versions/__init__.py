"""Alembic: how the schema of the store came to be, one file a version."""
