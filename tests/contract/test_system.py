"""One suite for every system: memory, and the clients against what they reach."""

import itertools

import pytest

from workbench.errors import UnknownName
from workbench.model.ports import Write
from workbench.model.records import DELETED, MODIFIED, Condition, Ref, Where, records_of

LINES = (f"line{number}" for number in itertools.count())


def create(world, name, marker="", **more):
    return Write(next(LINES), "create", Ref(world.name, "partner", ""), world.values(name, **more), marker)


def update(world, record_id, values, stamp=""):
    return Write(next(LINES), "update", Ref(world.name, "partner", record_id), values, unmodified_since=stamp)


def read(world, **how):
    fields = [world.title, world.text, world.filter[0]]
    return dict(records_of(world.system.read("partner", fields=fields, **how).frame))


def by_id(*ids):
    return Where((Condition("id", ids),))


def one(world, write):
    (outcome,) = world.system.write([write])
    return outcome


def test_it_says_which_instance_it_is_the_same_each_time(door):
    instance = door.system.identify()
    assert instance.system == door.name
    assert instance.id
    assert door.system.identify() == instance


def test_it_describes_title_filter_and_marker(door):
    described = door.system.describe("partner")
    title = described.field(door.title)
    assert title is not None and title.createable
    assert described.field(door.filter[0]) is not None
    assert not described.marker or described.field(described.marker) is not None
    assert described.chunk_size >= 1 and described.concurrency >= 0
    assert described.field("NoSuchField") is None


def test_a_whole_read_holds_every_living_record_and_no_other(shown):
    gone = shown.hands.create(shown.values("Gone Ltd"))
    shown.hands.remove(gone)
    assert set(read(shown)) == set(shown.hands.stored())
    assert gone not in read(shown)


def test_a_record_is_read_as_it_is_stored(shown):
    name = 'O\'Brien & Sons "Ltd" \\ Müller, 100 %'
    record_id = shown.hands.create(shown.values(name, **{shown.text: "Cork"}))
    found = read(shown)[record_id]
    assert (found[shown.title], found[shown.text], found[DELETED]) == (name, "Cork", False)
    assert found[shown.filter[0]] == shown.filter[1]


def test_the_title_is_described_as_it_can_be_written(world):
    title = world.system.describe("partner").field(world.title)
    assert title is not None and title.required and title.updateable and title.length


def test_a_kind_that_nobody_configured_is_named(door):
    with pytest.raises(UnknownName, match="partner"):
        door.system.describe("patner")


def test_only_the_named_fields_are_read(shown):
    frame = shown.system.read("partner", fields=[shown.title]).frame
    assert set(frame.columns) == {shown.title, MODIFIED, DELETED}


def test_where_keeps_what_agrees(shown):
    kept = read(shown, where=shown.where())
    assert kept
    everything = read(shown)
    assert set(kept) == {key for key, record in everything.items() if record[shown.filter[0]] == shown.filter[1]}
    assert len(kept) < len(everything)


def test_where_with_two_values_keeps_either(shown):
    name, *values = shown.filter
    both = read(shown, where=Where((Condition(name, tuple(values)),)))
    assert {record[name] for record in both.values()} == set(values)


def test_where_is_no_way_to_inject(shown):
    shown.hands.create(shown.values("Harmless"))
    for nasty in ("x' OR Name != '", 'x" OR id > 0 OR name = "', "x\\", "a%_*", "[2020-01-01T00:00:00Z]", "{0}"):
        assert read(shown, where=Where((Condition(shown.title, (nasty,)),))) == {}


def test_where_finds_a_name_full_of_quotes(shown):
    name = "D'Arcy \"&\" O\\'Neil"
    record_id = shown.hands.create(shown.values(name))
    assert set(read(shown, where=Where((Condition(shown.title, (name,)),)))) == {record_id}


def test_no_allowed_value_means_no_record(shown):
    assert read(shown, where=Where((Condition(shown.filter[0], ()),))) == {}


def test_records_are_found_by_id_deleted_ones_marked(world):
    living, gone = (world.hands.create(world.values(f"By id {number}")) for number in range(2))
    world.hands.remove(gone)
    found = read(world, where=by_id(living, gone))
    assert {key: record[DELETED] for key, record in found.items()} == {living: False, gone: True}


def test_many_ids_are_asked_in_as_many_calls_as_needed(shown):
    ids = sorted(read(shown))
    filler = tuple(f"{int(ids[-1][-6:]) + number}" if ids[-1].isdigit() else ids[0] for number in range(1, 1200))
    assert set(read(shown, where=by_id(*ids, *filler))) >= set(ids)


def test_since_shows_what_changed_whatever_the_filter_says(world):
    cleared, gone = (world.hands.create(world.values(f"Since {number}")) for number in range(2))
    before = world.system.read("partner", world.where(), [world.title, world.filter[0]])
    assert {cleared, gone} <= set(before.frame.index)
    world.hands.edit(cleared, {world.filter[0]: world.filter[2]})
    world.hands.remove(gone)
    added = world.hands.create(world.values("Since added"))
    changed = read(world, where=world.where(), since=before.watermark)
    assert {cleared, gone, added} <= set(changed)
    assert changed[cleared][world.filter[0]] == world.filter[2]
    assert changed[gone][DELETED] is True
    assert changed[added][DELETED] is False


def test_a_later_watermark_still_shows_what_comes_after_it(world):
    first = world.system.read("partner", fields=[world.title])
    second = world.system.read("partner", fields=[world.title], since=first.watermark)
    added = world.hands.create(world.values("After the second"))
    assert added in world.system.read("partner", fields=[world.title], since=second.watermark).frame.index


def test_a_change_moves_the_stamp_of_that_record_alone(shown):
    one_id, other_id = (shown.hands.create(shown.values(f"Stamp {number}")) for number in range(2))
    before = read(shown, where=by_id(one_id, other_id))
    shown.tick()
    shown.hands.edit(one_id, {shown.text: "Galway"})
    after = read(shown, where=by_id(one_id, other_id))
    assert after[one_id][MODIFIED] != before[one_id][MODIFIED]
    assert after[other_id][MODIFIED] == before[other_id][MODIFIED]


def test_a_create_is_stored_and_found_by_its_marker(world):
    outcome = one(world, create(world, "Newcomer", marker="c0ffee01", **{world.text: "Sligo"}))
    assert (outcome.result, outcome.code) == ("done", "")
    found = read(world, where=Where((Condition(world.system.describe("partner").marker, ("c0ffee01",)),)))
    assert set(found) == {outcome.id}
    assert (found[outcome.id][world.title], found[outcome.id][world.text]) == ("Newcomer", "Sligo")


def test_an_update_changes_the_named_fields_and_no_other(world):
    record_id = world.hands.create(world.values("Before", **{world.text: "Cork"}))
    outcome = one(world, update(world, record_id, {world.title: "After"}))
    assert (outcome.result, outcome.id) == ("done", record_id)
    found = read(world, where=by_id(record_id))[record_id]
    assert (found[world.title], found[world.text]) == ("After", "Cork")


def test_none_clears_a_field(world):
    record_id = world.hands.create(world.values("Clear", **{world.text: "Cork"}))
    assert one(world, update(world, record_id, {world.text: None})).result == "done"
    assert read(world, where=by_id(record_id))[record_id][world.text] is None


def test_the_filter_field_can_be_written_as_it_is_read(world):
    record_id = world.hands.create(world.values("Flip"))
    assert one(world, update(world, record_id, {world.filter[0]: world.filter[2]})).result == "done"
    assert read(world, where=by_id(record_id))[record_id][world.filter[0]] == world.filter[2]


def test_a_refused_record_comes_with_cause_and_remedy(door):
    before = len(door.hands.stored())
    outcome = one(door, create(door, "Refused", **door.bad))
    assert outcome.result == "rejected"
    assert outcome.code and outcome.cause and outcome.remedy
    assert len(door.hands.stored()) == before


def test_one_bad_record_stops_no_other_and_the_order_stays(door):
    writes = [create(door, "Good 1"), create(door, "Bad", **door.bad), create(door, "Good 2")]
    outcomes = door.system.write(writes)
    assert [outcome.line for outcome in outcomes] == [write.line for write in writes]
    assert [outcome.result for outcome in outcomes] == [door.taken, "rejected", door.taken]


def test_of_a_chunk_the_good_records_are_stored_and_the_bad_one_is_not(world):
    world.system.write([create(world, "Good 1"), create(world, "Bad", **world.bad), create(world, "Good 2")])
    names = {record[world.title] for record in read(world).values()}
    assert {"Good 1", "Good 2"} <= names and "Bad" not in names


def test_creates_and_updates_may_stand_in_one_chunk(world):
    record_id = world.hands.create(world.values("Mixed"))
    outcomes = world.system.write([update(world, record_id, {world.text: "Cork"}), create(world, "Mixed new")])
    assert [outcome.result for outcome in outcomes] == ["done", "done"]
    assert outcomes[0].id == record_id != outcomes[1].id


def test_a_record_that_is_gone_is_refused(world):
    record_id = world.hands.create(world.values("Gone"))
    world.hands.remove(record_id)
    if world.name == "connectwise":
        record_id = "99999999"  # it takes changes to a company marked deleted; running looks right before it writes
    outcome = one(world, update(world, record_id, {world.title: "Back"}))
    assert outcome.result == "rejected" and outcome.remedy


def test_a_taken_marker_makes_no_second_record_where_the_marker_is_unique(world):
    described = world.system.describe("partner")
    assert one(world, create(world, "First", marker="c0ffee02")).result == "done"
    again = one(world, create(world, "Second", marker="c0ffee02"))
    bearing = read(world, where=Where((Condition(described.marker, ("c0ffee02",)),)))
    if described.field(described.marker).unique:
        assert (len(bearing), again.result in ("done", "unknown")) == (1, True)
    else:  # an ordinary field: running looks by it before it sends again, and finds both afterwards
        assert (len(bearing), again.result) == (2, "done")


def test_a_write_that_comes_too_late_is_stale_where_the_system_guards(world):
    record_id = world.hands.create(world.values("Guarded", **{world.text: "Cork"}))
    stamp = read(world, where=by_id(record_id))[record_id][MODIFIED]
    assert one(world, update(world, record_id, {world.title: "Guarded 2"}, stamp)).result == "done"
    world.tick()
    world.hands.edit(record_id, {world.text: "Galway"})
    late = one(world, update(world, record_id, {world.title: "Too late"}, stamp))
    title = read(world, where=by_id(record_id))[record_id][world.title]
    if world.system.describe("partner").guards:
        assert (late.result, late.remedy != "", title) == ("stale", True, "Guarded 2")
    else:  # it says so in its description: running reads again just before it writes
        assert (late.result, title) == ("done", "Too late")


def test_an_id_is_no_way_to_another_address(world):
    before = world.hands.stored()
    for nasty in ("../contacts/1", "1/../2", "1?x=1", "1#", "%2e%2e"):
        outcome = one(world, update(world, nasty, {world.title: "Elsewhere"}))
        assert outcome.result == "rejected"
    assert world.hands.stored() == before


def test_what_is_written_is_read_back_sign_for_sign(world):
    names = [
        "Ünïcødé 株式会社 Ω",
        "zero\u200bwidth",
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "a; b, c\td",
        "null",
        "007.50",
        "true",
        "😀 partner",
    ]
    outcomes = world.system.write([create(world, name) for name in names])
    assert [outcome.result for outcome in outcomes] == ["done"] * len(names)
    found = read(world, where=by_id(*(outcome.id for outcome in outcomes)))
    assert [found[outcome.id][world.title] for outcome in outcomes] == names
