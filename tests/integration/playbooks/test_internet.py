# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""network_path: public of serverless groups: the EIPs that their traffic goes out with."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.embedded import LocalCloud
from tests.integration.playbooks.playing import Player, foreign, last, own_groups, writes

pytestmark = pytest.mark.slow

FIRST, SECOND, LATER = "118.31.77.14", "118.31.77.15", "118.31.77.99"


def wanted(resource_group: str, rds_instance: str, data_source: str, **more: Any) -> dict[str, Any]:
    """Return the variables of a connection over the Internet."""
    return {
        "resource_group": resource_group,
        "rds_instance": rds_instance,
        "workspace": "platform",
        "data_source": data_source,
        "network_path": "public",
        **more,
    }


REACHED = {
    "orders": wanted("etl_main", "rm-orders0000000001", "orders_public"),
    "classic": wanted("etl_main", "rm-classic000000001", "classic_public"),
    "safe": wanted("etl_main", "rm-safe000000000001", "safe_public"),
    "safe_inside": {**wanted("etl_main", "rm-safe000000000001", "safe"), "network_path": "private"},
}
BLOCKED = {
    "nat": (wanted("etl_second", "rm-orders0000000001", "orders_public"), "NAT_MISSING", "NAT Gateway"),
    "snat": (wanted("etl_nosnat", "rm-orders0000000001", "orders_public"), "SNAT_ENTRY_MISSING", "SNAT"),
    "route": (
        wanted("etl_noroute", "rm-orders0000000001", "orders_public"),
        "INTERNET_DEFAULT_ROUTE_MISSING",
        "Route Tables",
    ),
    "endpoint": (wanted("etl_main", "pgm-billing0000000001", "billing"), "DS_ENDPOINT_MISSING", "Public Endpoint"),
}


def test_all_addresses_into_the_right_list_and_out_again(playbook: Player, cloud: LocalCloud) -> None:
    """All EIPs of the SNAT entries that serve the vSwitch; in enhanced mode private and public in separate lists."""
    before = foreign(cloud)
    fleet = playbook.inventory(REACHED)
    plan = playbook.connect("-i", fleet, "--check", "--diff")
    assert (plan.status, writes(cloud)) == (0, [])
    run = playbook.connect("-i", fleet, "--diff")
    assert run.status == 0, run.output
    assert set(run.changes) == set(plan.changes)
    assert own_groups(cloud, "rm-orders0000000001") == {"etl_main_eip": [FIRST, SECOND]}
    assert own_groups(cloud, "rm-classic000000001") == {"etl_main_eip": [FIRST, SECOND]}
    assert own_groups(cloud, "rm-safe000000000001") == {
        "etl_main/VPC": ["172.16.10.0/24"],
        "etl_main_eip/Classic": [FIRST, SECOND],
    }
    assert {report["verdict"] for report in run.reports.values()} == {"REACHABLE"}
    assert {test["state"] for report in run.reports.values() for test in report["tests"]} == {"Connectable"}
    assert run.reports["orders"]["scenario"] == "internet"
    assert "Speed and stability over the Internet are not assured" in run.told("orders")
    assert "Internet" not in run.told("safe_inside")
    assert foreign(cloud) == before

    cloud.forget()
    again = playbook.connect("-i", fleet)
    assert (again.status, again.total("changed"), writes(cloud)) == (0, 0, [])

    # One of the two ways goes; the other stays.
    run = playbook.disconnect("-i", fleet, "--limit", "safe")
    assert run.status == 0, run.output
    assert own_groups(cloud, "rm-safe000000000001") == {
        "etl_main/VPC": ["172.16.10.0/24"],
        "etl_main_eip/Classic": ["127.0.0.1"],
    }
    assert foreign(cloud) == before


def test_changed_eip_new_one_first_stale_one_last(playbook: Player, cloud: LocalCloud) -> None:
    """A new EIP goes in first, the test proves it, and the stale one goes out afterwards: the ledger's order."""
    fleet = playbook.inventory({"orders": REACHED["orders"]})
    assert playbook.connect("-i", fleet).status == 0
    before = foreign(cloud)
    cloud.patch({"kind": "snat_entry", "id": "snat-workerstwo0000001", "set": {"snat_ips": [LATER]}})
    mark = last(cloud)
    run = playbook.connect("-i", fleet)
    assert run.status == 0, run.output
    assert own_groups(cloud, "rm-orders0000000001") == {"etl_main_eip": [FIRST, LATER]}
    order = [
        (call["params"].get("ModifyMode", "Test"), call["params"].get("SecurityIps", ""))
        for call in cloud.ledger(since=mark)
        if call["action"] in ("ModifySecurityIps", "TestDataSourceConnectivity")
    ]
    assert order == [("Append", LATER), ("Test", ""), ("Delete", SECOND)]
    assert foreign(cloud).replace(LATER, SECOND, 1) == before

    # What the user declares has to be what is there.
    mark = last(cloud)
    run = playbook.connect("-i", playbook.inventory({"orders": {**REACHED["orders"], "eip": [FIRST, SECOND]}}))
    assert run.status == 2
    assert "EIP_CHANGED" in run.failures["orders"]
    assert LATER in run.failures["orders"]
    assert writes(cloud, mark) == []


def test_what_is_missing_on_the_way_out_is_told(playbook: Player, cloud: LocalCloud) -> None:
    """No NAT gateway, SNAT entry, default route, or public endpoint: console steps, and no address on a whitelist."""
    before = foreign(cloud)
    run = playbook.connect("-i", playbook.inventory({host: given for host, (given, _, _) in BLOCKED.items()}))
    assert run.status == 2
    for host, (_, code, page) in BLOCKED.items():
        assert run.recap[host]["failures"] == 1, host
        lines = run.failures[host].splitlines()
        assert lines[0].startswith("NEEDS MANUAL STEPS. "), lines
        assert code in lines[0]
        assert lines[1].startswith("1. ")
        assert page in lines[1]
    for host in ("nat", "snat", "route"):
        assert run.reports[host]["whitelist"]["wanted"] == []
    assert own_groups(cloud, "rm-orders0000000001") == {}
    assert foreign(cloud) == before
