# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""resource_group_network, resource_group_route, resource_group_workspace: what the cycle does not show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.modules import looking
from tests.integration.modules.conftest import Runner
from tests.integration.modules.looking import GROUP, REPORTS

NETWORK: dict[str, Any] = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1stores", "vswitch": "vsw-bp1stores"}
ROUTE: dict[str, Any] = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1example", "destination": "172.20.0.0/16"}
WORKSPACE: dict[str, Any] = {"resource_group": "etl_prod", "workspace": "laboratory"}
MANAGED = {
    "resource_group_network": (NETWORK, "CreateNetwork", "DeleteNetwork"),
    "resource_group_route": (ROUTE, "CreateRoute", "DeleteRoute"),
    "resource_group_workspace": (WORKSPACE, "AssociateProjectToResourceGroup", "DissociateProjectFromResourceGroup"),
}
SHOP, STORES = ("vpc-bp1example", "vsw-bp1example"), ("vpc-bp1stores", "vsw-bp1stores")
LOST = {"timeout_after": {"delay_ms": 1000}, "reset_after": {}}


def everything(task: Runner) -> tuple[Any, Any, Any]:
    """What the three modules manage of the group."""
    bound = sorted((vpc, vswitch) for vpc, vswitch, status in looking.networks(task.cloud) if status == "Running")
    return bound, looking.routes(task.cloud), looking.workspaces(task.cloud)


def test_binding_waits_until_running_and_says_what_it_bound(task: Runner) -> None:
    """The result is the network as it runs, with the CIDR block that its traffic comes from."""
    result = task("resource_group_network", **{**NETWORK, "vswitch": "tills"})
    assert result["network"]["status"] == "Running"
    assert result["network"]["vswitch_cidr"] == "192.168.1.0/24"
    assert result["resource_group_id"] == GROUP
    assert len(result.sent("GetNetwork")) + len(result.sent("ListNetworks")) > 2


def test_a_name_is_as_good_as_an_id(task: Runner) -> None:
    """Groups and vSwitches are found by either; the second run with the other finds nothing to do."""
    assert task("resource_group_network", **{**NETWORK, "resource_group": GROUP})["changed"]
    assert not task("resource_group_network", **{**NETWORK, "vswitch": "tills"})["changed"]
    assert task("resource_group_workspace", **{**WORKSPACE, "workspace": "10002"})["changed"]
    assert not task("resource_group_workspace", **{**WORKSPACE, "resource_group": GROUP})["changed"]


def test_a_network_that_never_runs(task: Runner) -> None:
    """The wait ends with what was waited for and the last state; the next run goes on waiting without a write."""
    task.cloud.settings(network_transition="never")
    for writes in (1, 0):
        result = task("resource_group_network", **NETWORK, wait_timeout=0.3)
        assert result.failed
        for word in ("etl_prod", "Running", "Creating", "0.3 s", "wait_timeout"):
            assert word in result.message
        assert len(result.writes) == writes


def test_a_route_into_a_network_that_is_not_ready(task: Runner) -> None:
    """A network on its way up is waited for; one that stays is named with its status."""
    task.cloud.settings(network_transition={"polls": 6})
    task("resource_group_network", **NETWORK, wait_timeout=0.06)
    wanted = {**ROUTE, "vpc_id": "vpc-bp1stores"}
    assert task("resource_group_route", **wanted)["changed"]
    assert ("vpc-bp1stores", "172.20.0.0/16") in looking.routes(task.cloud)


def test_a_route_into_a_network_that_never_gets_ready(task: Runner) -> None:
    """The deadline ends it in words that say what it is about."""
    task.cloud.settings(network_transition="never")
    task("resource_group_network", **NETWORK, wait_timeout=0.06)
    result = task("resource_group_route", **{**ROUTE, "vpc_id": "vpc-bp1stores"}, wait_timeout=0.2)
    assert result.failed
    for word in ("172.20.0.0/16", "Creating", "0.2 s", "wait_timeout", "RequestId"):
        assert word in result.message


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vswitch": "full"}, ["vsw-bp1full", "192.168.2.0/28", "no free address"]),
        ({"vpc_id": "vpc-bp1copy", "vswitch": "vsw-bp1copy"}, ["vpc-bp1copy", "vpc-bp1example", "10.0.0.0/16"]),
        ({"vpc_id": "vpc-bp1military", "vswitch": "workers"}, ["vpc-bp1military", "21.0.0.0/8"]),
        ({"vpc_id": "vpc-bp1example", "vswitch": "vsw-bp1databases"}, ["etl_prod", "already bound", "vsw-bp1example"]),
        ({"resource_group": "exclusive_prod"}, ["exclusive_prod", "console", "Network Settings"]),
    ],
    ids=["full", "overlap", "forbidden range", "second vSwitch", "exclusive"],
)
def test_bindings_that_cannot_be(task: Runner, changes: dict[str, Any], words: list[str], check: bool) -> None:
    """Refused before any write, in check mode too."""
    result = task("resource_group_network", check=check, **{**NETWORK, **changes})
    assert result.failed
    assert [word for word in words if word not in result.message] == []
    assert result.writes == []


@pytest.mark.parametrize("check", [False, True])
def test_the_network_that_came_with_the_group_stays(task: Runner, check: bool) -> None:
    """The default network is never removed."""
    wanted = {**NETWORK, "vpc_id": "vpc-bp1example", "vswitch": "workers"}
    result = task("resource_group_network", check=check, **wanted, state="absent")
    assert result.failed
    assert "default network" in result.message
    assert result.writes == []


def test_a_network_with_routes_is_not_removed(task: Runner) -> None:
    """Routes of others are in the way: the service's refusal is passed on, nothing is gone."""
    before = looking.text(task.cloud)
    wanted = {"resource_group": "reports", "vpc_id": "vpc-bp1example", "vswitch": "databases"}
    result = task("resource_group_network", **wanted, state="absent")
    assert result.failed
    assert "routes" in result.message
    assert looking.text(task.cloud) == before


def test_routes_of_other_networks_and_groups_are_not_ours(task: Runner) -> None:
    """The same destination in another network or another group is another route."""
    task("resource_group_network", **NETWORK)
    elsewhere = {**ROUTE, "destination": "10.99.0.0/24", "vpc_id": "vpc-bp1stores"}
    assert task("resource_group_route", **elsewhere)["changed"]
    assert not task("resource_group_route", **{**ROUTE, "destination": "10.99.0.0/24"})["changed"]
    assert task("resource_group_route", **elsewhere, state="absent")["changed"]
    assert looking.routes(task.cloud) == [("vpc-bp1example", "10.99.0.0/24")]
    assert looking.routes(task.cloud, REPORTS) == [("vpc-bp1example", "172.20.0.0/16")]


def test_a_route_where_nothing_is_bound(task: Runner) -> None:
    """Adding fails and says so, checking foresees the binding, removing finds nothing; no foreign route is shown."""
    wanted = {**ROUTE, "vpc_id": "vpc-bp1stores"}
    run = task("resource_group_route", **wanted)
    assert run.failed
    for word in ("vpc_id", "vpc-bp1stores", "etl_prod", "not bound", "bind it first"):
        assert word in run.message
    assert run.writes == []
    check = task("resource_group_route", check=True, **wanted)
    assert check["changed"]
    assert (check["diff"]["before"], check["diff"]["after"]) == ("", "172.20.0.0/16\n")
    gone = task("resource_group_route", **wanted, state="absent")
    assert not gone["changed"]
    assert gone.writes == []


@pytest.mark.parametrize("effect", LOST)
@pytest.mark.parametrize("module", MANAGED)
def test_a_write_whose_answer_is_lost(task: Runner, module: str, effect: str) -> None:
    """One object is made, none is made twice; then one is removed. A repeated create has the same client token."""
    options, make, remove = MANAGED[module]
    before = everything(task)
    task.cloud.fault(effect, {"action": make, "times": 1}, **LOST[effect])
    made = task(module, **options, read_timeout=0.6)
    assert made["changed"]
    assert len({str(sent) for sent in made.sent(make)}) == 1
    assert len(made.sent(make)) == 1 or "ClientToken" in made.sent(make)[0]
    assert sum(map(len, everything(task))) == sum(map(len, before)) + 1
    task.cloud.fault(effect, {"action": remove, "times": 1}, **LOST[effect])
    removed = task(module, **options, state="absent", read_timeout=0.6)
    assert removed["changed"]
    assert len(removed.sent(remove)) == 1
    assert everything(task) == before


@pytest.mark.parametrize("effect", ["server_error", "html"])
@pytest.mark.parametrize("module", MANAGED)
def test_a_write_that_was_not_done(task: Runner, module: str, effect: str) -> None:
    """It is sent again once reading has shown that nothing happened."""
    options, make, remove = MANAGED[module]
    before = everything(task)
    task.cloud.fault(effect, {"action": make, "times": 1})
    task.cloud.fault(effect, {"action": remove, "times": 1})
    assert task(module, **options)["changed"]
    assert sum(map(len, everything(task))) == sum(map(len, before)) + 1
    assert task(module, **options, state="absent")["changed"]
    assert everything(task) == before


@pytest.mark.parametrize("module", MANAGED)
def test_several_make_the_same_object_at_once(task: Runner, module: str) -> None:
    """Nobody fails, and it is there once."""
    options, _, _ = MANAGED[module]
    before = everything(task)
    task.cloud.settings(latency_ms=15)
    results = task.together(*[(module, options)] * 3)
    assert [result.message for result in results if result.failed] == []
    assert sum(map(len, everything(task))) == sum(map(len, before)) + 1


def test_several_remove_the_same_object_at_once(task: Runner) -> None:
    """Who comes late finds it gone, and that is what was wanted."""
    before = everything(task)
    for module, (options, _, _) in MANAGED.items():
        task(module, **options)
    task.cloud.settings(latency_ms=15)
    gone = [(module, {**options, "state": "absent"}) for module, (options, _, _) in MANAGED.items()]
    assert [result.message for result in task.together(*gone * 2) if result.failed] == []
    assert everything(task) == before


def test_both_readings_of_the_documentation(task: Runner) -> None:
    """Other answers that the documentation allows lead to the same end."""
    task.cloud.settings(missing_object="error", duplicate_network="existing", repeated_association="refuse")
    before = everything(task)
    for module, (options, _, _) in MANAGED.items():
        assert task(module, **options)["changed"]
        assert not task(module, **options)["changed"]
        assert task(module, **options, state="absent")["changed"]
        assert not task(module, **options, state="absent")["changed"]
    assert everything(task) == before
