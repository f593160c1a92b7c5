"""A file of credentials, encrypted with Fernet; its key lies elsewhere: environment, passphrase or keyring."""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keyring
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from keyring.errors import KeyringError

from workbench.errors import AccessDenied, Refused, UsageError

KEY = "WORKBENCH_VAULT_KEY"
"""Environment variable: Fernet keys, the newest first, separated by commas."""

PASSPHRASE = "WORKBENCH_VAULT_PASSPHRASE"
"""Environment variable: a passphrase, from which the key is derived by scrypt with the file's own salt."""

OLD_PASSPHRASE = "WORKBENCH_VAULT_OLD_PASSPHRASE"
"""Environment variable: the passphrase before, while the file is rotated."""

KEYRING_ITEM = "vault key"
"""The keyring's item that holds the file's keys, the newest first, when the environment names none."""

FORMAT = 1


class SealedFile:
    """Entries under one seal. Only this user may read the file (mode 0600), else it is refused."""

    def __init__(self, path: Path, environment: Mapping[str, str], service: str) -> None:
        self.path = path
        self._environment, self._service = environment, service

    def find(self, item: str) -> dict[str, str] | None:
        """An entry, or None; raises AccessDenied when the key is not at hand."""
        return self._open().get(item) if self.path.exists() else None

    def keep(self, item: str, values: Mapping[str, str]) -> None:
        """Write an entry; makes the file, and a key in the keyring when the environment names none."""
        entries = self._open() if self.path.exists() else {}
        salt = self._salt() if self.path.exists() else secrets.token_hex(16)
        self._seal({**entries, item: dict(values)}, salt, self._keys(salt) or [self._new_key()])

    def forget(self, item: str) -> bool:
        """Take an entry away; says whether it was there. The last one takes the file with it."""
        entries = self._open() if self.path.exists() else {}
        if item not in entries:
            return False
        del entries[item]
        if entries:
            self._seal(entries, self._salt(), self._keys(self._salt()))
        else:
            self.path.unlink()
        return True

    def rotate(self) -> int:
        """Seal everything under the newest key; one in the keyring is made here, others are given by environment."""
        if not self.path.exists():
            return 0
        entries, salt = self._open(), secrets.token_hex(16)
        ours = not (self._environment.get(KEY) or self._environment.get(PASSPHRASE))
        keys = [self._new_key()] if ours else self._keys(salt)
        # The keyring names the new key and the old one until the file is sealed anew: an end in between loses nothing.
        self._seal(entries, salt, keys)
        if ours:
            keyring.set_password(self._service, KEYRING_ITEM, keys[0])
        return len(entries)

    def _open(self) -> dict[str, dict[str, str]]:
        mode = self.path.stat().st_mode & 0o777
        if mode & 0o077:
            raise Refused(
                f"{self.path} may be read by others (mode {mode:o}); give `chmod 600` to it, and have new "
                "keys made in the systems if others had it"
            )
        content = self._content()
        keys = self._keys(str(content["salt"]))
        if not keys:
            raise AccessDenied(f"{self.path} is sealed and its key is not at hand; set {KEY} or {PASSPHRASE}")
        try:
            opened = MultiFernet([Fernet(key) for key in keys]).decrypt(str(content["sealed"]).encode())
        except InvalidToken:
            raise AccessDenied(
                f"the key at hand does not open {self.path}; set the one with which it was sealed in {KEY} or "
                f"{PASSPHRASE}, or delete the file and connect again"
            ) from None
        entries: dict[str, dict[str, str]] = json.loads(opened)
        return entries

    def _seal(self, entries: Mapping[str, Mapping[str, str]], salt: str, keys: list[str]) -> None:
        """Write a new file beside the old one and put it in its place, so that there is always a whole one."""
        sealed = Fernet(keys[0]).encrypt(json.dumps(entries).encode()).decode()
        text = json.dumps({"format": FORMAT, "salt": salt, "sealed": sealed})
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=".sealing-")  # mode 0600
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _content(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(self.path.read_text(encoding="ascii"))
            known = content["format"] == FORMAT and {"salt", "sealed"} <= content.keys()
        except (ValueError, KeyError, TypeError):
            known = False
        if not known:
            raise Refused(f"{self.path} is damaged or of another version; delete it and connect again")
        return content

    def _salt(self) -> str:
        return str(self._content()["salt"])

    def _keys(self, salt: str) -> list[str]:
        """The keys at hand, the newest first; empty when there is none."""
        named = [key.strip() for key in self._environment.get(KEY, "").split(",") if key.strip()]
        if named:
            return [_checked(key) for key in named]
        spoken = [self._environment.get(name, "") for name in (PASSPHRASE, OLD_PASSPHRASE)]
        if spoken[0]:
            return [_derived(passphrase, salt) for passphrase in spoken if passphrase]
        try:
            stored = keyring.get_password(self._service, KEYRING_ITEM)
        except KeyringError:
            stored = None
        return [_checked(key) for key in stored.split(",")] if stored else []

    def _new_key(self) -> str:
        key = Fernet.generate_key().decode()
        try:
            before = keyring.get_password(self._service, KEYRING_ITEM)
            keyring.set_password(self._service, KEYRING_ITEM, f"{key},{before}" if before else key)
            kept = (keyring.get_password(self._service, KEYRING_ITEM) or "").startswith(key)
        except KeyringError:
            kept = False
        if not kept:
            raise AccessDenied(
                "there is no keyring here, and nothing is kept without a key that lies elsewhere; "
                f"set {PASSPHRASE}, or {KEY} to a Fernet key"
            )
        return key


def _checked(key: str) -> str:
    try:
        Fernet(key)
    except ValueError:
        raise UsageError(f"{KEY} (or the keyring's {KEYRING_ITEM}) holds no Fernet key; make a new one") from None
    return key


def _derived(passphrase: str, salt: str) -> str:
    """A key from a passphrase: scrypt with 32 MiB, which takes a guesser as long as it takes us."""
    key = Scrypt(salt=bytes.fromhex(salt), length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
    return base64.urlsafe_b64encode(key).decode()
