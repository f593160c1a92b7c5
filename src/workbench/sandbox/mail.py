"""Mail that somebody sent: kept, never delivered."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

from workbench.sandbox.state import State, stamp_of


def post(state: State, sender: str, recipients: Sequence[str], subject: str, text: str) -> None:
    """A system of the sandbox sends a message of its own."""
    message = EmailMessage()
    message["From"], message["To"] = sender, ", ".join(recipients)
    message["Subject"] = " ".join(subject.split())
    message.set_content(text)
    keep(state, sender, recipients, message.as_bytes())


def keep(state: State, sender: str, recipients: Sequence[str], content: bytes) -> None:
    """Keep a message as it came in."""
    with state.transaction():
        state.connection.execute(
            "INSERT INTO mail (at, sender, recipients, content) VALUES (?, ?, ?, ?)",
            (stamp_of(state.now()), sender, "\n".join(recipients), content),
        )
