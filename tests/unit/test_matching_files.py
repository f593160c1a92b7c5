"""Two files in, one file out, or every problem named and nothing written."""

import csv
import re

import pytest

from workbench.errors import UsageError
from workbench.steps.matching import COLUMNS, match_files

LEFT = (
    "id,name,street,city,phone\nL1,Acme Inc,1 Main St,Boston,617-555-1234\nL2,Beta GmbH,2 Oak St,Boston,617-555-2222\n"
)
RIGHT = "Record ID;Company Name;Address;Town;Telephone\nR1;ACME;1 Main Street;Boston;(617) 555 1234\nR2;Zeta;;;\n"


@pytest.fixture
def files(tmp_path):
    def run(left=LEFT, right=RIGHT, **options):
        for name, text in (("left", left), ("right", right)):
            (tmp_path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return match_files(tmp_path / "left.csv", tmp_path / "right.csv", tmp_path / "links.csv", **options)

    run.out = tmp_path / "links.csv"
    return run


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_usual_headings_and_separators_are_understood(files):
    done = files()
    assert (done.link, done.left, done.right) == (1, 2, 2)
    written = rows(files.out)
    assert tuple(written[0]) == COLUMNS
    assert [(row["left_id"], row["right_id"], row["verdict"]) for row in written if row["verdict"] == "link"] == [
        ("L1", "R1", "link")
    ]


def test_a_heading_can_be_named(files):
    files(left=LEFT.replace("name", "Was er heißt"), columns={"name": "Was er heißt"})
    assert rows(files.out)[0]["left_id"] == "L1"


def test_every_problem_of_both_files_is_named_with_its_line_and_nothing_is_written(files):
    left = LEFT + ",No Id,,,\nL1,Again,,,\nL9,too,many,cells,here,now\n"
    with pytest.raises(UsageError) as refusal:
        files(left=left, right=b"id,name\nR1,M\xfcller\nR1,ok\n")
    said = str(refusal.value)
    assert "left.csv:6: 6 cells where the heading has 5" in said
    assert "right.csv:2: byte 5 is no UTF-8" in said
    assert not files.out.exists()


def test_missing_and_repeated_ids_are_named_with_their_lines(files):
    with pytest.raises(UsageError) as refusal:
        files(left=LEFT + ",No Id,,,\nL1,Again,,,\n")
    assert "left.csv:4: the record has no id" in str(refusal.value)
    assert "left.csv:5: the id 'L1' is that of line 2 already" in str(refusal.value)
    assert not files.out.exists()


def test_the_line_is_right_after_a_cell_with_a_line_break(files):
    with pytest.raises(UsageError, match=r"left\.csv:4: the record has no id"):
        files(left='id,name\nL1,"Acme\nInc"\n,Nobody\n')


def test_a_missing_column_names_the_headings_there_are(files):
    with pytest.raises(UsageError, match=r"no column holds the name; name it: --map name=…; the headings are id, foo"):
        files(left="id,foo\n1,2\n")


MANY = "id,name,city,postcode,phone,website,email\n" + "".join(
    f"L{at},Firm {at},Boston,021{at:02},617-555-{1000 + at},www.firm{at}.com,info@firm{at}.com\n" for at in range(9)
)


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        ("phone", "email", ["'phone' was taken for the phone, but most of its cells are e-mail", "'email' was taken"]),
        ("city", "postcode", ["'city' was taken for the city, but most of its cells are postcodes"]),
        ("name", "website", ["'name' was taken for the name, but most of its cells are web addresses"]),
    ],
)
def test_swapped_columns_are_named_and_nothing_is_written(files, one, two, said):
    heading, rest = MANY.split("\n", 1)
    swapped = heading.replace(one, "?").replace(two, one).replace("?", two) + "\n" + rest
    with pytest.raises(UsageError) as refusal:
        files(left=swapped, right=MANY)
    assert all(f"left.csv:1: the column {part}" in str(refusal.value) for part in said)
    assert "--map" in str(refusal.value)
    assert not files.out.exists()
    assert files(left=swapped, right=MANY, columns={one: two, two: one}).link == 9  # whoever names it, means it


def test_columns_in_their_place_are_taken_as_they_are(files):
    mailboxes = MANY.replace("www.firm", "info@firm")  # where the website lacks, people write the mailbox
    assert files(left=mailboxes, right=MANY).link == 9


def test_a_few_slips_in_an_empty_column_are_no_swapped_column(files):
    rows = "".join(f"L{at},Firm {at},,{f'info@firm{at}.com' if at < 9 else ''}\n" for at in range(100))
    assert files(left=f"id,name,phone,state\n{rows}", right=MANY).left == 100


def test_an_empty_file_and_a_missing_one_are_told_apart(files, tmp_path):
    with pytest.raises(UsageError, match="the file is empty"):
        files(left="")
    with pytest.raises(UsageError, match="cannot be read"):
        match_files(tmp_path / "nowhere.csv", tmp_path / "right.csv", tmp_path / "links.csv")


def test_a_byte_order_mark_is_no_part_of_the_heading(files):
    assert files(left="\ufeff" + LEFT).link == 1


def test_no_cell_that_is_written_is_a_formula(files):
    files(left=LEFT.replace("L1", "=cmd|' /C calc'!A0").replace("L2", "-12"))
    ids = {row["left_id"] for row in rows(files.out)}
    assert "'=cmd|' /C calc'!A0" in ids
    assert not any(record.startswith("=") for record in ids)


@pytest.mark.parametrize("record", ["=1+1", "'=1+1", "''=1", "-12", "+a", "@x", "'s-Hertogenbosch", "O'Brien", "'-12"])
def test_every_id_comes_back_as_it_was(files, record):
    files(left=LEFT.replace("L1", record))
    (written,) = {row["left_id"] for row in rows(files.out)} - {"L2"}
    assert not written.startswith(("=", "@", "+a"))
    assert (written[1:] if re.match("'+[=+@-]", written) else written) == record


def test_exact_ids_are_written_as_they_are(files):
    files(left=LEFT.replace("L1", "=1+1"), exact=True)
    assert "=1+1" in {row["left_id"] for row in rows(files.out)}


def test_a_huge_cell_is_read(files):
    assert files(left=LEFT.replace("Beta GmbH", "B" * 2_000_000)).link == 1
    with pytest.raises(UsageError, match="has no id"):
        files(left=LEFT.replace("Beta GmbH", "B" * 2_000_000) + ",x,,,\n")


def test_a_number_with_a_sign_stays_a_number(files):
    files(left=LEFT.replace("L1", "-12"))
    assert "-12" in {row["left_id"] for row in rows(files.out)}


def test_the_result_never_replaces_an_input(files, tmp_path):
    files()
    with pytest.raises(UsageError, match="is one of the files"):
        match_files(tmp_path / "left.csv", tmp_path / "right.csv", tmp_path / "left.csv")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(files, tmp_path):
    (tmp_path / "links.csv").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        files()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_further_evidence_column_must_be_in_both_files(files):
    with pytest.raises(UsageError, match=r"right\.csv:1: there is no column 'industry'"):
        files(left=LEFT.replace("phone", "industry"), columns={"industry": "industry"})
