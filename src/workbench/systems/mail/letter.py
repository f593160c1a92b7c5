"""A line of kind message as the letter that travels; nothing in it can become another header or another recipient."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from workbench.errors import UsageError
from workbench.model.ports import Field, Write
from workbench.model.values import Value
from workbench.systems.cells import split

FIELDS = (
    Field("to", "Recipients", "email", required=True, updateable=False),
    Field("subject", "Subject", required=True, updateable=False, length=200),
    Field("text", "Text", required=True, updateable=False),
)
"""What a message has; several recipients are joined by `; ` and all of them see each other."""

_PLAIN = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to the mail server: the envelope, and the message as it travels.

    `international`: an address has letters that only some mail servers take (SMTPUTF8).
    """

    message_id: str
    recipients: tuple[str, ...]
    content: bytes
    international: bool


def letter(write: Write, sender: str, now: datetime) -> Letter:
    """The letter of a line; its Message-ID follows from the creation marker.

    Raises UsageError for what cannot be sent.
    """
    unknown = sorted(set(write.values) - {field.name for field in FIELDS})
    if unknown:
        known = ", ".join(field.name for field in FIELDS)
        raise UsageError(f"a message has no {', '.join(unknown)}; its fields are {known}")
    recipients = tuple(split(_said(write, "to")))
    message = EmailMessage(policy=_PLAIN)
    message_id = _message_id(write, sender)
    try:
        message["From"] = sender
        message["To"] = [Address(addr_spec=recipient) for recipient in recipients]
        message["Subject"] = _said(write, "subject")
        message["Date"] = now
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"  # nobody's absence notice answers it (RFC 3834)
        message.set_content(_said(write, "text"))
    except (MessageError, ValueError, IndexError) as error:
        raise UsageError(f"the message cannot be sent as it stands: {error}") from None
    international = not all(recipient.isascii() for recipient in recipients)
    content = message.as_bytes(policy=_PLAIN.clone(utf8=international))
    return Letter(message_id, recipients, content, international)


def checked_sender(text: str) -> str:
    """The address in the name of which is sent; raises UsageError for what is none."""
    try:
        Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        raise UsageError(f"{text!r} is no e-mail address to send from; correct `sender` of the mail system") from None
    return text


def _said(write: Write, name: str) -> str:
    value: Value = write.values.get(name)
    if value is None or not str(value).strip():
        raise UsageError(f"the message has no {name}; every message needs one")
    return str(value)


def _message_id(write: Write, sender: str) -> str:
    marker = write.marker or hashlib.sha256(write.line.encode()).hexdigest()[:32]
    return f"<{marker}@{sender.rpartition('@')[2]}>"
