"""One notebook, one run: strict parameters, an executed copy that appears whole, exit codes by family of error."""

from __future__ import annotations

import errno
import json
import os
import signal
import threading

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from workbench import jobs
from workbench.errors import Failed, UnknownName, UsageError, unusable
from workbench.steps import publishing

PARAMETERS = 'profile: str = "sandbox"  # environment\nlimit: int = 3  # how many\ndry: bool = True'


@pytest.fixture
def notebook(tmp_path):
    cells = [
        new_markdown_cell("# Try <it>\n\nPurpose."),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(
            "from workbench import errors\nif limit == 4:\n    raise errors.LockHeld('somebody else')\nprint(limit)"
        ),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = tmp_path / "10_try.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    return path


def test_every_unknown_or_mistyped_parameter_is_refused_at_once(notebook):
    with pytest.raises(UsageError) as caught:
        jobs.checked(notebook, {"profil": "live", "limit": "many", "dry": "perhaps"})

    said = str(caught.value)
    assert "'profil' is no parameter of 10_try; did you mean 'profile'?" in said
    assert "'limit' must be int, not 'many'" in said
    assert "'dry' must be bool, not 'perhaps'" in said


def test_text_from_the_command_line_becomes_the_declared_type(notebook):
    assert jobs.checked(notebook, {"limit": "007", "dry": "false"}) == {"limit": 7, "dry": False}


def test_a_truth_value_is_no_number(notebook):
    with pytest.raises(UsageError, match="'limit' must be int"):
        jobs.checked(notebook, {"limit": True})


def test_an_unknown_notebook_offers_the_nearest(notebook):
    with pytest.raises(UnknownName, match="did you mean '10_try'"):
        jobs.parameters(notebook.with_name("10_tri.ipynb"))


def test_a_run_leaves_the_executed_copy_and_its_manifest_and_nothing_half_written(notebook, tmp_path):
    folder = tmp_path / "out"

    run = jobs.execute(notebook, {"limit": 5}, folder=folder)

    assert (run.state, run.exit_code, run.title) == ("done", 0, "Try <it>")
    assert sorted(path.name for path in folder.iterdir()) == ["10_try.ipynb", "10_try.json"]
    manifest = json.loads((folder / "10_try.json").read_text())
    assert manifest["parameters"] == {"limit": 5} and manifest["sha256"] == run.sha256
    assert "5\n" in (folder / "10_try.ipynb").read_text().replace("\\n", "\n")


def test_a_failing_cell_ends_with_the_exit_code_of_its_family(notebook, tmp_path):
    run = jobs.execute(notebook, {"limit": 4}, folder=tmp_path / "out")

    assert (run.state, run.exit_code, run.error) == ("failed", 6, "LockHeld: somebody else")


def test_a_kernel_that_dies_is_a_failure_not_a_crash(notebook, tmp_path):
    book = nbformat.read(notebook, as_version=4)
    book.cells[2].source = "import os\nos._exit(3)"
    nbformat.write(book, notebook)

    run = jobs.execute(notebook, {}, folder=tmp_path / "out")

    assert run.state == "failed" and run.exit_code == 5 and "Dead" in run.error


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_run_leaves_no_half_copy(notebook, tmp_path):
    book = nbformat.read(notebook, as_version=4)
    begun = tmp_path / "begun"
    ended = tmp_path / "ended"
    book.cells[-1].source = (
        f"import pathlib, time\ntry:\n    pathlib.Path({str(begun)!r}).touch()\n    time.sleep(100)\n"
        f"except KeyboardInterrupt:\n    pathlib.Path({str(ended)!r}).touch()\n    raise"
    )
    nbformat.write(book, notebook)

    def interrupt():
        while not begun.exists():
            threading.Event().wait(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        jobs.execute(notebook, {}, folder=tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []
    assert ended.exists(), "the cell was not interrupted but killed"


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=str)
def test_a_run_that_is_told_to_stop_finishes_what_it_has_in_hand(notebook, tmp_path, number):
    begun = tmp_path / "begun"
    book = nbformat.read(notebook, as_version=4)
    book.cells[-1].source = (
        "import pathlib, signal, threading\n"
        "asked = threading.Event()\n"
        "signal.signal(signal.SIGTERM, lambda *_: asked.set())\n"
        f"pathlib.Path({str(begun)!r}).touch()\n"
        "print('in hand', asked.wait(60))"
    )
    nbformat.write(book, notebook)

    def stop():
        while not begun.exists():
            threading.Event().wait(0.05)
        os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    threading.Thread(target=stop, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):  # so that nothing further is begun
        jobs.execute(notebook, {}, folder=tmp_path / "out")

    assert json.loads((tmp_path / "out" / "10_try.json").read_text())["state"] == "done"
    assert "in hand True" in (tmp_path / "out" / "10_try.ipynb").read_text()
    assert signal.getsignal(number) is before


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EACCES, "let this account write there, or start in a folder of yours"),
        (errno.EROFS, "let this account write there, or start in a folder of yours"),
        (errno.ENOSPC, "make room on that disk, then give the same command again"),
        (errno.ENOTDIR, "a file stands where a folder is needed: move it away"),
        (errno.ENOENT, "see that it is there and can be used, or start in a folder of yours"),
    ],
)
def test_what_the_operating_system_refuses_is_said_with_what_to_do(number, remedy):
    assert (
        unusable(OSError(number, "Refused there", "reports/a")) == f"reports/a cannot be used (Refused there); {remedy}"
    )


def test_reports_that_cannot_be_written_are_told_in_words_before_a_cell_runs(notebook, tmp_path):
    out = tmp_path / "reports"
    out.write_text("a file of somebody's", encoding="utf-8")

    said = rf"{out} cannot be used \(.*\); a file stands where a folder is needed"
    with pytest.raises(Failed, match=said):
        publishing.execute(notebook.parent, "10_try", {}, out=out, environment={})
    with pytest.raises(Failed, match=said):
        publishing.publish(out, figures=[], notices=[], footer=[])
    assert out.read_text(encoding="utf-8") == "a file of somebody's"
