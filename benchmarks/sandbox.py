"""How fast the sandbox starts and answers: `python benchmarks/sandbox.py [--large]`.

The caller is bare sockets on kept connections, so what is measured is the server. `--large` adds the starts with
100,000 partners, with 50,000 companies, and with both. Then 10,000 Accounts are written by Collections and read back by
query, value by value. Beside them stands what somebody would write instead: a dozen
lines of `http.server` that answer one record, without state, log, faults or rules. Prints a table and writes
`benchmarks/results/sandbox.json`.
"""

from __future__ import annotations

import http.client
import json
import os
import resource
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

RESULTS = Path(__file__).parent / "results" / "sandbox.json"
CALLS, LINES = 800, 4
PATIENCE = 30
"""Seconds that an answer may take; then the measurement fails instead of waiting for ever."""


@contextmanager
def started(*options: str):
    """A sandbox of its own: its line of JSON, and how long it took to say it."""
    command = [sys.executable, "-m", "workbench.sandbox", "--with-parent", *options]
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        reach = json.loads(process.stdout.readline())
        yield reach, time.perf_counter() - began
        process.stdin.close()


STAND_IN = """
import http.server, json
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave in one write: in two, the second waits for the caller's late acknowledgement
    disable_nagle_algorithm = True
    def do_GET(self):
        body = json.dumps({"id": "1", "name": "Partner sales", "modules": ["deals", "leads"]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *ignored): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def stand_in():
    """The port of a server of a dozen lines that answers one record."""
    with subprocess.Popen([sys.executable, "-c", STAND_IN], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def processor_seconds() -> float:
    """What all ended children together took of the processor: says more than the clock on a busy machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def receive(wire: socket.socket) -> bytes:
    """One whole answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(wire)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(wire)
    return head


def _more(wire: socket.socket) -> bytes:
    more = wire.recv(65536)
    if not more:
        raise ConnectionError("the server hung up in the middle of an answer")
    return more


def calls_a_second(port: int, message: bytes, lines: int) -> float:
    """Send the same call over so many kept connections side by side."""

    def converse(_: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(CALLS // lines):
                wire.sendall(message)
                head = receive(wire)
                assert b" 200 " in head[:16] or b" 201 " in head[:16], head

    began = time.perf_counter()
    with ThreadPoolExecutor(lines) as pool:
        list(pool.map(converse, range(lines)))
    return CALLS / (time.perf_counter() - began)


def messages(reach: dict) -> dict[str, bytes]:
    """The calls that are measured."""
    portal = f"X-Api-Key: {reach['channeltivity']['api_key']}\r\n"
    bearer = f"Authorization: Bearer {reach['salesforce']['access_token']}\r\n"
    query = "/services/data/v62.0/query?q=SELECT+Id,Name+FROM+Account+LIMIT+50"
    group = b'{"name":"measured"}'
    wanted = {
        "channeltivity: one record": ("GET", "/channeltivity/api/v1/groups/1", portal, b""),
        "channeltivity: a page of 200": ("GET", "/channeltivity/api/v1/organizations?limit=200", portal, b""),
        "channeltivity: create": ("POST", "/channeltivity/api/v1/groups", portal, group),
        "salesforce: query of 50": ("GET", query, bearer, b""),
    }
    return {
        name: f"{method} {path} HTTP/1.1\r\nHost: x\r\n{header}Content-Length: {len(body)}\r\n\r\n".encode() + body
        for name, (method, path, header, body) in wanted.items()
    }


ROWS, BATCH = 10_000, 200


def collection_rows(reach: dict) -> dict[str, float]:
    """Write 10,000 Accounts, 200 a call, one call after the other, and read each value back: seconds of both."""
    place = urlsplit(reach["salesforce"]["url"])
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {reach['salesforce']['access_token']}", "Content-Type": "application/json"}

    def ask(method: str, path: str, body: object = None):
        line.request(method, path, None if body is None else json.dumps(body), headers)
        answer = line.getresponse()
        content = json.loads(answer.read())
        assert answer.status == 200, content
        return content

    wanted = {}
    began = time.perf_counter()
    for first in range(0, ROWS, BATCH):
        rows = [
            {
                "attributes": {"type": "Account"},
                "Name": f"Measured {number}",
                "Phone": f"555-{number:05d}",
                "BillingCity": "Leeds",
            }
            for number in range(first, first + BATCH)
        ]
        results = ask("POST", "/services/data/v62.0/composite/sobjects", {"allOrNone": False, "records": rows})
        wanted |= {result["id"]: (row["Name"], row["Phone"]) for result, row in zip(results, rows, strict=True)}
    written = time.perf_counter()
    query = "SELECT+Id,Name,Phone,BillingCity+FROM+Account+WHERE+Name+LIKE+'Measured+%25'"
    page = ask("GET", f"/services/data/v62.0/query?q={query}")
    found = list(page["records"])
    while not page["done"]:
        page = ask("GET", page["nextRecordsUrl"])
        found += page["records"]
    ended = time.perf_counter()
    assert {row["Id"]: (row["Name"], row["Phone"]) for row in found} == wanted
    return {"written": round(written - began, 2), "read_back": round(ended - written, 2)}


def main() -> None:
    """Measure, print, write."""
    result: dict = {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "start": {},
        "calls_a_second": {},
    }
    sizes = {"300 partners, 400 companies": ()}
    if "--large" in sys.argv[1:]:
        sizes |= {"100,000 partners": ("--partners", "100000"), "50,000 companies": ("--companies", "50000")}
        sizes |= {"100,000 partners and 50,000 companies": ("--partners", "100000", "--companies", "50000")}
    for name, options in sizes.items():
        before = processor_seconds()
        with started(*options) as (_, seconds):
            pass
        spent = processor_seconds() - before
        result["start"][name] = {"seconds": round(seconds, 2), "processor_seconds": round(spent, 2)}
        print(f"start with {name:32} {seconds:8.2f} s, of the processor {spent:8.2f} s", flush=True)
    before = processor_seconds()
    with started() as (reach, _):
        result["collection_rows"] = {"rows": ROWS, **collection_rows(reach)}
    result["collection_rows"]["processor_seconds"] = round(processor_seconds() - before, 2)
    print(f"{ROWS} collection rows", result["collection_rows"], flush=True)
    with started() as (reach, _):
        port = urlsplit(reach["admin"]["url"]).port
        for name, message in messages(reach).items():
            rates = {lines: round(calls_a_second(port, message, lines)) for lines in (1, LINES)}
            result["calls_a_second"][name] = rates
            print(f"{name:32} {rates[1]:6} calls/s on 1 line {rates[LINES]:6} on {LINES}", flush=True)
    with stand_in() as port:
        message = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        rates = {lines: round(calls_a_second(port, message, lines)) for lines in (1, LINES)}
    result["calls_a_second"]["http.server: one record"] = rates
    print(f"{'http.server: one record':32} {rates[1]:6} calls/s on 1 line {rates[LINES]:6} on {LINES}", flush=True)
    ours = result["calls_a_second"]["channeltivity: one record"]
    result["times_slower_than_http_server"] = {lines: round(rates[lines] / ours[lines], 2) for lines in rates}
    print("times slower than http.server:", result["times_slower_than_http_server"])
    result["load_after"] = round(os.getloadavg()[0], 2)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
