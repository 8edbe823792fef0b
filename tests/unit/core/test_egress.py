# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which public addresses a vSwitch goes out with: default route, NAT gateway, SNAT entries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import cidr, egress
from ansible_collections.dataworks.network.plugins.module_utils.core.binding import EXISTING, Binding
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import (
    NatGateway,
    RouteEntry,
    SnatEntry,
    Unknown,
    VSwitch,
)
from tests.unit.core.networks import networks
from tests.unit.core.worlds import EIP, World

TARGET = cidr.parse("47.1.2.3")
EVERYWHERE = cidr.parse("0.0.0.0/0")
HERE = VSwitch("vsw-a1", "", "vpc-a", "", cidr.parse("10.1.1.0/24"), 9, route_table_id="vtb-a")
DEFAULT = RouteEntry(EVERYWHERE, "NatGateway", "ngw-1", "Available", "Custom")
LOCAL = RouteEntry(cidr.parse("10.1.1.0/24"), "local", "", "Available", "System")
BY_VSWITCH = SnatEntry("snat-1", "vsw-a1", None, (EIP,), "Available")


def seen(
    entries: list[RouteEntry] | Unknown | None,
    gateways: list[NatGateway] | Unknown | None,
    target: cidr.Network | None = TARGET,
    vswitches: tuple[VSwitch, ...] = (HERE,),
) -> Any:
    world = World()
    world.snapshot.route_tables["vtb-a"] = entries
    world.snapshot.nat_gateways["vpc-a"] = gateways
    return egress.find(world.group(), Binding(EXISTING, "vpc-a", vswitches), world.snapshot, target)


def gateway(*entries: SnatEntry, **changes: Any) -> NatGateway:
    return replace(NatGateway("ngw-1", "vpc-a", "Available", "internet", entries), **changes)


def addresses(found: Any) -> list[str]:
    return [cidr.spell(network) for network in found.addresses]


def codes(found: Any) -> list[str]:
    return [finding.code for finding in found.findings]


@pytest.mark.parametrize(
    "entry",
    [
        BY_VSWITCH,
        replace(BY_VSWITCH, vswitch_id="", cidr=cidr.parse("10.1.1.0/24")),
        replace(BY_VSWITCH, vswitch_id="", cidr=cidr.parse("10.1.0.0/16")),
        replace(BY_VSWITCH, vswitch_id="", cidr=EVERYWHERE),
        replace(BY_VSWITCH, status="Pending"),
    ],
)
def test_an_entry_for_the_vswitch_or_its_whole_network_serves_it(entry: SnatEntry) -> None:
    found = seen([LOCAL, DEFAULT], [gateway(entry)])
    assert (addresses(found), codes(found)) == ([EIP], [])


@pytest.mark.parametrize(
    "entry",
    [
        replace(BY_VSWITCH, vswitch_id="vsw-a2"),
        replace(BY_VSWITCH, vswitch_id="", cidr=cidr.parse("10.1.1.0/25")),
        replace(BY_VSWITCH, vswitch_id="", cidr=cidr.parse("10.1.2.0/24")),
        replace(BY_VSWITCH, vswitch_id="", cidr=None),
        replace(BY_VSWITCH, status="Deleting"),
    ],
)
def test_an_entry_for_others_or_for_a_part_does_not_serve(entry: SnatEntry) -> None:
    found = seen([DEFAULT], [gateway(entry)])
    assert (addresses(found), codes(found)) == ([], ["SNAT_ENTRY_MISSING"])


def test_every_address_of_every_entry_that_serves_is_returned_once() -> None:
    wide = SnatEntry("snat-2", "", cidr.parse("10.1.0.0/16"), ("47.98.10.22", EIP), "Available")
    found = seen([DEFAULT], [gateway(replace(BY_VSWITCH, addresses=(EIP, "47.98.10.21")), wide)])
    assert addresses(found) == ["47.98.10.20", "47.98.10.21", "47.98.10.22"]


def test_an_entry_without_an_address_is_said_to_lack_its_eip() -> None:
    assert codes(seen([DEFAULT], [gateway(replace(BY_VSWITCH, addresses=()))])) == ["EIP_MISSING"]


@pytest.mark.parametrize(
    "gateways",
    [
        [],
        [gateway(BY_VSWITCH, network_type="intranet")],
        [gateway(BY_VSWITCH, status="Creating")],
        [gateway(BY_VSWITCH, id="ngw-2")],
    ],
)
def test_without_an_internet_nat_gateway_behind_the_route_there_is_no_way_out(gateways: list[NatGateway]) -> None:
    found = seen([DEFAULT], gateways)
    assert (addresses(found), codes(found)) == ([], ["NAT_MISSING"])


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "does not exist"),
        ([LOCAL], "does not exist"),
        ([replace(DEFAULT, status="Pending")], "does not exist"),
        ([replace(DEFAULT, next_hop_type="Instance", next_hop_id="i-1")], "goes to Instance i-1"),
        (
            [DEFAULT, RouteEntry(cidr.parse("47.0.0.0/8"), "VpnGateway", "vpn-1", "Available", "Custom")],
            "VpnGateway vpn-1",
        ),
    ],
)
def test_a_route_that_leads_elsewhere_is_named(entries: list[RouteEntry], said: str) -> None:
    found = seen(entries, [gateway(BY_VSWITCH)])
    assert codes(found) == ["INTERNET_DEFAULT_ROUTE_MISSING"]
    assert said in found.findings[0].evidence
    assert "vtb-a" in found.findings[0].evidence


def test_a_more_specific_route_to_the_gateway_is_enough_for_its_target() -> None:
    narrow = replace(DEFAULT, destination=cidr.parse("47.1.0.0/16"))
    assert addresses(seen([narrow], [gateway(BY_VSWITCH)])) == [EIP]
    assert codes(seen([narrow], [gateway(BY_VSWITCH)], cidr.parse("8.8.8.8"))) == ["INTERNET_DEFAULT_ROUTE_MISSING"]


def test_a_target_whose_address_is_not_known_needs_the_default_route() -> None:
    assert addresses(seen([DEFAULT], [gateway(BY_VSWITCH)], None)) == [EIP]
    narrow = replace(DEFAULT, destination=cidr.parse("47.1.0.0/16"))
    assert codes(seen([narrow], [gateway(BY_VSWITCH)], None)) == ["INTERNET_DEFAULT_ROUTE_MISSING"]


@given(st.lists(st.tuples(networks(), st.integers(1, 5)), max_size=8, unique_by=lambda pair: pair[0]))
def test_the_longest_prefix_that_contains_the_target_decides(pairs: list[tuple[cidr.Network, int]]) -> None:
    entries = [replace(DEFAULT, destination=network, next_hop_id=f"ngw-{hop}") for network, hop in pairs]
    gateways = [gateway(replace(BY_VSWITCH, addresses=(f"47.98.10.{hop}",)), id=f"ngw-{hop}") for hop in range(1, 6)]
    containing = [pair for pair in pairs if TARGET.network_address in pair[0]]
    found = seen(entries, gateways)
    if containing:
        _network, hop = max(containing, key=lambda pair: pair[0].prefixlen)
        assert addresses(found) == [f"47.98.10.{hop}"]
    else:
        assert codes(found) == ["INTERNET_DEFAULT_ROUTE_MISSING"]


def test_each_bound_vswitch_adds_its_addresses_and_its_obstacles() -> None:
    second = replace(HERE, id="vsw-a2", cidr=cidr.parse("10.1.2.0/24"))
    found = seen([DEFAULT], [gateway(BY_VSWITCH)], vswitches=(HERE, second))
    assert addresses(found) == [EIP]
    assert [(finding.code, finding.object_id) for finding in found.findings] == [("SNAT_ENTRY_MISSING", "vsw-a2")]


@pytest.mark.parametrize("lost", ["entries", "gateways", "both"])
def test_what_could_not_be_read_is_unknown(lost: str) -> None:
    denied = Unknown("Cannot read it: NoPermission", "NoPermission")
    entries = [DEFAULT] if lost == "gateways" else denied
    gateways = [gateway(BY_VSWITCH)] if lost == "entries" else denied
    assert seen(entries, gateways) == denied
