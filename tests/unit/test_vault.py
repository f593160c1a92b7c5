"""Credentials: where they are kept, that nobody else can read them, and that they never show."""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path

import keyring
import pytest
from cryptography.fernet import Fernet
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as ForgetfulKeyring

from workbench.errors import AccessDenied, Refused, UsageError
from workbench.vault import Credentials, Vault

SECRETS = Credentials({"url": "https://portal.example", "api_key": "s3cr3t-CANARY"})


class DictKeyring(KeyringBackend):
    """A keyring in memory; `longest` is how long a value it takes, as some are short."""

    priority = 1

    def __init__(self, longest: int = 10**6) -> None:
        self.items: dict[tuple[str, str], str] = {}
        self.longest = longest

    def get_password(self, service, username):
        return self.items.get((service, username))

    def set_password(self, service, username, password):
        if len(password) > self.longest:
            raise OSError("the value is too long")
        self.items[service, username] = password

    def delete_password(self, service, username):
        del self.items[service, username]


@pytest.fixture
def ring():
    """The keyring of the machine, replaced for a test and put back."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def open_vault(tmp_path):
    def opened(profile="live", **environment):
        return Vault(profile, environment, tmp_path / "credentials.sealed")

    return opened


def test_what_is_kept_is_found_again_in_the_keyring(ring, open_vault, tmp_path):
    ring(DictKeyring())

    assert open_vault().keep("portal", "read", SECRETS) == "keyring"
    assert dict(open_vault().find("portal")) == dict(SECRETS)
    assert list(tmp_path.iterdir()) == []


def test_profiles_do_not_share_credentials(ring, open_vault):
    ring(DictKeyring())
    open_vault().keep("portal", "read", SECRETS)

    with pytest.raises(AccessDenied, match="workbench connect portal"):
        open_vault("test").find("portal")


@pytest.mark.parametrize(
    "backend", [NoKeyring(), ForgetfulKeyring(), DictKeyring(longest=20)], ids=lambda b: str(type(b))
)
def test_without_a_keyring_that_keeps_it_the_file_is_encrypted_and_for_this_user_alone(ring, open_vault, backend):
    ring(backend)
    vault = open_vault(WORKBENCH_VAULT_PASSPHRASE="correct horse")

    path = vault.keep("portal", "read", SECRETS)

    assert path.endswith("credentials.sealed")
    assert dict(open_vault(WORKBENCH_VAULT_PASSPHRASE="correct horse").find("portal")) == dict(SECRETS)
    content = Path(path).read_bytes()
    assert b"CANARY" not in content and b"portal.example" not in content
    assert oct(Path(path).stat().st_mode & 0o777) == "0o600"


def test_a_file_that_others_may_read_is_refused(ring, open_vault, tmp_path):
    ring(NoKeyring())
    vault = open_vault(WORKBENCH_VAULT_PASSPHRASE="correct horse")
    vault.keep("portal", "read", SECRETS)
    (tmp_path / "credentials.sealed").chmod(0o640)

    with pytest.raises(Refused, match="chmod 600"):
        vault.find("portal")


def test_nothing_is_kept_when_the_key_has_no_place_of_its_own(ring, open_vault, tmp_path):
    ring(NoKeyring())

    with pytest.raises(AccessDenied, match="WORKBENCH_VAULT_PASSPHRASE"):
        open_vault().keep("portal", "read", SECRETS)
    assert list(tmp_path.iterdir()) == []


def test_the_wrong_passphrase_opens_nothing_and_is_not_told(ring, open_vault):
    ring(NoKeyring())
    open_vault(WORKBENCH_VAULT_PASSPHRASE="correct horse").keep("portal", "read", SECRETS)

    with pytest.raises(AccessDenied, match="does not open") as refused:
        open_vault(WORKBENCH_VAULT_PASSPHRASE="battery staple").find("portal")
    assert "battery" not in str(refused.value)


def test_a_credential_too_long_for_the_keyring_lies_in_the_file_whose_key_lies_in_the_keyring(ring, open_vault):
    ring(DictKeyring(longest=100))
    long = Credentials({"private_key": "x" * 2000})

    assert open_vault().keep("salesforce", "read", long).endswith("credentials.sealed")
    assert dict(open_vault().find("salesforce")) == dict(long)


def test_rotation_by_environment_lets_the_old_key_go(ring, open_vault):
    ring(NoKeyring())
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    open_vault(WORKBENCH_VAULT_KEY=old).keep("portal", "read", SECRETS)

    assert open_vault(WORKBENCH_VAULT_KEY=f"{new},{old}").rotate() == 1

    assert dict(open_vault(WORKBENCH_VAULT_KEY=new).find("portal")) == dict(SECRETS)
    with pytest.raises(AccessDenied):
        open_vault(WORKBENCH_VAULT_KEY=old).find("portal")


def test_rotation_of_a_passphrase_lets_the_old_one_go(ring, open_vault):
    ring(NoKeyring())
    open_vault(WORKBENCH_VAULT_PASSPHRASE="old").keep("portal", "read", SECRETS)

    open_vault(WORKBENCH_VAULT_PASSPHRASE="new", WORKBENCH_VAULT_OLD_PASSPHRASE="old").rotate()

    assert open_vault(WORKBENCH_VAULT_PASSPHRASE="new").find("portal")["api_key"] == SECRETS["api_key"]
    with pytest.raises(AccessDenied):
        open_vault(WORKBENCH_VAULT_PASSPHRASE="old").find("portal")


def test_rotation_with_the_key_in_the_keyring_replaces_it(ring, open_vault):
    backend = DictKeyring(longest=100)
    ring(backend)
    open_vault().keep("portal", "read", Credentials({"api_key": "y" * 500}))
    before = dict(backend.items)

    open_vault().rotate()

    assert backend.items.keys() == before.keys() and not set(backend.items.values()) & set(before.values())
    assert open_vault().find("portal")["api_key"] == "y" * 500


def test_writing_has_its_own_credentials_or_shares_those_for_reading(ring, open_vault):
    ring(DictKeyring())
    vault = open_vault()
    vault.keep("portal", "read", SECRETS)
    assert vault.find("portal", "write")["api_key"] == SECRETS["api_key"]

    vault.keep("portal", "write", Credentials({"api_key": "for writing"}))

    assert vault.find("portal", "write")["api_key"] == "for writing"
    assert vault.find("portal", "read")["api_key"] == SECRETS["api_key"]


def test_credentials_for_writing_alone_are_never_used_for_reading(ring, open_vault):
    ring(NoKeyring())
    with pytest.raises(AccessDenied):
        open_vault(WORKBENCH_PORTAL_WRITE_API_KEY="w").find("portal", "read")


def test_the_environment_comes_first_so_that_a_schedule_needs_no_keyring(ring, open_vault):
    ring(DictKeyring())
    vault = open_vault(WORKBENCH_PORTAL_API_KEY="of the schedule", WORKBENCH_PORTAL_WRITE_API_KEY="w")
    vault.keep("portal", "read", SECRETS)

    assert dict(vault.find("portal")) == {"api_key": "of the schedule"}
    assert dict(vault.find("portal", "write")) == {"api_key": "w"}


def test_forgetting_leaves_nothing_behind(ring, open_vault, tmp_path):
    backend = DictKeyring(longest=100)
    ring(backend)
    vault = open_vault()
    vault.keep("portal", "read", SECRETS)
    vault.keep("salesforce", "read", Credentials({"private_key": "x" * 500}))

    assert vault.forget("portal", "read") and vault.forget("salesforce", "read")
    assert not vault.forget("portal", "read")
    assert vault.entries(["portal", "salesforce"]) == []
    assert not (tmp_path / "credentials.sealed").exists()


def test_the_list_of_what_is_kept_names_places_and_never_values(ring, open_vault):
    ring(DictKeyring())
    vault = open_vault(WORKBENCH_SALESFORCE_WRITE_CLIENT_SECRET="s3cr3t-CANARY")
    vault.keep("portal", "read", SECRETS)

    found = vault.entries(["portal", "salesforce"])

    assert [(e.system, e.access, e.place, e.names) for e in found] == [
        ("portal", "read", "keyring", ("api_key", "url")),
        ("salesforce", "write", "environment", ("client_secret",)),
    ]
    assert "CANARY" not in repr(found)


def test_credentials_show_their_names_and_never_a_value():
    shown = [repr(SECRETS), str(SECRETS), f"{SECRETS}", repr({"held": SECRETS}), repr(SECRETS.__dict__)]

    assert all("CANARY" not in text for text in shown)
    assert "api_key=***" in shown[0] and "https://portal.example" in shown[0]


def test_a_keyring_entry_that_is_no_object_is_said_without_its_text(ring, open_vault):
    backend = DictKeyring()
    backend.items["partner-workbench", "live/portal"] = "s3cr3t-CANARY"
    ring(backend)

    try:
        open_vault().find("portal")
    except UsageError:
        assert "CANARY" not in "".join(traceback.format_exception(*sys.exc_info()))
    else:
        raise AssertionError("it was taken")


def test_a_damaged_file_is_refused_with_what_to_do(ring, open_vault, tmp_path):
    ring(NoKeyring())
    path = tmp_path / "credentials.sealed"
    path.write_text(json.dumps({"format": 7}))
    path.chmod(0o600)

    with pytest.raises(Refused, match="connect again"):
        open_vault(WORKBENCH_VAULT_PASSPHRASE="p").find("portal")
