"""Run a command with a PostgreSQL server of its own: `python tests/postgresql/server.py pytest …`.

The server listens on 127.0.0.1 at a free port, keeps its files in memory where there is room (else under
`.postgresql/`), and ends with the command, by its process id. Root is never allowed to serve, so there it runs as the
user postgres. What is missing is installed by apt-get where that may be done; else this fails and says what is missing.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "WORKBENCH_TEST_SERVER"
"""Environment variable: the URL of the server, which the command finds."""

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30
"""Every test has a database of its own, 8 MB in 300 files: on a disk, making and deleting them outlasts the tests."""

IN_MEMORY = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
FOLDER = MEMORY / "workbench-postgresql" if IN_MEMORY else Path(__file__).parents[2] / ".postgresql"
AS_ROOT = os.geteuid() == 0
ACCOUNT = {"user": "postgres", "group": "postgres", "extra_groups": []} if AS_ROOT else {}


def programs() -> Path:
    """The folder of `initdb` and `postgres`, the newest version; installed when there is none."""
    found = _found()
    if found is None and AS_ROOT and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql"], stdout=subprocess.DEVNULL, check=False)
        found = _found()
    if found is None:
        sys.exit("postgresql is not installed and could not be; install it: apt-get install postgresql")
    return found


def _found() -> Path | None:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    elsewhere = shutil.which("initdb")
    program = debian[-1] if debian else Path(elsewhere).resolve() if elsewhere else None
    return program.parent if program else None


@contextmanager
def server() -> Iterator[str]:
    """A fresh server: its URL, without a database's name."""
    here, home = programs(), FOLDER / str(os.getpid())
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    password, port = secrets.token_hex(16), _free_port()
    (home / "password").write_text(password)
    if AS_ROOT:
        for path in (home, home / "password"):
            shutil.chown(path, "postgres", "postgres")
    made = ["--auth=scram-sha-256", "--username=postgres", f"--pwfile={home / 'password'}", "--no-sync"]
    how = {"cwd": home, "stdout": subprocess.DEVNULL, **ACCOUNT}
    subprocess.run([here / "initdb", "-D", home / "data", *made], **how, check=True)
    # Nothing here has to survive a power cut, so it does not wait for the disk.
    told = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off"}
    options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([here / "postgres", "-D", home / "data", *options], stderr=log, **how)
    try:
        _wait(process, port, home / "log")
        yield f"postgresql+psycopg://postgres:{password}@127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(home)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0 and b"ready to accept connections" in log.read_bytes():
                return
        time.sleep(0.1)
    sys.exit(f"postgresql did not start:\n{log.read_text()}")


def _end(_signal: int, _frame: object) -> None:
    sys.exit(5)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    with server() as url:
        code = subprocess.run(sys.argv[1:], env={**os.environ, VARIABLE: url}, check=False).returncode
    sys.exit(code)
