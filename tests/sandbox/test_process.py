"""The sandbox as a process: its line of JSON, its end, several of them on one file, and being killed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests


@contextmanager
def running(*options: str):
    """A sandbox of its own; ends it when it still runs."""
    command = [sys.executable, "-m", "workbench.sandbox", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            if process.poll() is None:
                process.kill()


def session(reach):
    caller = requests.Session()
    caller.trust_env = False
    caller.headers["X-Api-Key"] = reach["channeltivity"]["api_key"]
    return caller


SMALL = ("--partners", "10", "--companies", "10")


def test_the_line_says_how_to_reach_every_system(sandbox):
    assert set(sandbox) == {"salesforce", "connectwise", "channeltivity", "channelonline", "smtp", "admin"}
    wanted = {"url", "access_token", "username", "password", "security_token", "client_id", "client_secret"}
    assert set(sandbox["salesforce"]) == wanted
    assert set(sandbox["connectwise"]) == {"url", "company", "public_key", "private_key", "client_id"}
    assert set(sandbox["channelonline"]) == {"url", "api_key", "folder"}


def test_a_child_ends_when_its_parent_lets_go():
    with running(*SMALL, "--with-parent") as (process, _):
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_child_answers_on_when_the_cell_or_the_command_that_uses_it_is_interrupted():
    with running(*SMALL, "--with-parent") as (process, reach):
        process.send_signal(signal.SIGINT)  # a terminal and JupyterLab interrupt the whole group
        for _ in range(3):
            assert session(reach).get(f"{reach['channeltivity']['url']}/organizations", timeout=10).ok
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_temporary_file_goes_with_its_process():
    with running(*SMALL, "--with-parent") as (process, reach):
        folder = Path(reach["channelonline"]["folder"]).parent
        assert (folder / "sandbox.sqlite").exists()
        process.stdin.close()
        assert process.wait(10) == 0
    assert not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_alone_it_ignores_standard_input_and_ends_on_a_signal(number):
    with running(*SMALL) as (process, reach):
        process.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        assert requests.get(reach["admin"]["url"] + "/identity", timeout=5).ok
        process.send_signal(number)
        assert process.wait(10) == 0


def test_a_request_that_has_begun_is_answered_before_the_end():
    with running(*SMALL, "--with-parent") as (process, reach):
        requests.post(reach["admin"]["url"] + "/latency", json={"channeltivity": 700}, timeout=5)
        with ThreadPoolExecutor(1) as pool, session(reach) as caller:
            url = reach["channeltivity"]["url"] + "/groups"
            waiting = pool.submit(caller.post, url, json={"name": "late"}, timeout=10)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)  # it is there, and not answered yet
            process.stdin.close()
            assert waiting.result().status_code == 201
        assert process.wait(10) == 0


def test_a_taken_port_is_replaced_by_another():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(*SMALL, "--port", str(port)) as (_, reach):
            assert urlsplit(reach["admin"]["url"]).port != port


def test_a_file_that_is_no_sandbox_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not yours" * 500)
    command = [sys.executable, "-m", "workbench.sandbox", "--data", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 5
    assert "not a file of the sandbox" in done.stderr
    assert path.read_text() == "not yours" * 500


def test_a_file_keeps_its_instance_credentials_and_records(tmp_path):
    options = (*SMALL, "--data", str(tmp_path / "kept.sqlite"))
    with running(*options) as (_, first), session(first) as caller:
        made = caller.post(first["channeltivity"]["url"] + "/groups", json={"name": "Kept"}, timeout=10).json()
        instance = caller.get(first["admin"]["url"] + "/identity", timeout=10).json()["instance"]
    with running(*options) as (_, second), session(second) as caller:
        assert second["channeltivity"]["api_key"] == first["channeltivity"]["api_key"]
        assert caller.get(second["admin"]["url"] + "/identity", timeout=10).json()["instance"] == instance
        again = caller.get(f"{second['channeltivity']['url']}/groups/{made['id']}", timeout=10).json()
        assert again == made


def test_no_stored_value_holds_an_address_of_the_sandbox(tmp_path):
    path = tmp_path / "kept.sqlite"
    with running(*SMALL, "--data", str(path)) as (_, reach), session(reach) as caller:
        caller.get(reach["channeltivity"]["url"] + "/organizations", timeout=10)
        port = urlsplit(reach["admin"]["url"]).port
    for kept in tmp_path.glob("kept.sqlite*"):
        assert f"127.0.0.1:{port}".encode() not in kept.read_bytes()


def test_killed_in_the_middle_of_writes_it_has_everything_that_it_answered(tmp_path):
    options = (*SMALL, "--data", str(tmp_path / "kept.sqlite"))
    answered: list[str] = []
    with running(*options) as (process, reach):
        threading.Timer(0.8, lambda: os.kill(process.pid, signal.SIGKILL)).start()

        def write(number: int) -> None:
            with session(reach) as caller:
                for turn in range(10_000):
                    body = {"name": f"{number}-{turn}"}
                    try:
                        answer = caller.post(reach["channeltivity"]["url"] + "/groups", json=body, timeout=10)
                    except requests.ConnectionError:
                        return
                    assert answer.status_code == 201
                    answered.append(answer.json()["id"])

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(write, range(3)))
        process.wait(10)
    assert len(answered) > 50
    with running(*options) as (_, reach), session(reach) as caller:
        stored = {
            r["@id"] for r in caller.get(reach["admin"]["url"] + "/records/channeltivity/groups", timeout=10).json()
        }
    assert set(answered) <= stored


def made_groups(reach, count: int) -> list[str]:
    """Make so many groups over one kept connection, by bare sockets: the ids; fails on the first refusal."""
    place, key = urlsplit(reach["channeltivity"]["url"]), reach["channeltivity"]["api_key"]
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=40)
    made = []
    for turn in range(count):
        body = json.dumps({"name": str(turn)})
        line.request("POST", f"{place.path}/groups", body, {"X-Api-Key": key})
        answer = line.getresponse()
        content = answer.read()
        assert answer.status == 201, content
        made.append(json.loads(content)["id"])
    line.close()
    return made


def test_four_kernels_and_a_scheduler_on_one_file_lose_and_lock_nothing_in_10_000_requests(tmp_path):
    options, each = (*SMALL, "--data", str(tmp_path / "shared.sqlite")), 2000

    with running(*options) as (_, a), running(*options) as (_, b), running(*options) as (_, c):  # noqa: SIM117  # five are too many for a line
        with running(*options) as (_, d), running(*options) as (_, e), ThreadPoolExecutor(5) as pool:
            made = [id for ids in pool.map(made_groups, (a, b, c, d, e), [each] * 5) for id in ids]
            log = requests.get(a["admin"]["url"] + "/requests", timeout=10).json()
            stored = requests.get(a["admin"]["url"] + "/records/channeltivity/groups", timeout=10).json()
    assert len(set(made)) == 5 * each
    assert set(made) <= {record["@id"] for record in stored}
    assert len({record["@modified"] for record in stored}) == len(stored)
    assert len(log) == 5 * each


def test_the_raw_path_reaches_the_protocol_undecoded(sandbox, admin):
    with session(sandbox) as caller:
        caller.get(sandbox["channeltivity"]["url"] + "/groups/a%2Fb%20c?x=%2B", timeout=10)
    assert admin.requests()[0]["path"] == "/channeltivity/api/v1/groups/a%2Fb%20c?x=%2B"


def test_a_chunked_body_is_taken(sandbox):
    with session(sandbox) as caller:
        answer = caller.post(
            sandbox["channeltivity"]["url"] + "/groups", data=iter([b'{"na', b'me":"Chunks"}']), timeout=10
        )
        assert answer.status_code == 201


@pytest.mark.parametrize("line", [b"GET\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"])
def test_what_is_no_http_is_answered_with_400(sandbox, line):
    port = urlsplit(sandbox["admin"]["url"]).port
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(line)
        assert wire.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_the_clock_can_be_moved_and_stopped(sandbox, admin):
    admin.post("clock", {"now": "2030-01-01T00:00:00Z", "freeze": True})
    assert admin.get("clock")["now"] == "2030-01-01T00:00:00.000Z"
    admin.post("clock", {"advance": 3600})
    with session(sandbox) as caller:
        made = caller.post(sandbox["channeltivity"]["url"] + "/groups", json={"name": "x"}, timeout=10).json()
    assert made["createdAt"].startswith("2030-01-01T01:00:00.")


def test_latency_is_felt(sandbox, admin):
    admin.post("latency", {"channeltivity": 150})
    with session(sandbox) as caller:
        began = time.monotonic()
        caller.get(sandbox["channeltivity"]["url"] + "/groups", timeout=10)
        assert time.monotonic() - began >= 0.15
    assert admin.requests()[0]["ms"] >= 150


def test_mail_is_kept_and_not_delivered(sandbox, admin):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.example", "b@y.example", "Größe"
    message["Message-ID"] = "<wb-1@x.example>"
    message.set_content("Guten Tag")
    with smtplib.SMTP(sandbox["smtp"]["host"], sandbox["smtp"]["port"], timeout=10) as sender:
        sender.send_message(message)
    (kept,) = admin.get("mail")
    assert (kept["sender"], kept["recipients"]) == ("a@x.example", ["b@y.example"])
    assert (kept["subject"], kept["message_id"], kept["text"]) == ("Größe", "<wb-1@x.example>", "Guten Tag\n")


def test_a_reset_brings_everything_back(sandbox, admin):
    before = admin.get("truth"), admin.records("channeltivity", "groups")
    with session(sandbox) as caller:
        caller.post(sandbox["channeltivity"]["url"] + "/groups", json={"name": "x"}, timeout=10)
        admin.post("clock", {"advance": 86_400})
        admin.post("faults", {"fault": "reset"})
        admin.post("reset")
        assert (admin.get("truth"), admin.records("channeltivity", "groups")) == before
        assert admin.get("faults") == admin.get("requests") == admin.get("mail") == []
        assert admin.get("clock")["offset"] == 0
        assert caller.get(sandbox["channeltivity"]["url"] + "/portal", timeout=10).ok
