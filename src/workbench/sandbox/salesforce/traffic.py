"""Event log files: yesterday's traffic of the vendors' connectors, today's from the sandbox's own request log."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

from workbench.sandbox.salesforce import ids
from workbench.sandbox.salesforce.dates import stamp
from workbench.sandbox.state import State

COLUMNS = (
    "EVENT_TYPE",
    "REQUEST_ID",
    "ORGANIZATION_ID",
    "USER_ID",
    "API_FAMILY",
    "API_VERSION",
    "API_RESOURCE",
    "CLIENT_NAME",
    "HTTP_METHOD",
    "CONNECTED_APP_ID",
    "CONNECTED_APP_NAME",
    "ENTITY_NAME",
    "COUNTS_AGAINST_API_LIMIT",
    "CLIENT_IP",
    "STATUS_CODE",
    "TIMESTAMP_DERIVED",
)
RESOURCE = re.compile(r"/services/data/v(\d+\.\d)/(tooling/query|composite/sobjects|[A-Za-z]+)(?:/([A-Za-z_]+))?")
FROM = re.compile(r"\bFROM\s+(\w+)(?![^(]*\))", re.IGNORECASE)
# What the vendors' own connectors do in a day, a line each: app, method, resource, object.
CONNECTORS = (
    ("Channeltivity", "GET", "query", "Account"),
    ("Channeltivity", "PATCH", "sobjects", "Account"),
    ("Channeltivity", "PATCH", "sobjects", "Contact"),
    ("Channeltivity", "GET", "query", "Opportunity"),
    ("ChannelOnline", "GET", "query", "Account"),
    ("ChannelOnline", "POST", "sobjects", "Opportunity"),
)


def files(state: State) -> list[dict[str, Any]]:
    """The EventLogFile rows of the last two days: yesterday's connectors, today's calls."""
    today = state.now().replace(hour=0, minute=0, second=0, microsecond=0)
    rows: list[dict[str, Any]] = []
    for number, day in ((1, today - timedelta(days=1)), (2, today)):
        moment = stamp(day)
        rows.append(
            {
                "Id": ids.make_id("0AT", number),
                "EventType": "ApiTotalUsage",
                "LogDate": moment,
                "LogFileLength": float(len(content(state, ids.make_id("0AT", number)) or b"")),
                "LogFileFieldNames": ",".join(COLUMNS),
                "Interval": "Daily",
                "LogFile": f"/services/data/v59.0/sobjects/EventLogFile/{ids.make_id('0AT', number)}/LogFile",
                "CreatedDate": moment,
                "LastModifiedDate": moment,
                "SystemModstamp": moment,
            }
        )
    return rows


def content(state: State, record_id: str) -> bytes | None:
    """The CSV of a log file, None when there is no such file."""
    if record_id[:15] == ids.make_id("0AT", 1)[:15]:
        return _csv([_line(app, method, resource, entity, "59.0") for app, method, resource, entity in CONNECTORS])
    return _csv(_calls(state)) if record_id[:15] == ids.make_id("0AT", 2)[:15] else None


def _calls(state: State) -> list[dict[str, str]]:
    today = stamp(state.now())[:10]
    found = state.connection.execute(
        "SELECT method, path, status FROM request WHERE system = 'salesforce' AND at >= ?", (today,)
    )
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for method, path, _status in found:
        if resource := RESOURCE.match(path):
            queried = FROM.search(unquote_plus(path)) if resource[2].lower().endswith(("query", "queryall")) else None
            entity = queried[1] if queried else resource[3] or ""
            counted[method, resource[2], entity, resource[1]] += 1
    return [
        _line("Partner Workbench", method, resource, entity, version)
        for (method, resource, entity, version), times in counted.items()
        for _ in range(times)
    ]


def _line(app: str, method: str, resource: str, entity: str, version: str) -> dict[str, str]:
    return {
        "EVENT_TYPE": "ApiTotalUsage",
        "API_FAMILY": "REST",
        "API_VERSION": version,
        "API_RESOURCE": f"/v{version}/{resource}",
        "CLIENT_NAME": app.replace(" ", "-").lower(),
        "HTTP_METHOD": method,
        "CONNECTED_APP_NAME": app,
        "ENTITY_NAME": entity,
        "COUNTS_AGAINST_API_LIMIT": "1",
    }


def _csv(lines: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()
