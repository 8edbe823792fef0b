# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of a world file that describe resource groups, their networks and routes, workspaces and data sources."""

from __future__ import annotations

from typing import Any, Literal

from simulator.section import BEFORE_EVERYTHING, Address, Cidr, Moment, Section

ResourceGroupType = Literal["CommonV2", "ExclusiveDataIntegration", "ExclusiveScheduler", "ExclusiveDataService"]


class Route(Section):
    """A route of a resource group into one of its networks."""

    id: int = 0
    destination: Cidr
    resource_id: str = ""
    created: Moment = BEFORE_EVERYTHING


class Network(Section):
    """A binding of a resource group to a VPC and vSwitch."""

    id: int = 0
    vpc: str
    vswitch: str
    default: bool | None = None
    security_group: str = ""
    status: Literal["Pending", "Creating", "Running", "Deleting", "Deleted"] = "Running"
    created: Moment = BEFORE_EVERYTHING
    created_by: str = ""
    routes: list[Route] = []


class Spec(Section):
    """The size of a resource group."""

    standard: str = "Default"
    amount: int = 2


class ResourceGroup(Section):
    """A resource group, serverless (CommonV2) or exclusive."""

    id: str
    name: str
    type: ResourceGroupType = "CommonV2"
    status: Literal[
        "Normal", "Stop", "Deleted", "Creating", "CreateFailed", "Updating", "UpdateFailed", "Deleting", "DeleteFailed",
        "Timeout", "Freezed", "Starting",
    ] = "Normal"  # fmt: skip
    remark: str = ""
    payment: Literal["PostPaid", "PrePaid"] = "PostPaid"
    spec: Spec = Spec()
    order_instance: str = ""
    resource_group: str = ""
    tags: dict[str, str] = {}
    created: Moment = BEFORE_EVERYTHING
    created_by: str = ""
    networks: list[Network] = []
    eip: Address | None = None
    number: int = 0

    @property
    def serverless(self) -> bool:
        """Tell whether the group is of the kind the network operations are made for."""
        return self.type == "CommonV2"

    def default_network(self) -> Network | None:
        """Return the network chosen when the group was created: the one marked default, else the first not marked."""
        marked = [network for network in self.networks if network.default]
        return next(iter(marked or [network for network in self.networks if network.default is None]), None)


class DataSource(Section):
    """A data source of a workspace in one environment; `properties` is what the API calls ConnectionProperties."""

    id: int = 0
    name: str
    type: str = "mysql"
    env: Literal["Dev", "Prod"] = "Prod"
    mode: Literal["UrlMode", "InstanceMode"] = "InstanceMode"
    description: str = ""
    properties: dict[str, Any] = {}
    tags: list[str] = []
    created: Moment = BEFORE_EVERYTHING
    created_by: str = ""
    modified: Moment = BEFORE_EVERYTHING
    modified_by: str = ""


class Workspace(Section):
    """A DataWorks workspace (the API says project)."""

    id: int
    name: str
    display_name: str = ""
    description: str = ""
    owner: str = ""
    status: Literal[
        "Available", "Initializing", "InitFailed", "Forbidden", "Deleting", "DeleteFailed", "Frozen", "Updating",
        "UpdateFailed",
    ] = "Available"  # fmt: skip
    dev_environment: bool = True
    dev_role_disabled: bool = False
    pai_tasks: bool = False
    resource_group: str = ""
    tags: dict[str, str] = {}
    resource_groups: list[str] = []  # ids of DataWorks resource groups associated with it
    data_sources: list[DataSource] = []
