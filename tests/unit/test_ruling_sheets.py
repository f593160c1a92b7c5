"""Rulings as a sheet out and in, in bulk with the count seen first, and how good the links are from a judged sample."""

import csv
import io

import pandas as pd
import pytest
from crash.world import LEFT, RIGHT, a_world

from workbench.core.matching import precision, sample
from workbench.errors import UsageError
from workbench.model.links import CANDIDATE_COLUMNS, Candidates
from workbench.model.records import Ref
from workbench.steps import ruling

ONE, TWO = Ref(LEFT, "partner", "1"), Ref(RIGHT, "partner", "2")


@pytest.fixture
def store():
    with a_world() as world:
        yield world


def candidates(count=1, name="Acme"):
    rows = [(f"L{at}", f"R{at}", 0.95, "link", "same name; other phone", name, "ACME") for at in range(count)]
    return Candidates("partner", LEFT, RIGHT, pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS)))


def ruled(world, **said):
    return ruling.rule(world.store, world.clock, "ann", ONE, RIGHT, word="link", target=TWO, **said)


def sheet(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def written(path, rows):
    text = io.StringIO(newline="")
    out = csv.DictWriter(text, list(rows[0]))
    out.writeheader()
    out.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def drafts(world, path):
    return ruling.read(world.store, "partner", path, by="bob", clock=world.clock)


def test_a_sheet_comes_back_without_a_new_ruling_whatever_its_cells_hold(store, tmp_path):
    ruled(store, reason="=1+1", note="'quoted", assignee="@cy", probability=0.97, master="left")
    path = ruling.save(store.store, "partner", tmp_path / "rulings.csv")
    (row,) = sheet(path)
    assert (row["reason"], row["note"], row["assignee"], row["probability"]) == ("'=1+1", "''quoted", "'@cy", "0.97")
    assert len(drafts(store, path)) == 0


def test_what_people_fill_in_is_ruled_as_theirs_and_only_after_they_said_the_count(store, tmp_path):
    ruled(store)
    path = ruling.save(store.store, "partner", tmp_path / "rulings.csv", candidates(2, name="=cmd"))
    rows = sheet(path)
    assert [(row["word"], row["record_name"]) for row in rows] == [("link", ""), ("", "'=cmd"), ("", "'=cmd")]
    rows[1] |= {"word": "link", "note": "asked"}
    written(path, rows)
    drafted = drafts(store, path)
    assert [(str(r.subject), str(r.target), r.probability) for r in drafted] == [
        (f"{LEFT}:partner:L0", f"{RIGHT}:partner:R0", 0.95)
    ]
    with pytest.raises(UsageError, match="1 records would be ruled on, you said 2"):
        ruling.rule_counted(store.store, drafted, by="bob", clock=store.clock, count=2)
    assert len(store.store.rulings.of("partner")) == 1
    ruling.rule_counted(store.store, drafted, by="bob", clock=store.clock, count=1)
    last = store.store.rulings.of("partner")[-1]
    assert (last.by, last.word, last.note) == ("bob", "link", "asked")


def test_every_row_that_cannot_be_meant_is_named_with_its_line(store, tmp_path):
    path = tmp_path / "rulings.csv"
    path.write_text(
        f"record,system,word,target\n{ONE},{RIGHT},lnik,\nnobody,{RIGHT},later,\n{ONE},{RIGHT},later,\n{ONE},{RIGHT},create,\n"
        f"{ONE},{RIGHT}\n",
        encoding="utf-8",
    )
    with pytest.raises(UsageError) as refusal:
        drafts(store, path)
    said = str(refusal.value)
    assert "4 rows of rulings.csv cannot be meant; nothing was ruled" in said
    for line in ("rulings.csv:2: 'lnik' is no ruling", "rulings.csv:3: 'nobody' names", "rulings.csv:5: line 4 rules"):
        assert line in said
    assert "rulings.csv:6: another number of cells" in said
    with pytest.raises(UsageError, match="no column record, system, word"):
        path.write_text("a,b\n1,2\n", encoding="utf-8")
        drafts(store, path)


def test_like_cases_are_counted_and_ruled_on_together(store):
    found = candidates(3)
    assert found.cases()[["reason", "count"]].values.tolist() == [["same name; other phone", 3]]
    drafted = ruling.same_for_all(found, "link", by="ann", at=store.clock.now(), master="left")
    made = ruling.rule_counted(store.store, drafted, by="ann", clock=store.clock, count=3)
    assert {(r.word, r.master) for r in made} == {("link", "left")}
    later = ruling.same_for_all(found, "later", by="ann", at=store.clock.now())
    assert {r.target for r in later} == {None}


def test_precision_is_known_only_once_a_person_judged_the_sample():
    drawn = sample(candidates(60), 40)
    assert list(drawn.index) == list(range(1, 41))
    assert drawn.equals(sample(candidates(60), 40))
    assert not drawn.equals(sample(candidates(60), 40, seed=2))
    assert "nobody judged" in str(precision(drawn, "", judged=False))
    judged = precision(drawn, "7", judged=True)
    assert (judged.judged, judged.right) == (40, 39)
    assert (round(judged.low, 4), round(judged.high, 4)) == (0.8712, 0.9956)
    assert "39 of 40" in str(judged)
    with pytest.raises(UsageError, match="not 41"):
        precision(drawn, "3, 41", judged=True)
