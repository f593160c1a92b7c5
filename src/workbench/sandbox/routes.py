"""Which system a path belongs to."""

from __future__ import annotations

import re

_PATHS = (
    ("admin", re.compile(r"/admin(/|$)")),
    ("channeltivity", re.compile(r"/channeltivity(/|$)")),
    ("channelonline", re.compile(r"/channelonline(/|$)")),
    ("connectwise", re.compile(r"/+login/companyinfo|/+[^/]+/+apis/3\.0(/|$)")),
    ("salesforce", re.compile(r"/services(/|$)|/id/")),
)
SYSTEMS = tuple(system for system, _ in _PATHS if system != "admin")
"""The systems that answer here."""


def system_of(raw_path: str) -> str:
    """Which system a path belongs to; empty when none."""
    return next((system for system, pattern in _PATHS if pattern.match(raw_path)), "")
