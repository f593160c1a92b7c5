"""Public documents on the web: whether an address can be one, and whether a page answers there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import requests

Reach = Literal["reached", "unreachable", "malformed", "could not be asked"]

SECONDS = (5, 10)
"""How long to wait for a connection, and for an answer."""
_GONE = (404, 410)
_HOST = re.compile(r"(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)
_UNESCAPED = re.compile(r"[\s<>\"{}|\\^`]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking for an address: the state, and in words why."""

    state: Reach
    found: str


def ask(address: str) -> Asked:
    """Ask once for a document; a malformed address is not asked for, and no answer at all proves nothing.

    Only a page that its own server calls missing is unreachable. Nothing is sent but the address.
    """
    wrong = mistake(address)
    if wrong:
        return Asked("malformed", wrong)
    url = _full(address)
    try:
        with requests.Session() as session:
            session.trust_env = False  # an entry of .netrc would send a password along
            session.headers["User-Agent"] = "partner-workbench"
            status = _status(session, url)
    except requests.RequestException as error:
        return Asked("could not be asked", f"{urlsplit(url).hostname} gave no answer ({type(error).__name__})")
    if status in _GONE:
        return Asked("unreachable", f"the server says that it is not there ({status})")
    if status >= 400:
        why = "it asks for a log-in" if status in (401, 403) else "the server refuses to say"
        return Asked("could not be asked", f"{why} ({status})")
    return Asked("reached", f"the server answers ({status})")


def mistake(address: str) -> str:
    """Why an address can lead nowhere, in words; empty when it can. A missing https:// is no mistake."""
    if _UNESCAPED.search(address.strip()):
        return "it contains a blank or a sign that no address may contain"
    try:
        parts = urlsplit(_full(address))
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "its host or port cannot be read"
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme!r} is no address of the web"
    if not _HOST.fullmatch(host):
        return f"{host!r} is no name of a host"
    return "it holds a user name or a password" if parts.username or parts.password else ""


def _full(address: str) -> str:
    return address.strip() if "://" in address else f"https://{address.strip()}"


def _status(session: requests.Session, url: str) -> int:
    """The answer to HEAD; servers that dislike it are asked with GET, whose content is not fetched."""
    status = session.head(url, timeout=SECONDS, allow_redirects=True).status_code
    if status < 400:
        return status
    with session.get(url, timeout=SECONDS, allow_redirects=True, stream=True) as response:
        return response.status_code
