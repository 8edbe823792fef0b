# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv4 networks: what is understood, what is refused, and the arithmetic against counting addresses out."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import cidr
from tests.unit.core.networks import SMALL, addresses, networks, small_networks


@given(networks())
def test_every_network_is_read_back_from_its_spelling(network: cidr.Network) -> None:
    assert cidr.parse(cidr.spell(network)) == network
    assert cidr.parse(str(network)) == network
    assert cidr.parse(f"  {network}\n") == network


@given(networks(longest=31), st.data())
def test_host_bits_are_refused_and_the_message_names_the_network_meant(
    network: cidr.Network, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(1, network.num_addresses - 1))
    address = network.network_address + offset
    with pytest.raises(cidr.AddressError) as refusal:
        cidr.parse(f"{address}/{network.prefixlen}")
    assert f"the network is {network}" in str(refusal.value)
    assert f"{address}/32" in str(refusal.value)


@given(networks(longest=31), st.data())
def test_an_entry_with_host_bits_read_from_a_server_means_its_network(
    network: cidr.Network, data: st.DataObject
) -> None:
    address = network.network_address + data.draw(st.integers(0, network.num_addresses - 1))
    assert cidr.parse_served(f" {address}/{network.prefixlen} ") == network


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/255.255.255.0",
        "10.0.0.0/0.0.0.255",
        "10.0.0.0/024",
        "10.0.0.0/+24",
        "10.0.0.0/\u0662\u0664",
    ],
)
def test_a_prefix_length_is_a_plain_number(text: str) -> None:
    with pytest.raises(cidr.AddressError):
        cidr.parse(text)


def test_a_netmask_is_refused_with_the_prefix_it_stands_for() -> None:
    with pytest.raises(cidr.AddressError, match=r"the network is 10\.0\.0\.0/24"):
        cidr.parse("10.0.0.0/255.255.255.0")


@pytest.mark.parametrize("text", ["::/0", "2001:db8::1", "::ffff:10.0.0.1", "fe80::1%eth0", "[::1]", "10.0.0.1:3306"])
def test_ipv6_is_called_by_its_name(text: str) -> None:
    with pytest.raises(cidr.AddressError, match="IPv6"):
        cidr.parse(text)


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_an_empty_text_is_said_to_be_empty(text: str) -> None:
    with pytest.raises(cidr.AddressError, match="is empty"):
        cidr.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "010.0.0.0/8",
        "10.0.0.01",
        "10.0.0",
        "10.0.0.0.0",
        "10.0.0.256",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "/24",
        "10.0.0.0/8/8",
        "10.0.0.0 /8",
        "0x0a.0.0.0",
        "10.0.0.1-10.0.0.9",
        "10.0.0.0,10.0.1.0",
        "167772160",
        "\uff11\uff10.0.0.0",
        "rm-a.mysql.rds.aliyuncs.com",
        "None",
    ],
)
def test_what_is_no_network_is_refused_and_shown(text: str) -> None:
    with pytest.raises(cidr.AddressError) as refusal:
        cidr.parse(text)
    assert repr(text) in str(refusal.value)


@given(st.text())
def test_a_text_is_a_network_or_an_address_error(text: str) -> None:
    try:
        network = cidr.parse(text)
    except cidr.AddressError:
        return
    assert text.strip() in (str(network), cidr.spell(network))


@given(st.text())
def test_reading_a_servers_entry_never_fails(text: str) -> None:
    served = cidr.parse_served(text)
    assert served is None or isinstance(served, cidr.Network)


@given(small_networks(), st.lists(small_networks(), max_size=6))
def test_uncovered_is_the_set_of_addresses_in_no_network(wanted: cidr.Network, known: list[cidr.Network]) -> None:
    rest = cidr.uncovered(wanted, known)
    assert addresses(rest) == addresses([wanted]) - addresses(known)
    assert sum(piece.num_addresses for piece in rest) == len(addresses(rest)), "pieces overlap"
    assert rest == sorted(rest)
    assert cidr.covered(wanted, known) == (addresses([wanted]) <= addresses(known))


@given(networks(), st.lists(networks(), max_size=6))
def test_what_is_uncovered_and_what_is_known_make_the_whole(wanted: cidr.Network, known: list[cidr.Network]) -> None:
    rest = cidr.uncovered(wanted, known)
    assert all(piece.subnet_of(wanted) for piece in rest)
    assert not any(piece.overlaps(network) for piece in rest for network in known)
    assert cidr.covered(wanted, [*known, *rest])


def test_many_neighbours_together_cover_a_network() -> None:
    halves = list(SMALL.subnets(new_prefix=29))
    assert cidr.covered(SMALL, halves)
    assert cidr.uncovered(SMALL, halves[1:]) == [halves[0]]


@given(st.integers(1, 5), st.data())
def test_half_of_all_pieces_is_too_much_and_one_less_is_not(bits: int, data: st.DataObject) -> None:
    pieces = data.draw(st.permutations(list(cidr.Network("0.0.0.0/0").subnets(new_prefix=bits))))
    half = len(pieces) // 2
    assert cidr.opens_half_of_all(pieces[:half])
    assert not cidr.opens_half_of_all(pieces[: half - 1])


@pytest.mark.parametrize(
    ("texts", "opens"),
    [
        ((), False),
        (("0.0.0.0/0",), True),
        (("10.0.0.0/8", "0.0.0.0/0"), True),
        (("128.0.0.0/1",), True),
        (("64.0.0.0/2", "0.0.0.0/2"), True),
        (("64.0.0.0/2", "64.0.0.0/2"), False),
        (("64.0.0.0/2", "32.0.0.0/3", "16.0.0.0/4"), False),
    ],
)
def test_several_networks_may_open_half_of_all_together(texts: tuple[str, ...], opens: bool) -> None:
    for order in itertools.permutations(texts):
        assert cidr.opens_half_of_all(cidr.parse(text) for text in order) is opens


@given(networks())
def test_a_single_address_is_spelled_without_its_length(network: cidr.Network) -> None:
    assert ("/" in cidr.spell(network)) == (network.prefixlen != 32)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("47.98.10.20", True),
        ("8.8.8.0/24", True),
        ("10.0.0.1", False),
        ("172.16.0.0/12", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.1.1", False),
    ],
)
def test_internet_addresses_are_told_from_others(text: str, public: bool) -> None:
    assert cidr.is_public(cidr.parse(text)) is public
