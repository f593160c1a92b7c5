"""Mail behind the four calls of the System port."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence

from workbench.errors import Unavailable, UsageError
from workbench.model.ports import Description, Instance, Outcome, OutcomeClass, Reading, Write
from workbench.model.records import Where
from workbench.systems.mail.door import Door, words
from workbench.systems.mail.letter import FIELDS, Letter, checked_sender, letter
from workbench.systems.outcomes import Refusal, told
from workbench.systems.reach import Reach

TAKEN = (250, 251)
NO_SUCH_PLACE = (550, 551, 553)
CLOSING = 421


class MailSystem:
    """A mail server, as a system of messages that can be created and nothing else.

    `settings`: `sender`, the address in whose name is sent, `tls` (starttls, implicit, or none on this machine), and
    the manners of `pacing`. `credentials`: `host`, `port`, and where the server asks for them `username`, `password`.
    """

    def __init__(self, reach: Reach) -> None:
        self.name, self._reach = reach.name, reach
        self._sender = checked_sender(str(reach.settings.get("sender", "")))
        self._door = Door(reach, self._sender.rpartition("@")[2])

    def identify(self) -> Instance:
        """The server and the sender: greeted, encrypted and logged in to, without a message."""
        with self._door.opened() as line:
            line.noop()
        host = self._door.host
        return Instance(
            self.name, f"{host}/{self._sender}", self._sender, f"smtp://{host}:{self._door.port}", self._door.user
        )

    def describe(self, kind: str) -> Description:
        """Recipients, subject and text. No field takes a marker: nothing sent can be looked up by its Message-ID."""
        return Description(self.name, kind, self._reach.place(kind).object, FIELDS, shows=False)

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        """Always refused: a mail server shows nothing of what it took, and an empty answer would look like a truth."""
        self._reach.place(kind)
        raise UsageError(
            f"{self.name} cannot be read: sent messages stand in the Integration Log, with their Message-ID"
        )

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        """Each message in a conversation of its own, sent once whatever happens."""
        return [self._written(write) for write in chunk]

    def _written(self, write: Write) -> Outcome:
        self._reach.place(write.target.kind)
        if write.action != "create":
            return told(write, "rejected", Refusal("SENT", "a message that was sent cannot be changed", "send another"))
        try:
            made = letter(write, self._sender, self._reach.clock.now())
        except UsageError as error:
            return told(write, "rejected", Refusal("UNSENDABLE", str(error)))
        try:
            with self._door.opened() as line:
                return self._sent(line, write, made)
        except Unavailable as error:
            return told(write, "not executed", Refusal(type(error).__name__, str(error)))

    def _sent(self, line: smtplib.SMTP, write: Write, made: Letter) -> Outcome:
        try:
            refusal = self._addressed(line, made)
        except (smtplib.SMTPException, OSError) as error:
            return told(write, "not executed", Refusal("BROKEN_OFF", f"{self.name}: {type(error).__name__}"))
        if refusal is not None:
            return _refused(write, *refusal)
        try:
            code, reply = line.data(made.content)
        except smtplib.SMTPDataError as error:
            return _refused(write, error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            cause = f"{self.name} did not say whether it took {made.message_id} ({type(error).__name__})"
            remedy = "ask the recipient, or look for the Message-ID in the mail server's log; it is not sent again"
            return told(write, "unknown", Refusal("NO_ANSWER", cause, remedy))
        if code not in TAKEN:
            return _refused(write, code, reply)
        remedy = f"nothing to do; if it does not arrive, look for {made.message_id} in the mail server's log"
        return Outcome(write.line, "handed over", made.message_id, "TAKEN", "the mail server took the message", remedy)

    def _addressed(self, line: smtplib.SMTP, made: Letter) -> tuple[int, bytes] | None:
        """The envelope; the first reply that says no. All recipients or none: half a delivery could not be told."""
        if made.international and not line.has_extn("smtputf8"):
            return 553, b"this mail server takes addresses of plain letters only"
        said = line.mail(self._sender, ["smtputf8"] if made.international else [])
        for recipient in made.recipients:
            if said[0] in TAKEN:
                said = line.rcpt(recipient)
        return None if said[0] in TAKEN else said


def _refused(write: Write, code: int, reply: bytes | str) -> Outcome:
    """What a reply that says no means: 421 the server closes, 4xx not now (RFC 5321, 4.2.1), 5xx not this message."""
    result: OutcomeClass = "not executed" if code == CLOSING else "retry row" if code < 500 else "rejected"
    remedy = "correct the recipient's address" if code in NO_SUCH_PLACE else ""
    return told(write, result, Refusal(f"SMTP_{code}", words(reply) or f"the mail server answered {code}", remedy))
