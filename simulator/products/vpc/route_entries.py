# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""CreateRouteEntry and DeleteRouteEntry."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network

from simulator.operation import ApiError, Body, Call, invalid_parameter
from simulator.products.vpc.product import find_table, refuse_dry_run, vpc_operation
from simulator.products.vpc.schema import NextHopType, RouteEntry, RouteTable, Vpc
from simulator.settling import entry_key, settle_entries
from simulator.transitions import GONE

_SERVICE_RANGE = IPv4Network("100.64.0.0/10")
_HOP_TYPES = frozenset(NextHopType.__args__)  # type: ignore[attr-defined]

NextHopCheck = Callable[[Call, Vpc, str], None]


def _nat_gateway_exists(call: Call, vpc: Vpc, next_hop: str) -> None:
    if next_hop not in [gateway.id for gateway in vpc.nat_gateways]:
        raise ApiError(400, "InvalidNextHop.NotFound", "The specified NextHop does not exist.")


def _no_attachment(call: Call, vpc: Vpc, next_hop: str) -> None:
    raise ApiError(400, "InvalidAttachment.NotFound", "The specified attachment does not exist.")


def _no_next_hop(call: Call, vpc: Vpc, next_hop: str) -> None:
    raise ApiError(404, "InvalidNextHopId.NotFound", "The specified NextHopId does not exist.")


# A product that brings a new kind of next hop registers its check here; kinds without one are taken on trust.
NEXT_HOP_CHECKS: dict[str, NextHopCheck] = {
    "NatGateway": _nat_gateway_exists,
    "Attachment": _no_attachment,
    "VpcPeer": _no_next_hop,
}


@vpc_operation("CreateRouteEntry", writes=True, resource="routetable/{RouteTableId}")
def create_route_entry(call: Call) -> Body:
    """Add a custom entry to a route table; it becomes Available later."""
    table_id = call.required("RouteTableId")
    destination = _destination(call.required("DestinationCidrBlock"))
    found = find_table(call, table_id)
    if found is None:
        raise ApiError(404, "InvalidRouteTableId.NotFound", "The specified RouteTableId does not exist.")
    vpc, table = found
    hop_type, next_hop = _next_hop(call)
    _check_destination(vpc, destination, hop_type)
    _check_free(call, vpc, table, destination)
    if hop_type in NEXT_HOP_CHECKS:
        NEXT_HOP_CHECKS[hop_type](call, vpc, next_hop)
    refuse_dry_run(call)
    entry = RouteEntry.model_validate(
        {
            "id": call.cloud.names.text("rte", _region_of(call, vpc)),
            "destination": str(destination),
            "next_hop_type": hop_type,
            "next_hop": next_hop,
            "name": call.text("RouteEntryName"),
            "description": call.text("Description"),
            "created": call.clock.now(),
        }
    )
    table.entries = [*table.entries, entry]
    phases = [("Pending", call.cloud.settings.route_entry_transition)]
    call.cloud.transitions.start(entry_key(entry), phases, "Available")
    settle_entries(call.cloud, vpc)
    return {"RouteEntryId": entry.id}


def _region_of(call: Call, vpc: Vpc) -> str:
    return next(region for region, section in call.cloud.sections(call.account, call.region) if vpc in section.vpcs)


def _destination(text: str) -> IPv4Network:
    try:
        return IPv4Network(text)
    except ValueError:
        raise ApiError(
            400, "InvalidCidrBlock.Malformed", "The specified DestinationCidrBlock is not a valid CIDR block."
        ) from None


def _next_hop(call: Call) -> tuple[str, str]:
    hops = call.objects("NextHopList")
    if len(hops) > 1 and any(hop.get("NextHopType") != "RouterInterface" for hop in hops):
        raise invalid_parameter("NextHopList")
    if hops:
        return hops[0].get("NextHopType", "RouterInterface"), hops[0].get("NextHopId", "")
    hop_type = call.text("NextHopType", "Instance") or "Instance"
    if hop_type not in _HOP_TYPES:
        raise invalid_parameter("NextHopType")
    return hop_type, call.required("NextHopId")


def _check_destination(vpc: Vpc, destination: IPv4Network, hop_type: str) -> None:
    refusal = ApiError(400, "InvalidCidrBlock", "The specified DestinationCidrBlock conflicts with a system route.")
    if destination.subnet_of(_SERVICE_RANGE) and hop_type != "Attachment":
        raise refusal
    if any(destination.subnet_of(IPv4Network(vswitch.cidr)) for vswitch in vpc.vswitches):
        raise refusal


def _check_free(call: Call, vpc: Vpc, table: RouteTable, destination: IPv4Network) -> None:
    settle_entries(call.cloud, vpc)
    if any(IPv4Network(entry.destination) == destination for entry in table.entries):
        raise ApiError(
            400, "RouterEntryConflict.Duplicated", "The specified route entry already exists in the route table."
        )
    _refuse_while_busy(call, vpc)
    custom = sum(entry.type in ("Custom", "CEN") for entry in table.entries)
    if custom >= call.cloud.settings.route_entry_limit:
        raise ApiError(400, "QuotaExceeded", "Route entry quota exceeded in this route table.")


def _refuse_while_busy(call: Call, vpc: Vpc) -> None:
    entries = [entry for table in vpc.route_tables for entry in table.entries]
    if call.cloud.settings.serial_route_changes and any(entry.status != "Available" for entry in entries):
        # A refused attempt is a poll too: a client that only retries the write must get through in the end.
        settle_entries(call.cloud, vpc, polled=True)
        raise ApiError(400, "TaskConflict", "The operation conflicts with another task. Please try again later.")


@vpc_operation("DeleteRouteEntry", writes=True, resource="routetable/{RouteTableId}")
def delete_route_entry(call: Call) -> Body:
    """Remove a custom entry, named by its id, or by table, destination and next hop."""
    vpc, table, entry = _entry_to_delete(call)
    settle_entries(call.cloud, vpc)
    if entry.status != "Available":
        settle_entries(call.cloud, vpc, polled=True)
        raise ApiError(400, "IncorrectRouteEntryStatus", "The current status of the route entry does not allow this.")
    _refuse_while_busy(call, vpc)
    refuse_dry_run(call)
    phases = [("Deleting", call.cloud.settings.route_entry_transition)]
    if call.cloud.transitions.start(entry_key(entry), phases, GONE) == GONE:
        table.entries = [other for other in table.entries if other is not entry]
    else:
        entry.status = "Deleting"
    return {}


def _entry_to_delete(call: Call) -> tuple[Vpc, RouteTable, RouteEntry]:
    wanted_id = call.text("RouteEntryId")
    hops = call.objects("NextHopList")
    next_hop = hops[0].get("NextHopId", "") if hops else call.text("NextHopId")
    if not wanted_id:
        call.required("RouteTableId")
        call.required("DestinationCidrBlock")
        if not next_hop:
            call.required("NextHopId")
    for vpc, table, entry in _custom_entries(call):
        by_place = (table.id, entry.destination, entry.next_hop)
        if entry.id == wanted_id or by_place == (call.text("RouteTableId"), _masked(call), next_hop):
            return vpc, table, entry
    raise ApiError(404, "InvalidRouteEntry.NotFound", "The specified route entry does not exist.")


def _masked(call: Call) -> str:
    text = call.text("DestinationCidrBlock")
    return str(_destination(text)) if text else ""


def _custom_entries(call: Call) -> list[tuple[Vpc, RouteTable, RouteEntry]]:
    sections = [section for _, section in call.cloud.sections(call.account, call.region)]
    tables = [(vpc, table) for section in sections for vpc in section.vpcs for table in vpc.route_tables]
    return [(vpc, table, entry) for vpc, table in tables for entry in table.entries]
