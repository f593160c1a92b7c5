"""connectpyse-manage against the sandbox's ConnectWise PSA."""

from __future__ import annotations

from cases import HOW, order, refused, works
from connectwise import ConnectWiseClient

CONNECTWISE = HOW["connectwise"]


def opened(**changed):
    """A client that tells a 429 instead of waiting."""
    keys = {
        "base_url": CONNECTWISE["url"],
        "client": CONNECTWISE["company"],
        "username": CONNECTWISE["public_key"],
        "password": CONNECTWISE["private_key"],
        "client_id": CONNECTWISE["client_id"],
    }
    return ConnectWiseClient(**{**keys, "max_retries": 0, **changed})


def found(answer):
    """The library makes None or False of a 404: as an error, so that it can be told from an empty answer."""
    if answer is None or answer is False:
        raise LookupError("404")
    return answer


client = opened()
COMPANIES, CONTACTS, DEALS, TICKETS = "company/companies", "company/contacts", "sales/opportunities", "service/tickets"
active = next(status.id for status in client.get_company_statuses() if status.name == "Active")
there = client.get_company_count()


def made(name, **more):
    """A new company."""
    city = {"city": "Bergen", "status": {"id": active}}
    return client.post(COMPANIES, {"identifier": name, "name": name, **city, **more})


works("discovery", "the path that every version has", lambda: client.get_api_url().endswith("v4_6_release/apis/3.0"))
refused("discovery", "404", lambda: found(opened(base_url=f"{CONNECTWISE['url']}/elsewhere").get_company_count()))

works("access", "with keys and client id", lambda: len(client.get_members()) > 0)
refused("access", "ConnectWiseAuthenticationError", lambda: opened(password="wrong").get_company_count())

first = client.get(COMPANIES, pagesize=1)[0]
works("one record", "as the list shows it", lambda: client.get(f"{COMPANIES}/{first['id']}") == first)
refused("one record", "404", lambda: found(client.get_company(99_999_999)))


def by_conditions():
    """Companies of a status whose name begins with A."""
    rows = client.get(COMPANIES, conditions=f'status/id={active} and name like "A%"')
    return bool(rows) and all(row["status"]["id"] == active and row["name"].lower().startswith("a") for row in rows)


works("conditions", "a status by id and a beginning of a name", by_conditions)
refused("conditions", "ApiFindCondition", lambda: client.get_companies(conditions="bogus = 1", limit=5))


def by_address():
    """A contact by its own e-mail address."""
    contact = client.get(CONTACTS, childconditions='communicationItems/communicationType="Email"', pagesize=1)[0]
    value = next(item["value"] for item in contact["communicationItems"] if item["communicationType"] == "Email")
    rows = client.get_all(CONTACTS, childconditions=f'communicationItems/value="{value}"')
    return contact["id"] in {row["id"] for row in rows}


works("child conditions", "contacts by their e-mail address", by_address)
refused("child conditions", "ApiFindCondition", lambda: client.get(CONTACTS, childconditions='nothing/value="x"'))


def by_custom_field():
    """The company that was given a key is the one that is found."""
    field = {**first["customFields"][0], "value": "pyse-1"}
    client.patch(COMPANIES, first["id"], [{"op": "replace", "path": "customFields", "value": [field]}])
    rows = client.get(f"{COMPANIES}?customFieldConditions=caption%3D%22Partner Key%22 and value%3D%22pyse-1%22")
    return [row["id"] for row in rows] == [first["id"]]


works("custom fields", "the company that has the key", by_custom_field)
refused("custom fields", "ApiFindCondition", lambda: client.get(f"{COMPANIES}?customFieldConditions=colour%3D1"))


def ordered():
    """Names fall, and only what was asked for is there."""
    rows = client.get(COMPANIES, fields="id,name", orderby="name desc", pagesize=30)
    names = [row["name"].lower() for row in rows]
    return names == sorted(names, reverse=True) and all(set(row) == {"id", "name"} for row in rows)


works("fields and order", "some members of each row, names falling", ordered)
refused("fields and order", "[400]", lambda: client.get_companies(orderby="bogus desc", limit=5))

works(
    "further pages",
    "all companies, in pages of 100",
    lambda: len({row["id"] for row in client.get_all(COMPANIES, pagesize=100)}) == there,
)
refused("further pages", "[400]", lambda: client.get(COMPANIES, page=-1))

HERE = 'city="Hamburg"'
works("count", "as many as are listed", lambda: client.get_company_count(HERE) == len(client.get_companies(HERE)) > 0)
refused("count", "ApiFindCondition", lambda: client.get_company_count('city ~ "Oslo"'))

works("create", "a company with its status", lambda: made("PyseCreated")["status"]["id"] == active)
refused("create", "InvalidObject", lambda: client.post(COMPANIES, {"name": "No identifier"}))

subject = made("PyseChanged", phoneNumber="1")["id"]


def changed(path, value):
    """The company after one operation."""
    return client.patch(COMPANIES, subject, [{"op": "replace", "path": path, "value": value}])


def one_member():
    """The member is new, another one is as it was."""
    after = changed("phoneNumber", "555")
    return (after["phoneNumber"], after["city"]) == ("555", "Bergen")


works("change", "one member, the others stay", one_member)
refused("change", "ConnectWiseApi", lambda: changed("PhoneNumber", "556"))


def replaced():
    """What was not named is no longer there."""
    put = {"identifier": "PyseChanged", "name": "Put", "zip": "5003", "status": {"id": active}}
    after = client.put(COMPANIES, subject, put)
    return (after["name"], "city" in after, "phoneNumber" in after) == ("Put", False, False)


works("replace", "what is not named is reset", replaced)
refused("replace", "InvalidObject", lambda: client.put(COMPANIES, subject, {"name": "Alone"}))


def deleted():
    """It is listed no more among those that are not deleted."""
    gone = made("PyseDeleted")["id"]
    return client.delete(COMPANIES, gone) and client.get(COMPANIES, f"id={gone} and deletedFlag=false") == []


works("delete", "gone, and not found again", deleted)
refused("delete", "404", lambda: found(client.delete(COMPANIES, 99_999_999)))


def merged():
    """The company stays, marked as deleted."""
    gone = made("PyseMerged")["id"]
    client.post(f"{COMPANIES}/{gone}/merge", {"toCompanyId": subject})
    return client.get(f"{COMPANIES}/{gone}")["deletedFlag"] is True


works("merge", "into another company", merged)
refused("merge", "InvalidObject", lambda: client.post(f"{COMPANIES}/{subject}/merge", {}))

TYPES = f"{COMPANIES}/{subject}/typeAssociations"
kind = client.get(f"{COMPANIES}/types")[0]["id"]


def associated():
    """A further type is among those of the company."""
    new = client.post(TYPES, {"type": {"id": kind}})
    return new["id"] in {each["id"] for each in client.get(TYPES)}


works("associations", "a type given to a company", associated)
refused("associations", "InvalidObject", lambda: client.post(TYPES, {"type": {"id": kind}}))


def with_address():
    """A contact of the company keeps its e-mail address."""
    new = client.create_contact("Py", "Se", subject, email="pyse@client.example", phone="+47 1")
    kept = client.get(f"{CONTACTS}/{new.id}")["communicationItems"]
    return [item["value"] for item in kept] == ["pyse@client.example", "+47 1"]


works("contact", "with an e-mail address", with_address)
refused("contact", "InvalidObject", lambda: client.post(CONTACTS, {"lastName": "Nameless"}))


def dealt():
    """A deal with a contact of the company."""
    contact = client.create_contact("Buyer", "Se", subject)
    people = {"company": {"id": subject}, "contact": {"id": contact.id}, "primarySalesRep": {"id": 1}}
    new = client.post(DEALS, {"name": "Pyse deal", "expectedCloseDate": "2030-01-01T00:00:00Z", **people})
    return client.get(f"{DEALS}/{new['id']}")["contact"]["id"] == contact.id


works("opportunity", "with company, contact and seller", dealt)
refused("opportunity", "InvalidObject", lambda: client.post(DEALS, {"name": "Of nobody"}))


def foreseen(**item):
    """The forecast of a deal with one item."""
    contact = client.create_contact("Buyer", "Forecast", subject)
    people = {"company": {"id": subject}, "contact": {"id": contact.id}, "primarySalesRep": {"id": 1}}
    deal = client.post(DEALS, {"name": "Pyse forecast", **people})
    return client.post(f"{DEALS}/{deal['id']}/forecast", {"status": {"id": 1}, **item})


works(
    "forecast",
    "revenue by its kind",
    lambda: foreseen(forecastType="Product", revenue=5.5)["productRevenue"]["revenue"] == 5.5,
)
refused("forecast", "InvalidObject", lambda: foreseen(revenue=5.5))


def ticketed():
    """A ticket with a priority and one note."""
    urgent = client.get_priorities()[0].id
    new = client.create_ticket("Pyse", "It hums", company_id=subject, board_id=1, priority_id=urgent)
    client.add_ticket_note(new.id, "Noted")
    priority = client.get(f"{TICKETS}/{new.id}")["priority"]["id"]
    return [note.text for note in client.get_ticket_notes(new.id)] == ["It hums", "Noted"] and priority == urgent


works("ticket", "on a board, with a note", ticketed)
refused("ticket", "InvalidObject", lambda: client.post(TICKETS, {"board": {"id": 1}}))


def agreed(**said):
    """An agreement with a company and its contact."""
    contact = client.create_contact("Signer", "Se", subject)
    body = {"name": "Care", "type": {"id": 1}, "company": {"id": subject}, "contact": {"id": contact.id}, **said}
    return client.post("finance/agreements", body)


works("agreement", "active from its dates", lambda: agreed()["agreementStatus"] == "Active")
refused("agreement", "InvalidObject", lambda: agreed(type=None))

PRODUCT = {"identifier": "PYSE-1", "description": "P", "customerDescription": "P", "type": {"id": 1}}
client.post("procurement/catalog", {**PRODUCT, "subcategory": {"id": 1}})


def ordered_lines(**said):
    """A line of a purchase order."""
    order_body = {"status": {"id": 1}, "terms": {"id": 1}, "vendorCompany": {"id": subject}}
    new = client.post("procurement/purchaseorders", order_body)
    line = {"lineNumber": 1, "product": {"identifier": "PYSE-1"}, "unitOfMeasure": {"id": 1}, "description": "One"}
    return client.post(f"procurement/purchaseorders/{new['id']}/lineitems", {**line, "quantity": 1, **said})


works("purchase order", "with a line of a product", lambda: ordered_lines()["product"]["identifier"] == "PYSE-1")
refused("purchase order", "InvalidObject", lambda: ordered_lines(product={"identifier": "nothing"}))


def told(kind="Company"):
    """What the trail says of the company."""
    return [entry["text"] for entry in client.get(f"system/audittrail?type={kind}&id={subject}")]


works("audit trail", "what was changed, newest first", lambda: any("name was changed" in text for text in told()))
refused("audit trail", "InvalidObject", lambda: told("Weather"))

CALLBACK = {"url": "http://127.0.0.1:9/hook?recordId=", "objectId": 1, "type": "company", "level": "owner"}


def called_back():
    """It is listed, then it is not."""
    new = client.post("system/callbacks", {**CALLBACK, "description": "Pyse"})["id"]
    before = [row["id"] for row in client.get("system/callbacks")]
    gone = client.delete("system/callbacks", new)
    return gone and new in before and new not in [row["id"] for row in client.get("system/callbacks")]


works("callback", "made, listed, deleted", called_back)
refused("callback", "InvalidObject", lambda: client.post("system/callbacks", {"url": CALLBACK["url"], "objectId": 1}))

DEVICES = "company/managedDevicesIntegrations"
works("set-up", "integrations of managed devices", lambda: "defaultBillingLevel" in client.get(DEVICES)[0])
refused("set-up", "404", lambda: found(client.get(f"{DEVICES}/99999999")))

LIMIT = {"system": "connectwise", "fault": "rate_limited", "retry_after": 0}
order("faults", LIMIT)
refused("rate limit", "ConnectWiseRateLimitError", client.get_company_count)
order("faults", LIMIT)
works("rate limit", "waited for and asked again", lambda: opened(max_retries=1).get_company_count() >= there)
