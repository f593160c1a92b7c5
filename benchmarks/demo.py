"""How long the demo takes beside the same number of notebooks that do nothing: `python benchmarks/demo.py`.

Both run in one process each, one after the other, by papermill with a kernel a notebook. The ratio says what the
product costs on top of notebooks themselves. Prints a table and writes `benchmarks/results/demo.json`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from workbench import jobs
from workbench.steps.publishing import DEMO

ROOT = Path(__file__).parents[1]


def empty_notebooks(folder: Path) -> float:
    """Seconds for as many notebooks as the demo has, each with an empty parameters cell and nothing else."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cell = new_code_cell('profile: str = "sandbox"', metadata={"tags": ["parameters"]})
    started = time.monotonic()
    for position in range(len(DEMO)):
        path = folder / f"{position:02}_empty.ipynb"
        nbformat.write(new_notebook(cells=[cell], metadata=kernel), path)
        jobs.execute(path, {}, folder=folder / "out")
    return time.monotonic() - started


def demo(home: Path) -> float:
    """Seconds for `workbench demo` in a folder that has never run one."""
    for name in ("config", "notebooks", "diagrams"):
        shutil.copytree(ROOT / name, home / name)
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "workbench", "demo"], cwd=home, check=True)
    return time.monotonic() - started


def main() -> None:
    """Measure both, print, write."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        nothing = empty_notebooks(Path(first))
        whole = demo(Path(second))
    result = {
        "notebooks": len(DEMO),
        "demo_s": round(whole, 1),
        "empty_s": round(nothing, 1),
        "ratio": round(whole / nothing, 2),
    }
    print("\n".join(f"{name:10} {value}" for name, value in result.items()))
    path = ROOT / "benchmarks" / "results" / "demo.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
