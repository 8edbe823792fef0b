# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot work, and what is described wrongly: refused with words and before any write, without harm to others."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.embedded import LocalCloud
from tests.integration.playbooks.playing import Player, Run, foreign, own_groups, writes

pytestmark = pytest.mark.slow

ORDERS = "rm-orders0000000001"
FINE = {"resource_group": "etl_main", "rds_instance": "pgm-billing0000000001"}

# By host: what is wanted, and what the refusal has to say.
IMPOSSIBLE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "overlap": (
        {"resource_group": "etl_second", "rds_instance": "rm-copy000000000001"},
        ["RG_NETWORKS_OVERLAP", "vpc-copy00000000000001", "vpc-second000000000001", "10.2.0.0/16", "Re-address"],
    ),
    "taboo": (
        {"resource_group": "etl_unbound", "rds_instance": "rm-taboo00000000001"},
        ["RG_VPC_CIDR_FORBIDDEN", "21.0.0.0/8", "vpc-taboo0000000000001"],
    ),
    "no_free_address": (
        {"resource_group": "etl_unbound", "rds_instance": "rm-crowded000000001"},
        ["RG_VSWITCH_NO_FREE_IP", "vsw-mainfull0000000001", "172.16.30.0/28", "option vswitch"],
    ),
    "classic": (
        {"resource_group": "etl_main", "rds_instance": "rm-classic000000001"},
        ["DS_CLASSIC_NETWORK", "network_path: public", "ModifyDBInstanceNetworkType"],
    ),
    "classic_inner": (
        {"resource_group": "etl_main", "rds_instance": "rm-classicin0000001"},
        ["DS_CLASSIC_NETWORK", "rm-classicin0000001"],
    ),
    "other_region": (
        {"resource_group": "etl_main", "rds_instance": "rm-shanghai00000001"},
        ["DISCONNECTED_VPCS", "cn-shanghai", "cross_region"],
    ),
}

WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "unknown_group": (
        {**FINE, "resource_group": "etl_mian"},
        ["resource_group", "'etl_mian'", "cn-hangzhou", "etl_main (Serverless_res_group_1_700001)"],
    ),
    "ambiguous_group": (
        {**FINE, "resource_group": "etl_twice"},
        ["2 resource groups", "Serverless_res_group_1_700007", "Serverless_res_group_1_700008", "give the id"],
    ),
    "no_group": ({"rds_instance": ORDERS}, ["'resource_group' is not set"]),
    "unknown_instance": (
        {**FINE, "rds_instance": "rm-nowhere0000001"},
        ["'rm-nowhere0000001'", "1234567890123456", "cn-hangzhou"],
    ),
    "no_instance_id": ({**FINE, "rds_instance": "orders"}, ["rds_instance", "'orders'", "looks like rm-"]),
    "wrong_region": ({**FINE, "region": "cn-shanghai"}, ["resource group", "cn-shanghai"]),
    "bad_path": ({**FINE, "network_path": "secret"}, ["network_path", "'secret'", "private", "public"]),
    "eip_on_private": ({**FINE, "eip": ["47.98.10.20"]}, ["'eip'", "network_path: public"]),
    "private_eip": ({**FINE, "network_path": "public", "eip": "10.1.2.3"}, ["'10.1.2.3'", "public IPv4"]),
    "ipv6_eip": ({**FINE, "network_path": "public", "eip": "2001:db8::1"}, ["IPv6"]),
    "host_bits": ({**FINE, "routes": ["10.1.2.3/24"]}, ["10.1.2.3/24", "10.1.2.0/24"]),
    "half_a_test": ({**FINE, "data_source": "orders"}, ["'workspace' is not set", "both or neither"]),
    "unknown_workspace": (
        {**FINE, "workspace": "platfrom", "data_source": "orders"},
        ["'platfrom'", "platform (10001)"],
    ),
    "unknown_source": ({**FINE, "workspace": "platform", "data_source": "bills"}, ["'bills'", "billing"]),
    "other_source": (
        {**FINE, "workspace": "platform", "data_source": "orders"},
        ["means another database", ORDERS, "pgm-billing0000000001"],
    ),
    "ambiguous_vswitch": (
        {"resource_group": "etl_unbound", "rds_instance": ORDERS, "vswitch": "twin"},
        ["'twin'", "vsw-maintwin0000000001", "vsw-maintwin0000000002"],
    ),
    "unknown_vswitch": (
        {"resource_group": "etl_unbound", "rds_instance": ORDERS, "vswitch": "vsw-elsewhere"},
        ["'vsw-elsewhere'", "vpc-main00000000000001", "databases-2"],
    ),
    "this_vswitch": (
        {"resource_group": "etl_night", "rds_instance": ORDERS, "vswitch": "databases"},
        [],
    ),
    "that_vswitch": (
        {"resource_group": "etl_night", "rds_instance": "pgm-billing0000000001", "vswitch": "databases-2"},
        ["another connection of the same resource group", "vsw-maindata0000000001"],
    ),
}


def assert_said(run: Run, cases: dict[str, tuple[dict[str, Any], list[str]]]) -> None:
    """Every host with something to say failed with it."""
    for host, (_, words) in cases.items():
        if words:
            assert run.recap[host]["failures"] == 1, host
            missing = [word for word in words if word not in run.failures[host]]
            assert not missing, f"{host} does not say {missing}: {run.failures[host]}"


def test_impossible_connections_are_refused_and_others_go_on(playbook: Player, cloud: LocalCloud) -> None:
    """Each obstacle is named with its objects and the way out; nothing is written for it."""
    before = foreign(cloud)
    hosts = {host: given for host, (given, _) in IMPOSSIBLE.items()}
    run = playbook.connect("-i", playbook.inventory({**hosts, "fine": FINE}))
    assert run.status == 2, run.output
    assert_said(run, IMPOSSIBLE)
    assert {run.reports[host]["verdict"] for host in hosts} == {"UNREACHABLE"}
    assert run.recap["fine"]["failures"] == 0
    assert run.reports["fine"]["verdict"] == "REACHABLE"
    assert [call["params"]["DBInstanceId"] for call in cloud.ledger() if call["writes"]] == ["pgm-billing0000000001"]
    assert foreign(cloud) == before
    # In check mode it is refused in the same words.
    cloud.forget()
    plan = playbook.connect("-i", playbook.inventory(hosts), "--check")
    assert plan.failures == {host: run.failures[host] for host in hosts}
    assert writes(cloud) == []


def test_wrong_descriptions_are_told_before_any_write(playbook: Player, cloud: LocalCloud) -> None:
    """Contradictory, ambiguous, unknown: each connection hears what is wrong with it, and what would be right."""
    before = foreign(cloud)
    fleet = playbook.inventory({host: given for host, (given, _) in WRONG.items()})
    run = playbook.connect("-i", fleet, "--check")
    assert run.status == 2, run.output
    assert_said(run, WRONG)
    assert run.recap["this_vswitch"]["failures"] == 0
    assert writes(cloud) == []
    assert foreign(cloud) == before
    assert run.reports["unknown_group"]["verdict"] == "UNDETERMINED"
    # Disconnecting what is described wrongly is refused as well.
    broken = ["unknown_group", "ambiguous_group", "unknown_instance", "unknown_source"]
    run = playbook.disconnect("-i", fleet, "--limit", ",".join(broken))
    assert {host: counts["failures"] for host, counts in run.recap.items()} == dict.fromkeys(broken, 1)
    assert writes(cloud) == []


def test_denied_read_is_undetermined_and_blocks_writes(playbook: Player, cloud: LocalCloud) -> None:
    """One permission is missing: the verdict is not a guess, nothing is written, the permission is named."""
    declared = {"resource_group": "exclusive", "vswitch": "databases-2"}
    hosts = {
        "orders": {"resource_group": "etl_second", "rds_instance": ORDERS},
        "tested": {**declared, "rds_instance": ORDERS, "workspace": "platform", "data_source": "orders"},
        "declared": {**FINE, **declared},
    }
    fleet = playbook.inventory(hosts)
    run = playbook.connect("-i", fleet, user="half_blind")
    assert run.status == 2, run.output
    assert run.reports["orders"]["verdict"] == "UNDETERMINED"
    assert "UNKNOWN_RESOURCE" in run.failures["orders"]
    assert "RAM permission dataworks:ListNetworks" in run.failures["orders"]
    # Its whitelist could be seen and written; what could not be seen keeps it from that.
    assert "RAM permission dataworks:ListResourceGroupAssociateProjects" in run.failures["tested"]
    assert own_groups(cloud, ORDERS) == {}
    # Neither is read for the third, so it does not suffer.
    assert run.recap["declared"]["failures"] == 0
    assert writes(cloud) == ["ModifySecurityIps"]

    run = playbook.disconnect("-i", fleet, "--limit", "orders", user="half_blind")
    assert run.status == 2, run.output
    assert "RAM permission dataworks:ListNetworks" in run.failures["orders"]
    assert writes(cloud) == ["ModifySecurityIps"]


def test_an_answer_that_says_no_is_undetermined(playbook: Player, cloud: LocalCloud) -> None:
    """A 200 whose body says Success false leaves the verdict open, and everything as it is."""
    before = foreign(cloud)
    cloud.fault("success_false", {"action": "ListNetworks"})
    run = playbook.connect(extra={**FINE, "region": "cn-hangzhou"})
    assert run.status == 2, run.output
    assert run.reports["localhost"]["verdict"] == "UNDETERMINED"
    assert "list the networks" in run.failures["localhost"]
    assert "InternalError.System" in run.failures["localhost"]
    assert writes(cloud) == []
    assert foreign(cloud) == before
