"""Exports read, changes handed over: ChannelOnline by its own file door, and files that are not what they should be."""

import os
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from contract.worlds import KINDS, PLACES

from workbench.errors import IncompleteRead, Unavailable, UnknownName, UsageError
from workbench.model.kinds import Kind
from workbench.model.ports import Write
from workbench.model.records import Condition, Ref, Where, records_of
from workbench.systems import connect

COLUMNS = {
    "customerId": "Customer ID",
    "type": "Type",
    "name": "Company",
    "city": "City",
    "externalKey": "External Key",
}
SETTINGS = {
    "client": "files",
    "tables": {"accounts": {"export": "accounts.txt", "columns": COLUMNS, "id": "customerId"}},
}
HEADING = "\t".join(COLUMNS.values())


def files(folder, name="accounts.txt", **more):
    table = {**SETTINGS["tables"]["accounts"], "export": name, **more}
    return connect("channelonline", {"client": "files", "tables": {"accounts": table}}, {"folder": str(folder)}, KINDS)


def line(values, record_id="", marker="", number=1):
    action = "update" if record_id else "create"
    return Write(f"line{number}", action, Ref("channelonline", "partner", record_id), values, marker)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "accounts.txt").write_text(f"{HEADING}\n1\tpartner\tAcme\tCork\t\n2\tcustomer\tBolt\t\tk2\n")
    return tmp_path


def test_an_export_is_read_with_its_columns_as_fields(folder):
    records = dict(records_of(files(folder).read("partner", fields=["name", "city"]).frame))
    assert {key: (record["name"], record["city"]) for key, record in records.items()} == {
        "1": ("Acme", "Cork"),
        "2": ("Bolt", None),
    }


def test_where_and_id_choose_among_the_lines(folder):
    client = files(folder)
    assert list(client.read("partner", Where((Condition("type", ("partner",)),))).frame.index) == ["1"]
    assert list(client.read("partner", Where((Condition("id", ("2", "9")),))).frame.index) == ["2"]
    assert client.read("partner").watermark == ""


def test_a_changed_line_has_another_stamp_and_the_others_keep_theirs(folder):
    client = files(folder)
    before = client.read("partner", fields=["name"]).frame["@modified"]
    export = folder / "accounts.txt"
    export.write_text(export.read_text().replace("Cork", "Galway"))
    after = client.read("partner", fields=["name"]).frame["@modified"]
    assert list(before == after) == [False, True]


def test_a_spreadsheet_and_commas_are_read_alike(folder):
    book = openpyxl.Workbook()
    for row in ((*COLUMNS.values(),), ("1", "partner", "Acme", "Cork", None), (2, "customer", "Bolt", None, "k2")):
        book.active.append(row)
    book.save(folder / "accounts.xlsx")
    book.close()
    text = (folder / "accounts.txt").read_text()
    (folder / "accounts.csv").write_text(text.replace("\t", ","), encoding="utf-8-sig")
    frames = [files(folder, f"accounts.{ending}").read("partner").frame for ending in ("txt", "csv", "xlsx")]
    assert frames[0].equals(frames[1]) and frames[0].equals(frames[2])


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (f"{HEADING}\n1\tpartner\tAc", IncompleteRead, "line 2 .* cut off"),
        (f"{HEADING}\n\tpartner\tAcme\tCork\t\n", IncompleteRead, "line 2 .* no id"),
        (f"{HEADING}\n1\tpartner\tA\tB\t\n1\tpartner\tA\tB\t\n", IncompleteRead, "line 3"),
        ("Customer ID\tType\tCity\n", UsageError, "no column Company, External Key"),
        ("", UsageError, "no column"),
    ],
)
def test_a_file_that_is_not_whole_is_no_reading(folder, content, error, said):
    (folder / "accounts.txt").write_text(content)
    with pytest.raises(error, match=said):
        files(folder).read("partner")


def test_what_is_not_there_is_said(folder):
    with pytest.raises(Unavailable, match=r"no export .*missing\.txt"):
        files(folder, "missing.txt").read("partner")
    with pytest.raises(Unavailable, match="folder .* is not there"):
        files(folder / "nowhere").identify()
    with pytest.raises(UnknownName, match="city"):
        files(folder).read("partner", fields=["cty"])


def test_an_old_export_is_not_believed(folder):
    os.utime(folder / "accounts.txt", (1_700_000_000, 1_700_000_000))
    assert len(files(folder).read("partner").frame) == 2
    with pytest.raises(Unavailable, match="hours old"):
        files(folder, oldest_hours=24).read("partner")


def test_changes_are_handed_over_in_one_file_and_twice_is_once(folder):
    client = files(folder)
    chunk = [line({"name": "Acme 2"}, "1"), line({"name": "New", "type": "partner"}, marker="c0ffee", number=2)]
    for _ in range(2):
        assert [outcome.result for outcome in client.write(chunk)] == ["handed over", "handed over"]
    (path,) = (folder / "in").iterdir()
    assert path.read_text(encoding="utf-8").splitlines() == [
        "Customer ID\tType\tCompany\tExternal Key",
        "1\t\tAcme 2\t",
        "\tpartner\tNew\tc0ffee",
    ]


@pytest.mark.parametrize("ending", [".txt", ".csv", ".xlsx"])
def test_an_import_file_of_each_ending_reads_back_as_it_was_meant(folder, ending):
    client = files(folder, imports_as=ending)
    name = 'O"Brien, =HYPERLINK(1)'
    for _ in range(2):
        client.write([line({"name": name, "city": "=1+1"}, "1"), line({"name": "007"}, "2", number=2)])
    (path,) = (folder / "in").iterdir()
    assert path.suffix == ending
    path.replace(folder / f"again{ending}")
    table = {"columns": {name: COLUMNS[name] for name in ("customerId", "name", "city")}}
    again = dict(records_of(files(folder, f"again{ending}", **table).read("partner").frame))
    assert {key: (record["name"], record["city"]) for key, record in again.items()} == {
        "1": (name, "=1+1"),
        "2": ("007", None),
    }


def test_an_ending_that_nobody_can_write_is_refused(folder):
    with pytest.raises(UnknownName, match="xlsx"):
        files(folder, imports_as=".xls")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"city": None}, "cannot be cleared"),
        ({"name": "a\tb"}, "tab or a line break"),
        ({"name": "a\x0bb"}, "control character"),
        ({"phone": "1"}, "no column"),
    ],
)
def test_what_a_file_cannot_say_is_refused_and_the_rest_handed_over(folder, values, said):
    outcomes = files(folder).write([line(values, "1"), line({"name": "Fine"}, "2", number=2)])
    assert [outcome.result for outcome in outcomes] == ["rejected", "handed over"]
    assert said in outcomes[0].cause
    assert len(list((folder / "in").iterdir())) == 1


def test_the_next_export_shows_what_became_of_it(sandbox, admin):
    admin.post("actors", {"actors": ["files"]})
    client = files(Path(sandbox["channelonline"]["folder"]))
    before = client.read("partner", fields=["name"]).frame
    changed = before.index[0]
    outcomes = client.write(
        [line({"name": "Handed Over"}, changed), line({"name": "Brand New"}, marker="f00d", number=2)]
    )
    assert {outcome.result for outcome in outcomes} == {"handed over"}
    admin.post("actors", {"actors": ["files"]})
    after = dict(records_of(client.read("partner", fields=["name", "externalKey"]).frame))
    assert after[changed]["name"] == "Handed Over"
    assert [record["name"] for record in after.values() if record["externalKey"] == "f00d"] == ["Brand New"]
    assert len(after) == len(before) + 1


def test_a_kind_without_a_table_is_named(folder):
    place = replace(PLACES["channelonline"], object="quotes")
    kinds = {"quote": Kind("quote", "Quote", {"channelonline": place})}
    with pytest.raises(UnknownName, match="accounts"):
        connect("channelonline", SETTINGS, {"folder": str(folder)}, kinds).read("quote")


@pytest.mark.parametrize(
    ("changes", "said"), [({"colums": {}}, "did you mean 'columns'"), ({"id": "number"}, "an id among the columns")]
)
def test_a_table_that_cannot_be_meant_is_refused(tmp_path, changes, said):
    with pytest.raises(UsageError, match=said):
        files(tmp_path, **changes)
