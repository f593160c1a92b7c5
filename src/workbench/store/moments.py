"""Moments as the database keeps them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Dialect, String, TypeDecorator

from workbench.errors import Refused


def as_kept(moment: datetime) -> str:
    """A moment as a column of type `Moment` keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as ISO text of one width: it sorts by time and loses no time zone on SQLite."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Moment to text."""
        return None if value is None else as_kept(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Text to moment; raises Refused for one that this class did not write, even if it means the same."""
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if as_kept(moment) == value:
                return moment
        except (ValueError, OverflowError):
            pass  # it is no moment at all
        raise Refused(f"the store holds {value!r} where it keeps a moment; it was changed by hand: restore a backup")
