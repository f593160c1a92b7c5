"""The two contract documents against what is served: every object, field, call, refusal and setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from workbench.sandbox import channelonline, channeltivity, contract_routes

DOCUMENTS = Path(__file__).parents[2] / "docs"
SYSTEMS = {"channeltivity": channeltivity.CONTRACT, "channelonline": channelonline.CONTRACT}
FIELD = re.compile(r"(\*\*)?(?P<name>\w+)(\*\*)?(?P<list>\[\])?(?: \((?P<said>[^)]*)\))?")
OF_FAULTS = {"423", "429", "503"}


def document(system):
    return (DOCUMENTS / f"{system}-contract.md").read_text(encoding="utf-8")


def rows(text, heading):
    """The rows of the first table under a heading, cell by cell."""
    lines = text.split(heading, 1)[1].split("\n|", 1)[1].split("\n\n", 1)[0].split("\n|")
    return [[cell.strip() for cell in line.strip().removesuffix("|").split("|")] for line in lines[2:]]


def written_fields(cell):
    """The fields of an object as its document writes them: whether bold, whether a list, what is in brackets."""
    parts = re.split(r", (?![^(]*\))", cell)
    found = [FIELD.fullmatch(part) for part in parts]
    assert all(found), parts
    return {each["name"]: (bool(each[1]), bool(each["list"]), each["said"] or "") for each in found}


def objects(system):
    heading = "## Objects" if system == "channeltivity" else "## HTTP"
    return {name: written_fields(cell) for name, cell in rows(document(system), heading)}


class Portal:
    """A system of our contract, as anybody calls it."""

    def __init__(self, reach) -> None:
        self._url, self._key = reach["url"], reach["api_key"]

    def __call__(self, method, path, body=None, **headers):
        return requests.request(
            method, f"{self._url}/{path}", json=body, headers={"X-Api-Key": self._key, **headers}, timeout=30
        )


@pytest.fixture
def portal(sandbox):
    return Portal(sandbox["channeltivity"])


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_document_names_every_object_and_field_with_its_values_and_references(sandbox, system):
    call = Portal(sandbox[system])
    served = call("GET", "fields").json()
    written = objects(system)
    assert list(served) == list(written)
    for name, fields in served.items():
        known = {
            each["name"]: each for each in fields if each["name"] not in ("id", "createdAt", "updatedAt", "deleted")
        }
        assert set(known) == set(written[name]), name
        lacking = {each["field"] for each in call("POST", name, {}).json()["errors"] if each["code"] == "Required"}
        for field, (bold, listed, said) in written[name].items():
            served_as = known[field]
            assert bold == (field in lacking), (name, field)
            assert listed == (served_as["type"] in ("texts", "items")), (name, field)
            values, _, note = said.partition("; ")
            wanted = ", ".join(served_as["values"]) or served_as["refersTo"]
            once = served_as["createable"] and not served_as["updateable"]
            assert [part for part in (values, note) if part] == [
                *([wanted] if wanted else []), *(["set once"] if once else [])
            ], (name, field)  # fmt: skip


def test_the_document_names_every_call(sandbox):
    written = set()
    for first, _ in rows(document("channeltivity"), "## Calls"):
        written |= set(re.findall(r"(GET|POST|PATCH|DELETE) /([\w{}/]+)", first))
    served = {route for route in contract_routes.ROUTES if "{action}" not in route[1]}
    served |= {("POST", f"{object}/{{id}}/{action}") for object, action in channeltivity.CONTRACT.actions}
    assert written == served


def test_the_document_names_every_setting_of_the_connector(portal):
    (row,) = [told for call, told in rows(document("channeltivity"), "## Calls") if call == "`GET /settings`"]
    assert set(re.findall(r"\w+", row.split("`")[1])) == set(portal("GET", "settings").json())


def test_the_document_of_the_file_door_names_every_column_of_the_standard_profile(sandbox, admin):
    admin.post("actors", {"actors": ["files"]})
    heading = Path(sandbox["channelonline"]["folder"], "accounts.txt").read_text(encoding="utf-8").splitlines()[0]
    cells = rows(document("channelonline"), "## The file door")
    assert [row[at] for at in (0, 2) for row in cells if row[at]] == heading.split("\t")


def refusals(portal):
    """A call for every status and code of the document."""
    organization = portal("POST", "organizations", {"name": "A", "status": "Prospective", "externalKey": "k"}).json()[
        "id"
    ]
    contact = portal("POST", "contacts", {"organizationId": organization, "lastName": "B"}).json()["id"]
    active = portal("POST", "organizations", {"name": "C"}).json()["id"]
    silent = portal("POST", "contacts", {"organizationId": active, "lastName": "D"}).json()["id"]
    twice = portal("POST", "contacts", {"organizationId": active, "lastName": "E", "email": "e@x.example"}).json()["id"]
    portal("POST", f"contacts/{twice}/promote", {"groups": ["1"]})
    link = {"object": "organizations", "channeltivityId": active, "salesforceId": "001000000000001AAA"}
    portal("POST", "links", link)
    gone = portal("POST", "groups", {"name": "F"}).json()["id"]
    portal("DELETE", f"groups/{gone}")
    return {
        ("400", "Invalid"): portal("POST", "organizations", {}),
        ("400", "UnknownParameter"): portal("GET", "organizations?colour=red"),
        ("400", "BadParameter"): portal("GET", "organizations?limit=0"),
        ("400", "BadCursor"): portal("GET", "organizations?after=x"),
        ("400", "BadBody"): portal("POST", "organizations", [1]),
        ("401", "Unauthorized"): portal("GET", "portal", **{"X-Api-Key": "wrong"}),
        ("404", "NotFound"): portal("GET", "organizations/0"),
        ("405", "MethodNotAllowed"): portal("PUT", "organizations"),
        ("410", "Deleted"): portal("PATCH", f"groups/{gone}", {"name": "G"}),
        ("409", "NotUnique"): portal("POST", "organizations", {"name": "H", "externalKey": "k"}),
        ("409", "LinkedAlready"): portal("POST", "links", link),
        ("409", "NotActive"): portal("POST", f"contacts/{contact}/promote", {}),
        ("409", "NoEmail"): portal("POST", f"contacts/{silent}/promote", {}),
        ("409", "UserExists"): portal("POST", f"contacts/{twice}/promote", {}),
        ("412", "Changed"): portal("PATCH", "groups/1", {"name": "I"}, **{"If-Unmodified-Since-Stamp": "2020"}),
    }


def test_the_document_names_every_refusal_and_each_is_given(portal):
    written = set()
    for statuses, codes in rows(document("channeltivity"), "## Errors"):
        plain = re.findall(r"`(\w+)`", codes)
        numbers = statuses.split(", ")
        if set(numbers) <= OF_FAULTS:
            continue
        pairs = zip(numbers, plain, strict=True) if len(numbers) > 1 else ((numbers[0], code) for code in plain)
        written |= set(pairs)
    given = refusals(portal)
    assert written == set(given)
    for (status, code), answer in given.items():
        assert (str(answer.status_code), answer.json()["code"]) == (status, code), answer.text


def test_the_document_names_every_thing_that_can_be_wrong_with_a_field(portal, sandbox):
    (invalid,) = re.findall(r"`Invalid` \(errors: `([\w, ]+)`\)", document("channeltivity"))
    online = Portal(sandbox["channelonline"])
    account = online("POST", "accounts", {"name": "A"}).json()["id"]
    answers = {
        "Required": portal("POST", "groups", {}),
        "UnknownField": portal("POST", "groups", {"name": "A", "colour": "red"}),
        "SystemField": portal("POST", "groups", {"name": "A", "id": "7"}),
        "BadValue": portal("POST", "groups", {"name": 7}),
        "BadReference": portal("POST", "contacts", {"lastName": "A", "organizationId": "0"}),
        "Cycle": online("PATCH", f"accounts/{account}", {"parentId": account}),
    }
    assert set(invalid.split(", ")) == set(answers)
    for code, answer in answers.items():
        assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (400, [code])
