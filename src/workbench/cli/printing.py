"""What every command shares: its options, and how it prints. The only module that prints."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from workbench.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.model.plans import Plan

NARROWEST = 120
"""Columns of text that a table takes at least: narrower ones fold every word."""

_STEERING = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")
"""Characters by which a text takes hold of a terminal, or shows itself in another order; the new line is none."""

Profile = Annotated[str, typer.Option("--profile", help="environment of config/workbench.yaml")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON instead of a table")]
Reason = Annotated[str, typer.Option("--reason", help="why, in words; kept in the audit")]
Integration = Annotated[str, typer.Argument(help="a file of config/integrations/, without .yaml")]
Kind = Annotated[str, typer.Argument(help="a kind of record, as config/kinds.yaml names it")]
OfKind = Annotated[str, typer.Option("--kind", help="a kind of record")]
OneOrAll = Annotated[str, typer.Argument(help="only this integration")]
PlanId = Annotated[str, typer.Argument(help="a plan's id, as `plans` lists them")]


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{text!r} is no key=value")
    return name.strip(), value


def table(frame: pd.DataFrame, *, as_json: bool, columns: Sequence[str] = ()) -> None:
    """Print a table for people, of `columns` when they are named, or everything as JSON for programs."""
    if as_json:
        told = json.dumps(json.loads(frame.to_json(orient="records", date_format="iso")), ensure_ascii=False)
        print(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", told))
        return
    if frame.empty:
        print("nothing")
        return
    _drawn(frame.reindex(columns=list(columns)) if columns else frame)


def _drawn(frame: pd.DataFrame) -> None:
    from rich.box import SIMPLE_HEAD  # help, and what prints a sentence alone, start faster without it
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table
    from rich.text import Text

    drawn = Table(*(Column(escape(str(name)), overflow="fold") for name in frame.columns), box=SIMPLE_HEAD)
    for row in frame.itertuples(index=False, name=None):
        drawn.add_row(*(Text(_words(cell)) for cell in row))
    Console(width=max(shutil.get_terminal_size().columns, NARROWEST), highlight=False).print(drawn)


def _words(cell: Any) -> str:
    import numpy as np  # whoever has a frame has them; as above
    import pandas as pd

    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    return "" if pd.isna(cell) else _harmless(str(cell)).replace("\n", "\\n")


def _harmless(text: str) -> str:
    """Text that moves no cursor and turns no direction: a record may be named anything."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def in_words(plan: Plan) -> str:
    """A plan in one line, with what running it takes."""
    return f"{plan.integration}: {plan.summary()} (plan {plan.id}; {plan.cost})"


def say(text: str) -> None:
    print(_harmless(text), flush=True)


def fail(text: str, code: int) -> NoReturn:
    print(_harmless(text), file=sys.stderr, flush=True)
    raise SystemExit(code)
