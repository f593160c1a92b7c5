"""The one port: a thread for each connection, HTTP/1.1 by h11, every answer written in one go.

Own sockets rather than a web framework, because a fault has to be able to cut, drip or reset a connection at a given
byte, and because protocols are plain synchronous functions over SQLite (docs/decisions/0003-sandbox-server.md).
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import threading

import h11

from workbench.sandbox.routing import deliver
from workbench.sandbox.state import State
from workbench.sandbox.wire import Delivery, Request, Response

LONGEST_HEAD = 256 * 1024
LONGEST_BODY = 200 * 1024 * 1024


class Server:
    """Serves a state on 127.0.0.1 until `stop()`; a request that has begun is answered first."""

    def __init__(self, state: State, port: int = 0) -> None:
        self._state = state
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self.port: int = self._listener.getsockname()[1]

    def serve(self) -> None:
        """Accept connections until stopped."""
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                break  # closed by stop()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._converse, args=(client,), daemon=True)
            with self._lock:
                self._open[client] = thread
            thread.start()

    def stop(self, patience: float = 10.0) -> None:
        """Accept nothing more, let begun requests finish, close."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            waiting = list(self._open.items())
        for client, _ in waiting:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RD)
        for _, thread in waiting:
            thread.join(patience)

    def _converse(self, client: socket.socket) -> None:
        conversation = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
        try:
            while (request := _receive(client, conversation)) is not None:
                delivery = deliver(request, self._state)
                if not self._send(client, conversation, delivery, request.method == "HEAD"):
                    return
                conversation.start_next_cycle()
        except h11.RemoteProtocolError as error:
            _refuse(client, conversation, error)
        except OSError:
            pass  # the caller went away
        finally:
            client.close()
            self._state.close()
            with self._lock:
                self._open.pop(client, None)

    def _send(self, client: socket.socket, conversation: h11.Connection, delivery: Delivery, head_only: bool) -> bool:
        """Write the answer as its fault wants it; False when the connection is over."""
        if delivery.hold and self._stopping.wait(delivery.hold):
            return False
        content = _encode(conversation, delivery.response, head_only)
        if delivery.cut is not None:
            content = content[: max(0, len(content) - len(delivery.response.body) + delivery.cut)]
            client.sendall(content)
            _reset(client)
            return False
        if delivery.silent:
            _reset(client)
            return False
        if delivery.drip:
            for position in range(len(content)):
                client.sendall(content[position : position + 1])
                if self._stopping.wait(delivery.drip):
                    return False
        else:
            client.sendall(content)
        return conversation.our_state is h11.DONE and conversation.their_state is h11.DONE


def _receive(client: socket.socket, conversation: h11.Connection) -> Request | None:
    head: h11.Request | None = None
    parts: list[bytes] = []
    while True:
        event = conversation.next_event()
        if event is h11.NEED_DATA:
            if conversation.they_are_waiting_for_100_continue:
                client.sendall(conversation.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            conversation.receive_data(client.recv(65536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            parts.append(bytes(event.data))
            if sum(map(len, parts[-1:])) > LONGEST_BODY or len(parts) * 65536 > 2 * LONGEST_BODY:
                raise h11.RemoteProtocolError("the body is too long", error_status_hint=413)
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _request(head, b"".join(parts))
        else:
            return None  # the caller closed the connection


def _request(head: h11.Request, body: bytes) -> Request:
    target = head.target.decode("latin-1")
    if target.startswith(("http://", "https://")):  # absolute form
        target = "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
    path, _, query = target.partition("?")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in head.headers}
    return Request(head.method.decode("latin-1"), path, query, headers, body)


def _encode(conversation: h11.Connection, response: Response, head_only: bool = False) -> bytes:
    headers = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
    bodiless = response.status in (204, 304)
    if not bodiless:
        headers["Content-Length"] = str(len(response.body))
    reason = http.client.responses.get(response.status, "")
    head = h11.Response(status_code=response.status, reason=reason, headers=list(headers.items()))
    chunks = [conversation.send(head)]
    if response.body and not bodiless and not head_only:
        chunks.append(conversation.send(h11.Data(data=response.body)))
    chunks.append(conversation.send(h11.EndOfMessage()))
    return b"".join(chunk or b"" for chunk in chunks)


def _refuse(client: socket.socket, conversation: h11.Connection, error: h11.RemoteProtocolError) -> None:
    if conversation.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
        return
    body = f"the request is malformed: {error}".encode()
    response = Response(error.error_status_hint, {"Content-Type": "text/plain", "Connection": "close"}, body)
    with contextlib.suppress(OSError, h11.LocalProtocolError):
        client.sendall(_encode(conversation, response))


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() then sends RST
