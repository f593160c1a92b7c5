"""Review a plan: leave lines out, correct them, set them apart, pick sides, compare, take it outside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import workbench
from workbench.cli.printing import AsJson, PlanId, Profile, in_words, pair, say, table
from workbench.errors import UsageError

app = typer.Typer()
Lines = Annotated[list[str], typer.Argument(help="lines, by their first digits, as `show` prints them")]


@app.command(epilog="Example: workbench drop df109235bb97 4adc2cd5 ea3fbacc")
def drop(plan: PlanId, lines: Lines, profile: Profile = "") -> None:
    """Leave lines out, and what rests on them; the smaller plan waits in this one's place."""
    with workbench.open(profile) as bench:
        _waits(bench.drop(plan, lines))


@app.command(epilog='Example: workbench edit df109235bb97 4adc2cd5 "Phone=(555) 010-2030" BillingCity=')
def edit(
    plan: PlanId,
    line: Annotated[str, typer.Argument(help="a line, by its first digits")],
    values: Annotated[list[str], typer.Argument(help="Field=value, by the field's own name; Field= empties it")],
    profile: Profile = "",
) -> None:
    """Write other values in one line; you are the author then, so in a live profile somebody else approves."""
    with workbench.open(profile) as bench:
        _waits(bench.edit(plan, line, {name: value or None for name, value in map(pair, values)}))


@app.command(epilog="Example: workbench split df109235bb97 4adc2cd5")
def split(plan: PlanId, lines: Lines, profile: Profile = "") -> None:
    """Set lines apart, with all that belongs to them, so that they can be approved before the rest."""
    with workbench.open(profile) as bench:
        apart, rest = bench.split(plan, lines)
    _waits(apart)
    say(f"the rest ({rest.summary()}) is planned anew when this part has run or was rejected")


@app.command(epilog="Example: workbench choose df109235bb97 channeltivity:partner:1042/name=Name=left")
def choose(
    plan: PlanId,
    choices: Annotated[list[str], typer.Argument(help="RECORD/FIELD=SIDE; the side is left, right or a system")],
    profile: Profile = "",
) -> None:
    """Pick the side that wins each held field, as `show` lists them; a plan with these sides waits instead."""
    with workbench.open(profile) as bench:
        _waits(bench.choose(plan, dict(map(_choice, choices))))


@app.command(epilog="Example: workbench differences df109235bb97")
def differences(plan: PlanId, profile: Profile = "", as_json: AsJson = False) -> None:
    """What this plan would write that the one before it would not."""
    with workbench.open(profile) as bench:
        table(bench.differences(plan).frame(), as_json=as_json)


@app.command(epilog="Example: workbench echoes df109235bb97")
def echoes(plan: PlanId, profile: Profile = "", as_json: AsJson = False) -> None:
    """What the vendors' own connectors will write because of this plan."""
    with workbench.open(profile) as bench:
        table(bench.echoes(plan).frame("integration", "record", "field", "value"), as_json=as_json)


@app.command(epilog="Example: workbench export df109235bb97 plan.csv")
def export(
    plan: PlanId, path: Annotated[Path, typer.Argument(help="ends in .txt or .csv")], profile: Profile = ""
) -> None:
    """Write a plan to a file for people who read it elsewhere."""
    with workbench.open(profile) as bench:
        say(f"written: {bench.export(plan, path)}")


@app.command(epilog="Example: workbench replay df109235bb97")
def replay(plan: PlanId, profile: Profile = "", as_json: AsJson = False) -> None:
    """Write a plan that ran to a fresh sandbox, and compare how each line ends; sandbox only."""
    with workbench.open(profile) as bench:
        compared = bench.replay(plan)
    table(compared.frame(), as_json=as_json)
    if not as_json:
        say(f"{sum(row.same for row in compared)} of {len(compared)} lines ended the same")


def _choice(text: str) -> tuple[tuple[str, str], str]:
    # A field's key holds an equals sign itself (name=Name), so the side stands behind the last one.
    place, equals, side = text.rpartition("=")
    record, slash, field = place.partition("/")
    if not (equals and slash and field and side):
        raise UsageError(f"{text!r} is no RECORD/FIELD=SIDE, such as channeltivity:partner:1042/name=Name=left")
    return (record, field), side


def _waits(plan: workbench.Plan) -> None:
    say(f"{in_words(plan)} waits; look: workbench show {plan.id}; approve: workbench approve {plan.id} --reason WHY")
