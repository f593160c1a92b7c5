"""The generated data: the same for the same seed, and every trap that it is meant to hold."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from workbench.sandbox.data import fill
from workbench.sandbox.data.recording import record as record_share
from workbench.sandbox.data.size import SMALL, Size
from workbench.sandbox.state import State


def filled(path, **size):
    state = State(path)
    fill(state, Size(**size))
    return state


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    state = filled(tmp_path_factory.mktemp("data") / "s.sqlite")
    yield state
    state.close()


@pytest.fixture(scope="module")
def truth(state):
    names = ("entity", "kind", "system", "object", "id", "note")
    rows = state.connection.execute(f"SELECT {', '.join(names)} FROM truth")
    return [dict(zip(names, row, strict=True)) for row in rows]


def everything(state):
    """Every record, in the order in which they were made."""
    query = """
        SELECT system, object, id, fields, created, modified, deleted
        FROM record JOIN collection ON number = collection ORDER BY created, system, object, id
    """
    return state.connection.execute(query).fetchall()


def fingerprint(rows):
    return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()[:16]


def test_the_same_seed_gives_the_same_data_and_another_one_other_data(tmp_path):
    small = {"partners": 40, "companies": 40}
    first, again, other = (filled(tmp_path / name, seed=seed, **small) for name, seed in (("a", 3), ("b", 3), ("c", 4)))
    assert everything(first) == everything(again) != everything(other)
    for state in (first, again, other):
        state.close()


def test_the_data_of_the_first_seed_are_those_of_every_version_before(state):
    """Notebooks, samples and documents speak of these records: who changes them says so in the change log."""
    truth = sorted(state.connection.execute("SELECT * FROM truth").fetchall())
    assert (fingerprint(everything(state)), fingerprint(truth)) == ("6a4e535d62f22521", "9d73cf2651516da9")


def test_the_data_of_a_large_sandbox_are_those_of_every_version_before(tmp_path):
    """Two processes record them, whose halves are put together: not a record more or less, or another one."""
    state = filled(tmp_path / "s", seed=2, partners=2600, companies=2600)
    truth = sorted(state.connection.execute("SELECT * FROM truth").fetchall())
    assert (fingerprint(everything(state)), fingerprint(truth)) == ("e3a9f5a2d1fa3e98", "aa757bf5f3d226e5")
    state.close()


def test_filling_a_filled_file_changes_nothing(tmp_path):
    state = filled(tmp_path / "s", partners=10, companies=10)
    before = everything(state)
    fill(state, Size(seed=9, partners=50))
    assert everything(state) == before
    state.close()


@pytest.mark.parametrize("partners, companies", [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_the_smallest_sizes_work(tmp_path, partners, companies):
    filled(tmp_path / "s", partners=partners, companies=companies).close()


def test_the_shares_of_a_large_sandbox_are_the_same_for_the_same_seed_and_fit_together(tmp_path):
    first, second = Size(3, SMALL, SMALL).shares
    halves = [replace(first, partners=range(1, 41)), replace(second, partners=range(41, 81))]
    kept = []
    for name, half in zip("abab", (*halves, *halves), strict=True):
        state = State(tmp_path / f"{name}{len(kept)}")
        record_share(state, replace(half, companies=half.partners))
        kept.append(everything(state))
        state.close()
    assert kept[:2] == kept[2:]
    ids = [{row[:3] for row in rows} for rows in kept[:2]]
    assert not ids[0] & ids[1]
    domains = [{d for row in rows if row[1] == "organizations" for d in json.loads(row[3])["domains"]} for rows in kept]
    assert domains[0] & domains[1] <= {"freemail.example"}


def recorded(truth, system, object, kind):
    return {row["entity"] for row in truth if (row["system"], row["object"], row["kind"]) == (system, object, kind)}


def test_most_partners_are_in_both_channeltivity_and_salesforce(truth):
    left = recorded(truth, "channeltivity", "organizations", "partner")
    right = recorded(truth, "salesforce", "Account", "partner")
    assert 210 <= len(left & right) <= 250
    assert len(left - right) >= 20
    assert len(right - left) >= 20


def test_most_pairs_agree_in_the_name_or_in_something_that_tells_them(state, truth):
    def told_by(record):
        website = (record.get("website") or record.get("Website") or "").split("//")[-1]
        phone = "".join(filter(str.isdigit, (record.get("phone") or record.get("Phone") or "").split("x")[0]))
        return {"name": (record.get("name") or record.get("Name")).casefold(), "phone": phone[-7:],
                "website": website.removeprefix("www.").strip("/")}  # fmt: skip

    sides = defaultdict(dict)
    for row in truth:
        if row["kind"] == "partner" and row["object"] in ("organizations", "Account") and "of" not in row["note"]:
            record = state.get(row["system"], row["object"], row["id"])
            sides[row["entity"]].setdefault(row["system"], told_by(record))
    pairs = [(pair["channeltivity"], pair["salesforce"]) for pair in sides.values() if len(pair) == 2]
    agreeing = Counter(sum(bool(left[key]) and left[key] == right[key] for key in left) for left, right in pairs)
    assert agreeing[0] / len(pairs) < 0.08
    assert (agreeing[2] + agreeing[3]) / len(pairs) > 0.5
    assert sum(left["name"] != right["name"] for left, right in pairs) / len(pairs) > 0.25  # and yet it is not easy


def test_vendor_limits_are_kept(state):
    companies = list(state.find("connectwise", "company/companies", include_deleted=True))
    assert max(len(r["identifier"]) for r in companies) == 30
    assert len({r["identifier"] for r in companies}) == len(companies)
    assert all(len(r["name"]) <= 50 and len(r.get("zip", "")) <= 12 for r in companies)


def test_names_come_in_other_scripts(state):
    names = "".join(r["name"] for r in state.find("channeltivity", "organizations"))
    assert any("\u3040" <= c <= "\u9fff" for c in names)
    assert any("\u0400" <= c <= "\u04ff" for c in names)


def test_parents_come_before_their_children_in_channelonline(state):
    seen = set()
    children = 0
    for account in state.find("channelonline", "accounts"):
        if account["parentId"]:
            children += 1
            assert account["parentId"] in seen
        seen.add(account["@id"])
    assert children > 0


def test_every_reference_leads_somewhere(state):
    references = [
        ("salesforce", "Contact", "AccountId", "Account"),
        ("salesforce", "Opportunity", "AccountId", "Account"),
        ("salesforce", "Account", "OwnerId", "User"),
        ("salesforce", "OpportunityContactRole", "ContactId", "Contact"),
        ("channeltivity", "contacts", "organizationId", "organizations"),
        ("channeltivity", "users", "organizationId", "organizations"),
        ("channelonline", "quotes", "accountId", "accounts"),
    ]
    for system, object, field, target in references:
        for record in state.find(system, object):
            if record.get(field):
                assert state.get(system, target, record[field]), f"{object}.{field} {record[field]}"


def test_numbering_goes_on_after_the_generated_records(state):
    ids = [int(r["@id"]) for r in state.find("channeltivity", "organizations", include_deleted=True)]
    assert state.next_id("channeltivity", "organizations") == max(ids) + 1
