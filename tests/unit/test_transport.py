"""The one session: what it waits for, counts, refuses, and never sends twice."""

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from contract.scripted import HANG_UP, Server, answer
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import Unavailable, UsageError
from workbench.model.ports import Write
from workbench.model.records import Ref
from workbench.systems.memory import MemoryClock
from workbench.systems.outcomes import lost
from workbench.systems.pacing import Gate, Manners, Quota
from workbench.systems.transport import FixedHeaders, NotExecuted, QuotaReached, Transport, Unanswered


@pytest.fixture
def serve():
    servers = []

    def start(*script):
        servers.append(Server(script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


class Renewing:
    """A proof that is another one after each renewal."""

    def __init__(self, renewable=True):
        self.number, self.renewals, self._renewable = 1, 0, renewable

    def headers(self):
        return {"Authorization": f"Bearer {self.number}"}

    def renew(self, used):
        self.renewals += 1
        self.number += self._renewable
        return self._renewable


def transport(server, authority=None, **manners):
    clock = MemoryClock()
    return Transport("crm", server.url, authority or FixedHeaders(), Manners(**manners), clock), clock


@pytest.mark.parametrize("trouble", [answer(429), answer(502), answer(503), answer(504), HANG_UP])
def test_a_read_is_tried_again_until_it_works(serve, trouble):
    server = serve(trouble, trouble, answer(body=b'{"a":1}'))
    session, _ = transport(server)
    assert session.get("/things").json() == {"a": 1}
    assert len(server.requests) == 3


@pytest.mark.parametrize("trouble", [answer(503), HANG_UP])
def test_a_read_gives_up_and_says_what_was_tried(serve, trouble):
    server = serve(trouble)
    session, _ = transport(server, attempts=3)
    with pytest.raises(Unavailable, match=r"crm .*3 times"):
        session.get("/things")
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 500])
def test_what_another_try_would_not_mend_is_asked_once(serve, status):
    server = serve(answer(status))
    session, _ = transport(server)
    assert session.get("/things").status_code == status
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [200, 400, 401, 409, 412, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_write_is_sent_once_whatever_comes_back(serve, method, status):
    server = serve(answer(status, Retry_After="1"))
    session, _ = transport(server, Renewing())
    assert session.request(method, "/things", json={}).status_code == status
    assert len(server.requests) == 1


def test_a_write_whose_answer_is_lost_is_unanswered_and_sent_once(serve):
    server = serve(HANG_UP)
    session, _ = transport(server)
    with pytest.raises(Unanswered):
        session.post("/things", json={})
    assert len(server.requests) == 1


def test_a_write_that_finds_nobody_was_not_executed(serve):
    session, _ = transport(serve(answer()))
    session.base_url = "http://127.0.0.1:9"
    with pytest.raises(NotExecuted):
        session.post("/things", json={})


def test_a_write_that_takes_too_long_is_unanswered():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        session = Transport("crm", url, FixedHeaders(), Manners(write_seconds=0.1), MemoryClock())
        with pytest.raises(Unanswered, match="ReadTimeout"):
            session.post("/things", json={})


def test_a_post_that_only_asks_may_be_asked_again(serve):
    server = serve(answer(503), answer())
    session, _ = transport(server)
    assert session.request("POST", "/search", json={}, reading=True).status_code == 200
    assert len(server.requests) == 2


def test_a_refused_token_is_renewed_once_and_the_read_asked_once_more(serve):
    server, authority = serve(answer(401), answer()), Renewing()
    session, _ = transport(server, authority)
    assert session.get("/things").status_code == 200
    assert authority.renewals == 1
    assert ["Bearer 1" in server.requests[0], "Bearer 2" in server.requests[1]] == [True, True]


def test_a_token_that_stays_refused_is_renewed_no_second_time(serve):
    server, authority = serve(answer(401)), Renewing()
    session, _ = transport(server, authority)
    assert session.get("/things").status_code == 401
    assert (authority.renewals, len(server.requests)) == (1, 2)


def test_threads_that_are_refused_together_renew_the_token_once(serve):
    authority = Renewing()
    session, _ = transport(serve(lambda asked: answer(401 if "Bearer 1" in asked else 200)), authority)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda number: session.get(f"/things/{number}").status_code, range(40)))
    assert set(statuses) == {200}
    assert authority.renewals == 1


def test_a_refused_write_renews_the_token_for_the_next_one(serve):
    server, authority = serve(answer(401), answer()), Renewing()
    session, _ = transport(server, authority)
    assert session.post("/things", json={}).status_code == 401
    assert session.post("/things", json={}).status_code == 200
    assert "Bearer 2" in server.requests[1]


def test_retry_after_in_seconds_closes_the_gate_for_that_long(serve):
    session, clock = transport(serve(answer(429, Retry_After="40"), answer()))
    began = clock.now()
    session.get("/things")
    assert 40 <= (clock.now() - began).total_seconds() < 45


def test_retry_after_as_a_date_is_understood(serve):
    session, clock = transport(serve(answer(503, Retry_After="Mon, 05 Jan 2026 09:01:00 GMT"), answer()))
    session.get("/things")
    assert clock.now() >= datetime(2026, 1, 5, 9, 1, tzinfo=UTC)


def test_a_wait_beyond_patience_is_told_and_not_waited_for(serve):
    session, clock = transport(serve(answer(429, Retry_After="3600")), patience_seconds=120)
    began = clock.now()
    with pytest.raises(Unavailable, match="3600 s"):
        session.get("/things")
    assert (clock.now() - began).total_seconds() == 0


def test_a_write_that_was_told_to_wait_makes_the_next_call_wait(serve):
    session, clock = transport(serve(answer(429, Retry_After="30"), answer()))
    began = clock.now()
    assert session.post("/things", json={}).status_code == 429
    assert clock.now() == began
    session.get("/things")
    assert (clock.now() - began).total_seconds() >= 30


def test_a_write_that_would_have_to_wait_for_long_is_not_sent_and_says_how_long(serve):
    server = serve(answer(429, Retry_After="900"), answer())
    session, clock = transport(server)
    session.post("/things", json={})
    began = clock.now()
    with pytest.raises(NotExecuted, match="900 s") as refused:
        session.post("/things", json={})
    assert clock.now() == began and len(server.requests) == 1
    assert 899 <= refused.value.wait_seconds <= 901


def test_a_write_whose_process_stood_still_while_it_waited_for_its_turn_is_not_sent(serve):
    server = serve(answer(429, Retry_After="5"), answer())
    session, clock = transport(server)
    session.post("/things", json={})
    waiting = clock.sleep
    clock.sleep = lambda seconds: waiting(seconds + 1200)
    with pytest.raises(NotExecuted, match="held up"):
        session.post("/things", json={})
    assert len(server.requests) == 1


def test_a_write_whose_process_stood_still_while_it_proved_itself_is_not_sent(serve):
    server = serve(answer())
    clock = MemoryClock()

    class Slow(FixedHeaders):
        def headers(self):
            clock.sleep(1200)
            return {}

    session = Transport("crm", server.url, Slow(), Manners(), clock)
    with pytest.raises(NotExecuted, match="held up"):
        session.post("/things", json={})
    assert server.requests == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_redirect_is_followed(serve, method):
    elsewhere = serve(answer())
    server = serve(answer(307, Location=f"{elsewhere.url}/stolen"))
    session, _ = transport(server, FixedHeaders({"Authorization": "Bearer secret"}))
    assert session.request(method, "/things").status_code == 307
    assert elsewhere.requests == []


def test_every_call_goes_to_the_configured_host(serve):
    server, elsewhere = serve(answer()), serve(answer())
    session, _ = transport(server)
    session.get(f"{elsewhere.url}/next?page=2")
    session.get("https://login.example.test/services/oauth2/token")
    assert elsewhere.requests == []
    assert [request.split(" ")[1] for request in server.requests] == ["/next?page=2", "/services/oauth2/token"]


def test_a_relative_path_stands_below_the_path_of_the_url(serve):
    server = serve(answer())
    session = Transport("portal", f"{server.url}/api/v1/", FixedHeaders(), clock=MemoryClock())
    session.get("organizations/7", params={"limit": "5"})
    assert server.requests[0].startswith("GET /api/v1/organizations/7?limit=5 ")


def test_a_netrc_entry_and_a_proxy_variable_do_not_replace_what_was_configured(serve, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server = serve(answer())
    session, _ = transport(server, FixedHeaders({"Authorization": "Bearer ours"}))
    session.get("/things")
    assert "Authorization: Bearer ours" in server.requests[0]


@pytest.mark.parametrize(
    "url", ["http://crm.example.test", "ftp://127.0.0.1", "crm.example.test", "https://u:p@crm.test"]
)
def test_an_address_that_would_show_data_or_passwords_is_refused(url):
    with pytest.raises(UsageError, match="https://"):
        Transport("crm", url, FixedHeaders())


def test_cookies_are_neither_kept_nor_sent(serve):
    server = serve(answer(Set_Cookie="sid=1; Path=/"))
    session, _ = transport(server)
    session.get("/a")
    session.get("/b")
    assert "ookie: sid" not in server.requests[1]


def test_nothing_is_written_once_the_floor_of_the_quota_is_reached(serve):
    server = serve(answer(Sforce_Limit_Info="api-usage=81/100"))
    session, _ = transport(server, floor_per_cent=80)
    session.get("/things")
    with pytest.raises(QuotaReached, match="81 of 100"):
        session.post("/things", json={})
    assert session.get("/things").status_code == 200
    assert len(server.requests) == 2


def test_the_quota_is_read_with_and_without_a_part_for_the_app():
    quota = Quota(floor_per_cent=50)
    quota.note("api-usage=25/5000; per-app-api-usage=249/250(appName=x)")
    assert (quota.used, quota.limit, quota.reached) == (25, 5000, False)
    quota.note("api-usage=2500/5000")
    assert quota.reached


@given(st.text(alphabet="ab=;/ ²٣-.") | st.just("api-usage=²/³"))
def test_a_strange_quota_header_changes_nothing(header):
    quota = Quota()
    quota.note("api-usage=7/9")
    quota.note(header)
    assert (quota.used, quota.limit) == (7, 9)


def test_the_log_holds_path_and_status_but_no_value_and_no_secret(serve, caplog):
    caplog.set_level(logging.DEBUG)
    session, _ = transport(serve(answer(503), answer()), FixedHeaders({"Authorization": "Bearer CANARY-1"}))
    session.get("/query", params={"q": "SELECT Id FROM Account WHERE Name = 'CANARY-2'"})
    session.post("/things", json={"Name": "CANARY-3"})
    assert "crm GET /query -> 200" in caplog.text
    assert "CANARY" not in caplog.text


def test_an_error_holds_neither_query_nor_secret(serve):
    session, _ = transport(serve(HANG_UP), FixedHeaders({"Authorization": "Bearer CANARY-1"}), attempts=2)
    with pytest.raises(Unavailable) as told:
        session.get("/query", params={"q": "CANARY-2"})
    assert "CANARY" not in str(told.value)
    assert told.value.__suppress_context__
    assert "CANARY" not in repr(FixedHeaders({"Authorization": "CANARY-1"}))


def test_eight_threads_share_one_pause_and_do_not_start_again_together():
    clock, waits = MemoryClock(), []
    clock.sleep = waits.append
    gate = Gate(clock)
    gate.close(10)
    threads = [threading.Thread(target=gate.enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 8
    assert all(10 <= wait <= 11 for wait in waits)
    assert max(waits) - min(waits) > 0.057


def test_calls_are_spread_over_the_minute():
    clock = MemoryClock()
    gate, began = Gate(clock, calls_per_minute=60), clock.now()
    for _ in range(11):
        gate.enter()
    assert (clock.now() - began).total_seconds() >= 10


def test_manners_come_from_the_settings_of_the_system():
    manners = Manners.of({"client": "salesforce", "api_version": "62.0", "read_seconds": 7, "calls_per_minute": 900})
    assert (manners.read_seconds, manners.calls_per_minute, manners.attempts) == (7, 900, 5)


def test_a_write_that_was_not_sent_because_of_a_pause_waits_for_its_end():
    write = Write("line", "create", Ref("crm", "partner", ""), {})
    outcome = lost(write, NotExecuted("crm asks to wait 900 s; nothing was sent", 900))
    assert (outcome.result, outcome.wait_seconds) == ("not executed", 900)
