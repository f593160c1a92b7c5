"""Addresses inside pages: a table row that has an id can be linked to, and links find the page that holds their row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

NAMED = ("id", "row")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.DOTALL)
_ID = re.compile(r'\sid="([^"]*)"')
_ROW_ID = re.compile(r'<tr id="([^"]*)"')
_LINK = re.compile(r'href="#([^"]*)"')


def anchored(page: str) -> str:
    """The page with an address on every row of a table that has a column `id` or `row`: what stands in that cell.

    The first row of a name keeps it, for no address may occur twice.
    """
    taken = set(_ID.findall(page))
    return _TABLE.sub(lambda table: _addressed(table[0], taken), page)


def _addressed(table: str, taken: set[str]) -> str:
    head, end, body = table.partition("</thead>")
    headings = [unescape(name).strip().casefold() for name in _HEADING.findall(head)]
    column = next((at for at, name in enumerate(headings) if name in NAMED), None)
    if column is None or not end:
        return table

    return head + end + _ROW.sub(partial(_addressed_row, column=column, width=len(headings), taken=taken), body)


def _addressed_row(row: re.Match[str], column: int, width: int, taken: set[str]) -> str:
    cells = _CELL.findall(row[1])
    name = escape(unescape(cells[column]).strip(), quote=True) if len(cells) == width else ""
    if not name or name in taken or re.search(r"\s", name):
        return row[0]
    taken.add(name)
    return f'<tr id="{name}" tabindex="-1">{row[1]}</tr>'


def joined(pages: Mapping[Path, str]) -> dict[Path, str]:
    """The pages with every link to a row leading to the first page that holds it.

    The inventory comes before the pages that are made of it; an address that is no row's stays on its page.
    """
    held = {path: {unescape(name) for name in _ROW_ID.findall(text)} for path, text in pages.items()}
    return {path: _LINK.sub(partial(_led, here=path, held=held), text) for path, text in pages.items()}


def _led(link: re.Match[str], here: Path, held: Mapping[Path, set[str]]) -> str:
    name = unquote(unescape(link[1]))
    holder = next((path for path, names in held.items() if name in names), here)
    return link[0] if holder == here else f'href="{escape(holder.name)}#{link[1]}"'
