"""The vendor's standard matching rules: equations (published for people, ours for accounts), fields compared loosely.

Each field is compared by a method of its own, from 0 to 100, and counts as the same from that method's threshold on.
The methods are simpler than the vendor's (no metaphone, no list of nicknames): what differs is told in
docs/sandbox-salesforce.md. Empty fields match nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Values = Callable[[str], Any]
"""What a record holds in a field; `Account.Name` is the name of its account."""

SUFFIXES = frozenset(
    [
        "ag",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "limited",
        "llc",
        "ltd",
        "plc",
        "sa",
    ]
)
STREETS = {"st": "street", "str": "street", "ave": "avenue", "rd": "road", "blvd": "boulevard", "dr": "drive"}


@dataclass(frozen=True)
class Rule:
    """A standard matching rule: its version, and the groups of fields of which one must match as a whole."""

    version: str
    groups: tuple[tuple[str, ...], ...]

    @property
    def fields(self) -> frozenset[str]:
        """Every field that the rule looks at."""
        return frozenset(name for group in self.groups for name in group)


def _of_people(company: str, street: str = "") -> tuple[tuple[str, ...], ...]:
    """The equation of contacts and leads: first and last name, with something else that is the same."""
    further: tuple[tuple[str, ...], ...] = (("Title", company), ("Email",), ("Phone",))
    if street:
        further += tuple((f"{street}Street", each) for each in (f"{street}City", f"{street}PostalCode", "Title"))
    return tuple(("FirstName", "LastName", *more) for more in further)


RULES: Mapping[str, Rule] = {
    "Account": Rule(
        "v1_0",
        (
            ("Name", "BillingStreet"),
            ("Name", "BillingCity", "BillingState"),
            ("Name", "BillingPostalCode"),
            ("Name", "Phone"),
            ("Website", "Phone"),
            ("Website", "BillingStreet"),
        ),
    ),
    "Contact": Rule("v1_1", _of_people("Account.Name", "Mailing")),
    "Lead": Rule("v1_0", _of_people("Company")),
}
"""By object: the rule that the setting `duplicate_rules` switches on."""


def rule_names(object_name: str) -> tuple[str, str]:
    """The developer names of the object's duplicate rule and of its matching rule."""
    return f"Standard_{object_name}_Duplicate_Rule", f"Standard_{object_name}_Match_Rule_{RULES[object_name].version}"


def confidence(rule: Rule, one: Values, other: Values) -> float:
    """How sure the rule is that both are the same: the best group's mean score, 0 when no group matches as a whole."""
    best = 0.0
    for group in rule.groups:
        scores = []
        for name in group:
            scores.append(_score(name, one(name), other(name)))
            if not scores[-1]:
                break
        if all(scores):
            best = max(best, sum(scores) / len(scores))
    return round(best, 1)


def _score(name: str, left: Any, right: Any) -> float:
    method, threshold = METHODS[name]
    score = method(str(left), str(right)) if left and right else 0.0
    return score if score >= threshold else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _alike(left: str, right: str) -> float:
    """How much of the two texts runs the same way."""
    return 100 * SequenceMatcher(None, left, right, autojunk=False).ratio()


def _exact(left: str, right: str) -> float:
    return 100.0 * (left.strip().casefold() == right.strip().casefold())


def _company(left: str, right: str) -> float:
    """Names without their legal form; initials stand for the words that they begin."""
    names = [[word for word in _words(each) if word not in SUFFIXES] or _words(each) for each in (left, right)]
    short, long = sorted(names, key=len)
    if len(short) == 1 and len(long) > 2 and short[0] == "".join(word[0] for word in long):
        return 90.0
    return _alike(" ".join(names[0]), " ".join(names[1]))


def _first_name(left: str, right: str) -> float:
    names = [" ".join(_words(each)) for each in (left, right)]
    if min(map(len, names)) == 1 and names[0][:1] == names[1][:1]:
        return 85.0  # an initial
    return _alike(*names)


def _last_name(left: str, right: str) -> float:
    return _alike(" ".join(_words(left)), " ".join(_words(right)))


_city = _last_name


def _street(left: str, right: str) -> float:
    words = [[STREETS.get(word, word) for word in _words(each)] for each in (left, right)]
    numbers = [{word for word in each if word[0].isdigit()} for each in words]
    return _alike(" ".join(words[0]), " ".join(words[1])) if numbers[0] == numbers[1] else 0.0


def _phone(left: str, right: str) -> float:
    digits = [re.sub(r"\D", "", each).removeprefix("00").removeprefix("1") for each in (left, right)]
    return 100.0 * (digits[0] == digits[1] != "")


def _postal_code(left: str, right: str) -> float:
    """Equal, or equal in the five digits before the hyphen."""
    codes = ["".join(_words(each.partition("-")[0])) for each in (left, right)]
    return 100.0 * (codes[0] == codes[1])


METHODS: Mapping[str, tuple[Callable[[str, str], float], float]] = {
    "Name": (_company, 80),
    "Account.Name": (_company, 80),
    "Company": (_company, 80),
    "Website": (_exact, 100),
    "Email": (_exact, 100),
    "FirstName": (_first_name, 85),
    "LastName": (_last_name, 90),
    "Title": (_exact, 100),
    "Phone": (_phone, 100),
    "BillingState": (_exact, 100),
    **dict.fromkeys(("BillingCity", "MailingCity"), (_city, 85)),
    **dict.fromkeys(("BillingStreet", "MailingStreet"), (_street, 80)),
    **dict.fromkeys(("BillingPostalCode", "MailingPostalCode"), (_postal_code, 100)),
}
"""By field: how it is compared, and from what score on it counts as the same."""
