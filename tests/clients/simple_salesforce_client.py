"""simple-salesforce against the sandbox's Salesforce."""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit

import requests
from cases import HOW, order, refused, works
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

SALESFORCE = HOW["salesforce"]
KEY = "Workbench_Key__c"


class ToSandbox(HTTPAdapter):
    """The library insists on https and on Salesforce's hosts; every call goes to the sandbox instead."""

    def send(self, request, **options):
        target = urlsplit(request.url)
        request.url = SALESFORCE["url"] + target.path + (f"?{target.query}" if target.query else "")
        return super().send(request, **{**options, "timeout": 30})


session = requests.Session()
session.trust_env = False
session.mount("https://", ToSandbox())


def opened(token=SALESFORCE["access_token"], version="67.0"):
    """A client with a session."""
    return Salesforce(instance_url=SALESFORCE["url"], session_id=token, session=session, version=version)


def count(to):
    """How many accounts there are."""
    return to.query("SELECT COUNT() FROM Account")["totalSize"]


client = opened()
there = count(client)

PERSON = {"username": SALESFORCE["username"], "security_token": SALESFORCE["security_token"], "version": "64.0"}
works(
    "log-in of a person",
    "the SOAP log-in gives a session",
    lambda: count(Salesforce(**PERSON, password=SALESFORCE["password"], session=session)) == there,
)
refused("log-in of a person", "INVALID_LOGIN", lambda: Salesforce(**PERSON, password="wrong", session=session))


def app(secret):
    """A session by client credentials."""
    return Salesforce(
        consumer_key=SALESFORCE["client_id"], consumer_secret=secret, domain="acme.my", version="67.0", session=session
    )


works("log-in of an app", "client credentials give a session", lambda: count(app(SALESFORCE["client_secret"])) == there)
refused("log-in of an app", "invalid_client", lambda: app("wrong"))

works(
    "session",
    "the identity of the user is told",
    lambda: client.oauth2("userinfo")["preferred_username"] == SALESFORCE["username"],
)
refused("session", "INVALID_SESSION_ID", lambda: count(opened(token="00Dx!unknown")))


def counted():
    """Each call is one more."""
    client.limits()
    before = client.api_usage["api-usage"].used
    client.limits()
    return client.api_usage["api-usage"].used == before + 1


works("allowance", "each answer counts the calls", counted)
order("settings/salesforce/daily_limit", 1)
refused("allowance", "REQUEST_LIMIT_EXCEEDED", client.limits)
order("settings/salesforce/daily_limit", None)

works("versions", "the first is served as the last is", lambda: count(opened(version="31.0")) == there)
refused("versions", "GONE", lambda: count(opened(version="20.0")))


def described():
    """The external id and the objects."""
    fields = {field["name"]: field for field in client.Account.describe()["fields"]}
    return fields[KEY]["externalId"] and "Opportunity" in {each["name"] for each in client.describe()["sobjects"]}


works("describe", "fields, external ids and objects", described)
refused("describe", "NOT_FOUND", lambda: client.Nothing__c.describe())


def queried():
    """Parents and children come with the rows."""
    asked = "SELECT Id, Owner.Name, (SELECT Id, LastName FROM Contacts) FROM Account WHERE Name LIKE 'A%'"
    rows = client.query(asked)["records"]
    return all(row["Owner"]["Name"] for row in rows) and any(row["Contacts"] for row in rows)


works("query", "parents, children, a condition", queried)
refused("query", "INVALID_FIELD", lambda: client.query("SELECT Bogus FROM Account"))

PAGES = {"Sforce-Query-Options": "batchSize=200"}
works(
    "further pages",
    "followed to the last row",
    lambda: len({row["Id"] for row in client.query_all_iter("SELECT Id FROM Account", headers=PAGES)}) == there,
)
refused("further pages", "INVALID_QUERY_LOCATOR", lambda: client.query_more("01gXX0000000001-2000"))


def searched():
    """The account by a word of its name."""
    made = client.Account.create({"Name": "Zygomorph Trading"})["id"]
    found = client.search("FIND {zygomorph} IN NAME FIELDS RETURNING Account(Id)")["searchRecords"]
    client.Account.delete(made)
    return [row["Id"] for row in found] == [made]


works("search", "a word in any field", searched)
refused("search", "MALFORMED_SEARCH", lambda: client.search("FIND nothing"))


def lived():
    """One account from its making to its end."""
    made = client.Account.create({"Name": "Quoth & Co", "Phone": "1"})["id"]
    client.Account.update(made, {"Phone": "2"})
    read = client.Account.get(made)
    return client.Account.delete(made) == 204 and (read["Name"], read["Phone"]) == ("Quoth & Co", "2")


works("record", "made, read, changed, deleted", lived)
refused("record", "REQUIRED_FIELD_MISSING", lambda: client.Account.create({"Phone": "1"}))


def upserted():
    """The same key is the same account."""
    done = [client.Account.upsert(f"{KEY}/simple-1", {"Name": name}) for name in ("Key one", "Key two")]
    return done == [201, 200] and client.Account.get_by_custom_id(KEY, "simple-1")["Name"] == "Key two"


works("upsert", "made at first, changed then", upserted)
refused("upsert", "INVALID_FIELD", lambda: client.Account.upsert(f"{KEY}/simple-1", {"Bogus": 1}))


def collection(records, all_or_none=False):
    """200 records at most, in one call."""
    typed = [{"attributes": {"type": "Account"}, **record} for record in records]
    body = {"allOrNone": all_or_none, "records": typed}
    return client.restful("composite/sobjects", method="POST", json=body)


def many():
    """200 accounts in the order that they were sent in."""
    ids = [row["id"] for row in collection([{"Name": f"Many {number}"} for number in range(200)])]
    read = client.restful("composite/sobjects/Account", method="POST", json={"ids": ids, "fields": ["Name"]})
    gone = client.restful("composite/sobjects", method="DELETE", params={"ids": ",".join(ids), "allOrNone": "true"})
    return [row["Name"] for row in read] == [f"Many {number}" for number in range(200)] and all(
        row["success"] for row in gone
    )


def rolled_back():
    """Neither the good one nor the bad one is made."""
    codes = [row["errors"][0]["statusCode"] for row in collection([{"Name": "Good"}, {"Phone": "bad"}], True)]
    raise RuntimeError(" ".join(codes))


works("collection", "200 made, read and deleted at once", many)
refused("collection", "ALL_OR_NONE_OPERATION_ROLLED_BACK REQUIRED_FIELD_MISSING", rolled_back)

NOW = datetime.datetime.now(datetime.UTC)
WINDOW = (NOW - datetime.timedelta(minutes=10), NOW + datetime.timedelta(minutes=2))


def changes():
    """One account is told as changed, the other as deleted."""
    kept, lost = (row["id"] for row in collection([{"Name": "Kept"}, {"Name": "Lost"}]))
    client.Account.delete(lost)
    deleted = {row["id"] for row in client.Account.deleted(*WINDOW)["deletedRecords"]}
    return kept in client.Account.updated(*WINDOW)["ids"] and lost in deleted


works("changes", "what was changed and what was deleted", changes)
refused("changes", "INVALID_REPLICATION_DATE", lambda: client.Account.updated(*reversed(WINDOW)))

watched = client.Account.create({"Name": "Watched"})["id"]


def guarded(year):
    """A write that is made only when nobody wrote since."""
    since = {"If-Unmodified-Since": f"Thu, 01 Jan {year} 00:00:00 GMT"}
    return client.Account.update(watched, {"Phone": "3"}, headers=since)


works("conditional write", "unchanged since then", lambda: guarded(2099) == 204)
refused("conditional write", "PRECONDITION_FAILED", lambda: guarded(2015))


def composed(name):
    """An account, and what was made of it, in one call."""
    base = "/services/data/v67.0/sobjects/Account"
    parts = [
        {"method": "POST", "url": base, "referenceId": "made", "body": {"Name": name}},
        {"method": "GET", "url": f"{base}/@{{made.id}}", "referenceId": "read"},
    ]
    answer = client.restful("composite", method="POST", json={"allOrNone": True, "compositeRequest": parts})
    return answer["compositeResponse"]


def refused_composite():
    """The first part says why."""
    raise RuntimeError(composed(None)[0]["body"][0]["errorCode"])


works(
    "composite",
    "the second call uses what the first one made",
    lambda: composed("Composed")[1]["body"]["Name"] == "Composed",
)
refused("composite", "REQUIRED_FIELD_MISSING", refused_composite)


def loaded():
    """Every row is there as it was sent."""
    rows = [{"Name": f'Load "{number}",\nsecond line', KEY: f"simple-load-{number}"} for number in range(300)]
    done = client.bulk2.Account.upsert(records=rows, external_id_field=KEY, wait=0.01)
    read = client.Account.get_by_custom_id(KEY, "simple-load-299")["Name"]
    return done[0]["numberRecordsFailed"] == 0 and read == 'Load "299",\nsecond line'


def not_loaded():
    """The failed row says why."""
    rows = [{KEY: "simple-nameless", "Phone": "1"}]
    done = client.bulk2.Account.upsert(records=rows, external_id_field=KEY, wait=0.01)
    raise RuntimeError(client.bulk2.Account.get_failed_records(done[0]["job_id"]))


works("bulk load", "300 rows of text with quotation marks and line ends", loaded)
refused("bulk load", "REQUIRED_FIELD_MISSING", not_loaded)


def unloaded():
    """Pages of 100 rows, every account in one of them."""
    asked = "SELECT Id, Phone FROM Account"
    pages = list(client.bulk2.Account.query(asked, max_records=100, wait=0.01))
    rows = [line for page in pages for line in page.splitlines() if line.startswith('"001')]
    return len(set(rows)) == count(client) and len(pages) > 1


works("bulk query", "pages of 100 rows", unloaded)
refused("bulk query", "INVALID_FIELD", lambda: list(client.bulk2.Account.query("SELECT Bogus FROM Account", wait=0.01)))


def packages():
    """What is installed, by the door for tools."""
    asked = {"q": "SELECT SubscriberPackage.Name FROM InstalledSubscriberPackage"}
    rows = client.toolingexecute("query/", params=asked)["records"]
    return "Channeltivity PRM" in {row["SubscriberPackage"]["Name"] for row in rows}


works("set-up", "installed packages by the Tooling door", packages)
refused("set-up", "INVALID_TYPE", lambda: client.toolingexecute("query/", params={"q": "SELECT Id FROM NoSuchThing"}))


def together(path, body):
    """A POST of several calls in one."""
    return client.restful(path, method="POST", json=body)


def graphed(name):
    """The answers of a graph that makes an account and a contact of it."""
    base = f"/services/data/v{client.sf_version}/sobjects"
    account = {"method": "POST", "url": f"{base}/Account", "referenceId": "made", "body": {"Name": name}}
    body = {"LastName": "Graph", "AccountId": "@{made.id}"}
    contact = {"method": "POST", "url": f"{base}/Contact", "referenceId": "person", "body": body}
    graph = {"graphId": "g", "compositeRequest": [account, contact]}
    return together("composite/graph", {"graphs": [graph]})["graphs"][0]


def refused_graph():
    """The whole graph is taken back, and says why."""
    answers = graphed(None)["graphResponse"]["compositeResponse"]
    raise RuntimeError([answer["body"] for answer in answers])


works("graph", "an account and its contact, or neither", lambda: graphed("Graphed")["isSuccessful"])
refused("graph", "REQUIRED_FIELD_MISSING", refused_graph)

LIMITS = {"method": "GET", "url": f"v{client.sf_version}/limits"}


def refused_batch():
    """The part that fails says why, the other one is answered."""
    done = together("composite/batch", {"batchRequests": [LIMITS, {"method": "GET", "url": "v67.0/query?q=SELECT"}]})
    raise RuntimeError([part["result"] for part in done["results"] if part["statusCode"] == 400])


works(
    "batch", "two calls in one", lambda: not together("composite/batch", {"batchRequests": [LIMITS] * 2})["hasErrors"]
)
refused("batch", "MALFORMED_QUERY", refused_batch)

lost = client.Account.create({"Name": "Lost and found"})["id"]
client.Account.delete(lost)


def recycled():
    """A deleted row is seen by who asks for it."""
    asked = f"SELECT Id FROM Account WHERE Id = '{lost}'"
    return (client.query(asked)["totalSize"], client.query(asked, include_deleted=True)["totalSize"]) == (0, 1)


works("deleted rows", "seen where they are asked for", recycled)
refused("deleted rows", "ENTITY_IS_DELETED", lambda: client.Account.update(lost, {"Phone": "1"}))

PICKLISTS = "ui-api/object-info/Account/picklist-values/012000000000000AAA"
works("picklists", "values of a record type", lambda: "Healthcare" in str(client.restful(f"{PICKLISTS}/Industry")))
refused("picklists", "NOT_FOUND", lambda: client.restful(f"{PICKLISTS}/Name"))

TWIN = {"Name": "Twin Towers Ltd", "Phone": "415 555 0000"}
client.Account.create(TWIN)
order("settings/salesforce/duplicate_rules", ["Account"])
INSIST = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
refused("duplicates", "DUPLICATES_DETECTED", lambda: client.Account.create({**TWIN, "Name": "TWIN TOWERS"}))
works("duplicates", "saved where the caller insists", lambda: client.Account.create(TWIN, headers=INSIST)["success"])
order("settings/salesforce/duplicate_rules", None)

FILES = client.query("SELECT LogFile FROM EventLogFile WHERE EventType = 'ApiTotalUsage'")["records"]


def logged(path):
    """The file's text."""
    return client._call_salesforce("GET", f"https://{client.sf_instance}{path}").text


works("log file", "who calls what, as CSV", lambda: "CONNECTED_APP_NAME" in logged(FILES[0]["LogFile"]))
refused("log file", "NOT_FOUND", lambda: logged(FILES[0]["LogFile"].replace("0AT", "0AX")))
