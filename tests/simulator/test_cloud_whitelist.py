# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whitelists: what each mode of ModifySecurityIps does, and what must be left alone."""

from __future__ import annotations

import pytest

from simulator.products.rds.addresses import network_of
from tests.simulator.asking import DATABASES, DEMO_KEY, INSTANCE, Asker, refusal

OWN = ("dataworks", "MIX")
PLACE = {"account": "1234567890123456", "region": "cn-hangzhou"}
STORES, BILLING, REPLICA = "rm-bp1stores4q8w2e6r1", "pgm-bp1billing8f4g2h6j", "pgr-bp1billingro5k9l1z"


@pytest.fixture
def ask(simulator) -> Asker:
    return Asker(simulator("minimal"))


@pytest.fixture
def demo(simulator) -> Asker:
    return Asker(simulator("demo"), DEMO_KEY)


def test_an_instance_begins_with_a_default_group_that_admits_nobody(ask):
    assert ask.whitelist() == {("default", "MIX"): "127.0.0.1"}


def test_append_creates_the_group_and_keeps_spelling_and_order(ask):
    assert isinstance(ask.admit("192.168.10.9,10.9.8.7/24")["TaskId"], int)
    ask.admit("10.0.0.1/32")
    assert ask.whitelist()[OWN] == "192.168.10.9,10.9.8.7/24,10.0.0.1/32"


def test_the_mode_is_cover_and_the_group_default_unless_given(ask):
    ask.admit("10.0.0.1,10.0.0.2")
    ask.admit("10.0.0.3", mode="")
    assert ask.whitelist()[OWN] == "10.0.0.3"
    ask.rds("ModifySecurityIps", DBInstanceId=INSTANCE, SecurityIps="10.0.0.9")
    assert ask.whitelist()["default", "MIX"] == "10.0.0.9"


def test_default_is_found_in_any_capitalisation(ask):
    ask.admit("10.0.0.9", name="Default")
    assert ask.whitelist() == {("default", "MIX"): "127.0.0.1,10.0.0.9"}


@pytest.mark.parametrize("again", ["10.0.0.1", "10.0.0.1/32", "10.0.0.5,10.0.0.1"])
def test_an_address_that_is_present_is_refused_and_nothing_is_added(ask, again):
    ask.admit("10.0.0.1")
    assert refusal(ask.admit, again) == (400, "InvalidSecurityIPList.Duplicate")
    assert ask.whitelist()[OWN] == "10.0.0.1"
    ask.cloud.settings(append_present_entry="ignore")
    ask.admit(again)


def test_overlap_is_refused_for_mysql_in_one_group_only(ask):
    ask.admit("10.0.0.0/24")
    assert refusal(ask.admit, "10.0.0.8") == (400, "InvalidSecurityIPListLength.Malformed")
    ask.admit("10.0.0.8", name="another")
    ask.cloud.settings(overlap_refused_for=[])
    ask.admit("10.0.0.8")


@pytest.mark.parametrize(
    ("entry", "taken"),
    [
        ("0.0.0.0/0", True), ("0.0.0.0", True), ("10.1.2.3/8", True), ("10.0.0.0/1", True), ("10.0.0.0/0", False),
        ("10.0.0.0/33", False), ("10.0.0.0/08", False), ("10.0.0.0/255.0.0.0", False), ("010.0.0.1", False),
        ("fe80::1", False), ("host", False), ("", False),
    ],
)  # fmt: skip
def test_which_entries_are_taken(entry, taken):
    assert (network_of(entry) is not None) == taken


def test_delete_takes_entries_away_as_they_are_spelled(ask):
    ask.admit("10.0.0.1,10.9.8.7/24,10.0.0.3")
    assert refusal(ask.admit, "10.9.8.0/24", mode="Delete") == (400, "SecurityIPList.Format")
    ask.admit("10.9.8.7/24", mode="Delete")
    assert ask.whitelist()[OWN] == "10.0.0.1,10.0.0.3"
    ask.cloud.settings(delete_matches="network", delete_absent_entry="ignore")
    ask.admit("10.0.0.1/32,10.77.0.0/16", mode="Delete")
    assert ask.whitelist()[OWN] == "10.0.0.3"


def test_delete_leaves_at_least_one(ask):
    ask.admit("10.0.0.1,10.0.0.2")
    assert refusal(ask.admit, "10.0.0.1,10.0.0.2", mode="Delete") == (400, "InvalidSecurityIPListLength.Malformed")
    assert ask.whitelist()[OWN] == "10.0.0.1,10.0.0.2"


def test_cover_with_nothing(ask):
    ask.admit("10.0.0.1")
    assert refusal(ask.admit, "", mode="Cover") == (400, "SecurityIPList.Format")
    ask.cloud.settings(cover_with_nothing="delete_group")
    ask.admit("", mode="Cover")
    assert OWN not in ask.whitelist()


def test_limits_count_all_groups_and_templates(ask):
    ask.cloud.settings(whitelist_entry_limit=5)
    ask.cloud.patch({"kind": "whitelist_template", **PLACE, "add": {"id": 1, "name": "t", "entries": ["10.2.0.1"]}})
    ask.set("rds_instance", INSTANCE, whitelist_templates=[1])
    ask.admit("10.0.0.1,10.0.0.2,10.0.0.3")
    assert refusal(ask.admit, "10.0.0.4", name="other") == (400, "InvalidSecurityIPListLength.Malformed")


def test_hidden_groups_are_listed_and_the_platform_takes_its_own_back(demo):
    orders = "rm-bp1orders7k2m4x9q1"
    before = demo.whitelist(orders)
    demo.admit("10.5.5.5", name="ali_dms_group", mode="Cover", DBInstanceId=orders)
    assert demo.whitelist(orders)["ali_dms_group", "MIX"] == "10.5.5.5"
    assert demo.whitelist(orders) == before
    assert demo.whitelist(orders) == before
    demo.cloud.settings(system_group_writes="kept")
    demo.admit("10.5.5.5", name="ali_dms_group", mode="Cover", DBInstanceId=orders)
    demo.whitelist(orders)
    assert demo.whitelist(orders)["ali_dms_group", "MIX"] == "10.5.5.5"


def test_an_attribute_makes_a_group_hidden(ask):
    ask.admit("10.0.0.1", name="secret", DBInstanceIPArrayAttribute="hidden")
    body = ask.rds("DescribeDBInstanceIPArrayList", DBInstanceId=INSTANCE)
    shown = {
        one["DBInstanceIPArrayName"]: one["DBInstanceIPArrayAttribute"] for one in body["Items"]["DBInstanceIPArray"]
    }
    assert shown == {"default": "", "secret": "hidden"}
    attribute = ask.rds("DescribeDBInstanceAttribute", DBInstanceId=INSTANCE)["Items"]["DBInstanceAttribute"][0]
    assert attribute["SecurityIPList"] == "127.0.0.1"


def test_enhanced_mode_keeps_two_lists_of_one_name(demo):
    change = {"DBInstanceId": STORES, "name": "dataworks"}
    demo.admit("192.168.10.0/24", WhitelistNetworkType="VPC", **change)
    demo.admit("118.31.77.14", WhitelistNetworkType="Classic", **change)
    assert demo.whitelist(STORES, WhitelistNetworkType="VPC") == {
        ("default", "VPC"): "127.0.0.1",
        ("tills", "VPC"): "192.168.32.0/20",
        ("dataworks", "VPC"): "192.168.10.0/24",
    }
    demo.admit("10.0.0.1", **change)
    both = demo.whitelist(STORES)
    assert both["dataworks", "VPC"] == "192.168.10.0/24,10.0.0.1"
    assert both["dataworks", "Classic"] == "118.31.77.14,10.0.0.1"
    assert (
        refusal(demo.admit, "10.0.0.2", WhitelistNetworkType="Both", **change)[1] == "InvalidWhitelistNetType.Malformed"
    )


def test_postgresql_on_cloud_disks_takes_any_network_type_for_mix(demo):
    demo.admit("172.16.10.0/24", DBInstanceId=BILLING, WhitelistNetworkType="VPC")
    assert demo.whitelist(BILLING)[OWN] == "172.16.10.0/24"


def test_replicas_have_lists_of_their_own_unless_asked(demo):
    demo.admit("172.16.10.0/24", DBInstanceId=BILLING)
    assert OWN not in demo.whitelist(REPLICA)
    demo.admit("172.16.11.0/24", DBInstanceId=BILLING, FreshWhiteListReadins=REPLICA)
    assert demo.whitelist(REPLICA)[OWN] == "172.16.10.0/24,172.16.11.0/24"
    demo.admit("172.16.11.0/24", DBInstanceId=REPLICA, mode="Delete")
    assert demo.whitelist(BILLING)[OWN] == "172.16.10.0/24,172.16.11.0/24"


def test_nothing_else_changes(demo):
    before = demo.cloud.state()["cloud"]["accounts"][0]["regions"]["cn-hangzhou"]
    demo.admit("172.16.10.0/24", DBInstanceId=BILLING)
    after = demo.cloud.state()["cloud"]["accounts"][0]["regions"]["cn-hangzhou"]
    (changed,) = [
        pair for pair in zip(before["rds_instances"], after["rds_instances"], strict=True) if pair[0] != pair[1]
    ]
    assert changed[1]["whitelist"][:-1] == changed[0]["whitelist"]
    assert {key for key in before if before[key] != after[key]} == {"rds_instances"}


def test_an_instance_may_be_busy_after_a_change(simulator):
    ask = Asker(simulator("minimal", busy_after_whitelist_change={"status": "TRANSING", "pace": {"polls": 2}}))
    ask.admit("10.0.0.1")
    assert refusal(ask.admit, "10.0.0.2") == (403, "IncorrectDBInstanceState")
    status = [
        ask.rds("DescribeDBInstanceAttribute", DBInstanceId=INSTANCE)["Items"]["DBInstanceAttribute"][0][
            "DBInstanceStatus"
        ]
        for _ in range(2)
    ]
    assert status == ["TRANSING", "Running"]
    ask.admit("10.0.0.2")


def test_a_replica_waits_for_its_master(ask):
    ask.cloud.patch(
        {"kind": "rds_instance", **PLACE, "add": {"id": "rm-bp1reader", "type": "Readonly", "master": INSTANCE,
                                                  "vswitch": DATABASES}},
    )  # fmt: skip
    ask.admit("10.0.0.1", DBInstanceId="rm-bp1reader")
    ask.set("rds_instance", INSTANCE, status="EngineVersionUpgrading")
    assert refusal(ask.admit, "10.0.0.2", DBInstanceId="rm-bp1reader") == (400, "IncorrectMasterDBInstanceState")


def test_templates_may_be_shown_among_the_groups(simulator):
    demo = Asker(simulator("demo", templates_in_ip_array_list=True), DEMO_KEY)
    assert demo.whitelist("rm-bp1catalog8j2k6l4z1")["corp_vpn", "MIX"] == "203.0.113.0/26,198.51.100.17"


def test_security_groups_are_replaced_as_a_whole_and_cleared_by_two_words(ask):
    change = {"DBInstanceId": INSTANCE}
    for word in ("", "Empty"):
        ask.rds("ModifySecurityGroupConfiguration", SecurityGroupId="sg-1,sg-2", **change)
        ask.rds("ModifySecurityGroupConfiguration", SecurityGroupId="sg-2", **change)
        items = ask.rds("DescribeSecurityGroupConfiguration", **change)["Items"]["EcsSecurityGroupRelation"]
        assert [item["SecurityGroupId"] for item in items] == ["sg-2"]
        body = ask.rds("ModifySecurityGroupConfiguration", SecurityGroupId=word, **change)
        assert body["Items"]["EcsSecurityGroupRelation"] == []
