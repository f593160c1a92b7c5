"""Every query is heeded as a whole: answers equal what a naive reading of the stored records gives, past the API."""

from __future__ import annotations

import fnmatch
import operator
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox import connectwise_tenant, salesforce_org

SIGNS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
MANY = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


SHAPES = (
    ("{0}", lambda a, b, c: a),
    ("({0} {both} {1})", lambda a, b, c: a and b),
    ("({0} {either} {1})", lambda a, b, c: a or b),
    ("({0} {both} ({1} {either} {2}))", lambda a, b, c: a and (b or c)),
    ("(({0} {both} {1}) {either} {2})", lambda a, b, c: (a and b) or c),
)
NEGATED = (
    ("(NOT {0})", lambda a, b, c: not a),
    ("(NOT ({0} {either} {1}))", lambda a, b, c: not (a or b)),
    ("({0} {both} (NOT {1}))", lambda a, b, c: a and not b),
)


def combined(leaves, both, either, shapes):
    """Conditions as (text, test): three leaves in one of the shapes."""

    def build(one, two, three, shape):
        text, rule = shape
        written = text.format(one[0], two[0], three[0], both=both, either=either)
        return written, lambda row: rule(one[1](row), two[1](row), three[1](row))

    return st.builds(build, leaves, leaves, leaves, st.sampled_from(shapes))


# Salesforce: null is less than and more than nothing, differs from everything, and text has no letter case.

SALESFORCE = {
    "Name": ["Acme GmbH", "ACME NORTH", "o'neil 100%", "b", ""],
    "BillingCity": ["oslo", "Paris", "Rome", "p"],
    "Workbench_Key__c": ["K2", "k/1", "nobody"],
    "NumberOfEmployees": [50, 5, 499.5, -1],
    "SystemModstamp": ["2026-11-22T09:00:00.000Z", "2026-06-30T00:00:00.000Z", "2026-11-01T00:00:00.000Z"],
    "Id": [salesforce_org.account(1), salesforce_org.account(3)[:15], salesforce_org.account(6)],
    "ParentId": [salesforce_org.account(1)],
}


def held(row, name):
    """What a stored account holds, as it compares."""
    value = {"Id": row["@id"], "SystemModstamp": row["@modified"]}.get(name, row.get(name))
    if name in {"Id", "ParentId"}:
        return value and value[:15]
    return value.casefold() if isinstance(value, str) else value


def wanted(name, value):
    """A value of a condition, as it compares."""
    if name in {"Id", "ParentId"}:
        return value[:15]
    return (value.casefold() or None) if isinstance(value, str) else value


def quoted(name, value):
    """A value as SOQL writes it."""
    if name == "SystemModstamp" or not isinstance(value, str):
        return str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def compared(name, sign, value):
    """A comparison."""
    expected = wanted(name, value)

    def test(row):
        found = held(row, name)
        if sign not in {"=", "!="} and None in (found, expected):
            return False
        return SIGNS[sign](found, expected)

    return f"{name} {sign} {quoted(name, value)}", test


def listed(name, word, values):
    """IN and NOT IN."""
    expected = [wanted(name, value) for value in values]
    text = f"{name} {word} ({', '.join(quoted(name, value) for value in values)})"
    return text, lambda row: (held(row, name) in expected) != (word == "NOT IN")


def like(pattern):
    """LIKE over names."""
    parts = (".*" if each == "%" else "." if each == "_" else re.escape(each) for each in pattern)
    shape = re.compile("".join(parts), re.IGNORECASE)
    return f"Name LIKE {quoted('Name', pattern)}", lambda row: shape.fullmatch(row["Name"]) is not None


NAMED = st.sampled_from(sorted(SALESFORCE))
SOQL = combined(
    NAMED.flatmap(
        lambda name: (
            st.builds(
                compared,
                st.just(name),
                st.sampled_from(["=", "!="] if name in {"Id", "ParentId"} else list(SIGNS)),
                st.sampled_from(SALESFORCE[name]),
            )
            | st.builds(
                listed,
                st.just(name),
                st.sampled_from(["IN", "NOT IN"]),
                st.lists(st.sampled_from(SALESFORCE[name]), min_size=1, max_size=3),
            )
        )
    )
    | st.sampled_from(["acme%", "%o%", "_olt & sons", "acme", "%"]).map(like)
    | st.booleans().map(
        lambda yes: (
            f"Sync_with_Channeltivity__c = {str(yes).lower()}",
            lambda row: bool(row.get("Sync_with_Channeltivity__c")) == yes,
        )
    ),
    "AND",
    "OR",
    (*SHAPES, *NEGATED),
)


@pytest.fixture(scope="module")
def org(tmp_path_factory):
    state = salesforce_org.seeded(tmp_path_factory.mktemp("org") / "sandbox.sqlite")
    return salesforce_org.Caller(salesforce_org.with_records(state))


@MANY
@given(
    SOQL,
    st.sampled_from(["Name", "NumberOfEmployees"]),
    st.booleans(),
    st.none() | st.integers(0, 4),
    st.integers(0, 3),
)
def test_a_soql_query_answers_what_its_words_say(org, condition, key, falling, limit, offset):
    text, test = condition
    # Empty values come first, whichever way the others go.
    rows = [row for row in org.state.find("salesforce", "Account") if test(row)]
    filled = sorted((row for row in rows if held(row, key) is not None), key=lambda row: row["@id"])
    filled.sort(key=lambda row: held(row, key), reverse=falling)
    ordered = [*(row for row in rows if held(row, key) is None), *filled]
    expected = [row["@id"] for row in ordered][offset : None if limit is None else offset + limit]
    cut = "" if limit is None else f" LIMIT {limit}"
    tail = f" ORDER BY {key}{' DESC' if falling else ''}, Id{cut} OFFSET {offset}"
    status, body = org.query(f"SELECT Id FROM Account WHERE {text}{tail}")
    assert (status, [row["Id"] for row in body["records"]]) == (200, expected)
    assert org.query(f"SELECT COUNT() FROM Account WHERE {text}")[1]["totalSize"] == len(rows)


# ConnectWise: an empty field meets no comparison but those with null.

CONNECTWISE = {
    "name": ["Acme Supply", "ACME NORTH", "b", "Bolt & Sons"],
    "city": ["oslo", "Berlin", "Rome"],
    "userDefinedField1": ["K-1", "k-3", "nothing"],
    "identifier": ["company2", "COMPANY5", "x"],
    "numberOfEmployees": [20, 30.5, -1],
    "id": [1, 3, 4.5, 99],
    "status/id": [1, 2],
    "status/name": ["active", "Credit Hold"],
}
STATUSES = ("", "active", "inactive", "credit hold")


def known(row, path):
    """What a stored company holds, as it compares."""
    if path == "id":
        return int(row["@id"])
    if path.startswith("status/"):
        number = row["status"]["id"]
        return number if path.endswith("id") else STATUSES[number]
    value = row.get(path)
    return value.casefold() if isinstance(value, str) else value


def said(value):
    """A value as conditions write it."""
    return f'"{value}"' if isinstance(value, str) else str(value)


def met(path, word, value, negated):
    """A comparison, `contains`, `like` or `in`, with or without `not`."""
    values = [each.casefold() if isinstance(each, str) else each for each in (value if word == "in" else [value])]
    written = f"({', '.join(map(said, value))})" if word == "in" else said(value)

    def test(row):
        found = known(row, path)
        if found is None:
            return False
        if word == "in":
            holds = found in values
        elif word == "contains":
            holds = values[0] in found
        elif word == "like":
            holds = fnmatch.fnmatchcase(found, values[0].replace("%", "*"))
        else:
            holds = SIGNS[word](found, values[0])
        return holds != negated

    return f"{path} {'not ' if negated else ''}{word} {written}", test


def words(path):
    """Every comparison of a path."""
    values = CONNECTWISE[path]
    texts = ["contains", "like"] if isinstance(values[0], str) else []
    plain = st.builds(met, st.just(path), st.sampled_from([*SIGNS, *texts]), st.sampled_from(values), st.booleans())
    lists = st.lists(st.sampled_from(values), min_size=1, max_size=3)
    empty = st.booleans().map(
        lambda yes: (f"{path} {'=' if yes else '!='} null", lambda row: (known(row, path) is None) == yes)
    )
    return plain | st.builds(met, st.just(path), st.just("in"), lists, st.booleans()) | empty


CONDITIONS = combined(
    st.sampled_from(sorted(CONNECTWISE)).flatmap(words)
    | st.sampled_from(["acme*", "%o%", "*sons", "acme"]).map(lambda text: met("name", "like", text, negated=False)),
    "and",
    "or",
    SHAPES,
)


@pytest.fixture(scope="module")
def tenant(tmp_path_factory):
    return connectwise_tenant.Caller(connectwise_tenant.seeded(tmp_path_factory.mktemp("tenant") / "sandbox.sqlite"))


@MANY
@given(CONDITIONS, st.integers(1, 3), st.sampled_from(["name", "name desc", "id desc"]))
def test_conditions_answer_what_their_words_say_by_every_kind_of_page(tenant, condition, size, order):
    text, test = condition
    expected = [row for row in tenant.state.find("connectwise", "company/companies") if test(row)]
    ids = [int(row["@id"]) for row in expected]
    assert tenant.ask("GET", "company/companies/count", conditions=text)[1] == {"count": len(ids)}
    numbered = [
        each
        for page in range(1, 7)
        for each in tenant.ids(conditions=text, pageSize=str(size), page=str(page), fields="id")
    ]
    assert numbered == ids
    forward, after = [], 0
    while page := tenant.ids(conditions=text, pageSize=str(size), pageId=str(after), headers=FORWARD):
        forward += page
        after = page[-1]
    assert forward == ids
    by_id = order == "id desc"
    expected.sort(key=lambda row: int(row["@id"]) if by_id else known(row, "name"), reverse=order.endswith("desc"))
    assert tenant.ids(conditions=text, orderBy=order) == [int(row["@id"]) for row in expected]


FORWARD = {"pagination-type": "forward-only"}
