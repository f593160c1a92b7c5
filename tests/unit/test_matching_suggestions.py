"""Candidates out of snapshots: organisations by evidence, people by e-mail alone."""

from datetime import UTC, datetime

import pytest

from workbench.core.matching import candidates
from workbench.errors import UnknownName
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.records import DELETED, Snapshot, Snapshots, frame_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PARTNER = Kind(
    "partner",
    "Partner",
    {
        "portal": KindInSystem("organizations", "m", evidence={"name": "name", "street": "street", "phone": "phone"}),
        "crm": KindInSystem("Account", "m", evidence={"name": "Name", "street": "BillingStreet", "phone": "Phone"}),
    },
)
PERSON = KindInSystem("contacts", "m", evidence={"name": "name", "email": "email"}, parent="owner")
CONTACT = Kind("contact", "Contact", {"portal": PERSON, "crm": PERSON}, match_by="email")


def snapshots(kind, portal, crm):
    sides = (("portal", portal), ("crm", crm))
    return Snapshots(kind, [Snapshot(name, kind, "i", NOW, "", frame_of(records)) for name, records in sides])


def contacts(portal, crm, parents=None):
    found = candidates(snapshots("contact", portal, crm), "portal", "crm", kind=CONTACT, parents=parents)
    return {
        (row["left_id"], row["right_id"]): row
        for row in found.frame.astype(object).where(found.frame.notna(), None).to_dict("records")
    }


def test_native_fields_become_evidence_and_deleted_records_are_left_out():
    portal = {
        "1": {"name": "Acme Inc", "street": "1 Main St", "phone": "617-555-1234"},
        "2": {"name": "Gone", "@deleted": True},
    }
    crm = {"a": {"Name": "ACME", "BillingStreet": "1 Main Street", "Phone": "(617) 555 1234"}, "b": {"Name": "Gone"}}
    found = candidates(snapshots("partner", portal, crm), "portal", "crm", kind=PARTNER)
    assert list(found.frame[["left_id", "right_id", "verdict"]].itertuples(index=False, name=None)) == [
        ("1", "a", "link")
    ]
    assert (found.left, found.right, found.kind) == ("portal", "crm", "partner")


def test_a_system_that_does_not_hold_the_kind_is_named():
    with pytest.raises(UnknownName, match="psa"):
        candidates(snapshots("partner", {}, {}), "portal", "psa", kind=PARTNER)


def test_the_same_address_once_on_each_side_links_whatever_the_name():
    found = contacts({"1": {"name": "A", "email": "Ann@x.com"}}, {"a": {"name": "Z", "email": "ann@X.com"}})
    assert found["1", "a"]["verdict"] == "link"


@pytest.mark.parametrize("written", ['"Ann Lee" <ANN@x.com>', " ann@x.com ", "mailto:ann@x.com"])
def test_an_address_is_one_however_it_is_written(written):
    found = contacts({"1": {"name": "A", "email": written}}, {"a": {"name": "Z", "email": "ann@x.com"}})
    assert found["1", "a"]["verdict"] == "link"


@pytest.mark.parametrize("written", ["n/a", "unknown", "ann at x.com", "@x.com"])
def test_what_is_no_address_matches_nobody_even_when_both_write_it(written):
    found = contacts({"1": {"name": "Ann", "email": written}}, {"a": {"name": "Ann", "email": written}})
    assert set(found) == {("1", None), (None, "a")}


def test_an_address_twice_holds_its_own_records_and_no_others():
    same, other = {"name": "Ann", "email": "ann@x.com"}, {"name": "Bob", "email": "bob@x.com"}
    found = contacts({"1": same, "2": same, "3": other}, {"a": same, "b": other})
    assert {key: row["verdict"] for key, row in found.items()} == {
        ("1", "a"): "review",
        ("2", "a"): "review",
        ("3", "b"): "link",
    }


def test_a_deleted_record_does_not_make_an_address_stand_twice():
    living = {"name": "Ann", "email": "ann@x.com", DELETED: False}
    found = contacts({"1": living, "2": {**living, DELETED: True}}, {"a": living})
    assert {key: row["verdict"] for key, row in found.items()} == {("1", "a"): "link"}


def test_without_an_address_a_record_is_listed_and_not_matched():
    found = contacts({"1": {"name": "Ann", "email": ""}}, {"a": {"name": "Ann", "email": None}})
    assert {key: row["verdict"] for key, row in found.items()} == {("1", None): "none", (None, "a"): "none"}
    assert "no e-mail" in found["1", None]["reason"]


def test_an_address_twice_on_a_side_is_held_and_never_first_wins():
    same = {"name": "Ann", "email": "ann@x.com"}
    for left, right in (({"1": same, "2": same}, {"a": same}), ({"1": same}, {"a": same, "b": same})):
        assert {row["verdict"] for row in contacts(left, right).values()} == {"review"}


@pytest.mark.parametrize("parents", [{"p1": "q2"}, {"p9": "q1"}])
def test_under_another_organisation_than_the_linked_one_it_is_held(parents):
    left, right = (
        {"1": {"name": "A", "email": "a@x.com", "owner": "p1"}},
        {"a": {"name": "A", "email": "a@x.com", "owner": "q1"}},
    )
    row = contacts(left, right, parents)["1", "a"]
    assert row["verdict"] == "review"
    assert "organisation" in row["reason"]


def test_under_the_linked_organisation_it_links():
    left, right = (
        {"1": {"name": "A", "email": "a@x.com", "owner": "p1"}},
        {"a": {"name": "A", "email": "a@x.com", "owner": "q1"}},
    )
    assert contacts(left, right, {"p1": "q1"})["1", "a"]["verdict"] == "link"


PSA = Kind(
    "customer",
    "Customer",
    {
        "crm": KindInSystem("Account", "m", evidence={"name": "Name", "street": "BillingStreet", "phone": "Phone"}),
        "psa": KindInSystem(
            "companies", "m", evidence={"name": "name", "street": "addressLine1", "phone": "phoneNumber"}
        ),
    },
)


def test_accounts_find_their_companies_and_a_namesake_waits_for_a_person():
    crm = {
        "001A": {"Name": "Acme Consulting, Inc.", "BillingStreet": "12 Main Street", "Phone": "(617) 555-1234"},
        "001B": {"Name": "Beta Systems", "BillingStreet": "9 Oak Ave", "Phone": "617 555 2222"},
        "001C": {"Name": "Gamma LLC", "BillingStreet": "", "Phone": ""},
    }
    psa = {
        "19": {"name": "Acme Consulting", "addressLine1": "12 Main St. Suite 4", "phoneNumber": "6175551234"},
        "20": {"name": "Beta Systems", "addressLine1": "400 Lake Dr", "phoneNumber": "3125557777"},
        "21": {"name": "Gamma", "addressLine1": "1 Elm St", "phoneNumber": "6175559999"},
    }
    sides = (("crm", crm), ("psa", psa))
    held = Snapshots("customer", [Snapshot(name, "customer", "i", NOW, "", frame_of(rows)) for name, rows in sides])
    found = candidates(held, "crm", "psa", kind=PSA).frame.set_index("right_id")
    assert found.loc["19", ["left_id", "verdict"]].tolist() == ["001A", "link"]
    assert found.loc["20", "verdict"] != "link"
    assert found.loc["21", "left_id"] == "001C"
    assert found.loc["21", "verdict"] != "link"
    assert (found["reason"] != "").all()
