"""Who takes part is judged over the whole snapshot, so that a cleared flag is seen."""

from __future__ import annotations

import pytest
from worlds import NOW

from workbench.core.admitting import admitted, failing
from workbench.errors import Refused
from workbench.model.records import DELETED, Snapshot, Where, frame_of


def snapshot(**records):
    return Snapshot("crm", "partner", "i", NOW, "", frame_of(records))


def test_all_conditions_hold_and_any_value_of_each():
    read = snapshot(
        a={"flag": True, "status": "Active"}, b={"flag": True, "status": "New"}, c={"flag": False, "status": "New"}
    )
    assert admitted(read, Where.of({"flag": [True], "status": ["Active", "New"]})) == {"a", "b"}


def test_field_with_many_values_agrees_if_any_does():
    read = snapshot(a={"types": "Customer; Partner"}, b={"types": "Partnership"})
    assert admitted(read, Where.of({"types": ["Partner"]})) == {"a"}


def test_deleted_record_takes_no_part():
    assert admitted(snapshot(a={"x": "1"}, b={"x": "1", DELETED: True}), Where()) == {"a"}


def test_flag_is_a_flag_whether_it_is_kept_as_text_or_not():
    assert admitted(snapshot(a={"flag": True}, b={"flag": None}), Where.of({"flag": ["true"]})) == {"a"}
    assert admitted(snapshot(a={"flag": "true"}, b={"flag": "false"}), Where.of({"flag": [True]})) == {"a"}


def test_blank_can_be_asked_for():
    assert admitted(snapshot(a={"x": None}, b={"x": "1"}), Where.of({"x": [None]})) == {"a"}


def test_ids_are_conditions_too():
    assert admitted(snapshot(a={"x": "1"}, b={"x": "1"}), Where.of({"id": ["b", "z"]})) == {"b"}


def test_field_that_was_not_read_admits_nobody_silently():
    with pytest.raises(Refused, match="'gone' decides who takes part but was not read"):
        admitted(snapshot(a={"x": "1"}), Where.of({"gone": ["1"]}))


def test_reasons_name_the_value_and_what_was_wanted():
    assert failing({"status": None, "flag": True}, Where.of({"flag": [True], "status": ["Active", "New"]})) == [
        "status is blank, not Active or New"
    ]


def test_empty_snapshot_admits_nobody():
    assert (
        admitted(Snapshot("crm", "partner", "i", NOW, "", frame_of({}, ["flag"])), Where.of({"flag": [True]})) == set()
    )
