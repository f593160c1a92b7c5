"""What `config/landscape.yaml` declares, checked and turned into one `Landscape`.

The file nests what belongs together: stores and processes stand in their system, moves in their integration, the
inside of a process in that process. Every mistake is reported at once, with its line.
"""

from __future__ import annotations

from pathlib import Path

from workbench.declared.building import build
from workbench.declared.checking import mistakes
from workbench.declared.shapes import LandscapeFile
from workbench.errors import ConfigurationError, Problem
from workbench.model.landscape import Landscape
from workbench.yaml_lines import collect, load

__all__ = ["collect_landscape", "read_landscape"]


def read_landscape(path: Path | str) -> Landscape:
    """The landscape that a file declares; raises ConfigurationError with every mistake in it."""
    landscape, problems = collect_landscape(path)
    if landscape is None:
        raise ConfigurationError(problems)
    return landscape


def collect_landscape(path: Path | str) -> tuple[Landscape | None, tuple[Problem, ...]]:
    """The landscape that a file declares, or None, with all mistakes: nothing is raised."""
    document = load(path)
    file, problems = collect(document, LandscapeFile)
    if file is None:
        return None, problems
    landscape = build(file)
    loose = tuple(sorted(set(mistakes(landscape, document))))
    return (None, loose) if loose else (landscape, ())
