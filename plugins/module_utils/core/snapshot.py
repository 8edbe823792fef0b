# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was observed: plain records of cloud objects, read once and shared by all connections.

Every lookup has three answers: the record, None (the cloud says it does not exist), or Unknown (it could not be read).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, Union

from .cidr import Network
from .whitelist import Group

T = TypeVar("T")

SERVERLESS = "CommonV2"
EXCLUSIVE_TYPES = frozenset({"ExclusiveDataIntegration", "ExclusiveScheduler", "ExclusiveDataService"})


@dataclass(frozen=True)
class Unknown:
    """Something could not be read: why, in words for the user."""

    reason: str
    code: str = ""


Read = Union[T, Unknown, None]  # noqa: UP007 - a generic alias cannot be written with | on Python 3.10


def known(read: Read[T], what: str) -> T | Unknown:
    """Return what was read; something that should have been read and was not is Unknown too, never taken for empty."""
    return Unknown(f"{what} was not read") if read is None else read


@dataclass(frozen=True)
class ResourceGroup:
    id: str
    name: str
    type: str
    status: str
    region: str
    default_vpc_id: str = ""
    default_vswitch_id: str = ""

    @property
    def serverless(self) -> bool:
        return self.type == SERVERLESS


@dataclass(frozen=True)
class RgNetwork:
    """One binding of a resource group to a VPC and vSwitch."""

    id: int
    vpc_id: str
    vswitch_id: str
    status: str
    security_group_id: str = ""


@dataclass(frozen=True)
class RgRoute:
    id: int
    network_id: int
    destination: str


@dataclass(frozen=True)
class Vpc:
    id: str
    name: str
    region: str
    cidrs: tuple[Network, ...]
    status: str = "Available"
    owner: str = ""


@dataclass(frozen=True)
class VSwitch:
    id: str
    name: str
    vpc_id: str
    zone: str
    cidr: Network
    free_addresses: int
    status: str = "Available"
    route_table_id: str = ""
    acl_id: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class RouteEntry:
    destination: Network
    next_hop_type: str
    next_hop_id: str
    status: str
    type: str


@dataclass(frozen=True)
class AclRule:
    """One rule of a network ACL; rules are tried in order, and the first that matches decides."""

    accept: bool
    protocol: str
    cidr: Network
    port_low: int
    port_high: int


@dataclass(frozen=True)
class Acl:
    id: str
    ingress: tuple[AclRule, ...]
    egress: tuple[AclRule, ...]


@dataclass(frozen=True)
class SnatEntry:
    id: str
    vswitch_id: str
    cidr: Network | None
    addresses: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class NatGateway:
    id: str
    vpc_id: str
    status: str
    network_type: str
    snat_entries: tuple[SnatEntry, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """One address of an instance; ``kind`` is Private, Public or Inner."""

    host: str
    address: str
    port: int
    kind: str


@dataclass(frozen=True)
class Instance:
    id: str
    name: str
    region: str
    engine: str
    status: str
    lock_mode: str
    network_type: str
    vpc_id: str
    vswitch_id: str
    zone: str = ""
    role: str = "Primary"
    master_id: str = ""
    whitelist_mode: str = "normal"
    endpoints: tuple[Endpoint, ...] = ()
    replica_ids: tuple[str, ...] = ()

    def endpoint(self, kind: str) -> Endpoint | None:
        """Return the first endpoint of this kind."""
        return next((endpoint for endpoint in self.endpoints if endpoint.kind == kind), None)


@dataclass(frozen=True)
class Workspace:
    id: int
    name: str
    status: str


@dataclass(frozen=True)
class DataSource:
    """One registration of a data source in a workspace; ``environment`` is Dev or Prod.

    It names its instance (InstanceMode, ``instance_ids``) or the addresses it connects to (UrlMode, ``hosts``).
    """

    id: int
    name: str
    type: str
    environment: str
    workspace_id: int
    instance_ids: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def means(self, instance: Instance) -> bool:
        """Say whether the registration can mean the instance; a host name of the user's own may mean any."""
        if self.instance_ids:
            return instance.id in self.instance_ids
        own = {endpoint.host for endpoint in instance.endpoints}
        return not self.hosts or any(host in own or not host.endswith(".rds.aliyuncs.com") for host in self.hosts)


@dataclass
class Snapshot:
    """All that was read for a set of connections, keyed by id; ``carriers`` by the key of a mark."""

    account: str = ""
    resource_groups: dict[str, Read[list[ResourceGroup]]] = field(default_factory=dict)
    networks: dict[str, Read[list[RgNetwork]]] = field(default_factory=dict)
    routes: dict[str, Read[list[RgRoute]]] = field(default_factory=dict)
    vpcs: dict[str, Read[Vpc]] = field(default_factory=dict)
    vswitches: dict[str, Read[list[VSwitch]]] = field(default_factory=dict)
    route_tables: dict[str, Read[list[RouteEntry]]] = field(default_factory=dict)
    acls: dict[str, Read[Acl]] = field(default_factory=dict)
    nat_gateways: dict[str, Read[list[NatGateway]]] = field(default_factory=dict)
    instances: dict[str, Read[Instance]] = field(default_factory=dict)
    carriers: dict[str, Read[list[VSwitch]]] = field(default_factory=dict)
    neighbours: dict[str, Read[list[Instance]]] = field(default_factory=dict)
    whitelists: dict[str, Read[list[Group]]] = field(default_factory=dict)
    workspaces: dict[str, Read[list[Workspace]]] = field(default_factory=dict)
    associations: dict[str, Read[list[int]]] = field(default_factory=dict)
    data_sources: dict[int, Read[list[DataSource]]] = field(default_factory=dict)
