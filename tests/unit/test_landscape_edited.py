"""People edit the inventory as a sheet: all of their edits arrive in the reviewed file, or none."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from workbench.declared import read_landscape
from workbench.errors import ConfigurationError, UsageError
from workbench.settings import read
from workbench.steps.inventorying import Edit, take_sheet, write_sheet

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def settings(tmp_path):
    shutil.copytree(CONFIG, tmp_path / "config")
    return read(folder=tmp_path, environment={})


def take(settings, sheet):
    file = settings.folder / "config" / "landscape.yaml"
    return take_sheet(sheet, file, settings.landscape, settings.integrations)


def change(sheet, row_id, column, text):
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    next(line for line in lines if line[0] == row_id)[lines[0].index(column)] = text
    with sheet.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(lines)


def text(settings):
    return (settings.folder / "config" / "landscape.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["inventory.csv", "inventory.XLSX"])
def test_a_sheet_that_nobody_edited_changes_nothing(settings, tmp_path, name):
    before = text(settings)
    assert list(take(settings, write_sheet(settings.landscape, tmp_path / name))) == []
    assert text(settings) == before


def test_each_edit_is_told_and_arrives_in_the_file(settings, tmp_path):
    sheet = write_sheet(settings.landscape, tmp_path / "inventory.csv")
    change(sheet, "INT-005", "error_rate", "3 %")
    change(sheet, "INT-015", "to-be: manual_minutes_month", "12")
    told = list(take(settings, sheet))
    assert told[0] == Edit("INT-005", "error_rate", "11 %", "3 %")
    assert (told[1].row, told[1].field, told[1].after) == ("INT-015", "to-be: manual_minutes_month", "12")
    after = read_landscape(tmp_path / "config" / "landscape.yaml", settings.integrations)
    assert after.integration("INT-005").error_rate == "3 %"
    assert after.integration("INT-015").to_be["manual_minutes_month"] == 12


def test_one_mistake_leaves_the_file_as_it_was_and_nothing_beside_it(settings, tmp_path):
    sheet = write_sheet(settings.landscape, tmp_path / "inventory.csv")
    before, listed = text(settings), sorted((tmp_path / "config").iterdir())
    change(sheet, "INT-005", "error_rate", "3 %")
    change(sheet, "INT-006", "source", "NOBODY")
    with pytest.raises(ConfigurationError, match="NOBODY"):
        take(settings, sheet)
    assert text(settings) == before and sorted((tmp_path / "config").iterdir()) == listed


def test_what_another_file_owns_cannot_be_edited_in_the_sheet(settings, tmp_path):
    sheet = write_sheet(settings.landscape, tmp_path / "inventory.csv")
    change(sheet, "INT-001", "frequency", "each minute")
    with pytest.raises(ConfigurationError, match="owned by integrations/partner-sync.yaml"):
        take(settings, sheet)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("inventory.ods", b"", "neither .csv nor .xlsx"),
        ("inventory.xlsx", b"no workbook", "is no inventory sheet"),
        ("inventory.csv", b"id\n\xff\xfe\xfa", "is no inventory sheet"),
        ("missing.csv", None, "workbench inventory --out missing.csv"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_words(settings, tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=said):
        take(settings, tmp_path / name)
    assert text(settings) == (CONFIG / "landscape.yaml").read_text(encoding="utf-8")


def test_a_sheet_is_not_written_where_there_is_no_folder(settings, tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        write_sheet(settings.landscape, tmp_path / "nowhere" / "inventory.csv")
