"""Connect and check: the commands before the first match."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import workbench
from workbench.cli.printing import AsJson, Integration, Profile, Reason, in_words, say, table
from workbench.errors import CheckFailed, UsageError, WaitingForApproval

if TYPE_CHECKING:
    from workbench.bench import Bench

app = typer.Typer()
Write = Annotated[bool, typer.Option("--write", help="the credentials that a run uses; default: those for reading")]


@app.command(epilog="Example: workbench connect salesforce --write --profile live")
def connect(  # noqa: PLR0917  # typer calls it by name
    system: Annotated[str, typer.Argument(help="a system of the profile; without one, all are tried")] = "",
    write: Write = False,
    listed: Annotated[bool, typer.Option("--list", help="what is kept and where, without asking any system")] = False,
    before: Annotated[bool, typer.Option("--before", help="how each connection was found before")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="take the system's credentials away")] = False,
    rotate: Annotated[bool, typer.Option("--rotate", help="encrypt the file of credentials under a new key")] = False,
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Ask for a system's credentials, try them, keep them when they worked. Exit code 7: a system stays closed."""
    with workbench.open(profile) as bench:
        if rotate:
            say(f"{bench.rotate_credentials()} entries lie under the new key")
        elif listed:
            table(bench.credentials().frame(), as_json=as_json)
        elif before:
            table(bench.connection_tests().frame(), as_json=as_json)
        elif forget:
            gone = bench.forget(_named(system), write=write)
            say(f"{system}: " + ("forgotten" if gone else "nothing was kept here"))
        elif system:
            made = bench.connect(system, _asked(bench, system, write), write=write)
            say(f"{system} is {made.name} ({made.instance}) as {made.user}; {'; '.join(map(str, made.permissions))}")
            say(made.found or f"look at every connection: workbench connect --profile {bench.settings.profile}")
        else:
            _all(bench, as_json)


@app.command(epilog="Example: workbench check partner-sync")
def check(integration: Integration, profile: Profile = "", as_json: AsJson = False) -> None:
    """What is not in place yet for an integration. Exit code 7: critical findings that nobody accepted."""
    with workbench.open(profile) as bench:
        found = bench.check(integration)
        (standing,) = bench.confirmation(found)
    table(found.findings.frame(), as_json=as_json, columns=("severity", "what", "where", "remedy", "link"))
    if not as_json:
        say(f"{found!r}; {standing.state}" + (f": {standing.because}" if standing.because else f" by {standing.by}"))
    if standing.blockers:
        raise CheckFailed(f"critical findings that block {integration}: {standing.blockers}; mend them and check again")


@app.command(epilog='Example: workbench correct partner-sync --status "Prospective Partner"')
def correct(
    integration: Integration,
    status: Annotated[str, typer.Option(help="for accounts without one, as the right system spells it")] = "",
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Plan the correction of all unprepared accounts at once. Exit code 3: the plan waits for approval."""
    with workbench.open(profile) as bench:
        made = bench.correct(bench.check(integration), status=status)
    table(made.changes().frame(), as_json=as_json)
    if made.lines:
        raise WaitingForApproval(f"{in_words(made)} waits; approve: workbench approve {made.id} --reason WHY")


@app.command(epilog='Example: workbench confirm partner-sync --reason "prepared by CHG-7"')
def confirm(
    integration: Integration,
    reason: Reason,
    accept: Annotated[bool, typer.Option("--accept", help="take the critical findings of today by name")] = False,
    profile: Profile = "",
) -> None:
    """Sign that the preparation is done; the signature lapses when a new critical finding appears."""
    with workbench.open(profile) as bench:
        made = bench.confirm(integration, reason=reason, accept=accept)
    say(f"the preparation of {integration} is confirmed by {made.by}; {len(made.overrides)} findings accepted")


def _all(bench: Bench, as_json: bool) -> None:
    found = bench.connections()
    columns = ("system", "access", "state", "name", "user", "permissions", "quota", "found")
    table(found.frame(), as_json=as_json, columns=columns)
    closed = found.where(state="closed")
    if closed:
        raise CheckFailed(f"{len(closed)} of {len(found)} connections are closed; open one: workbench connect SYSTEM")


def _named(system: str) -> str:
    if not system:
        raise UsageError("say which system: workbench connect SYSTEM --forget")
    return system


def _asked(bench: Bench, system: str, write: bool) -> Mapping[str, str] | None:
    """What a person types; None where nothing is to be asked: in the sandbox, or when the environment says it."""
    from workbench.steps import connecting  # help starts faster without it

    ways = connecting.ways(bench.settings, system)
    if bench.settings.sandbox or bench.vault.named(system, "write" if write else "read"):
        return None
    try:
        way = next(iter(ways)) if len(ways) == 1 else _way(list(ways))
        return {name: _one(name) for name in ways[way]}
    except (EOFError, typer.Abort):
        prefix = f"WORKBENCH_{system.upper().replace('-', '_')}_" + ("WRITE_" if write else "")
        names = ", ".join(prefix + name.upper() for name in next(iter(ways.values())))
        raise UsageError(f"nobody is there to be asked; set {names} in the environment") from None


def _way(ways: list[str]) -> str:
    say("\n".join(f"{number}  {way}" for number, way in enumerate(ways, start=1)))
    chosen = int(typer.prompt("how to log in", default=1, type=int))
    if not 1 <= chosen <= len(ways):
        raise UsageError(f"there is no way {chosen}; choose 1 to {len(ways)}")
    return ways[chosen - 1]


def _one(name: str) -> str:
    """One credential; `@FILE` stands for what the file holds, as keys of many lines cannot be typed."""
    from workbench.vault.credentials import SHOWN  # as above

    hint = f"{name.replace('_', ' ')} (or @FILE)"
    text = str(typer.prompt(hint, hide_input=name not in SHOWN)).strip()
    if not text.startswith("@"):
        return text
    path = Path(text[1:]).expanduser()
    if not path.is_file():
        raise UsageError(f"{path} is no file; give the path of the file that holds the {name}")
    return path.read_text(encoding="utf-8").strip()
