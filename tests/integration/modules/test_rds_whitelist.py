# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""rds_whitelist: what it compares, what it sends, what it never touches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.modules import looking
from tests.integration.modules.conftest import Runner
from tests.integration.modules.looking import ENHANCED, INSTANCE, POSTGRES

WANTED: dict[str, Any] = {"rds_instance": INSTANCE, "group": "etl_prod", "entries": ["10.0.1.0/24"]}


def hold(task: Runner, *entries: str, instance: str = INSTANCE, network_type: str = "MIX") -> None:
    """Put a group etl_prod with these entries on an instance, spelled as given."""
    group = {"name": "etl_prod", "entries": list(entries), "network_type": network_type}
    task.cloud.patch({"kind": "whitelist_group", "in": instance, "add": group})


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (["10.0.5.9/24"], ["10.0.5.0/24"]),
        (["10.0.6.7"], ["10.0.6.7/32"]),
        (["10.0.6.8/32"], ["10.0.6.8"]),
        (["10.0.0.0/16"], ["10.0.1.0/24", "10.0.2.7"]),
        (["10.0.0.0/25", "10.0.0.128/25"], ["10.0.0.0/24"]),
        (["10.0.9.0/24", "10.0.1.0/24"], ["10.0.1.0/24", "10.0.9.0/24"]),
        (["10.0.1.0/24", "127.0.0.1"], [" 10.0.1.0/24 "]),
    ],
)
def test_entries_are_compared_as_networks(task: Runner, held: list[str], wanted: list[str]) -> None:
    """Another spelling, another order or a larger network is no difference."""
    hold(task, *held)
    result = task("rds_whitelist", **{**WANTED, "entries": wanted})
    assert not result["changed"]
    assert result.writes == []
    assert looking.whitelist(task.cloud)["etl_prod"] == held


def test_only_what_is_missing_is_appended(task: Runner) -> None:
    """One Append of the missing entries to the named group, and no other word in the request."""
    hold(task, "10.0.5.9/24", "10.0.6.7/32")
    result = task("rds_whitelist", **{**WANTED, "entries": ["10.0.6.7", "10.0.1.0/24", "10.0.5.0/24", "10.0.6.8/32"]})
    assert result.sent("ModifySecurityIps") == [
        {
            "DBInstanceId": INSTANCE,
            "DBInstanceIPArrayName": "etl_prod",
            "ModifyMode": "Append",
            "SecurityIps": "10.0.1.0/24,10.0.6.8",
        }
    ]
    assert looking.whitelist(task.cloud)["etl_prod"] == ["10.0.5.9/24", "10.0.6.7/32", "10.0.1.0/24", "10.0.6.8"]
    assert result["added"] == ["10.0.1.0/24", "10.0.6.8"]


@pytest.mark.parametrize("entries", [["10.0.1.0/24", "10.0.1.5"], ["10.0.1.5", "10.0.1.0/24"]])
def test_an_entry_within_another_is_not_missing(task: Runner, entries: list[str]) -> None:
    """Of two wanted entries that overlap, which RDS MySQL refuses together, the larger one is enough."""
    result = task("rds_whitelist", **{**WANTED, "entries": entries})
    assert not result.failed, result.message
    assert [sent["SecurityIps"] for sent in result.sent("ModifySecurityIps")] == ["10.0.1.0/24"]


def test_the_same_entry_twice_is_sent_once(task: Runner) -> None:
    """RDS refuses a list that names an address twice."""
    result = task("rds_whitelist", **{**WANTED, "entries": ["10.0.1.5/32", "10.0.1.5", "10.0.1.5"]})
    assert [sent["SecurityIps"] for sent in result.sent("ModifySecurityIps")] == ["10.0.1.5"]


def test_removal_uses_the_spelling_of_the_server(task: Runner) -> None:
    """The service compares spellings when it deletes."""
    hold(task, "10.0.5.9/24", "10.0.6.8/32", "10.0.6.7")
    result = task("rds_whitelist", **{**WANTED, "entries": ["10.0.5.0/24", "10.0.6.8"], "state": "absent"})
    assert [(sent["ModifyMode"], sent["SecurityIps"]) for sent in result.sent("ModifySecurityIps")] == [
        ("Delete", "10.0.5.9/24,10.0.6.8/32")
    ]
    assert looking.whitelist(task.cloud)["etl_prod"] == ["10.0.6.7"]


def test_the_last_entry_gives_way_to_a_placeholder(task: Runner) -> None:
    """The address that admits nobody comes in before the last entry goes out."""
    hold(task, "10.0.1.0/24")
    result = task("rds_whitelist", **WANTED, state="absent")
    assert [(sent["ModifyMode"], sent["SecurityIps"]) for sent in result.sent("ModifySecurityIps")] == [
        ("Append", "127.0.0.1"),
        ("Delete", "10.0.1.0/24"),
    ]
    assert not task("rds_whitelist", **WANTED, state="absent")["changed"]
    assert not task("rds_whitelist", **{**WANTED, "entries": ["127.0.0.1"]}, state="absent")["changed"]


def test_absent_from_a_group_that_is_not_there(task: Runner) -> None:
    """Nothing to remove is no error and no write."""
    result = task("rds_whitelist", **WANTED, state="absent")
    assert not result["changed"]
    assert result["entries"] == []
    assert result.writes == []


def test_exact_takes_new_entries_in_before_stale_ones_go_out(task: Runner) -> None:
    """No moment without admission."""
    hold(task, "10.0.8.0/24", "10.0.1.7/24")
    result = task("rds_whitelist", **{**WANTED, "entries": ["10.0.9.0/24", "10.0.1.0/24"]}, state="exact")
    assert [(sent["ModifyMode"], sent["SecurityIps"]) for sent in result.sent("ModifySecurityIps")] == [
        ("Append", "10.0.9.0/24"),
        ("Delete", "10.0.8.0/24"),
    ]
    assert result["removed"] == ["10.0.8.0/24"]
    assert looking.whitelist(task.cloud)["etl_prod"] == ["10.0.1.7/24", "10.0.9.0/24"]


def test_exact_replaces_an_entry_that_overlaps_the_new_one(task: Runner) -> None:
    """RDS MySQL refuses overlapping entries, so such a change is one write that names the group and its whole list."""
    hold(task, "10.0.1.5", "10.0.7.0/24")
    result = task("rds_whitelist", **{**WANTED, "entries": ["10.0.1.0/24", "10.0.7.0/24"]}, state="exact")
    assert len(result.writes) == 1
    assert sorted(looking.whitelist(task.cloud)["etl_prod"]) == ["10.0.1.0/24", "10.0.7.0/24"]


@pytest.mark.parametrize("state", ["present", "absent", "exact"])
@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    "group", ["default", "Default", "DEFAULT", "ali_dms_group", "hdm_security_ips", "dms", "dts", "migration_tool"]
)
def test_groups_of_others_are_never_touched(task: Runner, group: str, state: str, check: bool) -> None:
    """Default, system and hidden groups are refused whatever is wanted of them."""
    before = looking.text(task.cloud)
    result = task("rds_whitelist", check=check, **{**WANTED, "group": group}, state=state)
    assert result.failed
    assert f"'{group}'" in result.message
    assert "name a group of your own" in result.message
    assert result.writes == []
    assert looking.text(task.cloud) == before


@pytest.mark.parametrize(
    "entries",
    [
        ["0.0.0.0/0"],
        ["0.0.0.0/00"],
        ["0.0.0.0/0.0.0.0"],
        [" 0.0.0.0/0 "],
        ["10.0.0.0/0"],
        ["255.255.255.255/0"],
        ["0/0"],
        ["0.0.0.0"],
        ["0.0.0.0/32"],
        ["000.000.000.000/0"],
        ["::/0"],
        ["10.0.1.0/24", "0.0.0.0/0"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        ["128.0.0.0/1", "64.0.0.0/2", "0.0.0.0/2"],
    ],
    ids=" ".join,
)
def test_nobody_is_let_in_from_everywhere(task: Runner, entries: list[str]) -> None:
    """Every spelling of 0.0.0.0/0 is refused before anything is called."""
    for state in ("present", "exact"):
        result = task("rds_whitelist", **{**WANTED, "entries": entries}, state=state)
        assert result.failed
        assert any(repr(entry) in result.message for entry in entries) or "entries" in result.message
        assert result.requests == []


def test_a_thousand_entries_are_the_limit(task: Runner) -> None:
    """Groups and linked templates count together; what would go beyond is refused before the write."""
    others = 5 + 2 + 3  # those of the other groups, of template 412, and of the wanted entries
    shop = [f"10.{number // 250}.{number % 250}.1" for number in range(1000 - others + 1)]
    task.cloud.patch({"kind": "whitelist_group", "id": f"{INSTANCE}/shop_servers", "set": {"entries": shop}})
    wanted = {**WANTED, "entries": ["172.16.0.1", "172.16.0.2", "172.16.0.3", "172.16.0.4"]}
    result = task("rds_whitelist", **wanted)
    assert result.failed
    assert "1000" in result.message
    assert "templates" in result.message
    assert result.writes == []


def test_a_check_knows_the_limit_too(task: Runner) -> None:
    """What a run would refuse before its first write, a check refuses in the same words."""
    shop = [f"10.{number // 250}.{number % 250}.1" for number in range(995)]
    task.cloud.patch({"kind": "whitelist_group", "id": f"{INSTANCE}/shop_servers", "set": {"entries": shop}})
    check, run = task("rds_whitelist", check=True, **WANTED), task("rds_whitelist", **WANTED)
    assert run.failed
    assert check.failed
    assert check.message == run.message


def test_no_room_for_another_group(task: Runner) -> None:
    """The service's quota of groups is said in plain words, and nothing is changed."""
    task.cloud.settings(whitelist_group_limit=5)
    before = looking.text(task.cloud)
    result = task("rds_whitelist", **WANTED)
    assert result.failed
    assert "InvalidSecurityIPListGroup.QuotaExceeded" in result.message
    assert "no room for another whitelist group" in result.message
    assert looking.text(task.cloud) == before


def test_a_template_has_the_name(task: Runner) -> None:
    """A group cannot have the name of a linked template."""
    result = task("rds_whitelist", **{**WANTED, "group": "corp_vpn"})
    assert result.failed
    assert "choose another group name" in result.message


@pytest.mark.parametrize(("entry", "listed"), [("192.168.1.0/24", "VPC"), ("47.98.10.20", "Classic")])
def test_enhanced_mode_keeps_two_lists(task: Runner, entry: str, listed: str) -> None:
    """Private addresses go to the VPC list, public ones to the Classic list; the other list stays as it is."""
    other = {"VPC": "Classic", "Classic": "VPC"}[listed]
    before = looking.whitelist(task.cloud, ENHANCED, other)
    wanted = {"rds_instance": ENHANCED, "group": "tills", "entries": [entry]}
    result = task("rds_whitelist", **wanted)
    assert result["network_type"] == listed
    assert [sent["WhitelistNetworkType"] for sent in result.sent("ModifySecurityIps")] == [listed]
    assert entry in looking.whitelist(task.cloud, ENHANCED, listed)["tills"]
    assert looking.whitelist(task.cloud, ENHANCED, other) == before
    assert not task("rds_whitelist", **wanted)["changed"]
    assert task("rds_whitelist", **wanted, state="absent")["changed"]
    assert looking.whitelist(task.cloud, ENHANCED, other) == before


@pytest.mark.parametrize("check", [False, True])
def test_enhanced_mode_refuses_a_mixture(task: Runner, check: bool) -> None:
    """Entries of both kinds in one task would need two lists."""
    entries = ["192.168.1.0/24", "47.98.10.20"]
    result = task("rds_whitelist", check=check, rds_instance=ENHANCED, group="etl_prod", entries=entries)
    assert result.failed
    assert "enhanced mode" in result.message
    assert "two tasks" in result.message
    assert result.writes == []
    both = task("rds_whitelist", **{**WANTED, "rds_instance": ENHANCED}, network_type="MIX")
    assert "choose VPC or Classic" in both.message
    assert both.writes == []


def test_a_chosen_list_is_used(task: Runner) -> None:
    """In enhanced mode `network_type` puts a private address into the Classic list; otherwise it has no effect."""
    result = task("rds_whitelist", **{**WANTED, "rds_instance": ENHANCED}, network_type="Classic")
    assert looking.whitelist(task.cloud, ENHANCED, "Classic")["etl_prod"] == ["10.0.1.0/24"]
    assert "etl_prod" not in looking.whitelist(task.cloud, ENHANCED, "VPC")
    result = task("rds_whitelist", **WANTED, network_type="Classic")
    assert "WhitelistNetworkType" not in result.sent("ModifySecurityIps")[0]


def test_a_read_only_instance_has_a_list_of_its_own(task: Runner) -> None:
    """Writing to a read-only instance leaves its primary alone, and the other way round."""
    primary = looking.whitelist(task.cloud)
    task("rds_whitelist", **{**WANTED, "rds_instance": "rm-bp1reader"})
    assert looking.whitelist(task.cloud, "rm-bp1reader")["etl_prod"] == ["10.0.1.0/24"]
    assert looking.whitelist(task.cloud) == primary
    task("rds_whitelist", **{**WANTED, "entries": ["10.0.2.0/24"]})
    assert looking.whitelist(task.cloud, "rm-bp1reader")["etl_prod"] == ["10.0.1.0/24"]


def test_postgresql_passes_a_group_on_to_replicas(task: Runner) -> None:
    """One write serves the primary and the named read-only instances; without the option they are left alone."""
    wanted = {**WANTED, "rds_instance": POSTGRES}
    result = task("rds_whitelist", **wanted, replicas=["pgr-bp1example"])
    assert [sent["FreshWhiteListReadins"] for sent in result.sent("ModifySecurityIps")] == ["pgr-bp1example"]
    assert looking.whitelist(task.cloud, "pgr-bp1example")["etl_prod"] == ["10.0.1.0/24"]
    task("rds_whitelist", **{**wanted, "entries": ["10.0.2.0/24"]})
    assert looking.whitelist(task.cloud, "pgr-bp1example")["etl_prod"] == ["10.0.1.0/24"]


def test_a_replica_that_lags_behind_is_caught_up(task: Runner) -> None:
    """A named replica that lacks the group is a difference, also where the primary has it already."""
    wanted = {**WANTED, "rds_instance": POSTGRES}
    task("rds_whitelist", **wanted)
    result = task("rds_whitelist", **wanted, replicas=["pgr-bp1example"])
    assert looking.whitelist(task.cloud, "pgr-bp1example").get("etl_prod") == ["10.0.1.0/24"]
    assert result["changed"]


@pytest.mark.parametrize(
    ("instance", "replicas", "words"),
    [
        (POSTGRES, ["pgr-none"], ["pgr-none", "pgr-bp1example"]),
        (INSTANCE, ["rm-bp1reader"], ["replicas", "PostgreSQL", "MySQL"]),
    ],
)
def test_replicas_that_cannot_be(task: Runner, instance: str, replicas: list[str], words: list[str]) -> None:
    """A replica that the instance does not have, and an engine that does not pass whitelists on."""
    result = task("rds_whitelist", **{**WANTED, "rds_instance": instance}, replicas=replicas)
    assert result.failed
    assert [word for word in words if word not in result.message] == []
    assert result.writes == []
