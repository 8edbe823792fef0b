# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cycle of every managing module: {check, run, check again, run again} x {create, change, delete}."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from simulator.embedded import LocalCloud
from tests.integration.modules import looking
from tests.integration.modules.conftest import Result, Runner
from tests.integration.modules.looking import INSTANCE

Options = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One wanted change: what is there before, the task, what it writes, shows and leaves behind."""

    module: str
    options: Options
    writes: list[str]
    before: str
    after: str
    left: Any
    look: Callable[[LocalCloud], Any]
    own: list[tuple[str, str]]
    earlier: list[Options] = field(default_factory=list)


WHITELIST: Options = {"rds_instance": INSTANCE, "group": "etl_prod"}
NETWORK: Options = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1stores", "vswitch": "vsw-bp1stores"}
ROUTE: Options = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1example", "destination": "172.20.0.0/16"}
WORKSPACE: Options = {"resource_group": "etl_prod", "workspace": "laboratory"}


def _whitelist(options: Options, writes: list[str], before: str, after: str, left: Any, earlier: Any = ()) -> Step:
    def look(cloud: LocalCloud) -> Any:
        return looking.whitelist(cloud).get("etl_prod")

    earlier = [{**WHITELIST, **item} for item in earlier]
    own = [("group", "etl_prod")]
    return Step("rds_whitelist", {**WHITELIST, **options}, writes, before, after, left, look, own, earlier)


BOUND = "vpc-bp1example vsw-bp1example\n"
BOTH = BOUND + "vpc-bp1stores vsw-bp1stores\n"
SHOP = ("vpc-bp1example", "vsw-bp1example", "Running")
STORES = ("vpc-bp1stores", "vsw-bp1stores", "Running")
NETWORK_OWN = [("network", "vpc-bp1stores"), ("vswitch", "vsw-bp1stores")]
OLD_ROUTE, NEW_ROUTE = ("vpc-bp1example", "10.99.0.0/24"), ("vpc-bp1example", "172.20.0.0/16")

STEPS = {
    "rds_whitelist-create": _whitelist(
        {"entries": ["10.0.1.0/24"]}, ["ModifySecurityIps"], "", "10.0.1.0/24\n", ["10.0.1.0/24"]
    ),
    "rds_whitelist-extend": _whitelist(
        {"entries": ["10.0.1.0/24", "47.98.10.20/32"]},
        ["ModifySecurityIps"],
        "10.0.1.0/24\n",
        "10.0.1.0/24\n47.98.10.20\n",
        ["10.0.1.0/24", "47.98.10.20"],
        [{"entries": ["10.0.1.0/24"]}],
    ),
    "rds_whitelist-exact": _whitelist(
        {"entries": ["10.0.9.0/24", "10.0.1.0/24"], "state": "exact"},
        ["ModifySecurityIps", "ModifySecurityIps"],
        "10.0.1.0/24\n10.0.8.0/24\n",
        "10.0.1.0/24\n10.0.9.0/24\n",
        ["10.0.1.0/24", "10.0.9.0/24"],
        [{"entries": ["10.0.1.0/24", "10.0.8.0/24"]}],
    ),
    "rds_whitelist-shorten": _whitelist(
        {"entries": ["10.0.8.0/24"], "state": "absent"},
        ["ModifySecurityIps"],
        "10.0.1.0/24\n10.0.8.0/24\n",
        "10.0.1.0/24\n",
        ["10.0.1.0/24"],
        [{"entries": ["10.0.1.0/24", "10.0.8.0/24"]}],
    ),
    "rds_whitelist-delete": _whitelist(
        {"entries": ["10.0.1.0/24"], "state": "absent"},
        ["ModifySecurityIps", "ModifySecurityIps"],
        "10.0.1.0/24\n",
        "127.0.0.1\n",
        ["127.0.0.1"],
        [{"entries": ["10.0.1.0/24"]}],
    ),
    "resource_group_network-create": Step(
        "resource_group_network",
        NETWORK,
        ["CreateNetwork"],
        BOUND,
        BOTH,
        [SHOP, STORES],
        looking.networks,
        NETWORK_OWN,
    ),
    "resource_group_network-create-recorded": Step(
        "resource_group_network",
        {**NETWORK, "record": True},
        ["TagResources", "CreateNetwork"],
        BOUND,
        BOTH,
        [SHOP, STORES],
        looking.networks,
        NETWORK_OWN,
    ),
    "resource_group_network-delete": Step(
        "resource_group_network",
        {**NETWORK, "state": "absent"},
        ["DeleteNetwork"],
        BOTH,
        BOUND,
        [SHOP],
        looking.networks,
        NETWORK_OWN,
        [NETWORK],
    ),
    "resource_group_network-delete-recorded": Step(
        "resource_group_network",
        {**NETWORK, "state": "absent", "record": True},
        ["DeleteNetwork", "UnTagResources"],
        BOTH,
        BOUND,
        [SHOP],
        looking.networks,
        NETWORK_OWN,
        [{**NETWORK, "record": True}],
    ),
    "resource_group_route-create": Step(
        "resource_group_route",
        ROUTE,
        ["CreateRoute"],
        "10.99.0.0/24\n",
        "10.99.0.0/24\n172.20.0.0/16\n",
        [OLD_ROUTE, NEW_ROUTE],
        looking.routes,
        [("route", "172.20.0.0/16")],
    ),
    "resource_group_route-delete": Step(
        "resource_group_route",
        {**ROUTE, "state": "absent"},
        ["DeleteRoute"],
        "10.99.0.0/24\n172.20.0.0/16\n",
        "10.99.0.0/24\n",
        [OLD_ROUTE],
        looking.routes,
        [("route", "172.20.0.0/16")],
        [ROUTE],
    ),
    "resource_group_workspace-create": Step(
        "resource_group_workspace",
        WORKSPACE,
        ["AssociateProjectToResourceGroup"],
        "10001\n",
        "10001\n10002\n",
        [10001, 10002],
        looking.workspaces,
        [("workspace", "laboratory")],
    ),
    "resource_group_workspace-delete": Step(
        "resource_group_workspace",
        {**WORKSPACE, "state": "absent"},
        ["DissociateProjectFromResourceGroup"],
        "10001\n10002\n",
        "10001\n",
        [10001],
        looking.workspaces,
        [("workspace", "laboratory")],
        [WORKSPACE],
    ),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_check_run_check_again_run_again(task: Runner, step: Step) -> None:
    """The plan is what the run does; nothing is written in check mode, nothing at all the second time."""
    cloud = task.cloud
    for options in step.earlier:
        assert task(step.module, **options)["changed"]
    everything, others = looking.text(cloud), looking.foreign(cloud, *step.own)

    check = task(step.module, check=True, **step.options)
    assert check["changed"]
    assert looking.text(cloud) == everything

    run = task(step.module, **step.options)
    assert run["changed"]
    assert [request["action"] for request in run.writes] == step.writes
    assert step.look(cloud) == step.left
    assert looking.foreign(cloud, *step.own) == others
    _same_plan(check, run, step)

    done = looking.text(cloud)
    for again in (task(step.module, check=True, **step.options), task(step.module, **step.options)):
        assert not again["changed"]
        assert again.writes == []
        assert again["diff"]["before"] == again["diff"]["after"] == step.after
    assert looking.text(cloud) == done


def _same_plan(check: Result, run: Result, step: Step) -> None:
    """The check says what the run then does, in the same shape and the same words."""
    assert check["diff"] == run["diff"]
    assert (run["diff"]["before"], run["diff"]["after"]) == (step.before, step.after)
    assert run["diff"]["before_header"] == run["diff"]["after_header"]
    assert set(check.answer) == set(run.answer)
