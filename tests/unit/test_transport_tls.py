"""TLS is always verified: a certificate that nobody vouches for ends the conversation before anything is said."""

import contextlib
import socket
import ssl
import threading

import pytest

from workbench.errors import Unavailable
from workbench.systems.memory import MemoryClock
from workbench.systems.pacing import Manners
from workbench.systems.transport import FixedHeaders, NotExecuted, Transport


@pytest.fixture
def heard(certificate):
    """A TLS server that says 200 to everybody: its address, and what it heard."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    requests = []

    def serve():
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as wrapped:
                requests.append(wrapped.recv(65536))
                wrapped.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}", requests
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_an_unknown_certificate_is_refused_before_anything_is_sent(heard):
    url, requests = heard
    session = Transport("crm", url, FixedHeaders({"Authorization": "Bearer secret"}), clock=MemoryClock())
    with pytest.raises(NotExecuted, match="SSLError"):
        session.post("/things", json={})
    with pytest.raises(Unavailable, match="certificate"):
        session.get("/things")
    assert requests == []


def test_a_certificate_of_the_configured_bundle_is_believed(heard, certificate):
    url, requests = heard
    manners = Manners(ca_bundle=str(certificate))
    session = Transport("crm", url, FixedHeaders(), manners, MemoryClock())
    assert session.get("/things").status_code == 200
    assert len(requests) == 1
