"""The command line: parse, call the bench, print, exit code.

Every verb of the bench has its command; every command that lists takes `--json`; `EXIT_CODES` says how they end.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import workbench
from workbench.cli import approving, connecting, looking, operating, reviewing, telling, writing
from workbench.cli.printing import Profile, fail, say
from workbench.cli.sections import Sections, group
from workbench.errors import WorkbenchError, unusable

EXIT_CODES = (
    "Exit codes, the highest counts: 0 done, 2 usage, 3 waiting for approval, 4 partly failed, 5 failed, "
    "6 lock held, 7 check found blockers."
)

INTERRUPTED = 130
"""What typer ends with after Ctrl-C."""

app = typer.Typer(
    name="workbench",
    cls=Sections,
    help="Assess, match and mend partner records across Salesforce, ConnectWise PSA, Channeltivity and ChannelOnline.",
    epilog=EXIT_CODES,
    context_settings={"max_content_width": 100},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
sandbox_app = group("The systems as local servers.")
audit_app = group("What people did, hash-chained.")
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(audit_app, name="audit")
app.add_typer(approving.approver_app, name="approver")
app.add_typer(approving.standing_app, name="standing")
for part in (connecting, looking, writing, reviewing, telling, operating):
    app.registered_commands += part.app.registered_commands


def main() -> None:
    """Run the command line; an error of the workbench is one message on standard error and its own exit code."""
    try:
        app()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            fail("stopped; nothing is left half written, and the same command goes on", INTERRUPTED)
        raise
    except WorkbenchError as error:
        fail(str(error), error.exit_code)
    except OSError as error:
        fail(unusable(error), 5)


@sandbox_app.command("serve", epilog="Example: workbench sandbox serve --data /tmp/sandbox.sqlite --seed 7")
def serve(  # noqa: PLR0917  # typer calls it by name
    as_json: Annotated[bool, typer.Option("--json", help="one line of JSON, then serve")] = True,
    port: Annotated[int, typer.Option(help="0: any free port")] = 0,
    data: Annotated[Path | None, typer.Option(help="SQLite file; default: a fresh temporary one")] = None,
    seed: Annotated[int, typer.Option(help="same seed, same data")] = 1,
    partners: Annotated[int | None, typer.Option(help="how many partners")] = None,
    companies: Annotated[int | None, typer.Option(help="how many ConnectWise companies")] = None,
) -> None:
    """Serve the systems on loopback until stopped; prints their addresses and keys."""
    command = [sys.executable, "-m", "workbench.sandbox", "--port", str(port), "--seed", str(seed)]
    for name, value in (("--data", data), ("--partners", partners), ("--companies", companies)):
        command += [name, str(value)] if value is not None else []
    os.execv(command[0], command)


@audit_app.command("verify", epilog="Example: workbench audit verify")
def verify(profile: Profile = "") -> None:
    """Recompute the chain of what people did; a broken link is named."""
    with workbench.open(profile) as bench:
        found = bench.verify_audit()
    say(found.found)
    if not found.ok:
        raise typer.Exit(5)
