# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what they hold, what they share, and that they lead to where nothing is left to plan."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import path, plan
from ansible_collections.dataworks.network.plugins.module_utils.core.connection import Connection, InputError
from ansible_collections.dataworks.network.plugins.module_utils.core.findings import REFUSE, UNKNOWN
from tests.unit.core.cases import CASES, DECLARED, PUBLIC, TESTED, Case
from tests.unit.core.fleets import fleets
from tests.unit.core.worlds import World, exclusive_world, first_world, internet_world, private_world, wish

Fleet = tuple[World, list[Connection]]
slow_to_draw = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def actions(made: plan.Plan) -> list[str]:
    return [step.action for step in made.steps]


# One connection


def test_a_first_connection_binds_then_admits_its_vswitch() -> None:
    (made,) = first_world().plans(wish())
    assert actions(made) == [plan.BIND, plan.ADMIT, plan.RETIRE] or actions(made) == [plan.BIND, plan.ADMIT]
    bind, admit = (dict(step.options) for step in made.steps[:2])
    assert (bind["resource_group"], bind["vpc_id"], bind["vswitch_id"]) == ("rg-1", "vpc-a", "vsw-a1")
    assert (admit["rds_instance"], admit["entries"], admit["network_type"]) == ("rm-a", ("10.1.1.0/24",), "MIX")
    assert "vSwitch vsw-a1 (10.1.1.0/24)" in made.steps[0].title


def test_the_named_vswitch_is_bound_and_admitted() -> None:
    (made,) = first_world().plans(wish(vswitch="name-of-vsw-a2"))
    assert dict(made.steps[0].options)["vswitch_id"] == "vsw-a2"
    assert dict(made.steps[1].options)["entries"] == ("10.1.2.0/24",)


def test_a_secondary_cidr_is_routed_after_binding() -> None:
    world = first_world()
    world.vpc("vpc-a", "10.1.0.0/16", "172.17.0.0/16")
    world.instance("rm-a", world.vswitch("vsw-a9", "vpc-a", "172.17.1.0/24"))
    (made,) = world.plans(wish())
    assert actions(made)[:2] == [plan.BIND, plan.ROUTE]
    assert dict(made.steps[1].options)["destination"] == "172.17.0.0/16"


def test_a_workspace_is_associated_where_one_is_named() -> None:
    world = first_world()
    world.workspace()
    world.snapshot.associations["rg-1"] = []
    (made,) = world.plans(wish(**TESTED))
    (step,) = [step for step in made.steps if step.action == plan.ASSOCIATE]
    assert dict(step.options)["workspace"] == "77"
    world.snapshot.associations["rg-1"] = [77]
    assert plan.ASSOCIATE not in actions(world.plans(wish(**TESTED))[0])


def test_a_network_that_is_being_made_is_waited_for_not_made_again() -> None:
    world = private_world()
    networks = world.snapshot.networks["rg-1"]
    assert isinstance(networks, list)
    bound = networks[0]
    world.snapshot.networks["rg-1"] = []
    here = next(found for found in world.snapshot.vswitches["vpc-a"] if found.id == bound.vswitch_id)  # type: ignore[union-attr]
    world.snapshot.routes["rg-1"] = []
    network = world.bind(world.snapshot.resource_groups["cn-hangzhou"][0], here, "Pending")  # type: ignore[index]
    world.route(world.snapshot.resource_groups["cn-hangzhou"][0], network, "172.17.0.0/16")  # type: ignore[index]
    (made,) = world.plans(wish())
    assert actions(made) == [plan.BIND]
    world.carry_out([made])
    assert world.see(wish())[0].verdict == path.REACHABLE


def test_of_two_networks_in_a_vpc_the_one_that_is_not_running_is_waited_for() -> None:
    world = private_world()
    second = world.vswitch("vsw-a3", "vpc-a", "10.1.3.0/24")
    world.bind(world.snapshot.resource_groups["cn-hangzhou"][0], second, "Pending")  # type: ignore[index]
    (made,) = world.plans(wish())
    world.carry_out([made])
    (result,) = world.see(wish())
    assert result.verdict == path.REACHABLE
    assert plan.connect(result).steps == []


def test_the_internet_path_admits_every_address_of_the_gateway() -> None:
    world = internet_world()
    world.snapshot.nat_gateways["vpc-a"] = []
    world.snapshot.route_tables["vtb-a"] = []
    here = world.snapshot.vswitches["vpc-a"][0]  # type: ignore[index]
    world.internet(here, "47.98.10.20", "47.98.10.21")
    (made,) = world.plans(wish(**PUBLIC))
    assert actions(made) == [plan.ADMIT]
    assert dict(made.steps[0].options)["entries"] == ("47.98.10.20", "47.98.10.21")


def test_a_step_is_plain_data_for_the_roles() -> None:
    (made,) = first_world().plans(wish())
    shown = made.steps[1].as_dict()
    assert shown["action"] == plan.ADMIT
    assert shown["entries"] == ["10.1.1.0/24"]
    assert set(shown) == {"action", "title", "region", "rds_instance", "group", "network_type", "entries"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_carrying_out_the_plan_leaves_nothing_to_plan(case: Case) -> None:
    world = case.world()
    connection = wish(**case.words)
    world.carry_out(world.plans(connection))
    (result,) = world.see(connection)
    assert plan.connect(result).steps == []


# Several connections


def test_equal_steps_are_one_step_in_the_first_plan() -> None:
    world = first_world()
    world.instance("rm-b", world.snapshot.vswitches["vpc-a"][1])  # type: ignore[index]
    first, second = world.plans(wish(), wish("invoices", rds_instance="rm-b"))
    assert plan.BIND in actions(first)
    assert plan.BIND not in actions(second)
    assert plan.ADMIT in actions(second)


def test_a_shared_binding_is_admitted_at_every_instance_with_the_same_network() -> None:
    world = first_world()
    world.instance("rm-b", world.snapshot.vswitches["vpc-a"][1])  # type: ignore[index]
    plans = world.plans(wish(), wish("invoices", rds_instance="rm-b"))
    entries = {dict(step.options)["entries"] for made in plans for step in made.steps if step.action == plan.ADMIT}
    assert entries == {("10.1.1.0/24",)}


def test_a_named_vswitch_holds_for_all_connections_of_the_binding() -> None:
    world = first_world()
    world.instance("rm-b", world.snapshot.vswitches["vpc-a"][0])  # type: ignore[index]
    first, second = world.plans(wish(), wish("invoices", rds_instance="rm-b", vswitch="vsw-a2"))
    assert dict(first.steps[0].options)["vswitch_id"] == "vsw-a2"
    assert plan.BIND not in actions(second)


def test_two_declared_vswitches_of_one_group_do_not_undo_each_other() -> None:
    """Either both are admitted, or the contradiction is refused; retiring each other's entry would never end."""
    world = exclusive_world()
    world.vswitch("vsw-a2", "vpc-a", "10.1.2.0/24")
    settle(world, wish(**DECLARED), wish("invoices", vswitch="vsw-a2"))


def test_two_ways_out_of_one_group_do_not_undo_each_other() -> None:
    """The same on the Internet path: each way has its own address, the whitelist group is one."""
    world = internet_world()
    second = world.vswitch("vsw-b1", "vpc-b", "10.2.1.0/24", route_table_id="vtb-b")
    world.bind(world.snapshot.resource_groups["cn-hangzhou"][0], second)  # type: ignore[index]
    world.internet(second, "47.98.10.99", gateway_id="ngw-2")
    settle(world, wish(**PUBLIC, vswitch="vsw-a1"), wish("invoices", **PUBLIC, vswitch="vsw-b1"))


def settle(world: World, *connections: Connection) -> None:
    """Carry out the plans; what is not refused as contradictory is in order then."""
    try:
        world.carry_out(world.plans(*connections))
    except InputError:
        return
    for result in world.see(*connections):
        assert plan.connect(result).steps == []
        assert result.verdict == path.REACHABLE


@given(st.lists(st.lists(st.integers(0, 5), unique=True, max_size=5), max_size=5))
def test_sharing_loses_no_step_keeps_the_order_and_repeats_none(numbers: list[list[int]]) -> None:
    plans = [plan.Plan([plan.step("do", str(n), entries=[n]) for n in found]) for found in numbers]
    before = [list(made.steps) for made in plans]
    plan.share(plans)
    flat = [step for made in plans for step in made.steps]
    assert len(set(flat)) == len(flat)
    assert set(flat) == {step for steps in before for step in steps}
    assert flat == list(dict.fromkeys(step for steps in before for step in steps))


@given(fleets())
@slow_to_draw
def test_the_plan_of_an_applied_fleet_is_empty(fleet: Fleet) -> None:
    """The cloud refuses no step on the way, and whoever could be repaired is reachable afterwards."""
    world, connections = fleet
    before = world.see(*connections)
    world.carry_out(world.plans(*connections))
    after = world.see(*connections)
    for was, result in zip(before, after, strict=True):
        assert plan.connect(result).steps == []
        if was.may_write and not was.needs_people:
            assert result.verdict == path.REACHABLE


@given(fleets())
@slow_to_draw
def test_nothing_is_planned_for_a_connection_that_may_not_be_written(fleet: Fleet) -> None:
    world, connections = fleet
    for result in world.see(*connections):
        treatments = {finding.kind.treatment for finding in result.findings}
        assert bool(treatments & {REFUSE, UNKNOWN}) == (not result.may_write)
        assert result.may_write or plan.connect(result).steps == []


@given(fleets())
@slow_to_draw
def test_looking_changes_nothing_and_sees_the_same_twice(fleet: Fleet) -> None:
    world, connections = fleet
    before = copy.deepcopy(world.snapshot)
    first = world.plans(*connections)
    assert world.snapshot == before
    assert world.plans(*connections) == first


@given(fleets())
@slow_to_draw
def test_carrying_out_touches_no_foreign_whitelist_group(fleet: Fleet) -> None:
    world, connections = fleet

    def foreign() -> dict[str, Any]:
        reads = world.snapshot.whitelists.items()
        return {key: [found for found in read if not found.name.startswith("dataworks_")] for key, read in reads}  # type: ignore[union-attr]

    before = foreign()
    world.carry_out(world.plans(*connections))
    assert foreign() == before
