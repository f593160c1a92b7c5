"""An analyst in JupyterLab: run all cells, read the plan, filter it by keyboard, watch the run's bar."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from homes import ROOT
from playwright.sync_api import expect

ERRORS = ", ".join(f".jp-Notebook [data-mime-type='application/vnd.jupyter.{kind}']" for kind in ("error", "stderr"))

SLOW = 120_000
"""Milliseconds for a kernel on a busy machine; nothing waits longer than it has to."""


@pytest.fixture
def analyst(demo, tmp_path):
    """The demo as its analyst finds it: the plan of the deal import waits, and the notebooks are about it."""
    home = demo[0].copy(tmp_path)
    (home.path / "notebooks").unlink()
    shutil.copytree(ROOT / "notebooks", home.path / "notebooks")
    for name in ("40_plan_sync", "50_run_sync"):
        path = home.path / "notebooks" / f"{name}.ipynb"
        book = nbformat.read(path, as_version=4)
        given = next(cell for cell in book.cells if "parameters" in cell.metadata.get("tags", []))
        given.source = given.source.replace('"partner-sync"', '"deal-import"')
        given.source = given.source.replace("demo_reviewer: bool = False", "demo_reviewer: bool = True")
        nbformat.write(book, path)
    return home.path


@pytest.fixture
def lab(analyst, tmp_path):
    """JupyterLab on a free port with a token of its own: how its pages are called. It is ended by its process id."""
    runtime = tmp_path / "runtime"
    apart = {"JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")} | apart
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    told = ["--ServerApp.port=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={analyst}"]
    with (tmp_path / "lab.log").open("w") as log:
        process = subprocess.Popen([*command, *told], env=environment, cwd=analyst, stdout=log, stderr=log)
        try:
            port = _port(process, runtime, tmp_path / "lab.log")
            yield lambda name: f"http://127.0.0.1:{port}/lab/tree/notebooks/{name}.ipynb?reset&token={token}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def test_an_analyst_plans_filters_and_runs(lab, browser):
    page = browser.new_context(viewport={"width": 1440, "height": 1200}).new_page()
    _run_all(page, lab("40_plan_sync"), until="A signature over exactly this content")
    plan = page.locator(".folded")
    groups = plan.locator("tbody:not([hidden])")
    before = groups.count()

    plan.locator("input[type=search]").focus()
    page.keyboard.type("deal contact")

    assert 0 < groups.count() < before
    assert plan.locator("[role=status]").inner_text() == f"{groups.count()} of {before}"

    _run_all(page, lab("50_run_sync"), until="What did not happen, with cause and remedy")
    bar = page.locator(".jp-OutputArea label", has=page.locator("progress")).first
    assert re.search(r"deal-import.*(\d+) of \1", bar.inner_text())


def _run_all(page, address: str, *, until: str) -> None:
    """Open a notebook, give the command *Run All Cells*, and wait until the last cell has its result."""
    page.goto(address)
    page.locator(".jp-RenderedMarkdown", has_text=until).wait_for(timeout=SLOW)
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_attached(timeout=SLOW)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell").last.locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]:"))
    last.or_(page.locator(ERRORS)).first.wait_for(timeout=SLOW)
    assert page.locator(ERRORS).all_inner_texts() == []


def _port(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> int:
    until = time.monotonic() + SLOW / 1000
    while time.monotonic() < until and process.poll() is None:
        for file in runtime.glob(f"jpserver-{process.pid}.json"):
            if file.stat().st_size:
                return int(json.loads(file.read_text(encoding="utf-8"))["port"])
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")
