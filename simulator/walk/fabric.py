# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Route tables and network ACLs: how a packet crosses VPCs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from simulator.products.vpc.schema import AclRule, RouteEntry, Vpc, VSwitch
from simulator.walk.atlas import Located
from simulator.walk.journey import BlockedError, Delivery, Trail

EPHEMERAL_PORTS = (32768, 45000, 60999)
_ALL_PORTS = "-1/-1"


@dataclass(frozen=True)
class Packet:
    """What routing knows of a packet: where it is, every address it may come from, and where it goes."""

    located: Located
    vswitch: VSwitch
    source: IPv4Network
    destination: IPv4Network


Carrier = Callable[[Trail, Packet, RouteEntry], Delivery]
CARRIERS: dict[str, Carrier] = {}


def carrier(next_hop_type: str) -> Callable[[Carrier], Carrier]:
    """Register what happens to packets that a route entry hands to this type of next hop."""

    def register(function: Carrier) -> Carrier:
        CARRIERS[next_hop_type] = function
        return function

    return register


def deliver(trail: Trail, packet: Packet) -> Delivery:
    """Follow the route table of the vSwitch a packet leaves; traffic inside the VPC is delivered at once."""
    vpc = packet.located.vpc
    hop = f"route_table {vpc.table_of(packet.vswitch).id}"
    entry = _lookup(vpc, packet, hop)
    if entry is None:
        trail.passed(hop, f"{packet.destination} is local")
        return Delivery(packet.located, (packet.source,))
    trail.passed(hop, f"{packet.destination} by {entry.destination} to {entry.next_hop_type} {entry.next_hop}")
    if entry.next_hop_type not in CARRIERS:
        raise BlockedError(hop, f"nothing is known of next hops of type {entry.next_hop_type}")
    return CARRIERS[entry.next_hop_type](trail, packet, entry)


def _lookup(vpc: Vpc, packet: Packet, hop: str) -> RouteEntry | None:
    """Return the entry that decides, None for the local route; an equal prefix of the system wins."""
    local = [IPv4Network(vswitch.cidr) for vswitch in vpc.vswitches]
    entries = [entry for entry in vpc.table_of(packet.vswitch).entries if entry.status == "Available"]
    covering = [entry for entry in entries if packet.destination.subnet_of(IPv4Network(entry.destination))]
    best = max(covering, key=lambda entry: IPv4Network(entry.destination).prefixlen, default=None)
    if any(packet.destination.subnet_of(cidr) for cidr in local):
        return None
    if part := next((cidr for cidr in local if cidr.subnet_of(packet.destination)), None):
        raise BlockedError(hop, f"a part of {packet.destination}, {part}, is local")
    inside = [entry for entry in entries if IPv4Network(entry.destination).subnet_of(packet.destination)]
    if divert := next((one for one in inside if best is None or one.next_hop != best.next_hop), None):
        raise BlockedError(hop, f"{divert.destination} takes a part of {packet.destination} to {divert.next_hop}")
    if best is None:
        raise BlockedError(hop, f"no entry leads to {packet.destination}")
    return best


def pass_acl(trail: Trail, vpc: Vpc, vswitch: VSwitch, direction: str, peer: IPv4Network, ports: Sequence[int]) -> None:
    """Let a packet through the network ACL of a vSwitch; ports are those the packet goes to, as documented."""
    acl = next((acl for acl in vpc.network_acls if acl.id == vswitch.network_acl), None)
    if acl is None:
        return
    rules = acl.ingress if direction == "ingress" else acl.egress
    for port in ports:
        if not accepted(rules, peer, port):
            raise BlockedError(f"network_acl {acl.id}", f"{direction} drops {peer} port {port}")
    trail.passed(f"network_acl {acl.id}", f"{direction} accepts {peer}")


def accepted(rules: Sequence[AclRule], peer: IPv4Network, port: int) -> bool:
    """Tell whether every address of a peer gets through; rules are tried in order and no match drops."""
    left = [peer]
    for rule in rules:
        if rule.protocol not in ("all", "tcp") or not _port_matches(rule.port, port):
            continue
        cidr = IPv4Network(rule.cidr)
        if rule.policy == "drop" and any(cidr.overlaps(one) for one in left):
            return False
        left = [rest for one in left for rest in without(one, cidr)]
        if not left:
            return True
    return False


def _port_matches(port_range: str, port: int) -> bool:
    low, _, high = port_range.partition("/")
    return port_range == _ALL_PORTS or int(low) <= port <= int(high)


def without(network: IPv4Network, taken: IPv4Network) -> list[IPv4Network]:
    """Return what is left of a network."""
    if network.subnet_of(taken):
        return []
    return list(network.address_exclude(taken)) if taken.subnet_of(network) else [network]
