"""A mail server that delivers nothing: it keeps what it is given, to be read at `GET /admin/mail`."""

from __future__ import annotations

import asyncio
import threading

from aiosmtpd.smtp import SMTP, Envelope, Session

from workbench.sandbox.mail import keep
from workbench.sandbox.state import State


class MailSink:
    """Listens on a free port of 127.0.0.1, in a thread of its own."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(lambda: SMTP(self, ident="sandbox", enable_SMTPUTF8=True), "127.0.0.1", 0)
        )
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's hook
        """Keep a message."""
        content = envelope.content
        raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content or b""
        keep(self._state, envelope.mail_from or "", envelope.rcpt_tos, raw)
        return "250 Message kept"

    def stop(self) -> None:
        """Accept no more."""
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
