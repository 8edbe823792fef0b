# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""CreateNetwork, GetNetwork, ListNetworks and DeleteNetwork."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.dataworks.product import (
    dataworks_operation,
    group_of,
    in_order,
    millis,
    networks,
    no_such,
    own,
    page_of,
    refuse_exclusive,
    required_number,
    user_of,
)  # fmt: skip
from simulator.products.dataworks.schema import Network, ResourceGroup, Route
from simulator.products.vpc.schema import Vpc, VSwitch
from simulator.settling import end_network, settle_network, start_network

_FORBIDDEN = IPv4Network("21.0.0.0/8")


@dataworks_operation("CreateNetwork", writes=True)
def create_network(call: Call) -> Body:
    """Bind a serverless group to a vSwitch; the network becomes Running later."""
    call.required("ClientToken")
    call.required("VpcId")
    call.required("VswitchId")
    group = group_of(call)
    refuse_exclusive(call, group)
    if group.status != "Normal":
        raise ApiError(400, "9990040003", f"The resource group is not ready, its status is {group.status}.")
    vpc, vswitch = _place(call)
    present = _already_bound(call, group, vpc, vswitch)
    if present is not None:
        return {"Id": present.id, "Success": True}
    if len(group.networks) >= call.cloud.settings.networks_per_group:
        raise ApiError(400, "QuotaExceeded.Network", "The number of networks of the resource group exceeds the quota.")
    network = _new_network(call, vpc, vswitch)
    group.networks = [*group.networks, network]
    usable = vswitch.free_ips > 0
    start_network(call.cloud, network, usable)
    vswitch.used_ips += 1 if usable else 0
    return {"Id": network.id, "Success": True}


def _place(call: Call) -> tuple[Vpc, VSwitch]:
    vpc = next((vpc for vpc in own(call).vpcs if vpc.id == call.text("VpcId")), None)
    if vpc is None:
        raise ApiError(404, "EntityNotExists.Vpc", "The specified VPC does not exist.")
    vswitch = next((vswitch for vswitch in vpc.vswitches if vswitch.id == call.text("VswitchId")), None)
    if vswitch is None:
        raise ApiError(404, "EntityNotExists.Vswitch", "The specified vSwitch does not exist in the VPC.")
    if any(network.overlaps(_FORBIDDEN) for network in vpc.networks):
        raise ApiError(400, "InvalidParameter", "VPCs with the CIDR block 21.0.0.0/8 are not supported.")
    return vpc, vswitch


def _already_bound(call: Call, group: ResourceGroup, vpc: Vpc, vswitch: VSwitch) -> Network | None:
    settings = call.cloud.settings
    for network in _up_to_date(call, group):
        if network.vpc != vpc.id or network.status in ("Deleting", "Deleted"):
            continue
        if network.vswitch == vswitch.id:
            if settings.duplicate_network == "existing":
                return network
            if settings.duplicate_network == "refuse":
                raise ApiError(400, "Duplicate.Network", "The VPC and vSwitch are already bound to the resource group.")
        elif settings.second_vswitch_of_bound_vpc == "refuse":
            raise ApiError(400, "Duplicate.Vpc", "The VPC is already bound to the resource group.")
    return None


def _new_network(call: Call, vpc: Vpc, vswitch: VSwitch) -> Network:
    network = Network(
        default=False,
        id=call.cloud.names.number("network"),
        vpc=vpc.id,
        vswitch=vswitch.id,
        security_group=call.cloud.names.text("sg", call.region),
        created=call.clock.now(),
        created_by=user_of(call),
    )
    if call.cloud.settings.visible_vpc_routes:
        number = call.cloud.names.number("route")
        resource = f"ns-{network.id}"
        network.routes = [Route(id=number, destination=vpc.cidr, resource_id=resource, created=call.clock.now())]
    return network


def _up_to_date(call: Call, group: ResourceGroup, polled: bool = False) -> list[Network]:
    for network in list(group.networks):
        settle_network(call.cloud, group, network, polled)
    return list(group.networks)


@dataworks_operation("ListNetworks")
def list_networks(call: Call) -> Body:
    """List the networks of a serverless group; deleted ones are not in the list any more."""
    group = group_of(call)
    if not group.serverless and call.cloud.settings.exclusive_group_networks == "refuse":
        refuse_exclusive(call, group)
    found = _up_to_date(call, group, polled=True) if group.serverless else []
    keys = {
        "CreateTime": lambda network: (network.created, network.id),
        "Id": lambda network: network.id,
        "Status": lambda network: network.status,
        "CreateUser": lambda network: network.created_by,
    }
    page, paging = page_of(call, in_order(call, [one for one in found if one.status != "Deleted"], keys))
    items = [_item(group, network) for network in page.items]
    return {"PagingInfo": {**paging, "NetworkList": items}, "Success": True}


@dataworks_operation("GetNetwork")
def get_network(call: Call) -> Body:
    """Describe one network; a missing one is a 200 without it."""
    wanted = required_number(call, "Id")
    for group, network in networks(call):
        if network.id == wanted:
            settle_network(call.cloud, group, network, polled=True)
            return {"Network": _item(group, network), "Success": True}
    if refusal := no_such(call, "Network"):
        raise refusal
    return {"Success": True}


@dataworks_operation("DeleteNetwork", writes=True)
def delete_network(call: Call) -> Body:
    """Unbind a group from a vSwitch; the network passes through Deleting and Deleted and is then gone."""
    wanted = required_number(call, "Id")
    group, network = next((pair for pair in networks(call) if pair[1].id == wanted), (None, None))
    if group is None or network is None or network.status in ("Deleting", "Deleted"):
        raise ApiError(404, "EntityNotExists.Network", "The specified Network does not exist.")
    settings = call.cloud.settings
    if network is group.default_network() and settings.default_network_deletion == "refuse":
        raise ApiError(400, "OperationDenied.DefaultNetwork", "The default network cannot be deleted.")
    if network.status != "Running":
        settle_network(call.cloud, group, network, polled=True)
        raise ApiError(400, "9990040003", f"The network is not ready, its status is {network.status}.")
    if network.routes and settings.network_with_routes == "refuse":
        raise ApiError(400, "OperationDenied.NetworkHasRoutes", "The network still has routes.")
    network.routes = []
    _release_address(call, network)
    end_network(call.cloud, group, network)
    return {"Success": True}


def _release_address(call: Call, network: Network) -> None:
    for vpc in own(call).vpcs:
        for vswitch in vpc.vswitches:
            if vswitch.id == network.vswitch:
                vswitch.used_ips = max(0, vswitch.used_ips - 1)


def _item(group: ResourceGroup, network: Network) -> dict[str, Any]:
    return {
        "CreateTime": millis(network.created),
        "CreateUser": network.created_by,
        "Id": network.id,
        "ResourceGroupId": group.id,
        "SecurityGroupId": network.security_group,
        "Status": network.status,
        "VpcId": network.vpc,
        "VswitchId": network.vswitch,
    }
