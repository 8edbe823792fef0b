# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ListResourceGroups of 2020-05-18, the older way to find exclusive groups."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulator.operation import Body, Call, invalid_parameter
from simulator.products.dataworks.product import dataworks_operation, own
from simulator.products.dataworks.schema import ResourceGroup

_NUMBERS = {"ExclusiveScheduler": 1, "ExclusiveDataIntegration": 4, "ExclusiveDataService": 9}
_KNOWN_NUMBERS = (0, 1, 2, 3, 4, 7, 9)
_STATUSES = {
    "Normal": 0, "Stop": 1, "Deleted": 2, "Creating": 3, "CreateFailed": 4, "Updating": 5, "UpdateFailed": 6,
    "Deleting": 7, "DeleteFailed": 8, "Timeout": 9,
}  # fmt: skip


@dataworks_operation("ListResourceGroups", version="2020-05-18", resource="exclusive_resource_group/*")
def list_resource_groups(call: Call) -> Body:
    """List the exclusive groups of one purpose; serverless groups are of no type this version knows. Not paged."""
    number = call.integer("ResourceGroupType", 1)
    key = call.text("BizExtKey") or "default"
    if number not in _KNOWN_NUMBERS:
        raise invalid_parameter("ResourceGroupType")
    if key not in ("default", "single"):
        raise invalid_parameter("BizExtKey")
    word = call.text("Keyword")
    tags = {tag.get("Key", ""): tag.get("Value", "") for tag in call.objects("Tags")}
    found = [
        group
        for group in own(call).resource_groups
        if key == "single"
        and _NUMBERS.get(group.type) == number
        and (word in group.name or word in group.id)
        and call.text("ResourceManagerResourceGroupId") in ("", group.resource_group)
        and tags.items() <= group.tags.items()
    ]
    return {"Data": [_item(call, group) for group in found], "HttpStatusCode": 200, "Success": True}


def _item(call: Call, group: ResourceGroup) -> dict[str, Any]:
    return {
        "BizExtKey": "single",
        "Cluster": "AY18G",
        "CreateTime": _american(group.created),
        "EnableKp": False,
        "Id": group.number,
        "Identifier": group.id,
        "IsDefault": False,
        "Mode": "ISOLATE",
        "Name": group.name,
        "ResourceGroupType": str(_NUMBERS[group.type]),
        "ResourceManagerResourceGroupId": group.resource_group,
        "Sequence": 100,
        "Specs": {},
        "Status": _STATUSES.get(group.status, 1),
        "Tags": [{"Key": key, "Value": value} for key, value in group.tags.items()],
        "TenantId": int(call.account) % 10**15,
        "UpdateTime": _american(group.created),
    }


def _american(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    return f"{moment:%b} {moment.day}, {moment.year} {hour}:{moment:%M:%S} {moment:%p}"
