# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use cases that only read: what a resource group is bound to, what an instance admits."""

from __future__ import annotations

from typing import Any

from ..api.dataworks import DataWorks
from ..api.rds import Rds
from ..api.vpc import VpcService
from ..core import cidr, egress
from ..core.binding import EXISTING, LIVE, Binding
from ..core.snapshot import ResourceGroup, RgNetwork, Snapshot, VSwitch
from . import selection
from .binding import network_as_dict
from .module import Task

_CONSOLE_ONLY = "The binding, the routes and the EIP of an exclusive group are shown in the DataWorks console only."


def resource_group(task: Task) -> dict[str, Any]:
    """Describe a resource group: its networks with CIDR and zone, its routes, its addresses on the Internet."""
    group = selection.resource_group(task)
    described: dict[str, Any] = {
        "id": group.id,
        "name": group.name,
        "type": group.type,
        "family": "serverless" if group.serverless else "exclusive",
        "status": group.status,
        "region": group.region,
        "default_vpc_id": group.default_vpc_id,
        "default_vswitch_id": group.default_vswitch_id,
        "networks": [],
        "routes": [],
        "egress_addresses": [],
        "egress_notes": [],
    }
    if group.serverless:
        described.update(_serverless_details(task, group))
    else:
        described["egress_notes"] = [_CONSOLE_ONLY]
    return {"changed": False, "resource_group": described}


def instance(task: Task) -> dict[str, Any]:
    """Describe an RDS instance: where it is, its endpoints, its whitelist groups."""
    service = Rds(task.cloud, task.region)
    found = service.with_endpoints(selection.instance(task))
    groups = service.whitelist(found.id, found.whitelist_mode)
    described = {
        "id": found.id,
        "name": found.name,
        "region": found.region,
        "zone": found.zone,
        "engine": found.engine,
        "status": found.status,
        "lock_mode": found.lock_mode,
        "network_type": found.network_type,
        "vpc_id": found.vpc_id,
        "vswitch_id": found.vswitch_id,
        "role": found.role,
        "primary_id": found.master_id,
        "replica_ids": list(found.replica_ids),
        "whitelist_mode": "enhanced" if found.whitelist_mode == "safety" else "standard",
        "endpoints": [
            {"host": endpoint.host, "address": endpoint.address, "port": endpoint.port, "kind": endpoint.kind}
            for endpoint in found.endpoints
        ],
        "whitelist_groups": [
            {
                "name": group.name,
                "attribute": group.attribute,
                "network_type": group.network_type,
                "entries": list(group.entries),
            }
            for group in groups
        ],
    }
    return {"changed": False, "rds_instance": described}


def _serverless_details(task: Task, group: ResourceGroup) -> dict[str, Any]:
    dataworks, service = DataWorks(task.cloud, task.region), VpcService(task.cloud, task.region)
    networks = dataworks.networks(group.id)
    snapshot = Snapshot(networks={group.id: list(networks)})
    for vpc_id in sorted({item.vpc_id for item in networks}):
        snapshot.vswitches[vpc_id] = list(service.vswitches(vpc_id))
    known = {vswitch.id: vswitch for read in snapshot.vswitches.values() if isinstance(read, list) for vswitch in read}
    addresses, notes = _egress(group, networks, known, service, snapshot)
    return {
        "networks": [network_as_dict(item, known.get(item.vswitch_id)) for item in networks],
        "routes": [
            {"id": item.id, "network_id": item.network_id, "destination": item.destination}
            for item in dataworks.routes(group.id)
        ],
        "egress_addresses": addresses,
        "egress_notes": notes,
    }


def _egress(
    group: ResourceGroup, networks: list[RgNetwork], known: dict[str, VSwitch], service: VpcService, snapshot: Snapshot
) -> tuple[list[str], list[str]]:
    addresses: list[str] = []
    notes: list[str] = []
    for item in networks:
        vswitch = known.get(item.vswitch_id)
        if vswitch is None or item.status not in LIVE:
            continue
        if vswitch.route_table_id not in snapshot.route_tables:
            snapshot.route_tables[vswitch.route_table_id] = list(service.route_entries(vswitch.route_table_id))
        if item.vpc_id not in snapshot.nat_gateways:
            snapshot.nat_gateways[item.vpc_id] = list(service.nat_gateways(item.vpc_id))
        found = egress.find(group, Binding(EXISTING, item.vpc_id, (vswitch,), (item,)), snapshot, None)
        if isinstance(found, egress.Egress):
            addresses += [cidr.spell(address) for address in found.addresses]
            notes += [f"{finding.code}: {finding.evidence}" for finding in found.findings]
    return sorted(set(addresses)), notes
