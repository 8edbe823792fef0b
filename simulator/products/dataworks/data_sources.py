# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ListDataSources, GetDataSource, CreateDataSource, UpdateDataSource and DeleteDataSource."""

from __future__ import annotations

import re
from typing import Any

from simulator.operation import ApiError, Body, Call, invalid_parameter
from simulator.products.dataworks import connection_properties
from simulator.products.dataworks.product import (
    data_source_of,
    dataworks_operation,
    millis,
    page_of,
    user_of,
    workspace_of,
)
from simulator.products.dataworks.schema import DataSource, Workspace
from simulator.state import masked

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")
_MOST_DESCRIPTION = 3000


@dataworks_operation("ListDataSources")
def list_data_sources(call: Call) -> Body:
    """List the data sources of a workspace: one element per name and type, its Dev and Prod entries inside."""
    space = workspace_of(call)
    if call.text("EnvType") not in ("", "Dev", "Prod"):
        raise invalid_parameter("EnvType")
    types = call.strings("Types")
    found = [
        source
        for source in _sorted(call, space)
        if call.text("EnvType") in ("", source.env)
        and call.text("Name") in source.name
        and (not types or source.type in types)
        and set(call.strings("Tags")) <= set(source.tags)
    ]
    groups: dict[tuple[str, str], list[DataSource]] = {}
    for source in found:
        groups.setdefault((source.name, source.type), []).append(source)
    page, paging = page_of(call, list(groups.items()))
    if call.cloud.settings.data_source_total == "entries":
        paging["TotalCount"] = len(found)
    items = [
        {"DataSource": [_entry(call, one) for one in entries], "Name": name, "Type": kind}
        for (name, kind), entries in page.items
    ]
    return {"PagingInfo": {**paging, "DataSources": items}}


def _sorted(call: Call, space: Workspace) -> list[DataSource]:
    field, order = call.text("SortBy") or "CreateTime", call.text("Order") or "Desc"
    keys = {
        "CreateTime": lambda source: (source.created, source.id),
        "Id": lambda source: source.id,
        "Name": lambda source: source.name,
    }
    if field not in keys:
        raise invalid_parameter("SortBy")
    if order not in ("Asc", "Desc"):
        raise invalid_parameter("Order")
    return sorted(space.data_sources, key=keys[field], reverse=order == "Desc")


@dataworks_operation("GetDataSource")
def get_data_source(call: Call) -> Body:
    """Describe one data source."""
    space, source = data_source_of(call)
    own = {"Name": source.name, "Type": source.type, "ProjectId": space.id}
    return {"DataSource": {**_entry(call, source), **own}}


@dataworks_operation("CreateDataSource", writes=True)
def create_data_source(call: Call) -> Body:
    """Add a data source to one environment of a workspace."""
    space = workspace_of(call)
    name, kind, mode = call.required("Name"), call.required("Type"), call.required("ConnectionPropertiesMode")
    if not _NAME.fullmatch(name):
        raise invalid_parameter("Name")
    _check_mode(call, mode)
    properties = connection_properties.read(call.required("ConnectionProperties"), kind, mode)
    _check_environment(space, name, properties["envType"])
    source = DataSource(
        id=call.cloud.names.number("data_source"),
        name=name,
        type=kind,
        env=properties["envType"],
        mode="InstanceMode" if mode == "InstanceMode" else "UrlMode",
        description=call.text("Description"),
        properties=properties,
        created=call.clock.now(),
        created_by=user_of(call),
        modified=call.clock.now(),
        modified_by=user_of(call),
    )
    space.data_sources = [*space.data_sources, source]
    return {"Id": source.id}


def _check_mode(call: Call, mode: str) -> None:
    if mode not in ("InstanceMode", "UrlMode"):
        raise invalid_parameter("ConnectionPropertiesMode")
    if len(call.text("Description")) > _MOST_DESCRIPTION:
        raise invalid_parameter("Description")


def _check_environment(space: Workspace, name: str, env: str) -> None:
    if env == "Dev" and not space.dev_environment:
        raise ApiError(400, "InvalidParameter", "A workspace in simple mode has data sources of envType Prod only.")
    if any((source.name, source.env) == (name, env) for source in space.data_sources):
        raise ApiError(400, "Duplicate.DataSource", f"The data source {name} already exists in {env}.")


@dataworks_operation("UpdateDataSource", writes=True)
def update_data_source(call: Call) -> Body:
    """Replace the connection properties of a data source; its environment stays."""
    space, source = data_source_of(call)
    if workspace_of(call) is not space:
        raise ApiError(400, "1000010005", f"The data source {source.id} does not exist in the project.")
    mode = call.text("ConnectionPropertiesMode") or source.mode
    _check_mode(call, mode)
    properties = connection_properties.read(call.required("ConnectionProperties"), source.type, mode)
    if properties["envType"] != source.env:
        raise ApiError(400, "InvalidParameter", "The envType of a data source cannot be changed.")
    source.mode = "InstanceMode" if mode == "InstanceMode" else "UrlMode"
    source.properties = properties
    source.description = call.text("Description", source.description)
    source.modified, source.modified_by = call.clock.now(), user_of(call)
    return {"Success": True}


@dataworks_operation("DeleteDataSource", writes=True)
def delete_data_source(call: Call) -> Body:
    """Remove a data source from its environment."""
    space, source = data_source_of(call)
    space.data_sources = [other for other in space.data_sources if other is not source]
    return {"Success": True}


def _entry(call: Call, source: DataSource) -> dict[str, Any]:
    hide = call.cloud.settings.mask_secrets
    return {
        "ConnectionProperties": masked(source.properties) if hide else dict(source.properties),
        "ConnectionPropertiesMode": source.mode,
        "CreateTime": millis(source.created),
        "CreateUser": source.created_by,
        "Description": source.description,
        "Id": source.id,
        "ModifyTime": millis(source.modified),
        "ModifyUser": source.modified_by,
        "QualifiedName": f"{source.type}.{source.name}",
    }
