"""What a person may do: check the role, call one step, write the audit line. Nothing here decides anything."""

from __future__ import annotations

import sys
from pathlib import Path

from workbench.bench.operating import Operating
from workbench.bench.preparing import Preparing
from workbench.bench.seeing import Seeing
from workbench.bench.writing import Writing
from workbench.errors import writing_into
from workbench.settings import read

__all__ = ["Bench", "open"]


class Bench(Preparing, Seeing, Writing, Operating):
    """Every effect is a method here: read, rule, plan, approve, run, report. Close it, or use it as `with`."""


def open(profile: str = "", *, folder: Path | str | None = None) -> Bench:
    """The bench of a profile: settings read and checked, store opened.

    No system is asked, and no sandbox started or joined, until it is needed. Raises ConfigurationError with every
    mistake.
    """
    if "IPython" in sys.modules:
        from workbench.render.frames import show_as_tables  # IPython is heavy; programs do without

        show_as_tables()
    settings = read(profile, folder=Path(folder) if folder else None)
    with writing_into(settings.state):
        settings.state.mkdir(parents=True, exist_ok=True)
        return Bench(settings)
