# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way through an Internet NAT gateway: which public addresses a packet gets."""

from __future__ import annotations

from ipaddress import IPv4Network

from simulator.products.vpc.schema import NatGateway, RouteEntry, SnatEntry
from simulator.resources import RegionSection
from simulator.walk.fabric import Packet, carrier
from simulator.walk.journey import BlockedError, Delivery, Trail


@carrier("NatGateway")
def through_nat_gateway(trail: Trail, packet: Packet, entry: RouteEntry) -> Delivery:
    """Translate the source into all addresses of the SNAT entry that covers it."""
    hop = f"nat_gateway {entry.next_hop}"
    gateway = next((one for one in packet.located.vpc.nat_gateways if one.id == entry.next_hop), None)
    if gateway is None:
        raise BlockedError(hop, "it does not exist")
    if gateway.status != "Available" or gateway.business_status != "Normal":
        raise BlockedError(hop, f"it is {gateway.status}, {gateway.business_status}")
    if gateway.network_type != "internet":
        raise BlockedError(hop, "it is a VPC NAT gateway and does not lead to the Internet")
    snat = _snat_entry(gateway, packet)
    if snat is None:
        raise BlockedError(hop, f"no SNAT entry covers {packet.vswitch.id} ({packet.source})")
    for address in snat.snat_ips:
        _check_address(packet.located.section, gateway, address)
    trail.passed(hop, f"source becomes {', '.join(snat.snat_ips)}")
    return Delivery(None, tuple(IPv4Network(address) for address in snat.snat_ips))


def _snat_entry(gateway: NatGateway, packet: Packet) -> SnatEntry | None:
    """Return the entry for the vSwitch, else the one with the longest CIDR that contains it."""
    usable = [entry for entry in gateway.snat_entries if entry.status == "Available"]
    by_vswitch = [entry for entry in usable if entry.source_vswitch == packet.vswitch.id]
    by_cidr = [
        entry for entry in usable if entry.source_cidr and packet.source.subnet_of(IPv4Network(entry.source_cidr))
    ]
    by_cidr.sort(key=lambda entry: IPv4Network(entry.source_cidr or "0.0.0.0/0").prefixlen, reverse=True)
    return next(iter([*by_vswitch, *by_cidr]), None)


def _check_address(section: RegionSection, gateway: NatGateway, address: str) -> None:
    eip = next((one for one in section.eips if one.ip == address), None)
    if eip is None or eip.instance != gateway.id or eip.effective_status != "InUse":
        raise BlockedError(f"eip {address}", f"it is not in use by {gateway.id}")
    if eip.business_status != "Normal" or eip.locks:
        raise BlockedError(f"eip {address}", f"it is locked ({eip.business_status})")
