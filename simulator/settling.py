# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings the status of objects up to date with their transitions; a read of an object counts as a poll of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.products.dataworks.schema import Network, ResourceGroup
from simulator.products.rds.schema import Instance
from simulator.products.vpc.schema import RouteEntry, Vpc
from simulator.section import Pace
from simulator.transitions import GONE

if TYPE_CHECKING:
    from simulator.cloud import Cloud


def _state(cloud: Cloud, key: str, polled: bool) -> str | None:
    return cloud.transitions.observe(key) if polled else cloud.transitions.peek(key)


def network_key(network: Network) -> str:
    """Return the key of the transition of a network."""
    return f"network:{network.id}"


def settle_network(cloud: Cloud, group: ResourceGroup, network: Network, polled: bool = False) -> None:
    """Set the status of a network to what it is now; a network that is gone is removed from its group."""
    state = _state(cloud, network_key(network), polled)
    if state == GONE:
        group.networks.remove(network)
    elif state is not None:
        _write(network, "status", state)


def entry_key(entry: RouteEntry) -> str:
    """Return the key of the transition of a route entry."""
    return f"route_entry:{entry.id}"


def settle_entries(cloud: Cloud, vpc: Vpc, polled: bool = False) -> None:
    """Set the status of every route entry of a VPC to what it is now; entries that are gone are removed."""
    for table in vpc.route_tables:
        for entry in list(table.entries):
            state = _state(cloud, entry_key(entry), polled)
            if state == GONE:
                table.entries.remove(entry)
            elif state is not None:
                _write(entry, "status", state)


def status_key(instance: Instance) -> str:
    """Return the key of the transition of the status of an instance."""
    return f"instance:{instance.id}"


def settle_instance(cloud: Cloud, instance: Instance, polled: bool = False) -> None:
    """Set the status of an instance to what it is now."""
    state = _state(cloud, status_key(instance), polled)
    if state is not None:
        _write(instance, "status", state)


def effect_key(instance: Instance) -> str:
    """Return the key of the transition of a whitelist change that traffic does not see yet."""
    return f"whitelist:{instance.id}"


def settle_effect(cloud: Cloud, instance: Instance, polled: bool = False) -> bool:
    """Tell whether the whitelist as written is the one that traffic meets."""
    state = _state(cloud, effect_key(instance), polled)
    if state is None or state == "effective":
        cloud.lagging_whitelists.pop(instance.id, None)
        return True
    return False


def platform_key(instance: Instance, group: str, network_type: str) -> str:
    """Return the key of a system whitelist group that the platform is going to write again."""
    return f"platform_group:{instance.id}/{group}/{network_type}"


def settle_platform_groups(cloud: Cloud, instance: Instance, polled: bool = False) -> None:
    """Let the platform write its own entries back into system groups that somebody else has written into."""
    for group in instance.whitelist:
        key = platform_key(instance, group.name, group.network_type)
        if _state(cloud, key, polled) == "restored":
            group.entries = cloud.platform_entries.pop(key)


def start_network(cloud: Cloud, network: Network, usable: bool) -> None:
    """Begin the life of a network: Pending, Creating, Running; one that cannot come up stays Creating."""
    pace = cloud.settings.network_transition
    creating = pace if usable else Pace(forever=True)
    pending = Pace() if pace.immediate else Pace(polls=1 if pace.polls else 0)
    network.status = "Running"
    phases = [("Pending", pending), ("Creating", creating)]
    _write(network, "status", cloud.transitions.start(network_key(network), phases, "Running"))


def end_network(cloud: Cloud, group: ResourceGroup, network: Network) -> None:
    """Begin the end of a network: Deleting, Deleted, gone."""
    settings = cloud.settings
    phases = [("Deleting", settings.network_transition), ("Deleted", settings.deleted_network_visible)]
    state = cloud.transitions.start(network_key(network), phases, GONE)
    if state == GONE:
        group.networks.remove(network)
    else:
        _write(network, "status", state)


def settle_everything(cloud: Cloud) -> None:
    """Bring every object up to date with the clock, without counting a read."""
    for _, _, section in cloud.everything():
        for vpc in section.vpcs:
            settle_entries(cloud, vpc)
        for instance in section.rds_instances:
            settle_instance(cloud, instance)
            settle_effect(cloud, instance)
            settle_platform_groups(cloud, instance)
        for group in section.resource_groups:
            for network in list(group.networks):
                settle_network(cloud, group, network)


def _write(target: Any, attribute: str, value: str) -> None:
    setattr(target, attribute, value)
