"""A ruling may lose the name of a person who was erased, and nothing else of it may change."""

from alembic import op

revision = "0004"
down_revision = "0003"

NAMES = ("by", "assignee")
OTHERS = ("seq", "kind", "subject", "system", "word", "target", "at", "reason", "probability", "master", "note")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
        return
    op.execute("DROP TRIGGER rulings_no_update")
    op.execute(
        f"CREATE TRIGGER rulings_no_update BEFORE UPDATE ON rulings WHEN NOT ({_erased('IS')}) "
        "BEGIN SELECT RAISE(ABORT, 'rulings is append-only'); END"
    )


def _on_postgresql() -> None:
    op.execute("DROP TRIGGER rulings_append_only ON rulings")
    op.execute(
        "CREATE TRIGGER rulings_append_only BEFORE DELETE OR TRUNCATE ON rulings "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rulings()"
    )
    op.execute(
        "CREATE TRIGGER rulings_no_update BEFORE UPDATE ON rulings FOR EACH ROW "
        f"WHEN (NOT ({_erased('IS NOT DISTINCT FROM')})) EXECUTE FUNCTION refuse_rulings()"
    )


def _erased(same: str) -> str:
    """Whether a name becomes the word for an erased one, and every other column stays as it is."""
    names = [f'(NEW."{name}" = OLD."{name}" OR NEW."{name}" = \'(erased)\')' for name in NAMES]
    changed = " OR ".join(f'NEW."{name}" <> OLD."{name}"' for name in NAMES)
    return " AND ".join([*names, f"({changed})", *(f'NEW."{name}" {same} OLD."{name}"' for name in OTHERS)])
