"""Edge: credentials of live profiles, from the environment, the keyring or an encrypted file; never from `config/`.

Two accesses: `read` is what reading and planning use, `write` what a run uses; where nothing is kept for `write`, the
one for `read` serves both. docs/connections.md says where each credential lies and how it gets there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from workbench.errors import AccessDenied, UsageError
from workbench.vault.credentials import Access, Credentials
from workbench.vault.sealed import SealedFile

__all__ = ["Access", "Credentials", "Entry", "Vault"]

SERVICE = "partner-workbench"
"""The keyring service under which `PROFILE/SYSTEM` and `PROFILE/SYSTEM/write` hold a JSON object of credentials."""

ACCESSES: tuple[Access, ...] = ("read", "write")


@dataclass(frozen=True, slots=True)
class Entry:
    """One kept set of credentials: for which system and access, where it lies, and the names (no values) in it."""

    system: str
    access: Access
    place: str
    names: tuple[str, ...]


class Vault:
    """The credentials of one profile. Looked for in the environment first, then the keyring, then the file."""

    def __init__(self, profile: str, environment: Mapping[str, str], file: Path) -> None:
        self._profile, self._environment = profile, environment
        self._file = SealedFile(file, environment, SERVICE)

    def find(self, system: str, access: Access = "read") -> Credentials:
        """What a system wants to know who we are; for `write` what is kept for it, else what is kept for `read`.

        Raises AccessDenied that says where they may be put when nothing is kept, Refused for a file others can read.
        """
        wanted: tuple[Access, ...] = ("write", "read") if access == "write" else ("read",)
        for one in wanted:
            found = self._look(system, one)
            if found is not None:
                return found[1]
        raise AccessDenied(
            f"{system} has no credentials for profile {self._profile}; run `workbench connect {system}`, or set "
            f"{_prefix(system, 'read')}URL and its companions in the environment of a schedule"
        )

    def named(self, system: str, access: Access) -> Credentials | None:
        """What the environment says for exactly this access; None when it says nothing."""
        prefix, write = _prefix(system, access), _prefix(system, "write")
        found = {
            name.removeprefix(prefix).lower(): value
            for name, value in self._environment.items()
            if name.startswith(prefix) and value and (access == "write" or not name.startswith(write))
        }
        return Credentials(found) if found else None

    def keep(self, system: str, access: Access, credentials: Credentials) -> str:
        """Keep credentials that worked, replacing older ones; says where. A copy elsewhere is taken away."""
        item, text = self._item(system, access), json.dumps(dict(credentials))
        try:
            keyring.set_password(SERVICE, item, text)
            kept = keyring.get_password(SERVICE, item) == text  # some backends keep nothing, and say so nowhere
        except Exception:  # noqa: BLE001  # backends raise their own errors: no service, too long, locked
            kept = False
        if kept:
            self._file.forget(item)
            return "keyring"
        self._file.keep(item, dict(credentials))
        return str(self._file.path)

    def forget(self, system: str, access: Access) -> bool:
        """Take kept credentials away, wherever they lie; says whether there were any. The environment is not ours."""
        item = self._item(system, access)
        known = _kept(item) is not None
        if known:
            keyring.delete_password(SERVICE, item)
        return self._file.forget(item) or known

    def entries(self, systems: Iterable[str]) -> list[Entry]:
        """What is kept for these systems, without any value."""
        found = []
        for system in systems:
            for access in ACCESSES:
                looked = self._look(system, access)
                if looked is not None:
                    found.append(Entry(system, access, looked[0], tuple(sorted(looked[1]))))
        return found

    def rotate(self) -> int:
        """Encrypt the file under a new key, so that the old one opens nothing; says how many entries it holds."""
        return self._file.rotate()

    def _look(self, system: str, access: Access) -> tuple[str, Credentials] | None:
        named = self.named(system, access)
        if named is not None:
            return "environment", named
        item = self._item(system, access)
        stored = _kept(item)
        if stored:
            return "keyring", Credentials(_object(stored, item))
        sealed = self._file.find(item)
        return (str(self._file.path), Credentials(sealed)) if sealed is not None else None

    def _item(self, system: str, access: Access) -> str:
        return f"{self._profile}/{system}" + ("/write" if access == "write" else "")


def _prefix(system: str, access: Access) -> str:
    return f"WORKBENCH_{system.upper().replace('-', '_')}_" + ("WRITE_" if access == "write" else "")


def _kept(item: str) -> str | None:
    try:
        found: str | None = keyring.get_password(SERVICE, item)
    except KeyringError:
        return None  # no keyring on this machine, or a locked one: the next place is asked
    return found


def _object(text: str, item: str) -> dict[str, str]:
    try:
        return {str(name): str(value) for name, value in json.loads(text).items()}
    except (ValueError, AttributeError):
        # The text itself is not told: it is a secret.
        raise UsageError(f"the keyring's {SERVICE} {item} is no JSON object; run `workbench connect` again") from None
