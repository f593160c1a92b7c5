"""Plan, approve, run, take back: the commands around a plan."""

from __future__ import annotations

from typing import Annotated

import typer

import workbench
from workbench.cli.printing import AsJson, Integration, OneOrAll, PlanId, Profile, Reason, in_words, pair, say, table
from workbench.errors import PartlyFailed, WaitingForApproval

app = typer.Typer()


@app.command(epilog="Example: workbench plan partner-sync")
def plan(integration: Integration, profile: Profile = "", as_json: AsJson = False) -> None:
    """Work out what would be written; nothing is written. Exit code 3: the plan waits for approval."""
    with workbench.open(profile) as bench:
        made = bench.plan(integration)
    if as_json:
        table(made.changes().frame(), as_json=True)
    else:
        say(in_words(made))
    _waits(made)


@app.command(epilog="Example: workbench plans partner-sync")
def plans(integration: OneOrAll = "", profile: Profile = "", as_json: AsJson = False) -> None:
    """Every plan with its state; then the standing approvals that end soon or are suspended."""
    with workbench.open(profile) as bench:
        columns = ("id", "integration", "purpose", "state", "summary", "author", "made_at", "note")
        table(bench.plans(integration).frame(), as_json=as_json, columns=columns)
        reminders = bench.reminders(integration)
    if not as_json:
        for reminder in reminders:
            say(reminder)


@app.command(epilog="Example: workbench show df109235bb97")
def show(plan: PlanId, profile: Profile = "", as_json: AsJson = False) -> None:
    """Every change of a plan, before and after; what it takes, what stops it, what is held for a person."""
    with workbench.open(profile) as bench:
        shown = bench.show(plan)
    table(shown.changes().frame(), as_json=as_json)
    if not as_json:
        say(in_words(shown))
        for gate in shown.gates:
            if not gate.holds:
                say(f"stopped by {gate.name}: {gate.message}")
        if shown.held:
            table(
                workbench.Rows(shown.held).frame("subject", "field", "left", "right", "reason", "remedy"), as_json=False
            )


@app.command(epilog='Example: workbench approve df109235bb97 --reason "CHG-1042"')
def approve(
    plan: PlanId,
    reason: Reason,
    override: Annotated[
        list[str], typer.Option(help='a gate that may pass, and why: "blanking: partner in crm=WHY"')
    ] = [],  # noqa: B006  # typer copies it
    profile: Profile = "",
) -> None:
    """Sign a plan with your key; it may then be run until the approval expires."""
    with workbench.open(profile) as bench:
        approval = bench.approve(plan, reason=reason, overrides=dict(map(pair, override)))
    until = f"{approval.expires_at:%Y-%m-%d %H:%M} UTC"
    say(f"plan {plan} approved by {approval.by} until {until}; run: workbench run {plan}")


@app.command(epilog='Example: workbench reject df109235bb97 --reason "wrong quarter"')
def reject(plan: PlanId, reason: Reason, profile: Profile = "") -> None:
    """Say no to a plan; it is remembered line by line."""
    with workbench.open(profile) as bench:
        bench.reject(plan, reason=reason)
    say(f"plan {plan} rejected")


@app.command(epilog='Example: workbench reconsider df109235bb97 --reason "meant after all"')
def reconsider(plan: PlanId, reason: Reason, profile: Profile = "") -> None:
    """Take a rejection back; what was turned down is proposed again."""
    with workbench.open(profile) as bench:
        bench.reconsider(plan, reason=reason)
    say(f"plan {plan} is rejected no more; its lines come back with the next plan")


@app.command(epilog='Example: workbench revoke df109235bb97 --reason "signed too early"')
def revoke(plan: PlanId, reason: Reason, profile: Profile = "") -> None:
    """Take an approval back, until the run begins."""
    with workbench.open(profile) as bench:
        bench.revoke(plan, reason=reason)
    say(f"the approval of plan {plan} is revoked")


@app.command(epilog="Example: workbench run df109235bb97")
def run(plan: PlanId, profile: Profile = "", as_json: AsJson = False) -> None:
    """Write an approved plan, read it back, keep the journal. Resumes where it was interrupted."""
    with workbench.open(profile) as bench:
        journal = bench.run(plan)
    if as_json:
        table(journal.entries.frame(), as_json=True)
    else:
        say(f"plan {plan}: " + ", ".join(f"{count} {state}" for state, count in journal.counts.items()))
    if journal.failed:
        columns = ("record", "name", "action", "state", "cause", "remedy")
        frame = journal.frame()
        failed = frame[frame["state"].isin({entry.state for entry in journal.failed})]
        if not as_json:
            table(failed, as_json=False, columns=columns)
    whole = len(journal.entries)
    if journal.open:
        ended = whole - len(journal.open)
        raise PartlyFailed(
            f"stopped with {ended} of {whole} lines at their end; why: workbench log; `workbench run {plan}` goes on"
        )
    if journal.failed:
        raise PartlyFailed(f"{len(journal.failed)} of {whole} lines were not written; why: workbench log")


@app.command(epilog="Example: workbench undo df109235bb97")
def undo(plan: PlanId, profile: Profile = "") -> None:
    """Make a plan that takes a run back; it needs an approval like any other. Exit code 3: it waits for approval."""
    with workbench.open(profile) as bench:
        made = bench.undo(plan)
    say(in_words(made))
    _waits(made)


@app.command(epilog='Example: workbench pause partner-sync --reason "the portal moves house"')
def pause(integration: Integration, reason: Reason, profile: Profile = "") -> None:
    """Stop an integration's runs until it is resumed."""
    with workbench.open(profile) as bench:
        bench.pause(integration, reason=reason)
    say(f"{integration} is paused: it is read and planned, nothing is written; go on: workbench resume {integration}")


@app.command(epilog="Example: workbench resume partner-sync")
def resume(integration: Integration, profile: Profile = "") -> None:
    """Let a paused integration run again."""
    with workbench.open(profile) as bench:
        paused = bench.resume(integration)
    say(f"{integration} runs again" if paused else f"{integration} was not paused; nothing changed")


def _waits(plan: workbench.Plan) -> None:
    if plan.lines:
        raise WaitingForApproval(
            f"plan {plan.id} waits; look: workbench show {plan.id}; approve: workbench approve {plan.id} --reason WHY"
        )
