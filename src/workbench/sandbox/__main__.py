"""`python -m workbench.sandbox`: print one line of JSON that says how to reach the sandbox, then serve."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from workbench.sandbox.data import fill
from workbench.sandbox.data.size import Size
from workbench.sandbox.filedoor import folder_of
from workbench.sandbox.routes import SYSTEMS
from workbench.sandbox.server import Server
from workbench.sandbox.smtp import MailSink
from workbench.sandbox.state import Refused, State


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; 0, or 5 when the file cannot be served."""
    options = _parser().parse_args(arguments)
    if options.data:
        return _serve(options, options.data)
    with tempfile.TemporaryDirectory(prefix="workbench-sandbox-", ignore_cleanup_errors=True) as folder:
        return _serve(options, Path(folder) / "sandbox.sqlite")


def _serve(options: argparse.Namespace, path: Path) -> int:
    try:
        state = State(path)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 5
    fill(state, Size(seed=options.seed, partners=options.partners, companies=options.companies))
    server = _server(state, options.port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.stop).start())
    if options.with_parent:
        # Ctrl-C and JupyterLab's *Interrupt* reach the whole group: that means the parent, which lets go when it ends.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    mail = MailSink(state)
    print(json.dumps(how_to_reach(state, server.port, mail.port)), flush=True)
    server.serve()
    server.stop()
    mail.stop()
    state.close()
    return 0


def how_to_reach(state: State, port: int, mail_port: int) -> dict[str, object]:
    """Addresses and credentials of every system, as the JSON line says them."""
    folder = folder_of(state)
    folder.mkdir(exist_ok=True)
    origin = f"http://127.0.0.1:{port}"
    keys = {system: state.setting("credentials", system) for system in SYSTEMS}
    channelonline = {"url": f"{origin}/channelonline/api/v1", "folder": str(folder)}
    return {
        "salesforce": {"url": origin, **keys["salesforce"]},
        "connectwise": {"url": origin, **keys["connectwise"]},
        "channeltivity": {"url": f"{origin}/channeltivity/api/v1", **keys["channeltivity"]},
        "channelonline": {**channelonline, **keys["channelonline"]},
        "smtp": {"host": "127.0.0.1", "port": mail_port},
        "admin": {"url": f"{origin}/admin"},
    }


def _server(state: State, port: int) -> Server:
    with contextlib.suppress(OSError):
        return Server(state, port)
    return Server(state)  # the port is taken: any other will do, the line says which


def _stop_with_parent(server: Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workbench.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; another one when it is taken")
    parser.add_argument("--data", type=Path, help="file to serve, made when missing; else a fresh temporary one")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same data")
    parser.add_argument("--partners", type=int, default=300)
    parser.add_argument("--companies", type=int, default=400, help="customers")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
