"""Configuration: everything that is wrong is said at once, with file, line and the nearest right name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.errors import ConfigurationError, UnknownName, UsageError
from workbench.settings import read

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def home(tmp_path):
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path


def change(home: Path, name: str, before: str, after: str) -> None:
    path = home / "config" / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def problems(home: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read(folder=home, environment={})
    return [str(problem).replace(str(home), "") for problem in caught.value.problems]


def test_the_repositorys_own_configuration_is_right(home):
    settings = read(folder=home, environment={})

    assert settings.profile == "sandbox" and settings.sandbox
    assert settings.integration("partner-sync").kinds == ("partner", "contact")


def test_every_mistake_of_every_file_is_said_at_once_with_line_and_nearest_name(home):
    change(home, "kinds.yaml", "evidence:", "evidense:")
    change(home, "integrations/partner-sync.yaml", "left: channeltivity", "left: chaneltivity")
    change(home, "integrations/partner-sync.yaml", "canonicaliser: phone", "canonicaliser: fone")
    change(home, "workbench.yaml", "approval_hours: 24", "approval_hours: soon")

    said = problems(home)

    assert any("kinds.yaml:13" in text and "did you mean 'evidence'?" in text for text in said), said
    assert any("partner-sync.yaml" in text and "did you mean 'phone'?" in text for text in said), said
    assert any("workbench.yaml" in text and "approval_hours" in text for text in said), said
    assert len(said) >= 3


@pytest.mark.parametrize(
    ("name", "before", "after", "place", "said"),
    [
        ("kinds.yaml", "evidence:", "evidense:", "kinds.yaml:13", "did you mean 'evidence'?"),
        ("kinds.yaml", "object:", "objekt:", "kinds.yaml:8", "did you mean 'object'?"),
        ("kinds.yaml", "kinds:", "kinds: [", "kinds.yaml:", "this is not YAML"),
        ("integrations/partner-sync.yaml", "left: channeltivity", "left: chaneltivity", ":3", "'channeltivity'?"),
        ("integrations/partner-sync.yaml", "left: channeltivity", "lefft: channeltivity", ":3", "mean 'left'?"),
        ("integrations/partner-sync.yaml", "canonicaliser: phone", "canonicaliser: fone", ":32", "mean 'phone'?"),
        ("integrations/partner-sync.yaml", "title:", "title: !!binary", ":2", "is not allowed here"),
        ("workbench.yaml", "approval_hours: 24", "approval_hours: soon", ":6", "'soon' is no whole number"),
        ("workbench.yaml", "profiles:", "profile_s:", ":7", "did you mean 'profiles'?"),
        ("workbench.yaml", "run_by: workbench", "run_by: workbnch", ":10", "did you mean 'workbench'?"),
        ("landscape.yaml", "systems:", "sistems:", "landscape.yaml:", "did you mean 'systems'?"),
        ("approvers.yaml", "people:", "peeple:", "approvers.yaml:", "did you mean 'people'?"),
    ],
)
def test_one_mistake_is_said_once_where_it_stands_and_causes_no_second(home, name, before, after, place, said):
    change(home, name, before, after)

    (only,) = problems(home)
    assert place in only and said in only


def test_a_system_that_no_kind_knows_is_named_with_the_nearest(home):
    change(home, "integrations/partner-sync.yaml", "left: channeltivity", "left: chaneltivity")

    said = problems(home)

    assert any("'chaneltivity'; did you mean 'channeltivity'?" in text for text in said), said


def test_a_field_mapped_twice_and_a_value_map_that_folds_are_refused(home):
    change(home, "integrations/partner-sync.yaml", "{left: city, right: BillingCity}", "{left: city, right: Name}")
    change(home, "integrations/partner-sync.yaml", "Prospective: Prospective Partner", "Prospective: Active Partner")

    said = problems(home)

    assert any("'Name' is mapped twice on the right" in text for text in said), said
    assert any("two left values become 'Active Partner'" in text for text in said), said


def test_a_mark_of_deletion_that_is_made_from_itself_is_refused(home):
    change(home, "integrations/partner-sync.yaml", '"{Channeltivity_Partner_Status__c} (', '"{Record_Status__c} (')

    (only,) = problems(home)
    assert "partner-sync.yaml:24" in only and "'Record_Status__c' is made from itself" in only


def test_a_contact_before_its_partner_is_refused(home):
    path = home / "config" / "integrations" / "partner-sync.yaml"
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition("  partner:\n")
    partner, _, tail = rest.partition("  contact:\n")
    contact, _, limits = tail.partition("limits:\n")
    path.write_text(f"{head}  contact:\n{contact}  partner:\n{partner}limits:\n{limits}", encoding="utf-8")

    assert any("contact stands before its parent partner" in text for text in problems(home))


def test_a_ring_of_integrations_without_a_master_is_refused(home):
    folder = home / "config" / "integrations"
    change(home, "integrations/partner-sync.yaml", "master: left\n", "master: person\n")
    pairs = {
        "second": ("salesforce", "connectwise", "Name", "name"),
        "third": ("connectwise", "channeltivity", "name", "name"),
    }
    for name, (left, right, left_field, right_field) in pairs.items():
        body = f"title: {name}\nleft: {left}\nright: {right}\nkinds:\n  partner:\n    mapping:\n"
        (folder / f"{name}.yaml").write_text(f"{body}      - {{left: {left_field}, right: {right_field}}}\n")

    assert any("goes round in a ring" in text for text in problems(home))


def test_a_missing_file_is_named(home):
    (home / "config" / "kinds.yaml").unlink()

    assert any("kinds.yaml" in text and "missing" in text for text in problems(home))


def test_an_unknown_profile_integration_or_kind_offers_the_nearest(home):
    with pytest.raises(UnknownName, match="did you mean 'sandbox'"):
        read("sandbx", folder=home, environment={})
    settings = read(folder=home, environment={})
    with pytest.raises(UnknownName, match="did you mean 'partner-sync'"):
        settings.integration("partner-sink")


def test_a_folder_without_configuration_says_where_to_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match="WORKBENCH_HOME"):
        read(environment={})


def test_who_may_approve_needs_a_key_and_stands_once(home):
    people = "people:\n  - {name: Ada, roles: [approver]}\n  - {name: Ada, roles: [viewer]}\n"
    (home / "config" / "approvers.yaml").write_text(people)

    said = problems(home)

    assert any("Ada may approve but has no public_key" in text for text in said)
    assert any("'Ada' stands 2 times" in text for text in said)


def test_secrets_of_the_environment_never_show(home):
    settings = read(folder=home, environment={"WORKBENCH_SALESFORCE_CLIENT_SECRET": "s3cr3t-CANARY"})

    assert "CANARY" not in repr(settings)
