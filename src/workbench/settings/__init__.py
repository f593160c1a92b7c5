"""Config and environment become Settings; everything that is wrong, in every file, is said at once."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.declared import collect_landscape
from workbench.errors import ConfigurationError, Problem, UnknownName, UsageError
from workbench.model.integrations import Integration, RunBy
from workbench.model.kinds import Kind
from workbench.model.landscape import Landscape
from workbench.model.people import Person
from workbench.settings.checks import check_integrations, check_kinds, check_people
from workbench.settings.shapes import ApproversFile, IntegrationFile, KindsFile, WorkbenchFile
from workbench.settings.values import integration_of, kind_of, person_of
from workbench.yaml_lines import Document, Model, collect, load

HOME = "WORKBENCH_HOME"
"""Environment variable: the folder that holds `config/`; without it, the nearest folder upwards that has one."""


@dataclass(frozen=True)
class Settings:
    """Everything that the configuration says, checked: what the bench is made of."""

    folder: Path
    profile: str
    sandbox: bool
    systems: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, Kind]
    integrations: Mapping[str, Integration]
    people: tuple[Person, ...]
    landscape: Landscape
    database: str
    approval_hours: int
    time_zone: str
    environment: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def person(self) -> str:
        """Who works here: WORKBENCH_PERSON, else the name that this computer knows."""
        return self.environment.get("WORKBENCH_PERSON", "") or getpass.getuser()

    @property
    def state(self) -> Path:
        """The untracked folder for what the workbench itself keeps."""
        return self.folder / ".workbench"

    def integration(self, name: str) -> Integration:
        """The configured integration of this name; raises UnknownName with the nearest one."""
        if name not in self.integrations:
            raise UnknownName("integration", name, self.integrations)
        return self.integrations[name]

    def kind(self, name: str) -> Kind:
        """The configured kind of this name; raises UnknownName with the nearest one."""
        if name not in self.kinds:
            raise UnknownName("kind", name, self.kinds)
        return self.kinds[name]


def read(profile: str = "", *, folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every file under `config/`; raises one ConfigurationError with all mistakes."""
    environment = dict(os.environ if environment is None else environment)
    home = folder or find_home(environment)
    reader = _Reader(home)
    workbench = reader.file("workbench.yaml", WorkbenchFile)
    kinds_file = reader.file("kinds.yaml", KindsFile)
    approvers = reader.file("approvers.yaml", ApproversFile)
    names = sorted(path.stem for path in (home / "config" / "integrations").glob("*.yaml"))
    files = {name: reader.file(f"integrations/{name}.yaml", IntegrationFile) for name in names}
    kinds = {name: kind_of(name, shape) for name, shape in kinds_file.kinds.items()} if kinds_file else {}
    chosen = _chosen(profile, environment, workbench)
    run_by: RunBy = workbench.profiles[chosen].run_by if workbench else "vendor"
    zone = workbench.time_zone if workbench else "UTC"
    integrations = {name: integration_of(name, file, run_by, zone) for name, file in files.items() if file}
    people = tuple(person_of(shape) for shape in approvers.people) if approvers else ()
    reader.found(check_kinds(kinds, reader.document("kinds.yaml")))
    for name, integration in integrations.items() if kinds_file else ():
        document = reader.document(f"integrations/{name}.yaml")
        reader.found(check_integrations(integration, integrations, kinds, document, names))
    reader.found(check_people(people, reader.document("approvers.yaml")))
    whole = None if reader.problems else integrations  # what is wrong there would be said of the landscape again
    landscape, problems = collect_landscape(home / "config" / "landscape.yaml", whole)
    reader.found(problems)
    if reader.problems or workbench is None or landscape is None:
        raise ConfigurationError(reader.problems)
    settings = workbench.profiles[chosen]
    return Settings(
        folder=home,
        profile=chosen,
        sandbox=settings.sandbox,
        systems={name: shape.model_dump() for name, shape in settings.systems.items()},
        kinds=kinds,
        integrations=integrations,
        people=people,
        landscape=landscape,
        database=environment.get("WORKBENCH_DATABASE", "") or _database(workbench.database, home),
        approval_hours=workbench.approval_hours,
        time_zone=workbench.time_zone,
        environment=environment,
    )


def find_home(environment: Mapping[str, str]) -> Path:
    """The folder that holds `config/workbench.yaml`: WORKBENCH_HOME, else the nearest one upwards."""
    named = environment.get(HOME, "")
    for candidate in [Path(named)] if named else [Path.cwd(), *Path.cwd().parents]:
        if (candidate / "config" / "workbench.yaml").is_file():
            return candidate.resolve()
    where = named or f"{Path.cwd()} or any folder above it"
    raise UsageError(f"there is no config/workbench.yaml in {where}; start in the workbench's folder or set {HOME}")


def _chosen(profile: str, environment: Mapping[str, str], workbench: WorkbenchFile | None) -> str:
    """The profile that was asked for, else that of WORKBENCH_PROFILE, else the one that config/workbench.yaml names."""
    if workbench is None:
        return profile
    chosen = profile or environment.get("WORKBENCH_PROFILE", "") or workbench.profile
    if chosen not in workbench.profiles:
        raise UnknownName("profile", chosen, workbench.profiles)
    return chosen


def _database(url: str, home: Path) -> str:
    """A relative SQLite file lies in the workbench's folder, wherever the caller stands."""
    prefix = "sqlite:///"
    relative = url.removeprefix(prefix)
    return f"{prefix}{home / relative}" if url.startswith(prefix) and not relative.startswith("/") else url


class _Reader:
    """Reads files and gathers what is wrong with them."""

    def __init__(self, home: Path) -> None:
        self._config = home / "config"
        self._documents: dict[str, Document] = {}
        self.problems: list[Problem] = []

    def file(self, name: str, shape: type[Model]) -> Model | None:
        value, problems = collect(self.document(name), shape)
        self.found(problems)
        return value

    def document(self, name: str) -> Document:
        if name not in self._documents:
            self._documents[name] = load(self._config / name)
        return self._documents[name]

    def found(self, problems: tuple[Problem, ...]) -> None:
        self.problems.extend(problems)
