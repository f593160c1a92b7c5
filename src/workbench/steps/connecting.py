"""Reach the systems: the sandbox's as a child process or one that already runs, live ones with their credentials."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import Unavailable, UnknownName
from workbench.model.ports import Progress, System
from workbench.settings import Settings
from workbench.systems import CLIENTS, connect
from workbench.vault import Access, Credentials, Vault

JOINED = "WORKBENCH_SANDBOX"
"""Environment variable: the path of a file that holds the JSON line of a sandbox that already runs."""

SANDBOX_WORDS: Mapping[str, str] = {"mail": "smtp"}
"""Where the sandbox's line calls a system otherwise than we do."""


@dataclass
class Sandbox:
    """A running sandbox: what it printed about itself, and its process when this one started it."""

    contract: Mapping[str, Any]
    process: subprocess.Popen[str] | None = field(default=None, repr=False)
    announced: Path | None = field(default=None, repr=False)

    def announce(self, path: Path) -> None:
        """Write the JSON line where other processes find it (WORKBENCH_SANDBOX names the file), for this user only."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.contract) + "\n", encoding="utf-8")
        self.announced = path

    def stop(self) -> None:
        """Let the child finish its request and end; one that somebody else started is left alone."""
        if self.announced is not None:
            self.announced.unlink(missing_ok=True)
        if self.process is None or self.process.stdin is None:
            return
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait(timeout=10)
        if self.process.stdout is not None:
            self.process.stdout.close()


def sandbox(settings: Settings) -> Sandbox:
    """Join the sandbox that the environment names, else start a child on this folder's own data file."""
    joined = settings.environment.get(JOINED, "")
    if joined:
        return Sandbox(_announced(Path(joined)))
    return start_sandbox(settings.state / "sandbox.sqlite", environment=settings.environment)


def start_sandbox(data: Path, *, environment: Mapping[str, str] | None = None) -> Sandbox:
    """Start the sandbox as a child that ends with this process; its data lies in `data` and survives."""
    data.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "workbench.sandbox", "--with-parent", "--data", str(data)]
    log = data.with_suffix(".log")
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=dict(os.environ if environment is None else environment),
        )
    assert process.stdout is not None  # a pipe, asked for above
    line = process.stdout.readline()
    if not line:
        process.wait(timeout=10)
        said = log.read_text(encoding="utf-8").strip().splitlines()
        raise Unavailable(f"the sandbox did not start: {said[-1] if said else 'it said nothing'}; its data is {data}")
    return Sandbox(json.loads(line), process)


class Connections(Mapping[str, System]):
    """The profile's systems by name, each connected when it is first asked for, with the credentials of one access.

    A system without credentials stays closed: asking for it raises AccessDenied with the command that opens it.
    `progress` shows how far long reads are.
    """

    def __init__(
        self,
        settings: Settings,
        running: Sandbox | None,
        vault: Vault,
        access: Access = "read",
        *,
        progress: Progress | None = None,
    ) -> None:
        self._settings = settings
        self._sandbox = running
        self._vault = vault
        self._access: Access = access
        self._progress = progress
        self._open: dict[str, System] = {}

    def __getitem__(self, name: str) -> System:
        if name not in self._settings.systems:
            raise UnknownName("system", name, self._settings.systems)
        if name not in self._open:
            self._open[name] = self.tried(name, self._credentials(name))
        return self._open[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings.systems)

    def __len__(self) -> int:
        return len(self._settings.systems)

    def tried(self, name: str, credentials: Mapping[str, str]) -> System:
        """The client of a system with these credentials, which are kept nowhere; nothing is asked of it yet."""
        settings, kinds = self._settings.systems[name], self._settings.kinds
        return connect(name, settings, Credentials(credentials), kinds, progress=self._progress)

    def close(self, name: str) -> None:
        """Forget a connection, so that the next use looks its credentials up anew."""
        self._open.pop(name, None)

    def _credentials(self, name: str) -> Credentials:
        if self._sandbox is not None:
            return Credentials(self._sandbox.contract[SANDBOX_WORDS.get(name, name)])
        return self._vault.find(name, self._access)


def ways(settings: Settings, system: str) -> Mapping[str, tuple[str, ...]]:
    """The ways to log in to a system, the best first, each with the names of the credentials that it needs."""
    if system not in settings.systems:
        raise UnknownName("system", system, settings.systems)
    client = CLIENTS[str(settings.systems[system]["client"])]
    further = client.ways or {"keys": ()}
    return {way: (*client.credentials, *names) for way, names in further.items()}


def _announced(path: Path) -> Mapping[str, Any]:
    try:
        contract: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise Unavailable(
            f"{JOINED} names {path}, which holds no sandbox's line ({type(error).__name__}); "
            "start one with: workbench sandbox serve --json > FILE"
        ) from error
    return contract
