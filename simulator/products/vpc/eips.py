# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeEipAddresses."""

from __future__ import annotations

from typing import Any

from simulator.operation import Body, Call, invalid_parameter
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
from simulator.products.vpc.schema import Eip
from simulator.resources import RegionSection

_MAX_PAGE_SIZE = 100
_MOST_IDENTIFIERS = 50


@vpc_operation("DescribeEipAddresses", resource="eip/*")
def describe_eip_addresses(call: Call) -> Body:
    """List the elastic IP addresses of a region."""
    section = in_region(call)
    refuse_dry_run(call)
    eips = _named(call, section)
    if call.text("AssociatedInstanceId"):
        kind = call.text("AssociatedInstanceType", "EcsInstance")
        wanted = call.text("AssociatedInstanceId")
        eips = [eip for eip in eips if (eip.instance, eip.instance_type) == (wanted, kind)]
    elif kind := call.text("AssociatedInstanceType"):
        eips = [eip for eip in eips if eip.instance and eip.instance_type == kind]
    filters = {
        "Status": lambda eip: eip.effective_status,
        "EipName": lambda eip: eip.name,
        "ISP": lambda eip: eip.isp,
        "ChargeType": lambda eip: eip.charge_type,
        "ResourceGroupId": lambda eip: eip.resource_group,
    }
    found = tagged(call, matching(call, eips, filters), lambda eip: eip.tags)
    page, paging = page_of(call, found, maximum=_MAX_PAGE_SIZE)
    return {**paging, "EipAddresses": {"EipAddress": [_item(call, section, eip) for eip in page.items]}}


def _named(call: Call, section: RegionSection) -> list[Eip]:
    eips = list(section.eips)
    if ids := _identifiers(call, "AllocationId"):
        eips = [eip for eip in eips if eip.id in ids]
    if addresses := _identifiers(call, "EipAddress"):
        eips = [eip for eip in eips if eip.ip in addresses]
    return eips


def _identifiers(call: Call, parameter: str) -> list[str]:
    text = call.text(parameter)
    identifiers = text.split(",") if text else []
    if len(identifiers) > _MOST_IDENTIFIERS:
        raise invalid_parameter(parameter)
    return identifiers


def _item(call: Call, section: RegionSection, eip: Eip) -> dict[str, Any]:
    gateways = {gateway.id: (vpc, gateway) for vpc in section.vpcs for gateway in vpc.nat_gateways}
    vpc, gateway = gateways.get(eip.instance or "", (None, None))
    return {
        "AllocationId": eip.id,
        "AllocationTime": moment(eip.created),
        "Bandwidth": eip.bandwidth,
        "BandwidthPackageId": "",
        "BusinessStatus": eip.business_status,
        "ChargeType": eip.charge_type,
        "DeletionProtection": False,
        "Description": eip.description,
        "EipBandwidth": eip.bandwidth,
        "ExpiredTime": "",
        "HDMonitorStatus": "OFF",
        "HasReservationData": "false",
        "ISP": eip.isp,
        "InstanceId": eip.instance or "",
        "InstanceRegionId": call.region if eip.instance else "",
        "InstanceType": eip.instance_type if eip.instance else "",
        "InternetChargeType": eip.internet_charge_type,
        "IpAddress": eip.ip,
        "Mode": eip.mode,
        "Name": eip.name,
        "Netmode": "public",
        "OperationLocks": {"LockReason": [{"LockReason": reason} for reason in eip.locks]},
        "PrivateIpAddress": (gateway.private_ip or "") if gateway else "",
        "RegionId": call.region,
        "ResourceGroupId": eip.resource_group,
        "SecurityProtectionTypes": {"SecurityProtectionType": []},
        "ServiceManaged": 0,
        "Status": eip.effective_status,
        "Tags": tag_list(eip.tags),
        "VpcId": vpc.id if vpc else "",
    }
