"""Who of ours is whom: by e-mail address, by a person's word, and never by guessing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workbench.core.linking import members
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.links import Ruling
from workbench.model.records import Ref, Snapshot, Snapshots, Where, frame_of

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SYSTEMS = ("crm", "psa", "portal")
PLACE = KindInSystem("users", "m", evidence={"name": "name", "email": "mail"}, only=Where.of({"on": [True]}))
KIND = Kind("member", "Member", dict.fromkeys(SYSTEMS, PLACE), match_by="email")
NAMES = ("ann", "ann*2", "bob", "nomail", "-cleo", "cleo")


def taken(**people):
    """`crm=["ann", "bob"]`: the names are the ids; `ann*2` has Ann's address too, `-ann` is switched off."""
    frames = {system: {} for system in SYSTEMS}
    for system, names in people.items():
        for text in names:
            name, _, copy = text.strip("-").partition("*")
            mail = None if name == "nomail" else f"{name}@example.com"
            said = {"name": name, "mail": mail and (mail.upper() if system == "crm" else mail), "on": text[0] != "-"}
            frames[system].setdefault(name + copy, said)
    read = [Snapshot(name, "member", "1", NOW, "", frame_of(found, said_of())) for name, found in frames.items()]
    return Snapshots("member", read, KIND)


def said_of():
    return ("name", "mail", "on")


def rule(subject, system, word, target="", minute=0):
    ref = Ref.parse(target) if target else None
    return Ruling(Ref.parse(subject), system, word, ref, "ada", NOW + timedelta(minutes=minute), "known to me")


def shown(found):
    return {tuple(str(ref) for ref in member.records): member.state for member in found}


def test_the_same_address_in_every_system_is_one_person():
    (ann,) = members(taken(crm=["ann"], psa=["ann"], portal=["ann"]), [])
    assert (ann.state, ann.email, ann.lacking) == ("mapped", "ann@example.com", ())
    assert [ref.system for ref in ann.records] == ["crm", "portal", "psa"]


def test_whom_a_system_lacks_stands_first_and_says_where():
    found = members(taken(crm=["ann", "bob"], psa=["ann", "cleo"], portal=["ann"]), [])
    assert [(member.state, member.name, member.lacking) for member in found] == [
        ("unmapped", "bob", ("psa", "portal")),
        ("unmapped", "cleo", ("crm", "portal")),
        ("mapped", "ann", ()),
    ]


def test_the_same_address_twice_in_a_system_is_never_first_wins():
    (ann,) = members(taken(crm=["ann"], psa=["ann", "ann*2"]), [])
    assert (ann.state, len(ann.records), "psa" in ann.because) == ("ambiguous", 3, True)


def test_without_an_address_nobody_is_matched():
    found = members(taken(crm=["nomail"], psa=["nomail"]), [])
    assert [member.state for member in found] == ["unmapped", "unmapped"]


def test_who_is_switched_off_does_not_count():
    assert shown(members(taken(crm=["ann"], psa=["-ann"]), [])) == {("crm:member:ann",): "unmapped"}


def test_a_person_says_who_is_whom_and_the_address_no_longer_counts():
    read = taken(crm=["ann"], psa=["ann", "anna"])
    found = members(read, [rule("crm:member:ann", "psa", "link", "psa:member:anna")])
    assert shown(found) == {("crm:member:ann", "psa:member:anna"): "in part", ("psa:member:ann",): "unmapped"}
    assert "ruled by ada: known to me" in found.where(state="in part")[0].because


def test_exclude_parts_two_of_one_address_even_over_a_third_system_and_lift_joins_them_again():
    read = taken(crm=["ann"], psa=["ann"], portal=["ann"])
    excluded = rule("crm:member:ann", "psa", "exclude")
    apart = [{ref.system for ref in member.records} for member in members(read, [excluded])]
    assert len(apart) == 2 and not any({"crm", "psa"} <= systems for systems in apart)
    lifted = members(read, [excluded, rule("crm:member:ann", "psa", "lift", minute=1)])
    assert [member.state for member in lifted] == ["mapped"]


def test_a_ruling_about_somebody_who_is_gone_changes_nothing():
    read = taken(crm=["ann"], psa=["ann"])
    ruled = [rule("crm:member:gone", "psa", "link", "psa:member:ann"), rule("crm:member:ann", "portal", "exclude")]
    assert shown(members(read, ruled)) == {("crm:member:ann", "psa:member:ann"): "in part"}


PEOPLE = st.fixed_dictionaries({system: st.lists(st.sampled_from(NAMES), unique=True) for system in SYSTEMS})
WORDS = st.tuples(
    st.sampled_from(SYSTEMS),
    st.sampled_from(["ann", "ann2", "bob"]),
    st.sampled_from(SYSTEMS),
    st.sampled_from(["ann", "bob", "cleo"]),
    st.sampled_from(["link", "exclude", "lift"]),
)


@given(PEOPLE, st.lists(WORDS, max_size=4))
def test_every_member_stands_once_and_two_records_of_a_system_are_never_one(people, words):
    read = taken(**people)
    ruled = [
        rule(f"{one}:member:{who}", other, word, f"{other}:member:{whom}" if word == "link" else "", minute)
        for minute, (one, who, other, whom, word) in enumerate(words)
        if one != other
    ]
    found = members(read, ruled)
    counting = {Ref(name, "member", key) for name, each in read.items() for key, row in each.records() if row["on"]}
    assert sorted(ref for member in found for ref in member.records) == sorted(counting)
    for member in found:
        systems = [ref.system for ref in member.records]
        assert (member.state == "ambiguous") == (len(set(systems)) < len(systems))
        assert member.lacking == tuple(system for system in SYSTEMS if system not in systems)
        assert member.state != "mapped" or not member.lacking


def test_the_sandboxs_people_are_mapped_and_its_integration_users_listed(sandbox_bench):
    state = {member.email: member.state for member in sandbox_bench.members()}
    assert state["iris.meyer@northwind-channel.example"] == "mapped"
    assert state["workbench@northwind-channel.example"] == "unmapped"
    assert state.get("lea.rossi@northwind-channel.example") != "mapped"  # switched off in Salesforce
    (user,) = sandbox_bench.members().where(email="workbench@northwind-channel.example")
    (iris,) = sandbox_bench.members().where(email="iris.meyer@northwind-channel.example")
    psa = next(ref for ref in iris.records if ref.system == "connectwise")
    sandbox_bench.rule(str(user.records[0]), "connectwise", "link", str(psa), reason="shares her licence")
    again = {member.email: member for member in sandbox_bench.members()}
    assert psa in again["workbench@northwind-channel.example"].records
    assert "connectwise" in again["iris.meyer@northwind-channel.example"].lacking
