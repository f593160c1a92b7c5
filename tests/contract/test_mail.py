"""Mail: what is sent and how, every reply and what it means, and that nothing is sent twice or in the clear."""

import asyncio
import base64
import contextlib
import email
import email.policy
import re
import ssl
import threading

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from contract.worlds import KINDS, mail_world
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import AccessDenied, Unavailable, UsageError
from workbench.model.ports import Write
from workbench.model.records import Ref
from workbench.systems import connect
from workbench.systems.mail.letter import letter
from workbench.systems.memory import MemoryClock

LETTER = {"to": "ann@example.com", "subject": "Deal imported", "text": "It is there now."}


def line(values=LETTER, marker="c0ffee", **more):
    return Write("line", "create", Ref("mail", "partner", ""), {**values, **more}, marker)


class Server:
    """A mail server that replies as told; `moment` is the command at which it says `reply` or hangs up."""

    def __init__(self, moment="", reply="", encrypted=None, **how):
        self.moment, self.reply, self.taken, self.said = moment, reply, [], []
        self._loop, self._conversations = asyncio.new_event_loop(), []

        def conversation():
            self._conversations.append(SMTP(self, loop=self._loop, **how))
            return self._conversations[-1]

        listening = self._loop.create_server(conversation, "127.0.0.1", 0, ssl=encrypted)
        self._server = self._loop.run_until_complete(listening)
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _at(self, moment, server, otherwise):
        self.said.append(moment)
        if moment != self.moment:
            return otherwise
        if not self.reply:
            server.transport.abort()
        return self.reply

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's hook
        envelope.mail_from = address
        return self._at("MAIL", server, "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's hook
        reply = self._at("RCPT", server, "250 OK") if len(envelope.rcpt_tos) == 0 else self._at("RCPT 2", server, "250")
        envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's hook
        self.taken.append(envelope.content)
        return self._at("DATA", server, "250 taken")

    def stop(self):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _end(self):
        self._server.close()
        for conversation in self._conversations:
            if conversation.transport is not None:
                conversation.transport.abort()
        ending = asyncio.all_tasks() - {asyncio.current_task()}
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


@pytest.fixture
def serving():
    with contextlib.ExitStack() as stack:

        def start(*args, **how):
            server = Server(*args, **how)
            stack.callback(server.stop)
            return server

        yield start


def client(port, *, sender="workbench@example.com", tls="none", host="127.0.0.1", **more):
    credentials = {name: more.pop(name) for name in ("username", "password") if name in more}
    settings = {"client": "mail", "sender": sender, "tls": tls, **more}
    return connect("mail", settings, {"host": host, "port": str(port), **credentials}, KINDS)


def test_a_message_is_taken_as_it_was_meant(sandbox, admin):
    world = mail_world(sandbox, admin)
    text = "Grüße, 株式会社\n.\n.hidden\nFrom here on\n"
    (outcome,) = world.system.write(
        [line(to="ann@example.com; bob@example.com", subject="Prüfung – fällig", text=text)]
    )
    assert (outcome.result, outcome.id) == ("handed over", "<c0ffee@example.com>")
    assert outcome.id in outcome.remedy
    (kept,) = admin.get("mail")
    assert (kept["sender"], kept["recipients"]) == ("workbench@example.com", ["ann@example.com", "bob@example.com"])
    assert (kept["subject"], kept["text"]) == ("Prüfung – fällig", text)
    headers = email.message_from_bytes(base64.b64decode(kept["content"]))
    assert (headers["Message-ID"], headers["Auto-Submitted"]) == (outcome.id, "auto-generated")
    assert headers["To"] == "ann@example.com, bob@example.com"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": "ann@example.com\r\nBcc: eve@example.com"}, "cannot be sent|CR or LF"),
        ({"to": "ann"}, "cannot be sent"),
        ({"to": "ann@example.com, eve@example.com"}, "cannot be sent"),
        ({"to": ""}, "no to"),
        ({"subject": "Hello\nBcc: eve@example.com"}, "cannot be sent"),
        ({"text": None}, "no text"),
        ({"bcc": "eve@example.com"}, "no bcc"),
    ],
)
def test_what_is_no_letter_is_refused_and_nothing_is_sent(changes, said, sandbox, admin):
    (outcome,) = mail_world(sandbox, admin).system.write([line(**changes)])
    assert outcome.result == "rejected"
    assert re.search(said, outcome.cause)
    assert admin.get("mail") == []


def test_a_message_that_was_sent_is_neither_read_nor_changed(sandbox, admin):
    system = mail_world(sandbox, admin).system
    assert not system.describe("partner").shows
    with pytest.raises(UsageError, match="cannot be read"):
        system.read("partner")
    (outcome,) = system.write([Write("line", "update", Ref("mail", "partner", "<1@example.com>"), {"subject": "New"})])
    assert (outcome.result, admin.get("mail")) == ("rejected", [])


@pytest.mark.parametrize(
    ("moment", "reply", "result", "said"),
    [
        ("MAIL", "421 closing", "not executed", "closing"),
        ("MAIL", "550 no such sender", "rejected", "no such sender"),
        ("MAIL", "", "not executed", "SMTPServerDisconnected"),
        ("RCPT", "550 no such user", "rejected", "no such user"),
        ("RCPT", "450 busy, come back", "retry row", "busy"),
        ("RCPT 2", "550 no such user", "rejected", "no such user"),
        ("RCPT", "", "not executed", "SMTPServerDisconnected"),
        ("DATA", "452 disk full", "retry row", "disk full"),
        ("DATA", "554 looks like spam", "rejected", "spam"),
        ("DATA", "", "unknown", "did not say whether it took <c0ffee@example.com>"),
        ("", "", "handed over", "took"),
    ],
)
def test_every_reply_has_its_class_and_a_message_is_sent_once(moment, reply, result, said, serving):
    server = serving(moment, reply)
    (outcome,) = client(server.port).write([line(to="ann@example.com; bob@example.com")])
    assert (outcome.result, said in outcome.cause) == (result, True)
    assert outcome.remedy and outcome.code
    assert server.said.count("DATA") == len(server.taken) == (moment in ("DATA", ""))


def test_silence_after_the_last_line_is_unknown(serving):
    server = serving()

    async def keep_silent(*_):
        server.taken.append("letter")
        await asyncio.sleep(3600)

    server.handle_DATA = keep_silent
    (outcome,) = client(server.port, write_seconds=0.3).write([line()])
    assert (outcome.result, len(server.taken)) == ("unknown", 1)


def test_a_server_that_is_not_there_got_nothing(serving):
    system = client(9)
    (outcome,) = system.write([line()])
    assert (outcome.result, "127.0.0.1:9" in outcome.cause) == ("not executed", True)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9 does not answer"):
        system.identify()


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_no_message_travels_before_the_certificate_is_trusted(tls, serving, certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = serving(tls_context=context) if tls == "starttls" else serving(encrypted=context)
    (outcome,) = client(server.port, tls=tls).write([line()])
    assert (outcome.result, server.said) == ("not executed", [])
    assert "certificate" in outcome.cause and "ca_bundle" in outcome.cause
    (outcome,) = client(server.port, tls=tls, ca_bundle=str(certificate)).write([line()])
    assert (outcome.result, len(server.taken)) == ("handed over", 1)


def test_a_server_that_offers_no_encryption_gets_no_message(serving):
    server = serving()
    (outcome,) = client(server.port, tls="starttls").write([line()])
    assert (outcome.result, server.said, "TLS" in outcome.cause) == ("not executed", [], True)


def test_plain_mail_stays_on_this_machine():
    with pytest.raises(UsageError, match="over TLS only"):
        client(25, host="mail.example.com")
    with pytest.raises(UsageError, match="starttls, implicit, none"):
        client(25, tls="maybe")
    with pytest.raises(UsageError, match="no e-mail address to send from"):
        client(25, sender="workbench")


def test_wrong_keys_are_told_without_the_password(serving):
    refuse = lambda *_: AuthResult(success=False, handled=False)  # noqa: E731
    server = serving(authenticator=refuse, auth_require_tls=False)
    system = client(server.port, username="workbench", password="canary-5f1c")
    with pytest.raises(AccessDenied, match="refuses the user name or the password") as caught:
        system.identify()
    (outcome,) = system.write([line()])
    assert (outcome.result, server.said) == ("not executed", [])
    assert "canary-5f1c" not in f"{caught.value!r} {outcome!r} {system!r} {vars(system)!r}"


def test_a_user_name_and_its_password_open_the_door(serving):
    accept = lambda *_: AuthResult(success=True)  # noqa: E731
    server = serving(authenticator=accept, auth_require_tls=False)
    system = client(server.port, username="workbench", password="right")
    assert system.identify().user == "workbench"
    assert system.write([line()])[0].result == "handed over"


def test_two_servers_or_two_senders_are_two_instances(serving):
    one, another = serving(), serving()
    assert client(one.port).identify().id == client(another.port).identify().id  # a port says nothing
    assert client(one.port).identify().id != client(one.port, sender="sales@example.com").identify().id


@given(
    st.lists(st.text(max_size=12) | st.sampled_from(["ann@example.com", "bob@example.com"]), max_size=3),
    st.text(max_size=40) | st.sampled_from(["Hi\x0bBcc: eve@example.com", "Hi\x85Bcc: eve@example.com", "a\u2028b"]),
    st.text(max_size=60),
)
def test_whatever_a_line_says_no_header_and_no_recipient_is_added(recipients, subject, text):
    values = {"to": "; ".join(recipients), "subject": subject, "text": text}
    try:
        made = letter(line(values), "workbench@example.com", MemoryClock().now())
    except UsageError:
        return
    read = email.message_from_bytes(made.content, policy=email.policy.default)
    assert sorted(read.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
         "MIME-Version"]
    )  # fmt: skip
    assert [address.addr_spec for address in read["To"].addresses] == list(made.recipients)
    assert set(made.recipients) <= {part.strip() for part in values["to"].split(";")}
    assert read["From"] == "workbench@example.com"
