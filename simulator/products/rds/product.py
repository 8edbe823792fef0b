# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every RDS operation needs: registration, the instance it is about, the shapes of times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulator.operation import ApiError, Call, Handler, operation
from simulator.products.rds.schema import Instance
from simulator.resources import RegionSection
from simulator.settling import settle_instance


@dataclass(frozen=True)
class Found:
    """An instance of the caller, and where it is."""

    instance: Instance
    section: RegionSection
    region: str


def rds_operation(action: str, *, writes: bool = False, key: str = "DBInstanceId") -> Callable[[Handler], Handler]:
    """Register an operation of the product about the instance named by the parameter `key` (or about none)."""

    def resource(call: Call) -> str:
        instance_id = call.text(key) if key else ""
        found = search(call, instance_id)
        region = found.region if found else call.region or "*"
        return f"acs:rds:{region}:{call.account}:dbinstance/{instance_id or '*'}"

    return operation(product="rds", version="2014-08-15", action=action, writes=writes, resource=resource)


def search(call: Call, instance_id: str) -> Found | None:
    """Find an instance of the caller; without RegionId in all regions, as central endpoints do."""
    for region, section in call.cloud.sections(call.account, call.text("RegionId")):
        for instance in section.rds_instances:
            if instance.id == instance_id:
                return Found(instance, section, region)
    return None


def instance_of(call: Call, key: str = "DBInstanceId") -> Found:
    """Return the instance a call is about; one that the caller does not own answers as not found."""
    found = search(call, call.required(key))
    if found is None:
        shape = call.cloud.settings.instance_not_found
        raise ApiError(shape.status, shape.code, "The DBInstanceId provided does not exist in our records.")
    settle_instance(call.cloud, found.instance)
    return found


def moment(value: datetime) -> str:
    """Write a time as the product does."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
