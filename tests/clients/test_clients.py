"""Clients that were not written here, pinned, against the served sandbox: each area works and is refused, for each.

`make clients` installs them below `.clients`. What is missing there fails by the name of its client.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INSTALLED = ROOT / ".clients"
PAGE = ROOT / "docs" / "sandbox-clients.md"
PYTHON = str(INSTALLED / "venv" / "bin" / "python")

SALESFORCE = (
    "log-in of a person",
    "log-in of an app",
    "session",
    "allowance",
    "versions",
    "describe",
    "query",
    "further pages",
    "search",
    "record",
    "upsert",
    "collection",
    "changes",
    "conditional write",
    "composite",
    "bulk load",
    "bulk query",
    "graph",
    "batch",
    "deleted rows",
    "picklists",
    "duplicates",
    "log file",
    "set-up",
)
CONNECTWISE = (
    "discovery",
    "access",
    "one record",
    "conditions",
    "child conditions",
    "custom fields",
    "fields and order",
    "further pages",
    "count",
    "create",
    "change",
    "replace",
    "delete",
    "merge",
    "associations",
    "contact",
    "opportunity",
    "forecast",
    "ticket",
    "agreement",
    "purchase order",
    "audit trail",
    "callback",
    "set-up",
    "rate limit",
)
SCRIPTS = {
    "connectpyse-manage": (CONNECTWISE, [PYTHON, "connectpyse_client.py"]),
    "connectwise-rest": (CONNECTWISE, ["node", "connectwise_rest_client.mjs"]),
    "jsforce": (SALESFORCE, ["node", "jsforce_client.mjs"]),
    "pyconnectwise": (CONNECTWISE, [PYTHON, "pyconnectwise_client.py"]),
    "simple-salesforce": (SALESFORCE, [sys.executable, "simple_salesforce_client.py"]),
}
"""The areas that each client covers, and its script."""


def pinned():
    """The exact version of each client, from the files that pin it."""
    versions = dict(json.loads((HERE / "package.json").read_text())["dependencies"])
    for exact in (HERE / "requirements.txt", ROOT / "constraints.txt"):
        pairs = (line.partition("==") for line in exact.read_text(encoding="utf-8").splitlines())
        versions |= {name: version for name, equals, version in pairs if equals and name in SCRIPTS}
    return versions


def installed(client):
    """The version that is installed; empty when there is none."""
    program, _ = SCRIPTS[client][1]
    if program == "node":
        described = INSTALLED / "node_modules" / client / "package.json"
        return json.loads(described.read_text())["version"] if described.exists() else ""
    if not Path(program).exists():
        return ""
    asked = f"import importlib.metadata as found; print(found.version({client!r}))"
    return subprocess.run([program, "-c", asked], capture_output=True, text=True, check=False).stdout.strip()


@functools.cache
def findings(client, how):
    """What a client found out about the sandbox that `how` (JSON) tells how to reach: (area, case) to ok and detail."""
    program, script = SCRIPTS[client][1]
    # Several of them heed the proxies of the environment; what they call is on this machine.
    environment = {**os.environ, "CLIENTS": str(INSTALLED), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        [program, str(HERE / script)],
        input=how,
        capture_output=True,
        text=True,
        timeout=100,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, f"{client} did not run to its end:\n{done.stdout[-500:]}\n{done.stderr[-2000:]}"
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(lines) == len({(line["area"], line["case"]) for line in lines}), f"{client} tells a case twice"
    return {(line["area"], line["case"]): (line["ok"], line["detail"]) for line in lines}


def page(found):
    """The matrix as a document: a table for each client."""
    parts = [
        "# Clients that were not written here, against the sandbox",
        "Each area is called once as it should be and once as it should not. What follows is what the clients found;"
        " `make clients` finds it again, and fails where this page no longer tells it.",
    ]
    for client, version in sorted(pinned().items()):
        rows = [
            f"| {area} | {found[client][area, 'works'][1]} | `{found[client][area, 'refused'][1]}` |"
            for area in SCRIPTS[client][0]
        ]
        parts.append(
            "\n".join([f"## {client} {version}\n", "| area | works | is refused with |", "|---|---|---|", *rows])
        )
    return "\n\n".join(parts) + "\n"


@pytest.fixture(params=SCRIPTS)
def client(request):
    assert installed(request.param) == pinned()[request.param], f"{request.param} is not installed: make clients"
    return request.param


def test_every_area_works_and_is_refused(client, sandbox):
    found = findings(client, json.dumps(sandbox))
    assert set(found) == {(area, case) for area in SCRIPTS[client][0] for case in ("works", "refused")}
    assert {area: detail for area, (ok, detail) in found.items() if not ok} == {}


def test_the_document_tells_what_was_found(sandbox, capsys):
    told = page({client: findings(client, json.dumps(sandbox)) for client in SCRIPTS})
    with capsys.disabled():
        print(f"\n{told}")  # noqa: T201 -- the matrix is what people run this for
    if os.environ.get("WORKBENCH_GOLDEN") == "write":
        PAGE.write_text(told, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == told, "write it anew: WORKBENCH_GOLDEN=write make clients"
