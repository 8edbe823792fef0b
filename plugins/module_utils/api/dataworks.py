# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""DataWorks 2024-05-18: resource groups, their networks and routes, workspaces, data sources, the connectivity test."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.snapshot import EXCLUSIVE_TYPES, SERVERLESS, DataSource, ResourceGroup, RgNetwork, RgRoute, Workspace
from . import operations as op
from .client import Cloud
from .errors import CloudError, Kind
from .paging import every
from .waiting import Patience, Waiter, wait

_NETWORK_ENDED = frozenset({"Deleted", "Deleting"})


@dataclass(frozen=True)
class DataWorks:
    """DataWorks of one region; parameters and errors as the operations have them."""

    cloud: Cloud
    region: str

    def resource_groups(self) -> list[ResourceGroup]:
        """ListResourceGroups: all serverless and exclusive groups; without the type filter it would name serverless
        ones only."""
        types = [SERVERLESS, *sorted(EXCLUSIVE_TYPES)]
        records = self._every(op.LIST_RESOURCE_GROUPS, "list the resource groups", {"ResourceGroupTypes": types})
        return [
            ResourceGroup(
                id=record["Id"],
                name=record.get("Name") or "",
                type=record.get("ResourceGroupType") or "",
                status=record.get("Status") or "",
                region=self.region,
                default_vpc_id=record.get("DefaultVpcId") or "",
                default_vswitch_id=record.get("DefaultVswicthId") or record.get("DefaultVswitchId") or "",
            )
            for record in records
        ]

    def networks(self, group_id: str) -> list[RgNetwork]:
        """ListNetworks: the bindings of a group, without those that are gone."""
        records = self._every(
            op.LIST_NETWORKS, f"list the networks of resource group {group_id}", {"ResourceGroupId": group_id}
        )
        return [network for record in records if (network := _network(record)).status != "Deleted"]

    def create_network(self, group_id: str, vpc_id: str, vswitch_id: str, attempt: str) -> int:
        """CreateNetwork: bind; the same attempt sent twice binds once. Returns the network's id."""
        token = hashlib.sha256(f"{group_id}/{vpc_id}/{vswitch_id}/{attempt}".encode()).hexdigest()[:40]
        parameters = {"ResourceGroupId": group_id, "VpcId": vpc_id, "VswitchId": vswitch_id, "ClientToken": token}
        body = self.cloud.call(
            op.CREATE_NETWORK, self.region, f"bind resource group {group_id} to VPC {vpc_id}", parameters
        )
        return int(body["Id"])

    def wait_for_network(self, network_id: int, group: str, patience: Patience) -> RgNetwork:
        """GetNetwork until the network is Running."""
        waiter = Waiter(
            f"waited for network {network_id} of resource group {group} to be Running",
            frozenset({"Running"}),
            _NETWORK_ENDED,
        )
        seen = wait(
            waiter, lambda: self._get_network(network_id), lambda record: str(record.get("Status") or ""), patience
        )
        return _network(seen)

    def wait_for_absence(self, network_id: int, group: str, patience: Patience) -> None:
        """GetNetwork until the network is gone."""
        waiter = Waiter(f"waited for network {network_id} of resource group {group} to be gone", frozenset({"Deleted"}))
        wait(
            waiter,
            lambda: self._get_network(network_id) or {"Status": "Deleted"},
            lambda record: str(record.get("Status") or ""),
            patience,
        )

    def delete_network(self, network_id: int) -> None:
        """DeleteNetwork: starts the unbinding."""
        self.cloud.call(op.DELETE_NETWORK, self.region, f"unbind network {network_id}", {"Id": network_id})

    def routes(self, group_id: str) -> list[RgRoute]:
        """ListRoutes: the routes of a group on all its networks."""
        records = self._every(
            op.LIST_ROUTES, f"list the routes of resource group {group_id}", {"ResourceGroupId": group_id}
        )
        return [
            RgRoute(int(record["Id"]), int(record.get("NetworkId") or 0), record.get("DestinationCidr") or "")
            for record in records
        ]

    def create_route(self, group_id: str, network_id: int, destination: str) -> int:
        """CreateRoute: returns the route's id."""
        parameters = {"NetworkId": network_id, "DestinationCidr": destination, "ResourceGroupId": group_id}
        body = self.cloud.call(
            op.CREATE_ROUTE, self.region, f"add route {destination} to resource group {group_id}", parameters
        )
        return int(body["Id"])

    def delete_route(self, route_id: int) -> None:
        """DeleteRoute."""
        self.cloud.call(op.DELETE_ROUTE, self.region, f"remove route {route_id}", {"Id": route_id})

    def workspaces(self) -> list[Workspace]:
        """ListProjects."""
        records = self._every(op.LIST_PROJECTS, "list the workspaces", {})
        return [
            Workspace(int(record["Id"]), record.get("Name") or "", record.get("Status") or "") for record in records
        ]

    def associated_workspaces(self, group_id: str) -> list[int]:
        """ListResourceGroupAssociateProjects: ids of the workspaces that may use a group."""
        purpose = f"list the workspaces of resource group {group_id}"
        body = self.cloud.call(op.LIST_ASSOCIATIONS, self.region, purpose, {"ResourceGroupId": group_id})
        listed = body.get("ProjectIdList")
        if not isinstance(listed, list):
            raise CloudError(
                Kind.INCOMPLETE, action=op.LIST_ASSOCIATIONS.action, message=f"cannot {purpose}: no list came"
            )
        return [int(project) for project in listed]

    def associate(self, group_id: str, workspace_id: int) -> None:
        """AssociateProjectToResourceGroup."""
        purpose = f"associate resource group {group_id} with workspace {workspace_id}"
        self.cloud.call(op.ASSOCIATE, self.region, purpose, {"ProjectId": workspace_id, "ResourceGroupId": group_id})

    def dissociate(self, group_id: str, workspace_id: int) -> None:
        """DissociateProjectFromResourceGroup."""
        purpose = f"dissociate resource group {group_id} from workspace {workspace_id}"
        self.cloud.call(op.DISSOCIATE, self.region, purpose, {"ProjectId": workspace_id, "ResourceGroupId": group_id})

    def data_sources(self, workspace_id: int) -> list[DataSource]:
        """ListDataSources: one record per registration; Dev and Prod of a name are two."""
        records = self._every(
            op.LIST_DATA_SOURCES, f"list the data sources of workspace {workspace_id}", {"ProjectId": workspace_id}
        )
        return [
            _data_source(outer, inner, workspace_id) for outer in records for inner in outer.get("DataSource") or []
        ]

    def test_connectivity(self, source: DataSource, group_id: str) -> dict[str, Any]:
        """TestDataSourceConnectivity: state Connectable, ConfigError, Unreachable or Unsupport, with message and
        steps."""
        purpose = f"test data source {source.name} ({source.environment}) from resource group {group_id}"
        parameters = {"DataSourceId": source.id, "ProjectId": source.workspace_id, "ResourceGroupId": group_id}
        connectivity = self.cloud.call(op.TEST_CONNECTIVITY, self.region, purpose, parameters).get("Connectivity") or {}
        steps = [
            {"code": str(log.get("Code") or ""), "message": str(log.get("Message") or "")}
            for log in connectivity.get("DetailLogs") or []
        ]
        return {
            "data_source": source.name,
            "data_source_id": source.id,
            "environment": source.environment,
            "state": str(connectivity.get("ConnectState") or ""),
            "message": str(connectivity.get("ConnectMessage") or ""),
            "steps": steps,
        }

    def _get_network(self, network_id: int) -> Mapping[str, Any] | None:
        try:
            body = self.cloud.call(op.GET_NETWORK, self.region, f"read network {network_id}", {"Id": network_id})
        except CloudError as error:
            if error.kind is Kind.GONE:
                return None
            raise
        found = body.get("Network")
        return found if isinstance(found, Mapping) and found.get("Id") is not None else None

    def _every(self, operation: op.Operation, purpose: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        return every(
            self.cloud, operation, self.region, f"{purpose} in {self.region}" if not parameters else purpose, parameters
        )


def _network(record: Mapping[str, Any]) -> RgNetwork:
    return RgNetwork(
        id=int(record["Id"]),
        vpc_id=record.get("VpcId") or "",
        vswitch_id=record.get("VswitchId") or "",
        status=record.get("Status") or "",
        security_group_id=record.get("SecurityGroupId") or "",
    )


def _data_source(outer: Mapping[str, Any], inner: Mapping[str, Any], workspace_id: int) -> DataSource:
    given = inner.get("ConnectionProperties")
    properties: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    addresses = properties.get("address") or []
    return DataSource(
        id=int(inner["Id"]),
        name=outer.get("Name") or "",
        type=outer.get("Type") or "",
        environment=str(properties.get("envType") or "Prod"),
        workspace_id=workspace_id,
        instance_ids=tuple(str(properties[key]) for key in ("readOnlyDBInstance", "instanceId") if properties.get(key)),
        hosts=tuple(str(address.get("host") or "") for address in addresses if isinstance(address, Mapping)),
    )
