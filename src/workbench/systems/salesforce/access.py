"""Who calls Salesforce: a token by client credentials or a signed assertion, fetched when needed, renewed once.

A user's name and password come last, by the OAuth flow: multi-factor rules end it, as Summer '27 ends SOAP log-in.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from workbench.errors import AccessDenied, Unavailable, UsageError
from workbench.systems.cells import parsed
from workbench.systems.transport import Transport, worked

CAUSES = {
    "invalid_client_id": "the client id is unknown there",
    "invalid_client": "the client id or the client secret is wrong",
    "invalid_client_credentials": "the client secret is wrong",
    "invalid_grant": "the app has no integration user, or that user has not been allowed to use it",
    "unauthorized_client": "the client credentials flow is not switched on for this app",
    "inactive_user": "the integration user is inactive",
    "inactive_org": "the organisation is inactive",
    "rate_limit_exceeded": "too many log-ins in a short time",
}
"""OAuth error codes in an administrator's words (OAuth 2.0 client credentials flow)."""

CAUTION = (
    "this logs in with a user's password: multi-factor rules can end it any day, and SOAP log-in ends with Summer '27; "
    "move to client credentials or a signed assertion"
)
"""What is said of a log-in by name and password, each time that it is tried."""

CLOCK_SECONDS = 120
"""From this difference on a signed assertion, good for three minutes, may be refused for the clock alone."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and the id of the user as whom it speaks."""

    value: str
    user_id: str

    def __repr__(self) -> str:
        return f"<Token of user {self.user_id}>"


Question = Callable[[datetime], tuple[Mapping[str, str], tuple[str, str] | None]]
"""What a flow asks for a token with: the form, and what Basic authentication carries."""


class Access:
    """The present token, over a session that carries no proof of its own."""

    def __init__(self, plain: Transport, question: Question) -> None:
        self._plain, self._question = plain, question
        self._token: Token | None = None
        self._lock = threading.Lock()

    @property
    def token(self) -> Token:
        """The present token, fetched on first use; raises AccessDenied or Unavailable."""
        with self._lock:
            if self._token is None:
                self._token = self._fetch()
            return self._token

    def headers(self) -> Mapping[str, str]:
        """The header of the present token."""
        return {"Authorization": f"Bearer {self.token.value}"}

    def renew(self, used: Mapping[str, str]) -> bool:
        """Fetch another token; a refusal is told as AccessDenied, never tried again here."""
        with self._lock:
            self._token = self._fetch()
            return f"Bearer {self._token.value}" != used.get("Authorization")

    def _fetch(self) -> Token:
        form, proof = self._question(self._plain.clock.now())
        answer = self._plain.request("POST", "/services/oauth2/token", data=form, auth=proof, reading=True)
        try:
            said = parsed(answer.content)
        except ValueError:
            said = None
        if worked(answer) and isinstance(said, dict) and said.get("access_token"):
            return Token(str(said["access_token"]), str(said.get("id", "")).rpartition("/")[2])
        code = str(said.get("error", "")) if isinstance(said, dict) else ""
        if not code and answer.status_code >= 500:
            raise Unavailable(f"{self._plain.system} answered {answer.status_code} to the log-in; try again later")
        if not code:
            raise Unavailable(
                f"{self._plain.system} gives no token ({answer.status_code}): is its url a My Domain url?"
            )
        raise AccessDenied(f"{self._plain.system} gives no token: {self._cause(code)}; correct it and connect again")

    def _cause(self, code: str) -> str:
        ahead = self._plain.ahead_seconds
        if code == "invalid_grant" and abs(ahead) > CLOCK_SECONDS:
            way = "behind" if ahead > 0 else "ahead of"
            return f"this computer's clock is {abs(ahead)} s {way} theirs, and a signed log-in must be in time"
        return CAUSES.get(code, code)


def access_of(plain: Transport, credentials: Mapping[str, str]) -> Access:
    """The flow that the credentials are for; raises UsageError when they are for none."""
    if credentials.get("private_key") and credentials.get("username"):
        return Access(plain, partial(_by_assertion, plain.base_url, credentials))
    if with_password(credentials):
        return Access(plain, partial(_by_password, credentials))
    if credentials.get("client_secret"):
        return Access(plain, partial(_by_client, credentials))
    raise UsageError(
        f"{plain.system} cannot be reached without client_secret (client credentials), username and private_key (JWT "
        f"bearer), or at last username and user_password; run `workbench connect {plain.system}`"
    )


def with_password(credentials: Mapping[str, str]) -> bool:
    """Whether these credentials are a user's name and password: the way that is taken last."""
    return bool(credentials.get("username") and credentials.get("user_password") and not credentials.get("private_key"))


def _by_client(credentials: Mapping[str, str], _now: datetime) -> tuple[Mapping[str, str], tuple[str, str] | None]:
    return {"grant_type": "client_credentials"}, (credentials["client_id"], credentials["client_secret"])


def _by_password(credentials: Mapping[str, str], _now: datetime) -> tuple[Mapping[str, str], tuple[str, str] | None]:
    """The user name and password flow; a security token is appended to the password where one is wanted."""
    form = {name: credentials.get(name, "") for name in ("client_id", "client_secret", "username")}
    return {"grant_type": "password", **form, "password": credentials["user_password"]}, None


def _by_assertion(
    url: str, credentials: Mapping[str, str], now: datetime
) -> tuple[Mapping[str, str], tuple[str, str] | None]:
    """The JWT bearer flow: claims signed with the app's key, good for three minutes (five are the most allowed)."""
    claims = {
        "iss": credentials["client_id"],
        "sub": credentials["username"],
        "aud": credentials.get("audience", url),
        "exp": int((now + timedelta(minutes=3)).timestamp()),
    }
    said = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "RS256"}, claims))
    signature = _key(credentials["private_key"]).sign(said.encode(), PKCS1v15(), SHA256())
    assertion = f"{said}.{_encoded(signature)}"
    return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}, None


def _key(text: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise UsageError("salesforce's private_key is no unencrypted RSA key in PEM form; give the app's own key")
    return key


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
