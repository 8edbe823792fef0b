# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeDBInstances and DescribeDBInstanceAttribute."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from simulator.operation import ApiError, Body, Call, invalid_parameter
from simulator.paging import numbered_page, token_page
from simulator.products.rds.product import Found, instance_of, moment, rds_operation
from simulator.products.rds.schema import Endpoint, Instance
from simulator.resources import RegionSection
from simulator.settling import settle_instance

_PAGE_SIZE, _MAX_PAGE_SIZE = 30, 100
_ENGINES = ("", "MySQL", "SQLServer", "PostgreSQL", "MariaDB")


@rds_operation("DescribeDBInstances")
def describe_db_instances(call: Call) -> Body:
    """List the instances of a region, in numbered pages or, when MaxResults or NextToken is sent, in token pages."""
    section = call.cloud.section(call.account, call.required("RegionId"))
    for instance in section.rds_instances:
        settle_instance(call.cloud, instance, polled=True)
    found = _filtered(call, section)
    if call.text("MaxResults") or call.text("NextToken"):
        tokens = token_page(
            call,
            found,
            size_key="MaxResults",
            default=_PAGE_SIZE,
            maximum=_MAX_PAGE_SIZE,
            bad_token="Invalid.NextToken",
        )
        items, number, total = tokens.items, 1, len(tokens.items)
        more = {"NextToken": tokens.next_token} if tokens.next_token else {}
    else:
        page = numbered_page(call, found, default=_PAGE_SIZE, maximum=_MAX_PAGE_SIZE)
        items, number, total, more = page.items, page.number, page.total, {}
    return {
        "Items": {"DBInstance": [_list_item(call, section, instance) for instance in items]},
        "PageNumber": number,
        "PageRecordCount": len(items),
        "TotalRecordCount": total,
        **more,
    }


def _filtered(call: Call, section: RegionSection) -> list[Instance]:
    if call.text("Engine") not in _ENGINES:
        raise ApiError(400, "InvalidEngine.Malformed", "The specified parameter Engine is not valid.")
    values: dict[str, Callable[[Instance], str]] = {
        "DBInstanceId": lambda one: one.id,
        "DBInstanceStatus": lambda one: one.status,
        "DBInstanceType": lambda one: one.type,
        "Engine": lambda one: one.engine,
        "EngineVersion": lambda one: one.engine_version,
        "InstanceNetworkType": lambda one: one.network_type,
        "VpcId": lambda one: one.vpc,
        "VSwitchId": lambda one: one.vswitch,
        "ZoneId": lambda one: one.zone,
        "PayType": lambda one: one.pay_type,
        "DBInstanceClass": lambda one: one.instance_class,
        "ConnectionString": lambda one: _first_endpoint(one).host,
        "ResourceGroupId": lambda one: one.resource_group,
        "Category": lambda one: one.category,
        "Expired": lambda one: str(one.lock_mode == "LockByExpiration"),
    }
    asked = {name: call.text(name) for name in values if call.text(name)}
    found = [one for one in section.rds_instances if all(values[name](one) == asked[name] for name in asked)]
    text = call.text("SearchKey")
    tags = _tags(call)
    return [one for one in found if (text in one.id or text in one.name) and tags.items() <= one.tags.items()]


def _tags(call: Call) -> dict[str, str]:
    try:
        tags = json.loads(call.text("Tags") or "{}")
    except ValueError:
        raise invalid_parameter("Tags") from None
    if not isinstance(tags, dict) or len(tags) > 5:
        raise invalid_parameter("Tags")
    return tags


@rds_operation("DescribeDBInstanceAttribute")
def describe_db_instance_attribute(call: Call) -> Body:
    """Describe one instance."""
    found = instance_of(call)
    settle_instance(call.cloud, found.instance, polled=True)
    return {"Items": {"DBInstanceAttribute": [_attribute(call, found)]}}


def _first_endpoint(instance: Instance) -> Endpoint:
    normal = [one for one in instance.endpoints if one.type == "Normal"]
    internal = [one for one in normal if one.kind != "public"]
    return (internal or normal or instance.endpoints)[0]


def _common(section: RegionSection, region: str, one: Instance) -> dict[str, Any]:
    readers = [other.id for other in section.rds_instances if other.master == one.id]
    classic = one.network_type == "Classic"
    return {
        "BurstingEnabled": False,
        "Category": one.category,
        "ConnectionMode": "Standard",
        "ConnectionString": _first_endpoint(one).host,
        "DBInstanceClass": one.instance_class,
        "DBInstanceDescription": one.name,
        "DBInstanceId": one.id,
        "DBInstanceMemory": 4096,
        "DBInstanceNetType": "Internet" if _first_endpoint(one).kind == "public" else "Intranet",
        "DBInstanceStatus": one.status,
        "DBInstanceStorageType": one.storage_type,
        "DBInstanceType": one.type,
        "DeletionProtection": False,
        "Engine": one.engine,
        "EngineVersion": one.engine_version,
        "ExpireTime": one.expires,
        "InstanceNetworkType": one.network_type,
        "LockMode": one.lock_mode,
        "LockReason": one.lock_reason,
        "MasterInstanceId": one.master,
        "PayType": one.pay_type,
        "ReadOnlyDBInstanceIds": {"ReadOnlyDBInstanceId": [{"DBInstanceId": reader} for reader in readers]},
        "RegionId": region,
        "ResourceGroupId": one.resource_group,
        "TempDBInstanceId": "",
        "VSwitchId": "" if classic else one.vswitch,
        "VpcCloudInstanceId": "" if classic else one.id,
        "VpcId": "" if classic else one.vpc,
        "ZoneId": one.zone,
    }


def _list_item(call: Call, section: RegionSection, one: Instance) -> dict[str, Any]:
    vpc_name = next((vpc.name for vpc in section.vpcs if vpc.id == one.vpc), "")
    item = _common(section, call.text("RegionId"), one) | {
        "CreateTime": moment(one.created),
        "DestroyTime": "",
        "DBInstanceCPU": "2",
        "MutriORsignle": False,
        "VpcName": vpc_name if one.network_type == "VPC" else "",
    }
    if call.text("InstanceLevel") != "1":
        del item["Category"]
    return item


def _attribute(call: Call, found: Found) -> dict[str, Any]:
    one = found.instance
    visible = [entry for group in one.whitelist if group.attribute != "hidden" for entry in group.entries]
    return _common(found.section, found.region, one) | {
        "AccountMaxQuantity": 200,
        "AvailabilityValue": "100.0%",
        "CreationTime": moment(one.created),
        "DBInstanceCPU": "2",
        "DBInstanceClassType": "x",
        "DBInstanceStorage": one.storage_gb,
        "DBMaxQuantity": 200,
        "IPType": "IPv4",
        "InstructionSetArch": "x86",
        "MaintainTime": "18:00Z-22:00Z",
        "MaxConnections": 4000,
        "MaxIOPS": 6800,
        "Port": str(_first_endpoint(one).port),
        "SecurityIPList": ",".join(dict.fromkeys(visible)),
        "SecurityIPMode": one.whitelist_mode,
        "SlaveZones": {"SlaveZone": []},
        "TimeZone": "Asia/Shanghai",
    }
