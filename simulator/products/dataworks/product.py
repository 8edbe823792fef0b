# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every DataWorks operation needs: registration, the caller's objects, the shapes of lists and times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from simulator.operation import ApiError, Call, Handler, invalid_parameter, operation
from simulator.paging import Page, numbered_page
from simulator.products.dataworks.schema import DataSource, Network, ResourceGroup, Workspace
from simulator.resources import RegionSection
from simulator.settling import settle_network

Item = TypeVar("Item")


def dataworks_operation(
    action: str, *, writes: bool = False, version: str = "2024-05-18", resource: str = "*"
) -> Callable[[Handler], Handler]:
    """Register an operation of the product; `resource` is the part of the ARN after the account."""
    arn = "*" if resource == "*" else "acs:dataworks:{region}:{account}:" + resource
    return operation(product="dataworks", version=version, action=action, writes=writes, resource=arn)


def own(call: Call) -> RegionSection:
    """Return what the caller owns in the region of the endpoint; an endpoint without region serves the only one."""
    regions = [region for region, _ in call.cloud.sections(call.account)]
    if not call.region and len(regions) != 1:
        raise ApiError(400, "MissingParameter", "The region is neither in the endpoint nor in RegionId.")
    return call.cloud.section(call.account, call.region or regions[0])


def page_of(call: Call, items: Sequence[Item]) -> tuple[Page[Item], dict[str, int]]:
    """Cut the page asked for and return it with the paging keys of the answer."""
    settings = call.cloud.settings
    page = numbered_page(call, items, default=settings.dataworks_page_size, maximum=settings.dataworks_max_page_size)
    if settings.ignore_page_size:
        page = Page(list(items[:50]) if page.number == 1 else [], page.number, page.size, page.total)
    return page, {"PageNumber": page.number, "PageSize": page.size, "TotalCount": page.total}


def in_order(call: Call, items: Sequence[Item], keys: Mapping[str, Callable[[Item], Any]]) -> list[Item]:
    """Sort as `SortBy` (`<Field> <Desc|Asc>`) asks, oldest first unless it does."""
    field, _, direction = (call.text("SortBy") or "CreateTime Asc").partition(" ")
    if field not in keys or direction.lower() not in ("", "asc", "desc"):
        raise invalid_parameter("SortBy")
    return sorted(items, key=keys[field], reverse=direction.lower() == "desc")


def millis(moment: datetime) -> int:
    """Write a time as the product does: milliseconds since the epoch."""
    return int(moment.timestamp() * 1000)


def required_number(call: Call, name: str) -> int:
    """Return a mandatory number."""
    call.required(name)
    number = call.integer(name)
    if number is None:
        raise invalid_parameter(name)
    return number


def user_of(call: Call) -> str:
    """Return the name the console would show for the caller."""
    return call.caller_arn.rpartition("/")[2].rpartition(":")[2] or call.account


def find_group(call: Call, group_id: str) -> ResourceGroup | None:
    """Find a resource group of the caller in the region of the endpoint."""
    return next((group for group in own(call).resource_groups if group.id == group_id), None)


def group_of(call: Call) -> ResourceGroup:
    """Return the resource group a call is about."""
    group = find_group(call, call.required("ResourceGroupId"))
    if group is None:
        raise ApiError(404, "EntityNotExists.ResourceGroup", "The specified resource group does not exist.")
    return group


def workspace_of(call: Call) -> Workspace:
    """Return the workspace a call is about."""
    wanted = required_number(call, "ProjectId")
    for workspace in own(call).workspaces:
        if workspace.id == wanted:
            return workspace
    raise ApiError(400, "1101080008", f"The project {wanted} does not exist.")


def data_source_of(call: Call, parameter: str = "Id") -> tuple[Workspace, DataSource]:
    """Return the data source a call is about, with its workspace."""
    wanted = required_number(call, parameter)
    for workspace in own(call).workspaces:
        for source in workspace.data_sources:
            if source.id == wanted:
                return workspace, source
    raise ApiError(400, "1000010005", f"The data source {wanted} does not exist.")


def networks(call: Call) -> Iterator[tuple[ResourceGroup, Network]]:
    """Yield the networks of the serverless groups of the caller, up to date; exclusive groups have none to show."""
    for group in own(call).resource_groups:
        if group.serverless:
            for network in list(group.networks):
                settle_network(call.cloud, group, network)
                if network in group.networks:
                    yield group, network


def refuse_exclusive(call: Call, group: ResourceGroup) -> None:
    """Refuse a write that is documented for serverless groups only."""
    if not group.serverless:
        shape = call.cloud.settings.exclusive_group_error
        raise ApiError(shape.status, shape.code, f"The resource group type {group.type} is not supported.")


def no_such(call: Call, kind: str) -> ApiError | None:
    """Return the error for a missing object, or None where the answer is a 200 without it."""
    if call.cloud.settings.missing_object == "empty":
        return None
    return ApiError(404, f"EntityNotExists.{kind}", f"The specified {kind} does not exist.")
