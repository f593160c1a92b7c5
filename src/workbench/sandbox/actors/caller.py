"""How an actor acts: through the systems' public APIs, with credentials of its own, seen in the request log by name."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from workbench.sandbox.salesforce.ids import make_id
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request, Response

Ask = Callable[[str, str, Request], Response]
"""(actor, system, request) to answer: how the server lets an actor call."""

_USERS = {"connector": make_id("005", 2), "jobs": make_id("005", 3), "office": make_id("005", 4)}
_MEMBERS = {"connector": "channeltivity", "jobs": "channelonline", "office": "imeyer"}


@dataclass(slots=True)
class Caller:
    """One actor in one hour: its lots, what it did, and its way to the systems."""

    actor: str
    state: State
    ask: Ask
    random: Random
    done: list[dict[str, str]] = field(default_factory=list)

    def did(self, action: str, system: str, object: str, id: str) -> None:
        """Note what was done, for whoever ordered it."""
        entry = {"actor": self.actor, "action": action, "system": system, "object": object, "id": id}
        self.done.append(entry)

    def log(self, task: str, entity: str, message: str) -> None:
        """Write an error into the portal's Integration Log."""
        entry = {"task": task, "level": "error", "entity": entity[:255], "message": message}
        self.ours("channeltivity", "POST", "log", entry)
        self.did("logged", "channeltivity", "log", entity)

    def one_in(self, chances: int) -> bool:
        """A lot that is drawn once in so many times."""
        return self.random.randrange(chances) == 0

    def ours(self, system: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call Channeltivity or ChannelOnline; None for a refusal."""
        key = self.state.setting("credentials", system)["api_key"]
        return self._call(system, method, f"/{system}/api/v1/{path}", body, {"x-api-key": key})

    def salesforce(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call Salesforce's REST API as this actor's user; None for a refusal."""
        token = f"actor.{self.actor}"
        self.state.keep("session.salesforce", token, {"user": _USERS[self.actor]})
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        return self._call("salesforce", method, f"/services/data/v62.0/{path}", body, headers)

    def query(self, soql: str) -> list[dict[str, Any]]:
        """The first page of a query."""
        answer = self.salesforce("GET", f"query?q={quote(soql, safe='')}")
        records: list[dict[str, Any]] = (answer or {}).get("records", [])
        return records

    def connectwise(self, method: str, path: str, body: Any = None) -> Any:
        """Call ConnectWise's REST API as this actor's member; None for a refusal."""
        keys = self.state.setting("credentials", "connectwise")
        callers = dict(self.state.setting("connectwise", "callers", {}))
        callers.setdefault(f"actor-{self.actor}", {"private_key": "actor", "member": _MEMBERS[self.actor]})
        self.state.keep("connectwise", "callers", callers)
        login = base64.b64encode(f"{keys['company']}+actor-{self.actor}:actor".encode()).decode()
        headers = {"authorization": f"Basic {login}", "clientid": keys["client_id"], "content-type": "application/json"}
        return self._call("connectwise", method, f"/v4_6_release/apis/3.0/{path}", body, headers)

    def _call(self, system: str, method: str, target: str, body: Any, headers: Mapping[str, str]) -> Any:
        path, _, query = target.partition("?")
        content = b"" if body is None else json.dumps(body).encode()
        request = Request(method, path, query, {"host": "127.0.0.1", **headers}, content)
        response = self.ask(self.actor, system, request)
        if response.status >= 400:
            return None
        return json.loads(response.body) if response.body else {}
