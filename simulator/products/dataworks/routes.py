# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""CreateRoute, GetRoute, ListRoutes, UpdateRoute and DeleteRoute."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.dataworks.product import (
    dataworks_operation,
    find_group,
    group_of,
    in_order,
    millis,
    networks,
    no_such,
    page_of,
    refuse_exclusive,
    required_number,
)  # fmt: skip
from simulator.products.dataworks.schema import Network, ResourceGroup, Route
from simulator.settling import settle_network


@dataworks_operation("CreateRoute", writes=True)
def create_route(call: Call) -> Body:
    """Add a route into a network of a group."""
    wanted = required_number(call, "NetworkId")
    destination = _destination(call)
    group, network = _network(call, wanted)
    if network.status != "Running":
        settle_network(call.cloud, group, network, polled=True)
        raise ApiError(400, "9990040003", f"The network is not ready, its status is {network.status}.")
    _check_new(network, destination)
    route = Route(
        id=call.cloud.names.number("route"),
        destination=destination,
        resource_id=f"ns-{network.id}",
        created=call.clock.now(),
    )
    network.routes = [*network.routes, route]
    return {"Id": route.id, "Success": True}


def _network(call: Call, wanted: int) -> tuple[ResourceGroup, Network]:
    named = call.text("ResourceGroupId")
    if named and (group := find_group(call, named)):
        refuse_exclusive(call, group)
    for group, network in networks(call):
        if network.id == wanted and named in ("", group.id):
            return group, network
    raise ApiError(404, "EntityNotExists.Network", "The specified Network does not exist.")


def _destination(call: Call) -> str:
    text = call.required("DestinationCidr")
    refusal = ApiError(400, "InvalidParameter", f"The specified DestinationCidr {text} is not valid.")
    try:
        network = IPv4Network(text, strict=call.cloud.settings.route_host_bits == "refuse")
    except ValueError:
        raise refusal from None
    if network.prefixlen == 0:
        raise refusal
    return str(network)


def _check_new(network: Network, destination: str, beside: Route | None = None) -> None:
    if any(route.destination == destination for route in network.routes if route is not beside):
        raise ApiError(400, "Duplicate.Route", "The route already exists in the network.")


def _routes(call: Call) -> Iterator[tuple[ResourceGroup, Network, Route]]:
    for group, network in networks(call):
        for route in network.routes:
            yield group, network, route


@dataworks_operation("ListRoutes")
def list_routes(call: Call) -> Body:
    """List the routes of a group, of all its networks or of one."""
    group = group_of(call)
    if not group.serverless and call.cloud.settings.exclusive_group_networks == "refuse":
        refuse_exclusive(call, group)
    only = call.integer("NetworkId")
    found = [one for one in _routes(call) if one[0] is group and only in (None, one[1].id)]
    keys = {
        "CreateTime": lambda one: (one[2].created, one[2].id),
        "Id": lambda one: one[2].id,
        "DestinationCidr": lambda one: one[2].destination,
    }
    page, paging = page_of(call, in_order(call, found, keys))
    return {"PagingInfo": {**paging, "RouteList": [_item(*one) for one in page.items]}, "Success": True}


@dataworks_operation("GetRoute")
def get_route(call: Call) -> Body:
    """Describe one route; a missing one is a 200 without it."""
    wanted = required_number(call, "Id")
    for group, network, route in _routes(call):
        if route.id == wanted:
            return {"Route": _item(group, network, route), "Success": True}
    if refusal := no_such(call, "Route"):
        raise refusal
    return {"Success": True}


@dataworks_operation("UpdateRoute", writes=True)
def update_route(call: Call) -> Body:
    """Give a route another destination."""
    _, network, route = _wanted(call)
    destination = _destination(call)
    _check_new(network, destination, beside=route)
    route.destination = destination
    return {"Success": True}


@dataworks_operation("DeleteRoute", writes=True)
def delete_route(call: Call) -> Body:
    """Remove a route."""
    _, network, route = _wanted(call)
    network.routes = [other for other in network.routes if other is not route]
    return {"Success": True}


def _wanted(call: Call) -> tuple[ResourceGroup, Network, Route]:
    wanted = required_number(call, "Id")
    for found in _routes(call):
        if found[2].id == wanted:
            return found
    raise ApiError(404, "EntityNotExists.Route", "The specified Route does not exist.")


def _item(group: ResourceGroup, network: Network, route: Route) -> dict[str, Any]:
    return {
        "CreateTime": millis(route.created),
        "DestinationCidr": route.destination,
        "Id": route.id,
        "NetworkId": network.id,
        "ResourceGroupId": group.id,
        "ResourceId": route.resource_id,
    }
