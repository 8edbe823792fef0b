# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fills in what a world file may leave out: identifiers, system route tables, endpoints, default whitelist groups."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from simulator.products.dataworks.schema import ResourceGroup, Workspace
from simulator.products.rds.schema import Endpoint, Instance, WhitelistGroup
from simulator.products.vpc.schema import NatGateway, RouteTable, Vpc, VSwitch

if TYPE_CHECKING:
    from simulator.naming import Names
    from simulator.resources import RegionSection

ENDPOINT_SUFFIX = {"MySQL": "mysql", "PostgreSQL": "pg", "SQLServer": "sqlserver", "MariaDB": "mariadb"}


def reserve_numbers(section: RegionSection, names: Names) -> None:
    """Keep numbers that the world chose itself from being handed out again."""
    for group in section.resource_groups:
        names.reserve("resource_group", group.number)
        for network in group.networks:
            names.reserve("network", network.id)
            for route in network.routes:
                names.reserve("route", route.id)
    for workspace in section.workspaces:
        for source in workspace.data_sources:
            names.reserve("data_source", source.id)


def complete(section: RegionSection, region: str, names: Names) -> None:
    """Fill in what is left out of one account's resources in one region."""
    for vpc in section.vpcs:
        complete_vpc(vpc, region, names)
    addresses = _Addresses(section)
    for instance in section.rds_instances:
        complete_instance(instance, region, addresses)
    for vpc in section.vpcs:
        for gateway in vpc.nat_gateways:
            _complete_gateway(gateway, region, names, addresses)
    for group in section.resource_groups:
        complete_group(group, region, names)
    for workspace in section.workspaces:
        _complete_workspace(workspace, names)


def complete_vpc(vpc: Vpc, region: str, names: Names) -> None:
    """Give a VPC its router, its system route table and identifiers for everything unnamed."""
    vpc.vrouter = vpc.vrouter or names.text("vrt", region)
    if not any(table.type == "System" for table in vpc.route_tables):
        system = RouteTable(id=names.text("vtb", region), type="System", created=vpc.created)
        vpc.route_tables = [system, *vpc.route_tables]
    for table in vpc.route_tables:
        for entry in table.entries:
            entry.id = entry.id or names.text("rte", region)
    for acl in vpc.network_acls:
        for rule in [*acl.ingress, *acl.egress]:
            rule.id = rule.id or names.text("nae", region)


def _complete_gateway(gateway: NatGateway, region: str, names: Names, addresses: _Addresses) -> None:
    gateway.snat_table = gateway.snat_table or names.text("stb", region)
    gateway.forward_table = gateway.forward_table or names.text("ftb", region)
    gateway.private_ip = gateway.private_ip or addresses.free(gateway.vswitch)
    for entry in gateway.snat_entries:
        entry.id = entry.id or names.text("snat", region)


def complete_instance(instance: Instance, region: str, addresses: _Addresses) -> None:
    """Give an instance its VPC and zone, an endpoint, and the default whitelist group."""
    if found := addresses.vswitches.get(instance.vswitch):
        vpc, vswitch = found
        instance.vpc = instance.vpc or vpc.id
        instance.zone = instance.zone or vswitch.zone
    instance.zone = instance.zone or f"{region}-h"
    if not instance.endpoints:
        kind = "private" if instance.network_type == "VPC" else "inner"
        host = f"{instance.id}.{ENDPOINT_SUFFIX[instance.engine]}.rds.aliyuncs.com"
        instance.endpoints = [Endpoint.model_validate({"kind": kind, "host": host})]
    for endpoint in instance.endpoints:
        _complete_endpoint(endpoint, instance, addresses)
    if not any(group.name.lower() == "default" for group in instance.whitelist):
        instance.whitelist = [*_default_groups(instance), *instance.whitelist]


def _default_groups(instance: Instance) -> list[WhitelistGroup]:
    types = ["VPC", "Classic"] if instance.whitelist_mode == "safety" else ["MIX"]
    shapes = [{"name": "default", "entries": ["127.0.0.1"], "network_type": one} for one in types]
    return [WhitelistGroup.model_validate(shape) for shape in shapes]


def _complete_endpoint(endpoint: Endpoint, instance: Instance, addresses: _Addresses) -> None:
    endpoint.port = endpoint.port or instance.default_port
    if endpoint.kind == "private":
        endpoint.vpc = endpoint.vpc or instance.vpc
        endpoint.vswitch = endpoint.vswitch or instance.vswitch
        endpoint.ip = endpoint.ip or addresses.free(endpoint.vswitch)
    elif endpoint.ip is None:
        endpoint.ip = addresses.outside("10.150.0.0" if endpoint.kind == "inner" else "47.97.0.0")


def complete_group(group: ResourceGroup, region: str, names: Names) -> None:
    """Give the networks and routes of a resource group their identifiers."""
    group.number = group.number or names.number("resource_group")
    for network in group.networks:
        network.id = network.id or names.number("network")
        network.security_group = network.security_group or names.text("sg", region)
        for route in network.routes:
            route.id = route.id or names.number("route")
            route.resource_id = route.resource_id or f"ns-{network.id}"


def _complete_workspace(workspace: Workspace, names: Names) -> None:
    for source in workspace.data_sources:
        source.id = source.id or names.number("data_source")
        source.properties = {"envType": source.env, **source.properties}


class _Addresses:
    """Finds addresses that nothing in the region uses yet."""

    def __init__(self, section: RegionSection) -> None:
        self.vswitches: dict[str, tuple[Vpc, VSwitch]] = {
            vswitch.id: (vpc, vswitch) for vpc in section.vpcs for vswitch in vpc.vswitches
        }
        endpoints = [endpoint for instance in section.rds_instances for endpoint in instance.endpoints]
        gateways = [gateway for vpc in section.vpcs for gateway in vpc.nat_gateways]
        self._used = {point.ip for point in endpoints} | {gateway.private_ip for gateway in gateways}
        self._used |= {eip.ip for eip in section.eips}

    def free(self, vswitch_id: str | None) -> str | None:
        """Return the lowest free address of a vSwitch from the tenth on, or None when there is no such vSwitch."""
        found = self.vswitches.get(vswitch_id or "")
        if found is None:
            return None
        network = IPv4Network(found[1].cidr)
        return self._take(network[min(10, network.num_addresses // 2)])

    def outside(self, first: str) -> str:
        """Return the lowest free address above one outside every VPC."""
        return self._take(IPv4Address(first) + 10)

    def _take(self, address: IPv4Address) -> str:
        while str(address) in self._used:
            address += 1
        self._used.add(str(address))
        return str(address)
