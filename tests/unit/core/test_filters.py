# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network ACLs against an oracle that tries every address on every port."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import cidr, filters
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import AclRule
from tests.unit.core.networks import SMALL, small_networks

EVERYWHERE = cidr.parse("0.0.0.0/0")
PORTS = range(100, 112)


@st.composite
def rules(draw: st.DrawFn) -> AclRule:
    low, high = sorted(draw(st.tuples(st.integers(98, 113), st.integers(98, 113))))
    return AclRule(
        accept=draw(st.booleans()),
        protocol=draw(st.sampled_from(["tcp", "all", "udp", "icmp"])),
        cidr=draw(st.one_of(small_networks(), st.sampled_from([SMALL, EVERYWHERE]))),
        port_low=low,
        port_high=high,
    )


def passes(found: list[AclRule], address: int, port: int) -> bool:
    """One packet: the first rule that matches decides, and none means no."""
    for rule in found:
        inside = int(rule.cidr.network_address) <= address <= int(rule.cidr.broadcast_address)
        if rule.protocol in ("tcp", "all") and inside and rule.port_low <= port <= rule.port_high:
            return rule.accept
    return False


@given(st.lists(rules(), max_size=6), small_networks(), st.sampled_from(PORTS), st.integers(0, 6))
def test_a_network_passes_when_each_of_its_packets_passes(
    found: list[AclRule], network: cidr.Network, low: int, width: int
) -> None:
    high = low + width
    expected = all(passes(found, int(address), port) for address in network for port in range(low, high + 1))
    assert filters.admits(tuple(found), network, (low, high)) is expected


@pytest.mark.parametrize(
    ("found", "admitted"),
    [
        ([], False),
        ([AclRule(True, "all", EVERYWHERE, 0, 65535)], True),
        ([AclRule(True, "tcp", EVERYWHERE, 3306, 3306)], True),
        ([AclRule(True, "udp", EVERYWHERE, 0, 65535)], False),
        ([AclRule(True, "tcp", EVERYWHERE, 3307, 65535)], False),
        ([AclRule(True, "tcp", cidr.parse("10.20.30.0/28"), 0, 65535)], False),
        (
            [AclRule(True, "tcp", cidr.parse("10.20.30.0/28"), 0, 65535), AclRule(True, "tcp", EVERYWHERE, 1, 9999)],
            True,
        ),
        (
            [AclRule(False, "tcp", cidr.parse("10.20.30.5"), 0, 65535), AclRule(True, "all", EVERYWHERE, 0, 65535)],
            False,
        ),
        (
            [
                AclRule(True, "tcp", cidr.parse("10.20.30.8/29"), 0, 65535),
                AclRule(False, "tcp", cidr.parse("10.20.30.20"), 0, 65535),
                AclRule(True, "all", EVERYWHERE, 0, 65535),
            ],
            False,
        ),
        ([AclRule(True, "all", EVERYWHERE, 0, 65535), AclRule(False, "tcp", EVERYWHERE, 0, 65535)], True),
        ([AclRule(False, "udp", EVERYWHERE, 0, 65535), AclRule(True, "all", EVERYWHERE, 0, 65535)], True),
        ([AclRule(False, "tcp", cidr.parse("10.99.0.0/16"), 0, 65535), AclRule(True, "all", SMALL, 0, 65535)], True),
    ],
)
def test_the_first_rule_that_matches_decides(found: list[AclRule], admitted: bool) -> None:
    assert filters.admits(tuple(found), SMALL, (3306, 3306)) is admitted


def test_a_single_closed_port_among_the_client_ports_is_seen() -> None:
    low, high = filters.EPHEMERAL_PORTS
    around = [AclRule(True, "tcp", EVERYWHERE, low, 60000), AclRule(True, "tcp", EVERYWHERE, 60002, high)]
    assert not filters.admits(tuple(around), SMALL, filters.EPHEMERAL_PORTS)
    between = AclRule(True, "tcp", EVERYWHERE, 60001, 60001)
    assert filters.admits((*around, between), SMALL, filters.EPHEMERAL_PORTS)
