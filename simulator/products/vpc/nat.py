# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeNatGateways and DescribeSnatTableEntries."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.vpc.product import in_region, matching, moment, page_of, refuse_dry_run, tagged, vpc_operation
from simulator.products.vpc.schema import NatGateway, SnatEntry, Vpc
from simulator.resources import RegionSection


@vpc_operation("DescribeNatGateways", resource="natgateway/*")
def describe_nat_gateways(call: Call) -> Body:
    """List the NAT gateways of a region."""
    section = in_region(call)
    refuse_dry_run(call)
    found = [(vpc, gateway) for vpc in section.vpcs for gateway in vpc.nat_gateways]
    filters = {
        "VpcId": lambda pair: pair[0].id,
        "NatGatewayId": lambda pair: pair[1].id,
        "Name": lambda pair: pair[1].name,
        "NetworkType": lambda pair: pair[1].network_type,
        "Status": lambda pair: pair[1].status,
        "ZoneId": lambda pair: _zone(*pair),
        "NatType": lambda pair: "Enhanced",
        "ResourceGroupId": lambda pair: pair[1].resource_group,
    }
    page, paging = page_of(call, tagged(call, matching(call, found, filters), lambda pair: pair[1].tags))
    items = [_gateway(call, section, vpc, gateway) for vpc, gateway in page.items]
    return {**paging, "NatGateways": {"NatGateway": items}}


def _zone(vpc: Vpc, gateway: NatGateway) -> str:
    return next((vswitch.zone for vswitch in vpc.vswitches if vswitch.id == gateway.vswitch), "")


def _gateway(call: Call, section: RegionSection, vpc: Vpc, gateway: NatGateway) -> dict[str, Any]:
    return {
        "AutoPay": False,
        "BusinessStatus": gateway.business_status,
        "CreationTime": moment(gateway.created),
        "DeletionProtection": False,
        "Description": gateway.description,
        "EcsMetricEnabled": False,
        "EipBindMode": "MULTI_BINDED",
        "ExpiredTime": "",
        "ForwardTableIds": {"ForwardTableId": [gateway.forward_table]},
        "IcmpReplyEnabled": True,
        "InstanceChargeType": "PostPaid",
        "InternetChargeType": "PayByLcu",
        "IpLists": {"IpList": _addresses(section, gateway)},
        "Name": gateway.name,
        "NatGatewayId": gateway.id,
        "NatGatewayPrivateInfo": _private_info(vpc, gateway),
        "NatType": "Enhanced",
        "NetworkType": gateway.network_type,
        "RegionId": call.region,
        "ResourceGroupId": gateway.resource_group,
        "SnatTableIds": {"SnatTableId": [gateway.snat_table]},
        "Spec": "",
        "Status": gateway.status,
        "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in gateway.tags.items()]},
        "VpcId": vpc.id,
    }


def _private_info(vpc: Vpc, gateway: NatGateway) -> dict[str, Any]:
    return {
        "EniInstanceId": gateway.id.replace("ngw-", "eni-"),
        "IzNo": _zone(vpc, gateway),
        "MaxBandwidth": 5120,
        "PrivateIpAddress": gateway.private_ip or "",
        "VswitchId": gateway.vswitch,
    }


def _addresses(section: RegionSection, gateway: NatGateway) -> list[dict[str, Any]]:
    translated = {address for entry in gateway.snat_entries for address in entry.snat_ips}
    return [
        {
            "AllocationId": eip.id,
            "IpAddress": eip.ip,
            "PrivateIpAddress": gateway.private_ip or "",
            "SnatEntryEnabled": eip.ip in translated,
            "UsingStatus": "UsedBySnatTable" if eip.ip in translated else "Idle",
        }
        for eip in section.eips
        if eip.instance == gateway.id
    ]


@vpc_operation("DescribeSnatTableEntries", resource="snattable/{SnatTableId}")
def describe_snat_table_entries(call: Call) -> Body:
    """List the SNAT entries of one NAT gateway or SNAT table."""
    section = in_region(call)
    if not call.text("NatGatewayId") and not call.text("SnatTableId"):
        raise ApiError(400, "MissingParameter", "Either NatGatewayId or SnatTableId must be specified.")
    gateways = [(vpc, gateway) for vpc in section.vpcs for gateway in vpc.nat_gateways]
    wanted = call.text("NatGatewayId")
    if wanted and wanted not in [gateway.id for _, gateway in gateways]:
        raise ApiError(404, "InvalidNatGatewayId.NotFound", "The specified NAT gateway does not exist.")
    found = [(vpc, gateway, entry) for vpc, gateway in gateways for entry in gateway.snat_entries]
    filters = {
        "NatGatewayId": lambda one: one[1].id,
        "SnatTableId": lambda one: one[1].snat_table,
        "SnatEntryId": lambda one: one[2].id,
        "SnatEntryName": lambda one: one[2].name,
        "SourceVSwitchId": lambda one: one[2].source_vswitch,
        "SourceCIDR": lambda one: _source_cidr(one[0], one[2]),
        "SnatIp": lambda one: ",".join(one[2].snat_ips),
    }
    page, paging = page_of(call, matching(call, found, filters))
    return {**paging, "SnatTableEntries": {"SnatTableEntry": [_snat_entry(*one) for one in page.items]}}


def _source_cidr(vpc: Vpc, entry: SnatEntry) -> str:
    by_vswitch = (vswitch.cidr for vswitch in vpc.vswitches if vswitch.id == entry.source_vswitch)
    return entry.source_cidr or next(by_vswitch, "")


def _snat_entry(vpc: Vpc, gateway: NatGateway, entry: SnatEntry) -> dict[str, Any]:
    return {
        "EipAffinity": "0",
        "NatGatewayId": gateway.id,
        "NetworkInterfaceId": "",
        "SnatEntryId": entry.id,
        "SnatEntryName": entry.name,
        "SnatIp": ",".join(entry.snat_ips),
        "SnatTableId": gateway.snat_table,
        "SourceCIDR": _source_cidr(vpc, entry),
        "SourceVSwitchId": entry.source_vswitch or "",
        "Status": entry.status,
    }
