# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bindings, routes and associations: made where they are missing, once, and taken back where they were made."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.embedded import LocalCloud
from tests.integration.playbooks.playing import (
    Player,
    bindings,
    foreign,
    last,
    own_groups,
    resource_group,
    routes,
    section,
    workspace,
    writes,
)

pytestmark = pytest.mark.slow

SECOND_BOUND = ("vsw-secondwork00000001", "Running")
DATABASES = ("vsw-maindata0000000001", "Running")


def wanted(resource_group: str, rds_instance: str, data_source: str = "", **more: Any) -> dict[str, Any]:
    """Return the variables of a connection."""
    tested = {"workspace": "platform", "data_source": data_source} if data_source else {}
    return {"resource_group": resource_group, "rds_instance": rds_instance, **tested, **more}


def test_everything_is_missing_then_nothing_then_all_is_taken_back(playbook: Player, cloud: LocalCloud) -> None:
    """Binding, route, association and whitelist of a group that is bound elsewhere: made, kept, and taken back."""
    before = foreign(cloud)
    group = resource_group(cloud, "etl_night")["id"]
    fleet = playbook.inventory({"far": wanted("etl_night", "rm-far0000000000001", "far")})

    plan = playbook.connect("-i", fleet, "--check", "--diff")
    assert plan.status == 0, plan.output
    assert (writes(cloud), foreign(cloud)) == ([], before)

    cloud.forget()
    run = playbook.connect("-i", fleet, "--diff")
    assert run.status == 0, run.output
    assert run.changes == plan.changes
    assert [change.diff for change in run.changes] == [
        "+vpc-main00000000000001 vsw-mainfar00000000001",
        "+10.101.0.0/16",
        "+10001",
        "+10.101.20.0/24",
    ]
    assert bindings(cloud, "etl_night") == [SECOND_BOUND, ("vsw-mainfar00000000001", "Running")]
    assert routes(cloud, "etl_night") == ["10.101.0.0/16"]
    assert group in workspace(cloud)["resource_groups"]
    assert own_groups(cloud, "rm-far0000000000001") == {"etl_night": ["10.101.20.0/24"]}
    assert run.reports["far"]["tests"][0]["state"] == "Connectable"
    assert "[WARNING]" not in run.output
    # It waited through Pending and Creating.
    network = str(resource_group(cloud, "etl_night")["networks"][1]["id"])
    assert len([call for call in cloud.ledger(action="GetNetwork") if call["params"]["Id"] == network]) > 1

    cloud.forget()
    again = playbook.connect("-i", fleet)
    assert (again.status, again.total("changed"), writes(cloud)) == (0, 0, [])

    plan = playbook.disconnect("-i", fleet, "--check", "--diff")
    assert writes(cloud) == []
    run = playbook.disconnect("-i", fleet, "--diff")
    assert run.status == 0, run.output
    assert run.changes == plan.changes
    assert [change.diff for change in run.changes] == [
        "-10.101.20.0/24\n+127.0.0.1",
        "-10.101.0.0/16",
        "-10001",
        "-vpc-main00000000000001 vsw-mainfar00000000001",
    ]
    assert bindings(cloud, "etl_night") == [SECOND_BOUND]
    assert foreign(cloud) == before

    mark = last(cloud)
    again = playbook.disconnect("-i", fleet)
    assert (again.status, again.total("changed"), writes(cloud, mark)) == (0, 0, [])


def test_a_group_bound_to_nothing(playbook: Player, cloud: LocalCloud) -> None:
    """The first network of a group: bound on connect, to the vSwitch that is named; twice connected, once bound."""
    before = foreign(cloud)
    fleet = playbook.inventory(
        {
            "orders": wanted("etl_unbound", "rm-orders0000000001", "orders", vswitch="databases-2"),
            "billing": wanted("etl_unbound", "pgm-billing0000000001", "billing"),
        }
    )
    run = playbook.connect("-i", fleet, "-f", "20")
    assert run.status == 0, run.output
    assert bindings(cloud, "etl_unbound") == [("vsw-maindata0000000002", "Running")]
    assert len(cloud.ledger(action="CreateNetwork")) == 1
    assert own_groups(cloud, "rm-orders0000000001") == {"etl_unbound": ["172.16.21.0/24"]}
    assert own_groups(cloud, "pgm-billing0000000001") == {"etl_unbound": ["172.16.21.0/24"]}
    assert {report["verdict"] for report in run.reports.values()} == {"REACHABLE"}

    run = playbook.disconnect("-i", fleet)
    assert run.status == 0, run.output
    assert bindings(cloud, "etl_unbound") == []
    assert foreign(cloud) == before


def test_shared_binding_is_made_once_and_stays_while_needed(playbook: Player, cloud: LocalCloud) -> None:
    """Two connections need one new binding: made once, kept while one of them stays, removed once with the last."""
    before = foreign(cloud)
    hosts = {
        "orders": wanted("etl_second", "rm-orders0000000001", "orders"),
        "billing": wanted("etl_second", "pgm-billing0000000001", "billing"),
        "second": wanted("etl_second", "rm-second0000000001", "second"),
    }
    fleet = playbook.inventory(hosts)
    run = playbook.connect("-i", fleet, "-f", "20")
    assert run.status == 0, run.output
    assert len(cloud.ledger(action="CreateNetwork")) == 1
    assert bindings(cloud, "etl_second") == [SECOND_BOUND, DATABASES]
    # Another vSwitch of a VPC that is bound is reached through that binding.
    assert own_groups(cloud, "rm-second0000000001") == {"etl_second": ["10.2.10.0/24"]}
    assert own_groups(cloud, "pgm-billing0000000001") == {"etl_second": ["172.16.20.0/24"]}
    connected = section(cloud)

    cloud.forget()
    run = playbook.disconnect("-i", fleet, "--limit", "orders")
    assert run.status == 0, run.output
    assert writes(cloud) == ["ModifySecurityIps", "ModifySecurityIps"]
    assert bindings(cloud, "etl_second") == [SECOND_BOUND, DATABASES]
    kept = next(line for line in run.told("orders").splitlines() if "kept" in line)
    reason = ("etl_second", "vpc-main00000000000001", "pgm-billing0000000001 still admits it")
    assert all(word in kept for word in reason)
    run = playbook.connect("-i", fleet)
    assert run.status == 0, run.output
    assert section(cloud) == connected

    cloud.forget()
    run = playbook.disconnect("-i", fleet, "-f", "20")
    assert run.status == 0, run.output
    assert len(cloud.ledger(action="DeleteNetwork")) == 1
    assert bindings(cloud, "etl_second") == [SECOND_BOUND]
    assert foreign(cloud) == before
    for instance_id in ("rm-orders0000000001", "pgm-billing0000000001", "rm-second0000000001"):
        assert own_groups(cloud, instance_id) == {"etl_second": ["127.0.0.1"]}


def test_association_stays_while_a_connection_in_another_vpc_needs_it(playbook: Player, cloud: LocalCloud) -> None:
    """One group, two VPCs, one association that connect made: it goes with the last connection, not with the first."""
    before = foreign(cloud)
    group = resource_group(cloud, "etl_night")["id"]
    fleet = playbook.inventory(
        {
            "orders": wanted("etl_night", "rm-orders0000000001", "orders"),
            "second": wanted("etl_night", "rm-second0000000001", "second"),
        }
    )
    run = playbook.connect("-i", fleet)
    assert run.status == 0, run.output
    run = playbook.disconnect("-i", fleet, "--limit", "orders")
    assert run.status == 0, run.output
    assert bindings(cloud, "etl_night") == [SECOND_BOUND]
    assert group in workspace(cloud)["resource_groups"]
    run = playbook.disconnect("-i", fleet, "--limit", "second")
    assert run.status == 0, run.output
    assert foreign(cloud) == before


def test_what_was_there_before_stays(playbook: Player, cloud: LocalCloud) -> None:
    """A binding, a route and an association that somebody else made are used, and survive disconnect."""
    night = "Serverless_res_group_1_700006"
    binding = {
        "id": 3199,
        "vpc": "vpc-main00000000000001",
        "vswitch": "vsw-mainwork0000000001",
        "routes": [{"id": 5199, "destination": "10.101.0.0/16"}],
    }
    cloud.patch(
        {"kind": "network", "in": night, "add": binding},
        {"kind": "workspace", "id": "10001", "set": {"resource_groups": [*workspace(cloud)["resource_groups"], night]}},
    )
    before = foreign(cloud)
    fleet = playbook.inventory({"far": wanted("etl_night", "rm-far0000000000001", "far")})
    run = playbook.connect("-i", fleet)
    assert run.status == 0, run.output
    assert writes(cloud) == ["ModifySecurityIps"]
    assert own_groups(cloud, "rm-far0000000000001") == {"etl_night": ["172.16.10.0/24"]}
    run = playbook.disconnect("-i", fleet)
    assert run.status == 0, run.output
    assert set(writes(cloud)) == {"ModifySecurityIps"}
    assert foreign(cloud) == before


def test_a_binding_still_on_its_way_is_waited_for(playbook: Player, cloud: LocalCloud) -> None:
    """A binding that somebody has just ordered is waited for, not made again."""
    network = {"id": 3198, "vpc": "vpc-main00000000000001", "vswitch": "vsw-mainwork0000000001", "status": "Creating"}
    cloud.patch({"kind": "network", "in": "Serverless_res_group_1_700003", "add": network})
    fleet = playbook.inventory({"orders": wanted("etl_unbound", "rm-orders0000000001")})
    running = playbook.start("connect_rds.yml", "-i", str(fleet))
    while not cloud.ledger(action="GetNetwork"):
        assert running.process.poll() is None, running.wait().output
    cloud.patch({"kind": "network", "id": "3198", "set": {"status": "Running"}})
    run = running.wait()
    assert run.status == 0, run.output
    assert cloud.ledger(action="CreateNetwork") == []
    assert own_groups(cloud, "rm-orders0000000001") == {"etl_unbound": ["172.16.10.0/24"]}
