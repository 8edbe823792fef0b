# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exclusive resource groups: what the console shows is declared, and what only the console can do is told in steps."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.embedded import LocalCloud
from tests.integration.playbooks.playing import Player, foreign, own_groups, writes

pytestmark = pytest.mark.slow

SETTINGS = "DataWorks console > Resource Group > Exclusive Resource Groups > exclusive > Network Settings"


def wanted(rds_instance: str, data_source: str, **more: Any) -> dict[str, Any]:
    """Return the variables of a connection of the exclusive group."""
    return {
        "resource_group": "exclusive",
        "rds_instance": rds_instance,
        "workspace": "platform",
        "data_source": data_source,
        **more,
    }


HOSTS = {
    "declared": wanted("rm-orders0000000001", "orders", vswitch="databases-2"),
    "undeclared": wanted("pgm-billing0000000001", "billing"),
    "elsewhere": wanted("rm-safe000000000001", "safe", vswitch="vsw-secondwork00000001"),
    "secondary": wanted("rm-far0000000000001", "far", vswitch="databases-2"),
    "internet": wanted("rm-safe000000000001", "safe_public", network_path="public", eip=["120.55.201.44"]),
    "no_eip": wanted("rm-orders0000000001", "orders_public", network_path="public"),
}


def test_declared_inputs_and_console_steps(playbook: Player, cloud: LocalCloud) -> None:
    """Each variant beside the others: green with the assumption said, or ended with numbered steps; never silently."""
    before = foreign(cloud)
    fleet = playbook.inventory(HOSTS)
    plan = playbook.connect("-i", fleet, "--check")
    assert writes(cloud) == []

    run = playbook.connect("-i", fleet)
    assert run.status == 2
    assert set(run.changes) == set(plan.changes)
    assert foreign(cloud) == before
    ended = {host: bool(counts["failures"]) for host, counts in run.recap.items()}
    assert ended == {
        "declared": False,
        "undeclared": True,
        "elsewhere": True,
        "secondary": True,
        "internet": False,
        "no_eip": True,
    }

    # Declared: whitelisted, tested, and what nobody can read is said.
    assert own_groups(cloud, "rm-orders0000000001") == {"exclusive": ["172.16.21.0/24"]}
    assert run.reports["declared"]["tests"][0]["state"] == "Connectable"
    said = run.told("declared")
    assert "REACHABLE exclusive -> rm-orders0000000001" in said
    assert "binding of exclusive to vSwitch vsw-maindata0000000002 is declared; no API shows it" in said

    # Not declared, or declared in another VPC: nothing is written, the steps are told.
    for host, instance_id, vswitch in (
        ("undeclared", "pgm-billing0000000001", "vsw-maindata0000000002"),
        ("elsewhere", "rm-safe000000000001", "vsw-maindata0000000001"),
    ):
        lines = run.failures[host].splitlines()
        assert lines[0].startswith("NEEDS MANUAL STEPS. "), host
        assert "RG_BINDING_CONSOLE_ONLY" in lines[0]
        assert [line.partition(".")[0] for line in lines[1:]] == [str(n) for n in range(1, len(lines))]
        assert lines[1] == f"1. {SETTINGS} > VPC Binding: Press Add Binding and choose the VPC [vpc-main00000000000001]"
        assert vswitch in lines[2]
        assert lines[-1].endswith(f"your inventory: Declare the vSwitch and run again [vswitch: {vswitch}]")
        assert not {"exclusive", "exclusive/VPC"} & set(own_groups(cloud, instance_id))
    assert "vsw-secondwork00000001 is in VPC vpc-second000000000001" in run.failures["elsewhere"]

    # The secondary CIDR needs a route that only the console can add.
    lines = run.failures["secondary"].splitlines()
    assert lines[0].startswith("NEEDS MANUAL STEPS. ")
    assert lines[1] == f"1. {SETTINGS} > Route: Press Add Route and enter the destination CIDR block [10.101.0.0/16]"
    assert lines[2] == "2. your inventory: Declare the route and run again [routes: [10.101.0.0/16]]"

    # Over the Internet: the EIP is declared, or asked for.
    assert own_groups(cloud, "rm-safe000000000001") == {"exclusive_eip/Classic": ["120.55.201.44"]}
    assert run.reports["internet"]["tests"][0]["state"] == "Connectable"
    assert "Speed and stability over the Internet are not assured" in run.told("internet")
    assert "The EIP of exclusive is declared" in run.told("internet")
    assert "EIP_NOT_DECLARED" in run.failures["no_eip"]
    assert "option eip" in run.failures["no_eip"]

    # What was declared green stays green and changes nothing.
    cloud.forget()
    again = playbook.connect("-i", fleet, "--limit", "declared,internet")
    assert (again.status, again.total("changed"), writes(cloud)) == (0, 0, [])


def test_once_done_in_the_console_it_is_green(playbook: Player, cloud: LocalCloud) -> None:
    """The user follows the steps, declares what the console shows, and runs again; disconnect takes it back."""
    before = foreign(cloud)
    cloud.settings(implicit_route_secondary_cidrs=True)
    done = {"secondary": {**HOSTS["secondary"], "routes": ["10.101.0.0/16"]}}
    run = playbook.connect("-i", playbook.inventory(done))
    assert run.status == 0, run.output
    assert own_groups(cloud, "rm-far0000000000001") == {"exclusive": ["172.16.21.0/24"]}
    assert run.reports["secondary"]["tests"][0]["state"] == "Connectable"
    run = playbook.disconnect("-i", playbook.inventory(done))
    assert run.status == 0, run.output
    assert own_groups(cloud, "rm-far0000000000001") == {"exclusive": ["127.0.0.1"]}
    assert foreign(cloud) == before
