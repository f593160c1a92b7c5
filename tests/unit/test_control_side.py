"""`bench.sandbox` in a notebook: everything that the sandbox's control side offers, and how it says no."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from smtplib import SMTP

import pytest
import requests

import workbench as wb
from workbench.sandbox.admin import ROUTES


@pytest.fixture
def scene(sandbox_bench):
    return sandbox_bench.sandbox


def portal(scene, path):
    """A call to the portal, as anybody makes it."""
    headers = {"X-Api-Key": scene["channeltivity"]["api_key"]}
    return requests.get(f"{scene['channeltivity']['url']}/{path}", headers=headers, timeout=30)


def test_everything_that_the_control_side_tells_can_be_asked(scene):
    told = {word for method, word in ROUTES if method == "GET"} - {"records"}
    assert told >= {"requests", "faults", "truth", "clock", "mail", "identity"}
    for word in told:
        assert scene.ask(word) is not None
    assert len(scene.ask("truth")) > 1000
    companies = scene.ask("records/connectwise/company/companies")
    assert any(record["deletedFlag"] for record in companies)  # past the API, which hides it


def test_calls_are_seen_and_forgotten(scene):
    scene.forget("requests")
    assert portal(scene, "portal").ok
    assert [(each["system"], each["status"]) for each in scene.ask("requests")] == [("channeltivity", 200)]
    scene.forget("requests")
    assert scene.ask("requests") == []


def test_a_fault_is_planned_happens_and_can_be_taken_back(scene):
    scene.order("faults", fault="unavailable", system="channeltivity", times=2)
    assert portal(scene, "portal").status_code == 503
    scene.forget("faults")
    assert portal(scene, "portal").ok


def test_a_fault_may_be_meant_for_one_path(scene):
    scene.order("faults", fault="unavailable", system="channeltivity", path="organizations", times=None)
    assert portal(scene, "portal").ok
    assert portal(scene, "organizations").status_code == 503


def test_time_passes_and_the_vendors_engines_work_when_told(scene):
    scene.order("clock", now="2026-06-01T08:00:00Z", freeze=True)
    assert scene.ask("clock")["now"].startswith("2026-06-01T08:00:00")
    done = scene.order("actors", actors=["office"], hours=2)["done"]
    assert {entry["actor"] for entry in done} == {"office"}
    assert scene.ask("clock")["now"].startswith("2026-06-01T10:00:00")


def test_latency_visibility_and_settings_are_set_and_go_with_the_seed(scene):
    assert scene.order("latency", channeltivity=1)["channeltivity"] == 1
    scene.order("visibility", system="channeltivity", object="organizations", hidden=["phone"])
    assert "phone" not in portal(scene, "organizations?limit=1").json()["items"][0]
    assert scene.order("settings/salesforce/daily_limit", 500) == {"daily_limit": 500}
    assert scene.order("settings/salesforce/daily_limit", None) == {"daily_limit": None}
    assert scene.order("reset")["seed"] == 1
    assert "phone" in portal(scene, "organizations?limit=1").json()["items"][0]


def test_mail_that_arrived_is_read_and_forgotten(scene):
    message = EmailMessage()
    message["Subject"] = "hello"
    message.set_content("text")
    with SMTP(scene["smtp"]["host"], scene["smtp"]["port"]) as server:
        server.send_message(message, "a@x.example", ["b@x.example"])
    assert [each["subject"] for each in scene.ask("mail")] == ["hello"]
    scene.forget("mail")
    assert scene.ask("mail") == []


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda scene: scene.ask("weather"), "there is no GET /admin/weather"),
        (lambda scene: scene.order("faults", fault="flood"), "flood"),
        (lambda scene: scene.order("latency", 1, channeltivity=1), "words or one value"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_the_sandboxs_own_words(scene, act, said):
    with pytest.raises(wb.WorkbenchError, match=said):
        act(scene)


def test_no_key_shows_where_it_is_displayed(scene):
    shown = repr(scene)
    assert scene["admin"]["url"] in shown
    assert scene["channeltivity"]["api_key"] not in shown


def test_a_live_profile_has_no_control_side(sandbox_settings, tmp_path):
    live = replace(sandbox_settings, sandbox=False, folder=tmp_path, database=f"sqlite:///{tmp_path / 'w.db'}")
    with wb.Bench(live) as bench, pytest.raises(wb.WorkbenchError, match="is no sandbox"):
        _ = bench.sandbox
