"""The one hidden truth: companies and their people, before any system has recorded them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from workbench.sandbox.data import words
from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.size import Share

MAIL_PROVIDER = "freemail.example"
"""A domain that says nothing: several small firms have their addresses there."""
_PLAIN = re.compile("[^a-z0-9]+")
_PLACES = tuple(place for place in words.PLACES for _ in range(place[4]))


@dataclass(slots=True)
class Person:
    """Somebody who works for a company."""

    first: str
    last: str
    email: str
    phone: str
    title: str


@dataclass(slots=True)
class Company:
    """A company as it is. `kind`: partner, distributor or customer; `standing`: what it is to us.

    `phone` is calling code and number with a blank between. `latin` is the name for systems that take no other script,
    `former` what it was called before it was bought, `trading_as` what its sign says.
    """

    key: str
    kind: str
    standing: str
    name: str
    latin: str
    forms: tuple[str, ...]
    street: tuple[str, str, str, str]
    city: str
    state: tuple[str, str]
    postcode: str
    country: tuple[str, str, str]
    phone: str
    domain: str
    mail_domain: str
    people: list[Person]
    former: str = ""
    trading_as: str = ""
    parent: str = ""
    notes: list[str] = field(default_factory=list)


def companies(share: Share, random: Lots) -> Iterator[Company]:
    """All companies of a share: partners, then those that ConnectWise alone or Salesforce too knows as customers."""
    names = _Names(share)
    family: Company | None = None
    for number in share.partners:
        kind = "distributor" if number % 29 == 0 else "partner"
        company = _company(f"P{number:06d}", kind, _standing_of_partner(random), random, names)
        if number % 41 == 0 and family is not None:
            _make_branch(company, family)
        elif number % 37 == 0 and family is not None:
            _make_namesake(company, family)
        elif kind == "partner" and company.country[1] == "US":
            family = company
        if number % 31 == 0:
            _share_mail_domain(company)
        yield company
    for number in share.companies:
        yield _company(f"C{number:06d}", "customer", _standing_of_customer(number, random), random, names)


def _standing_of_partner(random: Lots) -> str:
    lot = random.random()
    return "Active" if lot < 0.82 else "Prospective" if lot < 0.93 else "Inactive"


def _standing_of_customer(number: int, random: Lots) -> str:
    """One client in 31; the others were never one, or are not any more."""
    if number % 31 == 1:
        return "Credit Hold" if number % 93 == 1 and number > 1 else "Client"
    return "Former Client" if random.random() < 0.3 else "Prospect"


def _company(key: str, kind: str, standing: str, random: Lots, names: _Names) -> Company:
    place = random.choice(_PLACES)
    country, code, otherwise, calling, _, legal_forms, cities = place
    city, state, state_name, postcode, area = random.choice(cities)
    forms = random.choice(legal_forms)
    name, latin = _name(kind, forms[0], random, names, int(key[1:]))
    label = _PLAIN.sub("", latin.casefold())[:40]
    domain = f"{label}.example"
    digits = 10 - len(area) if calling in ("1", "52") else 7
    phone = f"+{calling} {area}{random.between(2 * 10 ** (digits - 1), 10**digits)}"
    street = (str(random.between(1, 999)), random.choice(words.STREETS), *random.choice(words.STREET_KINDS))
    company = Company(
        key, kind, standing, name, latin, forms, street, city, (state, state_name),
        _postcode(postcode, code, random), (country, code, otherwise), phone, domain, domain, [],
    )  # fmt: skip
    company.people = [_person(company, random) for _ in range(random.choice((1, 1, 1, 2, 2, 3)))]
    _give_it_a_past(company, random)
    return company


class _Names:
    """The names that a share has given, none twice."""

    def __init__(self, share: Share) -> None:
        self._share, self._given = share, set[str]()

    def __contains__(self, latin: str) -> bool:
        return latin.casefold() in self._given

    def give(self, latin: str) -> bool:
        """Whether the name could be given."""
        if latin in self or not self._share.owns(latin):
            return False
        self._given.add(latin.casefold())
        return True


def _name(kind: str, form: str, random: Lots, names: _Names, number: int) -> tuple[str, str]:
    while True:
        if number % 16 == 5:
            name, latin = _foreign_name(random, words.SCRIPTS[number // 16 % len(words.SCRIPTS)])
            if latin in names:
                name, latin = f"{name} {random.between(2, 999)}", f"{latin} {random.between(2, 999)}"
        else:
            name = latin = _plain_name(kind, form, random)
        if names.give(latin):
            return name, latin


def _plain_name(kind: str, form: str, random: Lots) -> str:
    stem = random.choice(words.FIRST_SYLLABLES)
    if random.random() < 0.5:
        stem += random.choice(words.SECOND_SYLLABLES)
    stem += random.choice(words.LAST_SYLLABLES)
    if random.random() < 0.12:
        stem = f"{stem} & {random.choice(words.LAST_NAMES)}"
    elif random.random() < 0.05:
        stem = f"{random.choice(words.LAST_NAMES)}'s {stem}"
    trade = random.choice(words.CUSTOMER_TRADES if kind == "customer" else words.TRADES)
    return f"{stem} {trade} {form}".strip()


def _foreign_name(random: Lots, script: words.Script) -> tuple[str, str]:
    form, firsts, seconds, latin_form, form_first = script
    (first, latin_first), (second, latin_second) = random.choice(firsts), random.choice(seconds)
    joint = "" if first[0] > "\u2fff" else " "
    body = f"{first}{joint}{second}"
    native = f"{form}{joint}{body}" if form_first else f"{body}{joint}{form}"
    return native, f"{latin_first} {latin_second} {latin_form}"


def _postcode(prefix: str, code: str, random: Lots) -> str:
    match code:
        case "CA":
            return f"{prefix} {random.between(1, 10)}{random.choice('ABCEGH')}{random.between(1, 10)}"
        case "GB":
            return f"{prefix} {random.between(1, 10)}{random.choice('ABDEFG')}{random.choice('HJLNPQ')}"
    length = 4 if code == "AU" else 5
    return prefix + str(random.between(0, 10 ** (length - len(prefix)))).rjust(length - len(prefix), "0")


_FIRST_NAMES, _LAST_NAMES = (
    tuple((name, _PLAIN.sub("", name.casefold())) for name in names) for names in (words.FIRST_NAMES, words.LAST_NAMES)
)
"""Names beside what is left of them in an address."""


def _person(company: Company, random: Lots) -> Person:
    (first, plain_first), (last, plain_last) = random.choice(_FIRST_NAMES), random.choice(_LAST_NAMES)
    phone = company.phone[:-2] + str(random.between(10, 100))
    email = f"{plain_first}.{plain_last}@{company.mail_domain}"
    return Person(first, last, email, phone, random.choice(words.TITLES))


def _give_it_a_past(company: Company, random: Lots) -> None:
    lot = random.random()
    if lot < 0.02:
        company.former = _plain_name(company.kind, company.forms[0], random)
        company.notes.append("renamed after an acquisition")
    elif lot < 0.04:
        company.trading_as = company.name.split(" ", 1)[0] + " " + random.choice(words.TRADES)
        company.notes.append("trades under another name")


def _make_branch(company: Company, parent: Company) -> None:
    company.name = company.latin = f"{parent.latin} {company.city}"
    company.domain = company.mail_domain = parent.domain
    company.parent = parent.key
    company.former = company.trading_as = ""
    company.notes.append(f"child of {parent.key}: shares name and domain with it")
    for person in company.people:
        person.email = f"{company.city.casefold().replace(' ', '')}.{person.email.split('@')[0]}@{parent.domain}"


def _make_namesake(company: Company, other: Company) -> None:
    company.name = company.latin = other.latin
    company.former = company.trading_as = ""
    company.notes.append(f"same name as {other.key}, another company")


def _share_mail_domain(company: Company) -> None:
    company.mail_domain = MAIL_PROVIDER
    company.notes.append("its people have addresses at a mail provider that others use too")
    for person in company.people:
        person.email = f"{person.email.split('@')[0]}.{company.key.casefold()}@{MAIL_PROVIDER}"
