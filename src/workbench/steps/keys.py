"""Private keys of people: where they are kept, how one is made, and how an approver vouches for another person's."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import keyring
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from keyring.errors import KeyringError

from workbench.errors import AccessDenied, Refused, UsageError
from workbench.model.people import Person, Role
from workbench.model.values import canonical_json
from workbench.vault import sealed as vault_sealed
from workbench.vault.sealed import SealedFile

SERVICE = "partner-workbench"
PASSPHRASE = "WORKBENCH_APPROVER_PASSPHRASE"
"""Environment variable: what opens the encrypted file of the key of the person at work, where there is no keyring."""
SHORTEST = 12
"""Signs that such a passphrase has at least."""
ITEM = "private key"
DEMO_REVIEWER, DEMO_ADDRESS = "demo reviewer", "demo.reviewer@example.com"
"""The labelled person whose key set-up makes, and whom the sandbox profile alone accepts."""


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A person and the private key that signs for them, held in memory while a command runs."""

    person: str
    private_key: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """The public half, as config/approvers.yaml names it: 64 hexadecimal digits."""
        return self.private_key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature of 64 bytes."""
        return self.private_key.sign(message)

    def __repr__(self) -> str:
        return f"<KeySigner {self.person}>"


def demo_key(folder: Path) -> KeySigner:
    """The demo reviewer's key from `folder`, which set-up keeps out of git; made on first use, for this user only."""
    return KeySigner(DEMO_REVIEWER, _key_file(folder / "demo-reviewer.key"))


def demo_person(signer: KeySigner) -> Person:
    """The demo reviewer as an entry of the list of people."""
    roles: tuple[Role, ...] = ("analyst", "approver", "operator")
    return Person(DEMO_REVIEWER, roles, signer.public_key, demo=True, email=DEMO_ADDRESS)


def no_passphrase() -> str:
    """Nobody is there to be asked."""
    return ""


def person_key(name: str, folder: Path | None = None, passphrase: Callable[[], str] = no_passphrase) -> KeySigner:
    """A real person's key from the keyring, else from an encrypted file of their own in `folder`.

    `passphrase` is asked only when the file is needed. Raises AccessDenied without a key or with a wrong passphrase.
    """
    stored = _kept(name)
    if stored:
        return KeySigner(name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(stored)))
    path = folder / f"{name}.key" if folder is not None else None
    if path is not None and path.exists():
        return KeySigner(name, _opened(path, passphrase()))
    raise AccessDenied(
        f"no key of {name} is in the keyring; make one: workbench approver add NAME --roles approver; "
        "then give the same command again"
    )


def make_key(name: str, folder: Path | None = None, passphrase: Callable[[], str] = no_passphrase) -> KeySigner:
    """Make a person's key: into the keyring, or where there is none into an encrypted file of their own in `folder`.

    Raises UsageError when the person has one already: the old one has to be revoked first, so that nobody loses it
    by mistake.
    """
    path = folder / f"{name}.key" if folder is not None else None
    if (path is not None and path.exists()) or _kept(name):
        raise UsageError(f"{name} has a key already; revoke it first if it was lost")
    made = Ed25519PrivateKey.generate()
    try:
        keyring.set_password(SERVICE, f"approver/{name}", made.private_bytes_raw().hex())
    except KeyringError:
        if path is None:
            raise AccessDenied("there is no keyring on this computer; name a folder for the key") from None
        _seal(path, made, passphrase())
    return KeySigner(name, made)


def forget_key(name: str, folder: Path | None = None) -> bool:
    """Take a person's key off this computer, wherever it lies; says whether there was one."""
    found = _kept(name) is not None
    if found:
        keyring.delete_password(SERVICE, f"approver/{name}")
    path = folder / f"{name}.key" if folder is not None else None
    if path is None or not path.exists():
        return found
    path.unlink()
    return True


def vouch(person: Person, signer: KeySigner) -> Person:
    """The entry of a person for config/approvers.yaml, signed by an approver who already stands there."""
    entry = replace(person, signed_by=signer.person, signature="")
    return replace(entry, signature=signer.sign(canonical_json(entry.message()).encode("utf-8")).hex())


def _kept(name: str) -> str | None:
    try:
        found: str | None = keyring.get_password(SERVICE, f"approver/{name}")
    except KeyringError:
        return None  # no keyring on this computer: the file is what there may be
    return found


def _sealed(path: Path, passphrase: str) -> SealedFile:
    """The file of one key. The passphrase is its own: what a schedule knows to read systems opens no person's key."""
    if len(passphrase) < SHORTEST:
        raise AccessDenied(
            f"there is no keyring on this computer, so {path.name} is encrypted: set {PASSPHRASE} to a passphrase of "
            f"{SHORTEST} signs or more, or give the command on a terminal, where it is asked for"
        )
    return SealedFile(path, {vault_sealed.PASSPHRASE: passphrase}, SERVICE)


def _seal(path: Path, key: Ed25519PrivateKey, passphrase: str) -> None:
    _sealed(path, passphrase).keep(ITEM, {"ed25519": key.private_bytes_raw().hex()})


def _opened(path: Path, passphrase: str) -> Ed25519PrivateKey:
    file = _sealed(path, passphrase)
    try:
        found = file.find(ITEM)
    except AccessDenied:
        raise AccessDenied(f"this passphrase does not open {path}; give the one with which the key was made") from None
    if found is None:
        raise Refused(f"{path} holds no key; remove it and make a new one: workbench approver add")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(found["ed25519"]))


def _key_file(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _place_key(path, Ed25519PrivateKey.generate().private_bytes_raw().hex())
    if path.stat().st_mode & 0o077:
        raise Refused(f"{path} may be read by others; give `chmod 600` to it, or make a new key if others had it")
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except ValueError as reason:
        raise Refused(f"{path} holds no key; move it away, and a new one is made") from reason


def _place_key(path: Path, text: str) -> None:
    """Whole or not at all: of two processes that make the key at once, one does, and the other reads that one."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        Path(unfinished).unlink()
