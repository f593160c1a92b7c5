"""Schedules and run windows: what is due, what may begin, in which order, and the lines for cron and systemd."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from crash.world import SYNC, a_world, mixed
from hypothesis import given
from hypothesis import strategies as st

from workbench.core import scheduling
from workbench.errors import Failed
from workbench.settings.shapes import IntegrationFile
from workbench.steps.scheduling import crontab, rounds, status, systemd
from workbench.store.pauses import Pause

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday, 13:00 in Oslo
SCHEDULES = ("hourly", "every 15 minutes", "daily 06:30", "weekdays 06:30")


def on(schedule, **more):
    return replace(SYNC, schedule=schedule, **more)


@pytest.fixture
def world():
    with a_world(integration=on("hourly")) as made:
        yield mixed(made)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("hourly", "2026-11-22T12:00+00:00"),
        ("every 15 minutes", "2026-11-22T12:30+00:00"),
        ("daily 06:30", "2026-11-22T05:30+00:00"),
        ("daily 23:30", "2026-11-21T22:30+00:00"),
        ("weekdays 06:30", "2026-11-20T05:30+00:00"),
    ],
)
def test_the_last_scheduled_moment_is_that_of_the_stated_time_zone(schedule, expected):
    assert scheduling.latest(schedule, NOON + timedelta(minutes=44), OSLO) == datetime.fromisoformat(expected)


@given(
    st.sampled_from(SCHEDULES), st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from([UTC, OSLO])
)
def test_a_round_that_just_began_is_not_due_and_one_of_eight_days_ago_is(schedule, moment, zone):
    now = moment.replace(tzinfo=UTC)
    assert now - timedelta(days=4) < scheduling.latest(schedule, now, zone) <= now
    integration = on(schedule, time_zone=str(zone))
    assert not scheduling.due(integration, now, now)
    assert scheduling.due(integration, now - timedelta(days=8), now)
    assert scheduling.due(integration, None, now)


def test_without_a_schedule_nothing_is_due():
    assert not scheduling.due(on(""), None, NOON)


@pytest.mark.parametrize(
    ("window", "hour", "open"),
    [
        ("06:00-20:00", 5, True),
        ("06:00-20:00", 4, False),
        ("06:00-20:00", 19, False),
        ("22:00-05:00", 22, True),
        ("22:00-05:00", 3, True),
        ("22:00-05:00", 12, False),
        ("", 3, True),
    ],
)
def test_a_window_is_meant_in_the_stated_time_zone_and_may_go_over_midnight(window, hour, open):
    moment = NOON.replace(hour=hour)
    assert scheduling.within(on("hourly", window=window, time_zone="Europe/Oslo"), moment) is open


@pytest.mark.parametrize("wrong", [{"schedule": "dayly 6:30"}, {"schedule": "daily 24:00"}, {"window": "6-20"}])
def test_a_schedule_or_window_that_cannot_be_meant_is_refused(wrong):
    told = {"title": "T", "left": "a", "right": "b", "kinds": {"partner": {"mapping": [{"left": "n", "right": "N"}]}}}
    IntegrationFile(**told, schedule="daily 06:30", window="06:00-20:00")
    with pytest.raises(ValueError, match="pattern"):
        IntegrationFile(**told, **wrong)


def test_a_round_outside_the_window_reads_and_writes_nothing_and_says_so(world):
    plan = world.plan()
    world.approve(plan)
    hour = world.clock.now().hour
    world.integration = replace(world.integration, window=f"{(hour + 2) % 24:02}:00-{(hour + 3) % 24:02}:00")
    before = world.store.snapshots.last("crm", "partner").snapshot.taken_at
    done = world.round()
    assert done.ran == () and "outside the run window" in done.note
    assert world.store.plans.state(plan.id) == "approved"
    assert world.store.snapshots.last("crm", "partner").snapshot.taken_at == before
    assert world.store.rounds.last("partner-sync") is None
    world.later(hours=2)
    assert world.round().ran[0].counts == {"verified": 10}


def test_a_run_ends_with_its_window_after_the_group_in_hand_and_the_next_window_finishes_it(world):
    plan = world.plan()
    world.approve(plan)
    hour = world.clock.now().hour
    world.integration = replace(world.integration, window=f"{hour:02}:00-{(hour + 1) % 24:02}:00")

    def slowly(items, *, total, label):
        for item in items:
            world.later(minutes=31)
            yield item

    journal = world.run(plan, progress=slowly)
    assert 0 < journal.counts["verified"] < 10 and set(journal.counts) == {"verified", "planned"}
    assert "run window" in world.store.audit.rows(plan.id, "stopped")[0].details["why"]
    assert "outside the run window" in world.round().note
    world.later(hours=23)
    assert world.round().ran[0].counts == {"verified": 10}


def asked(world, *integrations, fail=(), **how):
    """Which rounds were done, and what was said of all of them."""
    done = []

    def run(name):
        if name in fail:
            raise Failed("a system went away")
        done.append(name)
        world.store.rounds.keep(name, world.clock.now())
        return 0, ""

    said = rounds(integrations, world.store, world.clock, run, **how)
    return done, {one.integration: one.state for one in said}


def test_missed_rounds_are_caught_up_once(world):
    world.round()
    assert asked(world, world.integration) == ([], {"partner-sync": "not due"})
    world.later(hours=7)
    assert asked(world, world.integration)[0] == ["partner-sync"]
    assert asked(world, world.integration)[0] == []


def test_by_hand_a_round_is_done_although_it_is_not_due_but_not_outside_its_window(world):
    world.round()
    assert asked(world, world.integration, by_hand=True)[0] == ["partner-sync"]
    hour = world.clock.now().hour
    closed = replace(world.integration, window=f"{(hour + 2) % 24:02}:00-{(hour + 3) % 24:02}:00")
    assert asked(world, closed, by_hand=True) == ([], {"partner-sync": "outside its window"})


def chain():
    """a after b after c, against the order of their names; d by itself."""
    return [
        on("hourly", name=name, after=after) for name, after in (("d", ()), ("a", ("b",)), ("b", ("c",)), ("c", ()))
    ]


def test_rounds_go_in_the_order_of_after(world):
    assert asked(world, *chain())[0] == ["c", "b", "a", "d"]


def test_a_failed_round_stops_its_dependants_alone_and_they_stay_due(world):
    done, states = asked(world, *chain(), fail=("c",))
    assert done == ["d"]
    assert states == {"c": "failed", "b": "blocked", "a": "blocked", "d": "done"}
    assert asked(world, *chain())[0] == ["c", "b", "a"]


def test_a_round_that_is_done_says_what_waits_now(world):
    plan = world.plan()
    (done,) = rounds([world.integration], world.store, world.clock, lambda _: (0, ""), by_hand=True)

    assert done.found == f"{plan.summary()}; plan {plan.id} is waiting"


def test_a_round_whose_plan_stays_open_counts_as_failed(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("not executed", times=99)

    def run(name):
        world.round()
        return 0, ""

    (said,) = rounds([world.integration], world.store, world.clock, run)
    assert said.state == "failed" and "open plan" in said.found
    assert world.store.rounds.last("partner-sync") is None


def test_a_round_whose_plan_stays_open_because_of_a_pause_says_who_paused_it_and_how_it_goes_on(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("pause", skip=1)
    world.run(plan)
    world.store.pauses.pause(Pause("partner-sync", "ann", world.clock.now(), "stocktaking"))

    def run(name):
        world.round()
        return 0, ""

    (said,) = rounds([world.integration], world.store, world.clock, run)
    assert said.state == "failed"
    assert "paused by ann: stocktaking" in said.found and "`workbench resume partner-sync`" in said.found


def test_cron_and_systemd_ask_for_each_schedule_once_in_the_stated_time_zone():
    every = [on("hourly", name="a"), on("hourly", name="b"), on("weekdays 06:05", name="c"), on("", name="d")]
    every = [replace(one, time_zone="Europe/Oslo") for one in every]
    here = (Path("/opt/my bench/bin/workbench"), Path("/srv/50% off"), "live")
    said = crontab(every, *here).splitlines()
    assert "CRON_TZ=Europe/Oslo" in said
    asks = r"cd '/srv/50\% off' && '/opt/my bench/bin/workbench' sync --all --profile live"
    assert said[2:] == [f"0 * * * * {asks}", f"5 6 * * 1-5 {asks}"]
    unit = systemd(every, *here)
    assert re.findall("OnCalendar=(.*)", unit) == ["*-*-* *:00:00 Europe/Oslo", "Mon..Fri *-*-* 06:05:00 Europe/Oslo"]
    assert "Persistent=true" in unit and "WorkingDirectory=/srv/50%% off" in unit
    assert 'ExecStart="/opt/my bench/bin/workbench" "sync" "--all" "--profile" "live"' in unit


def test_how_an_integration_stands_is_one_row_with_what_keeps_it_and_what_to_do(world):
    def stands():
        (row,) = status([world.integration], world.store, world.clock)
        return row.stands, row.next

    assert stands() == ("never planned", "workbench sync partner-sync")
    plan = world.plan()
    assert stands() == (f"plan {plan.id} waits for approval: {plan.summary()}", f"workbench show {plan.id}")
    world.approve(plan)
    waits = f"plan {plan.id} is approved and waits for its run: {plan.summary()}"
    assert stands() == (waits, f"workbench run {plan.id}")
    lease = world.store.leases.take("partner-sync", "somebody", world.clock.now(), 60)
    assert stands()[0] == "is being run by somebody"
    world.store.leases.release(lease, world.clock.now())
    world.right.fail("pause", skip=1)
    world.run(plan)
    assert stands()[0].startswith(f"plan {plan.id} was stopped and is not done")
    assert stands()[1] == "workbench sync partner-sync"
    world.store.pauses.pause(Pause("partner-sync", "ada", world.clock.now(), "moving house"))
    assert stands()[0].startswith("paused by ada since ") and stands()[0].endswith(": moving house")
    assert stands()[1] == "workbench resume partner-sync"
    world.store.pauses.resume("partner-sync")
    world.run(plan)
    assert stands()[0] == f"nothing waits; last plan: {plan.summary()}"


def test_a_status_says_whether_a_round_is_due_and_within_which_hours_it_may_write(world):
    (row,) = status([on("hourly", window="06:00-20:00", time_zone="Europe/Oslo")], world.store, world.clock)
    assert (row.due, row.window, row.last_round) == (True, "06:00-20:00 (Europe/Oslo)", None)
    world.store.rounds.keep("partner-sync", world.clock.now())
    (row,) = status([on("hourly")], world.store, world.clock)
    assert (row.due, row.last_round) == (False, world.clock.now())


def test_what_a_vendor_runs_is_said_to_be_only_read_here(world):
    (row,) = status([on("hourly", run_by="vendor")], world.store, world.clock)
    assert row.stands == "the vendor's connector writes; read and planned here"


def test_a_round_of_a_paused_integration_says_that_nothing_was_written_and_how_to_go_on(world):
    world.store.pauses.pause(Pause("partner-sync", "ada", world.clock.now(), "moving house"))
    (found,) = rounds([world.integration], world.store, world.clock, lambda name: (0, ""))
    assert (found.state, found.exit_code) == ("done", 0)
    assert found.found.startswith("paused by ada (moving house): read and planned, nothing written; `workbench resume")
