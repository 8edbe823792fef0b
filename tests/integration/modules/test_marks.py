# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`record`: what the collection made carries a mark for as long as it exists, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.modules import looking
from tests.integration.modules.conftest import LIMITED, Runner
from tests.integration.modules.looking import GROUP

NETWORK: dict[str, Any] = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1stores", "vswitch": "vsw-bp1stores"}
ROUTE: dict[str, Any] = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1example", "destination": "172.20.0.0/16"}
WORKSPACE: dict[str, Any] = {"resource_group": "etl_prod", "workspace": "laboratory", "vswitch_id": "vsw-bp1example"}
MANAGED = {
    "resource_group_network": (NETWORK, "CreateNetwork", "DeleteNetwork", "ListNetworks", "vsw-bp1stores"),
    "resource_group_route": (ROUTE, "CreateRoute", "DeleteRoute", "ListRoutes", "vsw-bp1example"),
    "resource_group_workspace": (
        WORKSPACE,
        "AssociateProjectToResourceGroup",
        "DissociateProjectFromResourceGroup",
        "ListResourceGroupAssociateProjects",
        "vsw-bp1example",
    ),
}
every_module = pytest.mark.parametrize("module", MANAGED)


def tags(task: Runner, vswitch: str) -> dict[str, str]:
    """All tags of a vSwitch."""
    found = [item for vpc in looking.region(task.cloud)["vpcs"] for item in vpc["vswitches"]]
    tags: dict[str, str] = looking.one(found, vswitch)["tags"]
    return tags


@every_module
def test_what_was_made_is_marked_until_it_is_removed(task: Runner, module: str) -> None:
    """One mark that names kind and group; it goes with the object, and tags of others stay."""
    options, _, _, _, vswitch = MANAGED[module]
    before = tags(task, vswitch)
    assert task(module, **options, record=True)["changed"]
    (mark,) = looking.marks(task.cloud, vswitch)
    assert module.rpartition("_")[2] in mark
    assert GROUP in mark
    assert not task(module, **options, record=True)["changed"]
    assert task(module, **options, record=True, state="absent")["changed"]
    assert tags(task, vswitch) == before


@every_module
def test_nothing_is_marked_unless_asked_for(task: Runner, module: str) -> None:
    """Without `record`, and in check mode with it, tags stay as they are."""
    options, _, _, _, vswitch = MANAGED[module]
    before = tags(task, vswitch)
    task(module, check=True, **options, record=True)
    task(module, **options)
    assert tags(task, vswitch) == before


def test_what_was_there_is_not_marked(task: Runner) -> None:
    """What the collection did not make, it does not claim."""
    for module, changes in (
        ("resource_group_network", {"vpc_id": "vpc-bp1example", "vswitch": "vsw-bp1example"}),
        ("resource_group_route", {"destination": "10.99.0.0/24"}),
        ("resource_group_workspace", {"workspace": "sales"}),
    ):
        result = task(module, **{**MANAGED[module][0], **changes}, record=True)
        assert not result["changed"]
        assert result.writes == []


@every_module
def test_what_was_refused_is_not_marked(task: Runner, module: str) -> None:
    """A mark of something that was never made would claim what somebody makes later."""
    options, make, _, _, vswitch = MANAGED[module]
    task.cloud.fault("error", {"action": make}, status=400, code="Odd.Thing", message="Odd.")
    assert task(module, **options, record=True).failed
    assert looking.marks(task.cloud, vswitch) == {}


@every_module
def test_what_was_made_without_an_answer_is_marked(task: Runner, module: str) -> None:
    """The answer was lost, the object is there, and it is ours."""
    options, make, _, _, vswitch = MANAGED[module]
    task.cloud.fault("reset_after", {"action": make, "times": 1})
    assert task(module, **options, record=True)["changed"]
    assert len(looking.marks(task.cloud, vswitch)) == 1


@every_module
def test_what_was_removed_without_an_answer_is_not_marked(task: Runner, module: str) -> None:
    """The answer was lost, the object is gone, and its mark goes too."""
    options, _, remove, _, vswitch = MANAGED[module]
    task.cloud.settings(network_transition="immediate", deleted_network_visible="immediate")
    task(module, **options, record=True)
    task.cloud.fault("reset_after", {"action": remove, "times": 1})
    assert task(module, **options, record=True, state="absent")["changed"]
    assert looking.marks(task.cloud, vswitch) == {}


@pytest.mark.parametrize("module", ["resource_group_network", "resource_group_route"])
def test_what_somebody_else_made_meanwhile_is_not_marked(task: Runner, module: str) -> None:
    """The service says duplicate to the first attempt: it is there, but it is not ours to remove."""
    options, make, _, read, vswitch = MANAGED[module]
    task.cloud.settings(network_transition="immediate")
    task.cloud.fault("stale", {"action": read, "after": 2, "times": 1})
    somebody = task(module, **options)
    assert len(somebody.sent(read)) == 2
    late = task(module, **options, record=True)
    assert not late.failed
    assert next(item["code"] for item in late.writes if item["action"] == make).startswith("Duplicate")
    assert looking.marks(task.cloud, vswitch) == {}


@every_module
def test_a_tag_that_may_not_be_written_is_a_warning(task: Runner, module: str) -> None:
    """Without permission to tag the object is made all the same, and the user is told what that means."""
    deny = {"Effect": "Deny", "Action": ["vpc:TagResources"], "Resource": ["*"]}
    policies = ["admin", {"Version": "1", "Statement": [deny]}]
    arn = "acs:ram::1234567890123456:user/limited"
    task.cloud.patch({"kind": "principal", "id": arn, "set": {"policies": policies}})
    keys = {"access_key_id": LIMITED[0], "access_key_secret": LIMITED[1]}
    result = task(module, **MANAGED[module][0], record=True, **keys)
    assert result["changed"]
    (warning,) = result["warnings"]
    assert "vpc:TagResources" in str(warning)
    assert "disconnect" in str(warning)
