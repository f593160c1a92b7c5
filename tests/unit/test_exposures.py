"""What is wrong with a connection that a system shows: each risk by its trace, and nothing where nothing is wrong."""

from datetime import UTC, datetime

import pytest

from workbench.core.assessing import exposures
from workbench.model.records import Snapshot, Snapshots, frame_of

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def told(*traces):
    rows = {
        str(number): dict(zip(("type", "name", "user", "detail"), trace, strict=True))
        for number, trace in enumerate(traces)
    }
    seen = Snapshots("integration", [Snapshot("crm", "integration", "1", NOW, "", frame_of(rows))])
    return [(one.severity, one.check) for one in exposures(seen)]


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        (("API log-in", "Jobs", "jobs@x.example", "Other Apex API; SOAP Partner 48.0; 3 ×"), ("high", "SOAP log-in")),
        (("vendor connector", "CRM", "portal@x.example", "hourly; user name, password and security token"),
         ("high", "password log-in")),
        (("API log-in", "Old", "old@x.example", "Remote Access 2.0; REST 29.0; 1 ×"), ("high", "retired API version")),
        (("outbound message", "Changes", "jobs@x.example", "on Account; API version 30.0"),
         ("high", "retired API version")),
        (("callback", "Changes", "", "company at level owner; plain http"), ("high", "plain http")),
        (("API member", "Portal", "portal", "security role Admin; changed 2024"), ("high", "over-privileged")),
        (("OAuth grant", "Portal", "portal@x.example", "used 4 ×; profile System Administrator"),
         ("high", "over-privileged")),
        (("OAuth grant", "Portal", "ann.meyer@x.example", "used 4 ×"), ("medium", "named user")),
        (("callback", "Changes", "", "company at level owner; inactive"), ("medium", "callback off")),
        (("connected app", "Portal", "", "any user may authorise it"), ("low", "anybody may authorise")),
    ],
)  # fmt: skip
def test_each_risk_is_told_by_name(trace, expected):
    assert told(trace) == [expected]


@pytest.mark.parametrize(
    "trace",
    [
        ("API log-in", "Jobs", "jobs@x.example", "Remote Access 2.0; REST 59.0; 3 ×"),
        ("outbound message", "Changes", "jobs@x.example", "on Account; API version 62.0"),
        ("API member", "Portal", "portal", "security role Integration: companies; changed 2024"),
        ("API member", "Former portal", "oldportal", "security role Admin; inactive"),
        ("last writer", "Account", "ann.meyer@x.example", "last writer of 3 records"),
        ("callback", "Changes", "", "company at level owner"),
        ("not permitted", "callbacks", "", "this user may not see it"),
        ("synchronisation setting", "mode", "", "Bi-Directional Sync"),
    ],
)
def test_what_is_in_order_is_not_told(trace):
    assert told(trace) == []


def test_the_gravest_stand_first_and_one_trace_may_be_told_twice():
    found = told(
        ("connected app", "Portal", "", "any user may authorise it"),
        ("integrator log-in", "jobs", "jobs", "legacy log-in for company; sees all records; plain http"),
    )
    assert found == [
        ("high", "plain http"),
        ("medium", "legacy log-in"),
        ("medium", "sees everything"),
        ("low", "anybody may authorise"),
    ]


def test_the_sandboxs_risks_are_found_in_three_systems(sandbox_bench):
    found = {(one.check, one.system, one.seen) for one in sandbox_bench.exposures()}
    assert {
        ("SOAP log-in", "salesforce", "API log-in ChannelOnline"),
        ("over-privileged", "salesforce", "OAuth grant Channeltivity"),
        ("over-privileged", "connectwise", "API member ChannelOnline integration"),
        ("plain http", "salesforce", "outbound message Account changes to ChannelOnline"),
        ("plain http", "connectwise", "integrator log-in channelonline"),
        ("legacy log-in", "connectwise", "integrator log-in channelonline"),
        ("password log-in", "channeltivity", "vendor connector Salesforce Integration"),
    } <= found
    assert not any("Partner Workbench" in seen or "Partner workbench" in seen for _, _, seen in found)
