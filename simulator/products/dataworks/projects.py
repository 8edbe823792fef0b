# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ListProjects and the association of resource groups with workspaces."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.dataworks.product import dataworks_operation, group_of, own, page_of, workspace_of
from simulator.products.dataworks.schema import Workspace


@dataworks_operation("ListProjects")
def list_projects(call: Call) -> Body:
    """List the workspaces of a region."""
    page, paging = page_of(call, [space for space in own(call).workspaces if _wanted(call, space)])
    return {"PagingInfo": {**paging, "Projects": [_item(space) for space in page.items]}}


def _wanted(call: Call, space: Workspace) -> bool:
    ids, names = call.strings("Ids"), call.strings("Names")
    tags = {tag.get("Key", ""): tag.get("Value", "") for tag in call.objects("AliyunResourceTags")}
    flags = {
        "DevEnvironmentEnabled": space.dev_environment,
        "DevRoleDisabled": space.dev_role_disabled,
        "PaiTaskEnabled": space.pai_tasks,
    }
    return (
        (not ids or str(space.id) in ids)
        and (not names or space.name in names)
        and call.text("Status") in ("", space.status)
        and call.text("AliyunResourceGroupId") in ("", space.resource_group)
        and tags.items() <= space.tags.items()
        and all(call.boolean(name) in (None, value) for name, value in flags.items())
    )


def _item(space: Workspace) -> dict[str, Any]:
    return {
        "AliyunResourceGroupId": space.resource_group,
        "AliyunResourceTags": [{"Key": key, "Value": value} for key, value in space.tags.items()],
        "Description": space.description,
        "DevEnvironmentEnabled": space.dev_environment,
        "DevRoleDisabled": space.dev_role_disabled,
        "DisplayName": space.display_name or space.name,
        "Id": space.id,
        "Name": space.name,
        "Owner": space.owner,
        "PaiTaskEnabled": space.pai_tasks,
        "Status": space.status,
    }


@dataworks_operation("ListResourceGroupAssociateProjects")
def list_resource_group_associate_projects(call: Call) -> Body:
    """List the workspaces a resource group may be used in."""
    group = group_of(call)
    found = [space.id for space in own(call).workspaces if group.id in space.resource_groups]
    return {"ProjectIdList": found, "Success": True}


@dataworks_operation("AssociateProjectToResourceGroup", writes=True)
def associate_project_to_resource_group(call: Call) -> Body:
    """Let a workspace use a resource group."""
    space, group = workspace_of(call), group_of(call)
    if group.status != "Normal" or space.status != "Available":
        raise ApiError(400, "9990040003", "The project or the resource group is not ready.")
    if group.id not in space.resource_groups:
        space.resource_groups = [*space.resource_groups, group.id]
    elif call.cloud.settings.repeated_association == "refuse":
        raise ApiError(400, "Duplicate.Association", "The resource group is already associated with the project.")
    return {"Success": True}


@dataworks_operation("DissociateProjectFromResourceGroup", writes=True)
def dissociate_project_from_resource_group(call: Call) -> Body:
    """Take a resource group away from a workspace."""
    space, group = workspace_of(call), group_of(call)
    if group.id not in space.resource_groups and call.cloud.settings.repeated_association == "refuse":
        raise ApiError(400, "EntityNotExists.Association", "The resource group is not associated with the project.")
    space.resource_groups = [one for one in space.resource_groups if one != group.id]
    return {"Success": True}
