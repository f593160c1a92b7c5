"""Mail: messages are handed to a mail server, and never read or sent twice (docs/systems/mail.md)."""

from workbench.systems.mail.client import MailSystem

__all__ = ["MailSystem"]
