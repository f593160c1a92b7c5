"""Whatever the tables hold: no crash, the same result in any order, never more links than allowed."""

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.core.matching import Options, match

QUICK = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from(
    ["Acme", "Beta", "Consulting", "Systems", "GmbH", "Inc", "East", "II", "Müller", "王伟", "Bob", "d/b/a"]
)
ANY = st.text(max_size=30) | st.text(
    alphabet=st.characters(min_codepoint=0x10000, exclude_categories=("Cs",)), max_size=8
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join) | ANY | st.just("x" * 5000) | st.none()
CELLS = {
    "name": NAMES,
    "street": st.sampled_from(["1 Main St", "2 Main Street", "Hauptstr. 5", "", "#", "1 Main St Boston, MA 02115"])
    | ANY,
    "city": st.sampled_from(["Boston", "Bostn", "Chicago", ""]) | ANY,
    "postcode": st.sampled_from(["02115", "2115", "LE11 1UU", ""]) | ANY,
    "phone": st.sampled_from(["617-555-1234", "+1 617 555 1234 x5", "555-1234", "0000000", ""]) | ANY,
    "website": st.sampled_from(["acme.com", "https://www.acme.com/x", "beta.co.uk", ""]) | ANY,
    "email": st.sampled_from(["info@acme.com", "a.b@acme.com", "x@gmail.com", ""]) | ANY,
}
TABLES = st.lists(st.fixed_dictionaries(CELLS), max_size=12).map(
    lambda rows: pd.DataFrame([{"id": f"r{at:02d}", **row} for at, row in enumerate(rows)], columns=["id", *CELLS])
)


def same(one, other):
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


@QUICK
@given(TABLES, TABLES, st.randoms(use_true_random=False))
def test_row_order_does_not_count(left, right, lots):
    shuffled = [frame.iloc[lots.sample(range(len(frame)), len(frame))] for frame in (left, right)]
    same(match(left, right), match(*shuffled))


@QUICK
@given(TABLES, TABLES)
def test_a_right_record_links_once_and_one_to_one_a_left_too(left, right):
    many, one = match(left, right), match(left, right, options=Options(one_to_one=True))
    links = many[many["verdict"] == "link"]
    assert not links.duplicated("right_id").any()
    assert not one[one["verdict"] == "link"].duplicated("left_id").any()
    assert set(many["left_id"]) <= set(left["id"]) and set(many["right_id"]) <= set(right["id"])
    assert many["probability"].between(0, 1).all()


@QUICK
@given(TABLES, TABLES)
def test_noise_columns_change_nothing(left, right):
    noisy = [frame.assign(noise=range(len(frame)), other=None) for frame in (left, right)]
    same(match(left, right), match(*noisy))


@QUICK
@given(TABLES, TABLES)
def test_names_alone_never_link(left, right):
    assert "link" not in set(match(left[["id", "name"]], right[["id", "name"]])["verdict"])


@QUICK
@given(TABLES, TABLES)
def test_swapping_the_sides_keeps_the_evidence(left, right):
    there, back = match(left, right), match(right, left)
    pairs = there.set_index(["left_id", "right_id"])["level_address"].to_dict()
    for left_id, right_id, level in back[["left_id", "right_id", "level_address"]].itertuples(index=False, name=None):
        assert pairs.get((right_id, left_id), level) == level
