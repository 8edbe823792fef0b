# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that only read: what they say, and that they write nothing and miss nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator.embedded import LocalCloud
from tests.integration.modules.conftest import ForkServer, Runner
from tests.integration.modules.looking import ENHANCED, GROUP, INSTANCE, POSTGRES

TEST: dict[str, Any] = {
    "resource_group": "etl_prod",
    "workspace": "sales",
    "data_source": "orders",
    "wait_timeout": 0.3,
    "poll_interval": 0.05,
}
ORDERS = {"name": "orders", "resource_group": "etl_prod", "rds_instance": INSTANCE}
READERS = {
    "resource_group_info": {"resource_group": "etl_prod"},
    "rds_instance_info": {"rds_instance": INSTANCE},
    "data_source_connectivity": TEST,
    "connection_info": {"connections": [ORDERS]},
}


@pytest.fixture
def crowded(world: dict[str, Any], fork_server: ForkServer) -> Iterator[Callable[..., Runner]]:
    """Return a function that starts a cloud with more resource groups than fit on a page."""
    clouds: list[LocalCloud] = []

    def start(count: int) -> Runner:
        changed = copy.deepcopy(world)
        groups = changed["accounts"][0]["regions"]["cn-hangzhou"]["resource_groups"]
        groups[:0] = [{"id": f"Serverless_res_group_1234_9{n:03}", "name": f"filler_{n}"} for n in range(count)]
        clouds.append(LocalCloud(changed))
        return Runner(clouds[-1], fork_server)

    yield start
    for cloud in clouds:
        cloud.close()


@pytest.mark.parametrize("module", READERS)
def test_reading_writes_nothing(task: Runner, module: str) -> None:
    """A check and a run say the same, change nothing, and count their calls as the cloud does."""
    task.cloud.settings(read_only=True)
    check, run = task(module, check=True, **READERS[module]), task(module, **READERS[module])
    for result in (check, run):
        assert not result.failed
        assert not result["changed"]
        assert result["calls"]["total"] == len(result.requests)
    for answer in (check.answer, run.answer):
        del answer["calls"], answer["invocation"]
    assert check.answer == run.answer


def test_a_serverless_group(task: Runner) -> None:
    """Networks with CIDR block and zone, routes, and the addresses it has on the Internet."""
    found = task("resource_group_info", resource_group="etl_prod")["resource_group"]
    assert found["id"] == GROUP
    assert found["family"] == "serverless"
    (network,) = found["networks"]
    assert (network["vswitch_cidr"], network["zone"], network["status"]) == ("10.0.1.0/24", "cn-hangzhou-h", "Running")
    assert found["routes"] == [{"id": 2001, "network_id": 1001, "destination": "10.99.0.0/24"}]
    assert found["egress_addresses"] == ["118.31.77.14", "118.31.77.15"]
    assert task("resource_group_info", resource_group=GROUP)["resource_group"] == found


def test_a_group_in_two_networks(task: Runner) -> None:
    """Each network is looked at by itself, and what is missing is said."""
    found = task("resource_group_info", resource_group="reports")["resource_group"]
    assert [network["vpc_id"] for network in found["networks"]] == ["vpc-bp1stores", "vpc-bp1example"]
    assert found["egress_addresses"] == ["118.31.77.20"]
    assert [note for note in found["egress_notes"] if "vpc-bp1stores" in note]


def test_an_exclusive_group(task: Runner) -> None:
    """What the API does not show is not guessed; the user is told where it is shown."""
    found = task("resource_group_info", resource_group="exclusive_prod")["resource_group"]
    assert found["family"] == "exclusive"
    assert (found["networks"], found["routes"], found["egress_addresses"]) == ([], [], [])
    assert "console" in " ".join(found["egress_notes"])


def test_an_instance(task: Runner) -> None:
    """Where it is, where it listens, whom it admits: hidden groups too, spelled as the service spells them."""
    found = task("rds_instance_info", rds_instance=INSTANCE)["rds_instance"]
    assert (found["region"], found["vpc_id"], found["vswitch_id"]) == (
        "cn-hangzhou",
        "vpc-bp1example",
        "vsw-bp1databases",
    )
    assert [(point["kind"], point["port"]) for point in found["endpoints"]] == [("Private", 3306)]
    assert found["replica_ids"] == ["rm-bp1reader"]
    groups = {group["name"]: group for group in found["whitelist_groups"]}
    assert groups["shop_servers"]["entries"] == ["10.0.5.9/24", "10.0.6.7", "10.0.6.8/32"]
    assert groups["migration_tool"]["attribute"] == "hidden"
    reader = task("rds_instance_info", rds_instance="rm-bp1reader")["rds_instance"]
    assert (reader["role"], reader["primary_id"]) == ("Readonly", INSTANCE)


def test_an_instance_in_enhanced_mode(task: Runner) -> None:
    """Groups of the same name in the two lists are kept apart."""
    found = task("rds_instance_info", rds_instance=ENHANCED)["rds_instance"]
    assert found["whitelist_mode"] == "enhanced"
    assert [(group["name"], group["network_type"], group["entries"]) for group in found["whitelist_groups"]] == [
        ("default", "VPC", ["127.0.0.1"]),
        ("tills", "VPC", ["192.168.32.0/20"]),
        ("default", "Classic", ["127.0.0.1"]),
        ("tills", "Classic", ["198.51.100.0/28"]),
    ]


def test_the_states_of_the_connectivity_test(task: Runner) -> None:
    """Unreachable until the whitelist admits; then Prod is open and Dev has a wrong password only."""
    closed = task("data_source_connectivity", **TEST)
    assert (closed["state"], closed["connectable"], closed["network_open"]) == ("Unreachable", False, False)
    assert len(closed.sent("TestDataSourceConnectivity")) > 2
    task("rds_whitelist", rds_instance=INSTANCE, group="etl_prod", entries=["10.0.1.0/24"])
    opened = task("data_source_connectivity", **TEST)
    assert (opened["state"], opened["connectable"], opened["network_open"]) == ("ConfigError", False, True)
    assert [(test["environment"], test["state"]) for test in opened["tests"]] == [
        ("Dev", "ConfigError"),
        ("Prod", "Connectable"),
    ]
    prod = task("data_source_connectivity", **TEST, environment="Prod")
    assert (prod["state"], prod["connectable"], prod["network_open"]) == ("Connectable", True, True)
    assert len(prod.sent("TestDataSourceConnectivity")) == 1


def test_connectivity_is_polled_until_the_whitelist_works(task: Runner) -> None:
    """A change that takes a while to reach the traffic is waited for."""
    task.cloud.settings(whitelist_effect={"polls": 3})
    task("rds_whitelist", rds_instance=INSTANCE, group="etl_prod", entries=["10.0.1.0/24"])
    result = task("data_source_connectivity", **{**TEST, "wait_timeout": 5}, environment="Prod")
    assert result["connectable"]
    assert len(result.sent("TestDataSourceConnectivity")) > 1


def test_many_connections_are_observed_at_once(task: Runner) -> None:
    """One report each; what is described wrongly or cannot work does not hinder the others."""
    connections = [
        ORDERS,
        {"name": "billing", "resource_group": "etl_prod", "rds_instance": POSTGRES},
        {"name": "gone", "resource_group": "nope", "rds_instance": POSTGRES},
    ]
    result = task("connection_info", connections=connections)
    assert result["account"] == "1234567890123456"
    assert list(result["connections"]) == ["orders", "billing", "gone"]
    (step,) = result["connections"]["orders"]["plan"]
    assert (step["rds_instance"], step["entries"]) == (INSTANCE, ["10.0.1.0/24"])
    assert "'nope'" in str(result["connections"]["gone"]["refusals"])
    assert sum(result["verdicts"].values()) == 3
    assert len(result.sent("ListResourceGroups")) == 1


def test_what_cannot_be_read_is_undetermined(task: Runner) -> None:
    """An error while reading is never a pass, and nothing is planned."""
    task.cloud.fault("error", {"action": "ListNetworks"}, status=400, code="Odd.Thing", message="Odd.")
    result = task("connection_info", connections=[ORDERS], retry_timeout=0.1)
    report = result["connections"]["orders"]
    assert report["verdict"] == "UNDETERMINED"
    assert report["plan"] == []
    assert "Odd.Thing" in str(report)


def test_every_page_is_read(crowded: Callable[..., Runner]) -> None:
    """The group on the last page is found."""
    result = crowded(130)("resource_group_info", resource_group="etl_prod")
    assert result["resource_group"]["id"] == GROUP
    assert len(result.sent("ListResourceGroups")) == 2


@pytest.mark.parametrize("module", ["resource_group_info", "resource_group_network"])
def test_a_list_that_breaks_off(crowded: Callable[..., Runner], module: str) -> None:
    """A list that ends early is an error, never a shorter list: the group might have been on the missing page."""
    task = crowded(60)
    task.cloud.settings(ignore_page_size=True)
    options = {"vpc_id": "vpc-bp1stores", "vswitch": "vsw-bp1stores"} if module.endswith("network") else {}
    result = task(module, resource_group="etl_prod", retry_timeout=0.1, **options)
    assert result.failed
    for word in ("list the resource groups", "50 of 65"):
        assert word in result.message
    assert result.writes == []
