"""Execute notebooks and render what people read: a page a notebook, and the index that leads with five numbers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import jobs
from workbench.errors import writing_into
from workbench.jobs import Given, Run
from workbench.model.figures import Figure
from workbench.model.rows import Rows
from workbench.render import report

if TYPE_CHECKING:
    from workbench.render.diagram import Diagram

FIRST = "90_report_to_leadership.html"
"""The page that the index names before all others."""

ENDINGS = (".svg", ".pdf", ".dot")

DEMO: tuple[tuple[str, Mapping[str, Given]], ...] = (
    ("00_connect_systems", {}),
    ("05_check_readiness", {"demo_reviewer": True}),
    ("10_inventory_integrations", {}),
    ("15_assess_landscape", {}),
    ("20_draw_data_flows", {}),
    ("30_match_records", {"demo_reviewer": True}),
    ("40_plan_sync", {"demo_reviewer": True}),
    ("40_plan_sync", {"integration": "deal-import"}),
    ("50_run_sync", {}),
    ("70_read_integration_log", {}),
    ("90_report_to_leadership", {}),
)
"""The notebooks of the demo in their order; the labelled demo reviewer confirms in 05, rules in 30, approves in 40."""


def execute(
    notebooks: Path, name: str, given: Mapping[str, Given], *, out: Path, environment: Mapping[str, str]
) -> Run:
    """Execute one notebook in its own kernel, which sees `environment`; its executed copy lies in `out`."""
    with _environment(environment), writing_into(out):
        return jobs.execute(notebooks / f"{name}.ipynb", given, folder=out / "notebooks")


def execute_all(
    notebooks: Path,
    work: Sequence[tuple[str, Mapping[str, Given]]],
    *,
    profile: str,
    out: Path,
    environment: Mapping[str, str],
    said: Callable[[str], None],
) -> list[Run]:
    """Execute notebooks one after the other; one that fails is said and does not stop the others."""
    runs = []
    for position, (name, given) in enumerate(work, start=1):
        run = execute(notebooks, name, {"profile": profile, **given}, out=out, environment=environment)
        said(f"[{position}/{len(work)}] {run.title}: {run.state} in {run.seconds:.1f} s{_because(run)}")
        runs.append(run)
    return runs


def publish(out: Path, *, figures: Sequence[Figure], notices: Sequence[str], footer: Sequence[str]) -> Path:
    """Render every executed notebook of `out` and the index, all at once; returns the index's path."""
    runs = known_runs(out)
    pages = [report.Page("Overview", "index.html"), *(_page(run) for run in runs)]
    written = {
        out / page.href: report.page(
            out / "notebooks" / run.output, here=page, pages=pages, notices=notices, footer=[*footer, _made(run)]
        )
        for run, page in zip(runs, pages[1:], strict=True)
    }
    index = out / "index.html"
    written[index] = report.index(
        title="Partner workbench", figures=figures, pages=pages[1:], notices=notices, footer=footer, first=FIRST
    )
    with writing_into(out):
        report.write(written)
    return index


def known_runs(out: Path) -> list[Run]:
    """The last run of every notebook that was executed into `out`, in the order of their numbers."""
    manifests = sorted((out / "notebooks").glob("[0-9]*.json"), key=lambda path: path.stem)
    fields = set(Run.__dataclass_fields__)
    read = (json.loads(path.read_text(encoding="utf-8")) for path in manifests)
    return [Run(**{name: value for name, value in manifest.items() if name in fields}) for manifest in read]


def save(folder: Path, pictures: Mapping[str, Diagram]) -> Rows[str]:
    """Write each diagram as SVG, PDF and DOT under its name; the names of the files."""
    targets = [
        (picture, folder / f"{name.replace('_', '-')}{ending}")
        for name, picture in pictures.items()
        for ending in ENDINGS
    ]
    with writing_into(folder):
        return Rows(picture.save(target).name for picture, target in targets)


def _page(run: Run) -> report.Page:
    made = f"{run.started[:16].replace('T', ' ')} UTC"
    return report.Page(run.title, f"{Path(run.output).stem}.html", made, run.error)


def _made(run: Run) -> str:
    given = ", ".join(f"{name} = {value}" for name, value in run.parameters.items())
    return f"{run.notebook}, {run.started}, {given or 'default parameters'}, notebook {run.sha256[:12]}"


def _because(run: Run) -> str:
    return f" ({run.error})" if run.error else ""


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """What a kernel inherits is this process's environment: set it, and put it back."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
