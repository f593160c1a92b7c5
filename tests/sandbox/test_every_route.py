"""Malformed calls at every route of every system and of the control side, as their own routing tables list them."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from workbench.sandbox import admin, channelonline, channeltivity, contract_routes
from workbench.sandbox.connectwise import routing as connectwise
from workbench.sandbox.connectwise.actions import ACTIONS
from workbench.sandbox.connectwise.collections import COLLECTIONS
from workbench.sandbox.data import fill
from workbench.sandbox.data.size import Size
from workbench.sandbox.routing import deliver
from workbench.sandbox.salesforce import routing as salesforce
from workbench.sandbox.state import State
from workbench.sandbox.wire import Request

EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")
CONTRACTS = {contract.system: contract for contract in (channeltivity.CONTRACT, channelonline.CONTRACT)}


def routes_of(system: str) -> list[tuple[str, str]]:
    """Method and path of every route, `*` for what may stand there."""
    match system:
        case "admin":
            return [(method, f"/admin/{word}{'/*/*' * (word in LONGER)}") for method, word in admin.ROUTES]
        case "salesforce":
            versioned = [(m, f"/services/data/v62.0/{path}") for path, methods in salesforce.ROUTES for m in methods]
            unversioned = (*salesforce.WITHOUT_SESSION, *salesforce.IDENTITY)
            return [*versioned, *((m, f"/{path}") for path in unversioned for m in ("GET", "POST"))]
        case "connectwise":
            lists = [collection.path for collection in COLLECTIONS]
            paths = [*lists, *(f"{path}/*" for path in lists), *(f"{path}/count" for path in lists)]
            paths += [pattern.replace(r"(\d+)", "*") for pattern, _, _ in ACTIONS] + list(connectwise.UNSIGNED)
            known = [(m, f"/v4_6_release/apis/3.0/{path}") for path in sorted(set(paths)) for m in EVERY_METHOD]
            return [*known, *(("GET", f"/{path}") for path in connectwise.OPEN)]
    return [(m, f"/{system}/api/v1/{path}") for m, path in contract_routes.paths(CONTRACTS[system])]


LONGER = ("records", "settings")
"""Words of the control side that two more parts follow."""

NAMES = st.sampled_from(
    sorted({field.name for contract in CONTRACTS.values() for fields in contract.objects.values() for field in fields})
    + ["other", "groups", "fault", "rows", "times", "when", "path", "advance", "now", "freeze", "hidden", "system"]
    + ["records", "compositeRequest", "graphs", "batchRequests", "operation", "object", "Name", "attributes", "company"]
)
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-9, 9) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS | st.just(10**400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
BODIES = st.binary(max_size=30) | (st.dictionaries(NAMES, VALUES, max_size=4) | VALUES).map(
    lambda value: json.dumps(value).encode()
)
QUERIES = st.lists(
    st.tuples(
        st.sampled_from(["limit", "after", "updatedSince", "conditions", "page", "q", "fields", "ids", "orderBy", "x"]),
        st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=8),
    ),
    max_size=2,
).map(lambda pairs: "&".join(f"{name}={text}" for name, text in pairs))
WILD = st.sampled_from(["1", "1001", "001000000000001AAA", "Account", "%00", "%ff", "x" * 300, "..", "a%2Fb", "-1"])


class World:
    """A filled file, and calls to it with the right credentials but without a server."""

    def __init__(self, path) -> None:
        self._state = State(path)
        fill(self._state, Size(partners=8, companies=8))
        keys = self._state.setting("credentials", "connectwise")
        login = base64.b64encode(f"{keys['company']}+{keys['public_key']}:{keys['private_key']}".encode()).decode()
        bearer = {"authorization": f"Bearer {self._state.setting('credentials', 'salesforce')['access_token']}"}
        self._headers = {
            "admin": {},
            "salesforce": bearer,
            "connectwise": {"authorization": f"Basic {login}", "clientid": keys["client_id"]},
            **{system: {"x-api-key": self._state.setting("credentials", system)["api_key"]} for system in CONTRACTS},
        }

    def status(self, system: str, method: str, path: str, query: str, body: bytes) -> int:
        """The status of a call; whatever it asked to go wrong does not. A SOAP fault, always 500, counts as 400."""
        headers = {"host": "127.0.0.1", "content-type": "application/json", **self._headers[system]}
        answer = deliver(Request(method, path, query, headers, body), self._state).response
        for table in ("fault", "deferred"):
            self._state.connection.execute(f"DELETE FROM {table}")
        self._state.forget("latency")
        return 400 if b"<soapenv:Fault " in answer.body else answer.status

    def close(self) -> None:
        self._state.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("routes") / "s.sqlite")
    yield world
    world.close()


@pytest.mark.parametrize("system", ["admin", "salesforce", "connectwise", "channeltivity", "channelonline"])
@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(query=QUERIES, body=BODIES, wild=WILD)
def test_no_malformed_call_at_any_route_is_a_mistake_of_ours(world, system, query, body, wild):
    for method, pattern in routes_of(system):
        path = pattern.replace("*", wild)
        status = world.status(system, method, path, query, body)
        assert status < 500, f"{method} {path}?{query} {body!r}"


@pytest.mark.parametrize("system", ["admin", "salesforce", "connectwise", "channeltivity", "channelonline"])
def test_every_route_that_is_listed_is_there(world, system):
    known = {"salesforce": "Account", "admin": "channeltivity"}.get(system, "1")
    routes = routes_of(system)
    assert len(routes) > 15
    gone = [(m, p) for m, p in routes if world.status(system, m, p.replace("*", known), "", b"[]") == 405]
    allowed = 0 if system in ("admin", *CONTRACTS) else 0.7 * len(routes)  # where every method is tried at every list
    assert len(gone) <= allowed, gone
