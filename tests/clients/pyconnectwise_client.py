"""pyconnectwise against the sandbox's ConnectWise PSA."""

from __future__ import annotations

from cases import HOW, order, refused, works
from pyconnectwise import ConnectWiseManageAPIClient

CONNECTWISE = HOW["connectwise"]
URL = CONNECTWISE["url"]


class Client(ConnectWiseManageAPIClient):
    """The library insists on https; the two places that say so are pointed at the sandbox instead."""

    def _get_url(self):
        return super()._get_url().replace("https://", "http://")

    def _try_get_codebase_from_api(self, manage_url, company_name, headers):
        return self._make_request("GET", f"{URL}/login/companyinfo/{company_name}", headers=headers).json()["Codebase"]


def opened(**changed):
    """A client that has found the path of the installed version."""
    keys = {name: CONNECTWISE[name] for name in ("client_id", "public_key", "private_key")}
    return Client(
        **{"company_name": CONNECTWISE["company"], "manage_url": URL.removeprefix("http://"), **keys, **changed}
    )


client = opened()
companies, contacts, tickets = client.company.companies, client.company.contacts, client.service.tickets
active = companies.statuses.get(params={"conditions": 'name="Active"'})[0].id
there = companies.count.get().count


def made(name, **more):
    """A new company."""
    return companies.post(data={"identifier": name, "name": name, "city": "Bergen", "status": {"id": active}, **more})


def of(company):
    """The endpoint of one company."""
    return client.company.companies.id(company)


works("discovery", "the path of the installed version", lambda: client.codebase.startswith("v20"))
refused("discovery", "NoneType", lambda: opened(company_name="stranger"))  # `null` is what a stranger is told

works("access", "with keys and client id", lambda: client.system.info.get().version is not None)
refused("access", "AuthenticationFailedException", lambda: opened(private_key="wrong").company.companies.count.get())

first = companies.get(params={"pageSize": 1})[0]
works("one record", "as the list shows it", lambda: of(first.id).get() == first)
refused("one record", "NotFoundException", lambda: of(99_999_999).get())


def by_conditions():
    """Companies of a status whose name begins with A."""
    rows = companies.get(params={"conditions": f'status/id={active} and name like "A%"'})
    return bool(rows) and all(row.status.id == active and row.name.lower().startswith("a") for row in rows)


works("conditions", "a status by id and a beginning of a name", by_conditions)
refused("conditions", "ApiFindCondition", lambda: companies.get(params={"conditions": "bogus = 1"}))


def by_address():
    """A contact by its own e-mail address."""
    asked = {"childConditions": 'communicationItems/communicationType="Email"', "pageSize": 1}
    contact = contacts.get(params=asked)[0]
    value = next(item.value for item in contact.communication_items if item.communication_type == "Email")
    rows = contacts.get(params={"childConditions": f'communicationItems/value="{value}"'})
    return contact.id in {row.id for row in rows}


works("child conditions", "contacts by their e-mail address", by_address)
refused("child conditions", "ApiFindCondition", lambda: contacts.get(params={"childConditions": 'nothing/value="x"'}))

KEYED = {"customFieldConditions": 'caption="Partner Key" and value="py-1"', "pageSize": 5}


def by_custom_field():
    """The company that was given a key is the one that is found."""
    return [row.id for row in companies.get(params=KEYED)] == [first.id]


held = [{**each.model_dump(by_alias=True, exclude_none=True), "value": "py-1"} for each in first.custom_fields]
of(first.id).patch(data=[{"op": "replace", "path": "customFields", "value": held}])
works("custom fields", "the company that has the key", by_custom_field)
refused("custom fields", "ApiFindCondition", lambda: companies.get(params={"customFieldConditions": 'colour="red"'}))


def ordered():
    """Names fall, and only what was asked for is there."""
    rows = companies.get(params={"fields": "id,identifier,name", "orderBy": "name desc", "pageSize": 30})
    names = [row.name.lower() for row in rows]
    return names == sorted(names, reverse=True) and all(row.city is None and row.id for row in rows)


works("fields and order", "some members of each row, names falling", ordered)
refused("fields and order", "MalformedRequestException", lambda: companies.get(params={"orderBy": "bogus desc"}))

works(
    "further pages",
    "all companies, in pages of 100",
    lambda: len({row.id for row in companies.paginated(1, 100).all()}) == there,
)
refused("further pages", "MalformedRequestException", lambda: companies.paginated(0, 100))

HERE = {"conditions": 'city="Hamburg"'}
works(
    "count",
    "as many as are listed",
    lambda: companies.count.get(params=HERE).count == len(companies.get(params={**HERE, "pageSize": 1000})) > 0,
)
refused("count", "ApiFindCondition", lambda: companies.count.get(params={"conditions": 'city ~ "Oslo"'}))

works("create", "a company with its status", lambda: made("PyCreated").status.id == active)
refused("create", "InvalidObject", lambda: companies.post(data={"name": "No identifier"}))

subject = made("PyChanged", phoneNumber="1")


def changed(path, value):
    """The company after one operation."""
    return of(subject.id).patch(data=[{"op": "replace", "path": path, "value": value}])


def one_member():
    """The member is new, another one is as it was."""
    after = changed("phoneNumber", "555")
    return (after.phone_number, after.city) == ("555", "Bergen")


works("change", "one member, the others stay", one_member)
refused("change", "ConnectWiseApi", lambda: changed("PhoneNumber", "556"))

PUT = {"identifier": "PyChanged", "name": "Put", "zip": "5003", "status": {"id": active}}


def replaced():
    """What was not named is no longer there."""
    after = of(subject.id).put(data=PUT)
    return (after.name, after.city, after.phone_number) == ("Put", None, None)


works("replace", "what is not named is reset", replaced)
refused("replace", "InvalidObject", lambda: of(subject.id).put(data={"name": "Alone"}))


def deleted():
    """It is listed no more among those that are not deleted."""
    gone = made("PyDeleted").id
    of(gone).delete()
    return companies.get(params={"conditions": f"id={gone} and deletedFlag=false"}) == []


works("delete", "gone, and not found again", deleted)
refused("delete", "NotFoundException", lambda: of(99_999_999).delete())


def merged():
    """The company stays, marked as deleted."""
    gone = made("PyMerged").id
    done = of(gone).merge.post(data={"toCompanyId": subject.id})
    return bool(done.success) and of(gone).get().deleted_flag is True


works("merge", "into another company", merged)
refused("merge", "InvalidObject", lambda: of(subject.id).merge.post(data={"toCompanyId": None}))

kind = companies.types.get()[0].id


def associated():
    """A further type is among those of the company."""
    new = of(subject.id).type_associations.post(data={"type": {"id": kind}})
    return new.id in {each.id for each in of(subject.id).type_associations.get()}


works("associations", "a type given to a company", associated)
refused("associations", "InvalidObject", lambda: of(subject.id).type_associations.post(data={"type": {"id": kind}}))

ADDRESS = {"type": {"id": 1}, "value": "py@client.example", "communicationType": "Email", "defaultFlag": True}


def with_address():
    """A contact of the company keeps its e-mail address."""
    company = {"id": subject.id}
    new = contacts.post(data={"firstName": "Py", "company": company, "communicationItems": [ADDRESS]})
    return client.company.contacts.id(new.id).get().communication_items[0].value == "py@client.example"


works("contact", "with an e-mail address", with_address)
refused("contact", "InvalidObject", lambda: contacts.post(data={"lastName": "Nameless"}))


def dealt():
    """A deal with a contact of the company."""
    contact = contacts.post(data={"firstName": "Buyer", "company": {"id": subject.id}})
    people = {"company": {"id": subject.id}, "contact": {"id": contact.id}, "primarySalesRep": {"id": 1}}
    new = client.sales.opportunities.post(
        data={"name": "Py deal", "expectedCloseDate": "2030-01-01T00:00:00Z", **people}
    )
    return client.sales.opportunities.id(new.id).get().contact.id == contact.id


works("opportunity", "with company, contact and seller", dealt)
refused("opportunity", "InvalidObject", lambda: client.sales.opportunities.post(data={"name": "Of nobody"}))


def foreseen(**item):
    """The forecast of a deal with one item."""
    contact = contacts.post(data={"firstName": "Buyer", "company": {"id": subject.id}})
    people = {"company": {"id": subject.id}, "contact": {"id": contact.id}, "primarySalesRep": {"id": 1}}
    deal = client.sales.opportunities.post(data={"name": "Py forecast", **people})
    return client.sales.opportunities.id(deal.id).forecast.post(data={"status": {"id": 1}, **item})


works(
    "forecast",
    "revenue by its kind",
    lambda: foreseen(forecastType="Product", revenue=5.5).forecast_items[0].revenue == 5.5,
)
refused("forecast", "InvalidObject", lambda: foreseen(revenue=5.5))


def ticketed():
    """A ticket with one note."""
    new = tickets.post(data={"summary": "Py", "board": {"id": 1}, "company": {"id": subject.id}})
    notes = client.service.tickets.id(new.id).notes
    notes.post(data={"text": "Noted", "detailDescriptionFlag": True})
    return [note.text for note in notes.get()] == ["Noted"]


works("ticket", "on a board, with a note", ticketed)
refused("ticket", "InvalidObject", lambda: tickets.post(data={"board": {"id": 1}}))


def agreed(**said):
    """An agreement with a company and its contact."""
    contact = contacts.post(data={"firstName": "Signer", "company": {"id": subject.id}})
    body = {"name": "Care", "type": {"id": 1}, "company": {"id": subject.id}, "contact": {"id": contact.id}, **said}
    return client.finance.agreements.post(data=body)


works("agreement", "active from its dates", lambda: agreed().agreement_status == "Active")
refused("agreement", "InvalidObject", lambda: agreed(type=None))

PRODUCT = {"identifier": "PY-1", "description": "P", "customerDescription": "P", "type": {"id": 1}}
client.procurement.catalog.post(data={**PRODUCT, "subcategory": {"id": 1}})


def ordered_lines(**said):
    """A line of a purchase order."""
    order_body = {"status": {"id": 1}, "terms": {"id": 1}, "vendorCompany": {"id": subject.id}}
    new = client.procurement.purchaseorders.post(data=order_body)
    line = {"lineNumber": 1, "product": {"identifier": "PY-1"}, "unitOfMeasure": {"id": 1}, "description": "One"}
    return client.procurement.purchaseorders.id(new.id).lineitems.post(data={**line, "quantity": 1, **said})


works("purchase order", "with a line of a product", lambda: ordered_lines().product.identifier == "PY-1")
refused("purchase order", "InvalidObject", lambda: ordered_lines(product={"identifier": "nothing"}))


def told(**said):
    """What the trail says of the company."""
    return [entry.text for entry in client.system.audittrail.get(params={"type": "Company", "id": subject.id, **said})]


works("audit trail", "what was changed, newest first", lambda: any("name was changed" in text for text in told()))
refused("audit trail", "InvalidObject", lambda: told(type="Weather"))

CALLBACK = {"url": "http://127.0.0.1:9/hook?recordId=", "objectId": 1, "type": "company", "level": "owner"}
callbacks = client.system.callbacks


def called_back():
    """It is listed, then it is not."""
    new = callbacks.post(data={**CALLBACK, "description": "Py"}).id
    before = [row.id for row in callbacks.get()]
    client.system.callbacks.id(new).delete()
    return new in before and new not in [row.id for row in callbacks.get()]


works("callback", "made, listed, deleted", called_back)
refused("callback", "InvalidObject", lambda: callbacks.post(data={"url": CALLBACK["url"], "objectId": 1}))


devices = client.company.managed_devices_integrations
works("set-up", "integrations of managed devices", lambda: len(devices.get()) > 0)
refused("set-up", "NotFoundException", lambda: devices.id(99_999_999).get())

order("faults", {"system": "connectwise", "fault": "rate_limited", "retry_after": 0})
# The library has no exception for a 429: it reads the refusal as if it were the answer.
refused("rate limit", "validation error", lambda: companies.get())
works("rate limit", "the next call is answered", lambda: companies.count.get().count >= there)
