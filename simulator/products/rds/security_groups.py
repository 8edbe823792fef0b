# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""DescribeSecurityGroupConfiguration and ModifySecurityGroupConfiguration."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.rds.product import Found, instance_of, rds_operation
from simulator.products.rds.schema import AttachedSecurityGroup

_MOST_GROUPS = 10


@rds_operation("DescribeSecurityGroupConfiguration")
def describe_security_group_configuration(call: Call) -> Body:
    """List the security groups whose members may connect to an instance."""
    return _answer(instance_of(call), with_names=True)


@rds_operation("ModifySecurityGroupConfiguration", writes=True)
def modify_security_group_configuration(call: Call) -> Body:
    """Replace the security groups of an instance by those named; an empty value or the word Empty clears them."""
    found = instance_of(call)
    if not call.has("SecurityGroupId"):
        call.required("SecurityGroupId")
    _check(found)
    wanted = _wanted(call)
    if len(wanted) > _MOST_GROUPS:
        raise ApiError(400, "AssociatedEcsSecurityGroupIdQuotaExceed", "Security groups quota exceeded.")
    known = {group.id: group for group in found.instance.security_groups}
    found.instance.security_groups = [known.get(one) or _new(found, one) for one in wanted]
    return _answer(found, with_names=False)


def _check(found: Found) -> None:
    if found.instance.engine == "MariaDB":
        raise ApiError(403, "IncorrectDBType", "The current DB type does not support this operation.")
    if found.instance.status != "Running":
        raise ApiError(403, "IncorrectDBInstanceState", "Current DB instance state does not support this operation.")
    if found.instance.lock_mode != "Unlock":
        raise ApiError(
            404, "IncorrectDBInstanceLockMode", "Current DB instance lock mode does not support this operation."
        )


def _wanted(call: Call) -> list[str]:
    text = call.text("SecurityGroupId")
    words = {"both": ("", "Empty"), "empty_string": ("",), "Empty": ("Empty",)}
    if text in words[call.cloud.settings.security_group_clear_word]:
        return []
    wanted = text.split(",")
    if not all(one.startswith("sg-") for one in wanted):
        raise ApiError(400, "Parameters.Invalid", "The specified parameter SecurityGroupId is not valid.")
    return wanted


def _new(found: Found, group_id: str) -> AttachedSecurityGroup:
    return AttachedSecurityGroup(id=group_id, network_type=found.instance.network_type)


def _answer(found: Found, with_names: bool) -> Body:
    items: list[dict[str, Any]] = []
    for group in found.instance.security_groups:
        item = {"NetworkType": group.network_type, "RegionId": found.region, "SecurityGroupId": group.id}
        items.append(item | ({"SecurityGroupName": group.name} if with_names else {}))
    return {"DBInstanceName": found.instance.id, "Items": {"EcsSecurityGroupRelation": items}}
