"""Where a ConnectWise tenant answers and how it is asked: discovery, credentials, pages, errors."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from workbench.errors import AccessDenied, IncompleteRead, Unavailable, UsageError, WorkbenchError
from workbench.systems.cells import parsed
from workbench.systems.reach import Reach
from workbench.systems.transport import FixedHeaders, Transport, worked

PAGE = 1000
"""The largest page; more is silently capped."""

FORWARD_ONLY = {"pagination-type": "forward-only"}


@dataclass(frozen=True, slots=True)
class Tenant:
    """What `companyinfo` says: which company, under which path, in which version."""

    company: str
    name: str
    codebase: str
    version: str


class Access:
    """A tenant's REST API: discovered once, again after a 404 (the cloud's path changes at upgrades)."""

    def __init__(self, reach: Reach) -> None:
        url, manners = reach.credentials["url"].rstrip("/"), reach.manners
        self._company, self._page = reach.credentials["company"], manners.page or PAGE
        self._pinned = str(reach.settings.get("api_version", ""))
        self._door = Transport(reach.name, url, FixedHeaders(), manners, reach.clock)
        proof = FixedHeaders(_proof(reach.credentials))
        self.transport = Transport(reach.name, api_host(url), proof, manners, reach.clock)
        self._tenant: Tenant | None = None

    @property
    def tenant(self) -> Tenant:
        """Which tenant this is, asked on first use and without credentials."""
        if self._tenant is None:
            self._tenant = self._discover()
        return self._tenant

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        """One call below `apis/3.0/`. A read that finds nothing is tried once more where the tenant lives now."""
        headers = {**self._accept(), **how.pop("headers", {})}
        response = self.transport.request(method, self._address(path), headers=headers, **how)
        if response.status_code != 404 or method != "GET" or not self.moved():
            return response
        return self.transport.request(method, self._address(path), headers=headers, **how)

    def moved(self) -> bool:
        """Ask again where the tenant lives; whether that is another path than before."""
        before, self._tenant = self.tenant, None
        return self.tenant.codebase != before.codebase

    def get(self, path: str, **query: str) -> Any:
        """The JSON answer to a GET; raises what the caller can act on."""
        return self._read(self.call("GET", path, params=query), path)

    def pages(self, path: str, **query: str) -> Iterator[list[dict[str, Any]]]:
        """Every page of a collection, forward only: ids go up, so nothing is seen twice or skipped while it grows."""
        last, seen = 0, 0
        while True:
            asked = {**query, "pageSize": str(self._page), "pageId": str(last)}
            try:
                response = self.call("GET", path, params=asked, headers=FORWARD_ONLY)
                page = self._read(response, path)
            except WorkbenchError as error:
                if not seen or isinstance(error, UsageError):
                    raise
                raise IncompleteRead(f"{self.transport.system} broke off after {seen} records: {error}") from None
            yield page
            seen += len(page)
            if not page or not _goes_on(response, len(page) == self._page):
                return
            if int(page[-1]["id"]) <= last:
                raise IncompleteRead(f"{self.transport.system} does not go forward in {path}; it sends the same page")
            last = int(page[-1]["id"])

    def error_of(self, response: requests.Response) -> tuple[str, str]:
        """The code and the words of an error: those of its parts where it has any."""
        body = _json(response)
        if not isinstance(body, dict):
            return f"HTTP_{response.status_code}", f"ConnectWise answered {response.status_code}"
        parts = [part for part in body.get("errors") or () if isinstance(part, dict)]
        words = "; ".join(str(part.get("message")) for part in parts) or str(body.get("message", ""))
        code = str(parts[0].get("code") if parts else body.get("code") or body.get("error") or response.status_code)
        return code, words or f"ConnectWise answered {response.status_code}"

    def _read(self, response: requests.Response, path: str) -> Any:
        system = self.transport.system
        if worked(response):
            body = _json(response)
            if body is None:
                raise IncompleteRead(f"{system} sent an answer that is cut off or no JSON; read again")
            return body
        code, words = self.error_of(response)
        if response.status_code in (401, 403):
            raise AccessDenied(f"{system} refuses {path}: {words} ({code}); check keys, client id and security role")
        if response.status_code == 404:
            # The cloud answers 404, not 401, to wrong keys.
            raise AccessDenied(f"{system} does not know {path}; if that is right, the company or a key is wrong")
        if response.status_code == 400:
            raise UsageError(f"{system} does not understand the question: {words} ({code}); correct the mapping")
        raise Unavailable(f"{system} answered {response.status_code} to {path}: {words} ({code}); try again later")

    def _discover(self) -> Tenant:
        system = self._door.system
        response = self._door.request("GET", f"/login/companyinfo/{quote(self._company, safe='')}")
        said = _json(response)
        if response.status_code == 404 or (worked(response) and said is None):
            raise AccessDenied(f"{system} has no company {self._company!r}; correct the company id")
        if not worked(response) or not isinstance(said, dict) or "Codebase" not in said:
            raise Unavailable(f"{system} does not say where its API is ({response.status_code}); correct its url")
        codebase = str(said["Codebase"]).strip("/")
        company = str(said.get("CompanyID") or self._company)
        return Tenant(company, str(said.get("CompanyName") or company), codebase, str(said.get("VersionCode", "")))

    def _address(self, path: str) -> str:
        return f"/{self.tenant.codebase}/apis/3.0/{path}"

    def _accept(self) -> dict[str, str]:
        pinned = f"; version={self._pinned}" if self._pinned else ""
        return {"Accept": f"application/vnd.connectwise.com+json{pinned}"}


def api_host(url: str) -> str:
    """Cloud hosts answer the API under `api-…`; without it they send a page."""
    parts = urlsplit(url)
    host = parts.netloc
    cloud = host.endswith(".myconnectwise.net") or host == "staging.connectwisedev.com"
    return replace_host(url, f"api-{host}") if cloud and not host.startswith("api-") else url


def replace_host(url: str, host: str) -> str:
    """The same address at another host."""
    return urlsplit(url)._replace(netloc=host).geturl()


def _proof(credentials: Mapping[str, str]) -> dict[str, str]:
    pair = f"{credentials['company']}+{credentials['public_key']}:{credentials['private_key']}"
    encoded = base64.b64encode(pair.encode()).decode()
    return {"Authorization": f"Basic {encoded}", "clientId": credentials["client_id"]}


def _json(response: requests.Response) -> Any:
    try:
        return parsed(response.content)
    except ValueError:
        return None


def _goes_on(response: requests.Response, full: bool) -> bool:
    """Whether another page follows: the Link header says so; where there is none, a full page does."""
    return "next" in response.links if "Link" in response.headers else full
