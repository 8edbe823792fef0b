# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeVpcs and DescribeVpcAttribute."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.vpc.product import (
    in_region,
    matching,
    moment,
    page_of,
    refuse_dry_run,
    tag_list,
    tagged,
    vpc_operation,
)
from simulator.products.vpc.schema import Vpc

_MOST_VSWITCH_IDS = 300


@vpc_operation("DescribeVpcs", resource="vpc/*")
def describe_vpcs(call: Call) -> Body:
    """List the VPCs of a region; identifiers that do not exist are left out."""
    vpcs = in_region(call).vpcs
    refuse_dry_run(call)
    if wanted := call.text("VpcId"):
        vpcs = [vpc for vpc in vpcs if vpc.id in wanted.split(",")]
    if (is_default := call.boolean("IsDefault")) is not None:
        vpcs = [vpc for vpc in vpcs if vpc.is_default == is_default]
    owner = call.integer("VpcOwnerId")
    if call.boolean("EnableIpv6") or owner not in (None, int(call.account)):
        vpcs = []
    filters = {"VpcName": lambda vpc: vpc.name, "ResourceGroupId": lambda vpc: vpc.resource_group}
    page, paging = page_of(call, tagged(call, matching(call, vpcs, filters), lambda vpc: vpc.tags))
    return {**paging, "Vpcs": {"Vpc": [_list_item(call, vpc) for vpc in page.items]}}


@vpc_operation("DescribeVpcAttribute", resource="vpc/{VpcId}")
def describe_vpc_attribute(call: Call) -> Body:
    """Describe one VPC."""
    section = in_region(call)
    wanted = call.required("VpcId")
    vpc = next((vpc for vpc in section.vpcs if vpc.id == wanted), None)
    if vpc is None:
        raise ApiError(404, "InvalidVpcId.NotFound", "Specified VPC does not exist.")
    refuse_dry_run(call)
    counts = {"VSwitch": len(vpc.vswitches), "VRouter": 1, "RouteTable": len(vpc.route_tables)}
    return {
        **_common(call, vpc),
        "AssociatedCens": {"AssociatedCen": []},
        "AssociatedPropagationSources": {"AssociatedPropagationSources": []},
        "ClassicLinkEnabled": False,
        "CloudResources": {
            "CloudResourceSetType": [{"ResourceType": kind, "ResourceCount": count} for kind, count in counts.items()]
        },
        "Ipv4GatewayId": "",
        "SupportIpv4Gateway": True,
    }


def _list_item(call: Call, vpc: Vpc) -> dict[str, Any]:
    return {
        **_common(call, vpc),
        "NatGatewayIds": {"NatGatewayIds": [gateway.id for gateway in vpc.nat_gateways]},
        "RouterTableIds": {"RouterTableIds": [table.id for table in vpc.route_tables]},
    }


def _common(call: Call, vpc: Vpc) -> dict[str, Any]:
    return {
        "CidrBlock": vpc.cidr,
        "CreationTime": moment(vpc.created),
        "Description": vpc.description,
        "DhcpOptionsSetId": "",
        "DhcpOptionsSetStatus": "",
        "DnsHostnameStatus": "DISABLED",
        "EnabledIpv6": False,
        "Ipv6CidrBlock": "",
        "Ipv6CidrBlocks": {"Ipv6CidrBlock": []},
        "IsDefault": vpc.is_default,
        "OwnerId": int(call.account),
        "RegionId": call.region,
        "ResourceGroupId": vpc.resource_group,
        "SecondaryCidrBlocks": {"SecondaryCidrBlock": list(vpc.secondary_cidrs)},
        "Status": vpc.status,
        "Tags": tag_list(vpc.tags),
        "UserCidrs": {"UserCidr": list(vpc.user_cidrs)},
        "VRouterId": vpc.vrouter,
        "VSwitchIds": {"VSwitchId": [vswitch.id for vswitch in vpc.vswitches][-_MOST_VSWITCH_IDS:]},
        "VpcId": vpc.id,
        "VpcName": vpc.name,
    }
