# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeDBInstanceIPArrayList."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.rds.product import Found, instance_of, rds_operation
from simulator.products.rds.schema import WhitelistGroup
from simulator.settling import settle_instance, settle_platform_groups


@rds_operation("DescribeDBInstanceIPArrayList")
def describe_db_instance_ip_array_list(call: Call) -> Body:
    """List every whitelist group of an instance, hidden ones included, entries spelled and ordered as written."""
    found = instance_of(call)
    wanted = call.text("WhitelistNetworkType")
    if wanted not in ("", "MIX", "VPC", "Classic"):
        raise ApiError(400, "InvalidWhitelistNetType.Malformed", "Specified WhitelistNetType is not valid.")
    settle_instance(call.cloud, found.instance, polled=True)
    settle_platform_groups(call.cloud, found.instance, polled=True)
    groups = [group for group in found.instance.whitelist if wanted in ("", group.network_type)]
    items = [_item(group) for group in groups] + _template_items(call, found)
    return {"Items": {"DBInstanceIPArray": items}}


def _item(group: WhitelistGroup) -> dict[str, Any]:
    return {
        "DBInstanceIPArrayAttribute": group.attribute,
        "DBInstanceIPArrayName": group.name,
        "SecurityIPList": ",".join(group.entries),
        "SecurityIPType": "IPv4",
        "WhitelistNetworkType": group.network_type,
    }


def _template_items(call: Call, found: Found) -> list[dict[str, Any]]:
    if not call.cloud.settings.templates_in_ip_array_list:
        return []
    attached = [one for one in found.section.whitelist_templates if one.id in found.instance.whitelist_templates]
    return [_item(WhitelistGroup(name=template.name, entries=template.entries)) for template in attached]
