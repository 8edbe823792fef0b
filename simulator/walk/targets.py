# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a data source points at."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from simulator.products.dataworks.schema import DataSource
from simulator.products.rds.schema import Endpoint, Instance
from simulator.walk.atlas import Atlas, Listener
from simulator.walk.journey import BlockedError, Target

HOP = "resolve_endpoint"


def targets_of(atlas: Atlas, account: str, source: DataSource) -> list[Target]:
    """Return the addresses that a data source connects to."""
    if source.mode == "InstanceMode":
        return [_of_instance(atlas, account, source.properties)]
    addresses = source.properties.get("address")
    if not isinstance(addresses, list) or not addresses:
        raise BlockedError(HOP, "the data source names no address", "ConfigError")
    return [_of_address(atlas, address) for address in addresses]


def _of_instance(atlas: Atlas, account: str, properties: Mapping[str, Any]) -> Target:
    owner = str(properties.get("crossAccountOwnerId") or account)
    wanted = str(properties.get("readOnlyDBInstance") or properties.get("instanceId") or "")
    region = str(properties.get("regionId") or "")
    for name, section in atlas.cloud.sections(owner, region):
        for instance in section.rds_instances:
            if instance.id == wanted:
                return _target(Listener(owner, name, section, instance, _internal(instance)))
    raise BlockedError(HOP, f"account {owner} has no instance {wanted or '(none named)'}", "ConfigError")


def _internal(instance: Instance) -> Endpoint:
    kind = "private" if instance.network_type == "VPC" else "inner"
    fitting = [one for one in instance.endpoints if (one.kind, one.type) == (kind, "Normal")]
    if not fitting:
        raise BlockedError(HOP, f"{instance.id} has no internal endpoint")
    return fitting[0]


def _target(listener: Listener, port: int | None = None, named: bool = True) -> Target:
    endpoint = listener.endpoint
    if endpoint.kind == "inner":
        raise BlockedError(
            HOP, f"{listener.instance.id} listens in the classic network, out of reach of resource groups"
        )
    if endpoint.ip is None:
        raise BlockedError(HOP, f"{endpoint.host} does not resolve")
    return Target(
        host=endpoint.host,
        ip=IPv4Address(endpoint.ip),
        port=endpoint.port if port is None else port,
        public=endpoint.kind == "public",
        instance=listener.instance.id if named else "",
    )


def _of_address(atlas: Atlas, address: object) -> Target:
    if not isinstance(address, Mapping) or not str(address.get("port", "")).isdigit():
        raise BlockedError(HOP, "an address has host and port", "ConfigError")
    host, port = str(address.get("host", "")), int(address["port"])
    try:
        ip = IPv4Address(host)
    except AddressValueError:
        listener = atlas.by_host(host)
        if listener is None:
            raise BlockedError(HOP, f"the name {host} does not resolve") from None
        return _target(listener, port, named=False)
    return Target(host=host, ip=ip, port=port, public=atlas.public(ip) is not None)
