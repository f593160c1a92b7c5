"""What `config/landscape.yaml` declares, checked and turned into one `Landscape`.

The file nests what belongs together: stores and processes stand in their system, moves in their integration, the
inside of a process in that process. Every mistake is reported at once, with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workbench.declared.agreeing import disagreements, joined, restated
from workbench.declared.building import build
from workbench.declared.checking import doubles, mistakes
from workbench.declared.shapes import LandscapeFile
from workbench.errors import ConfigurationError, Problem
from workbench.model.integrations import Integration
from workbench.model.landscape import Landscape
from workbench.yaml_lines import collect, load

__all__ = ["collect_landscape", "joined", "read_landscape"]


def read_landscape(path: Path | str, integrations: Mapping[str, Integration] | None = None) -> Landscape:
    """The landscape that a file declares; raises ConfigurationError with every mistake in it.

    With the configured `integrations`, a row that names one takes direction, mapped fields, schedule and `run_by` from
    it, and a drawing that disagrees with it is a mistake; without them those fields stay empty.
    """
    landscape, problems = collect_landscape(path, integrations)
    if landscape is None:
        raise ConfigurationError(problems)
    return landscape


def collect_landscape(
    path: Path | str, integrations: Mapping[str, Integration] | None = None
) -> tuple[Landscape | None, tuple[Problem, ...]]:
    """The landscape that a file declares, or None, with all mistakes: nothing is raised."""
    document = load(path)
    file, problems = collect(document, LandscapeFile)
    if file is None:
        return None, tuple(sorted({*problems, *doubles(document)}))
    landscape = build(file)
    found = {*doubles(document), *mistakes(landscape, document), *restated(landscape, document)}
    if integrations is not None and not found:
        found |= set(disagreements(landscape, document, integrations))
    if found:
        return None, tuple(sorted(found))
    return joined(landscape, integrations or {}), ()
