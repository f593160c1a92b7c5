"""A server that answers each request with the next entry of a script, whatever was asked."""

import contextlib
import socket
import threading

HANG_UP = b""


def answer(status=200, body=b"{}", **headers):
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Server:
    """Answers each request with the next entry, which may be a function of the request; the last one repeats.

    HANG_UP closes the connection.
    """

    def __init__(self, script):
        self.script, self.requests, self._clients = list(script), [], []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._clients.append(client)
            threading.Thread(target=self._converse, args=(client,), daemon=True).start()

    def _converse(self, client):
        with client:
            while (received := self._request(client)) is not None:
                self.requests.append(received)
                said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                if said == HANG_UP:
                    break
                client.sendall(said(received) if callable(said) else said)

    @staticmethod
    def _request(client):
        text = b""
        while b"\r\n\r\n" not in text:
            try:
                part = client.recv(65536)
            except OSError:
                return None
            if not part:
                return None
            text += part
        head, _, body = text.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += client.recv(65536)
        return head.decode() + "\n" + body.decode()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for client in self._clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
