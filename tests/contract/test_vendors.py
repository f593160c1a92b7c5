"""What is particular to a vendor: calls made, lists looked up, proofs refused, traces found."""

import base64

import pytest
from contract.scripted import Server, answer
from contract.worlds import KINDS, sandbox_world
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from workbench.errors import AccessDenied, IncompleteRead, Unavailable, UnknownName, UsageError
from workbench.model.ports import Write
from workbench.model.records import DELETED, Condition, Ref, Where, records_of
from workbench.systems import connect
from workbench.systems.discovery import Probe, gather
from workbench.systems.memory import MemoryClock

CANARY = "s3cr3t-CANARY"
CREDENTIALS = {
    "salesforce": ("client_secret", "client_id"),
    "connectwise": ("private_key", "public_key", "company"),
    "channeltivity": ("api_key",),
    "channelonline": ("api_key",),
}


@pytest.fixture
def salesforce(sandbox, admin):
    return sandbox_world("salesforce", sandbox, admin)


@pytest.fixture
def connectwise(sandbox, admin):
    return sandbox_world("connectwise", sandbox, admin)


def asked(admin, system, path):
    return [call for call in admin.requests(system, "GET") if path in call["path"]]


def forms(secret):
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return (secret, encoded[:-2], secret.encode().hex())


@pytest.mark.parametrize(("system", "key"), [(name, key) for name, keys in CREDENTIALS.items() for key in keys])
def test_a_wrong_proof_is_told_in_words_without_the_secret(system, key, sandbox):
    credentials = {**sandbox[system], key: CANARY}
    client = connect(system, {"client": system}, credentials, KINDS, MemoryClock())
    with pytest.raises(AccessDenied, match=system) as told:
        client.identify()
    said = f"{told.value!r} {client!r} {vars(client)!r}"
    assert key == "company" or not any(form in said for form in forms(CANARY))


def test_a_client_that_does_not_exist_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="salesforce"):
        connect("crm", {"client": "salesfroce"}, {}, KINDS)


def test_a_mistyped_setting_is_named_with_the_nearest(sandbox):
    with pytest.raises(UnknownName, match="did you mean 'read_seconds'"):
        connect("salesforce", {"client": "salesforce", "red_seconds": 5}, sandbox["salesforce"], KINDS)
    with pytest.raises(UnknownName, match="did you mean 'key_header'"):
        connect("channeltivity", {"contract": {"key_heder": "X"}}, sandbox["channeltivity"], KINDS)


def test_missing_credentials_are_all_named(sandbox):
    with pytest.raises(UsageError, match="company, public_key, private_key, client_id"):
        connect("connectwise", {}, {"url": sandbox["connectwise"]["url"]}, KINDS)
    with pytest.raises(
        UsageError, match=r"client_secret .*, username and private_key .*, or at last username and user_password"
    ):
        connect("salesforce", {}, {"url": sandbox["salesforce"]["url"], "client_id": "x"}, KINDS)


@pytest.fixture(scope="module")
def private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_salesforce_is_entered_with_a_signed_assertion(sandbox, private_key):
    known = sandbox["salesforce"]
    credentials = {name: known[name] for name in ("url", "client_id", "username")} | {"private_key": private_key}
    assert connect("salesforce", {}, credentials, KINDS).identify().user == known["username"]
    with pytest.raises(AccessDenied, match="client id is unknown"):
        connect("salesforce", {}, {**credentials, "client_id": "other"}, KINDS).identify()


def test_a_key_that_is_none_is_refused_without_being_shown(sandbox):
    credentials = {**sandbox["salesforce"], "private_key": CANARY}
    with pytest.raises(UsageError, match="no unencrypted RSA key") as told:
        connect("salesforce", {}, credentials, KINDS, MemoryClock()).identify()
    assert CANARY not in str(told.value)


def test_the_days_calls_being_used_up_is_told_when_reading(salesforce, admin):
    admin.post("faults", {"system": "salesforce", "path": "/query", "fault": "quota_exhausted"})
    with pytest.raises(Unavailable, match=r"calls of the day are used up.*tomorrow"):
        salesforce.system.read("partner", fields=["Name"])


def test_salesforce_sends_two_hundred_records_in_one_call(salesforce, admin):
    writes = [
        Write(f"line{n}", "create", Ref("salesforce", "partner", ""), salesforce.values(f"Bulk {n}"), f"{n:064x}")
        for n in range(200)
    ]
    salesforce.system.describe("partner")
    admin.delete("requests")
    outcomes = salesforce.system.write(writes)
    assert {outcome.result for outcome in outcomes} == {"done"}
    assert len({outcome.id for outcome in outcomes}) == 200
    assert len(admin.requests("salesforce")) == 1
    with pytest.raises(UsageError, match="200 records"):
        salesforce.system.write([*writes, writes[0]])


def test_salesforce_pages_are_followed_to_the_end(sandbox, admin):
    small = sandbox_world("salesforce", sandbox, admin, page=200)
    admin.delete("requests")
    frame = small.system.read("partner", fields=["Name"]).frame
    assert set(frame.index) == set(small.hands.stored())
    assert len(asked(admin, "salesforce", "/query")) == -(-len(frame) // 200) > 1


@pytest.mark.parametrize(
    ("system", "counted"), [("salesforce", True), ("connectwise", False), ("channeltivity", False)]
)
def test_a_read_shows_every_record_as_it_comes_with_their_number_where_the_system_says_it(system, counted, sandbox):
    told = []

    def progress(items, *, total, label):
        told.append([label, total, 0])
        for item in items:
            told[-1][2] += 1
            yield item

    client = connect(system, {"client": system, "page": 50}, sandbox[system], KINDS, progress=progress)
    read = len(client.read("partner").frame)
    assert told == [[f"{system}: partner", read if counted else None, read]] and read > 50


def test_a_second_delivery_of_a_salesforce_create_makes_no_second_record(salesforce, admin):
    salesforce.system.describe("partner")
    admin.post(
        "faults", {"system": "salesforce", "path": "composite", "fault": "duplicate_delivery", "answer": "second"}
    )
    write = Write("line", "create", Ref("salesforce", "partner", ""), salesforce.values("Twice"), "ab" * 32)
    assert salesforce.system.write([write])[0].result == "done"
    stored = salesforce.hands.stored().values()
    assert sum(record.get("Workbench_Key__c") == "ab" * 32 for record in stored) == 1


def test_fewer_records_than_salesforce_counted_are_no_reading(salesforce, admin):
    admin.post("faults", {"system": "salesforce", "path": "/query", "fault": "missing_results", "rows": [3]})
    with pytest.raises(IncompleteRead, match="of"):
        salesforce.system.read("partner", fields=["Name"])


def test_a_field_of_the_owner_is_read_beside_the_record(salesforce):
    frame = salesforce.system.read("partner", fields=["Name", "Owner.Name"]).frame
    assert frame["Owner.Name"].notna().all()


def test_a_field_that_salesforce_does_not_show_is_said_to_be_unseen(salesforce):
    with pytest.raises(UsageError, match=r"no field 'Secret__c' that this user sees.*read access"):
        salesforce.system.read("partner", fields=["Name", "Secret__c"])


def test_connectwise_asks_statuses_types_and_pages_and_nothing_else(connectwise, admin):
    connectwise.system.identify()
    admin.delete("requests")
    where = Where((Condition("status/name", ("Active",)), Condition("types/name", ("Client", "Partner"))))
    read = connectwise.system.read("partner", where, ["name", "status/name", "types/name"])
    assert len(admin.requests("connectwise")) == 3
    assert set(read.frame["status/name"]) == {"Active"}
    assert all({"Client", "Partner"} & set(types.split("; ")) for types in read.frame["types/name"])
    admin.delete("requests")
    connectwise.system.read("partner", where, ["name"], since=read.watermark)
    assert len(admin.requests("connectwise")) == 1


def test_clients_that_fill_two_pages_cost_the_two_lists_and_those_two_pages(sandbox, admin):
    where = Where((Condition("status/name", ("Active", "Credit Hold")), Condition("types/name", ("Client",))))
    known = len(sandbox_world("connectwise", sandbox, admin).system.read("partner", where, ["name"]).frame)
    tenant = sandbox_world("connectwise", sandbox, admin, page=known // 2 + 1).system
    tenant.identify()
    admin.delete("requests")
    read = tenant.read("partner", where, ["name", "status/name", "types/name"])
    called = [call["path"].partition("?")[0].rpartition("/")[2] for call in admin.requests("connectwise")]
    assert sorted(called) == ["companies", "companies", "statuses", "types"]
    assert len(read.frame) == known < len(admin.records("connectwise", "company/companies"))


def test_connectwise_goes_forward_page_by_page(sandbox, admin):
    small = sandbox_world("connectwise", sandbox, admin, page=100)
    whole = small.system.read("partner", fields=["name"]).frame
    assert set(whole.index) == set(small.hands.stored())
    pages = asked(admin, "connectwise", "company/companies?")
    assert len(pages) == -(-len(whole) // 100)
    assert all("pageId=" in call["path"] for call in pages)


def test_a_list_that_does_not_go_forward_is_no_reading():
    there = answer(body=b'{"Codebase": "v2025_8/", "CompanyID": "acme"}')
    page = answer(body=b'[{"id": 1}, {"id": 2}]', Link='<http://x/?page=2>; rel="next"')
    server = Server([there, page])
    credentials = {"url": server.url, "company": "acme", "public_key": "a", "private_key": "b", "client_id": "c"}
    client = connect("connectwise", {"client": "connectwise", "page": 2}, credentials, KINDS, MemoryClock())
    with pytest.raises(IncompleteRead, match="does not go forward"):
        client.read("partner", fields=["name"])
    server.close()
    assert len(server.requests) == 3


def test_a_merged_company_is_seen_by_the_next_days_read_though_its_stamp_stood_still(connectwise):
    stays, goes = (connectwise.hands.create(connectwise.values(f"Merge {n}")) for n in range(2))
    read = connectwise.system.read("partner", fields=["name"])
    connectwise.hands._call("POST", connectwise.hands._address(goes, "merge"), {"toCompanyId": int(stays)})
    stamp = read.watermark.partition("/")[0].replace("20", "21", 1)  # far beyond every change
    same_day = dict(records_of(connectwise.system.read("partner", fields=["name"], since=f"{stamp}/2026-01-05").frame))
    next_day = dict(records_of(connectwise.system.read("partner", fields=["name"], since=f"{stamp}/2026-01-04").frame))
    assert goes not in same_day
    assert next_day[goes][DELETED] is True


def test_connectwise_types_are_changed_by_associations(connectwise):
    record_id = connectwise.hands.create(connectwise.values("Types"))
    write = Write("line", "update", Ref("connectwise", "partner", record_id), {"types/name": "Client; Vendor"})
    assert connectwise.system.write([write])[0].result == "done"
    read = connectwise.system.read("partner", Where((Condition("id", (record_id,)),)), ["types/name"])
    assert read.frame.loc[record_id, "types/name"] == "Client; Vendor"


def test_a_connectwise_reference_is_written_by_name_and_read_by_name(connectwise):
    record_id = connectwise.hands.create(connectwise.values("Country"))
    country = connectwise.system.read("partner", fields=["country/name"]).frame["country/name"].dropna().iloc[0]
    write = Write("line", "update", Ref("connectwise", "partner", record_id), {"country/name": country})
    assert connectwise.system.write([write])[0].result == "done"
    read = connectwise.system.read("partner", Where((Condition("id", (record_id,)),)), ["country/name"])
    assert read.frame.loc[record_id, "country/name"] == country


def test_a_status_that_the_tenant_does_not_have_is_named_with_the_nearest(connectwise):
    with pytest.raises(UnknownName, match="Inactive"):
        connectwise.system.read("partner", Where((Condition("status/name", ("Inactve",)),)))


def test_connectwise_is_found_again_after_it_moved(connectwise, admin):
    whole = set(connectwise.system.read("partner", fields=["name"]).frame.index)
    admin.post("faults", {"system": "connectwise", "path": "company/companies", "fault": "codebase_change"})
    assert set(connectwise.system.read("partner", fields=["name"]).frame.index) == whole


def test_a_list_that_one_bad_row_breaks_is_told_with_its_path(connectwise, admin):
    poisoned = min(connectwise.hands.stored())
    fault = {"fault": "poisoned_row", "id": poisoned, "times": None}
    admin.post("faults", {"system": "connectwise", "path": "company/companies\\?", **fault})
    with pytest.raises(Unavailable, match="company/companies.*Boolean"):
        connectwise.system.read("partner", fields=["name"])


@pytest.mark.parametrize("system", CREDENTIALS)
def test_a_system_tells_about_its_integrations_without_a_secret(system, sandbox, admin):
    reading = sandbox_world(system, sandbox, admin).system.read("integration")
    found = reading.frame
    assert {"name", "type", "counterpart", "user", "last_used", "detail"} <= set(found.columns)
    assert len(found) > 0
    told = found.to_csv()
    secrets = [sandbox[system][key] for key in CREDENTIALS[system] if key not in ("company", "client_id")]
    assert not any(form in told for secret in secrets for form in forms(secret))
    assert "://" not in told


def test_discovery_names_the_connectors_that_the_sandbox_runs(sandbox, admin):
    sandbox_world("salesforce", sandbox, admin).hands.create({"Name": "Written today"})
    types = {
        system: set(sandbox_world(system, sandbox, admin).system.read("integration").frame["type"])
        for system in ("salesforce", "connectwise", "channeltivity")
    }
    assert {"installed package", "connected app", "OAuth grant", "last writer"} <= types["salesforce"]
    assert {"API member", "integrator log-in", "last writer"} <= types["connectwise"]
    assert "synchronisation setting" in types["channeltivity"]


def test_a_forbidden_probe_says_so_and_the_others_still_answer(connectwise, admin):
    admin.post(
        "faults",
        {"system": "connectwise", "path": "system/apiMembers", "fault": "expired_session", "times": None},
    )
    found = connectwise.system.read("integration").frame
    refused = found[found["type"] == "not permitted"]
    assert list(refused["name"]) == ["API members"]
    assert "integrator log-in" in set(found["type"])


def test_a_probe_that_fails_on_the_other_side_says_so_and_the_others_still_answer(connectwise, admin):
    admin.post("faults", {"system": "connectwise", "path": "system/apiMembers", "fault": "html", "times": None})
    found = connectwise.system.read("integration").frame
    silent = found[found["type"] == "not answered"]
    assert list(silent["name"]) == ["API members"]
    assert "integrator log-in" in set(found["type"])


def test_a_system_that_answers_no_probe_is_unavailable_and_no_empty_truth():
    def silence():
        raise Unavailable("it does not answer")

    with pytest.raises(Unavailable, match="none of the 2 questions was answered.*it does not answer"):
        gather([Probe("API members", silence), Probe("callbacks", silence)])


def test_what_a_probe_told_before_it_broke_off_is_kept(salesforce, admin):
    admin.post("faults", {"system": "salesforce", "path": "OauthToken", "fault": "missing_results", "times": None})
    found = salesforce.system.read("integration").frame
    assert list(found[found["type"] == "not answered"]["name"]) == ["OAuth grants"]
    assert "OAuth grant" in set(found["type"])
