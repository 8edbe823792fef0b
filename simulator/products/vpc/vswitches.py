# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeVSwitches and DescribeVSwitchAttributes."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.vpc.product import matching, moment, page_of, refuse_dry_run, tag_list, tagged, vpc_operation
from simulator.products.vpc.schema import Vpc, VSwitch


@vpc_operation("DescribeVSwitches", resource="vswitch/*")
def describe_vswitches(call: Call) -> Body:
    """List the vSwitches of a region or VPC."""
    if not call.text("RegionId") and not call.text("VpcId"):
        call.required("RegionId")
    refuse_dry_run(call)
    found = [(vpc, vswitch) for vpc, vswitch in _all_of(call) if call.text("VpcId") in ("", vpc.id)]
    if (is_default := call.boolean("IsDefault")) is not None:
        found = [pair for pair in found if pair[1].is_default == is_default]
    if call.boolean("EnableIpv6") or call.integer("VSwitchOwnerId") not in (None, int(call.account)):
        found = []
    filters = {
        "VSwitchId": lambda pair: pair[1].id,
        "VSwitchName": lambda pair: pair[1].name,
        "ZoneId": lambda pair: pair[1].zone,
        "ResourceGroupId": lambda pair: pair[1].resource_group,
        "RouteTableId": lambda pair: pair[0].table_of(pair[1]).id,
    }
    page, paging = page_of(call, tagged(call, matching(call, found, filters), lambda pair: pair[1].tags))
    return {**paging, "VSwitches": {"VSwitch": [_item(call, vpc, vswitch) for vpc, vswitch in page.items]}}


@vpc_operation("DescribeVSwitchAttributes", resource="vswitch/{VSwitchId}")
def describe_vswitch_attributes(call: Call) -> Body:
    """Describe one vSwitch."""
    wanted = call.required("VSwitchId")
    for vpc, vswitch in _all_of(call):
        if vswitch.id == wanted:
            refuse_dry_run(call)
            return _item(call, vpc, vswitch)
    raise ApiError(404, "InvalidVswitchID.NotFound", "The specified VSwitchId does not exist.")


def _all_of(call: Call) -> list[tuple[Vpc, VSwitch]]:
    sections = call.cloud.sections(call.account, call.region)
    return [(vpc, vswitch) for _, section in sections for vpc in section.vpcs for vswitch in vpc.vswitches]


def _item(call: Call, vpc: Vpc, vswitch: VSwitch) -> dict[str, Any]:
    table = vpc.table_of(vswitch)
    return {
        "AvailableIpAddressCount": vswitch.free_ips,
        "CidrBlock": vswitch.cidr,
        "CreationTime": moment(vswitch.created),
        "Description": vswitch.description,
        "EnabledIpv6": False,
        "Ipv6CidrBlock": "",
        "IsDefault": vswitch.is_default,
        "NetworkAclId": vswitch.network_acl or "",
        "OwnerId": int(call.account),
        "ResourceGroupId": vswitch.resource_group,
        "RouteTable": {"RouteTableId": table.id, "RouteTableType": table.type},
        "ShareType": "",
        "Status": vswitch.status,
        "Tags": tag_list(vswitch.tags),
        "VSwitchId": vswitch.id,
        "VSwitchName": vswitch.name,
        "VpcId": vpc.id,
        "ZoneId": vswitch.zone,
    }
