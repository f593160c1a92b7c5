"""The list of commands, under headings in the order of work; plain text, so that it can be searched and piped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperGroup

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Begin": ("demo", "doctor", "connect", "check", "correct", "confirm"),
    "See the landscape": (
        "inventory",
        "exposures",
        "assess",
        "measures",
        "diagram",
        "check-diagrams",
        "check-documents",
    ),
    "Decide which record is which": (
        "snapshot",
        "reference",
        "choices",
        "match",
        "members",
        "crosswalk",
        "preview",
        "rule",
        "rulings",
    ),
    "Plan and review": (
        "plan",
        "plans",
        "show",
        "differences",
        "echoes",
        "drop",
        "edit",
        "split",
        "choose",
        "export",
        "replay",
    ),
    "Approve": ("approve", "reject", "reconsider", "revoke", "standing", "approver"),
    "Run": ("status", "run", "sync", "undo", "pause", "resume", "schedule"),
    "Ask afterwards": ("why", "log", "rejected", "audit"),
    "Tell others": ("notebook", "report"),
    "Keep it going": ("backup", "restore", "prune", "upgrade", "forget-person", "sandbox"),
}
"""Every command once; one that is missing here is listed last, under *More*."""

_WIDEST = max(len(name) for names in SECTIONS.values() for name in names)


class Sentences(TyperGroup):
    """A group of commands whose help says each one's first sentence in full."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands."""
        names = self.list_commands(ctx)
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence(self, ctx, name)) for name in names])


class Sections(TyperGroup):
    """A group of commands whose help is `SECTIONS`, with each command's first sentence in full."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands."""
        for heading, names in _sections(self.list_commands(ctx)):
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(_WIDEST), sentence(self, ctx, name)) for name in names])


def group(words: str) -> typer.Typer:
    """Commands that are called by two words, the first of which this is about."""
    return typer.Typer(cls=Sentences, help=words, no_args_is_help=True, rich_markup_mode=None)


def sentence(commands: TyperGroup, ctx: Any, name: str) -> str:
    """What a command says of itself, in one sentence."""
    command = commands.get_command(ctx, name)
    return command.get_short_help_str(200) if command else ""


def _sections(known: list[str]) -> Iterator[tuple[str, list[str]]]:
    for heading, names in SECTIONS.items():
        yield heading, [name for name in names if name in known]
    listed = {name for names in SECTIONS.values() for name in names}
    more = [name for name in known if name not in listed]
    if more:
        yield "More", more
