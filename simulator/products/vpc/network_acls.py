# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeNetworkAcls and DescribeNetworkAclAttributes."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.paging import numbered_page
from simulator.products.vpc.product import (
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    in_region,
    matching,
    moment,
    tag_list,
    vpc_operation,
)
from simulator.products.vpc.schema import AclRule, NetworkAcl, Vpc
from simulator.resources import RegionSection


@vpc_operation("DescribeNetworkAcls", resource="networkacl/*")
def describe_network_acls(call: Call) -> Body:
    """List the network ACLs of a region; this operation writes its paging numbers as text."""
    found = _all_of(in_region(call))
    if call.text("ResourceId") and call.text("ResourceType"):
        wanted = call.text("ResourceId")
        found = [pair for pair in found if any(vswitch.id == wanted for vswitch in _users(*pair))]
    filters = {
        "NetworkAclId": lambda pair: pair[1].id,
        "NetworkAclName": lambda pair: pair[1].name,
        "VpcId": lambda pair: pair[0].id,
    }
    page = numbered_page(call, matching(call, found, filters), default=PAGE_SIZE, maximum=MAX_PAGE_SIZE)
    return {
        "NetworkAcls": {"NetworkAcl": [_item(call, *pair) for pair in page.items]},
        "PageNumber": str(page.number),
        "PageSize": str(page.size),
        "TotalCount": str(page.total),
    }


@vpc_operation("DescribeNetworkAclAttributes", resource="networkacl/{NetworkAclId}")
def describe_network_acl_attributes(call: Call) -> Body:
    """Describe one network ACL."""
    section = in_region(call)
    wanted = call.required("NetworkAclId")
    for vpc, acl in _all_of(section):
        if acl.id == wanted:
            return {"NetworkAclAttribute": _item(call, vpc, acl)}
    raise ApiError(404, "InvalidNetworkAcl.NotFound", "The specified network ACL does not exist.")


def _all_of(section: RegionSection) -> list[tuple[Vpc, NetworkAcl]]:
    return [(vpc, acl) for vpc in section.vpcs for acl in vpc.network_acls]


def _users(vpc: Vpc, acl: NetworkAcl) -> list[Any]:
    return [vswitch for vswitch in vpc.vswitches if vswitch.network_acl == acl.id]


def _item(call: Call, vpc: Vpc, acl: NetworkAcl) -> dict[str, Any]:
    bound = [{"ResourceId": vswitch.id, "ResourceType": "VSwitch", "Status": "BINDED"} for vswitch in _users(vpc, acl)]
    return {
        "CreationTime": moment(acl.created),
        "Description": acl.description,
        "EgressAclEntries": {"EgressAclEntry": [_rule(rule, "DestinationCidrIp") for rule in acl.egress]},
        "IngressAclEntries": {"IngressAclEntry": [_rule(rule, "SourceCidrIp") for rule in acl.ingress]},
        "NetworkAclId": acl.id,
        "NetworkAclName": acl.name,
        "OwnerId": int(call.account),
        "RegionId": call.region,
        "Resources": {"Resource": bound},
        "Status": acl.status,
        "Tags": tag_list(acl.tags),
        "VpcId": vpc.id,
    }


def _rule(rule: AclRule, cidr_key: str) -> dict[str, Any]:
    return {
        "Description": rule.description,
        "EntryType": "custom",
        "IpVersion": "IPV4",
        "NetworkAclEntryId": rule.id,
        "NetworkAclEntryName": rule.name,
        "Policy": rule.policy,
        "Port": rule.port,
        "Protocol": rule.protocol,
        cidr_key: rule.cidr,
    }
