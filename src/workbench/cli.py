"""The command line: parse, call the bench, print, exit code. The only place that prints.

Every verb of the bench has its command; every command that lists takes `--json`. Exit codes: 0 done, 2 usage,
3 waiting for approval, 4 partly failed, 5 failed, 6 lock held, 7 check found blockers.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import pandas as pd
import typer

import workbench
from workbench.errors import PartlyFailed, UsageError, WaitingForApproval, WorkbenchError
from workbench.model.rows import Rows

SHOWN = ("id", "name", "source", "target", "objects", "direction", "mechanism", "frequency", "owner_business", "basis")
"""What a list of the inventory shows; JSON and files hold every field."""

app = typer.Typer(
    name="workbench",
    help="Assess, match and mend partner records across Salesforce, ConnectWise PSA, Channeltivity and ChannelOnline.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
sandbox_app = typer.Typer(help="The systems as local servers.", no_args_is_help=True, rich_markup_mode=None)
audit_app = typer.Typer(help="What people did, hash-chained.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(audit_app, name="audit")

Profile = Annotated[str, typer.Option("--profile", help="environment of config/workbench.yaml")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON instead of a table")]
Reason = Annotated[str, typer.Option("--reason", help="why, in words; kept in the audit")]
Integration = Annotated[str, typer.Argument(help="a file of config/integrations/, without .yaml")]
PlanId = Annotated[str, typer.Argument(help="a plan's id, as `plans` lists them")]


def main() -> None:
    """Run the command line; an error of the workbench is one message on standard error and its own exit code."""
    try:
        app()
    except WorkbenchError as error:
        _fail(str(error), error.exit_code)
    except OSError as error:
        _fail(f"{error.filename or 'a file'} cannot be used ({error.strerror}); start in a folder of yours", 5)


@app.command()
def demo(folder: Annotated[Path | None, typer.Option(help="where the pages go; default reports/")] = None) -> None:
    """Sandbox, every notebook, reports/index.html: the whole path, approved by a labelled demo reviewer."""
    with workbench.open("sandbox") as bench:
        runs = bench.demo(folder, said=_say)
    failed = [run for run in runs if run.state == "failed"]
    index = (folder or Path("reports")) / "index.html"
    _say(f"{len(runs) - len(failed)} of {len(runs)} notebooks complete; open {index}")
    if failed:
        raise typer.Exit(max(run.exit_code for run in failed))


@sandbox_app.command("serve")
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


@app.command()
def doctor(profile: Profile = "") -> None:
    """What is installed, which graphviz draws, which systems answer, who the first approver is."""
    with workbench.open(profile) as bench:
        _table(bench.doctor().frame(), as_json=False)


@app.command()
def inventory(profile: Profile = "", as_json: AsJson = False) -> None:
    """Every integration that the landscape declares."""
    with workbench.open(profile) as bench:
        _table(Rows(bench.landscape().integrations).frame(*SHOWN), as_json=as_json)


@app.command()
def assess(profile: Profile = "", severity: str = "", as_json: AsJson = False) -> None:
    """Findings in the landscape, with remedies."""
    with workbench.open(profile) as bench:
        found = workbench.assess(bench.landscape())
    _table((found.where(severity=severity) if severity else found.findings).frame(), as_json=as_json)


@app.command()
def diagram(
    state: Annotated[str, typer.Argument(help="as-is, to-be or difference")] = "difference",
    out: Annotated[Path, typer.Option(help="ends in .svg, .png, .pdf or .dot")] = Path("diagrams/difference.svg"),
    level: Annotated[str, typer.Option(help="context, 1 or 2")] = "1",
    system: Annotated[str, typer.Option(help="only this system")] = "",
    profile: Profile = "",
) -> None:
    """Draw the data flows to a file."""
    with workbench.open(profile) as bench:
        landscape = bench.landscape()
        shown = landscape.state("to-be" if state == "difference" else state)
        compare = landscape.state("as-is") if state == "difference" else None
        picture = workbench.diagram(shown, compare=compare, level=level, system=system or None)
    _say(f"drawn: {picture.save(out)}")


@app.command("check-diagrams")
def check_diagrams(profile: Profile = "", as_json: AsJson = False) -> None:
    """Every rule of data flow diagrams that the landscape breaks, with its remedy."""
    with workbench.open(profile) as bench:
        _table(bench.check_diagrams().frame(), as_json=as_json)


@app.command()
def snapshot(kind: str, profile: Profile = "", as_json: AsJson = False) -> None:
    """Read all records of a kind from every system that has it."""
    with workbench.open(profile) as bench:
        _table(bench.snapshot(kind).frame(), as_json=as_json)


@app.command()
def rule(
    record: Annotated[str, typer.Argument(help="system:kind:id")],
    system: Annotated[str, typer.Argument(help="the other system")],
    word: Annotated[str, typer.Argument(help="link, create, later, exclude or lift")],
    reason: Reason,
    target: Annotated[str, typer.Option(help="system:kind:id, for link")] = "",
) -> None:
    """Say what you want of a record with regard to another system; the last ruling counts."""
    with workbench.open() as bench:
        bench.rule(record, system, word, target, reason=reason)
    _say(f"{record}: {word} {target}".rstrip())


@app.command()
def rulings(kind: str = "partner", profile: Profile = "", as_json: AsJson = False) -> None:
    """Every ruling about a kind of record, oldest first."""
    with workbench.open(profile) as bench:
        _table(bench.rulings(kind).frame(), as_json=as_json)


@app.command()
def crosswalk(integration: Integration, kind: str = "partner", profile: Profile = "", as_json: AsJson = False) -> None:
    """Which record is which: rulings and links folded over the last snapshots."""
    with workbench.open(profile) as bench:
        _table(bench.crosswalk(integration, kind).frame(), as_json=as_json)


@app.command()
def plan(integration: Integration, profile: Profile = "", as_json: AsJson = False) -> None:
    """Work out what would be written; nothing is written. Exit code 3: the plan waits for approval."""
    with workbench.open(profile) as bench:
        made = bench.plan(integration)
        _table(made.changes().frame(), as_json=as_json)
    _say(repr(made))
    if made.lines:
        raise WaitingForApproval(
            f"plan {made.id} waits; look: workbench show {made.id}; approve: workbench approve {made.id}"
        )


@app.command()
def plans(integration: Annotated[str, typer.Argument()] = "", profile: Profile = "", as_json: AsJson = False) -> None:
    """Every plan with its state."""
    with workbench.open(profile) as bench:
        _table(bench.plans(integration).frame(), as_json=as_json)


@app.command()
def show(plan: PlanId, profile: Profile = "", as_json: AsJson = False) -> None:
    """Every change of a plan, before and after."""
    with workbench.open(profile) as bench:
        shown = bench.show(plan)
    _table(shown.changes().frame(), as_json=as_json)
    if not as_json:
        _say(repr(shown))


@app.command()
def approve(plan: PlanId, reason: Reason, profile: Profile = "") -> None:
    """Sign a plan with your key; it may then be run until the approval expires."""
    with workbench.open(profile) as bench:
        approval = bench.approve(plan, reason=reason)
    until = f"{approval.expires_at:%Y-%m-%d %H:%M} UTC"
    _say(f"plan {plan} approved by {approval.by} until {until}; run: workbench run {plan}")


@app.command()
def reject(plan: PlanId, reason: Reason, profile: Profile = "") -> None:
    """Say no to a plan; it is remembered line by line."""
    with workbench.open(profile) as bench:
        bench.reject(plan, reason=reason)
    _say(f"plan {plan} rejected")


@app.command()
def revoke(plan: PlanId, reason: Reason, profile: Profile = "") -> None:
    """Take an approval back, until the run begins."""
    with workbench.open(profile) as bench:
        bench.revoke(plan, reason=reason)
    _say(f"the approval of plan {plan} is revoked")


@app.command()
def run(plan: PlanId, profile: Profile = "", as_json: AsJson = False) -> None:
    """Write an approved plan, read it back, keep the journal. Resumes where it was interrupted."""
    with workbench.open(profile) as bench:
        journal = bench.run(plan)
    _table(journal.entries.frame(), as_json=as_json)
    if journal.failed:
        raise PartlyFailed(
            f"{len(journal.failed)} of {len(journal.entries)} lines were not written; why: workbench log"
        )


@app.command()
def sync(integration: Integration, profile: Profile = "") -> None:
    """Finish what is open, run what is approved, read again, plan again (the scheduled notebook)."""
    _notebook("50_run_sync", {"integration": integration}, profile)


@app.command()
def undo(plan: PlanId, profile: Profile = "") -> None:
    """Make a plan that takes a run back; it needs an approval like any other."""
    with workbench.open(profile) as bench:
        made = bench.undo(plan)
    _say(f"{made!r}; look: workbench show {made.id}")


@app.command()
def pause(integration: Integration, reason: Reason, profile: Profile = "") -> None:
    """Stop an integration's runs until it is resumed."""
    with workbench.open(profile) as bench:
        bench.pause(integration, reason=reason)
    _say(f"{integration} is paused")


@app.command()
def resume(integration: Integration, profile: Profile = "") -> None:
    """Let a paused integration run again."""
    with workbench.open(profile) as bench:
        bench.resume(integration)
    _say(f"{integration} runs again")


@app.command()
def why(
    record: Annotated[str, typer.Argument(help="system:kind:id")], profile: Profile = "", as_json: AsJson = False
) -> None:
    """Why a record is, or is not, syncing."""
    with workbench.open(profile) as bench:
        _table(bench.why(record).frame(), as_json=as_json)


@app.command()
def log(integration: Annotated[str, typer.Argument()] = "", profile: Profile = "", as_json: AsJson = False) -> None:
    """The Integration Log: what did not happen, with cause and remedy."""
    with workbench.open(profile) as bench:
        _table(bench.log(integration).frame(), as_json=as_json)


@app.command()
def match(
    left: Annotated[Path, typer.Argument(help="CSV with columns id, name and any of street, city, …")],
    right: Annotated[Path, typer.Argument(help="CSV like it; each record links to at most one left record")],
    out: Annotated[Path, typer.Option("--out", help="CSV: left_id, right_id, probability, verdict, reason")],
    one_to_one: Annotated[bool, typer.Option("--one-to-one", help="and each left record to at most one right")] = False,
    mapped: Annotated[list[str], typer.Option("--map", help="word=column, when a column has another name")] = [],  # noqa: B006  # typer copies it
) -> None:
    """Match two files; nothing is read from or written to any system."""
    from workbench.steps import matching  # the engine takes a second to import; other commands do without

    columns = dict(_pair(text) for text in mapped)
    _say(str(matching.match_files(left, right, out, columns=columns, one_to_one=one_to_one, progress=_progress())))


@app.command("notebook")
def notebook(
    name: str,
    parameter: Annotated[list[str], typer.Option("-p", help="key=value")] = [],  # noqa: B006  # typer copies it
    profile: Profile = "",
) -> None:
    """Execute one notebook by papermill, with strict parameters, and render its page."""
    _notebook(name, dict(_pair(text) for text in parameter), profile)


@app.command()
def report(profile: Profile = "", folder: Annotated[Path | None, typer.Option()] = None) -> None:
    """Render every executed notebook and the index anew."""
    with workbench.open(profile) as bench:
        _say(f"written: {bench.report(folder)}")


@audit_app.command("verify")
def verify(profile: Profile = "") -> None:
    """Recompute the chain of what people did; a broken link is named."""
    with workbench.open(profile) as bench:
        found = bench.verify_audit()
    _say(found.found)
    if not found.ok:
        raise typer.Exit(5)


def _notebook(name: str, given: dict[str, Any], profile: str) -> None:
    with workbench.open(profile) as bench:
        run = bench.notebook(name, given)
    if run.exit_code:
        _fail(f"{run.notebook}: {run.error}", run.exit_code)
    _say(f"{run.notebook} complete in {run.seconds:.0f} s")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{text!r} is no key=value")
    return name.strip(), value


def _progress() -> Any:
    from workbench.render.progress import bar  # IPython is heavy; commands without a bar start faster

    return bar


def _table(frame: pd.DataFrame, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(json.loads(frame.to_json(orient="records", date_format="iso")), ensure_ascii=False))
        return
    with pd.option_context("display.max_rows", 200, "display.width", 200, "display.max_colwidth", 60):
        print("nothing" if frame.empty else frame.to_string(index=False, na_rep=""))


def _say(text: str) -> None:
    print(text, flush=True)


def _fail(text: str, code: int) -> NoReturn:
    print(text, file=sys.stderr, flush=True)
    raise SystemExit(code)
