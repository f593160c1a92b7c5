"""Source documents checked for reach: malformed is said unasked, offline is never unreachable."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workbench.model.landscape import SourceDocument
from workbench.steps.checking import documents
from workbench.systems import web


class Answering(BaseHTTPRequestHandler):
    """`/404` answers 404, `/head405` dislikes HEAD; every request is noted."""

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization")))
        word = self.path.strip("/")
        status = (405 if self.command == "HEAD" else 200) if word == "head405" else int(word)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Tests are quiet."""


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as made:
        made.asked = []
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("200", "reached"),
        ("302", "reached"),
        ("head405", "reached"),
        ("404", "unreachable"),
        ("410", "unreachable"),
        ("401", "could not be asked"),
        ("403", "could not be asked"),
        ("429", "could not be asked"),
        ("500", "could not be asked"),
        ("503", "could not be asked"),
    ],
)
def test_only_a_page_that_its_server_calls_missing_is_unreachable(server, path, state):
    assert web.ask(f"http://127.0.0.1:{server.server_port}/{path}").state == state


def test_offline_could_not_be_asked():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/guide"
        asked = web.ask(address)
    assert asked.state == "could not be asked" and "gave no answer" in asked.found


@pytest.mark.parametrize(
    "address",
    [
        "ConnectwiseUserGuide.pdf Online/ConnectwiseUserGuide.pdf",
        "Salesforce%20Integration%20User%20Guide.pdf Online/Salesforce Integration User Guide.pdf",
        "Salesforce%20Guide.pdf",
        "file:///etc/hosts",
        "guide",
        "https://user:word@127.0.0.1/guide",
        "https://[broken/guide",
        "http://127.0.0.1:port/guide",
        "https://-a.example/guide",
        "",
    ],
)
def test_a_malformed_address_is_said_without_asking(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("somebody was asked"))
    asked = web.ask(address)
    assert asked.state == "malformed" and asked.found


@pytest.mark.parametrize("address", ["help.channeltivity.com/articles/3", "https://a.example:8443/x%20y?z=1#part"])
def test_an_address_without_https_is_no_mistake(address):
    assert web.mistake(address) == ""


def test_each_document_is_told_with_what_the_file_says_of_it(server):
    address = f"http://127.0.0.1:{server.server_port}/"
    declared = [
        SourceDocument("S1", "At hand", reached=True),
        SourceDocument("G1", "Broken", "a b.pdf", reached=False),
        SourceDocument("P1", "There", f"{address}200"),
        SourceDocument("P2", "Gone", f"{address}404", reached=True),
    ]
    told = [(item.id, item.declared, item.state) for item in documents(declared)]
    assert told == [
        ("S1", "reached", "no address"),
        ("G1", "unreachable", "malformed"),
        ("P1", "nobody has tried", "reached"),
        ("P2", "reached", "unreachable"),
    ]


def test_no_password_of_the_machine_is_sent_along(server, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.asked.clear()
    web.ask(f"http://127.0.0.1:{server.server_port}/200")
    assert server.asked == [("HEAD", "/200", None)]
