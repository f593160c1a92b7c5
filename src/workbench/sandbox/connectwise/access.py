"""Who may call, and how the tenant is found: companyinfo, Basic with the clientId header, the versions asked for.

Settings of the section `connectwise`: `codebase` (may change at any moment), `hide_bad_credentials` (the cloud's habit
of answering 404 instead of 401), `ssl_required`, `api_host_required` (refuse what the cloud refuses), `callers`
(further keys: {public key: {"private_key", "member"}}).
"""

from __future__ import annotations

import base64
import hmac
import re
from typing import Any

from workbench.sandbox.connectwise.records import SYSTEM, Caller
from workbench.sandbox.connectwise.refusals import Refused, no_endpoint
from workbench.sandbox.connectwise.setup import FIRST, SECOND, SECOND_COMPANY
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response

ALWAYS_RIGHT = "v4_6_release"
MEDIA_TYPES = {"*/*", "application/*", "application/json", "application/vnd.connectwise.com+json"}
VERSION = re.compile(r"20\d\d\.\d{1,2}|v?3\.0(\.0)?")


def company_info(state: State, company: str) -> Response:
    """`GET /login/companyinfo/{company}`: no credentials; null for a company that is not here."""
    if system_of(state, company) is None:
        return Response.of_json(None)
    code = codebase(state)
    year, _, release = code.removeprefix("v").partition("_")
    answer = {
        "CompanyName": company.capitalize(),
        "Codebase": f"{code}/",
        "VersionCode": f"v{year}.{release}",
        "VersionNumber": f"v{year}.{release}.10000",
        "CompanyID": company.lower(),
        "IsCloud": "True",  # a string in the vendor's sample
    }
    return Response.of_json(answer)


def codebase(state: State) -> str:
    """The part of the path that names the installed version."""
    return str(state.setting(SYSTEM, "codebase", "v2025_8"))


def check_codebase(state: State, part: str) -> None:
    """A path with another version's name leads nowhere; one name always works."""
    if part.lower() not in {codebase(state).lower(), ALWAYS_RIGHT}:
        raise no_endpoint()


def system_of(state: State, company: str) -> str | None:
    """The system under which a tenant's records are stored; None for a company that is not here."""
    tenants = {str(_credentials(state).get("company", "")).lower(): FIRST, SECOND_COMPANY: SECOND}
    return tenants.get(company.lower())


def caller(request: Request, state: State) -> Caller:
    """As whom the call is made; refused without good credentials or without a clientId. The keys open both tenants."""
    company, public, private = _keys(request, state)
    known = _credentials(state)
    callers: dict[str, dict[str, Any]] = dict(state.setting(SYSTEM, "callers", {}))
    callers.setdefault(str(known.get("public_key")), {"private_key": known.get("private_key"), "member": "workbench"})
    found = callers.get(public)
    if found is None or not hmac.compare_digest(private.encode(), str(found["private_key"]).encode()):
        raise _bad_credentials(state)
    if not request.headers.get("clientid", "").strip():
        raise Refused("Unauthorized", "A clientId header is required.", status=401)
    return Caller(str(found["member"]), company.lower(), str(system_of(state, company)))


def check_no_parameters(request: Request) -> None:
    """What answers anybody takes no query parameter."""
    for name, _ in request.query:
        raise Refused("InvalidParameter", f"The parameter {name} is not known here.")


def check_transport(request: Request, state: State) -> None:
    """Plain http, and hosts without `api-`, are refused by the cloud; here only when a setting says so."""
    host = request.headers.get("host", "")
    shut = state.setting(SYSTEM, "ssl_required", False)
    if shut or (state.setting(SYSTEM, "api_host_required", False) and not host.startswith("api-")):
        raise Refused("Security", "SSL is required.", status=403)


def check_accept(request: Request) -> None:
    """At least one of the media types in Accept must be one that is served, in a version that exists."""
    accepted = request.headers.get("accept", "*/*")
    for part in accepted.split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        if kind.lower() not in MEDIA_TYPES:
            continue
        asked = [each.partition("=")[2].strip() for each in parameters if each.lower().startswith("version")]
        if all(VERSION.fullmatch(version) for version in asked):
            return
    raise Refused("UnsupportedMediaType", f"The media type '{accepted}' is not available.", status=415)


def _keys(request: Request, state: State) -> tuple[str, str, str]:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise Refused("Unauthorized", "The request has no valid credentials.", status=401)
    try:
        login, _, private = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:  # not base64, or not text
        raise _bad_credentials(state) from None
    company, _, public = login.partition("+")
    if system_of(state, company) is None:
        raise _bad_credentials(state)
    return company, public, private


def _bad_credentials(state: State) -> Refused:
    if state.setting(SYSTEM, "hide_bad_credentials", False):
        return no_endpoint()
    return Refused("Unauthorized", "UserNotAuthenticated", status=401)


def _credentials(state: State) -> dict[str, Any]:
    found: dict[str, Any] = state.setting("credentials", SYSTEM, {})
    return found
