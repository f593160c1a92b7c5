"""What every command shares: its options, and how it prints. The only module that prints."""

from __future__ import annotations

import json
import sys
from typing import Annotated, NoReturn

import pandas as pd
import typer

from workbench.errors import UsageError

Profile = Annotated[str, typer.Option("--profile", help="environment of config/workbench.yaml")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON instead of a table")]
Reason = Annotated[str, typer.Option("--reason", help="why, in words; kept in the audit")]
Integration = Annotated[str, typer.Argument(help="a file of config/integrations/, without .yaml")]
PlanId = Annotated[str, typer.Argument(help="a plan's id, as `plans` lists them")]


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{text!r} is no key=value")
    return name.strip(), value


def table(frame: pd.DataFrame, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(json.loads(frame.to_json(orient="records", date_format="iso")), ensure_ascii=False))
        return
    with pd.option_context("display.max_rows", 200, "display.width", 200, "display.max_colwidth", 60):
        print("nothing" if frame.empty else frame.to_string(index=False, na_rep=""))


def say(text: str) -> None:
    print(text, flush=True)


def fail(text: str, code: int) -> NoReturn:
    print(text, file=sys.stderr, flush=True)
    raise SystemExit(code)
