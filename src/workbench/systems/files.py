"""A system that is reached by files: its exports are read, changes are handed over as import files.

Nobody answers a file: a line is *handed over*, neither verified nor failed, until the next export shows what became of
it. Which file holds a kind, and which column holds which field, is configuration (docs/systems/files.md).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import IncompleteRead, Unavailable, UnknownName, UsageError
from workbench.model.kinds import KindInSystem
from workbench.model.ports import Description, Field, Instance, Outcome, Reading, Write
from workbench.model.records import DELETED, MODIFIED, Where, frame_of
from workbench.model.values import Value
from workbench.systems.cells import agrees
from workbench.systems.outcomes import Refusal, told
from workbench.systems.reach import Reach

ROWS_A_FILE = 500
"""Records of one import file."""

DELIMITERS = {".csv": ",", ".txt": "\t", ".tsv": "\t"}
"""How columns are parted, by the ending of the file; `.xlsx` is a sheet of its own."""
SHEET = ".xlsx"


@dataclass(frozen=True, slots=True)
class Table:
    """The file of an object: where its export lies, where imports go, its columns by field; `id` names the id's field.

    `imports_as` is the ending of import files: .txt (tabs), .csv or .xlsx. `oldest_hours`: an export older than that is
    not believed (0: any age).
    """

    export: str
    columns: Mapping[str, str]
    id: str
    imports: str = "in"
    imports_as: str = ".txt"
    oldest_hours: int = 0

    @classmethod
    def of(cls, place: str, said: Mapping[str, Any]) -> Table:
        """The table as configuration says it; raises UsageError or UnknownName for what is wrong with it."""
        known = [field.name for field in fields(cls)]
        for name in said:
            if name not in known:
                raise UnknownName(f"part of the table {place}", name, known)
        missing = [name for name in ("export", "columns", "id") if not said.get(name)]
        if missing or said["id"] not in said["columns"]:
            raise UsageError(f"the table {place} needs export, columns, and an id among the columns")
        if said.get("imports_as", SHEET) not in (*DELIMITERS, SHEET):
            raise UnknownName(f"ending of import files of {place}", said["imports_as"], (*DELIMITERS, SHEET))
        return cls(**said)


class FilesSystem:
    """Exports and imports in one folder.

    `settings`: `tables`, an object of kinds.yaml each. `credentials`: `folder`.
    """

    def __init__(self, reach: Reach) -> None:
        self.name, self._reach = reach.name, reach
        self._folder = Path(reach.credentials["folder"])
        tables = reach.settings.get("tables") or {}
        self._tables = {key: Table.of(f"{self.name}.{key}", said) for key, said in tables.items()}

    def identify(self) -> Instance:
        """The folder; raises Unavailable when it is not there."""
        if not self._folder.is_dir():
            raise Unavailable(f"{self.name}: the folder {self._folder} is not there; mount or correct it")
        place = str(self._folder.resolve())
        return Instance(self.name, place, self._folder.name, place)

    def describe(self, kind: str) -> Description:
        """The mapped columns; what is required or allowed, a file does not say."""
        place, table = self._place(kind)
        fields = tuple(Field(name, heading, updateable=name != table.id) for name, heading in table.columns.items())
        marker = place.marker if place.marker in table.columns else ""
        return Description(self.name, kind, place.object, fields, chunk_size=ROWS_A_FILE, marker=marker)

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        """The records of the export. It has no memory of deletions, so every read is whole and leaves no watermark."""
        _, table = self._place(kind)
        unknown = [name for name in (*fields, *where.fields) if name not in table.columns]
        if unknown:
            raise UnknownName(f"mapped column of {self.name}", unknown[0], table.columns)
        wanted = [name for name in fields or table.columns if name != table.id]
        records: dict[str, dict[str, Value]] = {}
        for record_id, record in self._exported(table):
            if since or agrees(record_id, record, where):
                kept = {name: record[name] for name in wanted}
                records[record_id] = {**kept, MODIFIED: _stamp(record), DELETED: False}
        return Reading(frame_of(records, wanted), "", self._reach.clock.now())

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        """Lay one import file into the folder. Its name follows from its content: handed over twice, it is one file."""
        if len(chunk) > ROWS_A_FILE:
            raise UsageError(f"{self.name} takes {ROWS_A_FILE} records a file, not {len(chunk)}: send less")
        if not chunk:
            return []
        place, table = self._place(chunk[0].target.kind)
        refused = {write.line: reason for write in chunk if (reason := _unsayable(table, write))}
        rows = [_row(place, table, write) for write in chunk if write.line not in refused]
        failed = self._hand_over(place, table, rows) if rows else ""
        return [_outcome(write, refused.get(write.line, ""), failed) for write in chunk]

    def _exported(self, table: Table) -> Iterator[tuple[str, dict[str, Value]]]:
        path = self._folder / table.export
        if not path.is_file():
            raise Unavailable(f"{self.name}: there is no export {path}; export it there")
        age = self._reach.clock.now() - datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if table.oldest_hours and age.total_seconds() > table.oldest_hours * 3600:
            hours = round(age.total_seconds() / 3600)
            raise Unavailable(f"{self.name}: the export {path.name} is {hours} hours old; export it again")
        headings, *rows = _cells_of(path)
        missing = [heading for heading in table.columns.values() if heading not in headings]
        if missing:
            raise UsageError(f"{self.name}: {path.name} has no column {', '.join(missing)}; correct `columns`")
        at = {name: headings.index(heading) for name, heading in table.columns.items()}
        seen: set[str] = set()
        for number, row in enumerate(rows, start=2):
            if len(row) != len(headings):
                raise IncompleteRead(f"{self.name}: line {number} of {path.name} is cut off; export it again")
            record = {name: row[position].strip() or None for name, position in at.items()}
            record_id = record[table.id]
            if record_id is None or record_id in seen:
                raise IncompleteRead(
                    f"{self.name}: line {number} of {path.name} has no id, or one that was there before"
                )
            seen.add(record_id)
            yield record_id, {**record}

    def _hand_over(self, place: KindInSystem, table: Table, rows: Sequence[Mapping[str, str]]) -> str:
        """Why no file was laid there; empty when it was. A folder that is not mounted is not made anew here."""
        names = [name for name in table.columns if any(name in row for row in rows)]
        cells = [[table.columns[name] for name in names], *([row.get(name, "") for name in names] for row in rows)]
        content = _text_of(cells, DELIMITERS.get(table.imports_as, "\t"))
        folder = self._folder / table.imports
        path = folder / f"{place.object}-{hashlib.sha256(content).hexdigest()[:16]}{table.imports_as}"
        unfinished = path.with_suffix(".part")
        try:
            self._folder.stat()
            folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(_sheet_of(cells) if table.imports_as == SHEET else content)
            unfinished.replace(path)  # whoever watches the folder never sees half a file
        except OSError as error:
            return f"no file could be laid into {folder} ({error.strerror})"
        return ""

    def _place(self, kind: str) -> tuple[KindInSystem, Table]:
        place = self._reach.place(kind)
        if place.object not in self._tables:
            raise UnknownName(f"table of {self.name}", place.object, self._tables)
        return place, self._tables[place.object]


def _text_of(cells: Sequence[Sequence[str]], delimiter: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(cells)
    return buffer.getvalue().encode("utf-8")


def _sheet_of(cells: Sequence[Sequence[str]]) -> bytes:
    """A sheet of texts: a name that begins with `=` stays a name and becomes no formula."""
    import openpyxl  # a fifth of a second: only who reads or writes a workbook waits for it

    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for number, row in enumerate(cells, start=1):
        for column, text in enumerate(row, start=1):
            sheet.cell(number, column, text).data_type = "s"
    book.save(buffer)
    book.close()
    return buffer.getvalue()


def _cells_of(path: Path) -> list[list[str]]:
    if path.suffix.lower() == SHEET:
        import openpyxl  # a fifth of a second: only who reads or writes a workbook waits for it

        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return [["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].values]
        finally:
            book.close()
    delimiter = DELIMITERS.get(path.suffix.lower())
    if delimiter is None:
        raise UsageError(f"{path.name} is no table; take {', '.join(DELIMITERS)} or .xlsx")
    with path.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text, delimiter=delimiter)) or [[]]


def _unsayable(table: Table, write: Write) -> str:
    """Why a file cannot say this: an empty cell leaves the field as it is, and a tab would begin another cell."""
    for name, value in write.values.items():
        if name not in table.columns:
            return f"no column is mapped for {name}"
        if value is None or value == "":
            return f"{name} cannot be cleared by a file; clear it by hand"
        if any(sign in str(value) for sign in "\t\r\n"):
            return f"{name} holds a tab or a line break, which a line of a file cannot hold"
        if any(sign < " " for sign in str(value)):
            return f"{name} holds a control character, which a sheet cannot hold"
    return ""


def _row(place: KindInSystem, table: Table, write: Write) -> dict[str, str]:
    row = {name: str(value) for name, value in write.values.items()}
    if write.target.id:
        row[table.id] = write.target.id
    elif write.marker and place.marker in table.columns:
        row[place.marker] = write.marker
    return row


def _outcome(write: Write, refused: str, failed: str) -> Outcome:
    if refused:
        return told(write, "rejected", Refusal("UNSAYABLE", refused))
    if failed:
        return told(write, "not executed", Refusal("NO_FILE", failed, "mount the folder, make room or give the right"))
    remedy = "import the file there; the next export shows what became of it"
    return Outcome(write.line, "handed over", code="FILE", cause="left as an import file", remedy=remedy)


def _stamp(record: Mapping[str, Value]) -> str:
    """An export has no change stamps: the content itself is one."""
    text = "\x1f".join(f"{name}={value}" for name, value in sorted(record.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
