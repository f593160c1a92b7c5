"""The same thing written the same way."""

import polars as pl
import pytest

from workbench.core import normalizing


def written(how, text, *others):
    """What a rule makes of one folded text."""
    columns = {"text": [text], **{f"other{at}": [other] for at, other in enumerate(others)}}
    folded = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).select(normalizing.fold(pl.all()))
    return folded.select(how(*(pl.col(name) for name in columns)).alias("said"))["said"].item()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Acme, Inc.", "acme"),
        ("ACME L.L.C.", "acme"),
        ("Acme GmbH & Co. KG", "acme"),
        ("Acme S.A. de C.V.", "acme"),
        ("ООО Ромашка", "romashka"),
        ("Int'l Mfg Svcs Corp", "international manufacturing services"),
        ("Smith & Sons", "smith sons"),
        ("Smith and Sons", "smith sons"),
        ("The Müller Company", "muller"),
        ("王伟", "wang wei"),
        ("O'Hare St.Mary", "ohare saint mary"),
        ("Inc", "inc"),
        ("SPA", "spa"),
        ("The Of", "of"),
        ("N/A", ""),
        (None, ""),
        ("\ue000", ""),
    ],
)
def test_names_lose_form_case_and_script_but_never_everything(name, plain):
    assert written(normalizing.organisation, name) == plain


def test_the_used_name_stands_apart_from_the_registered_one():
    assert written(normalizing.organisation, "Foo Holdings LLC d/b/a Bar Stores") == "foo"
    assert written(normalizing.second_name, "Foo Holdings LLC d/b/a Bar Stores") == "bar stores"
    assert written(normalizing.second_name, "Adobe Systems") == ""


@pytest.mark.parametrize(
    ("phone", "plain"),
    [
        ("310/246-1501", "3102461501"),
        ("+44 (0)20 7946 0958", "2079460958"),
        ("020 7946 0958", "2079460958"),
        ("(555) 123-4567 x22", "5551234567"),
        ("+1 800 111 1234 ext. 5", "8001111234"),
        ("534-5354", "5345354"),
        ("000-000-0000", ""),
        ("yes", ""),
        ("12345", ""),
    ],
)
def test_phones_are_digits_without_extension_and_country(phone, plain):
    assert written(normalizing.phone, phone) == plain


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("http://www.Acme.co.uk/about?x=1", "acme.co.uk"),
        ("https://shop.acme.com:8080", "acme.com"),
        ("sales@acme.com", "acme.com"),
        ("joe@gmail.com", ""),
        ("https://www.facebook.com/acme", ""),
        ("No", ""),
    ],
)
def test_domains_are_registered_ones_and_never_a_provider(address, plain):
    assert written(normalizing.domain, address) == plain


def test_an_address_for_everybody_is_nobodys():
    assert written(normalizing.personal, "info@acme.com") == ""
    assert written(normalizing.personal, "j.smith@acme.com") == "j.smith@acme.com"


def street(text):
    return written(lambda folded: normalizing.street(normalizing.street_words(folded)), text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("435 S. La Cienega Blvd.", "435 La Cienega Boulevard"),
        ("102 Fifth Ave", "102 5th Avenue"),
        ("Hauptstraße 5", "Hauptstr. 5"),
        ("14 Main St, Suite 200", "14 Main Street"),
        ("#321, Street 128", "321 Street 128"),
    ],
)
def test_streets_written_in_two_ways_are_one(one, other):
    assert street(one) == street(other) != ""


def test_a_one_line_address_gives_its_postcode():
    assert written(normalizing.postcode, "", "3212 W. 32nd St Palm Harbor, FL 60527") == "60527"
    assert written(normalizing.postcode, "60527-1234", "1 Main St") == "60527"
    assert written(normalizing.postcode, "8030", "1 Main St") == "08030"
    assert written(normalizing.postcode, "LE11 1UU", "") == "le111uu"


@pytest.mark.parametrize("huge", ["x" * 100_000, "é" * 100_000, "1" * 100_000, "🜁" * 5_000])
def test_a_huge_cell_is_cut(huge):
    assert len(written(normalizing.organisation, huge)) <= 600


@pytest.mark.parametrize(
    ("country", "plain"),
    [
        ("U.S.A.", "us"),
        ("Deutschland", "de"),
        ("Россия", "ru"),
        ("中国", "cn"),
        ("الإمارات العربية المتحدة", "ae"),
        ("QA", "qa"),
        ("Main", ""),
        ("see notes", ""),
    ],
)
def test_a_country_is_known_by_its_own_name_and_an_unknown_one_says_nothing(country, plain):
    assert written(normalizing.country, country) == plain
