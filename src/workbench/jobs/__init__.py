"""One notebook, one run: strict parameters, papermill, atomic output, manifest, exit code."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbench import errors
from workbench.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from workbench.jobs.kernels import Asked

Given = str | int | float | bool
_TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a notebook's parameters cell offers: name, type, default as written, and its comment."""

    name: str
    type: str
    default: str
    help: str


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one notebook: where the executed copy is, how long it took, and what it failed with."""

    notebook: str
    title: str
    state: Literal["done", "failed"]
    output: str
    started: str
    seconds: float
    exit_code: int
    error: str
    parameters: Mapping[str, Given]
    sha256: str


def parameters(notebook: Path) -> dict[str, Parameter]:
    """The parameters that a notebook declares; raises UsageError when there is no such notebook."""
    if not notebook.is_file():
        raise UnknownName("notebook", notebook.stem, (path.stem for path in notebook.parent.glob("[0-9]*.ipynb")))
    import papermill  # seconds to import: everybody who only asks the bench does without

    found = papermill.inspect_notebook(str(notebook))
    return {
        name: Parameter(name, item["inferred_type_name"], item["default"], item["help"]) for name, item in found.items()
    }


def checked(notebook: Path, given: Mapping[str, Given]) -> dict[str, Given]:
    """The given parameters in their declared types; every unknown or mistyped one is refused at once.

    papermill itself only warns of an unknown parameter, and a mistyped switch would then run with its default.
    """
    declared = parameters(notebook)
    wrong, right = [], {}
    for name, value in given.items():
        if name not in declared:
            wrong.append(f"{name!r} is no parameter of {notebook.stem}; {errors.nearest(name, declared)}")
            continue
        try:
            right[name] = _typed(value, declared[name].type)
        except ValueError:
            wrong.append(f"{name!r} must be {declared[name].type}, not {value!r}")
    if wrong:
        raise UsageError("; ".join(wrong))
    return right


def execute(notebook: Path, given: Mapping[str, Given], *, folder: Path, timeout_seconds: int = 3600) -> Run:
    """Execute a notebook in its own kernel; the executed copy appears in `folder` whole or not at all.

    A failing cell makes a Run of state failed, with the exit code of the error's family; the copy then shows where.
    When this process was asked to stop meanwhile, KeyboardInterrupt is raised afterwards: nothing further is begun.
    """
    from workbench.jobs import kernels  # as papermill, below

    right = checked(notebook, given)
    apart = _apart(notebook, right)
    name = notebook.stem + apart
    output, unfinished = folder / f"{name}.ipynb", folder / f".{name}.unfinished.ipynb"
    folder.mkdir(parents=True, exist_ok=True)
    started, clock = datetime.now(UTC), time.monotonic()
    try:
        asked = kernels.Asked()
        code, error = _cells(notebook, unfinished, right, timeout_seconds, asked)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)  # there only when somebody interrupted
    run = Run(
        notebook=notebook.stem,
        title=title(notebook) + apart.replace("-", ": ", 1),
        state="failed" if code else "done",
        output=output.name,
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - clock, 1),
        exit_code=code,
        error=error,
        parameters=right,
        sha256=hashlib.sha256(notebook.read_bytes()).hexdigest(),
    )
    _write_manifest(folder / f"{name}.json", run)
    if asked.to_stop:
        raise KeyboardInterrupt
    return run


def _apart(notebook: Path, given: Mapping[str, Given]) -> str:
    """What tells runs of one notebook apart: the integration, when it is not the one that the notebook itself names.

    A name that could lead out of the folder tells nothing apart; the notebook will say that it does not know it.
    """
    named = str(given.get("integration", ""))
    usual = parameters(notebook)["integration"].default.strip("\"'") if named else ""
    return f"-{named}" if named != usual and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", named) else ""


def title(notebook: Path) -> str:
    """The notebook's heading, else its name."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    lines = "".join(cells[0]["source"]).splitlines() if cells else []
    return lines[0].lstrip("# ").strip() if lines and lines[0].startswith("#") else notebook.stem


def _cells(
    notebook: Path, output: Path, given: Mapping[str, Given], timeout_seconds: int, asked: Asked
) -> tuple[int, str]:
    """Run every cell into `output`; the exit code and the words of what stopped it, or (0, "")."""
    import papermill  # seconds to import: everybody who only asks the bench does without
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    from workbench.jobs import kernels

    execute = functools.partial(
        papermill.execute_notebook,
        str(notebook),
        str(output),
        parameters=dict(given),
        kernel_name="python3",
        cwd=str(notebook.parent),
        progress_bar=False,
        execution_timeout=timeout_seconds,
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
        shutdown_kernel="immediate",
        store_widget_state=False,
    )
    try:
        kernels.attended(lambda manager: execute(kernel_manager_class=manager), asked)
    except PapermillExecutionError as failure:
        return _exit_code(failure.ename), f"{failure.ename}: {failure.evalue}"
    except (DeadKernelError, CellTimeoutError) as failure:
        return errors.Failed.exit_code, f"{type(failure).__name__}: {failure}"
    return 0, ""


def _typed(value: Given, type_name: str) -> Given:
    wanted = _TYPES.get(type_name)
    if wanted is None or (isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))):
        return value
    if not isinstance(value, str):
        raise ValueError(value)
    if wanted is bool:
        if value.lower() not in _WORDS:
            raise ValueError(value)
        return _WORDS[value.lower()]
    number: Given = wanted(value)
    return number


def _exit_code(error_name: str) -> int:
    known = getattr(errors, error_name, None)
    if isinstance(known, type) and issubclass(known, errors.WorkbenchError):
        return known.exit_code
    return errors.Failed.exit_code


def _write_manifest(path: Path, run: Run) -> None:
    manifest = asdict(run) | {"workbench": version("partner-workbench"), "python": platform.python_version()}
    unfinished = path.with_suffix(".json.unfinished")
    unfinished.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    unfinished.replace(path)
