"""The inventory as a sheet for people: written to CSV or Excel, and their edits taken back into the reviewed file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile

from workbench.declared import read_landscape
from workbench.declared.sheets import edited, write_csv, write_excel
from workbench.errors import UsageError
from workbench.model.integrations import Integration
from workbench.model.landscape import InventoryRow, Landscape
from workbench.model.rows import Rows

_WRITERS: Mapping[str, Callable[[Landscape, Path], None]] = {".csv": write_csv, ".xlsx": write_excel}


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell of the inventory that people changed; `field` begins with `to-be: ` where it differs only then."""

    row: str
    field: str
    before: str
    after: str


def write_sheet(landscape: Landscape, path: Path) -> Path:
    """Write every field of every row; the name's ending (.csv or .xlsx) says which format."""
    _known(path)
    if not path.resolve().parent.is_dir():
        raise UsageError(f"the folder of {path} does not exist; make it, or choose another one")
    _WRITERS[path.suffix.lower()](landscape, path)
    return path


def take_sheet(sheet: Path, file: Path, landscape: Landscape, integrations: Mapping[str, Integration]) -> Rows[Edit]:
    """Take people's edits over into the YAML `file` that `landscape` was read from; says what changed.

    The new text is read and checked as a whole before it replaces the file: with one mistake nothing is written
    (ConfigurationError names them all). Comments survive.
    """
    _known(sheet)
    if not sheet.is_file():
        raise UsageError(f"there is no file {sheet}; write one with: workbench inventory --out {sheet.name}")
    try:
        text = edited(landscape, file, sheet)
    except (BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{sheet} is no inventory sheet ({type(error).__name__}); write a new one with --out"
        ) from None
    with TemporaryDirectory(dir=file.parent, prefix=".landscape-") as folder:
        fresh = Path(folder) / file.name
        fresh.write_text(text, encoding="utf-8")
        after = read_landscape(fresh, integrations)
        changed = Rows(_edits(landscape, after))
        if changed:
            fresh.replace(file)
    return changed


def _known(path: Path) -> None:
    if path.suffix.lower() not in _WRITERS:
        raise UsageError(f"{path.name} ends in neither .csv nor .xlsx; give it one of these endings")


def _edits(before: Landscape, after: Landscape) -> Iterator[Edit]:
    for was, now in zip(before.integrations, after.integrations, strict=True):
        for item in dataclasses.fields(InventoryRow):
            if item.name != "to_be" and getattr(was, item.name) != getattr(now, item.name):
                yield Edit(was.id, item.name, _said(getattr(was, item.name)), _said(getattr(now, item.name)))
        for name in sorted({*was.to_be, *now.to_be}):
            if was.to_be.get(name) != now.to_be.get(name):
                yield Edit(was.id, f"to-be: {name}", _said(was.to_be.get(name)), _said(now.to_be.get(name)))


def _said(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
