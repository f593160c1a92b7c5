"""Credentials that do not show: names can be seen, values only asked for one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import SecretStr

Access = Literal["read", "write"]
"""What credentials are for: reading and planning, or a run."""

SHOWN = ("url", "company", "username", "audience", "folder", "host", "port")
"""Names of credentials that are no secret: they may be typed in the open and shown on a page."""


class Credentials(Mapping[str, str]):
    """Names and secret values; printed, logged or put into an error it shows the names alone.

    >>> Credentials({"url": "https://a.example", "api_key": "x"})
    Credentials(url='https://a.example', api_key=***)
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {str(name): SecretStr(str(value)) for name, value in values.items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name].get_secret_value()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        shown = (f"{name}={self[name]!r}" if name in SHOWN else f"{name}=***" for name in self)
        return f"Credentials({', '.join(shown)})"
