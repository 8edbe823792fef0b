# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ListResourceGroups and GetResourceGroup of 2024-05-18."""

from __future__ import annotations

from typing import Any

from simulator.operation import Body, Call, invalid_parameter
from simulator.products.dataworks.product import (
    dataworks_operation,
    find_group,
    in_order,
    millis,
    no_such,
    own,
    page_of,
)
from simulator.products.dataworks.schema import ResourceGroup

_TYPES = ("CommonV2", "ExclusiveDataIntegration", "ExclusiveScheduler", "ExclusiveDataService")


@dataworks_operation("ListResourceGroups", resource="dwresourcegroup/*")
def list_resource_groups(call: Call) -> Body:
    """List resource groups; without a type filter serverless ones only. One key of the items is misspelt."""
    types = call.strings("ResourceGroupTypes") or ["CommonV2"]
    if not set(types) <= set(_TYPES):
        raise invalid_parameter("ResourceGroupTypes")
    found = [group for group in own(call).resource_groups if group.type in types and _wanted(call, group)]
    keys = {
        "CreateTime": lambda group: (group.created, group.number),
        "Id": lambda group: group.id,
        "Name": lambda group: group.name,
        "Remark": lambda group: group.remark,
        "Type": lambda group: group.type,
        "Status": lambda group: group.status,
        "Spec": lambda group: group.spec.amount,
        "CreateUser": lambda group: group.created_by,
    }
    page, paging = page_of(call, in_order(call, found, keys))
    items = [_item(group, "DefaultVswicthId") for group in page.items]
    return {"PagingInfo": {**paging, "ResourceGroupList": items}, "Success": True}


def _wanted(call: Call, group: ResourceGroup) -> bool:
    project = call.integer("ProjectId")
    associated = [space.id for space in own(call).workspaces if group.id in space.resource_groups]
    tags = {tag.get("Key", ""): tag.get("Value", "") for tag in call.objects("AliyunResourceTags")}
    statuses = call.strings("Statuses")
    return (
        call.text("Name") in group.name
        and (project is None or project in associated)
        and (not statuses or group.status in statuses)
        and call.text("PaymentType") in ("", group.payment)
        and call.text("AliyunResourceGroupId") in ("", group.resource_group)
        and tags.items() <= group.tags.items()
    )


@dataworks_operation("GetResourceGroup", resource="dwresourcegroup/{Id}")
def get_resource_group(call: Call) -> Body:
    """Describe one resource group; a missing one is a 200 without it."""
    group = find_group(call, call.required("Id"))
    if group is None:
        if refusal := no_such(call, "ResourceGroup"):
            raise refusal
        return {"Success": True}
    return {"ResourceGroup": _item(group, "DefaultVswitchId"), "Success": True}


def _item(group: ResourceGroup, vswitch_key: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "AliyunResourceGroupId": group.resource_group,
        "AliyunResourceTags": [{"Key": key, "Value": value} for key, value in group.tags.items()],
        "CreateTime": millis(group.created),
        "CreateUser": group.created_by,
        "Id": group.id,
        "Name": group.name,
        "OrderInstanceId": group.order_instance,
        "PaymentType": group.payment,
        "Remark": group.remark,
        "ResourceGroupType": group.type,
        "Spec": {"Amount": group.spec.amount, "Standard": group.spec.standard},
        "Status": group.status,
    }
    network = group.default_network()
    if group.serverless and network is not None:
        item["DefaultVpcId"] = network.vpc
        item[vswitch_key] = network.vswitch
    return item
