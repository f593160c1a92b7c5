"""The tables of the one database that holds everything that must survive. The migrations make exactly these.

They also make triggers: no row of audit, rulings or journal can be changed or deleted, and of a ruling no more than a
name be erased.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from workbench.store.moments import Moment

REVISION = "0005"
"""The schema that this version of the workbench reads and writes."""

metadata = MetaData()

contents = Table(
    "contents",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("system", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("instance", String, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("watermark", String, nullable=False),
    Column("whole_at", Moment, nullable=False),
    Column("records", Integer, nullable=False),
    Column("hash", String(64), nullable=False, index=True),
    Index("snapshots_latest", "system", "kind", "seq"),
)

rulings = Table(
    "rulings",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("system", String, nullable=False),
    Column("word", String, nullable=False),
    Column("target", String),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("probability", Float),
    Column("master", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("assignee", String, nullable=False),
    Index("rulings_subject", "kind", "subject"),
)

links = Table(
    "links",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("integration", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("left", String, nullable=False),
    Column("right", String, nullable=False),
    Column("plan", String, nullable=False),
    Column("line", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("integration", "left", "right", name="links_pair"),
    Index(
        "links_left", "integration", "left", unique=True, sqlite_where=text("active"), postgresql_where=text("active")
    ),
    Index(
        "links_right", "integration", "right", unique=True, sqlite_where=text("active"), postgresql_where=text("active")
    ),
)

bases = Table(
    "bases",
    metadata,
    Column("integration", String, primary_key=True),
    Column("left", String, primary_key=True),
    Column("right", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("fields", Text, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(12), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("integration", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("state", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("summary", Text, nullable=False),
    Column("author", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("document", Text, nullable=False),
    Index(
        "plans_open",
        "integration",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    Index(
        "plans_waiting",
        "integration",
        "purpose",
        unique=True,
        sqlite_where=text("state in ('waiting', 'approved')"),
        postgresql_where=text("state in ('waiting', 'approved')"),
    ),
)

consumptions = Table(
    "consumptions",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("owner", String, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("standing", String(64), nullable=False, index=True),
)

standings = Table(
    "standings",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("integration", String, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("document", Text, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("subject", String, nullable=False),
    Column("by", String, nullable=False),
    Column("nonce", String, nullable=False, unique=True),
    Column("expires_at", Moment, nullable=False),
    Column("document", Text, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", String, nullable=False, default=""),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("plan", String(12), nullable=False),
    Column("line", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("id", String, nullable=False),
    Column("code", String, nullable=False),
    Column("cause", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("stored", Text, nullable=False),
    Index("journal_line", "plan", "line", "seq"),
    Index("journal_history", "line", "seq"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("event", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

actors = Table(
    "actors",
    metadata,
    Column("pseudonym", String(64), primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("salt", String(32), nullable=False),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("entry", String, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
)

figures = Table(
    "figures",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("name", String, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("value", String, nullable=False),
    Column("basis", String, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("integration", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)

rounds = Table(
    "rounds",
    metadata,
    Column("integration", String, primary_key=True),
    Column("at", Moment, nullable=False),
)

reference_data = Table(
    "reference_data",
    metadata,
    Column("system", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("instance", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("content", Text, nullable=False),
)

connection_tests = Table(
    "connection_tests",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("system", String, nullable=False, index=True),
    Column("access", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("instance", String, nullable=False),
    Column("user", String, nullable=False),
    Column("quota", String, nullable=False),
    Column("found", Text, nullable=False),
    Column("url", String, nullable=False, server_default=""),
)
