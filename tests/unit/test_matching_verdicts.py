"""What links, what a person looks at, and why."""

import importlib.util
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest

from workbench.core.matching import Options, duplicates, explain, join, levels, match, priors, search, why_not
from workbench.core.matching.explaining import Explanation
from workbench.errors import UsageError
from workbench.model.links import CANDIDATE_COLUMNS, Candidates

FIELDS = ("id", "name", "street", "city", "state", "postcode", "phone", "website", "email")


def records(*rows):
    return pd.DataFrame([dict(zip(FIELDS, row, strict=False)) for row in rows], columns=list(FIELDS))


ACME = ("Acme Consulting Inc.", "12 Main Street", "Boston", "MA", "02115", "617-555-1234", "www.acme.com")


def verdict(left, right, **options):
    found = match(records(("L", *left)), records(("R", *right)), options=Options(**options))
    return None if found.empty else found.iloc[0]["verdict"]


def maker(name):
    """A module of the benchmark that makes sets."""
    place = Path(__file__).parents[2] / "benchmarks" / "matching"
    sys.path.insert(0, str(place))
    try:
        spec = importlib.util.spec_from_file_location(f"{name}_partners", place / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(place))
    return module


def made(folder):
    """Left, right, and the true pairs of a set."""
    left, right, truth = (
        pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for name in ("left", "right", "truth")
    )
    return left, right, set(zip(truth["left_id"], truth["right_id"], strict=True))


@pytest.fixture(scope="module")
def generate(tmp_path_factory):
    """Makes sets with every known trap."""

    def make(left_count, right_count, overlap, seed):
        folder = tmp_path_factory.mktemp("generated")
        maker("generate").generate(folder, left_count, right_count, overlap, seed)
        return made(folder)

    return make


@pytest.fixture
def foreign(tmp_path):
    """Makes adversarial worlds: other countries and scripts, lacking and made-up columns."""

    def make(seed, half):
        module = maker("adversary")
        module.generate(tmp_path, module.World(seed, half), 600, 400, 0.5)
        return made(tmp_path)

    return make


@pytest.fixture(scope="module")
def generated(generate):
    """A set with every known trap, in which most records match."""
    return generate(2000, 1200, 0.6, 11)


def test_a_strong_name_and_one_more_field_link():
    assert verdict(ACME, ("ACME Consulting", "12 Main St.", "Boston", "MA", "02115", "", "")) == "link"
    assert verdict(ACME, ("ACME Consulting", "", "", "", "", "(617) 555 1234", "")) == "link"


def test_a_name_alone_never_links():
    assert verdict(("Zyxtrope Unobtainium",), ("Zyxtrope Unobtainium",)) == "review"


def test_another_firm_in_the_same_building_does_not_link():
    assert (
        verdict(ACME, ("Borealis Dental", "12 Main St", "Boston", "MA", "02115", "617-555-9876", "borealis.org"))
        != "link"
    )


def test_an_unknown_branch_with_the_same_name_and_domain_does_not_link():
    assert (
        verdict(ACME, ("Acme Consulting", "900 Lake Drive", "Chicago", "IL", "60601", "312-555-7777", "acme.com"))
        != "link"
    )


def test_name_and_domain_without_a_site_wait_for_a_person():
    assert verdict(ACME, ("Acme Consulting", "", "", "", "", "", "acme.com")) == "review"


def test_two_independent_identifiers_link_a_renamed_partner():
    renamed = ("Borealis Group", "12 Main St", "Boston", "MA", "02115", "617 555 1234", "acme.com")
    assert verdict(ACME, renamed) == "link"
    office = ("12 Main St", "Boston", "MA", "02115", "", "")
    person = verdict((*ACME[:5], "", "", "m.jones@acme.com"), ("Borealis Group", *office, "m.jones@acme.com"))
    role = verdict((*ACME[:5], "", "", "info@acme.com"), ("Borealis Group", *office, "info@acme.com"))
    assert (person, role) == ("link", "review")


def test_without_domains_an_address_and_a_phone_link_a_different_name_but_no_very_different_one():
    office = ("12 Main St", "Boston", "MA", "02115", "617 555 1234", "")
    assert verdict(ACME, ("Acorn Insulation", *office)) == "link"
    assert verdict(ACME, ("Borealis Dental", *office)) == "review"


def test_an_address_and_a_phone_alone_link_no_other_name_where_companies_have_domains():
    office = ("12 Main St", "Boston", "MA", "02115", "617 555 1234")
    client, tenant = ("Borealis Dental", *office, "borealis.org"), ("Acorn Insulation", *office, "")
    assert verdict(ACME, client) != "link"
    assert verdict(ACME, tenant) == "link"
    known = [(f"L{at}", f"Firm {at}", "", "", "", "", "", f"firm{at}.org") for at in range(9)]
    same = [(f"R{at}", f"Firm {at}", "", "", "", "", "", f"firm{at}.org") for at in range(9)]
    found = match(records(("L", *ACME), *known), records(("R", *tenant), *same)).set_index("right_id")
    assert found.loc["R", "verdict"] != "link"


def test_a_subsidiary_at_the_same_address_with_another_phone_does_not_link():
    child = ("Acme Leasing", "12 Main St", "Boston", "MA", "02115", "617-555-9999", "acme.com")
    assert verdict(ACME, child) != "link"


def test_a_child_shares_premises_and_domain_with_its_parent():
    parent = ("Zordelpara Systems", "12 Main Street", "Boston", "MA", "02115", "", "zordelpara.com")
    assert verdict(parent, ("Zordelpara Leasing", *parent[1:])) != "link"
    bare = ("Zordelpara", *parent[1:5], "617-555-1234", "zordelpara.com")
    assert verdict(bare, ("Zordelpara Leasing", *bare[1:])) == "link"


def test_a_name_within_the_other_with_another_phone_waits_for_a_person(generated):
    left, right, _ = generated
    found = match(left, right)
    within = found[found["level_name"].isin((10, 11)) & found["level_phone"].isin((0, 1)) & (found["level_web"] != 4)]
    assert (within["probability"] >= 0.9).any()
    assert not (within["verdict"] == "link").any()


def test_who_shares_the_phone_in_another_city_is_a_branch():
    branch = ("Acme Consulting", "900 Lake Drive", "Chicago", "IL", "60601", "617-555-1234", "acme.com")
    assert verdict(ACME, branch) == "review"
    assert verdict(ACME, (branch[0], "", *branch[2:])) == "review"


def test_who_moved_inside_the_city_is_found_where_few_records_match(generate):
    left, right, truth = generate(4000, 2400, 0.1, 13)
    links = match_links(match(left, right))
    right_ones = [pair in truth for pair in zip(links["left_id"], links["right_id"], strict=True)]
    assert all(right_ones)
    assert len(links) >= 0.91 * right["id"].isin({record for _, record in truth}).sum()


def test_a_name_in_signs_and_its_latin_spelling_are_not_two_names():
    tokyo = ("田中 電機 株式会社", "銀座 5-27-18", "東京", "", "160-0053", "03-6289-7887", "tanakadenki.jp")
    latin = ("Tanaka Denki K.K.", "5-27-18 Ginza", "Tokyo", "", "160-0053", "+81 3 6289 7887", "www.tanakadenki.jp")
    other = ("Suzuki Denki K.K.", "5-27-19 Ginza", "Tokyo", "", "160-0053", "+81 3 6289 1111", "www.suzuki.jp")
    assert verdict(tokyo, latin) == "link"
    assert match(records(("L", *tokyo)), records(("R", *latin))).iloc[0]["level_name"] == -1
    assert verdict(tokyo, other) != "link"


def test_one_mailbox_speaks_for_a_match_where_names_cannot_be_compared(foreign):
    left, right, truth = foreign(3, "held-out")
    best = match(left, right).drop_duplicates("right_id")
    same = best[(best["level_web"] == 4) & (best["level_name"] == -1)]
    assert len(same) >= 25
    assert all(pair in truth for pair in zip(same["left_id"], same["right_id"], strict=True))
    assert (same["probability"] >= 0.5).mean() >= 0.7


def test_the_domain_of_the_mailbox_counts_beside_that_of_the_website():
    left = records(("L", *ACME[:6], "www.acme.com"))
    right = records(("R", *ACME[:6], "www.portal.org")).assign(email="info@acme.com")
    assert "same website" in match(left, right).iloc[0]["reason"]


def test_a_value_that_very_many_records_hold_says_nothing():
    firms = [(f"{at:02d}", f"Firm {at}", f"{at} Oak Road", "Boston", "MA", "02115", "", "") for at in range(20)]
    left = records(*firms)
    right = records(*firms).assign(phone="(617) 555 0199", website="www.portal.org", state="Main", postcode="")
    left = left.assign(
        phone=[f"617 555 {1000 + at}" for at in range(20)], website=[f"firm{at}.com" for at in range(20)]
    )
    found = match(left, right.iloc[::-1].assign(id="R" + right["id"]))
    assert set(found["level_phone"]) == set(found["level_web"]) == {-1}
    assert not found["reason"].str.contains("other").any()


def test_a_post_box_and_a_street_are_not_two_places():
    box = ("Acme Consulting", "P.O. Box 12", "Boston", "MA", "", "617-555-1234", "")
    assert "street" not in match(records(("L", *ACME)), records(("R", *box))).iloc[0]["reason"]


def test_east_and_west_are_two():
    east = ("Acme Center East", "12 Main Street", "Boston", "MA", "02115", "", "")
    west = ("Acme Center West", "12 Main Street", "Boston", "MA", "02115", "", "")
    assert verdict(east, west) != "link"


def test_mary_and_mark_are_two_and_bob_and_robert_one():
    home = ("7 Elm Road", "Austin", "TX", "78701")
    assert verdict(("Mary Kusha", *home), ("Mark Kusha", *home)) != "link"
    assert verdict(("Robert Kusha", *home), ("Bob Kusha", *home)) == "link"


def test_generated_traps_give_no_wrong_link_and_most_right_ones(generated):
    left, right, truth = generated
    found = match(left, right)
    links = set(found[found["verdict"] == "link"][["left_id", "right_id"]].itertuples(index=False, name=None))
    assert links <= truth
    assert len(links) >= 0.90 * len(truth)
    assert (found.drop_duplicates("right_id")["verdict"] == "review").sum() <= 0.08 * len(right)


def test_probabilities_mean_what_they_say(generated):
    left, right, truth = generated
    best = match(left, right).drop_duplicates("right_id")
    true = [pair in truth for pair in zip(best["left_id"], best["right_id"], strict=True)]
    bands = best.assign(true=true).groupby((best["probability"] * 10).clip(upper=9).astype(int))
    error = sum(len(band) * abs(band["probability"].mean() - band["true"].mean()) for _, band in bands) / len(best)
    assert error <= 0.03


def test_every_right_record_with_a_candidate_has_one_best_row_and_further_rows_are_for_review(generated):
    left, right, _ = generated
    found = match(left, right)
    assert tuple(found.columns[: len(CANDIDATE_COLUMNS)]) == CANDIDATE_COLUMNS
    further = found[found.duplicated("right_id")]
    assert set(further["verdict"]) <= {"review"}
    linked = set(found.loc[found["verdict"] == "link", "right_id"])
    assert not linked & set(further["right_id"])


def match_links(found):
    return found[found["verdict"] == "link"]


def test_one_to_one_links_a_left_once_and_names_the_duplicate():
    twice = records(("R1", *ACME), ("R2", *ACME))
    many = match(records(("L", *ACME)), twice)
    one = match(records(("L", *ACME)), twice, options=Options(one_to_one=True))
    assert (one["verdict"] == "link").sum() <= 1 <= (many["verdict"] != "none").sum()
    assert (match_links(one).duplicated("left_id")).sum() == 0


def test_a_duplicate_on_the_right_links_too_and_a_lookalike_gives_way(generated):
    left, right, _ = generated
    links = match_links(match(left, right))
    copied = links.loc[links["probability"] > 0.999, "right_id"].iloc[0]
    again = right[right["id"] == copied].assign(id="again")
    found = match(left, pd.concat([right, again])).drop_duplicates("right_id").set_index("right_id")
    assert found.loc["again", "verdict"] == found.loc[copied, "verdict"] == "link"
    vague = again.assign(id="vague", street="", postcode="", phone="", website="", email="")
    owner = links.loc[links["right_id"] == copied, "left_id"].iloc[0]
    beside, alone = pd.concat([right, vague]), pd.concat([right[right["id"] != copied], vague])
    taken, free = (why_not(left, rights, owner, "vague") for rights in (beside, alone))
    assert taken.probability < free.probability
    assert f"{copied} claims the same left record" in taken.rival


def test_one_to_one_holds_on_a_whole_set(generated):
    left, right, _ = generated
    doubled = pd.concat([right, right.assign(id="again " + right["id"])])
    many = match_links(match(left, doubled))
    one = match(left, doubled, options=Options(one_to_one=True))
    assert not match_links(one).duplicated("left_id").any()
    assert many.duplicated("left_id").any()
    assert one["reason"].str.contains("links to the same record already").any()


def test_enough_rulings_sharpen_the_probabilities_and_a_few_change_nothing(generated):
    left, right, truth = generated
    before = match(left, right)
    asked = before[before["verdict"] == "review"]
    rulings = {pair: pair in truth for pair in zip(asked["left_id"], asked["right_id"], strict=True)}
    assert len(rulings) > 20
    after = match(left, right, rulings=rulings)
    assert error(after, truth) < error(before, truth)
    few = dict(list(rulings.items())[:10])
    pd.testing.assert_frame_equal(match(left, right, rulings=few), before)


def error(found, truth):
    best = found.drop_duplicates("right_id")
    true = [pair in truth for pair in zip(best["left_id"], best["right_id"], strict=True)]
    return ((best["probability"] - true) ** 2).mean()


def test_blocks_spread_over_processes_give_identical_candidates(generated):
    left, right, _ = generated
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        spread = match(left, right, map_blocks=pool.map)
    pd.testing.assert_frame_equal(spread, match(left, right))


def test_progress_sees_every_part_of_both_tables_and_every_block(generated):
    left, right, _ = generated
    seen = []

    def progress(items, *, total, label):
        for item in items:
            seen.append((total, label))
            yield item

    match(left, right, progress=progress)
    assert seen == [(1, "normalising, left"), (1, "normalising, right"), (1, "comparing")]


def test_name_only_compares_nothing_else(generated):
    left, right, _ = generated
    found = match(left, right, options=Options(name_only=True))
    assert "link" not in set(found["verdict"])
    assert set(found["level_address"]) == set(found["level_phone"]) == {-1}


def test_a_further_column_is_evidence():
    left = records(("L1", "Acme"), ("L2", "Acme")).assign(industry=["plumbing supplies", "software"])
    right = records(("R", "Acme")).assign(industry=["software"])
    found = match(left, right, options=Options(extra=("industry",)))
    assert found.iloc[0]["left_id"] == "L2"


@pytest.mark.parametrize("empty", [0, 1])
def test_an_empty_table_has_no_candidates(empty):
    tables = [records(("A", *ACME)), records(("B", *ACME))]
    tables[empty] = records()
    assert match(*tables).empty


def test_a_missing_column_and_a_repeated_id_are_refused():
    with pytest.raises(UsageError, match="right table has no column name"):
        match(records(("L", "Acme")), pd.DataFrame({"id": ["R"]}))
    with pytest.raises(UsageError, match="left table needs an id of its own"):
        match(records(("L", "Acme"), ("L", "Beta")), records(("R", "Acme")))


def test_the_waterfall_adds_up_to_the_probability(generated):
    left, right, _ = generated
    found = Candidates("partner", "left", "right", match(left, right))
    row = match_links(found.frame).iloc[0]
    said = explain(found, row["left_id"], row["right_id"])
    assert isinstance(said, Explanation)
    assert said.factors[-1].sum == pytest.approx(sum(factor.weight for factor in said.factors), abs=0.05)
    assert said.factors[-1].sum > 2.0
    assert [factor.field for factor in said.factors[1:]] == ["name", "address", "phone", "web"]
    again = why_not(left, right, row["left_id"], row["right_id"])
    assert again.probability == pytest.approx(row["probability"])
    assert [factor.weight for factor in again.factors] == pytest.approx([f.weight for f in said.factors], abs=0.011)


def test_a_pair_that_is_no_candidate_says_what_is():
    found = Candidates("partner", "a", "b", match(records(("L", *ACME), ("X", "Other")), records(("R", *ACME))))
    with pytest.raises(UsageError, match="its candidates are L"):
        explain(found, "X", "R")
    said = why_not(records(("L", *ACME), ("X", "Other")), records(("R", *ACME)), "X", "R")
    assert said.verdict == "none"
    assert "L" in said.rival


def test_the_runner_up_says_why_it_came_second():
    branch = ("Acme Consulting", "900 Lake Drive", "Chicago", "IL", "60601", "312-555-7777", "www.acme.com")
    found = match(records(("L1", *ACME), ("L2", *branch)), records(("R", *ACME)))
    assert found.iloc[0]["left_id"] == "L1"
    assert found.iloc[0]["runner_up"] == "L2"
    assert "other street" in found.iloc[0]["runner_up_reason"]


def test_duplicates_inside_a_table_are_shown_once_and_never_linked():
    table = records(
        ("A", *ACME), ("B", "ACME Consulting", "12 Main St.", "Boston", "MA", "02115", "", ""), ("C", "Zeta")
    )
    found = duplicates(table)
    assert list(found[["left_id", "right_id", "verdict"]].itertuples(index=False, name=None)) == [("A", "B", "review")]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("acme consulting", ["A", "B"]),
        ("consulting ACME gmbh", ["A", "B"]),
        ("C", ["C"]),
        ("(617) 555 1234", ["A"]),
        ("https://zeta.org/about", ["C"]),
        ("entirely else", []),
    ],
)
def test_search_finds_by_name_id_phone_and_domain(typed, found):
    table = records(
        ("A", *ACME),
        ("B", "Acme Consulting Partners"),
        ("C", "Zeta", "", "", "", "", "", "zeta.org"),
        ("D", None),
    )
    assert list(search(table, typed)["id"])[: len(found) or None] == found


def test_a_number_column_with_a_gap_is_read_as_whole_numbers():
    gap = pd.DataFrame({"id": [1, 2], "name": ["Acme", None], "phone": [6175551234, None]})
    text = pd.DataFrame({"id": ["R"], "name": ["Acme"], "phone": ["617-555-1234"]})
    assert match(gap, text)[["left_id", "verdict"]].values.tolist() == [["1", "link"]]


def test_every_level_has_a_word_and_an_expectation():
    words = (levels.NAME_LEVELS, levels.ADDRESS_LEVELS, levels.PHONE_LEVELS, levels.WEB_LEVELS, levels.EXTRA_LEVELS)
    expected = (priors.NAME, priors.ADDRESS, priors.PHONE, priors.WEB, priors.EXTRA)
    assert [len(names) for names in words] == [len(prior.matches) for prior in expected]
    assert all(prior.others.shape == (4, len(prior.matches)) for prior in expected)


def test_name_only_with_further_columns_is_refused():
    with pytest.raises(UsageError, match="leave out industry"):
        Options(name_only=True, extra=("industry",))


def links(left, right, *pairs):
    frame = pd.DataFrame([{"left_id": a, "right_id": b, "verdict": "link"} for a, b in pairs])
    return Candidates("partner", left, right, frame)


def test_pairwise_links_join_to_one_partner_over_four_systems():
    joined = join(
        [links("portal", "crm", ("p1", "c1")), links("crm", "psa", ("c1", "s1")), links("psa", "quote", ("s1", "q1"))]
    )
    assert joined.to_dict("records") == [
        {"portal": "p1", "crm": "c1", "psa": "s1", "quote": "q1", "state": "agreed", "why": ""}
    ]


def test_pairwise_links_that_contradict_are_shown_with_their_path():
    joined = join(
        [links("portal", "crm", ("p1", "c1")), links("crm", "psa", ("c1", "s1")), links("portal", "psa", ("p1", "s2"))]
    )
    assert joined.iloc[0]["state"] == "contradicted"
    assert joined.iloc[0]["psa"] == "s1; s2"
    assert "psa:s2 by portal:p1" in joined.iloc[0]["why"]


def test_a_pair_that_did_not_link_what_the_others_link_is_incomplete():
    joined = join(
        [links("portal", "crm", ("p1", "c1")), links("crm", "psa", ("c1", "s1")), links("portal", "psa", ("p9", "s9"))]
    )
    assert list(joined["state"]) == ["incomplete", "agreed"]
    assert "portal and psa" in joined.iloc[0]["why"]
