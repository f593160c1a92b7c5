"""The way into a mail server: the connection, TLS that is always verified, the log-in."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from workbench.errors import AccessDenied, Unavailable, UsageError
from workbench.systems.reach import Reach

LOOPBACK = ("127.0.0.1", "::1", "localhost")
WAYS = ("starttls", "implicit", "none")
"""How the conversation is encrypted: after a plain greeting (port 587), from the first byte (465), not at all."""


class Door:
    """One mail server. `none` is for this machine alone: everywhere else nothing is said before TLS holds."""

    def __init__(self, reach: Reach, ours: str) -> None:
        self._system, self._ours, self._manners = reach.name, ours, reach.manners
        known, system = reach.credentials, reach.name
        self.host, self.port = known["host"], _port(system, known["port"])
        self._user, self._password = known.get("username", ""), known.get("password", "")
        self._tls = str(reach.settings.get("tls", "starttls"))
        if self._tls not in WAYS:
            raise UsageError(f"{system}: tls is {', '.join(WAYS)}, not {self._tls!r}")
        if self._tls == "none" and self.host not in LOOPBACK:
            raise UsageError(f"{system}: mail to another machine is sent over TLS only; set tls: starttls or implicit")

    @property
    def user(self) -> str:
        """As whom we log in; empty where the server takes mail from this machine without."""
        return self._user

    @contextmanager
    def opened(self) -> Iterator[smtplib.SMTP]:
        """A conversation, ready for a message. Raises AccessDenied or Unavailable: nothing was sent."""
        try:
            line = self._greeted()
        except (smtplib.SMTPException, OSError) as error:
            raise self._closed(error) from None
        try:
            yield line
        finally:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()
            line.close()

    def _greeted(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self._manners.ca_bundle or None) if self._tls != "none" else None
        seconds = self._manners.connect_seconds
        line: smtplib.SMTP
        if self._tls == "implicit":
            line = smtplib.SMTP_SSL(self.host, self.port, self._ours, timeout=seconds, context=context)
        else:
            line = smtplib.SMTP(self.host, self.port, self._ours, timeout=seconds)
        try:
            if self._tls == "starttls":
                line.starttls(context=context)
            line.ehlo()
            self._log_in(line)
            if line.sock is not None:
                line.sock.settimeout(self._manners.write_seconds)
        except BaseException:
            line.close()
            raise
        return line

    def _log_in(self, line: smtplib.SMTP) -> None:
        if not self._user:
            return
        try:
            line.login(self._user, self._password)
        except smtplib.SMTPServerDisconnected:  # smtplib tries every way that is offered; a server hangs up on that
            raise smtplib.SMTPAuthenticationError(535, "hung up during the log-in") from None

    def _closed(self, error: Exception) -> Unavailable:
        place = f"{self._system} at {self.host}:{self.port}"
        match error:
            case smtplib.SMTPAuthenticationError():
                return AccessDenied(f"{place} refuses the user name or the password ({error.smtp_code}); connect again")
            case ssl.SSLCertVerificationError():
                return Unavailable(f"{place} shows a certificate that nobody vouches for: {error.verify_message}; "
                                   "correct its certificate, the host name, or the `ca_bundle` setting")  # fmt: skip
            case smtplib.SMTPNotSupportedError():
                return Unavailable(f"{place} offers no TLS or no log-in of ours; correct the port or the `tls` setting")
            case smtplib.SMTPResponseException():
                return Unavailable(f"{place} says {error.smtp_code} {words(error.smtp_error)}; try again later")
        return Unavailable(f"{place} does not answer: {type(error).__name__}; correct host and port")


def words(reply: bytes | str) -> str:
    """A server's reply in one line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())


def _port(system: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise UsageError(f"{system}: {text!r} is no port; connect again with 587 or 465")
    return int(text)
