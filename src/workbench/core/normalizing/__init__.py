"""The same thing written the same way: names, addresses, phones, web addresses, as polars expressions.

Every function takes an expression over text and returns one over text; what is missing or unusable is the empty
text. Nothing here knows about matching: two values that normalise to the same text are written alike, no more.
"""

from workbench.core.normalizing.addresses import (
    city,
    country,
    house_number,
    numbers,
    postcode,
    state,
    street,
    street_core,
    street_words,
)
from workbench.core.normalizing.names import (
    acronym,
    despaced,
    distinguishing,
    given_name,
    organisation,
    second_name,
    sorted_words,
    with_formal_names,
)
from workbench.core.normalizing.reaching import area, domain, email, personal, phone
from workbench.core.normalizing.text import fold, opaque

__all__ = [
    "acronym",
    "area",
    "city",
    "country",
    "despaced",
    "distinguishing",
    "domain",
    "email",
    "fold",
    "given_name",
    "house_number",
    "numbers",
    "opaque",
    "organisation",
    "personal",
    "phone",
    "postcode",
    "second_name",
    "sorted_words",
    "state",
    "street",
    "street_core",
    "street_words",
    "with_formal_names",
]
