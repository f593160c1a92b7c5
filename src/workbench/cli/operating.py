"""Keep it going: the operator's commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import workbench
from workbench.cli.printing import AsJson, PlanId, Profile, fail, say, table
from workbench.errors import PartlyFailed, UsageError

app = typer.Typer()


@app.command(epilog="Example: workbench sync --all --profile live")
def sync(
    integration: Annotated[str, typer.Argument(help="a file of config/integrations/, without .yaml")] = "",
    every: Annotated[bool, typer.Option("--all", help="all that are due, missed ones caught up once")] = False,
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Finish what is open, run what is approved, read again, plan again (the scheduled notebook)."""
    if every == bool(integration):
        raise UsageError("say which integration, or --all for those that are due")
    with workbench.open(profile) as bench:
        found = bench.rounds(integration)
    table(found.frame("integration", "state", "found"), as_json=as_json)
    failed = found.where(lambda one: one.exit_code > 0)
    if failed:
        code = failed[0].exit_code if integration else PartlyFailed.exit_code
        fail("; ".join(f"{one.integration}: {one.found}" for one in failed), code)


@app.command(epilog="Example: workbench status")
def status(profile: Profile = "", as_json: AsJson = False) -> None:
    """How each integration stands: schedule, last round, whether one is due, what keeps it, what to do next."""
    with workbench.open(profile) as bench:
        table(bench.status().frame(), as_json=as_json)


@app.command(epilog="Example: workbench schedule --profile live")
def schedule(profile: Profile = "") -> None:
    """The lines for a crontab or for systemd that ask for every round that is due; nothing is installed."""
    with workbench.open(profile) as bench:
        say(bench.schedule())


@app.command(epilog="Example: workbench rejected df109235bb97 --out rejected")
def rejected(
    plan: PlanId,
    out: Annotated[Path, typer.Option("--out", help="a folder; it is made when it does not exist")],
    profile: Profile = "",
) -> None:
    """Write success.csv and error.csv of a run: what was written, and what was not with cause and remedy."""
    with workbench.open(profile) as bench:
        for path in bench.rejected(plan, out):
            say(f"written: {path}")


@app.command(epilog="Example: workbench backup /backups/workbench-2026-01-05.db")
def backup(path: Annotated[Path, typer.Argument(help="a new file")], profile: Profile = "") -> None:
    """Copy the whole store to a new file, while others go on working."""
    with workbench.open(profile) as bench:
        say(f"written: {bench.backup(path)}")


@app.command(epilog="Example: workbench restore /backups/workbench-2026-01-05.db")
def restore(path: Annotated[Path, typer.Argument(help="a copy that `backup` made")], profile: Profile = "") -> None:
    """Put a copy in the store's place while nothing runs, or into an empty one on a server.

    What was approved waits for approval again.
    """
    from workbench.settings import read  # what is there may be damaged, and is no bench then
    from workbench.steps import restoring
    from workbench.systems.pacing import WallClock

    settings = read(profile)
    made = restoring.restore(settings, path, WallClock(), by=settings.person)
    say(f"the store is what {path} was; {made.waiting} approved plans wait for approval again")
    if made.kept:
        say(f"as it was before: {made.kept}")


@app.command(epilog="Example: workbench prune")
def prune(profile: Profile = "") -> None:
    """Forget snapshots that neither the next reading nor an unfinished plan needs."""
    with workbench.open(profile) as bench:
        say(f"{bench.prune()} snapshots forgotten")


@app.command(epilog="Example: workbench upgrade --profile live")
def upgrade(profile: Profile = "") -> None:
    """Bring the store to the schema of this version; a copy of an SQLite store is made first."""
    from workbench.settings import read  # a store of an older version is no bench yet
    from workbench.steps import operating

    made = operating.upgrade(read(profile))
    if made.before == made.after:
        say(f"the store is of version {made.after} already")
        return
    say(f"the store was of version {made.before or '(empty)'} and is of {made.after} now")
    if made.copy:
        say(f"as it was before: {made.copy}")


@app.command("forget-person", epilog="Example: workbench forget-person ann")
def forget_person(
    name: Annotated[str, typer.Argument(help="as it stands in the audit")],
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Erase the name of a person who left, wherever it stands but in the audit's own words; its chain stays valid."""
    with workbench.open(profile) as bench:
        found = bench.forget_person(name)
    if found or as_json:
        table(found.frame(), as_json=as_json)
    else:
        say(f"{name!r} stands nowhere; it has to be spelt as the audit spells it")
