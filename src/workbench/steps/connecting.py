"""Reach the systems: the sandbox's as a child process or one that already runs, live ones with their credentials."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
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


class Sandbox:
    """The sandbox of a workbench: joined, or started as a child, when something is first asked of its systems."""

    def __init__(self, data: Path, environment: Mapping[str, str], *, joined: str = "") -> None:
        self._data, self._environment, self._joined = data, environment, joined
        self._process: subprocess.Popen[str] | None = None
        self._announced: Path | None = None

    @cached_property
    def contract(self) -> Mapping[str, Any]:
        """What it prints about itself: addresses and keys by system. Raises Unavailable when it cannot be had."""
        if self._joined:
            return _announced(Path(self._joined))
        self._process, contract = _started(self._data, self._environment)
        return contract

    def announce(self, path: Path) -> None:
        """Write the JSON line where other processes find it (WORKBENCH_SANDBOX names the file), for this user only."""
        line = json.dumps(self.contract) + "\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(line, encoding="utf-8")
        self._announced = path

    def stop(self) -> None:
        """Let the child finish its request and end; one that somebody else started is left alone."""
        if self._announced is not None:
            self._announced.unlink(missing_ok=True)
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait(timeout=10)
        if self._process.stdout is not None:
            self._process.stdout.close()


def sandbox(settings: Settings) -> Sandbox:
    """The sandbox that the environment names, else one on this folder's own data file, which survives."""
    joined = settings.environment.get(JOINED, "")
    return Sandbox(settings.state / "sandbox.sqlite", settings.environment, joined=joined)


def _started(data: Path, environment: Mapping[str, str]) -> tuple[subprocess.Popen[str], Mapping[str, Any]]:
    """A child that ends with this process, and what it printed about itself."""
    data.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "workbench.sandbox", "--with-parent", "--data", str(data)]
    log = data.with_suffix(".log")
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=dict(environment)
        )
    assert process.stdout is not None  # a pipe, asked for above
    line = process.stdout.readline()
    if not line:
        process.wait(timeout=10)
        said = log.read_text(encoding="utf-8").strip().splitlines()
        raise Unavailable(f"the sandbox did not start: {said[-1] if said else 'it said nothing'}; its data is {data}")
    return process, json.loads(line)


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
