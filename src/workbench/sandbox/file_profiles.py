"""File Profiles of ChannelOnline's file door: which column of a tab-delimited file is which field of an account.

The standard one is for files that name none; further ones are the setting `channelonline/file_profiles`:
`{"erp": {"Acct": "customerNumber", "Name": "name"}}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.sandbox.channelonline import OBJECTS, SYSTEM
from workbench.sandbox.state import State

Profile = Mapping[str, str]
"""Column heading to field of an account."""

STANDARD = "standard"
_STANDARD_PROFILE: Profile = {
    "Customer ID": "customerId",
    "Customer Number": "customerNumber",
    "Parent ID": "parentId",
    "Parent Customer Number": "parentCustomerNumber",
    "Type": "type",
    "Company": "name",
    "Address": "street",
    "City": "city",
    "State": "state",
    "Zip": "postcode",
    "Country": "country",
    "Phone": "phone",
    "Web Site": "website",
    "Email": "email",
    "External Key": "externalKey",
    "Salesforce ID": "salesforceId",
    "ConnectWise ID": "connectwiseId",
}
_FIELDS = tuple(each.name for each in OBJECTS["accounts"])
_NAME = re.compile("[A-Za-z0-9_-]{1,40}")  # it names a folder and a file too


def profiles_of(state: State) -> Mapping[str, Profile]:
    """The File Profiles by name; whoever sets one called standard replaces it."""
    return {STANDARD: _STANDARD_PROFILE, **state.setting(SYSTEM, "file_profiles", {})}


def check_profiles(wanted: Mapping[str, Any]) -> None:
    """Raise ValueError that says what of these profiles cannot be meant."""
    for name, profile in wanted.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"a File Profile is named by letters, digits, - and _, not {name!r}")
        if not isinstance(profile, dict) or not profile:
            raise ValueError(f"File Profile {name} is an object of column headings and fields")
        for heading, field in profile.items():
            if field not in _FIELDS:
                raise ValueError(f"File Profile {name}: {heading} is no field of an account: {', '.join(_FIELDS)}")
        if len(set(profile.values())) < len(profile):
            raise ValueError(f"File Profile {name} gives one field two columns; leave one out")
