"""What crosses the border between the server and a system's protocol: one request, one answer."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it came in. `raw_path` is still percent-encoded, because an external id may hold an encoded `/`.

    `headers` have lower-case keys. `raw_query` is the text after `?`, for protocols that repeat it in their links.
    """

    method: str
    raw_path: str
    raw_query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's pairs in order, decoded; `+` and `%20` are both a space, a bare name has an empty value."""
        return parse_qsl(self.raw_query, keep_blank_values=True, errors="replace")

    @property
    def segments(self) -> list[str]:
        """The decoded parts of the path, empty ones left out."""
        return [unquote(part, errors="replace") for part in self.raw_path.split("/") if part]

    @property
    def target(self) -> str:
        """Path and query as they stood in the request line."""
        return f"{self.raw_path}?{self.raw_query}" if self.raw_query else self.raw_path

    @property
    def origin(self) -> str:
        """Scheme, host and port that the caller used, for links in answers (never stored)."""
        return f"http://{self.headers.get('host', '127.0.0.1')}"

    def json(self) -> Any:
        """The body as JSON; raises ValueError for anything that is not JSON; NaN, broken UTF-8 and half a
        surrogate pair are not."""
        value = json.loads(self.body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
        if b"\\u" in self.body:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair is no text
        return value


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: status, headers (Content-Length is the server's business), body."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of_json(cls, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """An answer with a JSON body."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")
        return cls(status, {"Content-Type": "application/json;charset=UTF-8", **(headers or {})}, body)

    def with_headers(self, pairs: Iterable[tuple[str, str]]) -> Response:
        """The same answer with further headers."""
        return Response(self.status, {**self.headers, **dict(pairs)}, self.body)

    def without(self, name: str) -> Response:
        """The same answer without a header."""
        return Response(self.status, {held: value for held, value in self.headers.items() if held != name}, self.body)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer goes onto the wire.

    `hold`: seconds of silence first. `silent`: then reset without a byte. `cut`: reset after so many bytes of the body.
    `drip`: seconds between single bytes.
    """

    response: Response
    hold: float = 0.0
    silent: bool = False
    cut: int | None = None
    drip: float = 0.0


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large a number")
    return number


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
