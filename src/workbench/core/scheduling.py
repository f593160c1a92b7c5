"""When an integration's round is due, when it may write, and in which order rounds go: pure, on given moments.

A schedule is `hourly`, `every 15 minutes`, `daily 06:30` or `weekdays 06:30`; a window is `06:00-20:00`, and one that
ends before it begins goes over midnight. Times of day are those of the one time zone that config/workbench.yaml states.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from workbench.model.integrations import Integration

SCHEDULE = r"^(|hourly|every (5|10|15|20|30) minutes|(daily|weekdays) ([01]\d|2[0-3]):[0-5]\d)$"
WINDOW = r"^(|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$"


def due(integration: Integration, last: datetime | None, now: datetime) -> bool:
    """Whether a round is due: none has been since the last scheduled moment. Missed ones add up to one."""
    if not integration.schedule:
        return False
    return last is None or last < latest(integration.schedule, now, ZoneInfo(integration.time_zone))


def latest(schedule: str, now: datetime, zone: tzinfo) -> datetime:
    """The last moment, now or before, at which a schedule wanted a round."""
    local = now.astimezone(zone)
    word, _, rest = schedule.partition(" ")
    if word in ("hourly", "every"):
        step = 60 if word == "hourly" else int(rest.split()[0])
        # Counted back from now, not set on the clock's face: an hour that a change of clocks repeats stays two hours.
        return now - timedelta(minutes=local.minute % step, seconds=local.second, microseconds=local.microsecond)
    day = local.date()
    while True:
        moment = datetime.combine(day, time.fromisoformat(rest), zone)
        if moment <= now and (word == "daily" or day.weekday() < 5):
            return moment
        day -= timedelta(days=1)


def within(integration: Integration, now: datetime) -> bool:
    """Whether the run window allows a round now; without a window, always."""
    if not integration.window:
        return True
    start, end = (time.fromisoformat(part) for part in integration.window.split("-"))
    moment = now.astimezone(ZoneInfo(integration.time_zone)).time()
    return start <= moment < end if start < end else moment >= start or moment < end


def in_order(integrations: Iterable[Integration]) -> tuple[Integration, ...]:
    """Integrations so that each stands behind those that its `after:` names; else by name."""
    waiting = sorted(integrations, key=lambda integration: integration.name)
    names = {integration.name for integration in waiting}
    done: list[Integration] = []
    while waiting:
        placed = {integration.name for integration in done}
        ready = [one for one in waiting if set(one.after) & names <= placed]
        done.append((ready or waiting)[0])
        waiting.remove(done[-1])
    return tuple(done)


def cron(schedule: str) -> str:
    """The five fields of a crontab line."""
    word, _, rest = schedule.partition(" ")
    if word == "hourly":
        return "0 * * * *"
    if word == "every":
        return f"*/{rest.split()[0]} * * * *"
    hour, minute = rest.split(":")
    return f"{int(minute)} {int(hour)} * * {'*' if word == 'daily' else '1-5'}"


def calendar(schedule: str, zone: str) -> str:
    """The value of a systemd timer's OnCalendar."""
    word, _, rest = schedule.partition(" ")
    if word == "hourly":
        return f"*-*-* *:00:00 {zone}"
    if word == "every":
        return f"*-*-* *:00/{rest.split()[0]}:00 {zone}"
    return f"{'' if word == 'daily' else 'Mon..Fri '}*-*-* {rest}:00 {zone}"
