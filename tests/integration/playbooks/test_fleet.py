# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets: the number of API calls follows from the distinct objects, never from the number of connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.dataworks.network.plugins.module_utils.core.whitelist import own_group_name
from simulator.embedded import LocalCloud, WorldSource
from tests.integration.playbooks.playing import CANARIES, KEYS, REGION, Player, last, section, writes

pytestmark = pytest.mark.slow

GROUPS, INSTANCES = 5, 10
VPCS = ("one", "two")

StartCloud = Callable[[WorldSource], LocalCloud]


def group_id(number: int) -> str:
    """Return the id of a resource group."""
    return f"Serverless_res_group_1_{600001 + number}"


def instance_id(number: int) -> str:
    """Return the id of an instance."""
    return f"rm-fleet{number:011d}"


def place(number: int) -> str:
    """Return the VPC of an instance."""
    return VPCS[number % len(VPCS)]


def fleet_world() -> dict[str, Any]:
    """Return a world in which all groups reach all instances: bound to both VPCs and whitelisted by earlier runs."""
    vpcs = [
        {
            "id": f"vpc-fleet{name}",
            "cidr": f"10.{turn}.0.0/16",
            "vswitches": [
                {"id": f"vsw-fleet{name}", "name": name, "zone": "cn-hangzhou-h", "cidr": f"10.{turn}.20.0/24"}
            ],
        }
        for turn, name in enumerate(VPCS, start=1)
    ]
    groups: list[dict[str, Any]] = [
        {
            "id": group_id(number),
            "name": f"group_{number}",
            "networks": [
                {"id": 4000 + 10 * number + turn, "vpc": f"vpc-fleet{name}", "vswitch": f"vsw-fleet{name}"}
                for turn, name in enumerate(VPCS)
            ],
        }
        for number in range(GROUPS)
    ]
    instances = [
        {
            "id": instance_id(number),
            "vswitch": f"vsw-fleet{place(number)}",
            "whitelist": [{"name": "default", "entries": ["127.0.0.1"]}]
            + [
                {
                    "name": own_group_name(group["name"], group["id"]),
                    "entries": [f"10.{1 + number % len(VPCS)}.20.0/24"],
                }
                for group in groups
            ],
        }
        for number in range(INSTANCES)
    ]
    sources = [
        {"name": f"source_{number}", "properties": {"regionId": REGION, "instanceId": instance_id(number)}}
        for number in range(INSTANCES)
    ]
    workspace = {
        "id": 20001,
        "name": "platform",
        "dev_environment": False,
        "resource_groups": [group["id"] for group in groups],
        "data_sources": sources,
    }
    region = {"vpcs": vpcs, "rds_instances": instances, "resource_groups": groups, "workspaces": [workspace]}
    key = {"id": KEYS["operator"], "secret": CANARIES["operator"]}
    user = {"name": "operator", "access_keys": [key], "policies": ["admin"]}
    return {
        "name": "fleet",
        "accounts": [{"id": "1234567890123456", "name": "fleet", "users": [user], "regions": {REGION: region}}],
    }


@pytest.fixture
def cloud(start_cloud: StartCloud) -> LocalCloud:
    """The local cloud in the world of the fleet."""
    return start_cloud(fleet_world())


def connections(pairs: list[tuple[int, int]], *, tested: bool) -> dict[str, dict[str, Any]]:
    """Return connections between groups and instances."""
    return {
        f"g{group}-i{number}": {
            "resource_group": f"group_{group}",
            "rds_instance": instance_id(number),
            **({"workspace": "platform", "data_source": f"source_{number}"} if tested else {}),
        }
        for group, number in pairs
    }


def formula(pairs: list[tuple[int, int]], *, tested: bool) -> dict[str, int]:
    """Return the calls of a run that finds nothing to do, by operation: the text of the documentation as code."""
    groups, instances = len({group for group, _ in pairs}), len({number for _, number in pairs})
    vpcs = len(VPCS)  # those of the instances, and those that the groups are bound to
    calls = {
        "GetCallerIdentity": 1,
        "ListResourceGroups": 1,
        "ListNetworks": groups,
        "ListRoutes": groups,
        "DescribeDBInstances": 1,
        "DescribeDBInstanceNetInfo": instances,
        "DescribeDBInstanceIPArrayList": instances,
        "DescribeVpcs": 1,
        "DescribeVSwitches": vpcs,
    }
    if tested:
        calls |= {
            "ListProjects": 1,
            "ListResourceGroupAssociateProjects": groups,
            "ListDataSources": 1,
            "TestDataSourceConnectivity": len(set(pairs)),
        }
    return calls


def show(title: str, calls: Counter[str]) -> None:
    """Print a ledger, for `pytest -s`."""
    print(f"\n{title}: {calls.total()} calls")
    for action, number in sorted(calls.items()):
        print(f"  {number:3} {action}")


EVERY_PAIR = [(group, number) for group in range(GROUPS) for number in range(INSTANCES)]


def test_ledger_of_fifty_connections(playbook: Player, cloud: LocalCloud) -> None:
    """50 connections that share 5 resource groups and 10 instances: one run that finds nothing to do, call by call."""
    fleet = playbook.inventory(connections(EVERY_PAIR, tested=True))
    run = playbook.connect("-i", fleet, "-f", "20")
    assert run.status == 0, run.output
    assert (len(run.recap), run.total("changed"), writes(cloud)) == (50, 0, [])
    assert {report["verdict"] for report in run.reports.values()} == {"REACHABLE"}
    calls = Counter(call["action"] for call in cloud.ledger())
    show("50 connections, 5 resource groups, 10 instances, 2 VPCs, tested, nothing to do", calls)
    print("  = 1 identity + 1 region x (groups, workspaces, instances, VPCs) + 1 workspace + 5 groups x 3")
    print("    + 10 instances x 2 + 2 VPCs + 50 tests")
    assert calls == formula(EVERY_PAIR, tested=True)
    assert calls.total() == 1 + 4 + 1 + GROUPS * 3 + INSTANCES * 2 + len(VPCS) + len(EVERY_PAIR)
    # The run says so itself, to the call.
    assert f"{calls.total()} API calls" in run.prose
    assert "0 of them writes" in run.prose


def test_more_connections_between_known_ends_cost_nothing(playbook: Player, cloud: LocalCloud) -> None:
    """Ten connections touch every end; forty more between the same ends do not add a call. One alone costs ten."""
    some = [(number % GROUPS, number) for number in range(INSTANCES)]
    found = {}
    for pairs in (some, EVERY_PAIR):
        cloud.forget()
        run = playbook.connect("-i", playbook.inventory(connections(pairs, tested=False)), "--check", "-f", "20")
        assert run.status == 0, run.output
        found[len(pairs)] = Counter(call["action"] for call in cloud.ledger())
        show(f"{len(pairs)} connections between the same ends, not tested", found[len(pairs)])
    assert found[50] == found[10] == formula(some, tested=False)
    for tested in (False, True):
        cloud.forget()
        (alone,) = connections([(0, 0)], tested=tested).values()
        run = playbook.connect(extra={**alone, "region": REGION})
        assert run.status == 0, run.output
        calls = Counter(call["action"] for call in cloud.ledger())
        show(f"1 connection, {'tested' if tested else 'not tested'}, nothing to do", calls)
        assert calls == formula([(0, 0)], tested=tested)


def test_twenty_forks_make_shared_things_once(playbook: Player, cloud: LocalCloud) -> None:
    """Five bindings and five associations are missing, each needed by several connections: made once each."""
    cloud.patch(
        *({"kind": "network", "id": str(4000 + 10 * number), "remove": True} for number in range(GROUPS)),
        {"kind": "workspace", "id": "20001", "set": {"resource_groups": []}},
    )
    pairs = [(group, number) for group in range(GROUPS) for number in (0, 2, 1)]
    fleet = playbook.inventory(connections(pairs, tested=True))
    mark = last(cloud)
    run = playbook.connect("-i", fleet, "-f", "20")
    assert run.status == 0, run.output
    made = Counter(action for action in writes(cloud, mark) if action != "TagResources")
    assert made == {"CreateNetwork": GROUPS, "AssociateProjectToResourceGroup": GROUPS}
    assert {report["verdict"] for report in run.reports.values()} == {"REACHABLE"}
    for group in section(cloud)["resource_groups"]:
        assert sorted(network["vpc"] for network in group["networks"]) == ["vpc-fleetone", "vpc-fleettwo"]
    assert sorted(section(cloud)["workspaces"][0]["resource_groups"]) == [group_id(number) for number in range(GROUPS)]
    # What one host does for others is told once, and every host is told where it stands.
    titles = [change.title for change in run.changes]
    assert len(titles) == len(set(titles)) == 2 * GROUPS
