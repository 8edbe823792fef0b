# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a resource group leaves its own network: which binding carries a packet."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from simulator.products.dataworks.schema import Network, ResourceGroup
from simulator.products.vpc.schema import VSwitch
from simulator.settling import settle_network
from simulator.walk.atlas import Located
from simulator.walk.journey import BlockedError, State, Target, Trail

HOP = "resource_group_network"
_FORBIDDEN = IPv4Network("21.0.0.0/8")
_UNFINISHED = ("Pending", "Creating")


@dataclass(frozen=True)
class Departure:
    """The binding chosen, with its VPC and vSwitch."""

    network: Network
    located: Located
    vswitch: VSwitch

    @property
    def source(self) -> IPv4Network:
        """Return the addresses a packet may come from: any of the vSwitch."""
        return IPv4Network(self.vswitch.cidr)


def depart(trail: Trail, group: ResourceGroup, target: Target) -> Departure:
    """Choose the binding for a target: longest prefix among implicit VPC routes and routes of the group."""
    networks = _observed(trail, group)
    if not networks:
        raise BlockedError(HOP, f"{group.name} is bound to no VPC")
    prefixes = {network.id: _prefix(trail, group, network, target) for network in networks}
    best = max(prefixes.values())
    if best < 0:
        raise BlockedError(HOP, f"no network of {group.name} leads to {target.ip}")
    chosen = [network for network in networks if prefixes[network.id] == best]
    running = [network for network in chosen if network.status == "Running"]
    if not running:
        unfinished = any(network.status in _UNFINISHED for network in chosen)
        state: State = "Unsupport" if unfinished else "Unreachable"
        raise BlockedError(HOP, f"network {chosen[0].id} is {chosen[0].status}", state)
    if len({network.vpc for network in running}) > 1:
        raise BlockedError(HOP, f"networks {running[0].id} and {running[1].id} lead to {target.ip} alike")
    return _departure(trail, running[0])


def _observed(trail: Trail, group: ResourceGroup) -> list[Network]:
    for network in list(group.networks):
        settle_network(trail.atlas.cloud, group, network, polled=True)
    return [network for network in group.networks if network.status != "Deleted"]


def _prefix(trail: Trail, group: ResourceGroup, network: Network, target: Target) -> int:
    reached = [IPv4Network(route.destination) for route in network.routes]
    if located := trail.atlas.vpc(network.vpc):
        secondary = trail.atlas.cloud.settings.implicit_route_secondary_cidrs
        reached += located.vpc.networks if secondary else located.vpc.networks[:1]
    best = max((cidr.prefixlen for cidr in reached if target.ip in cidr), default=-1)
    if best < 0 and target.public and not trail.atlas.cloud.settings.public_route_needed:
        return 0 if network is group.default_network() else -1
    return best


def _departure(trail: Trail, network: Network) -> Departure:
    located = trail.atlas.vpc(network.vpc)
    vswitch = located.vswitch(network.vswitch) if located else None
    if located is None or vswitch is None:
        raise BlockedError(HOP, f"the vSwitch {network.vswitch} of network {network.id} is gone")
    if any(cidr.overlaps(_FORBIDDEN) for cidr in located.vpc.networks):
        raise BlockedError(HOP, f"{located.vpc.id} uses {_FORBIDDEN}, which is not supported")
    trail.passed(HOP, f"network {network.id} in {vswitch.id} ({vswitch.cidr})")
    return Departure(network, located, vswitch)


def own_address(trail: Trail, group: ResourceGroup) -> IPv4Address:
    """Return the public address that DataWorks gave an exclusive group."""
    if group.eip is None:
        raise BlockedError(HOP, f"{group.name} has no EIP")
    trail.passed(HOP, f"EIP {group.eip} of the group")
    return IPv4Address(group.eip)
