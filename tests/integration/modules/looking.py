# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a local cloud holds, in the words tests ask for it."""

from __future__ import annotations

import json
from typing import Any

from simulator.embedded import LocalCloud

Region = dict[str, Any]
GROUP, REPORTS = "Serverless_res_group_1234_5678", "Serverless_res_group_1234_6000"
INSTANCE, POSTGRES, ENHANCED = "rm-bp1example", "pgm-bp1example", "rm-bp1enhanced"


def region(cloud: LocalCloud, account: int = 0, name: str = "cn-hangzhou") -> Region:
    """Return what an account owns in a region."""
    found: Region = cloud.state()["cloud"]["accounts"][account]["regions"][name]
    return found


def one(items: list[dict[str, Any]], identifier: str | int) -> dict[str, Any]:
    """Return the item with this id."""
    return next(item for item in items if item["id"] == identifier)


def whitelist(cloud: LocalCloud, instance: str = INSTANCE, network_type: str = "MIX") -> dict[str, list[str]]:
    """Return the whitelist groups of an instance: name -> entries as they are kept."""
    groups = one(region(cloud)["rds_instances"], instance)["whitelist"]
    return {group["name"]: group["entries"] for group in groups if group["network_type"] == network_type}


def networks(cloud: LocalCloud, group: str = GROUP) -> list[tuple[str, str, str]]:
    """Return the networks of a resource group: VPC, vSwitch, status."""
    found = one(region(cloud)["resource_groups"], group)["networks"]
    return [(item["vpc"], item["vswitch"], item["status"]) for item in found]


def routes(cloud: LocalCloud, group: str = GROUP) -> list[tuple[str, str]]:
    """Return the routes of a resource group: VPC, destination."""
    found = one(region(cloud)["resource_groups"], group)["networks"]
    return [(item["vpc"], route["destination"]) for item in found for route in item["routes"]]


def workspaces(cloud: LocalCloud, group: str = GROUP) -> list[int]:
    """Return the ids of the workspaces that a resource group is associated with."""
    return [item["id"] for item in region(cloud)["workspaces"] if group in item["resource_groups"]]


def marks(cloud: LocalCloud, vswitch: str) -> dict[str, str]:
    """Return the tags of a vSwitch that the collection put there."""
    found = one([item for vpc in region(cloud)["vpcs"] for item in vpc["vswitches"]], vswitch)
    return {name: value for name, value in found["tags"].items() if name.startswith("dataworks")}


def text(cloud: LocalCloud) -> str:
    """Return everything that all accounts own, as text to compare byte for byte."""
    return json.dumps(cloud.state()["cloud"]["accounts"], sort_keys=True)


def foreign(cloud: LocalCloud, *own: tuple[str, str]) -> str:
    """Return everything but the own objects, as text to compare byte for byte.

    Own objects are pairs of kind and name: whitelist group, VPC of a network, destination of a route, name of a
    workspace whose associations are managed, id of a vSwitch whose use and tags follow from a network.
    """
    accounts = cloud.state()["cloud"]["accounts"]
    for account in accounts:
        for section in account["regions"].values():
            _strip(section, set(own))
    return json.dumps(accounts, sort_keys=True)


def _strip(section: Region, own: set[tuple[str, str]]) -> None:
    for instance in section["rds_instances"]:
        instance["whitelist"] = [group for group in instance["whitelist"] if ("group", group["name"]) not in own]
    for group in section["resource_groups"]:
        group["networks"] = [item for item in group["networks"] if ("network", item["vpc"]) not in own]
        for network in group["networks"]:
            network["routes"] = [item for item in network["routes"] if ("route", item["destination"]) not in own]
    for workspace in section["workspaces"]:
        if ("workspace", workspace["name"]) in own:
            del workspace["resource_groups"]
    for vswitch in [item for vpc in section["vpcs"] for item in vpc["vswitches"]]:
        if ("vswitch", vswitch["id"]) in own:
            del vswitch["used_ips"], vswitch["tags"]
