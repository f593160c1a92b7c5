"""Who calls Salesforce: a token by client credentials, fetched when needed and renewed once when refused."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.errors import AccessDenied, Unavailable
from workbench.systems.cells import parsed
from workbench.systems.transport import Transport, worked

CAUSES = {
    "invalid_client_id": "the client id is unknown there",
    "invalid_client": "the client id or the client secret is wrong",
    "invalid_client_credentials": "the client secret is wrong",
    "invalid_grant": "the app has no integration user, or that user may not use it",
    "unauthorized_client": "the client credentials flow is not switched on for this app",
    "inactive_user": "the integration user is inactive",
    "inactive_org": "the organisation is inactive",
    "rate_limit_exceeded": "too many log-ins in a short time",
}
"""OAuth error codes in an administrator's words (OAuth 2.0 client credentials flow)."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and the id of the user as whom it speaks."""

    value: str
    user_id: str

    def __repr__(self) -> str:
        return f"<Token of user {self.user_id}>"


class ClientCredentials:
    """The `client_credentials` flow over a session that carries no proof of its own."""

    def __init__(self, plain: Transport, client_id: str, client_secret: str) -> None:
        self._plain = plain
        self._proof = (client_id, client_secret)
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
        form = {"grant_type": "client_credentials"}
        answer = self._plain.request("POST", "/services/oauth2/token", data=form, auth=self._proof, reading=True)
        try:
            said = parsed(answer.content)
        except ValueError:
            said = None
        if worked(answer) and isinstance(said, dict) and said.get("access_token"):
            return Token(str(said["access_token"]), str(said.get("id", "")).rpartition("/")[2])
        code = str(said.get("error", "")) if isinstance(said, dict) else ""
        if not code:
            raise Unavailable(
                f"{self._plain.system} gives no token ({answer.status_code}): is its url a My Domain url?"
            )
        cause = CAUSES.get(code, code)
        raise AccessDenied(f"{self._plain.system} gives no token: {cause}; correct it and connect again")
