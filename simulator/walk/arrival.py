# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What waits at the end of the way: the instance, its whitelist and its logins."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from simulator.products.rds.addresses import networks_of
from simulator.products.rds.schema import WhitelistGroup
from simulator.settling import settle_effect, settle_instance
from simulator.walk.atlas import Listener
from simulator.walk.fabric import without
from simulator.walk.journey import BlockedError, Delivery, Target, Trail

_DOWN = frozenset(
    {
        "Creating",
        "Deleting",
        "Rebooting",
        "Stopping",
        "Stopped",
        "Restoring",
        "Importing",
        "ImportingFromOthers",
        "Released",
    }
)
_CUT_OFF = ("LockByExpiration", "Released")


def arrive(trail: Trail, delivery: Delivery, target: Target) -> Listener:
    """Find what listens where the packet arrives."""
    if delivery.vpc is None:
        listener, place = trail.atlas.public(target.ip), "the Internet"
    else:
        listener, place = trail.atlas.inside(delivery.vpc.vpc.id, target.ip), delivery.vpc.vpc.id
    hop = f"address {target.ip}"
    if listener is None or target.instance not in ("", listener.instance.id):
        raise BlockedError(hop, f"in {place} it is not {target.instance or target.host}")
    trail.passed(hop, f"{listener.instance.id} in {place}")
    return listener


def pass_instance(trail: Trail, listener: Listener, target: Target, delivery: Delivery) -> None:
    """Let the instance answer: it must be up, admit every possible source, and listen on the port."""
    instance = listener.instance
    settle_instance(trail.atlas.cloud, instance)
    hop = f"instance {instance.id}"
    if instance.status in _DOWN or instance.lock_mode in _CUT_OFF:
        raise BlockedError(hop, f"it is {instance.status}, {instance.lock_mode}")
    refused = _not_admitted(trail, listener, delivery.sources, public=delivery.vpc is None)
    if refused:
        raise BlockedError(f"whitelist of {instance.id}", f"it does not admit {refused[0]}")
    if target.port != listener.endpoint.port:
        raise BlockedError(hop, f"it listens on {listener.endpoint.port}, not on {target.port}")
    trail.passed(hop, f"admits {', '.join(str(source) for source in delivery.sources)}")


def _not_admitted(trail: Trail, listener: Listener, sources: Sequence[IPv4Network], public: bool) -> list[IPv4Network]:
    instance, cloud = listener.instance, trail.atlas.cloud
    settled = settle_effect(cloud, instance, polled=True)
    groups = instance.whitelist if settled else cloud.lagging_whitelists[instance.id]
    admitted = [network for group in groups if _governs(group, public) for network in networks_of(group.entries)]
    for template in listener.section.whitelist_templates:
        if template.id in instance.whitelist_templates:
            admitted += networks_of(template.entries)
    if not public:
        members = [member for group in instance.security_groups for member in group.members]
        admitted += [IPv4Network(IPv4Address(member)) for member in members]
    left = list(sources)
    for network in admitted:
        left = [rest for one in left for rest in without(one, network)]
    return left


def _governs(group: WhitelistGroup, public: bool) -> bool:
    """Tell whether a group counts on this path; with enhanced whitelists the Classic ones govern the Internet."""
    return group.network_type in ("MIX", "Classic" if public else "VPC")


def log_in(listener: Listener, properties: dict[str, Any]) -> None:
    """Check user, password and database; an instance that declares none of them takes any."""
    instance = listener.instance
    hop = f"login at {instance.id}"
    user, password = properties.get("username"), properties.get("password")
    accounts = {account.name: account.password for account in instance.accounts}
    if accounts and (user not in accounts or accounts[user] != password):
        raise BlockedError(hop, f"access denied for user '{user}'", "ConfigError")
    if instance.databases and properties.get("database") not in instance.databases:
        raise BlockedError(hop, f"unknown database '{properties.get('database')}'", "ConfigError")
