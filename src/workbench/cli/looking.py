"""See and decide: the commands that read, and those that rule on what was read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import workbench
from workbench.cli.printing import AsJson, Integration, Kind, OfKind, OneOrAll, Profile, Reason, say, table
from workbench.errors import UnknownName

app = typer.Typer()
SHOWN = ("id", "name", "source", "target", "objects", "direction", "mechanism", "frequency", "owner_business", "basis")
"""What a list of the inventory shows; JSON and files hold every field."""


@app.command(epilog="Example: workbench doctor --profile live")
def doctor(profile: Profile = "", as_json: AsJson = False) -> None:
    """What is installed, which graphviz draws, which systems answer, who the first approver is."""
    with workbench.open(profile) as bench:
        table(bench.doctor().frame(), as_json=as_json)


@app.command(epilog="Example: workbench inventory --out inventory.xlsx")
def inventory(
    out: Annotated[Path | None, typer.Option(help="write it as a sheet: ends in .csv or .xlsx")] = None,
    edited: Annotated[
        Path | None, typer.Option("--from", help="take a sheet's edits into config/landscape.yaml")
    ] = None,
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Every integration that the landscape declares; as a sheet, and back from one with what people changed."""
    with workbench.open(profile) as bench:
        if edited is not None:
            table(bench.take_inventory(edited).frame(), as_json=as_json)
        elif out is not None:
            say(f"written: {bench.save_inventory(out)}")
        else:
            table(workbench.Rows(bench.landscape().integrations).frame(*SHOWN), as_json=as_json)


@app.command("exposures", epilog="Example: workbench exposures --json")
def exposed(profile: Profile = "", as_json: AsJson = False) -> None:
    """What is wrong with the connections that the systems themselves show, gravest first."""
    with workbench.open(profile) as bench:
        table(bench.exposures().frame(), as_json=as_json)


@app.command(epilog="Example: workbench assess --severity high")
def assess(
    severity: Annotated[str, typer.Option(help="only findings of this one: high, medium or low")] = "",
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Findings in the landscape, with remedies; what runs measured counts in place of what is assumed."""
    from workbench.core.assessing.sightings import SEVERITIES  # help starts faster without it

    with workbench.open(profile) as bench:
        found = workbench.assess(bench.landscape(), bench.measures())
    if severity not in ("", *SEVERITIES):
        raise UnknownName("severity", severity, SEVERITIES)
    table((found.where(severity=severity) if severity else found.findings).frame(), as_json=as_json)


@app.command(epilog="Example: workbench measures")
def measures(profile: Profile = "", as_json: AsJson = False) -> None:
    """What the workbench's own runs measured; what they cannot tell yet is left out."""
    import pandas as pd  # help starts faster without it

    with workbench.open(profile) as bench:
        table(pd.DataFrame(bench.measures().items(), columns=["measure", "value"]), as_json=as_json)


@app.command("check-documents", epilog="Example: workbench check-documents")
def check_documents(profile: Profile = "", as_json: AsJson = False) -> None:
    """Whether the source documents of the landscape can be reached; asks each address once."""
    with workbench.open(profile) as bench:
        table(bench.check_documents().frame(), as_json=as_json)


@app.command("check-diagrams", epilog="Example: workbench check-diagrams")
def check_diagrams(profile: Profile = "", as_json: AsJson = False) -> None:
    """Every rule of data flow diagrams that the landscape breaks, with its remedy."""
    with workbench.open(profile) as bench:
        table(bench.check_diagrams().frame(), as_json=as_json)


@app.command(epilog="Example: workbench snapshot partner --json")
def snapshot(kind: Kind, profile: Profile = "", as_json: AsJson = False) -> None:
    """Read all records of a kind from every system that has it."""
    with workbench.open(profile) as bench:
        table(bench.snapshot(kind).frame(), as_json=as_json)


@app.command(epilog="Example: workbench reference partner --refresh")
def reference(
    kind: Kind,
    refresh: Annotated[bool, typer.Option("--refresh", help="ask the systems now")] = False,
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """The fields of a kind in each system, with statuses, types and picklists as they are there; at most a day old."""
    with workbench.open(profile) as bench:
        found = bench.reference(kind, refresh=refresh)
    table(
        found.frame(),
        as_json=as_json,
        columns=("system", "object", "field", "type", "required", "may", "values", "read_at"),
    )


@app.command(epilog="Example: workbench choices partner connectwise status/name types/name")
def choices(
    kind: Kind,
    system: Annotated[str, typer.Argument(help="a system of the profile")],
    fields: Annotated[list[str], typer.Argument(help="fields with a list of values: status/name types/name")],
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """How many records have each status, type or other value, before anything is read: for choosing a filter."""
    with workbench.open(profile) as bench:
        table(bench.choices(kind, system, *fields).frame(), as_json=as_json)


@app.command(epilog="Example: workbench members --unmapped")
def members(
    unmapped: Annotated[bool, typer.Option("--unmapped", help="only whom some system lacks")] = False,
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Who of ours is whom in each system; say otherwise: workbench rule RECORD SYSTEM link --target RECORD."""
    with workbench.open(profile) as bench:
        found = bench.members()
    shown = found.where(lambda member: member.state != "mapped") if unmapped else found
    table(shown.frame(), as_json=as_json)


@app.command(epilog="Example: workbench crosswalk partner-sync --kind contact")
def crosswalk(
    integration: Integration,
    kind: OfKind = "partner",
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Which record is which: rulings and links folded over the last snapshots."""
    with workbench.open(profile) as bench:
        table(bench.crosswalk(integration, kind).frame(), as_json=as_json)


@app.command(epilog="Example: workbench preview partner-sync channeltivity:partner:1042 salesforce:partner:001A")
def preview(  # noqa: PLR0917  # typer calls it by name
    integration: Integration,
    record: Annotated[str, typer.Argument(help="system:kind:id")],
    target: Annotated[str, typer.Argument(help="system:kind:id, in the other system")],
    master: Annotated[str, typer.Option(help="the system whose values would win where both sides are filled")] = "",
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """What linking two records would write, field by field; nothing is ruled."""
    with workbench.open(profile) as bench:
        table(bench.preview(integration, record, target, master=master).frame(), as_json=as_json)


@app.command(
    epilog="Example: workbench rule channeltivity:partner:1042 salesforce link "
    "--target salesforce:partner:001A --reason CHG-7"
)
def rule(  # noqa: PLR0917  # typer calls it by name
    record: Annotated[str, typer.Argument(help="system:kind:id")],
    system: Annotated[str, typer.Argument(help="the other system")],
    word: Annotated[str, typer.Argument(help="link, create, later, exclude or lift")],
    reason: Reason,
    target: Annotated[str, typer.Option(help="system:kind:id, for link")] = "",
    master: Annotated[str, typer.Option(help="for link: the system whose values win at first")] = "",
    profile: Profile = "",
) -> None:
    """Say what you want of a record with regard to another system; the last ruling counts."""
    with workbench.open(profile) as bench:
        bench.rule(record, system, word, target, reason=reason, master=master)
    say(f"{record}: {word} {target}".rstrip())


@app.command(epilog="Example: workbench rulings --from rulings.csv --count 12")
def rulings(  # noqa: PLR0917  # typer calls it by name
    kind: OfKind = "partner",
    out: Annotated[Path | None, typer.Option(help="write those in force as a CSV sheet for people to fill in")] = None,
    edited: Annotated[Path | None, typer.Option("--from", help="show what such a sheet would rule anew")] = None,
    count: Annotated[int | None, typer.Option(help="with --from: rule them; how many you saw")] = None,
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """Every ruling about a kind of record, oldest first; as a sheet, and back from one with what people ruled."""
    with workbench.open(profile) as bench:
        if out is not None:
            say(f"written: {bench.save_rulings(out, kind)}")
            return
        drafts = bench.rulings(kind) if edited is None else bench.drafted_rulings(edited, kind)
        if edited is not None and count is not None:
            drafts = bench.rule_all(drafts, count=count)
        table(drafts.frame(), as_json=as_json)
        if edited is not None and count is None and not as_json:
            say(f"nothing is ruled yet; {len(drafts)} would be: give --count {len(drafts)} to rule them")


@app.command(epilog="Example: workbench why channeltivity:partner:1042")
def why(
    record: Annotated[str, typer.Argument(help="system:kind:id")], profile: Profile = "", as_json: AsJson = False
) -> None:
    """Why a record is, or is not, syncing."""
    with workbench.open(profile) as bench:
        table(bench.why(record).frame(), as_json=as_json)


@app.command(epilog="Example: workbench log partner-sync --search Acme")
def log(  # noqa: PLR0917  # typer calls it by name
    integration: OneOrAll = "",
    search: Annotated[str, typer.Option(help="only entries that hold this text")] = "",
    by_cause: Annotated[bool, typer.Option("--by-cause", help="how many entries each cause has")] = False,
    acknowledge: Annotated[str, typer.Option(help="an entry's id: say that you took note of it")] = "",
    note: Annotated[str, typer.Option(help="with --acknowledge: what was done about it")] = "",
    profile: Profile = "",
    as_json: AsJson = False,
) -> None:
    """The Integration Log: what did not happen, with cause and remedy."""
    with workbench.open(profile) as bench:
        if acknowledge:
            made = bench.acknowledge(acknowledge, note)
            say(f"{made.entry} acknowledged by {made.by}")
            return
        found = bench.log(integration, search=search)
    if by_cause:
        table(found.count(by="cause").reset_index(), as_json=as_json)
        return
    table(found.frame(), as_json=as_json, columns=("name", "record", "cause", "remedy", "open", "acknowledged"))
    if found and not as_json:
        say("the ids that --acknowledge takes: workbench log --json")
