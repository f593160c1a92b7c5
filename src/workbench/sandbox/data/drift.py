"""How a person writes a company down: what each system's record of it looks like after years of typing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.sandbox.data.lots import Lots
from workbench.sandbox.data.truth import Company
from workbench.sandbox.data.words import SHORTENED


@dataclass(slots=True)
class Copy:
    """A company as one system has it; an empty text where nobody typed anything."""

    name: str
    street: str
    city: str
    state: str
    postcode: str
    country: str
    phone: str
    website: str
    email: str


def copied(company: Company, random: Lots, *, care: float, latin: bool = False) -> Copy:
    """A copy by somebody of so much care (0 to 1): the less, the more is misspelt, left out or old."""
    lost, lot = (1 - care) * 0.35, random.random
    phone = "" if lot() < lost else _phone(company.phone, random)
    website = "" if lot() < lost else _website(company.domain, random)
    if not phone and not website:
        phone = _phone(company.phone, random)  # most copies can be told by the name and something else
    keeps_place = lot() > lost / 2
    return Copy(
        _name(company, random, care, latin),
        "" if lot() < lost else _street(company.street, random),
        company.city if keeps_place else "",
        company.state[lot() < 0.1] if keeps_place else "",
        "" if lot() < lost else _postcode(company, random),
        company.country[random.choice((0, 0, 1, 1, 2))],
        phone,
        website,
        "" if lot() < lost else f"info@{company.mail_domain}",
    )


def _name(company: Company, random: Lots, care: float, latin: bool) -> str:
    name = company.latin if latin or (company.latin != company.name and random.random() < 0.3) else company.name
    if random.random() < care:
        return name
    if company.former and random.random() < 0.5:
        return company.former
    if company.trading_as:
        return random.choice(
            (f"{name} dba {company.trading_as}", company.trading_as, f"{name} (DBA {company.trading_as})")
        )
    wanted = random.choice((1, 1, 2))
    for change in random.sample(_CHANGES, len(_CHANGES)):
        written = " ".join(change(name, company, random).split())
        wanted -= written != name
        name = written
        if not wanted:
            break
    return name


def _another_form(name: str, company: Company, random: Lots) -> str:
    form = company.forms[0]
    if not form or not name.endswith(form):
        return name
    return f"{name[: -len(form)].strip(' ,')}{random.choice((' ', ', '))}{random.choice(company.forms)}".strip(" ,")


def _shortened(name: str, company: Company, random: Lots) -> str:
    return " ".join(SHORTENED.get(word, word) for word in name.split(" "))


def _joined(name: str, company: Company, random: Lots) -> str:
    return name.replace(" & ", " and ").replace("'s ", "s ")


def _in_capitals(name: str, company: Company, random: Lots) -> str:
    return name.upper()


def _mistyped(name: str, company: Company, random: Lots) -> str:
    word = name.split(" ", 1)[0]
    if len(word) < 6:
        return name
    place = random.between(2, len(word) - 2)
    typed = random.choice(
        (word[:place] + word[place + 1] + word[place] + word[place + 2 :], word[:place] + word[place + 1 :])
    )
    return name.replace(word, typed, 1)


def _with_place(name: str, company: Company, random: Lots) -> str:
    return f"{name} ({company.city})"


_CHANGES = (_another_form, _another_form, _another_form, _shortened, _joined, _in_capitals, _mistyped, _with_place)


def _phone(phone: str, random: Lots) -> str:
    calling, _, number = phone.partition(" ")
    if calling == "+1":
        extension = random.between(10, 99)
        return random.choice(_AMERICAN_PHONES)(number[:3], number[3:6], number[6:], extension)
    split = 2 if len(number) < 10 else 3
    return random.choice(_PHONES)(calling, number[:split], number[split:])


_AMERICAN_PHONES: tuple[Callable[[str, str, str, int], str], ...] = (
    lambda area, office, line, _: f"({area}) {office}-{line}",
    lambda area, office, line, _: f"{area}-{office}-{line}",
    lambda area, office, line, _: f"+1 {area} {office} {line}",
    lambda area, office, line, _: f"{area}.{office}.{line}",
    lambda area, office, line, _: f"1-{area}-{office}-{line}",
    lambda area, office, line, extension: f"({area}) {office}-{line} x{extension}",
    lambda area, office, line, _: f"+1{area}{office}{line}",
)
_PHONES: tuple[Callable[[str, str, str], str], ...] = (
    lambda calling, area, number: f"{calling} {area} {number}",
    lambda calling, area, number: f"{calling}{area}{number}",
    lambda _, area, number: f"0{area} {number}",
)


def _website(domain: str, random: Lots) -> str:
    before, after = random.choice(_WEBSITES)
    return before + domain + after


_WEBSITES = (("https://www.", ""), ("www.", ""), ("http://", "/"), ("", ""), ("https://", ""))


def _street(street: tuple[str, str, str, str], random: Lots) -> str:
    number, name, long_kind, short_kind = street
    kind = random.choice((long_kind, short_kind, f"{short_kind}."))
    suite = f", Suite {random.between(1, 40)}00" if random.random() < 0.15 else ""
    return f"{number} {name} {kind}{suite}"


def _postcode(company: Company, random: Lots) -> str:
    if company.country[1] == "US" and random.random() < 0.15:
        return f"{company.postcode}-{random.between(1000, 9999)}"
    return company.postcode
