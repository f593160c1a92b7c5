"""No credential ever shows: not in notebooks, pages, logs, the database or errors; not when something fails."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from nbformat.v4 import new_code_cell

import workbench

ROOT = Path(__file__).parents[2]
OPEN = ("url", "company", "username", "folder", "host", "port")
"""Parts of a credential that are no secret."""

CANARY = "s3cr3t/CANARY+kept=quiet"


def forms(secret: str) -> set[bytes]:
    """The ways in which a secret may stand in a file: plain, quoted, hexadecimal, base64 at each of three offsets."""
    content = secret.encode()
    encoded = {base64.b64encode(b"\0" * offset + content)[4:-4] for offset in range(3)}
    quoted = {quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode()}
    hexadecimal = {content.hex().encode(), content.hex().upper().encode()}
    return {content, *quoted, *hexadecimal, *encoded, *(base64.urlsafe_b64encode(part)[4:-4] for part in (content,))}


def secrets(folder: Path) -> dict[str, str]:
    """The credentials of the folder's sandbox, and what is sent of them together."""
    with workbench.open(folder=folder) as bench:
        contract = bench.sandbox  # the same each time: the sandbox keeps its keys in its file
    found = {
        f"{system} {name}": value
        for system, parts in contract.items()
        for name, value in parts.items()
        if name not in OPEN
    }
    keys = contract["connectwise"]
    return {**found, "pair": f"{keys['company']}+{keys['public_key']}:{keys['private_key']}"}


def shown(folder: Path, named: dict[str, str], *said: str) -> list[tuple[str, str]]:
    """Where a secret shows: every file of a folder but the sandbox's own, and what was printed."""
    own = tuple((folder / ".workbench").glob("sandbox.*"))
    files = [path for path in folder.rglob("*") if path.is_file() and path not in own]
    texts = {**{str(path): path.read_bytes() for path in files}, "printed": "".join(said).encode()}
    assert any(name.endswith(".db") for name in texts) and any(name.endswith(".ipynb") for name in texts)
    wanted = {name: forms(secret) for name, secret in named.items()}
    return [
        (where, name) for where, text in texts.items() for name, all in wanted.items() if any(f in text for f in all)
    ]


def test_each_form_of_a_secret_would_be_found():
    for text in (
        CANARY,
        quote(CANARY, safe=""),
        CANARY.encode().hex(),
        base64.b64encode(b"a:" + CANARY.encode()).decode(),
    ):
        assert any(form in f"before {text} after".encode() for form in forms(CANARY)), text


def test_no_credential_shows_anywhere_after_the_demo(demo):
    home, said = demo
    found = secrets(home.path)

    assert len(found) >= 11
    assert shown(home.path, found, said.stdout, said.stderr) == []


def test_no_credential_shows_when_a_notebook_fails_with_everything_logged(tmp_path, demo):
    home = type(demo[0])(tmp_path / "home")
    shutil.copytree(demo[0].path, home.path, symlinks=True)
    (home.path / "notebooks").unlink()
    shutil.copytree(ROOT / "notebooks", home.path / "notebooks")
    path = home.path / "notebooks" / "00_connect_systems.ipynb"
    book = nbformat.read(path, as_version=4)
    cells = [
        "import logging\nlogging.basicConfig(level=logging.DEBUG, force=True)",
        "bench.snapshot('partner', full=True), [(system, vars(system)) for system in bench.systems.values()]",
        "over_http = [system for name, system in bench.systems.items() if name != 'mail']",
        "[(vars(s.transport), s.transport.get('/nowhere').status_code) for s in over_http]",
        "bench.systems['salesforce'].asked('nothing')",
    ]
    book.cells = [*book.cells, *map(new_code_cell, cells)]
    nbformat.write(book, path)

    said = home.command("notebook", "00_connect_systems")

    assert said.returncode == 2 and "DEBUG" not in said.stderr
    executed = (home.path / "reports" / "notebooks" / "00_connect_systems.ipynb").read_text(encoding="utf-8")
    assert "workbench.transport" in executed and "UsageError" in executed
    assert shown(home.path, secrets(home.path), said.stdout, said.stderr) == []


@pytest.mark.parametrize("words", [("notebook", "00_connect_systems"), ("connect",), ("connect", "salesforce")])
def test_no_credential_of_the_environment_shows_when_a_live_system_refuses(home, words):
    (home.path / "config").unlink()
    shutil.copytree(ROOT / "config", home.path / "config")
    file = home.path / "config" / "workbench.yaml"
    file.write_text(file.read_text().replace("{client:", "{attempts: 1, client:"))
    (home.path / "config" / "approvers.yaml").write_text("people: [{name: ada, roles: [operator]}]\n")
    given = {
        f"WORKBENCH_{system}_{name}": f"{CANARY}{system}{name}"
        for system, names in {
            "SALESFORCE": ("CLIENT_ID", "CLIENT_SECRET"),
            "CONNECTWISE": ("PUBLIC_KEY", "PRIVATE_KEY", "CLIENT_ID", "COMPANY"),
        }.items()
        for name in names
    }
    nowhere = {f"WORKBENCH_{system}_URL": "http://127.0.0.1:9" for system in ("SALESFORCE", "CONNECTWISE")}

    said = home.command(
        *words, "--profile", "live", **given, **nowhere, WORKBENCH_VAULT_PASSPHRASE=CANARY, WORKBENCH_PERSON="ada"
    )

    page = home.page("00_connect_systems") if words[0] == "notebook" else said.stdout + said.stderr
    assert "does not answer at 127.0.0.1:9" in page
    texts = [path.read_bytes() for path in home.path.rglob("*") if path.is_file()]
    texts.append((said.stdout + said.stderr).encode())
    assert [form for text in texts for form in forms(CANARY) if form in text] == []
