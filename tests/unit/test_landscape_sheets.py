"""The inventory as CSV and Excel: out, edited by people, and in again, with nothing lost and nothing executed."""

from __future__ import annotations

import csv
import dataclasses
import shutil
from pathlib import Path

import pytest
from landscapes.healthy import landscape, row
from openpyxl import load_workbook

from workbench.declared import read_landscape
from workbench.declared.sheets import edited, table, write_csv, write_excel
from workbench.errors import ConfigurationError

SAMPLE = Path(__file__).parents[2] / "config" / "landscape.yaml"
WRITERS = {".csv": write_csv, ".xlsx": write_excel}


@pytest.fixture
def file(tmp_path):
    return Path(shutil.copy(SAMPLE, tmp_path / "landscape.yaml"))


def change(sheet: Path, row_id: str, **cells: object) -> None:
    """Edits cells as a person would."""
    if sheet.suffix == ".xlsx":
        book = load_workbook(sheet)
        lines = list(book.worksheets[0].iter_rows())
        heading = [cell.value for cell in lines[0]]
        line = next(line for line in lines if line[0].value == row_id)
        for name, value in cells.items():
            line[heading.index(name)].value = value
        book.save(sheet)
        return
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    line = next(line for line in lines if line[0] == row_id)
    for name, value in cells.items():
        line[lines[0].index(name)] = "" if value is None else str(value)
    with sheet.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(lines)


@pytest.mark.parametrize("suffix", WRITERS)
def test_sheet_that_nobody_edited_changes_no_byte(file, tmp_path, suffix):
    sheet = tmp_path / f"inventory{suffix}"
    WRITERS[suffix](read_landscape(file), sheet)
    assert edited(read_landscape(file), file, sheet) == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", WRITERS)
def test_edits_arrive_in_the_file_and_comments_survive(file, tmp_path, suffix):
    sheet = tmp_path / f"inventory{suffix}"
    WRITERS[suffix](read_landscape(file), sheet)
    change(sheet, "INT-005", error_rate="3 %", volume_month=120, personal_data="no", known_issues="one | two")
    change(sheet, "INT-005", **{"to-be: error_rate": "1 %", "trigger": None})
    file.write_text(edited(read_landscape(file), file, sheet), encoding="utf-8")
    row = read_landscape(file).integration("INT-005")
    assert (row.error_rate, row.volume_month, row.personal_data, row.trigger) == ("3 %", 120, False, "")
    assert row.known_issues == ("one", "two")
    assert row.to_be["error_rate"] == "1 %"
    assert "# The integration landscape" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("text", ["=1+1", "+A1", "-2", "@SUM(A1)", "\tx", "'=1", "'quoted'", "=cmd|' /C calc'!A0"])
def test_no_cell_is_taken_for_a_formula_and_the_text_comes_back(tmp_path, suffix, text):
    hostile = landscape(row(name=text))
    sheet = tmp_path / f"inventory{suffix}"
    WRITERS[suffix](hostile, sheet)
    if suffix == ".xlsx":
        assert {cell.data_type for line in load_workbook(sheet).worksheets[0] for cell in line} <= {
            "s",
            "n",
            "inlineStr",
        }
    else:
        assert not any(str(cell).startswith(("=", "+", "-", "@", "\t")) for cell in table(hostile)[1][0])
    file = tmp_path / "landscape.yaml"
    file.write_text("integrations:\n  R1:\n    name: old\n", encoding="utf-8")
    before = dataclasses.replace(hostile, integrations=(row(name="old"),))
    assert repr(text) in repr(load(edited(before, file, sheet)))


def load(text: str) -> object:
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(text)["integrations"]["R1"]["name"]


def test_every_mistake_of_a_sheet_is_named_with_its_line(file, tmp_path):
    sheet = tmp_path / "inventory.csv"
    write_csv(read_landscape(file), sheet)
    change(sheet, "INT-005", volume_month="many", personal_data="perhaps")
    text = sheet.read_text(encoding="utf-8-sig").replace("INT-006", "INT-066", 1).replace(",trigger,", ",triger,", 1)
    sheet.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        edited(read_landscape(file), file, sheet)
    assert [problem.line for problem in raised.value.problems] == [1, 6, 6, 7]
    assert "did you mean 'trigger'?" in str(raised.value)
