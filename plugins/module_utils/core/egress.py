# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public addresses that a vSwitch's traffic takes on its way to the Internet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import cidr
from .binding import Binding
from .findings import Finding
from .snapshot import NatGateway, ResourceGroup, RouteEntry, Snapshot, SnatEntry, Unknown, VSwitch, known

AVAILABLE = "Available"
_SERVING = frozenset({AVAILABLE, "Pending"})
"""An entry that is being changed keeps its addresses; taking them off a whitelist meanwhile would cut connections."""
_EVERYWHERE = cidr.Network("0.0.0.0/0")


@dataclass(frozen=True)
class Egress:
    addresses: tuple[cidr.Network, ...]
    findings: tuple[Finding, ...] = ()


def find(group: ResourceGroup, binding: Binding, snapshot: Snapshot, target: cidr.Network | None) -> Egress | Unknown:
    """Return every EIP that the bound vSwitches may go out with: default route, NAT gateway, SNAT entries."""
    addresses: list[cidr.Network] = []
    findings: list[Finding] = []
    for vswitch in binding.vswitches:
        part = _of_vswitch(group, vswitch, snapshot, target)
        if isinstance(part, Unknown):
            return part
        addresses += part.addresses
        findings += part.findings
    return Egress(tuple(sorted(set(addresses))), tuple(findings))


def _of_vswitch(
    group: ResourceGroup, vswitch: VSwitch, snapshot: Snapshot, target: cidr.Network | None
) -> Egress | Unknown:
    entries = known(snapshot.route_tables.get(vswitch.route_table_id), f"route table {vswitch.route_table_id}")
    gateways = known(snapshot.nat_gateways.get(vswitch.vpc_id), f"the NAT gateways of VPC {vswitch.vpc_id}")
    if isinstance(entries, Unknown):
        return entries
    if isinstance(gateways, Unknown):
        return gateways

    def blocked(code: str, evidence: str) -> Egress:
        return Egress((), (Finding(code, vswitch.id, evidence, region=group.region),))

    internet = [gateway for gateway in gateways if gateway.network_type == "internet" and gateway.status == AVAILABLE]
    if not internet:
        return blocked("NAT_MISSING", f"VPC {vswitch.vpc_id} has no Internet NAT gateway that is Available")
    route = _best_route(entries, target or _EVERYWHERE)
    if route is None or route.next_hop_type != "NatGateway":
        towards = f"goes to {route.next_hop_type} {route.next_hop_id}" if route else "does not exist"
        evidence = (
            f"in route table {vswitch.route_table_id} the route for {target or _EVERYWHERE} {towards}, not to a "
            "NAT gateway"
        )
        return blocked("INTERNET_DEFAULT_ROUTE_MISSING", evidence)
    gateway = next((candidate for candidate in internet if candidate.id == route.next_hop_id), None)
    if gateway is None:
        return blocked("NAT_MISSING", f"NAT gateway {route.next_hop_id} of route {route.destination} is not Available")
    return _of_gateway(gateway, vswitch, blocked)


def _of_gateway(gateway: NatGateway, vswitch: VSwitch, blocked: Callable[[str, str], Egress]) -> Egress:
    serving = [entry for entry in gateway.snat_entries if entry.status in _SERVING and _serves(entry, vswitch)]
    if not serving:
        return blocked(
            "SNAT_ENTRY_MISSING",
            f"NAT gateway {gateway.id} has no SNAT entry for vSwitch {vswitch.id} ({vswitch.cidr})",
        )
    networks = [cidr.parse_served(address) for entry in serving for address in entry.addresses]
    addresses = tuple(network for network in networks if network is not None)
    if not addresses:
        return blocked(
            "EIP_MISSING", f"the SNAT entries of NAT gateway {gateway.id} for vSwitch {vswitch.id} have no EIP"
        )
    return Egress(addresses)


def _serves(entry: SnatEntry, vswitch: VSwitch) -> bool:
    if entry.vswitch_id:
        return entry.vswitch_id == vswitch.id
    return entry.cidr is not None and vswitch.cidr.subnet_of(entry.cidr)


def _best_route(entries: list[RouteEntry], target: cidr.Network) -> RouteEntry | None:
    matches = [entry for entry in entries if entry.status == AVAILABLE and target.subnet_of(entry.destination)]
    return max(matches, key=lambda entry: entry.destination.prefixlen, default=None)
