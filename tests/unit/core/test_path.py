# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk: when it says REACHABLE, and every reason it has to say otherwise."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.dataworks.network.plugins.module_utils.core import cidr, filters, path, plan
from ansible_collections.dataworks.network.plugins.module_utils.core.findings import (
    CATALOGUE,
    MANUAL,
    NOTE,
    REFUSE,
    REPAIR,
    UNKNOWN,
    Finding,
)
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import Endpoint, Vpc
from tests.unit.core.cases import CASES, DECLARED, PUBLIC, TESTED, Case
from tests.unit.core.worlds import (
    CLOSED,
    EIP,
    EXCLUSIVE,
    World,
    exclusive_world,
    first_world,
    internet_world,
    private_world,
    wish,
)


def codes(result: path.Assessment) -> list[str]:
    return [finding.code for finding in result.findings]


def emitted() -> set[str]:
    """The codes that stand in the source of the walk."""
    found = set()
    for source in Path(str(path.__file__)).parent.glob("*.py"):
        if source.stem not in ("findings", "plan", "report"):
            nodes = ast.walk(ast.parse(source.read_text(encoding="utf-8")))
            found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found & set(CATALOGUE)


# Good paths


@pytest.mark.parametrize(
    ("world", "words", "scenario"),
    [
        (private_world, {}, "same_region"),
        (private_world, TESTED, "same_region"),
        (exclusive_world, DECLARED, "same_region"),
        (internet_world, PUBLIC, "internet"),
        (internet_world, {**PUBLIC, "vswitch": "vsw-a1"}, "internet"),
        (internet_world, {**PUBLIC, "eip": [EIP]}, "internet"),
    ],
)
def test_a_path_in_order_is_reachable_and_needs_nothing(world: Any, words: dict[str, Any], scenario: str) -> None:
    (result,) = world().see(wish(**words))
    assert (result.verdict, result.scenario) == (path.REACHABLE, scenario)
    assert [finding for finding in result.findings if finding.blocks] == []
    made = plan.connect(result)
    assert (made.steps, made.console, made.settled) == ([], [], True)


def test_a_declared_binding_is_an_assumption_that_is_said() -> None:
    (result,) = exclusive_world().see(wish(**DECLARED))
    assert len(result.assumptions) == 1
    assert "vsw-a1 is declared" in result.assumptions[0]


def test_an_exclusive_group_goes_to_the_internet_with_its_declared_eip() -> None:
    world = internet_world()
    world.change_group("rg-1", type=EXCLUSIVE)
    (result,) = world.see(wish(**PUBLIC, eip=[EIP]))
    assert result.verdict == path.REACHABLE
    assert "may change" in result.assumptions[0]


def test_an_entry_of_another_whitelist_group_admits_too() -> None:
    world = private_world()
    groups = world.snapshot.whitelists["rm-a"]
    assert isinstance(groups, list)
    groups[1] = replace(groups[1], name="office", entries=("10.1.0.0/16",))
    (result,) = world.see(wish())
    assert result.verdict == path.REACHABLE


def test_several_whitelist_groups_may_admit_a_network_together() -> None:
    world = private_world()
    groups = world.snapshot.whitelists["rm-a"]
    assert isinstance(groups, list)
    groups[0] = replace(groups[0], entries=("127.0.0.1", "10.1.1.128/25"))
    groups[1] = replace(groups[1], entries=("10.1.1.0/25",))
    (result,) = world.see(wish())
    assert result.verdict == path.REACHABLE


@pytest.mark.parametrize("network_type", ["VPC", "MIX"])
def test_in_enhanced_mode_the_vpc_list_admits_the_private_path(network_type: str) -> None:
    world = private_world()
    world.change_instance("rm-a", whitelist_mode="safety")
    groups = world.snapshot.whitelists["rm-a"]
    assert isinstance(groups, list)
    groups[1] = replace(groups[1], network_type=network_type)
    (result,) = world.see(wish())
    assert result.verdict == path.REACHABLE


def test_in_enhanced_mode_the_classic_list_admits_the_internet_path() -> None:
    world = internet_world()
    world.change_instance("rm-a", whitelist_mode="safety")
    groups = world.snapshot.whitelists["rm-a"]
    assert isinstance(groups, list)
    groups[1] = replace(groups[1], network_type="VPC")
    (result,) = world.see(wish(**PUBLIC))
    assert "WHITELIST_WRONG_NETWORK_TYPE" in codes(result)
    groups[1] = replace(groups[1], network_type="Classic")
    (result,) = world.see(wish(**PUBLIC))
    assert result.verdict == path.REACHABLE


def test_a_classic_instance_can_be_reached_over_the_internet() -> None:
    world = internet_world()
    world.change_instance("rm-a", network_type="Classic", vpc_id="", vswitch_id="")
    (result,) = world.see(wish(**PUBLIC))
    assert result.verdict == path.REACHABLE


def test_a_network_acl_does_not_stand_between_two_machines_of_one_vswitch() -> None:
    world = exclusive_world()
    world.acl("nacl-1", ingress=[CLOSED], egress=[CLOSED])
    world.change_vswitch("vsw-a1", acl_id="nacl-1")
    (result,) = world.see(wish(**DECLARED))
    assert result.verdict == path.REACHABLE


def test_a_more_general_route_covers_the_secondary_cidr() -> None:
    world = private_world()
    routes = world.snapshot.routes["rg-1"]
    assert isinstance(routes, list)
    routes[0] = replace(routes[0], destination="172.16.0.0/12")
    (result,) = world.see(wish())
    assert result.verdict == path.REACHABLE


def test_a_route_of_another_network_does_not_count() -> None:
    world = private_world()
    routes, networks = world.snapshot.routes["rg-1"], world.snapshot.networks["rg-1"]
    assert isinstance(routes, list)
    assert isinstance(networks, list)
    routes[0] = replace(routes[0], network_id=networks[1].id)
    (result,) = world.see(wish())
    assert codes(result) == ["RG_NO_ROUTE"]


def test_a_declared_route_of_an_exclusive_group_is_believed() -> None:
    world = exclusive_world()
    world.vpc("vpc-a", "10.1.0.0/16", "172.17.0.0/16")
    world.instance("rm-a", world.vswitch("vsw-a9", "vpc-a", "172.17.1.0/24"))
    (result,) = world.see(wish(**DECLARED, routes=["172.17.0.0/16"]))
    assert "RG_ROUTE_CONSOLE_ONLY" not in codes(result)


# Reasons


def test_every_code_that_the_walk_can_say_has_a_case() -> None:
    assert emitted() == {case.code for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_walk_says_why(case: Case) -> None:
    (result,) = case.world().see(wish(**case.words))
    assert case.code in codes(result)
    assert result.verdict == case.verdict
    finding = next(found for found in result.findings if found.code == case.code)
    assert finding.evidence
    assert finding.object_id
    assert finding.region


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_is_planned_where_writing_is_refused(case: Case) -> None:
    (result,) = case.world().see(wish(**case.words))
    treatments = {finding.kind.treatment for finding in result.findings}
    assert result.may_write == (not treatments & {REFUSE, UNKNOWN})
    if treatments & {REFUSE, UNKNOWN}:
        assert plan.connect(result).steps == []


@pytest.mark.parametrize("case", [case for case in CASES if case.code != "DS_BUSY"], ids=str)
def test_whoever_is_not_reachable_is_told_what_happens_next(case: Case) -> None:
    """A step, a console step, or a refusal with its reason; a busy instance is waited for by all modules."""
    (result,) = case.world().see(wish(**case.words))
    made = plan.connect(result)
    if result.verdict != path.REACHABLE and result.may_write:
        assert made.steps or made.console


@pytest.mark.parametrize("case", [case for case in CASES if CATALOGUE[case.code].treatment == MANUAL], ids=str)
def test_what_people_must_do_becomes_console_steps(case: Case) -> None:
    (result,) = case.world().see(wish(**case.words))
    made = plan.connect(result)
    assert made.console
    assert result.needs_people
    assert not made.settled
    for number, step in enumerate(made.console, start=1):
        shown = step.as_dict(number)
        assert shown["number"] == number
        assert not any("{" in str(value) for value in shown.values())
        assert all(str(shown[key]) for key in ("page", "task", "value"))


def test_a_missing_private_endpoint_sends_nobody_to_apply_for_a_public_one() -> None:
    case = next(case for case in CASES if str(case) == "DS_ENDPOINT_MISSING: private")
    (result,) = case.world().see(wish())
    told = [f"{step.page} {step.task} {step.value}".lower() for step in plan.connect(result).console]
    assert told
    assert not [text for text in told if "public" in text]


@pytest.mark.parametrize("case", [case for case in CASES if CATALOGUE[case.code].treatment == REPAIR], ids=str)
def test_what_is_repaired_leaves_the_rest_to_be_done(case: Case) -> None:
    (result,) = case.world().see(wish(**case.words))
    assert not result.needs_people
    assert result.may_write


def test_every_obstacle_is_said_in_path_order_not_only_the_first() -> None:
    world = first_world()
    world.group("rg-2", "other")
    world.workspace()
    world.snapshot.associations["rg-1"] = []
    world.change_instance("rm-a", status="Rebooting")
    (result,) = world.see(wish(**TESTED))
    assert codes(result) == ["RG_NOT_IN_WORKSPACE", "DS_BUSY", "RG_NOT_BOUND", "WHITELIST_MISSING"]
    stages = [finding.kind.stage for finding in result.findings]
    assert stages == ["resource group", "data source", "resource group", "admission"]


def test_answers_are_walked_back() -> None:
    world = private_world()
    world.acl("nacl-1", ingress=[CLOSED])
    (result,) = world.see(wish())
    (finding,) = result.findings
    assert finding.direction == "return"
    assert "-".join(map(str, filters.EPHEMERAL_PORTS)) in finding.evidence


def test_an_acl_that_opens_the_wrong_port_is_seen() -> None:
    world = private_world()
    only = replace(CLOSED, accept=True, protocol="tcp", port_low=3307, port_high=3307)
    world.acl("nacl-1", egress=[only])
    (result,) = world.see(wish())
    assert codes(result) == ["NACL_EGRESS_DENY"]
    assert "TCP 3306 to all of 172.17.1.10/32" in result.findings[0].evidence


def test_the_acl_of_the_groups_vswitch_is_judged_also_where_the_instances_vswitch_is_not_seen() -> None:
    world = private_world()
    world.acl("nacl-1", egress=[CLOSED])
    world.change_instance("rm-a", vswitch_id="vsw-hidden")
    assert "NACL_EGRESS_DENY" in codes(world.see(wish())[0])


def test_rds_itself_is_not_behind_network_acls() -> None:
    world = private_world()
    world.acl("nacl-2", ingress=[CLOSED], egress=[CLOSED])
    world.change_vswitch("vsw-a2", acl_id="nacl-2")
    assert world.see(wish())[0].verdict == path.REACHABLE


def test_a_repair_and_a_reason_to_refuse_together_plan_nothing() -> None:
    world = first_world()
    world.change_instance("rm-a", lock_mode="ManualLock")
    (result,) = world.see(wish())
    assert {"DS_BAD_STATE", "RG_NOT_BOUND"} <= set(codes(result))
    assert plan.connect(result).steps == []


def test_what_people_do_and_what_is_planned_go_together() -> None:
    world = private_world()
    world.acl("nacl-1", egress=[CLOSED])
    groups = world.snapshot.whitelists["rm-a"]
    assert isinstance(groups, list)
    del groups[1]
    (result,) = world.see(wish())
    made = plan.connect(result)
    assert [step.action for step in made.steps] == [plan.ADMIT]
    assert len(made.console) == 1


def test_partial_is_said_only_where_nothing_else_is_in_the_way() -> None:
    world = private_world()
    groups = world.snapshot.whitelists["rm-a"]
    assert isinstance(groups, list)
    groups[1] = replace(groups[1], entries=("10.1.1.0/25",))
    (result,) = world.see(wish())
    assert result.verdict == path.PARTIAL
    assert "10.1.1.128/25" in result.findings[0].evidence
    world.acl("nacl-1", egress=[CLOSED])
    (result,) = world.see(wish())
    assert result.verdict == path.UNREACHABLE


def test_entries_that_are_stale_are_told_from_those_that_are_wanted() -> None:
    world = private_world()
    groups = world.snapshot.whitelists["rm-a"]
    assert isinstance(groups, list)
    groups[1] = replace(groups[1], entries=("10.1.1.0/24", "10.7.0.0/24", "127.0.0.1"))
    (result,) = world.see(wish())
    assert result.verdict == path.REACHABLE
    assert result.admission is not None
    assert result.admission.stale == ("10.7.0.0/24", "127.0.0.1")
    assert [step.action for step in plan.connect(result).steps] == [plan.RETIRE]


def test_entries_are_never_stale_while_it_is_not_known_what_is_wanted() -> None:
    world = internet_world()
    world.snapshot.nat_gateways["vpc-a"] = []
    (result,) = world.see(wish(**PUBLIC))
    assert result.admission is not None
    assert result.admission.stale == ()
    assert plan.connect(result).steps == []


def test_foreign_groups_are_no_part_of_any_plan() -> None:
    world = first_world()
    instance = world.snapshot.instances["rm-a"]
    world.admit(instance, "office", "192.168.0.0/24")  # type: ignore[arg-type]
    world.admit(instance, "ali_dms_group", "100.104.0.0/16", attribute="hidden")  # type: ignore[arg-type]
    (made,) = world.plans(wish())
    groups = {dict(step.options)["group"] for step in made.steps if step.action in (plan.ADMIT, plan.RETIRE)}
    assert groups == {world.own_name(world.snapshot.resource_groups["cn-hangzhou"][0])}  # type: ignore[index]


def test_a_group_bound_to_two_vpcs_that_overlap_is_refused_also_when_both_are_bound() -> None:
    world = private_world()
    world.vpc("vpc-b", "172.17.128.0/17")
    (result,) = world.see(wish())
    assert codes(result) == ["RG_NETWORKS_OVERLAP"]
    assert "172.17.0.0/16 and 172.17.128.0/17" in result.findings[0].evidence


def test_an_exclusive_group_may_use_a_vpc_that_serverless_groups_may_not() -> None:
    world = exclusive_world()
    world.vpc("vpc-a", "10.1.0.0/16", "21.5.0.0/16")
    (result,) = world.see(wish(**DECLARED))
    assert result.verdict == path.REACHABLE


# What cannot be judged


def test_a_vpc_without_a_readable_cidr_block_is_not_reachable() -> None:
    world = private_world()
    world.snapshot.vpcs["vpc-a"] = Vpc("vpc-a", "vpc-a", "cn-hangzhou", ())
    (result,) = world.see(wish())
    assert result.verdict != path.REACHABLE


def test_an_endpoint_without_an_address_is_judged_by_its_vswitch() -> None:
    world = private_world()
    world.change_instance("rm-a", endpoints=(Endpoint("rm-a.mysql.rds.aliyuncs.com", "", 3306, "Private"),))
    assert world.see(wish())[0].verdict == path.REACHABLE
    world.snapshot.routes["rg-1"] = []
    assert codes(world.see(wish())[0]) == ["RG_NO_ROUTE"]


# The verdict


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([], path.REACHABLE),
        (["INTERNET_PATH"], path.REACHABLE),
        (["UNKNOWN_RESOURCE"], path.UNDETERMINED),
        (["UNKNOWN_RESOURCE", "INTERNET_PATH"], path.UNDETERMINED),
        (["UNKNOWN_RESOURCE", "RG_NOT_BOUND"], path.UNREACHABLE),
        (["WHITELIST_PARTIAL"], path.PARTIAL),
        (["WHITELIST_PARTIAL", "INTERNET_PATH"], path.PARTIAL),
        (["WHITELIST_PARTIAL", "WHITELIST_MISSING"], path.UNREACHABLE),
        (["RG_BINDING_CONSOLE_ONLY"], path.UNREACHABLE),
    ],
)
def test_the_verdict_follows_from_what_was_found(found: list[str], verdict: str) -> None:
    (result,) = private_world().see(wish())
    result.findings = [Finding(code, "x", "y") for code in found]
    assert result.verdict == verdict


def test_only_notes_are_no_obstacle() -> None:
    for code, kind in CATALOGUE.items():
        finding = Finding(code, "x", "y")
        assert finding.blocks == (kind.treatment != NOTE)
        assert finding.as_dict()["automatable"] == (kind.treatment == REPAIR)
        assert finding.as_dict()["repair"]


def test_a_scenario_that_is_not_automated_says_which_it_is() -> None:
    world = private_world()
    world.change_instance("rm-a", region="cn-shanghai")
    (result,) = world.see(wish())
    assert result.scenario == "cross_region"
    assert "cross_region" in result.findings[0].evidence


def test_the_wanted_network_is_the_vswitch_of_the_binding_not_that_of_the_instance() -> None:
    world: World = private_world()
    (result,) = world.see(wish())
    assert result.admission is not None
    assert result.admission.wanted == (cidr.parse("10.1.1.0/24"),)
