"""TLS is always verified: a certificate that nobody vouches for ends the conversation before anything is said."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from workbench.errors import Unavailable
from workbench.systems.memory import MemoryClock
from workbench.systems.pacing import Manners
from workbench.systems.transport import FixedHeaders, NotExecuted, Transport


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


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
