# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Same account, same region, serverless: from the first run to the last, and what a changed CIDR leads to."""

from __future__ import annotations

import json

import pytest

from simulator.embedded import LocalCloud
from tests.integration.playbooks.playing import Player, foreign, last, own_groups, resources, writes

pytestmark = pytest.mark.slow

ORDERS = {
    "region": "cn-hangzhou",
    "resource_group": "etl_main",
    "rds_instance": "rm-orders0000000001",
    "workspace": "platform",
    "data_source": "orders",
}
INSTANCE = "rm-orders0000000001"
WORKERS = "172.16.10.0/24"


def test_connect_again_disconnect_and_back(playbook: Player, cloud: LocalCloud) -> None:
    """The whole life of a connection, on localhost, with the state compared byte for byte."""
    before, bytes_before = foreign(cloud), json.dumps(resources(cloud))

    plan = playbook.connect("--check", "--diff", extra=ORDERS)
    assert plan.status == 0, plan.output
    assert writes(cloud) == []
    assert json.dumps(resources(cloud)) == bytes_before
    assert "whitelist group dataworks_etl_main_" in plan.stdout
    assert f"\n+{WORKERS}\n" in plan.stdout
    assert plan.recap["localhost"]["changed"] == 1

    cloud.forget()
    run = playbook.connect("--diff", extra=ORDERS)
    assert run.status == 0, run.output
    assert run.changes == plan.changes
    assert run.planned == plan.planned
    assert writes(cloud) == ["ModifySecurityIps"]
    assert own_groups(cloud, INSTANCE) == {"etl_main": [WORKERS]}
    assert foreign(cloud) == before
    report = run.reports["localhost"]
    assert (report["scenario"], report["verdict"]) == ("same_region", "REACHABLE")
    assert [test["state"] for test in report["tests"]] == ["Connectable"]
    assert "REACHABLE etl_main -> rm-orders0000000001 (same_region, DataWorks test Connectable)" in run.prose

    bytes_connected = json.dumps(resources(cloud))
    cloud.forget()
    again = playbook.connect(extra=ORDERS)
    assert again.status == 0, again.output
    assert (again.total("changed"), writes(cloud)) == (0, [])
    assert json.dumps(resources(cloud)) == bytes_connected

    cloud.forget()
    plan = playbook.disconnect("--check", "--diff", extra=ORDERS)
    assert plan.status == 0, plan.output
    assert writes(cloud) == []
    assert f"\n-{WORKERS}\n" in plan.stdout

    run = playbook.disconnect("--diff", extra=ORDERS)
    assert run.status == 0, run.output
    assert run.changes == plan.changes
    assert foreign(cloud) == before
    # RDS refuses to empty a group: the placeholder, which admits nobody, is all that stays.
    assert own_groups(cloud, INSTANCE) == {"etl_main": ["127.0.0.1"]}

    cloud.forget()
    again = playbook.disconnect(extra=ORDERS)
    assert again.status == 0, again.output
    assert (again.total("changed"), writes(cloud)) == (0, [])

    back = playbook.connect(extra=ORDERS)
    assert back.status == 0, back.output
    assert own_groups(cloud, INSTANCE) == {"etl_main": [WORKERS]}
    assert json.dumps(resources(cloud)) == bytes_connected
    assert back.reports["localhost"]["tests"][0]["state"] == "Connectable"


def recreate_vswitch(cloud: LocalCloud) -> str:
    """Make the workers' vSwitch anew with another CIDR, under the same id, as its owner would."""
    cloud.patch({"kind": "vswitch", "id": "vsw-mainwork0000000001", "set": {"cidr": "172.16.12.0/24"}})
    return "172.16.12.0/24"


def test_changed_cidr_new_entry_first_stale_one_last(playbook: Player, cloud: LocalCloud) -> None:
    """The new entry goes in, the test proves it, and only then the stale one goes out, although RDS is busy between."""
    assert playbook.connect(extra=ORDERS).status == 0
    before = foreign(cloud)
    recreated = recreate_vswitch(cloud)
    cloud.settings(busy_after_whitelist_change={"status": "TRANSING", "pace": {"polls": 2}})
    cloud.forget()
    plan = playbook.connect("--check", "--diff", extra=ORDERS)
    assert writes(cloud) == []
    run = playbook.connect("--diff", extra=ORDERS)
    assert run.status == 0, run.output
    assert {change.title for change in run.changes} == {change.title for change in plan.changes}
    assert [change.diff for change in run.changes] == [f"+{recreated}", f"-{WORKERS}"]
    assert own_groups(cloud, INSTANCE) == {"etl_main": [recreated]}
    told = [
        call["params"].get("ModifyMode", "Test") + " " + call["params"].get("SecurityIps", "")
        for call in cloud.ledger()
        if call["action"] in ("ModifySecurityIps", "TestDataSourceConnectivity") and call["status"] == 200
    ]
    assert told == [f"Append {recreated}", "Test ", f"Delete {WORKERS}"]
    # RDS is still busy with the last change; nobody has to wait for that.
    assert foreign(cloud).replace(recreated, WORKERS).replace("TRANSING", "Running") == before


def test_failed_connectivity_keeps_the_stale_entry(playbook: Player, cloud: LocalCloud) -> None:
    """What is not proved to work does not replace what may still work."""
    assert playbook.connect(extra=ORDERS).status == 0
    recreated = recreate_vswitch(cloud)
    cloud.settings(whitelist_effect="never")
    cloud.forget()
    run = playbook.connect(extra=ORDERS)
    assert run.status == 2, run.output
    assert own_groups(cloud, INSTANCE) == {"etl_main": [WORKERS, recreated]}
    assert "UNREACHABLE" in run.failures["localhost"]
    assert run.reports["localhost"]["verdict"] == "UNREACHABLE"
    # A failed test is repeated, because a whitelist takes a while to work.
    assert len(cloud.ledger(action="TestDataSourceConnectivity")) > 1
    assert "TEST_UNREACHABLE_UNEXPLAINED" in [found["code"] for found in run.reports["localhost"]["findings"]]


def test_a_whitelist_that_takes_a_while_is_waited_for(playbook: Player, cloud: LocalCloud) -> None:
    """The test is repeated until the whitelist works; then the run is green."""
    cloud.settings(whitelist_effect={"polls": 2})
    run = playbook.connect(extra=ORDERS)
    assert run.status == 0, run.output
    assert len(cloud.ledger(action="TestDataSourceConnectivity")) == 3
    mark = last(cloud)
    run = playbook.connect(extra={**ORDERS, "data_source": "orders_wrong_password"})
    assert writes(cloud, mark) == []
    # The network is open, and that is what the verdict says; the password is the user's to correct.
    assert run.reports["localhost"]["verdict"] == "REACHABLE"
    assert "correct user, password or database" in run.prose
