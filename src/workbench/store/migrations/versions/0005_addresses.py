"""At which address a connection was found: where people open the records that the log names."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("connection_tests", sa.Column("url", sa.String(), nullable=False, server_default=""))
