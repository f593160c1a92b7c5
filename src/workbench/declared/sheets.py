"""The inventory as a table that people edit: CSV and Excel out, and back into the YAML file with its comments kept.

One line a row, one column a field; what differs in TO-BE stands in columns `to-be: …`. A cell that a spreadsheet would
take for a formula gets an apostrophe in front, which is taken off again on the way in.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from workbench.declared.shapes import COMPUTED
from workbench.errors import ConfigurationError, Problem, nearest
from workbench.model.landscape import STATES, InventoryRow, Landscape

BETWEEN = " | "
"""Between the members of a field with several values."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_LATER = "to-be: "
_NESTED = ("basis_of", "evidence_of", "ratings", "decided")
_FIELDS = tuple(item for item in dataclasses.fields(InventoryRow) if item.name not in (*COMPUTED, "to_be"))
_NAMES = tuple(item.name for item in _FIELDS)
_SEVERAL = {item.name for item in _FIELDS if "tuple" in str(item.type)}
_NUMBERS = {item.name for item in _FIELDS if "int" in str(item.type).split(" | ")}
_FLAGS = {item.name for item in _FIELDS if "bool" in str(item.type)}

Cell = str | int | None


def table(landscape: Landscape) -> tuple[list[str], list[list[Cell]]]:
    """The heading and the lines of the inventory, safe for any spreadsheet."""
    later = [name for name in _NAMES if any(name in row.to_be for row in landscape.integrations)]
    lines = [
        [row.id, *(_cell(row, name) for name in _NAMES), *(_later(row, name) for name in later)]
        for row in landscape.integrations
    ]
    return ["id", *_NAMES, *(_LATER + name for name in later)], [[_safe(cell) for cell in line] for line in lines]


def write_csv(landscape: Landscape, path: Path) -> None:
    """The inventory as CSV (UTF-8 with the mark that Excel needs)."""
    heading, lines = table(landscape)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([heading, *lines])
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def write_excel(landscape: Landscape, path: Path) -> None:
    """The inventory as an Excel workbook, its heading frozen and filtered."""
    heading, lines = table(landscape)
    from openpyxl import Workbook  # a fifth of a second: only who reads or writes a workbook waits for it

    book = Workbook()
    sheet = book.create_sheet("Inventory", 0)
    for line in (heading, *lines):
        sheet.append(line)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    book.remove(book["Sheet"])
    book.save(path)


def edited(landscape: Landscape, file: Path, sheet: Path) -> str:
    """The text of the YAML `file` with the changes that people made in a CSV or Excel `sheet`; comments survive.

    Only cells that differ from `landscape` (read from that file) are written. Raises ConfigurationError for unknown
    columns or ids and for cells that cannot be read; the caller reads the new text again before it replaces the file.
    """
    heading, lines = _read(sheet)
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(file.read_text(encoding="utf-8"))
    problems = list(_unknown_columns(sheet, heading))
    for number, line in enumerate(lines, start=2):
        problems += _apply(landscape, document, dict(zip(heading, line, strict=False)), f"{sheet}", number)
    if problems:
        raise ConfigurationError(problems)
    text = io.StringIO()
    yaml.dump(document, text)
    return text.getvalue()


def _apply(landscape: Landscape, document: Any, line: Mapping[str, str], file: str, number: int) -> list[Problem]:
    rows = {row.id: row for row in landscape.integrations}
    row = rows.get(line.get("id", ""))
    if row is None:
        name = line.get("id", "")
        return [Problem(file, number, f"there is no integration {name!r}", nearest(name, rows))]
    body, problems = document["integrations"][row.id], []
    for column, text in line.items():
        name = column.removeprefix(_LATER)
        was = _safe(_later(row, name) if column.startswith(_LATER) else _cell(row, name)) if name in _NAMES else text
        if text == str("" if was is None else was):
            continue
        try:
            value = _value(name, _plain(text))
        except ValueError:
            problems.append(Problem(file, number, f"{column} of {row.id} cannot be read: {text[:40]!r}"))
            continue
        _put(body.setdefault("to_be", {}) if column.startswith(_LATER) else body, name, value)
    return problems


def _put(body: Any, name: str, value: object) -> None:
    if value is None:
        body.pop(name, None)
    else:
        body[name] = value


def _unknown_columns(sheet: Path, heading: Sequence[str]) -> Iterable[Problem]:
    for column in heading:
        name = column.removeprefix(_LATER)
        if name not in _NAMES and column != "id":
            yield Problem(str(sheet), 1, f"there is no column {column!r}", nearest(name, _NAMES))


def _read(sheet: Path) -> tuple[list[str], list[list[str]]]:
    if sheet.suffix.lower() == ".xlsx":
        from openpyxl import load_workbook  # a fifth of a second: only who reads or writes a workbook waits for it

        active = load_workbook(sheet, data_only=True).worksheets[0]
        lines = [["" if cell is None else str(cell) for cell in line] for line in active.iter_rows(values_only=True)]
    else:
        lines = list(csv.reader(io.StringIO(sheet.read_text(encoding="utf-8-sig"), newline="")))
    return (lines[0], [line for line in lines[1:] if any(line)]) if lines else ([], [])


def _cell(row: InventoryRow, name: str) -> Cell:
    return _shown(name, getattr(row, name))


def _later(row: InventoryRow, name: str) -> Cell:
    return _shown(name, row.to_be[name]) if name in row.to_be else None


def _shown(name: str, value: Any) -> Cell:
    if name == "states":
        return None if value == STATES else BETWEEN.join(value)
    if name in _NESTED:
        return json.dumps(value, default=dataclasses.asdict, ensure_ascii=False) if value else None
    if isinstance(value, tuple):
        return BETWEEN.join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int) else value or None


def _value(name: str, text: str) -> object:
    """The value of a cell as the file writes it; None for an empty cell. Raises ValueError."""
    if not text:
        return None
    if name in _NESTED:
        return json.loads(text)
    if name in _SEVERAL:
        return text.split(BETWEEN)
    if name in _NUMBERS:
        return int(text)
    if name in _FLAGS:
        return {"yes": True, "no": False}[text.lower()] if text.lower() in ("yes", "no") else int(text)
    return text


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
