"""What systems say about their fields and lists: kept for a day, asked anew on demand, never another tenant's."""

import pytest

from workbench.errors import UnknownName
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.ports import Field
from workbench.steps.referring import references
from workbench.store import Store
from workbench.systems.memory import MemoryClock, MemorySystem

KINDS = {"partner": Kind("partner", "Partner", {"crm": KindInSystem("Account", "m")})}


class Crm(MemorySystem):
    """Counts how often it is asked for its fields."""

    asked = 0

    def describe(self, kind):
        self.asked += 1
        return super().describe(kind)

    def offer(self, *statuses):
        self.fields["partner"] = (Field("Status", "Status", "picklist", values=statuses),)


@pytest.fixture
def clock():
    return MemoryClock()


@pytest.fixture
def crm(clock):
    made = Crm("crm", KINDS, clock=clock)
    made.offer("Active", "Inactive")
    return made


@pytest.fixture
def look(crm, clock, tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'w.db'}")
    yield lambda refresh=False: references({"crm": crm}, KINDS, "partner", store, clock, refresh=refresh)
    store.close()


def test_the_values_of_a_list_are_shown_as_the_system_has_them(look, clock):
    (row,) = look()
    assert (row.system, row.object, row.field) == ("crm", "Account", "Status")
    assert row.values == ("Active", "Inactive")
    assert row.read_at == clock.now()


def test_within_a_day_nothing_is_asked_again_and_after_it_everything(look, crm, clock):
    look()
    crm.offer("Active", "Gone")
    clock.sleep(23 * 3600)
    assert (look()[0].values, crm.asked) == (("Active", "Inactive"), 1)
    clock.sleep(3600)
    assert (look()[0].values, crm.asked) == (("Active", "Gone"), 2)


def test_a_changed_list_appears_on_demand(look, crm):
    look()
    crm.offer("Active", "Credit hold")
    assert look(refresh=True)[0].values == ("Active", "Credit hold")
    assert look()[0].values == ("Active", "Credit hold")


def test_another_tenants_list_is_never_shown(look, crm):
    look()
    crm.instance = "crm-2"
    crm.offer("Laufend")
    assert look()[0].values == ("Laufend",)


def test_a_kind_that_is_not_there_is_named(clock, tmp_path, crm):
    store = Store(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(UnknownName, match="partner"):
        references({"crm": crm}, KINDS, "partnr", store, clock, refresh=False)
    store.close()


def test_statuses_types_and_record_types_come_from_the_tenant(sandbox_bench, admin):
    rows = sandbox_bench.reference("partner")
    values = {(row.system, row.field): row.values for row in rows}
    assert {"Active", "Credit Hold"} <= set(values["connectwise", "status/name"])
    assert "Partner" in values["connectwise", "types/name"]
    assert set(values["salesforce", "record types"]) == {"Partner", "Customer"}
    assert "Prospective" in values["channeltivity", "status"]
    admin.delete("requests")
    assert sandbox_bench.reference("partner") == rows
    asked = {call["path"].partition("?")[0].rpartition("/")[2] for call in admin.requests()}
    assert asked.isdisjoint({"describe", "statuses", "types"})


def test_a_chooser_is_told_how_many_records_have_each_value_and_no_record_is_sent(sandbox_bench, admin):
    stored = [one for one in admin.records("connectwise", "company/companies").values() if not one.get("deletedFlag")]
    admin.delete("requests")
    told = sandbox_bench.choices("partner", "connectwise", "status/name", "types/name")
    values = {row.field: {each.value: each.records for each in told.where(field=row.field)} for row in told}
    assert sum(values["status/name"].values()) == len(stored)  # one status each
    assert sum(values["types/name"].values()) == sum(len(one["types"]) for one in stored)  # many types each
    asked = [call["path"].partition("?")[0].rpartition("/")[2] for call in admin.requests("connectwise", "GET")]
    assert asked.count("count") == len(told) and "companies" not in asked


def test_salesforce_and_the_portal_count_too(sandbox_bench, admin):
    flagged = [one for one in admin.records("salesforce", "Account").values() if not one["@deleted"]]
    told = sandbox_bench.choices("partner", "salesforce", "Channeltivity_Partner_Status__c")
    status = [one.get("Channeltivity_Partner_Status__c") for one in flagged]
    assert {row.value: row.records for row in told} == {row.value: status.count(row.value) for row in told}
    portal = [one["status"] for one in admin.records("channeltivity", "organizations").values() if not one["@deleted"]]
    counted = sandbox_bench.choices("partner", "channeltivity", "status")
    assert {row.value: row.records for row in counted} == {value: portal.count(value) for value in set(portal)}


def test_a_field_without_a_list_of_values_is_named_with_the_nearest(sandbox_bench):
    with pytest.raises(UnknownName, match="status/name"):
        sandbox_bench.choices("partner", "connectwise", "status/nam")
