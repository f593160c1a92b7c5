"""Who signs, and what may run without asking again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import workbench
from workbench.cli.printing import AsJson, Integration, OneOrAll, Profile, Reason, say, table
from workbench.cli.sections import group

if TYPE_CHECKING:
    from workbench.model.people import Person

approver_app = group("People who sign, and their keys.")
standing_app = group("What runs without asking again.")
Name = Annotated[str, typer.Argument(help="as in config/approvers.yaml")]


@approver_app.command("list", epilog="Example: workbench approver list")
def people(profile: Profile = "", as_json: AsJson = False) -> None:
    """Everybody whose entry in config/approvers.yaml counts, beginning with the first approver."""
    with workbench.open(profile) as bench:
        table(bench.people().frame("name", "roles", "deputy", "signed_by", "public_key"), as_json=as_json)


@approver_app.command("add", epilog="Example: workbench approver add ann --roles approver --email ann@example.com")
def add(
    name: Name,
    roles: Annotated[list[str], typer.Option("--roles", help="viewer, analyst, approver, operator; may be repeated")],
    deputy: Annotated[str, typer.Option(help="who approves in this person's stead")] = "",
    email: Annotated[str, typer.Option(help="where this person is told what waits for them")] = "",
    profile: Profile = "",
) -> None:
    """Make a key on this computer and print the entry to be put into config/approvers.yaml."""
    with workbench.open(profile) as bench:
        made = bench.enrol(name, _words(roles), deputy=deputy, email=email)
        first = not bench.people()
    say("Put this under `people:` in config/approvers.yaml and have the change reviewed:")
    say(_entry(made))
    if not first:
        say(f"It counts when an approver of that file has signed it: workbench approver sign {name!r}")


@approver_app.command("sign", epilog="Example: workbench approver sign ann")
def sign(name: Name, profile: Profile = "") -> None:
    """Vouch for somebody's entry with your key; compare the public key with that person first."""
    with workbench.open(profile) as bench:
        made = bench.vouch(name)
    say("Put this in the place of the unsigned entry in config/approvers.yaml:")
    say(_entry(made))


@approver_app.command("revoke", epilog='Example: workbench approver revoke ann --reason "key lost"')
def revoke(name: Name, reason: Reason, profile: Profile = "") -> None:
    """Take back every approval of a person, standing ones too, and their key from this computer."""
    with workbench.open(profile) as bench:
        count = bench.dismiss(name, reason=reason)
    say(f"{count} approvals of {name} are taken back")
    say("Now remove the entry from config/approvers.yaml: as long as it stands there, the key still signs")


@approver_app.command("rulings", epilog='Example: workbench approver rulings partner --reason "read each of them"')
def approve_rulings(
    kind: Annotated[str, typer.Argument(help="a kind of record")], reason: Reason, profile: Profile = ""
) -> None:
    """Sign every ruling about a kind as it stands, once you have read them: workbench crosswalk shows what they say."""
    with workbench.open(profile) as bench:
        made, count = bench.approve_rulings(kind, reason=reason), len(bench.rulings(kind))
    say(f"{count} rulings of kind {kind} signed by {made.by}; they count as they stand")


@standing_app.command(
    "add",
    epilog="Example: workbench standing add partner-sync --kinds partner --actions update "
    "--per-run 50 --per-day 200 --days 90 --reason CHG-7",
)
def stand(  # noqa: PLR0917  # typer calls it by name
    integration: Integration,
    kinds: Annotated[list[str], typer.Option("--kinds", help="kinds of record")],
    actions: Annotated[list[str], typer.Option("--actions", help="create, update, link")],
    per_run: Annotated[int, typer.Option(help="lines a run")],
    per_day: Annotated[int, typer.Option(help="lines a day, UTC")],
    days: Annotated[int, typer.Option(help="how long it holds")],
    reason: Reason,
    fields: Annotated[list[str], typer.Option("--fields", help="only these fields, by their own names")] = [],  # noqa: B006  # typer copies it
    per_cent: Annotated[int, typer.Option(help="at most this share of a plan's lines")] = 100,
    profile: Profile = "",
) -> None:
    """Sign a rule with your key: lines inside it run without asking again, until it ends."""
    with workbench.open(profile) as bench:
        made = bench.stand(
            integration, kinds=_words(kinds), actions=_words(actions), fields=_words(fields), per_run=per_run,
            per_day=per_day, days=days, per_cent=per_cent, reason=reason,
        )  # fmt: skip
    say(f"in force until {made.ends_at:%Y-%m-%d %H:%M} UTC; see: workbench standing list {integration}")


@standing_app.command("list", epilog="Example: workbench standing list partner-sync")
def standings(integration: OneOrAll = "", profile: Profile = "", as_json: AsJson = False) -> None:
    """Every standing approval, with its limits and whether it is in force."""
    with workbench.open(profile) as bench:
        columns = ("id", "integration", "kinds", "actions", "fields", "per_run", "per_day", "ends_at", "state", "note")
        table(bench.standings(integration).frame(), as_json=as_json, columns=columns)


@standing_app.command("revoke", epilog='Example: workbench standing revoke fc954c765b8c --reason "too wide"')
def withdraw(
    standing: Annotated[str, typer.Argument(help="its id, as `standing list` prints it")],
    reason: Reason,
    profile: Profile = "",
) -> None:
    """Take a standing approval out of force."""
    with workbench.open(profile) as bench:
        found = bench.withdraw(standing, reason=reason)
    say(f"the standing approval of {found.integration} is revoked")


def _words(given: list[str]) -> list[str]:
    """Options may be repeated, or hold several words between commas."""
    return [word.strip() for text in given for word in text.split(",") if word.strip()]


def _entry(person: Person) -> str:
    from workbench.steps import enrolling  # help starts faster without it

    return enrolling.entry(person)
