"""Who is calling: OAuth in its four flows, revoking, expiry, and the user that a token stands for.

Sessions live in the section `session.salesforce`: token to `{"user": id, "expires": stamp}`; one without `expires`
lasts until it is forgotten. `session_seconds` of the section `salesforce` says how long a new one lasts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from workbench.sandbox.salesforce.dates import stamp
from workbench.sandbox.salesforce.ids import make_id
from workbench.sandbox.salesforce.org import SYSTEM
from workbench.sandbox.salesforce.refusals import Refused
from workbench.sandbox.salesforce.setup import login_row, organization_id
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response

SECTION = "session.salesforce"
SESSION_SECONDS = 7200
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Denied(Exception):
    """The token endpoint says no: `error` and `error_description`, never an array."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.answer = Response.of_json({"error": error, "error_description": description}, status)


def authenticate(request: Request, state: State) -> str:
    """The id of the user whose session the call carries; INVALID_SESSION_ID for none, an unknown or an expired one."""
    token = _bearer(request)
    session = state.setting(SECTION, token) if token else None
    if session is None or (session.get("expires") or "~") <= stamp(state.now()):
        raise Refused("INVALID_SESSION_ID", "Session expired or invalid", status=401)
    return str(session["user"])


def _bearer(request: Request) -> str:
    """The token that the header carries; empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() in {"bearer", "oauth"} else ""


def open_session(state: State, user_id: str, **how: str) -> str:
    """A new token for the user; LoginHistory keeps how it was got."""
    token = f"{organization_id(state)[:15]}!{secrets.token_hex(32)}"
    lasts = timedelta(seconds=int(state.setting(SYSTEM, "session_seconds", SESSION_SECONDS)))
    now = state.now()
    with state.transaction():
        state.keep(SECTION, token, {"user": user_id, "expires": stamp(now + lasts)})
        record_id = make_id("0Ya", 1000 + state.next_id(SYSTEM, "LoginHistory"))
        state.insert(SYSTEM, "LoginHistory", record_id, login_row(user_id, stamp(now), **how))
    return token


def user_named(state: State, username: str) -> str | None:
    """The id of the active user with this user name, in any case."""
    found = state.find(SYSTEM, "User", by=("Username", username)) if username else ()
    return next((str(each["@id"]) for each in found if each.get("IsActive", True)), None)


def token(request: Request, state: State) -> Response:
    """`POST /services/oauth2/token`."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)) | dict(request.query)
    try:
        user_id = _grant(form, request, state)
    except Denied as denied:
        return denied.answer
    return Response.of_json(_granted(state, user_id, request, form), headers={"Cache-Control": "no-store"})


def revoke(request: Request, state: State) -> Response:
    """`POST /services/oauth2/revoke`: the session is over; an unknown token is a 400."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"))) | dict(request.query)
    if state.setting(SECTION, form.get("token", "")) is None:
        return Denied("unsupported_token_type", "this token type is not supported").answer
    state.forget(SECTION, form["token"])
    return Response(200)


def identity(request: Request, state: State, user_id: str) -> Response:
    """`GET /id/{org}/{user}` and `/services/oauth2/userinfo`: who the session belongs to; always JSON."""
    said = dict(request.query)
    if said.get("format", "json").lower() != "json":
        raise Refused("INVALID_QUERY_PARAMETER", "the identity is told in JSON alone")
    if "oauth_token" in said and said["oauth_token"] != _bearer(request):
        raise Refused("INVALID_SESSION_ID", "Session expired or invalid", status=401)
    user = state.get(SYSTEM, "User", user_id) or {}
    org_id = organization_id(state)
    return Response.of_json(
        {
            "id": f"{request.origin}/id/{org_id}/{user_id}",
            "user_id": user_id,
            "organization_id": org_id,
            "username": user.get("Username"),
            "preferred_username": user.get("Username"),
            "display_name": user.get("Name"),
            "name": user.get("Name"),
            "email": user.get("Email"),
            "active": bool(user.get("IsActive", True)),
            "user_type": "STANDARD",
            "urls": {"rest": f"{request.origin}/services/data/v{said.get('version') or '{version}'}/"},
        }
    )


def check_password(state: State, username: str, password: str) -> str:
    """The user whose name and password (followed by the security token) these are."""
    credentials = state.setting("credentials", SYSTEM, {})
    wanted = f"{credentials.get('password')}{credentials.get('security_token')}"
    known = user_named(state, username)
    same = username.lower() == str(credentials.get("username", "")).lower() and hmac.compare_digest(
        password.encode(), wanted.encode()
    )
    if known is None or not same:
        raise Denied("invalid_grant", "authentication failure")
    return known


def _grant(form: dict[str, str], request: Request, state: State) -> str:
    kind = form.get("grant_type", "")
    if kind == JWT_BEARER:
        return _by_assertion(form.get("assertion", ""), state)
    if kind not in {"client_credentials", "password", "refresh_token"}:
        raise Denied("unsupported_grant_type", "grant type not supported")
    _check_client(form, request, state, secret_needed=kind != "refresh_token")
    if kind == "password":
        return check_password(state, form.get("username", ""), form.get("password", ""))
    if kind == "refresh_token":
        return _by_refresh_token(form.get("refresh_token", ""), state)
    username = state.setting("credentials", SYSTEM, {}).get("username", "")
    user_id = user_named(state, username)
    if user_id is None:
        raise Denied("invalid_grant", "no client credentials user enabled")
    return user_id


def _check_client(form: dict[str, str], request: Request, state: State, *, secret_needed: bool) -> None:
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:  # not base64, or not text
            raise Denied("invalid_client", "invalid client credentials", 401) from None
    known = state.setting("credentials", SYSTEM, {})
    if client_id != known.get("client_id"):
        raise Denied("invalid_client_id", "client identifier invalid")
    if (secret_needed or secret) and not hmac.compare_digest(secret.encode(), str(known.get("client_secret")).encode()):
        raise Denied("invalid_client", "invalid client credentials")


def _by_refresh_token(text: str, state: State) -> str:
    user_id = state.setting("refresh.salesforce", text)
    if user_id is None:
        raise Denied("invalid_grant", "expired access/refresh token")
    return str(user_id)


def _by_assertion(assertion: str, state: State) -> str:
    """The user of a JWT, whose claims and, where the app has a certificate, whose signature must be right."""
    try:
        head, claims, signature = (_decoded(part) for part in assertion.split("."))
        algorithm, said = json.loads(head)["alg"], json.loads(claims)
        expires = float(said["exp"])
        issuer, subject, audience = str(said["iss"]), str(said["sub"]), str(said["aud"])
    except (ValueError, KeyError, TypeError):
        raise Denied("invalid_grant", "invalid assertion") from None
    now = state.now().timestamp()
    if algorithm != "RS256" or not _is_signed(assertion, signature, state):
        raise Denied("invalid_grant", "invalid assertion")
    if issuer != state.setting("credentials", SYSTEM, {}).get("client_id"):
        raise Denied("invalid_client_id", "client identifier invalid")
    if not now - 60 <= expires <= now + 300:
        raise Denied("invalid_grant", "expired authorization code")
    if "salesforce.com" not in audience and not audience.startswith("http"):
        raise Denied("invalid_grant", "audience is invalid")
    user_id = user_named(state, subject)
    if user_id is None:
        raise Denied("invalid_grant", "user hasn't approved this consumer")
    return user_id


def _is_signed(assertion: str, signature: bytes, state: State) -> bool:
    """Whether the signature is the app's; without the setting `jwt_public_key` (PEM) any signature will do."""
    key_text = state.setting(SYSTEM, "jwt_public_key")
    if key_text is None:
        return bool(signature)
    key = load_pem_public_key(str(key_text).encode())
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        key.verify(signature, assertion.rpartition(".")[0].encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _granted(state: State, user_id: str, request: Request, form: dict[str, str]) -> dict[str, Any]:
    access = open_session(state, user_id, LoginType="Remote Access 2.0", ApiType="REST", ApiVersion="N/A")
    issued = str(int(state.now().timestamp() * 1000))
    link = f"{request.origin}/id/{organization_id(state)}/{user_id}"
    secret = str(state.setting("credentials", SYSTEM, {}).get("client_secret")).encode()
    signature = base64.b64encode(hmac.new(secret, (link + issued).encode(), hashlib.sha256).digest()).decode()
    answer = {
        "access_token": access,
        "signature": signature,
        "scope": "api",
        "instance_url": request.origin,
        "id": link,
        "token_type": "Bearer",
        "issued_at": issued,
    }
    if form.get("grant_type") == "password":
        refresh = secrets.token_hex(32)
        state.keep("refresh.salesforce", refresh, user_id)
        answer |= {"refresh_token": refresh, "scope": "api refresh_token"}
    return answer
