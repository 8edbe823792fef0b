# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Walks to every address of a data source and back, and says what the test answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from simulator.products.dataworks.schema import DataSource, ResourceGroup, Workspace
from simulator.walk import internet
from simulator.walk.arrival import arrive, log_in, pass_instance
from simulator.walk.atlas import Atlas, Listener
from simulator.walk.departure import Departure, depart, own_address
from simulator.walk.fabric import EPHEMERAL_PORTS, Packet, deliver, pass_acl
from simulator.walk.journey import BlockedError, Delivery, State, Target, Trail
from simulator.walk.targets import targets_of

if TYPE_CHECKING:
    from simulator.cloud import Cloud

__all__ = ["Verdict", "internet", "walk"]


@dataclass(frozen=True)
class Verdict:
    """What the test answers, and why: the hops passed and the one where the walk ended."""

    state: State
    stopped_at: str
    reason: str
    hops: Sequence[str]
    target: Target | None


def walk(cloud: Cloud, account: str, workspace: Workspace, group: ResourceGroup, source: DataSource) -> Verdict:
    """Walk from a group to a data source and back."""
    trail = Trail(Atlas(cloud))
    target: Target | None = None
    try:
        _check_group(group, workspace)
        for target in targets_of(trail.atlas, account, source):
            log_in(_reach(trail, group, target), source.properties)
    except BlockedError as end:
        return Verdict(end.state, end.hop, end.reason, trail.hops, target)
    return Verdict("Connectable", "", "", trail.hops, target)


def _check_group(group: ResourceGroup, workspace: Workspace) -> None:
    if group.status != "Normal":
        raise BlockedError(f"resource_group {group.id}", f"its status is {group.status}", "Unsupport")
    if workspace.status != "Available":
        raise BlockedError(f"workspace {workspace.id}", f"its status is {workspace.status}", "Unsupport")


def _reach(trail: Trail, group: ResourceGroup, target: Target) -> Listener:
    if target.public and not group.serverless:
        address = own_address(trail, group)
        delivery = Delivery(None, (IPv4Network(address),))
        listener = arrive(trail, delivery, target)
        pass_instance(trail, listener, target, delivery)
        return listener
    departure = depart(trail, group, target)
    delivery = _go(trail, departure, target)
    listener = arrive(trail, delivery, target)
    _pass_database_acl(trail, listener, delivery, departure, target)
    pass_instance(trail, listener, target, delivery)
    _return(trail, listener, departure, delivery, target)
    return listener


def _go(trail: Trail, departure: Departure, target: Target) -> Delivery:
    destination = IPv4Network(target.ip)
    if target.ip not in departure.source:  # traffic inside one vSwitch does not meet its ACL
        pass_acl(trail, departure.located.vpc, departure.vswitch, "egress", destination, [target.port])
    packet = Packet(departure.located, departure.vswitch, departure.source, destination)
    delivery = deliver(trail, packet)
    if (delivery.vpc is None) != target.public:
        raise BlockedError(
            f"address {target.ip}", "the packet leaves for the Internet" if not target.public else "it is public"
        )
    return delivery


def _pass_database_acl(
    trail: Trail, listener: Listener, delivery: Delivery, departure: Departure, target: Target
) -> None:
    vswitch = delivery.vpc.vswitch(listener.endpoint.vswitch) if delivery.vpc else None
    if not trail.atlas.cloud.settings.network_acl_filters_rds or delivery.vpc is None or vswitch is None:
        return
    if vswitch.id == departure.vswitch.id:
        return
    vpc = delivery.vpc.vpc
    pass_acl(trail, vpc, vswitch, "ingress", departure.source, [target.port])
    pass_acl(trail, vpc, vswitch, "egress", departure.source, EPHEMERAL_PORTS)


def _return(trail: Trail, listener: Listener, departure: Departure, delivery: Delivery, target: Target) -> None:
    if delivery.vpc is not None:
        vswitch = delivery.vpc.vswitch(listener.endpoint.vswitch)
        if vswitch is None:
            raise BlockedError(f"instance {listener.instance.id}", f"its vSwitch {listener.endpoint.vswitch} is gone")
        back = Packet(delivery.vpc, vswitch, IPv4Network(target.ip), departure.source)
        home = deliver(trail, back)
        if home.vpc is None or home.vpc.vpc.id != departure.located.vpc.id:
            raise BlockedError(f"return from {vswitch.id}", f"answers to {departure.source} do not reach the group")
    if target.ip not in departure.source:
        pass_acl(trail, departure.located.vpc, departure.vswitch, "ingress", IPv4Network(target.ip), EPHEMERAL_PORTS)
