"""Who may do what: people, roles and public keys, as `config/approvers.yaml` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["viewer", "analyst", "approver", "operator"]

ERASED = "(erased)"
"""What stands where the name of a person stood who was erased."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, with roles and an Ed25519 public key (64 hexadecimal digits; empty: cannot sign).

    `signed_by` and `signature` are another approver's signature over the rest of the entry; only the first entry of
    the file has none. `demo` marks the labelled demo reviewer, whom the sandbox profile alone accepts. `email` is where
    they are told what waits for them (empty: nowhere).
    """

    name: str
    roles: tuple[Role, ...]
    public_key: str = ""
    signed_by: str = ""
    signature: str = ""
    deputy: str = ""
    demo: bool = False
    email: str = ""

    def message(self) -> dict[str, object]:
        """What the signature of an entry covers."""
        told: dict[str, object] = {
            "name": self.name, "roles": self.roles, "public_key": self.public_key, "deputy": self.deputy,
        }  # fmt: skip
        return {**told, "email": self.email} if self.email else told
