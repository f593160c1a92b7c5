"""What is asked of the vendors: every literal stays a literal, read back by the sandbox's own parsers."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.model.records import Condition, Where
from workbench.sandbox.connectwise import conditions as theirs
from workbench.sandbox.salesforce import soql as their_soql
from workbench.systems.cells import cell, instant, narrowed, outgoing, parsed, portions
from workbench.systems.connectwise import conditions
from workbench.systems.connectwise.access import api_host
from workbench.systems.salesforce.soql import Columns, changed_since, queries

COLUMNS = Columns(
    "Account",
    {
        "Id": "id",
        "Name": "text",
        "Flag__c": "flag",
        "Kinds__c": "multipicklist",
        "Day": "date",
        "SystemModstamp": "datetime",
    },
    frozenset({"Owner"}),
)
NASTY = [
    "x' OR Name != '",
    'x" OR id > 0 OR name = "',
    "\\",
    "\\'",
    '\\"',
    "a%_*",
    "[2020-01-01T00:00:00Z]",
    "[[]",
    "{x:literal}",
    "'",
    '"',
]
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


@given(texts)
@example("x' OR Name != '")
@example("line\nbreak\ttab")
@example("{x:literal}")
@example("\\' OR Id != null OR Name = '")
def test_a_text_stays_one_literal_in_soql(text):
    (query,) = queries(COLUMNS, ["Id"], Where((Condition("Name", (text,)),)))
    condition = their_soql.parse(query).where
    assert isinstance(condition, their_soql.Comparison)
    assert their_soql._unescape(condition.value.text, keep_wildcards=False) == text


@given(texts)
@example('x" OR id > 0 OR name = "')
@example("Acme [UK] \\")
def test_a_text_stays_one_literal_in_conditions(text):
    condition = theirs.parse(conditions.any_of("name", [text]))
    assert isinstance(condition, theirs.Comparison)
    assert (condition.path, condition.operator) == ("name", "=")
    assert theirs.plain(condition.values[0].text) == text


@pytest.mark.parametrize("name", [*NASTY, "Name FROM User", "Id, Name", "", "Owner.Name)", "Owner..Name", "Owner.Ñ"])
def test_only_described_fields_can_be_named_in_soql(name):
    with pytest.raises(UsageError, match="this user sees"):
        list(queries(COLUMNS, [name], Where()))
    with pytest.raises(UsageError, match="this user sees"):
        list(queries(COLUMNS, ["Id"], Where((Condition(name, ("x",)),))))


@pytest.mark.parametrize("name", [*NASTY, "name = 1 OR id", "a/b/c", "status//name", "name\n", "1a"])
def test_only_names_can_be_fields_in_conditions(name):
    with pytest.raises(UsageError, match="no field of ConnectWise"):
        conditions.any_of(name, ["x"])


def test_a_field_of_a_parent_is_asked_by_its_path():
    assert next(queries(COLUMNS, ["Id", "Owner.Name"], Where())) == "SELECT Id, Owner.Name FROM Account"


@pytest.mark.parametrize(
    ("field", "values", "said"),
    [
        ("Flag__c", (True,), "Flag__c = true"),
        ("Flag__c", ("false",), "Flag__c = false"),
        ("Name", (None,), "Name = null"),
        ("Name", ("a", None), "(Name = 'a' OR Name = null)"),
        ("Name", ("a", "b"), "Name IN ('a','b')"),
        ("Kinds__c", ("a", "b"), "Kinds__c INCLUDES ('a','b')"),
        ("Day", ("2026-11-22",), "Day = 2026-11-22"),
        ("SystemModstamp", ("2026-11-22T10:00:00Z",), "SystemModstamp = 2026-11-22T10:00:00+00:00"),
        ("id", ("001",), "Id = '001'"),
    ],
)
def test_values_are_written_as_their_field_takes_them(field, values, said):
    assert next(queries(COLUMNS, ["Id"], Where((Condition(field, values),)))) == f"SELECT Id FROM Account WHERE {said}"


def test_an_incremental_question_reaches_back_ten_minutes_and_is_ordered():
    asked = changed_since(COLUMNS, ["Id"], "SystemModstamp", "2026-11-22T10:00:00.000+0000")
    assert asked.endswith("WHERE SystemModstamp >= 2026-11-22T09:50:00+00:00 ORDER BY SystemModstamp, Id")


@given(st.lists(texts, max_size=80), st.integers(1, 400))
def test_portions_lose_and_repeat_nothing(values, longest):
    assert [value for portion in portions(values, longest) for value in portion] == values
    assert all(
        len(portion) == 1 or sum(len(v) + 3 for v in portion) <= longest for portion in portions(values, longest)
    )


def test_only_the_longest_list_is_divided():
    where = Where((Condition("Flag__c", (True,)), Condition("id", tuple(f"{n:018}" for n in range(700)))))
    parts = list(narrowed(where, 6000))
    assert len(parts) == 3
    assert all(part.conditions[0] == where.conditions[0] for part in parts)
    assert [value for part in parts for value in part.conditions[1].values] == list(where.conditions[1].values)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14))
def test_a_decimal_comes_as_text_and_goes_out_exact(number):
    text = f"{number:f}"
    assert cell(parsed(f'{{"a":{text}}}')["a"], "decimal") == text
    sent = json.dumps(outgoing(text, "decimal"))
    assert sent.strip('"') == text or float(sent) == float(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T03:33:47.000+0000", "2026-11-22T03:33:47Z"),
        ("2026-11-22T05:33:47.250+02:00", "2026-11-22T03:33:47.250Z"),
        ("2026-11-22T03:33:47Z", "2026-11-22T03:33:47Z"),
        ("no moment", "no moment"),
    ],
)
def test_moments_have_one_form(text, moment):
    assert instant(text) == moment


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://na.myconnectwise.net", "https://api-na.myconnectwise.net"),
        ("https://api-eu.myconnectwise.net", "https://api-eu.myconnectwise.net"),
        ("https://staging.connectwisedev.com", "https://api-staging.connectwisedev.com"),
        ("https://psa.example.test:8443", "https://psa.example.test:8443"),
    ],
)
def test_the_cloud_is_asked_at_its_api_host(url, api):
    assert api_host(url) == api
