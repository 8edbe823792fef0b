# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going away: the exact inverse of what connect made, and nothing that others need or made themselves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import cidr, marks, plan, removal
from ansible_collections.dataworks.network.plugins.module_utils.core.connection import Connection
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import Unknown
from tests.unit.core.cases import DECLARED, PUBLIC, TESTED
from tests.unit.core.fleets import fleets
from tests.unit.core.test_plan import Fleet, actions, slow_to_draw
from tests.unit.core.test_unknown import DENIED, reads
from tests.unit.core.worlds import (
    EIP,
    EXCLUSIVE,
    World,
    exclusive_world,
    first_world,
    internet_world,
    private_world,
    wish,
)


def connected(*connections: Connection, world: World | None = None) -> World:
    """A world in which connect has made everything for the connections."""
    made = world or first_world()
    made.carry_out(made.plans(*connections))
    return made


def foreign_groups(world: World) -> dict[str, Any]:
    """Every whitelist without the groups that are ours."""
    reads = world.snapshot.whitelists.items()
    return {key: [found for found in read if not found.name.startswith("dataworks_")] for key, read in reads}  # type: ignore[union-attr]


def with_secondary() -> World:
    world = first_world()
    world.vpc("vpc-a", "10.1.0.0/16", "172.17.0.0/16")
    world.instance("rm-a", world.vswitch("vsw-a9", "vpc-a", "172.17.1.0/24"))
    world.workspace()
    world.snapshot.associations["rg-1"] = []
    return world


# The inverse


def test_disconnecting_takes_back_everything_in_reverse_order() -> None:
    world = connected(wish(**TESTED), world=with_secondary())
    (made,) = world.farewells(wish(**TESTED))
    assert actions(made) == [plan.REVOKE, plan.REMOVE_ROUTE, plan.DISSOCIATE, plan.UNBIND]
    world.carry_out([made])
    assert (world.bindings(), world.routings(), world.associations()) == (set(), set(), set())
    assert [found.entries for found in world.snapshot.whitelists["rm-a"]] == [("127.0.0.1",), ("127.0.0.1",)]  # type: ignore[union-attr]
    assert not [tag for found in world.snapshot.vswitches["vpc-a"] for tag in found.tags]  # type: ignore[union-attr]


def test_disconnecting_again_plans_nothing() -> None:
    world = connected(wish())
    world.carry_out(world.farewells(wish()))
    (made,) = world.farewells(wish())
    assert made.steps == []


def test_the_association_of_an_exclusive_group_is_taken_back() -> None:
    words = {**DECLARED, **TESTED}
    world = exclusive_world()
    world.workspace()
    world.snapshot.associations["rg-1"] = []
    connected(wish(**words), world=world)
    assert world.associations() == {("rg-1", 77)}
    world.carry_out(world.farewells(wish(**words)))
    assert world.associations() == set()


@pytest.mark.parametrize("words", [{}, PUBLIC], ids=["unbound", "internet"])
def test_an_association_that_could_not_be_taken_back_is_not_made(words: dict[str, Any]) -> None:
    """An exclusive group whose vSwitch is not declared has no place for a mark; disconnect is the exact inverse."""
    world = exclusive_world()
    world.workspace()
    world.snapshot.associations["rg-1"] = []
    words = {**TESTED, **words, **({"eip": [EIP]} if words else {})}
    connected(wish(**words), world=world)
    world.carry_out(world.farewells(wish(**words)))
    assert world.associations() == set()


def test_what_was_there_before_stays() -> None:
    world = private_world()
    world.snapshot.vswitches["vpc-b"] = []
    before = (world.bindings(), world.routings(), world.associations())
    (made,) = world.farewells(wish(**TESTED))
    assert actions(made) == [plan.REVOKE]
    world.carry_out([made])
    assert (world.bindings(), world.routings(), world.associations()) == before


def test_a_mark_of_another_group_is_no_mark() -> None:
    world = private_world()
    world.change_vswitch("vsw-a1", tags=((marks.key(marks.NETWORK, "rg-2"), marks.VALUE),))
    assert actions(world.farewells(wish())[0]) == [plan.REVOKE]


@given(fleets())
@slow_to_draw
def test_disconnect_after_connect_leaves_what_was_there(fleet: Fleet) -> None:
    world, connections = fleet
    world.snapshot.whitelists.update(foreign_groups(world))  # nobody was connected before
    before = (world.bindings(), world.routings(), world.associations(), foreign_groups(world))
    world.carry_out(world.plans(*connections))
    world.carry_out(world.farewells(*connections))
    assert (world.bindings(), world.routings(), world.associations(), foreign_groups(world)) == before
    assert all(made.steps == [] for made in world.farewells(*connections))


@given(fleets(marked=True), st.data())
@slow_to_draw
def test_what_stays_connected_keeps_its_binding(fleet: Fleet, data: st.DataObject) -> None:
    """Whoever is reachable over a private path and does not leave is reachable afterwards."""
    world, connections = fleet
    world.carry_out(world.plans(*connections))
    leaving = data.draw(st.lists(st.sampled_from(connections), unique=True))
    ends = {(connection.resource_group, connection.rds_instance) for connection in leaving}
    staying = [
        connection
        for connection in connections
        if not connection.public and (connection.resource_group, connection.rds_instance) not in ends
    ]
    before = {result.connection.name: result.verdict for result in world.see(*staying)}
    world.carry_out(world.farewells(*leaving))
    plain = [Connection(c.name, c.region, c.resource_group, c.rds_instance, vswitch=c.vswitch) for c in staying]
    for result in world.see(*plain):
        if before[result.connection.name] == "REACHABLE":
            assert result.verdict == "REACHABLE"


# Whitelists


def test_an_empty_own_group_is_left_alone() -> None:
    world = first_world()
    world.admit(world.snapshot.instances["rm-a"], "dataworks_etl_000000", "127.0.0.1")  # type: ignore[arg-type]
    assert world.farewells(wish())[0].steps == []


@pytest.mark.parametrize("spelling", ["127.0.0.1", "127.0.0.1/32"])
def test_the_placeholder_counts_as_empty_however_the_server_spells_it(spelling: str) -> None:
    world = connected(wish())
    world.carry_out(world.farewells(wish()))
    groups = world.snapshot.whitelists["rm-a"]
    assert isinstance(groups, list)
    world.admit(world.snapshot.instances["rm-a"], groups.pop().name, spelling)  # type: ignore[arg-type]
    assert world.farewells(wish())[0].steps == []


@pytest.mark.parametrize("spelling", ["127.0.0.1", "127.0.0.1/32"])
def test_a_neighbour_with_nothing_but_the_placeholder_does_not_hold_the_binding(spelling: str) -> None:
    world = connected(wish())
    neighbour = world.instance("rm-b", world.snapshot.vswitches["vpc-a"][1])  # type: ignore[index]
    world.admit(neighbour, world.own_name(world.snapshot.resource_groups["cn-hangzhou"][0]), spelling)  # type: ignore[index]
    assert plan.UNBIND in actions(world.farewells(wish())[0])


def test_revoking_names_the_entries_and_keeps_the_placeholder() -> None:
    world = connected(wish())
    step = world.farewells(wish())[0].steps[0]
    assert step.action == plan.REVOKE
    assert "remove 10.1.1.0/24 from whitelist group dataworks_etl_" in step.title
    assert dict(step.options)["entries"] == ("127.0.0.1",)


# What others need


def test_a_binding_stays_while_another_instance_admits_the_group() -> None:
    world = connected(wish())
    world.instance("rm-b", world.snapshot.vswitches["vpc-a"][1])  # type: ignore[index]
    invoices = wish("invoices", rds_instance="rm-b")
    connected(invoices, world=world)
    (made,) = world.farewells(wish())
    assert actions(made) == [plan.REVOKE]
    assert "rm-b still admits it" in made.notes[0]


def test_a_binding_goes_when_all_that_use_it_go() -> None:
    world = connected(wish())
    world.instance("rm-b", world.snapshot.vswitches["vpc-a"][1])  # type: ignore[index]
    invoices = wish("invoices", rds_instance="rm-b")
    connected(invoices, world=world)
    first, second = world.farewells(wish(), invoices)
    assert actions(first) == [plan.REVOKE, plan.UNBIND]
    assert actions(second) == [plan.REVOKE]


def test_another_groups_leaving_does_not_count() -> None:
    world = connected(wish())
    other = world.group("rg-2", "other")
    neighbour = world.instance("rm-b", world.snapshot.vswitches["vpc-a"][1])  # type: ignore[index]
    world.admit(neighbour, world.own_name(world.snapshot.resource_groups["cn-hangzhou"][0]), "10.1.1.0/24")  # type: ignore[index]
    elsewhere = wish("elsewhere", resource_group=other.id, rds_instance="rm-b")
    (made,) = world.farewells(wish(), elsewhere, of=[wish()])
    assert plan.UNBIND not in actions(made)


def test_a_binding_stays_where_an_instance_of_its_vpc_admits_the_group_over_the_internet() -> None:
    """The group goes out to the Internet through this very binding."""
    world = connected(wish())
    neighbour = world.instance("rm-b", world.snapshot.vswitches["vpc-a"][1])  # type: ignore[index]
    world.admit(neighbour, world.own_name(world.snapshot.resource_groups["cn-hangzhou"][0], public=True), EIP)  # type: ignore[index]
    (made,) = world.farewells(wish())
    assert actions(made) == [plan.REVOKE]
    assert "rm-b" in made.notes[0]


def test_leaving_the_private_path_leaves_the_internet_path_of_the_same_instance() -> None:
    world = connected(wish())
    group = world.snapshot.resource_groups["cn-hangzhou"][0]  # type: ignore[index]
    world.admit(world.snapshot.instances["rm-a"], world.own_name(group, public=True), EIP)  # type: ignore[arg-type]
    (made,) = world.farewells(wish())
    assert plan.UNBIND not in actions(made)


def test_an_association_stays_while_the_group_serves_another_vpc() -> None:
    """Without it the workspace's tasks could no longer use the group anywhere."""
    world = with_secondary()
    world.vpc("vpc-b", "10.2.0.0/16")
    world.instance("rm-b", world.vswitch("vsw-b1", "vpc-b", "10.2.1.0/24"))
    invoices = wish("invoices", rds_instance="rm-b", **TESTED)
    connected(wish(**TESTED), invoices, world=world)
    world.carry_out(world.farewells(wish(**TESTED)))
    assert world.associations() == {("rg-1", 77)}
    assert world.see(invoices)[0].verdict == "REACHABLE"


# What cannot be seen


@pytest.mark.parametrize("answer", [DENIED, None])
def test_a_binding_stays_while_the_neighbours_are_not_known(answer: Unknown | None) -> None:
    world = connected(wish())
    world.look_around()
    world.snapshot.neighbours["vpc-a"] = answer
    leaving = world.see(wish())
    made = removal.disconnect(leaving[0], world.snapshot, leaving)
    assert actions(made) == [plan.REVOKE]
    assert "could not be read" in made.notes[0]


def test_a_binding_stays_while_a_neighbours_whitelist_is_not_known() -> None:
    world = connected(wish())
    world.instance("rm-b", world.snapshot.vswitches["vpc-a"][1])  # type: ignore[index]
    world.snapshot.whitelists["rm-b"] = DENIED
    (made,) = world.farewells(wish())
    assert actions(made) == [plan.REVOKE]
    assert "the whitelist of rm-b could not be read" in made.notes[0]


ALL_READS = reads(connected(wish(**TESTED), world=with_secondary()).snapshot)


@pytest.mark.parametrize("read", ALL_READS, ids=lambda read: f"{read[0]} of {read[1]}")
def test_an_unread_path_is_not_disconnected_in_part(read: tuple[str, Any]) -> None:
    """Where the report says that something could not be seen, nothing is planned; routes or entries might stay."""
    world = connected(wish(**TESTED), world=with_secondary())
    world.look_around()
    getattr(world.snapshot, read[0])[read[1]] = DENIED
    leaving = world.see(wish(**TESTED))
    made = removal.disconnect(leaving[0], world.snapshot, leaving)
    if any(finding.code == "UNKNOWN_RESOURCE" for finding in leaving[0].findings):
        assert made.steps == []


# Internet paths


def test_an_internet_path_takes_back_its_own_entries_only() -> None:
    world = internet_world()
    group = world.snapshot.resource_groups["cn-hangzhou"][0]  # type: ignore[index]
    world.admit(world.snapshot.instances["rm-a"], world.own_name(group), "10.1.1.0/24")  # type: ignore[arg-type]
    (made,) = world.farewells(wish(**PUBLIC))
    assert [dict(step.options)["group"] for step in made.steps] == [world.own_name(group, public=True)]


def test_an_exclusive_internet_path_without_its_eip_can_still_be_disconnected() -> None:
    world = internet_world()
    world.change_group("rg-1", type=EXCLUSIVE)
    (made,) = world.farewells(wish(**PUBLIC))
    assert actions(made) == [plan.REVOKE]


def test_a_locked_instance_can_be_described_for_disconnecting() -> None:
    world = connected(wish())
    world.change_instance("rm-a", lock_mode="ManualLock")
    assert plan.REVOKE in actions(world.farewells(wish())[0])


# Marks


def test_a_mark_tells_kinds_groups_and_details_apart() -> None:
    keys = {
        marks.key(kind, group, detail)
        for kind in (marks.NETWORK, marks.ROUTE, marks.WORKSPACE)
        for group in ("rg-1", "rg-12")
        for detail in ("", "7", "77", str(cidr.parse("172.17.0.0/16")))
    }
    assert len(keys) == 24
    assert all(len(key) <= 128 for key in keys), "tag keys are limited"


@given(st.lists(st.tuples(st.text(), st.text())))
def test_tags_of_others_are_no_marks(tags: list[tuple[str, str]]) -> None:
    foreign = [tag for tag in tags if not tag[0].startswith("dataworks-network:")]
    assert not marks.any_mark(foreign)
    assert not marks.has(foreign, marks.NETWORK, "rg-1")
    assert marks.has([*foreign, (marks.key(marks.NETWORK, "rg-1"), "")], marks.NETWORK, "rg-1")
