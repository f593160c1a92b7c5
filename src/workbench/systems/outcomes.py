"""What an answer to a write means: definitely not executed, refused, or nobody knows (one table for every client)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import requests

from workbench.errors import Unavailable
from workbench.model.ports import Outcome, OutcomeClass, Write
from workbench.systems.transport import NotExecuted, QuotaReached, Transport, Unanswered, wait_of

REMEDIES: dict[OutcomeClass, str] = {
    "not executed": "nothing was written; it will be sent again",
    "rejected": "correct the record or the mapping, then plan again",
    "retry row": "somebody else holds the record; it will be sent again alone",
    "stale": "the record changed after it was planned; plan again",
    "unknown": "look whether it was written before sending it again",
    "pause": "the day's calls are used up; go on tomorrow",
}
"""What to do next, where the client knows nothing better."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a system said about a record that it did not write: its own code, and the cause in its own words."""

    code: str
    cause: str
    remedy: str = ""


def written(write: Write, record_id: str) -> Outcome:
    """The record was written."""
    return Outcome(write.line, "done", id=record_id)


def told(write: Write, result: OutcomeClass, refusal: Refusal, wait_seconds: int = 0) -> Outcome:
    """The record was not written, or nobody knows."""
    remedy = refusal.remedy or REMEDIES.get(result, "")
    return Outcome(write.line, result, "", refusal.code, refusal.cause, remedy, wait_seconds)


def lost(write: Write, error: Unavailable) -> Outcome:
    """No answer came: only where the request surely never left is it *not executed*."""
    refusal = Refusal(type(error).__name__, str(error))
    if isinstance(error, QuotaReached):
        return told(write, "pause", refusal)
    if isinstance(error, NotExecuted):
        return told(write, "not executed", refusal, error.wait_seconds)
    return told(write, "unknown" if isinstance(error, Unanswered) else "not executed", refusal)


def unreadable(write: Write, why: str) -> Outcome:
    """A success that cannot be read (cut off, too few rows): it may have been written."""
    return told(write, "unknown", Refusal("UNREADABLE_ANSWER", why))


def class_of(status: int) -> OutcomeClass:
    """What a status means where the body says nothing better (safe-sync's outcome classes)."""
    if status in (401, 429):
        return "not executed"
    if status in (409, 423):
        return "retry row"
    if status == 412:
        return "stale"
    return "unknown" if status >= 500 else "rejected"


def answered(write: Write, transport: Transport, response: requests.Response, refusal: Refusal) -> Outcome:
    """The outcome of an answer that is no success, by its status."""
    if 300 <= response.status_code < 400:
        refusal = Refusal("REDIRECTED", f"{transport.system} answers from another address", "correct its url")
    return told(write, class_of(response.status_code), refusal, wait_of(response, transport.clock))


def one_by_one(transport: Transport, chunk: Sequence[Write], send: Callable[[Write], Outcome]) -> list[Outcome]:
    """Send each record in its own call, a few side by side; outcomes in the order of the chunk."""
    safely = partial(_safely, send)
    if len(chunk) < 2:
        return [safely(write) for write in chunk]
    with ThreadPoolExecutor(max_workers=transport.manners.concurrency) as pool:
        return list(pool.map(safely, chunk))


def _safely(send: Callable[[Write], Outcome], write: Write) -> Outcome:
    try:
        return send(write)
    except Unavailable as error:
        return lost(write, error)
