# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports: one shape whatever was found, a path that shows where it breaks, and the say of DataWorks' own test."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given

from ansible_collections.dataworks.network.plugins.module_utils.core import path, plan, report
from ansible_collections.dataworks.network.plugins.module_utils.core.findings import CATALOGUE, REFUSE, UNKNOWN
from tests.unit.core.cases import CASES, DECLARED, PUBLIC, TESTED, Case
from tests.unit.core.fleets import fleets
from tests.unit.core.test_plan import Fleet, slow_to_draw
from tests.unit.core.test_unknown import DENIED
from tests.unit.core.worlds import exclusive_world, first_world, internet_world, private_world, wish

REFUSED = frozenset({REFUSE, UNKNOWN})
STATES = ["Connectable", "ConfigError", "Unreachable", "Unsupport", ""]


def rendered(result: path.Assessment, tests: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return report.render(result, plan.connect(result), tests or [], REFUSED)


def outcome(state: str, environment: str = "Prod") -> dict[str, Any]:
    return {"data_source": "orders", "environment": environment, "state": state, "message": "as tested", "steps": []}


# The shape


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_report_has_the_same_keys_of_the_same_types(case: Case) -> None:
    (result,) = case.world().see(wish(**case.words))
    shown = rendered(result)
    failed = report.failed("orders", "the description is wrong")
    assert {key: type(value) for key, value in shown.items()} == {key: type(value) for key, value in failed.items()}
    assert json.loads(json.dumps(shown)) == shown, "a report is plain data"


@given(fleets())
@slow_to_draw
def test_a_report_that_refuses_plans_nothing_and_says_why(fleet: Fleet) -> None:
    world, connections = fleet
    for result in world.see(*connections):
        shown = rendered(result)
        assert not (shown["refusals"] and shown["plan"])
        assert bool(shown["refusals"]) == (not result.may_write)


def test_a_failed_description_is_undetermined_and_plans_nothing() -> None:
    shown = report.failed("orders", "connection 'orders': option 'region' is not set: give it")
    assert shown["verdict"] == path.UNDETERMINED
    assert shown["summary"] == shown["error"] == shown["refusals"][0]
    assert shown["plan"] == []


def test_a_refusal_names_the_code_the_evidence_and_the_repair() -> None:
    world = first_world()
    world.change_vswitch("vsw-a1", free_addresses=0)
    (refusal,) = rendered(world.see(wish())[0])["refusals"]
    assert refusal.startswith("RG_VSWITCH_NO_FREE_IP: vSwitch vsw-a1 (10.1.1.0/24) has no free address.")
    assert "option vswitch" in refusal


def test_notes_are_told_apart_from_refusals() -> None:
    shown = rendered(internet_world().see(wish(**PUBLIC))[0])
    assert shown["refusals"] == []
    assert [note.split(":")[0] for note in shown["notes"]] == ["INTERNET_PATH"]


def test_the_summary_says_the_first_obstacle_and_the_number_of_steps() -> None:
    shown = rendered(first_world().see(wish())[0])
    assert shown["summary"].startswith("UNREACHABLE etl -> rm-a (same_region): RG_NOT_BOUND, ")
    assert shown["summary"].endswith("; 2 steps planned")
    assert rendered(private_world().see(wish())[0])["summary"] == "REACHABLE etl -> rm-a (same_region)"


def test_console_steps_are_numbered_from_one() -> None:
    shown = rendered(exclusive_world().see(wish())[0])
    assert [step["number"] for step in shown["console_steps"]] == list(range(1, len(shown["console_steps"]) + 1))
    assert len(shown["console_steps"]) > 1


def test_the_whitelist_is_shown_as_it_is_and_as_it_should_be() -> None:
    shown = rendered(first_world().see(wish())[0])["whitelist"]
    assert (shown["wanted"], shown["held"], shown["missing"], shown["stale"]) == (
        ["10.1.1.0/24"],
        [],
        ["10.1.1.0/24"],
        [],
    )


# Hops


def test_a_reachable_path_is_drawn_hop_by_hop() -> None:
    hops = report.hops(private_world().see(wish())[0])
    assert [hop["hop"] for hop in hops] == ["resource group", "vSwitch", "RDS instance", "whitelist group"]
    assert [hop["number"] for hop in hops] == [1, 2, 3, 4]
    assert {hop["state"] for hop in hops} == {"ok"}
    assert hops[2]["detail"].endswith("rm-a.mysql.rds.aliyuncs.com:3306")


def test_an_internet_path_shows_its_public_address() -> None:
    hops = report.hops(internet_world().see(wish(**PUBLIC))[0])
    assert [(hop["hop"], hop["object_id"]) for hop in hops if hop["hop"] == "EIP"] == [("EIP", "47.98.10.20")]


def test_a_planned_and_a_declared_vswitch_are_shown_as_such() -> None:
    planned = report.hops(first_world().see(wish())[0])
    declared = report.hops(exclusive_world().see(wish(**DECLARED))[0])
    assert [hop["state"] for hop in planned if hop["hop"] == "vSwitch"] == ["planned"]
    assert [hop["state"] for hop in declared if hop["hop"] == "vSwitch"] == ["declared"]


@pytest.mark.parametrize("case", [case for case in CASES if CATALOGUE[case.code].stage != "input"], ids=str)
def test_every_obstacle_is_shown_at_a_hop(case: Case) -> None:
    (result,) = case.world().see(wish(**case.words))
    shown = {code for hop in report.hops(result) for code in hop["codes"]}
    assert {finding.code for finding in result.findings if finding.blocks} <= shown


@pytest.mark.parametrize(("mapping", "key"), [("acls", "nacl-1"), ("whitelists", "rm-a"), ("associations", "rg-1")])
def test_a_path_that_could_not_be_seen_is_not_drawn_as_all_right(mapping: str, key: str) -> None:
    world = private_world()
    getattr(world.snapshot, mapping)[key] = DENIED
    hops = report.hops(world.see(wish(**TESTED))[0])
    assert {hop["state"] for hop in hops} != {"ok"}


# DataWorks' own test


@pytest.mark.parametrize(
    "states", [pair for n in (1, 2) for pair in itertools.combinations_with_replacement(STATES, n)]
)
def test_what_the_test_proves_is_believed(states: tuple[str, ...]) -> None:
    (result,) = private_world().see(wish(**TESTED))
    verdict = report.verdict_of(result, [outcome(state) for state in states])
    if "Unreachable" in states:
        assert verdict == path.UNREACHABLE
    elif set(states) <= {"Connectable", "ConfigError"}:
        assert verdict == path.REACHABLE
    else:
        assert verdict == path.UNDETERMINED


def test_without_a_test_the_walk_decides() -> None:
    (result,) = first_world().see(wish())
    assert report.verdict_of(result, []) == path.UNREACHABLE


@pytest.mark.parametrize(
    ("reachable", "states", "code"),
    [
        (True, ["Connectable"], None),
        (True, ["Unreachable"], "TEST_UNREACHABLE_UNEXPLAINED"),
        (True, ["Connectable", "Unreachable"], "TEST_UNREACHABLE_UNEXPLAINED"),
        (False, ["Unreachable"], None),
        (True, ["ConfigError"], "TEST_CONFIG_ERROR"),
        (True, ["ConfigError", "Connectable"], "TEST_CONFIG_ERROR"),
        (True, ["Unsupport"], "TEST_UNSUPPORTED"),
        (False, ["Connectable"], "TEST_CONTRADICTS_MODEL"),
        (False, ["Connectable", "Unsupport"], "TEST_UNSUPPORTED"),
        (True, [""], None),
    ],
)
def test_what_the_test_adds_to_the_walk(reachable: bool, states: list[str], code: str | None) -> None:
    world = private_world() if reachable else first_world()
    if not reachable:
        world.workspace()
        world.snapshot.associations["rg-1"] = [77]
    (result,) = world.see(wish(**TESTED))
    assert (result.verdict == path.REACHABLE) is reachable
    found = report.test_finding(result, [outcome(state) for state in states])
    assert (found.code if found else None) == code
    if found and code != "TEST_CONTRADICTS_MODEL":
        assert "as tested" in found.evidence


def test_a_tested_report_names_the_states_in_its_summary() -> None:
    (result,) = private_world().see(wish(**TESTED))
    shown = rendered(result, [outcome("Connectable"), outcome("ConfigError", "Dev")])
    assert shown["summary"].startswith("REACHABLE etl -> rm-a (same_region, DataWorks test ConfigError/Connectable)")
