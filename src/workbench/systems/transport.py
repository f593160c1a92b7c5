"""All HTTP of the clients: one session that waits, counts and never sends a write twice."""

from __future__ import annotations

import logging
import math
import re
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
import urllib3
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from workbench.errors import Unavailable, UsageError
from workbench.model.ports import TURN_SECONDS, Clock
from workbench.systems.pacing import Closed, Gate, Manners, Quota, WallClock

log = logging.getLogger("workbench.transport")
# urllib3 writes whole addresses when it debugs, and a query holds names and e-mail addresses.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

READS = ("GET", "HEAD", "OPTIONS")
AGAIN = (429, 502, 503, 504)
"""Statuses after which a read is tried again."""


class NotExecuted(Unavailable):
    """A write that surely did not happen: it never left, so it may be sent again, after `wait_seconds`."""

    def __init__(self, said: str, wait_seconds: int = 0) -> None:
        super().__init__(said)
        self.wait_seconds = wait_seconds


class Unanswered(Unavailable):
    """A write whose answer never came: it may or may not have happened, look before sending it again."""


class QuotaReached(Unavailable):
    """The day's calls are used up to the floor that is kept for people: nothing more is written today."""


class _Again(Unavailable):
    """A read that may work in a moment."""


class Authority(Protocol):
    """What proves to a system who is calling."""

    def headers(self) -> Mapping[str, str]:
        """The headers that carry the proof now."""
        ...

    def renew(self, used: Mapping[str, str]) -> bool:
        """Get a new proof after `used` was refused; False when there is none to get."""
        ...


@dataclass(frozen=True, slots=True)
class FixedHeaders:
    """A proof that never changes: Basic authentication, an API key."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def headers(self) -> Mapping[str, str]:
        """The same headers always."""
        return self.values

    def renew(self, used: Mapping[str, str]) -> bool:
        """There is no other proof."""
        return False


class Transport(requests.Session):
    """The one session of one system, simple-salesforce's included; every call goes to the host of `base_url`.

    Reads are tried again on 429, 502, 503, 504 and dropped connections. A write is sent once, whatever happens:
    NotExecuted says that it never left, Unanswered that nobody knows, and every answer comes back as it is. No
    redirect is followed: what we send is for the configured host alone. Logs method, path, status and time, never a
    query or a body.
    """

    def __init__(
        self,
        system: str,
        base_url: str,
        authority: Authority,
        manners: Manners | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__()
        self.system, self.base_url, self.manners = system, _checked(system, base_url), manners or Manners()
        self.clock: Clock = clock or WallClock()
        self.gate, self.quota = Gate(self.clock, self.manners.calls_per_minute), Quota(self.manners.floor_per_cent)
        self.ahead_seconds = 0  # how far the system's clock is ahead of ours, as its last answer said
        self._authority = authority
        self._renewing = threading.Lock()
        self.trust_env = False
        self.verify = self.manners.ca_bundle or True
        proxy = self.manners.proxy
        self.proxies = {"http": proxy, "https": proxy} if proxy else {}
        self.headers["User-Agent"] = "partner-workbench"
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=16, max_retries=0))

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """As requests does it; `reading=True` says that a POST only asks, and may be asked again."""
        verb = str(method).upper()
        reading = kwargs.pop("reading", verb in READS)
        kwargs["allow_redirects"] = False
        place = self._here(str(url))
        if not reading:
            return self._write(verb, place, *args, **kwargs)
        for attempt in Retrying(
            retry=retry_if_exception_type(_Again),
            stop=stop_after_attempt(self.manners.attempts),
            wait=wait_random_exponential(multiplier=0.4, max=self.manners.patience_seconds),
            sleep=self.clock.sleep,
            reraise=True,
        ):
            with attempt:
                return self._read(verb, place, *args, **kwargs)
        raise AssertionError("tenacity returns or raises")

    def _read(self, verb: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", (self.manners.connect_seconds, self.manners.read_seconds))
        try:
            response = self._send(True, verb, url, *args, **kwargs)
        except requests.RequestException as error:
            if _never_left(error) and _certificate(error):
                raise Unavailable(f"{self._said(error)}; correct its certificate or the `ca_bundle` setting") from None
            raise _Again(f"{self._said(error)}; tried {self.manners.attempts} times") from None
        if response.status_code not in AGAIN:
            return response
        wait = _retry_after(response, self.clock)
        if wait > self.manners.patience_seconds:
            raise Unavailable(f"{self.system} asks to wait {wait:.0f} s; try again after that")
        self.gate.close(wait)
        raise _Again(f"{self.system} answered {response.status_code} {self.manners.attempts} times; try again later")

    def _write(self, verb: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        if self.quota.reached:
            used = f"{self.quota.used} of {self.quota.limit}"
            raise QuotaReached(f"{self.system}: {used} calls of the day are used; go on tomorrow or raise the floor")
        kwargs.setdefault("timeout", (self.manners.connect_seconds, self.manners.write_seconds))
        try:
            response = self._send(False, verb, url, *args, **kwargs)
        except requests.RequestException as error:
            raise (NotExecuted if _never_left(error) else Unanswered)(self._said(error)) from None
        if response.status_code == 429:
            self.gate.close(_retry_after(response, self.clock))
        return response

    def _send(self, reading: bool, verb: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        """One call, and after a 401 one renewal of the proof; what only reads is then asked once more."""
        own = kwargs.pop("headers", None) or {}
        for last in (False, True):
            proof = self._turn(reading)
            started = time.monotonic()
            kwargs["headers"] = {**own, **proof}
            response = super().request(verb, url, *args, **kwargs)
            path, taken = urlsplit(url).path, round((time.monotonic() - started) * 1000)
            log.info("%s %s %s -> %s in %s ms", self.system, verb, path, response.status_code, taken)
            self.quota.note(response.headers.get("Sforce-Limit-Info", ""))
            self.ahead_seconds = _ahead(response, self.clock)
            if last or response.status_code != 401 or not self._renewed(proof) or not reading:
                break
        return response

    def _turn(self, reading: bool) -> Mapping[str, str]:
        """Wait until it is our turn; the proof with which to call.

        A write waits for a while only and is then not sent: neither when the system asked for a longer pause, nor when
        this process stood still meanwhile.
        """
        began = self.clock.now()
        try:
            self.gate.enter(math.inf if reading else TURN_SECONDS)
        except Closed as closed:
            wait = math.ceil(closed.seconds)
            raise NotExecuted(f"{self.system} asks to wait {wait} s; nothing was sent", wait) from None
        proof = self._authority.headers()
        waited = (self.clock.now() - began).total_seconds()
        if not reading and waited > TURN_SECONDS + 1:  # the gate adds up to a second by lot
            raise NotExecuted(f"a write to {self.system} was held up for {waited:.0f} s, so it was not sent")
        return proof

    def _renewed(self, used: Mapping[str, str]) -> bool:
        with self._renewing:
            return self._authority.headers() != used or self._authority.renew(used)

    def _here(self, url: str) -> str:
        """The same path at the configured host: simple-salesforce insists on https, links name other hosts."""
        parts = urlsplit(url)
        base = urlsplit(self.base_url)
        path = parts.path if parts.netloc else base.path.rstrip("/") + "/" + url.partition("?")[0].lstrip("/")
        return parts._replace(scheme=base.scheme, netloc=base.netloc, path=path, fragment="").geturl()

    def _said(self, error: requests.RequestException) -> str:
        host = urlsplit(self.base_url).netloc
        return f"{self.system} does not answer at {host}: {type(error).__name__}"


def worked(response: requests.Response) -> bool:
    """Whether a call was answered as meant."""
    return 200 <= response.status_code < 300


def wait_of(response: requests.Response, clock: Clock) -> int:
    """How many seconds the system asks us to wait, 0 when it does not say."""
    return round(_retry_after(response, clock)) if "Retry-After" in response.headers else 0


def _checked(system: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname and not parts.username:
        return url.rstrip("/")
    if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"):
        return url.rstrip("/")
    raise UsageError(
        f"{system}: its url must begin with https:// and hold no password; plain http stays on this machine"
    )


def _retry_after(response: requests.Response, clock: Clock) -> float:
    said = response.headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]{1,9}", said):
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - clock.now()).total_seconds())
    except (TypeError, ValueError):
        return 1.0 if response.status_code == 429 else 0.0


def _ahead(response: requests.Response, clock: Clock) -> int:
    try:
        return round((parsedate_to_datetime(response.headers.get("Date", "")) - clock.now()).total_seconds())
    except (TypeError, ValueError):
        return 0  # it does not say what time it is there


def _never_left(error: requests.RequestException) -> bool:
    """Whether the request surely never reached the system: no connection, no name, no trusted certificate."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError) or _certificate(error):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _certificate(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    cause = reason.args[0] if isinstance(reason, urllib3.exceptions.SSLError) and reason.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)
