"""What suites share: the sandbox, one child process for the session, reset for each test; one demo; a Ctrl-C."""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from homes import SHARED, Home, shared_demo
from hypothesis import settings

settings.register_profile("facts", deadline=None)  # how long a case takes says how busy the machine is, and no more
settings.load_profile("facts")


class Admin:
    """The sandbox's control side: `get("requests")`, `post("faults", {...})`, `delete("faults")`, `records(...)`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def _call(self, method: str, path: str, body: object = None) -> Any:
        answer = self._session.request(method, f"{self._url}/{path}", json=body, timeout=60)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, body: object = None) -> Any:
        return self._call("POST", path, body if body is not None else {})

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def records(self, system: str, object: str) -> dict[str, dict[str, Any]]:
        """Everything stored of an object, past the API, by id."""
        return {record["@id"]: record for record in self.get(f"records/{system}/{object}")}

    def requests(self, system: str = "", method: str = "") -> list[dict[str, Any]]:
        """The calls made since the last reset, of one system and method when named."""
        return [r for r in self.get("requests") if system in ("", r["system"]) and method in ("", r["method"])]

    def close(self) -> None:
        self._session.close()


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[dict[str, Any]]:
    """A started sandbox: its line of JSON. It ends with the session, because its standard input closes."""
    command = [sys.executable, "-m", "workbench.sandbox", "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0


@pytest.fixture
def admin(sandbox_process: dict[str, Any]) -> Iterator[Admin]:
    """The control side of the sandbox, which is reset to its seed."""
    control = Admin(sandbox_process["admin"]["url"])
    control.post("reset")
    yield control
    control.close()


@pytest.fixture
def sandbox(sandbox_process: dict[str, Any], admin: Admin) -> dict[str, Any]:
    """How to reach the sandbox, which is reset to its seed: `sandbox["salesforce"]["url"]`."""
    return sandbox_process


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, subprocess.CompletedProcess[str]]:
    """The demo's folder and what the command said: every notebook executed once by papermill, for all workers."""
    base = tmp_path_factory.getbasetemp()
    here = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return shared_demo(Path(os.environ.get(SHARED) or here / "demo"))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@pytest.fixture
def interruptible():
    """A program that was started in the background ignores Ctrl-C, and one by nohup that its terminal is closed; what
    is tried here is one that does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.siginterrupt(signal.SIGINT, False)  # as polars leaves it: what waits without end is not woken
    closed = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, before)
    signal.signal(signal.SIGHUP, closed)
