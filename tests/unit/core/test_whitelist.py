# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whitelist groups: names, entries, limits, and changes sent to a server that refuses what RDS refuses."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import cidr, whitelist
from tests.unit.core.networks import addresses, networks, small_networks
from tests.unit.core.worlds import RefusedError, WhitelistServer

PLACEHOLDER = cidr.parse(whitelist.PLACEHOLDER)
PLANS = (whitelist.plan_present, whitelist.plan_absent, whitelist.plan_exact)


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """An entry as a server may list it: as written, with its /32, or with host bits."""
    network = draw(small_networks())
    host = network.network_address + draw(st.integers(0, network.num_addresses - 1))
    return draw(st.sampled_from([cidr.spell(network), str(network), f"{host}/{network.prefixlen}"]))


@st.composite
def held_lists(draw: st.DrawFn, smallest: int = 1) -> list[str]:
    """What a group holds: entries of different meaning, perhaps only the placeholder."""
    entries = draw(st.lists(spellings(), min_size=smallest, max_size=6, unique_by=cidr.parse_served))
    return draw(st.sampled_from([entries, [*entries, whitelist.PLACEHOLDER], [whitelist.PLACEHOLDER]]))


wanted_lists = st.lists(small_networks(), min_size=1, max_size=5, unique=True)


# Entries


@pytest.mark.parametrize(
    "entry",
    [
        "0.0.0.0/0",
        " 0.0.0.0/0 ",
        "0.0.0.0/00",
        "0.0.0.0/0.0.0.0",
        "00.0.0.0/0",
        "0/0",
        "1.2.3.4/0",
        "255.255.255.255/0",
        "10.0.0.0/00",
        "0.0.0.0",
        "0.0.0.0/32",
        "0.0.0.0/1",
        "::/0",
        "any",
        "*",
        "%",
    ],
)
def test_no_spelling_of_everybody_is_accepted(entry: str) -> None:
    with pytest.raises(whitelist.WhitelistError):
        whitelist.check_entries([entry])
    with pytest.raises(whitelist.WhitelistError):
        whitelist.check_entries(["10.0.0.0/8", entry])


@pytest.mark.parametrize("entry", ["0.0.0.0/0", "1.2.3.4/0", "0.0.0.0/0.0.0.0", "0.0.0.0/00"])
def test_the_refusal_of_everybody_says_so(entry: str) -> None:
    with pytest.raises(whitelist.WhitelistError, match="every address on the Internet"):
        whitelist.check_entries([entry])


@given(st.integers(1, 6))
def test_everybody_in_pieces_is_refused_too(bits: int) -> None:
    pieces = [str(piece) for piece in cidr.Network("0.0.0.0/0").subnets(new_prefix=bits)]
    with pytest.raises(whitelist.WhitelistError):
        whitelist.check_entries(pieces)


def test_entries_must_be_given() -> None:
    with pytest.raises(whitelist.WhitelistError, match="entries is empty"):
        whitelist.check_entries([])


def test_a_wrong_entry_is_named_among_good_ones() -> None:
    with pytest.raises(whitelist.WhitelistError, match=r"entry '10\.0\.0\.300'"):
        whitelist.check_entries(["10.0.0.1", "10.0.0.300", "10.0.0.2"])


@given(st.lists(networks(shortest=8, lowest="1.0.0.0"), min_size=1, max_size=6))
def test_good_entries_come_back_in_their_order_without_those_that_others_cover(found: list[cidr.Network]) -> None:
    spelled = [text for network in found for text in (cidr.spell(network), str(network))]
    alone = [network for network in found if not any(network != other and network.subnet_of(other) for other in found)]
    assert whitelist.check_entries(spelled) == list(dict.fromkeys(alone))
    assert whitelist.parse_entries(spelled) == list(dict.fromkeys(found))


# Names


@pytest.mark.parametrize("name", ["dataworks_etl", "ab", "a1", "a_1", "a" * 32, "office_network"])
def test_names_that_rds_surely_takes_are_taken(name: str) -> None:
    whitelist.check_group_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "a", "_ab", "ab_", "1ab", "Etl", "a-b", "a b", "a" * 33, "gruppe_ä", "ab\n", "a.b", "組", "ab\uff11"],
)
def test_other_names_are_refused_with_the_rule(name: str) -> None:
    with pytest.raises(whitelist.WhitelistError, match="2 to 32 lower-case letters"):
        whitelist.check_group_name(name)


@pytest.mark.parametrize("name", ["default", "Default", "DEFAULT"])
def test_the_default_group_is_refused_in_any_case(name: str) -> None:
    with pytest.raises(whitelist.WhitelistError, match="never changed"):
        whitelist.check_group_name(name)
    assert whitelist.is_protected(whitelist.Group(name, ("127.0.0.1",)))


@pytest.mark.parametrize("name", ["ali_dms_group", "hdm_security_ips", "dms", "dts", "DMS"])
def test_groups_of_other_services_are_refused(name: str) -> None:
    with pytest.raises(whitelist.WhitelistError, match="another Alibaba Cloud service"):
        whitelist.check_group_name(name)
    assert whitelist.is_protected(whitelist.Group(name, ("10.0.0.1",)))


def test_hidden_groups_are_protected_and_plain_ones_are_not() -> None:
    assert whitelist.is_protected(whitelist.Group("anything", ("10.0.0.1",), attribute="hidden"))
    assert not whitelist.is_protected(whitelist.Group("office", ("10.0.0.1",)))


@given(st.text(), st.text(), st.booleans())
@example("", "rg-1", True)
@example("___", "rg-1", False)
@example("İSTANBUL 東京 " * 9, "rg-1", True)
def test_the_own_name_is_always_one_that_may_be_written(name: str, group_id: str, public: bool) -> None:
    own = whitelist.own_group_name(name, group_id, public)
    whitelist.check_group_name(own)
    assert len(own) <= 32
    assert own.startswith("dataworks_")
    assert own == whitelist.own_group_name(name, group_id, public)


@given(st.text(), st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True))
def test_own_names_differ_by_the_id_and_by_the_path(name: str, group_ids: list[str]) -> None:
    names = [whitelist.own_group_name(name, group_id, public) for group_id in group_ids for public in (False, True)]
    assert len(set(names)) == 4


def test_the_own_name_can_be_read_by_people() -> None:
    assert whitelist.own_group_name("Nightly ETL (prod)", "rg-1").startswith("dataworks_nightly_etl_pro")


@given(st.text(), st.text(), st.text(min_size=1), st.booleans())
def test_the_own_group_is_found_after_a_rename(old: str, new: str, group_id: str, public: bool) -> None:
    assume(whitelist.own_group_name(old, group_id) != whitelist.own_group_name(new, group_id))
    kept = whitelist.own_group_name(old, group_id, public)
    others = [
        "default",
        whitelist.own_group_name(old, group_id, not public),
        whitelist.own_group_name(new, "other-id", public),
    ]
    groups = [whitelist.Group(name, ("10.0.0.1",)) for name in (*others, kept)]
    assert whitelist.find_own_group(groups, group_id, public) == kept
    assert whitelist.find_own_group(groups[:-1], group_id, public) is None


# Changes


@given(held_lists(), wanted_lists, st.sampled_from(PLANS))
def test_the_plan_of_an_applied_state_is_empty(held: list[str], wanted: list[cidr.Network], planner: object) -> None:
    assert callable(planner)
    server = WhitelistServer(held)
    server.apply(planner(server.entries, wanted))
    assert not planner(server.entries, wanted).needed


@given(held_lists(), wanted_lists, st.sampled_from(PLANS))
def test_the_server_holds_what_the_change_announced(
    held: list[str], wanted: list[cidr.Network], planner: object
) -> None:
    assert callable(planner)
    change = planner(held, wanted)
    server = WhitelistServer(held)
    server.apply(change)
    assert change.before == tuple(held)
    assert sorted(change.after) == sorted(server.entries)
    assert change.needed == (sorted(change.before) != sorted(change.after))


@given(held_lists(), wanted_lists)
def test_present_admits_all_that_is_wanted_and_removes_nothing(held: list[str], wanted: list[cidr.Network]) -> None:
    server = WhitelistServer(held)
    server.apply(whitelist.plan_present(held, wanted))
    assert server.entries[: len(held)] == held
    assert addresses(wanted) <= addresses(cidr.parse_served(entry) for entry in server.entries)  # type: ignore[misc]


@given(st.lists(small_networks(), min_size=1, max_size=3, unique=True), wanted_lists)
def test_present_adds_nothing_that_is_covered(cover: list[cidr.Network], wanted: list[cidr.Network]) -> None:
    change = whitelist.plan_present([cidr.spell(network) for network in cover], wanted)
    covered = addresses(cover)
    assert [cidr.parse(entry) for entry in change.append] == [
        network for network in wanted if not addresses([network]) <= covered
    ]


@given(held_lists(), wanted_lists)
def test_absent_removes_the_meaning_in_the_servers_own_spelling(held: list[str], unwanted: list[cidr.Network]) -> None:
    change = whitelist.plan_absent(held, unwanted)
    assert set(change.delete) <= set(held)
    assert list(change.delete) == [
        entry for entry in held if cidr.parse_served(entry) in unwanted and cidr.parse_served(entry) != PLACEHOLDER
    ]
    assert set(change.append) <= {whitelist.PLACEHOLDER}


@given(held_lists(), wanted_lists)
def test_exact_leaves_the_wanted_meanings_and_no_other(held: list[str], wanted: list[cidr.Network]) -> None:
    server = WhitelistServer(held)
    server.apply(whitelist.plan_exact(held, wanted))
    assert {cidr.parse_served(entry) for entry in server.entries} == set(wanted)
    kept = [entry for entry in held if cidr.parse_served(entry) in wanted]
    assert server.entries[: len(kept)] == kept, "an entry that stays keeps its spelling"


@given(held_lists(), wanted_lists)
def test_exact_never_appends_what_overlaps_an_entry_that_is_to_go(held: list[str], wanted: list[cidr.Network]) -> None:
    change = whitelist.plan_exact(held, wanted)
    going = [cidr.parse_served(entry) for entry in change.delete]
    assert not any(cidr.parse(entry).overlaps(other) for entry in change.append for other in going if other)
    assert not change.replace or not (change.append or change.delete)


@given(held_lists(), wanted_lists)
def test_no_moment_of_an_exact_change_shuts_out_what_is_admitted_before_and_after(
    held: list[str], wanted: list[cidr.Network]
) -> None:
    change = whitelist.plan_exact(held, wanted)
    server = WhitelistServer(held)
    seen: list[set[int]] = []
    for write, entries in (
        (server.cover, change.replace),
        (server.append, change.append),
        (server.delete, change.delete),
    ):
        if entries:
            write(entries)
            seen.append(_admitted(server.entries))
    for admitted in seen:
        assert _admitted(held) & addresses(wanted) <= admitted


def test_the_last_entry_goes_only_after_the_placeholder_has_come() -> None:
    change = whitelist.plan_absent(["10.0.0.0/24"], [cidr.parse("10.0.0.0/24")])
    assert (change.append, change.delete) == (("127.0.0.1",), ("10.0.0.0/24",))
    assert change.after == ("127.0.0.1",)


def test_a_placeholder_that_is_there_is_not_added_again() -> None:
    change = whitelist.plan_absent(["127.0.0.1/32", "10.0.0.5"], [cidr.parse("10.0.0.5")])
    assert (change.append, change.delete) == ((), ("10.0.0.5",))


def test_absent_never_removes_the_placeholder() -> None:
    assert not whitelist.plan_absent(["127.0.0.1"], [PLACEHOLDER]).needed


def test_the_placeholder_leaves_with_the_first_exact_entries() -> None:
    change = whitelist.plan_exact(["127.0.0.1"], [cidr.parse("10.0.0.0/24")])
    assert (change.append, change.delete) == (("10.0.0.0/24",), ("127.0.0.1",))


def test_entries_that_are_no_ipv4_networks_survive_present_and_absent() -> None:
    held = ["2001:db8::1", "pc.example", "10.0.0.5"]
    assert whitelist.plan_present(held, [cidr.parse("10.0.0.6")]).after == (*held, "10.0.0.6")
    assert whitelist.plan_absent(held, [cidr.parse("10.0.0.5")]).after == ("2001:db8::1", "pc.example")


@given(
    st.sampled_from(PLANS[:2]),
    st.lists(small_networks(), min_size=1, max_size=3, unique=True),
    held_lists(),
    st.lists(st.tuples(st.booleans(), spellings()), max_size=8),
    st.data(),
)
def test_a_change_between_others_converges_and_touches_nothing_of_theirs(
    planner: object,
    wanted: list[cidr.Network],
    held: list[str],
    others: Sequence[tuple[bool, str]],
    data: st.DataObject,
) -> None:
    """Somebody else writes between our read and each of our writes; their entries are theirs, ours are ours."""
    assert callable(planner)
    foreign = [(add, entry) for add, entry in others if cidr.parse_served(entry) not in wanted]
    server = WhitelistServer(held)
    theirs = {entry for entry in held if cidr.parse_served(entry) not in wanted} - {whitelist.PLACEHOLDER}
    pending = list(foreign)

    def interfere() -> None:
        for _turn in range(data.draw(st.integers(0, 2))):
            if pending:
                add, entry = pending.pop()
                try:
                    (server.append if add else server.delete)([entry])
                except RefusedError:
                    continue
                (theirs.add if add else theirs.discard)(entry)

    for _attempt in range(len(foreign) + 3):
        change = planner(server.entries, wanted)
        if not change.needed:
            break
        try:
            for write, entries in ((server.append, change.append), (server.delete, change.delete)):
                interfere()
                if entries:
                    write(entries)
        except RefusedError:
            continue
    assert not planner(server.entries, wanted).needed
    assert theirs <= set(server.entries)


# Limits


@pytest.mark.parametrize(("added", "templates", "fits"), [(1, 0, True), (2, 0, False), (1, 1, False), (0, 500, True)])
def test_an_instance_has_room_for_a_thousand_entries_over_all_groups_and_templates(
    added: int, templates: int, fits: bool
) -> None:
    held = [whitelist.Group(f"g{number}", tuple(f"10.0.{number}.{host}" for host in range(100))) for number in range(9)]
    held.append(whitelist.Group("last", tuple(f"10.1.0.{host}" for host in range(99))))
    entries = [f"10.2.0.{host}" for host in range(added)]
    if fits:
        whitelist.check_room(held, entries, templates)
    else:
        with pytest.raises(whitelist.WhitelistError, match="at most 1000"):
            whitelist.check_room(held, entries, templates)


def _admitted(entries: Sequence[str]) -> set[int]:
    return addresses(network for entry in entries if (network := cidr.parse_served(entry)) is not None)
