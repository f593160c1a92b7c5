"""What a Python client finds out: one JSON line for each case, `{area, case, ok, detail}`.

How to reach the sandbox stands on standard input. Nothing but the standard library, because each client lives in an
environment of its own.
"""

from __future__ import annotations

import json
import sys
import urllib.request

HOW = json.load(sys.stdin)


def _tell(area, kind, ok, detail):
    sys.stdout.write(json.dumps({"area": area, "case": kind, "ok": ok, "detail": detail}) + "\n")
    sys.stdout.flush()


def _words(error):
    """Everything that an error says, whatever the client made of it."""
    response = getattr(error, "response", None)
    told = (getattr(error, "response_data", ""), getattr(error, "content", ""), getattr(response, "text", ""))
    return f"{type(error).__name__} {error} " + " ".join(map(str, told))


def works(area, detail, act):
    """The call is answered, and `act` finds the answer right (True)."""
    try:
        found = act()
    except Exception as error:  # noqa: BLE001 -- whatever a client raises is its finding
        _tell(area, "works", False, f"{detail}: {_words(error)}")
    else:
        _tell(area, "works", found is True, detail if found is True else f"{detail}: found {found!r}")


def refused(area, reason, act):
    """The call is refused, and the client can read the reason."""
    try:
        answer = act()
    except Exception as error:  # noqa: BLE001 -- whatever a client raises is its finding
        ok = reason in _words(error)
        _tell(area, "refused", ok, reason if ok else f"{reason} expected: {_words(error)}")
    else:
        _tell(area, "refused", False, f"{reason} expected, answered with {answer!r}")


def order(path, body):
    """An order to the sandbox's control side."""
    request = urllib.request.Request(f"{HOW['admin']['url']}/{path}", json.dumps(body).encode(), method="POST")
    urllib.request.urlopen(request, timeout=30).close()
