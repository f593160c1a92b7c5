"""When two ways of writing a value mean the same: "(555) 010-2030" and "555-010-2030" are no change."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from workbench.core.countries import COUNTRIES
from workbench.model.integrations import Integration
from workbench.model.mappings import Canonicaliser, Side
from workbench.model.records import SEPARATOR, Ref
from workbench.model.values import Value

_TRUE, _FALSE = ("true", "yes", "1", "on"), ("", "false", "no", "0", "off")


@lru_cache(maxsize=200_000, typed=True)
def canonical(canonicaliser: Canonicaliser, value: Value) -> str | None:
    """What a value is compared by; None when the field is blank. A blank flag is a flag that is not set."""
    text = _plain(value)
    if canonicaliser == "flag":
        return _flag(text)
    if canonicaliser == "exact":
        return text or None
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return (_RULES[canonicaliser](text) or text) if text else None


def same(canonicaliser: Canonicaliser, one: Value, another: Value) -> bool:
    """Whether two values mean the same."""
    if one == another and type(one) is type(another):
        return True
    return canonical(canonicaliser, one) == canonical(canonicaliser, another)


class Canonicalisers:
    """How each native field that an integration maps is compared; every other one (stamps, references) as text."""

    def __init__(self, integration: Integration) -> None:
        self._known: dict[tuple[str, str, str], Canonicaliser] = {}
        sides: tuple[Side, Side] = ("left", "right")
        for pairing in integration.pairings:
            for side in sides:
                for row in pairing.mapping:
                    place = integration.system(side), pairing.kind, getattr(row, side)
                    self._known.setdefault(place, row.canonicaliser)

    def same(self, record: Ref, name: str, one: Value, another: Value) -> bool:
        """Whether two values of a native field of a record mean the same."""
        return same(self._known.get((record.system, record.kind, name), "text"), one, another)

    def differing(self, record: Ref, held: Mapping[str, Value], wanted: Mapping[str, Value]) -> list[str]:
        """The native fields in which a record holds something else than is wanted, sorted."""
        return sorted(name for name, value in wanted.items() if not self.same(record, name, held.get(name), value))


def _plain(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(text: str) -> str:
    return text


def _flag(text: str) -> str:
    word = text.strip().casefold()
    if word in _TRUE:
        return "true"
    return "false" if word in _FALSE else word


def _phone(text: str) -> str:
    number, extension = re.match(r"(.*?)(?:\s*(?:x|ext\.?|extension|#)\s*(\d+))?$", text, re.IGNORECASE).groups()  # type: ignore[union-attr]  # the pattern agrees with any text
    digits = "".join(str(unicodedata.digit(sign)) for sign in number if sign.isdigit())
    if not digits:
        return text.casefold()
    if digits.startswith("00"):
        digits = digits[2:]
    elif len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]  # North American numbers are written with and without their country code
    return f"{digits}x{extension}" if extension else digits


def _url(text: str) -> str:
    host, slash, path = re.sub(r"^\w+://|^//", "", text).partition("/")
    host = re.sub(r"^www\.|:(80|443)$|\.$", "", host.casefold())
    return f"{host}{slash}{path}".rstrip("/")


def _picklist(text: str) -> str:
    return SEPARATOR.join(sorted(part.strip().casefold() for part in text.split(SEPARATOR.strip()) if part.strip()))


def _decimal(text: str) -> str:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return text
    return f"{number.normalize():f}" if number.is_finite() and number else "0" if number.is_finite() else text


def _date(text: str) -> str:
    return text[:10] if re.match(r"\d{4}-\d\d-\d\d([T ]|$)", text) else text


def _datetime(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.replace("+0000", "+00:00"))
    except ValueError:
        return text
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0).isoformat()


def _country(text: str) -> str:
    word = re.sub(r"[^\w ]", "", text.casefold()).removeprefix("the ").strip()
    return COUNTRIES.get(word, word)


_RULES: Mapping[Canonicaliser, Callable[[str], str]] = {
    "by type": _text,  # where no system describes the field
    "text": _text,
    "phone": _phone,
    "url": _url,
    "email": str.casefold,
    "picklist": _picklist,
    "decimal": _decimal,
    "date": _date,
    "datetime": _datetime,
    "country": _country,
}
