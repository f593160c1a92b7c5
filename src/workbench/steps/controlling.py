"""The control side of the sandbox: what there lies beside the systems, to set a scene and to see what happened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import Unavailable, UsageError

_PATIENCE = 300
"""Seconds for one call: a reset to another size, or days of the vendors' engines, take their time."""


class ControlSide(Mapping[str, Any]):
    """The sandbox's addresses and keys by system, and the calls of its control side (docs/sandbox.md).

    >>> scene.ask("requests")                                       # doctest: +SKIP
    >>> scene.order("faults", fault="rate_limited", system="salesforce")    # doctest: +SKIP
    >>> scene.forget("mail")                                        # doctest: +SKIP
    """

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self._contract = contract

    def __getitem__(self, name: str) -> Any:
        return self._contract[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contract)

    def __len__(self) -> int:
        return len(self._contract)

    def __repr__(self) -> str:
        return f"the sandbox at {self._contract['admin']['url']}: ask(path), order(path, …), forget(path)"

    def ask(self, path: str) -> Any:
        """What the control side tells: requests, faults, clock, mail, identity, `records/{system}/{object}`, …"""
        return self._call("GET", path)

    def order(self, path: str, /, *value: object, **words: object) -> Any:
        """Have something done: faults, clock, latency, visibility, actors, reset, `settings/{section}/{key}`.

        The words are the fields of the call; one value is sent in their place, as a setting wants it.
        """
        if len(value) > 1 or (value and words):
            raise UsageError(f"{path} takes words or one value; give one of them")
        return self._call("POST", path, json.dumps(value[0] if value else words))

    def forget(self, path: str) -> None:
        """Empty what was collected or planned: requests, faults, mail."""
        self._call("DELETE", path)

    def _call(self, method: str, path: str, body: str | None = None) -> Any:
        import requests  # only who asks the control side waits for it

        with requests.Session() as session:
            session.trust_env = False  # it is on this machine
            try:
                url = f"{self._contract['admin']['url']}/{path}"
                answer = session.request(method, url, data=body, timeout=_PATIENCE)
            except requests.RequestException as error:
                raise Unavailable(f"the sandbox does not answer ({error}); open the workbench anew") from error
        if not answer.ok:
            raise UsageError(f"the sandbox refuses {method} {path}: {answer.json()['message']}; see docs/sandbox.md")
        return answer.json() if answer.content else None
