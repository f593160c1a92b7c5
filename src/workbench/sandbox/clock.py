"""The sandbox's clock: moved and stopped at will."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from workbench.sandbox.state import State, stamp_of


def advance(state: State, seconds: float) -> None:
    """Let so much time pass at once."""
    set_clock(state, {"advance": seconds})


def told(state: State) -> dict[str, Any]:
    """What the clock says and how it runs."""
    return {
        "now": stamp_of(state.now()),
        "offset": state.setting("clock", "offset", 0),
        "frozen": bool(state.setting("clock", "frozen")),
    }


def set_clock(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    """`advance` seconds, `freeze` true or false, `now` a moment; a frozen clock moves by `advance` alone."""
    unknown = body.keys() - {"advance", "freeze", "now"}
    if unknown:
        raise ValueError(f"the clock knows advance, freeze and now, not {', '.join(sorted(unknown))}")
    with state.transaction():
        moment = datetime.fromisoformat(str(body["now"])) if "now" in body else state.now()
        if moment.tzinfo is None:
            raise ValueError("now needs its time zone, as in 2026-11-22T10:00:00Z")
        try:
            moment = datetime.fromtimestamp(moment.timestamp() + float(body.get("advance", 0)), UTC)
        except (TypeError, OverflowError, OSError) as error:
            raise ValueError("advance is a number of seconds") from error
        if not 2000 <= moment.year <= 2100:
            raise ValueError(f"the clock goes from 2000 to 2100, not to {moment.year}")
        state.keep("clock", "offset", (moment - datetime.now(UTC)).total_seconds())
        if body.get("freeze", bool(state.setting("clock", "frozen"))):
            state.keep("clock", "frozen", moment.isoformat())
        else:
            state.forget("clock", "frozen")
    return told(state)
