"""What reading costs: calls, bytes, seconds and memory beside other readers, same sandbox, same run.

`python benchmarks/reading.py [--companies 50000] [--accounts 50000] [--json FILE]`. The clients of a business are about
one in thirty of its ConnectWise companies; a chooser wants those alone. Beside ours reads pyconnectwise, a
general-purpose client (`pip install pyconnectwise==0.6.1.2`: peers are not among this project's packages), and a naive
reader that takes every page of every field. Memory is that of a process of its own that reads all accounts of a second
sandbox. Prints a table and writes it as JSON.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import requests

from workbench.model.kinds import Kind, KindInSystem
from workbench.model.records import Condition, Where
from workbench.systems import connect

PLACES = {
    "salesforce": KindInSystem("Account", "SystemModstamp", "IsDeleted", marker="Workbench_Key__c"),
    "connectwise": KindInSystem("company/companies", "_info/lastUpdated", "deletedFlag", marker="userDefinedField1"),
}
KINDS = {"partner": Kind("partner", "Partner", PLACES)}
WHERES = {
    "salesforce": Where((Condition("Sync_with_Channeltivity__c", (True,)),)),
    "connectwise": Where((Condition("status/name", ("Active", "Credit Hold")), Condition("types/name", ("Client",)))),
}
FIELDS = {
    "salesforce": ["Name", "BillingCity", "BillingCountry", "Phone", "Website", "Sync_with_Channeltivity__c"],
    "connectwise": ["name", "city", "country/name", "phoneNumber", "website", "status/name", "types/name"],
}


@dataclass
class Cost:
    """One row of the table."""

    system: str
    how: str
    records: int = 0
    calls: int = 0
    kilobytes: int = 0
    seconds: float = 0.0

    def count(self, response: requests.Response, *_: object, **__: object) -> None:
        """Add one answer."""
        self.calls += 1
        self.kilobytes += len(response.content) // 1024


@contextlib.contextmanager
def sandbox(companies: int, partners: int = 300) -> Iterator[Mapping[str, Any]]:
    """A sandbox of that many customers and partners, as a child process."""
    size = ["--companies", str(companies), "--partners", str(partners)]
    command = [sys.executable, "-m", "workbench.sandbox", "--with-parent", *size]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def timed(cost: Cost, work: Callable[[], int]) -> Cost:
    """Run and time one way of reading."""
    began = time.perf_counter()
    cost.records = work()
    cost.seconds = round(time.perf_counter() - began, 2)
    return cost


def naive_connectwise(reach: Mapping[str, str], cost: Cost) -> int:
    """Every page of 1,000 whole companies."""
    pair = f"{reach['company']}+{reach['public_key']}:{reach['private_key']}"
    headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", "clientId": reach["client_id"]}
    records, page = 0, 1
    with requests.Session() as session:
        while True:
            url = f"{reach['url']}/v4_6_release/apis/3.0/company/companies"
            response = session.get(url, params={"page": page, "pageSize": 1000}, headers=headers, timeout=120)
            cost.count(response)
            rows = response.json()
            records, page = records + len(rows), page + 1
            if len(rows) < 1000:
                return records


def with_pyconnectwise(reach: Mapping[str, str], cost: Cost) -> int:
    """Every page, by the client's own pagination."""
    from pyconnectwise import ConnectWiseManageAPIClient

    class Client(ConnectWiseManageAPIClient):
        """It insists on https; the two places that say so are pointed at the sandbox instead."""

        def _get_url(self):
            return super()._get_url().replace("https://", "http://")

        def _try_get_codebase_from_api(self, manage_url, company_name, headers):
            answer = self._make_request("GET", f"{reach['url']}/login/companyinfo/{company_name}", headers=headers)
            return answer.json()["Codebase"]

        def _make_request(self, *args, **kwargs):
            response = super()._make_request(*args, **kwargs)
            cost.count(response)
            return response

    keys = {name: reach[name] for name in ("client_id", "public_key", "private_key")}
    client = Client(company_name=reach["company"], manage_url=reach["url"].removeprefix("http://"), **keys)
    cost.calls = cost.kilobytes = 0  # after connecting
    return sum(1 for _ in client.company.companies.paginated(1, 1000).all())


def naive_salesforce(reach: Mapping[str, str], cost: Cost) -> int:
    """Every field of every account."""
    headers = {"Authorization": f"Bearer {reach['access_token']}"}
    base = f"{reach['url']}/services/data/v62.0"
    records = 0
    with requests.Session() as session:
        described = session.get(f"{base}/sobjects/Account/describe", headers=headers, timeout=120)
        cost.count(described)
        names = ", ".join(field["name"] for field in described.json()["fields"])
        path, query = f"{base}/query", {"q": f"SELECT {names} FROM Account"}
        while True:
            response = session.get(path, params=query, headers=headers, timeout=120)
            cost.count(response)
            page = response.json()
            records += len(page["records"])
            if page["done"]:
                return records
            path, query = f"{reach['url']}{page['nextRecordsUrl']}", {}


class Reader:
    """Our client of one system, and what its last reading came to."""

    def __init__(self, system: str, reach: Mapping[str, str]) -> None:
        self._system = system
        self._client: Any = connect(system, {"client": system}, reach, KINDS)
        self._client.identify()
        self.watermark = ""

    def read(self, where: Where, since: str = "") -> int:
        """Read; how many records came."""
        reading = self._client.read("partner", where, FIELDS[self._system], since)
        self.watermark = reading.watermark
        return len(reading.frame)

    def timed(self, how: str, where: Where, since: str = "") -> Cost:
        """Read and say what it cost."""
        cost = Cost(self._system, how)
        self._client.transport.hooks["response"] = [cost.count]
        return timed(cost, lambda: self.read(where, since))


Peer = Callable[[Mapping[str, str], Cost], int]
PEERS: Mapping[str, Mapping[str, Peer]] = {
    "connectwise": {
        "naive: every field of every record": naive_connectwise,
        "pyconnectwise: every page": with_pyconnectwise,
    },
    "salesforce": {"naive: every field of every record": naive_salesforce},
}


def measure(system: str, reach: Mapping[str, str]) -> Iterator[Cost]:
    """The rows of one system; every reader has connected before it is counted."""
    for how, peer in PEERS[system].items():
        cost = Cost(system, how)
        yield timed(cost, partial(peer, reach, cost))
    reader = Reader(system, reach)
    yield reader.timed("workbench: filtered, mapped fields", WHERES[system])
    reader.read(WHERES[system], reader.watermark)  # from now on it goes on from the newest record of all
    yield reader.timed("workbench: nothing changed since", WHERES[system], reader.watermark)
    yield reader.timed("workbench: whole, mapped fields", Where())


def megabytes(line: str) -> int:
    """What Linux says of this process: VmRSS now, VmHWM at most (`ru_maxrss` would be the parent's)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition(f"{line}:")[2].split()[0]) // 1024


def remembered(reach: Mapping[str, str]) -> dict[str, int]:
    """Read every Salesforce account with the mapped fields; megabytes before and at most, in a process of its own."""
    reader = Reader("salesforce", reach)
    before = megabytes("VmRSS")
    records = reader.read(Where())
    return {"accounts": records, "megabytes_before": before, "megabytes_at_most": megabytes("VmHWM")}


def memory(accounts: int) -> dict[str, int]:
    """The memory of reading that many accounts: each partner of the sandbox has about one."""
    with sandbox(companies=100, partners=accounts) as contract:
        apart = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        with apart:
            return apart.submit(remembered, contract["salesforce"]).result()


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--companies", type=int, default=50_000)
    parser.add_argument("--accounts", type=int, default=50_000)
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "reading.json")
    options = parser.parse_args()
    with sandbox(options.companies) as contract:
        rows = [asdict(row) for name in PEERS for row in measure(name, contract[name])]
    line = "{system:12} {how:36} {records:>8} {calls:>6} {kilobytes:>9} {seconds:>8}"
    print(line.format(**{name: name for name in rows[0]}))
    for row in rows:
        print(line.format(**row))
    held = memory(options.accounts)
    print(", ".join(f"{name}: {value:,}" for name, value in held.items()))
    load = f"{os.getloadavg()[0]:.1f}"
    result = {"rows": rows, "memory": held, "load": load}
    options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
