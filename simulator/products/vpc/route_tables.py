# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeRouteTableList and DescribeRouteEntryList."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from simulator.operation import ApiError, Body, Call, invalid_parameter
from simulator.paging import token_page
from simulator.products.vpc.product import (
    find_table,
    in_region,
    matching,
    moment,
    page_of,
    tag_list,
    tagged,
    vpc_operation,
    vswitches_of,
)
from simulator.products.vpc.schema import RouteEntry, RouteTable, Vpc
from simulator.section import BEFORE_EVERYTHING
from simulator.settling import settle_entries

_ENTRY_TYPES = ("", "Custom", "System", "BGP", "CEN", "ECR")
_SERVICE_RANGE = "100.64.0.0/10"


@vpc_operation("DescribeRouteTableList", resource="routetable/*")
def describe_route_table_list(call: Call) -> Body:
    """List the route tables of the VPCs of a region."""
    section = in_region(call)
    router_type = call.text("RouterType") if not call.text("VpcId") else "VRouter"
    if router_type not in ("", "VRouter", "VBR"):
        raise invalid_parameter("RouterType")
    found = [(vpc, table) for vpc in section.vpcs for table in vpc.route_tables if router_type != "VBR"]
    filters = {
        "VpcId": lambda pair: pair[0].id,
        "RouteTableId": lambda pair: pair[1].id,
        "RouteTableName": lambda pair: pair[1].name,
        "RouteTableType": lambda pair: pair[1].type,
        "RouterId": lambda pair: pair[0].vrouter,
        "ResourceGroupId": lambda pair: pair[1].resource_group,
    }
    page, paging = page_of(call, tagged(call, matching(call, found, filters), lambda pair: pair[1].tags))
    return {**paging, "RouterTableList": {"RouterTableListType": [_table(call, *pair) for pair in page.items]}}


def _table(call: Call, vpc: Vpc, table: RouteTable) -> dict[str, Any]:
    return {
        "AssociateType": "VSwitch",
        "CreationTime": moment(table.created),
        "Description": table.description,
        "GatewayIds": {"GatewayIds": []},
        "OwnerId": int(call.account),
        "ResourceGroupId": table.resource_group,
        "RoutePropagationEnable": table.route_propagation,
        "RouteTableId": table.id,
        "RouteTableName": table.name,
        "RouteTableType": table.type,
        "RouterId": vpc.vrouter,
        "RouterType": "VRouter",
        "Status": table.status,
        "Tags": tag_list(table.tags),
        "VSwitchIds": {"VSwitchId": [vswitch.id for vswitch in vswitches_of(vpc, table)]},
        "VpcId": vpc.id,
    }


@vpc_operation("DescribeRouteEntryList", resource="routetable/{RouteTableId}")
def describe_route_entry_list(call: Call) -> Body:
    """List the entries of one route table, those of the system included, in token pages."""
    call.required("RegionId")
    found = find_table(call, call.required("RouteTableId"))
    if found is None:
        raise ApiError(400, "InvalidRouteTable.NotFound", "The specified route table does not exist.")
    vpc, table = found
    entries = _filtered(call, _entries(call, vpc, table))
    page = token_page(call, entries, size_key="MaxResult", default=10, maximum=100, bad_token="IllegalParam.NextToken")
    settle_entries(call.cloud, vpc, polled=True)
    body: Body = {"RouteEntrys": {"RouteEntry": page.items}, "TotalCount": page.total}
    if page.next_token:
        body["NextToken"] = page.next_token
    elif call.cloud.settings.next_token_on_last_page:
        body["NextToken"] = "FFmyTO70tTpLG6I3FmYAXGKPd0000"
    return body


def _entries(call: Call, vpc: Vpc, table: RouteTable) -> list[dict[str, Any]]:
    settle_entries(call.cloud, vpc)
    region = call.region
    return [*_system_entries(vpc, table, region), *(_custom_entry(entry, table, region) for entry in table.entries)]


def _filtered(call: Call, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    entry_type = call.text("RouteEntryType")
    if entry_type not in _ENTRY_TYPES:
        raise invalid_parameter("RouteEntryType")
    if (call.text("RouteEntryId") or call.text("RouteEntryName")) and entry_type != "Custom":
        raise ApiError(
            400,
            "OperationFailed.FilterParamUnderWrongRouteType",
            "The filters RouteEntryId and RouteEntryName require RouteEntryType Custom.",
        )
    if call.text("IpVersion").lower() == "ipv6":
        return []
    if destinations := call.strings("DestCidrBlockList"):
        entries = [entry for entry in entries if entry["DestinationCidrBlock"] in destinations]
    filters = {
        "DestinationCidrBlock": lambda entry: entry["DestinationCidrBlock"],
        "RouteEntryType": lambda entry: entry["Type"],
        "RouteEntryId": lambda entry: entry["RouteEntryId"],
        "RouteEntryName": lambda entry: entry["RouteEntryName"],
        "ServiceType": lambda entry: entry["ServiceType"],
        "NextHopId": lambda entry: entry["NextHops"]["NextHop"][0]["NextHopId"],
        "NextHopType": lambda entry: entry["NextHops"]["NextHop"][0]["NextHopType"],
    }
    return matching(call, entries, filters)


def _system_entries(vpc: Vpc, table: RouteTable, region: str) -> Iterator[dict[str, Any]]:
    for vswitch in vpc.vswitches:
        yield _system_entry(table, vswitch.cidr, "local", region)
    yield _system_entry(table, _SERVICE_RANGE, "service", region)


def _system_entry(table: RouteTable, destination: str, hop: str, region: str) -> dict[str, Any]:
    mark = hashlib.sha256(f"{table.id}/{destination}".encode()).hexdigest()[:17]
    entry = _entry(table, destination, {"NextHopType": hop, "NextHopId": ""}, region)
    return entry | {"RouteEntryId": f"rte-bp1{mark}", "Type": "System", "Origin": "SystemCreate", "Status": "Available"}


def _custom_entry(entry: RouteEntry, table: RouteTable, region: str) -> dict[str, Any]:
    hop = {"NextHopType": entry.next_hop_type, "NextHopId": entry.next_hop}
    return _entry(table, entry.destination, hop, region) | {
        "RouteEntryId": entry.id,
        "RouteEntryName": entry.name,
        "Description": entry.description,
        "GmtModified": moment(entry.created),
        "Status": entry.status,
        "Type": entry.type,
        "Origin": "CustomCreate" if entry.type == "Custom" else "RoutePropagation",
        "ServiceType": "TR" if entry.type == "CEN" else "",
    }


def _entry(table: RouteTable, destination: str, hop: dict[str, str], region: str) -> dict[str, Any]:
    next_hop = {**hop, "NextHopRegionId": region, "Weight": 0, "Enabled": 1}
    return {
        "Description": "",
        "DestinationCidrBlock": destination,
        "GmtModified": moment(BEFORE_EVERYTHING),
        "IpVersion": "IPv4",
        "NextHops": {"NextHop": [next_hop]},
        "RouteEntryName": "",
        "RouteTableId": table.id,
        "ServiceType": "",
    }
