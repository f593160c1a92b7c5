"""Notebooks, pages, pictures and files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import workbench
from workbench.cli.printing import Profile, fail, pair, say
from workbench.errors import UnknownName, UsageError

app = typer.Typer()


@app.command(epilog="Example: workbench demo --folder /tmp/pages")
def demo(folder: Annotated[Path | None, typer.Option(help="where the pages go; default reports/")] = None) -> None:
    """Sandbox, every notebook, reports/index.html: the whole path, approved by a labelled demo reviewer."""
    with workbench.open("sandbox") as bench:
        runs = bench.demo(folder, said=say)
    failed = [run for run in runs if run.state == "failed"]
    index = (folder or Path("reports")) / "index.html"
    say(f"{len(runs) - len(failed)} of {len(runs)} notebooks complete; open {index}")
    if failed:
        raise typer.Exit(max(run.exit_code for run in failed))


@app.command(epilog="Example: workbench diagram difference --out difference.pdf --paper A4")
def diagram(  # noqa: PLR0917  # typer calls it by name
    state: Annotated[str, typer.Argument(help="as-is, to-be or difference")] = "difference",
    out: Annotated[
        Path | None, typer.Option(help="ends in .svg, .png, .pdf or .dot; default diagrams/STATE.svg")
    ] = None,
    level: Annotated[str, typer.Option(help="context, overview, 1 or 2")] = "1",
    process: Annotated[str, typer.Option(help="with level 2: the number of the process")] = "",
    system: Annotated[str, typer.Option(help="only this system")] = "",
    integration: Annotated[str, typer.Option(help="only this integration, down to its fields")] = "",
    object: Annotated[str, typer.Option(help="only this object: a kind of record, or a word of the data")] = "",
    paper: Annotated[str, typer.Option(help="A3 or A4, for .pdf")] = "A3",
    every: Annotated[bool, typer.Option("--all", help="every sheet, as the pages of one .pdf")] = False,
    profile: Profile = "",
) -> None:
    """Draw the data flows to a file."""
    from workbench.model.landscape import STATES  # other commands start without the drawing libraries
    from workbench.render.diagram import save_set, sheets

    with workbench.open(profile) as bench:
        landscape = bench.landscape()
    known = (*STATES, "difference")
    if state not in known:
        raise UnknownName("state of the landscape", state, known)
    shown = landscape.state("to-be" if state == "difference" else state)
    out = out or Path("diagrams") / f"{state}{'.pdf' if every else '.svg'}"
    if not out.resolve().parent.parent.is_dir():
        raise UsageError(f"the folder of {out} does not exist; make it, or choose another one")
    compare = landscape.state("as-is") if state == "difference" else None
    if every:
        drawn = sheets(shown, compare=compare, paper=paper)
        say(f"drawn: {save_set(drawn, out, paper)} ({len(drawn)} sheets)")
        return
    picture = workbench.diagram(
        shown, compare=compare, level=level, process=process, system=system, integration=integration, object=object
    )
    say(f"drawn: {picture.save(out, paper)}")


@app.command(epilog="Example: workbench match left.csv right.csv --out links.csv --map phone=Telephone")
def match(  # noqa: PLR0917  # typer calls it by name
    left: Annotated[Path, typer.Argument(help="CSV with columns id, name and any of street, city, …")],
    right: Annotated[Path, typer.Argument(help="CSV like it; each record links to at most one left record")],
    out: Annotated[Path, typer.Option("--out", help="CSV: left_id, right_id, probability, verdict, reason")],
    one_to_one: Annotated[bool, typer.Option("--one-to-one", help="and each left record to at most one right")] = False,
    name_only: Annotated[
        bool, typer.Option("--name-only", help="compare nothing but names, as the vendor's wizard does")
    ] = False,
    exact: Annotated[
        bool, typer.Option("--exact", help="ids as they are, for programs; a spreadsheet may run =… as a formula")
    ] = False,
    mapped: Annotated[list[str], typer.Option("--map", help="word=column, when a column has another name")] = [],  # noqa: B006  # typer copies it
) -> None:
    """Match two files; nothing is read from or written to any system."""
    from workbench.render.progress import bar  # the engine takes a second to import; other commands do without
    from workbench.steps import matching

    columns = dict(pair(text) for text in mapped)
    options = {"one_to_one": one_to_one, "name_only": name_only, "exact": exact}
    made = matching.match_files(left, right, out, columns=columns, progress=bar, **options)
    counts = f"{made.link} to link, {made.review} to review, {made.none + made.alone} without a match"
    say(f"{made.right} records of {right.name} against {made.left} of {left.name}: {counts}; written: {made.out}")


@app.command("notebook", epilog="Example: workbench notebook 50_run_sync -p integration=partner-sync")
def notebook(
    name: Annotated[str, typer.Argument(help="a file of notebooks/, without .ipynb")],
    parameter: Annotated[list[str], typer.Option("-p", help="key=value")] = [],  # noqa: B006  # typer copies it
    profile: Profile = "",
) -> None:
    """Execute one notebook by papermill, with strict parameters, and render its page."""
    _notebook(name, dict(pair(text) for text in parameter), profile)


@app.command(epilog="Example: workbench report")
def report(
    profile: Profile = "",
    folder: Annotated[Path | None, typer.Option(help="where the pages go; default reports/")] = None,
) -> None:
    """Render every executed notebook and the index anew."""
    with workbench.open(profile) as bench:
        say(f"written: {bench.report(folder)}")


def _notebook(name: str, given: dict[str, Any], profile: str) -> None:
    with workbench.open(profile) as bench:
        run = bench.notebook(name, given)
    if run.exit_code:
        fail(f"{run.notebook}: {run.error}", run.exit_code)
    say(f"{run.notebook} complete in {run.seconds:.0f} s")
