# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records that a module's options name by id or by name: exactly one, or an error with the candidates."""

from __future__ import annotations

from collections.abc import Callable

from ..api.dataworks import DataWorks
from ..api.rds import Rds
from ..api.vpc import VpcService
from ..core.ends import pick
from ..core.snapshot import Instance, ResourceGroup, VSwitch, Workspace
from .managing import ManagingError
from .module import Task


def option_error(option: str, value: str) -> Callable[[str], ManagingError]:
    """Return what makes an error about one option of the explanation it is given."""
    return lambda expected: ManagingError(f"option {option} is {value!r}: {expected}")


def resource_group(task: Task) -> ResourceGroup:
    """Return the resource group that option resource_group names."""
    word = task.options["resource_group"]
    groups = DataWorks(task.cloud, task.region).resource_groups()
    return pick(
        word,
        groups,
        refuse=option_error("resource_group", word),
        what="resource group",
        where=f"in region {task.region}",
    )


def serverless_group(task: Task, what: str) -> ResourceGroup:
    """Return the resource group, or refuse an exclusive one: its network can be changed in the console only."""
    group = resource_group(task)
    if not group.serverless:
        raise ManagingError(
            f"option resource_group is {group.name!r}: {what} of an exclusive resource group can be "
            "changed in the DataWorks console only: "
            f"Resource Group > Exclusive Resource Groups > {group.name} > Network Settings"
        )
    return group


def vswitch(task: Task) -> VSwitch:
    """Return the vSwitch that option vswitch names in the VPC of option vpc_id."""
    vpc_id, word = task.options["vpc_id"], task.options["vswitch"]
    candidates = VpcService(task.cloud, task.region).vswitches(vpc_id)
    return pick(
        word,
        candidates,
        refuse=option_error("vswitch", word),
        what="vSwitch",
        where=f"in VPC {vpc_id}, region {task.region}",
    )


def workspace(task: Task) -> Workspace:
    """Return the workspace that option workspace names."""
    word = str(task.options["workspace"])
    workspaces = DataWorks(task.cloud, task.region).workspaces()
    return pick(
        word, workspaces, refuse=option_error("workspace", word), what="workspace", where=f"in region {task.region}"
    )


def instance(task: Task) -> Instance:
    """Return the instance that option rds_instance names, with its endpoints and its whitelist mode."""
    word = task.options["rds_instance"]
    service = Rds(task.cloud, task.region)
    found = service.instance(word)
    if found is None:
        raise option_error("rds_instance", word)(
            f"no such instance can be seen from region {task.region}; check the id, the region and the account"
        )
    if found.region != task.region:
        raise option_error("rds_instance", word)(
            f"it is in region {found.region}, not in {task.region}; set region: {found.region}"
        )
    return found
