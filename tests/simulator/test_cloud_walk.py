# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connectivity test: what blocks the way there and back, one thing at a time."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.products.vpc.schema import AclRule
from simulator.walk.fabric import accepted, without
from tests.simulator.asking import (
    DATABASES,
    DEMO_KEY,
    GROUP,
    INSTANCE,
    NETWORK,
    SOURCE,
    VPC,
    WORKERS,
    WORKSPACE,
    Asker,
    refusal,
)

PLACE = {"account": "1234567890123456", "region": "cn-hangzhou"}
ACL = "nacl-bp1guard0000000000001"
PROPERTIES = {
    "regionId": "cn-hangzhou", "instanceId": INSTANCE, "database": "shop", "username": "reader",
    "password": "local-demo-password",
}  # fmt: skip
URL = {**PROPERTIES, "address": [{"host": f"{INSTANCE}.mysql.rds.aliyuncs.com", "port": 3306}]}


@pytest.fixture
def ask(simulator) -> Asker:
    """A cloud in which the group reaches the instance."""
    asker = Asker(simulator("minimal"))
    asker.admit("192.168.10.0/24")
    return asker


def edit(kind: str, identifier: str | int, **values: Any) -> dict[str, Any]:
    return {"kind": kind, "id": str(identifier), "set": values}


def acl(vswitch: str, **rules: Any) -> list[dict[str, Any]]:
    everything = {"ingress": [{}], "egress": [{}], **rules}
    return [
        {"kind": "network_acl", "in": VPC, "add": {"id": ACL, **everything}},
        edit("vswitch", vswitch, network_acl=ACL),
    ]


def test_everything_in_order_connects(ask):
    answer = ask.test()
    assert answer["ConnectState"] == "Connectable"
    assert "ConnectMessage" not in answer
    assert answer["DetailLogs"][0]["Code"] == "validate_input_parameters"
    assert all(log["StartTime"] <= log["EndTime"] for log in answer["DetailLogs"])


# what is changed | what the test answers | the kind of hop at which the walk ends
BLOCKERS: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "group frozen": ([edit("resource_group", GROUP, status="Freezed")], "Unsupport", "resource_group"),
    "group starting": ([edit("resource_group", GROUP, status="Starting")], "Unsupport", "resource_group"),
    "workspace updating": ([edit("workspace", WORKSPACE, status="Updating")], "Unsupport", "workspace"),
    "no binding": ([edit("resource_group", GROUP, networks=[])], "Unreachable", "resource_group_network"),
    "binding not ready": ([edit("network", NETWORK, status="Creating")], "Unsupport", "resource_group_network"),
    "binding going": ([edit("network", NETWORK, status="Deleting")], "Unreachable", "resource_group_network"),
    "vSwitch gone": ([{"kind": "vswitch", "id": WORKERS, "remove": True}], "Unreachable", "resource_group_network"),
    "bound elsewhere": (
        [
            {"kind": "vpc", **PLACE, "add": {"id": "vpc-2", "cidr": "10.0.0.0/8", "vswitches": [
                {"id": "vsw-2", "zone": "cn-hangzhou-h", "cidr": "10.0.1.0/24"}]}},
            edit("network", NETWORK, vpc="vpc-2", vswitch="vsw-2"),
        ],
        "Unreachable", "resource_group_network",
    ),
    "same CIDR elsewhere": (
        [
            {"kind": "vpc", **PLACE, "add": {"id": "vpc-2", "cidr": "192.168.0.0/16", "vswitches": [
                {"id": "vsw-2", "zone": "cn-hangzhou-h", "cidr": "192.168.20.0/24"},
                {"id": "vsw-3", "zone": "cn-hangzhou-h", "cidr": "192.168.10.0/24"}]}},
            edit("network", NETWORK, vpc="vpc-2", vswitch="vsw-3"),
        ],
        "Unreachable", "address",
    ),
    "two bindings alike": (
        [
            {"kind": "vpc", **PLACE, "add": {"id": "vpc-2", "cidr": "192.168.0.0/16", "vswitches": [
                {"id": "vsw-2", "zone": "cn-hangzhou-h", "cidr": "192.168.20.0/24"}]}},
            {"kind": "network", "in": GROUP, "add": {"id": 5, "vpc": "vpc-2", "vswitch": "vsw-2"}},
        ],
        "Unreachable", "resource_group_network",
    ),
    "egress ACL of the group": (
        acl(WORKERS, egress=[{"policy": "drop", "protocol": "tcp", "port": "3306/3306"}, {}]), "Unreachable",
        "network_acl",
    ),
    "ingress ACL of the group": (
        acl(WORKERS, ingress=[{"protocol": "tcp", "cidr": "192.168.20.0/24", "port": "3306/3306"}]),
        "Unreachable", "network_acl",
    ),
    "ACL without rules": (acl(WORKERS, ingress=[], egress=[]), "Unreachable", "network_acl"),
    "instance stopped": ([edit("rds_instance", INSTANCE, status="Stopped")], "Unreachable", "instance"),
    "instance expired": ([edit("rds_instance", INSTANCE, lock_mode="LockByExpiration")], "Unreachable", "instance"),
    "instance in classic network": (
        [edit("rds_instance", INSTANCE, network_type="Classic", endpoints=[
            {"kind": "inner", "host": "h", "ip": "10.150.0.9"}])],
        "Unreachable", "resolve_endpoint",
    ),
    "endpoint moved": (
        [edit("endpoint", f"{INSTANCE}.mysql.rds.aliyuncs.com", ip="192.168.99.9")], "Unreachable", "route_table",
    ),
    "whitelist emptied": ([edit("whitelist_group", f"{INSTANCE}/dataworks", entries=["127.0.0.1"])], "Unreachable",
        "whitelist"),
    "whitelist covers a half": (
        [edit("whitelist_group", f"{INSTANCE}/dataworks", entries=["192.168.10.0/25"])], "Unreachable", "whitelist",
    ),
    "whitelist 0.0.0.0 alone": (
        [edit("whitelist_group", f"{INSTANCE}/dataworks", entries=["0.0.0.0"])], "Unreachable", "whitelist",
    ),
    "another port": (
        [edit("data_source", SOURCE, mode="UrlMode", properties={**URL, "address": [
            {"host": f"{INSTANCE}.mysql.rds.aliyuncs.com", "port": 3307}]})],
        "Unreachable", "instance",
    ),
    "a name nobody has": (
        [edit("data_source", SOURCE, mode="UrlMode", properties={**URL, "address": [{"host": "nowhere", "port": 1}]})],
        "Unreachable", "resolve_endpoint",
    ),
    "no address": (
        [edit("data_source", SOURCE, mode="UrlMode", properties={**URL, "address": []})], "ConfigError",
        "resolve_endpoint",
    ),
    "an instance nobody has": (
        [edit("data_source", SOURCE, properties={**PROPERTIES, "instanceId": "rm-x"})], "ConfigError",
        "resolve_endpoint",
    ),
    "wrong password": ([edit("data_source", SOURCE, properties={**PROPERTIES, "password": "x"})], "ConfigError",
        "login"),
    "wrong user": ([edit("data_source", SOURCE, properties={**PROPERTIES, "username": "x"})], "ConfigError", "login"),
    "wrong database": ([edit("data_source", SOURCE, properties={**PROPERTIES, "database": "x"})], "ConfigError",
        "login"),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKERS)
def test_blocker(ask, name):
    changes, state, hop = BLOCKERS[name]
    ask.cloud.patch(*changes)
    answer = ask.test()
    assert (answer["ConnectState"], ask.stop()) == (state, hop)
    assert answer["ConnectMessage"]


# what is changed that must not matter
HARMLESS: dict[str, list[dict[str, Any]]] = {
    "the whole in two halves": [
        edit("whitelist_group", f"{INSTANCE}/dataworks", entries=["192.168.10.0/25", "192.168.10.128/25"]),
    ],
    "everybody": [edit("whitelist_group", f"{INSTANCE}/dataworks", entries=["0.0.0.0/0"])],
    "host bits": [edit("whitelist_group", f"{INSTANCE}/dataworks", entries=["192.168.10.77/24"])],
    "ACL that allows": acl(WORKERS),
    "ACL with a narrow way": acl(
        WORKERS,
        egress=[{"protocol": "tcp", "cidr": "192.168.20.0/24", "port": "3306/3306"}],
        ingress=[{"protocol": "tcp", "cidr": "192.168.20.0/24", "port": "1024/65535"}],
    ),
    "ACL on the vSwitch of the instance": acl(DATABASES, ingress=[], egress=[]),
    "locked for writing": [edit("rds_instance", INSTANCE, lock_mode="ManualLock")],
    "another route of the table": [
        {"kind": "route_table", "in": VPC, "add": {"id": "vtb-own", "entries": [
            {"id": "rte-1", "destination": "192.168.0.0/16", "next_hop_type": "Instance", "next_hop": "i-1"}]}},
        edit("vswitch", WORKERS, route_table="vtb-own"),
    ],
    "UrlMode by name": [edit("data_source", SOURCE, mode="UrlMode", properties=URL)],
    "UrlMode by address": [
        edit("data_source", SOURCE, mode="UrlMode", properties={**URL, "address": [{"host": "192.168.20.10",
        "port": "3306"}]}),
    ],
    "same vSwitch, ACL": [
        *acl(DATABASES, ingress=[], egress=[]),
        edit("network", NETWORK, vswitch=DATABASES),
        edit("whitelist_group", f"{INSTANCE}/dataworks", entries=["192.168.20.0/24"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(ask, name):
    ask.cloud.patch(*HARMLESS[name])
    assert ask.test()["ConnectState"] == "Connectable"


def test_acl_of_the_instance_counts_when_the_world_says_so(ask):
    ask.cloud.settings(network_acl_filters_rds=True)
    ask.cloud.patch(*acl(DATABASES, ingress=[{}], egress=[]))
    assert ask.test()["ConnectState"] == "Unreachable"
    ask.cloud.patch(edit("network_acl", ACL, egress=[{"cidr": "192.168.10.0/24"}]))
    assert ask.test()["ConnectState"] == "Connectable"


def test_a_group_outside_the_workspace_is_an_error_with_the_documented_words(ask):
    ask.cloud.patch(edit("workspace", WORKSPACE, resource_groups=[]))
    with pytest.raises(Exception, match="resourceGroupId is not in the project"):
        ask.test()
    assert refusal(ask.test)[0] == 400


def test_a_whitelist_change_takes_effect_later(simulator):
    ask = Asker(simulator("minimal", whitelist_effect={"seconds": 60}))
    ask.admit("192.168.10.0/24")
    assert ask.whitelist()["dataworks", "MIX"] == "192.168.10.0/24"
    assert ask.test()["ConnectState"] == "Unreachable"
    ask.cloud.advance(59)
    assert ask.test()["ConnectState"] == "Unreachable"
    ask.cloud.advance(1)
    assert ask.test()["ConnectState"] == "Connectable"
    ask.admit("10.0.0.1", mode="Cover")
    assert ask.test()["ConnectState"] == "Connectable"


def test_a_whitelist_change_takes_effect_after_tests(simulator):
    ask = Asker(simulator("minimal", whitelist_effect={"polls": 2}))
    ask.admit("192.168.10.0/24")
    assert [ask.test()["ConnectState"] for _ in range(3)] == ["Unreachable", "Unreachable", "Connectable"]


def test_templates_and_security_groups_admit_too(ask):
    ask.cloud.patch(edit("whitelist_group", f"{INSTANCE}/dataworks", entries=["192.168.10.0/25"]))
    ask.cloud.patch(
        {"kind": "whitelist_template", **PLACE, "add": {"id": 1, "name": "t", "entries": ["192.168.10.128/26"]}}
    )
    ask.set("rds_instance", INSTANCE, whitelist_templates=[1])
    assert ask.test()["ConnectState"] == "Unreachable"
    members = [str(address) for address in IPv4Network("192.168.10.192/26")]
    ask.set("rds_instance", INSTANCE, security_groups=[{"id": "sg-1", "members": members}])
    assert ask.test()["ConnectState"] == "Connectable"


def test_the_test_lets_a_new_binding_come_up(simulator):
    ask = Asker(simulator("minimal"))
    ask.admit("192.168.10.0/24")
    ask.set("resource_group", GROUP, networks=[])
    ask.dataworks("CreateNetwork", ResourceGroupId=GROUP, VpcId=VPC, VswitchId=WORKERS, ClientToken="t")
    states = [ask.test()["ConnectState"] for _ in range(4)]
    assert states == ["Unsupport", "Unsupport", "Unsupport", "Connectable"]


class TestInternet:
    """The way out through a NAT gateway, in the demo world."""

    ETL, BI = "Serverless_res_group_524257424564736_710001", "Serverless_res_group_524257424564736_710002"
    EXCLUSIVE = "S_res_group_524257424564736_1619100200300"
    ORDERS, NAT = "rm-bp1orders7k2m4x9q1", "ngw-bp1retail7a4s1d8f5g"

    @pytest.fixture
    def demo(self, simulator) -> Asker:
        ask = Asker(simulator("demo"), DEMO_KEY)
        ask.admit("118.31.77.14,118.31.77.15", DBInstanceId=self.ORDERS)
        return ask

    def state(self, ask: Asker, group: str = ETL) -> str:
        found: str = ask.test(30003, group, 48211)["ConnectState"]
        return found

    def test_all_addresses_of_the_entry_must_be_admitted(self, demo):
        assert self.state(demo) == "Connectable"
        demo.admit("118.31.77.15", mode="Delete", DBInstanceId=self.ORDERS)
        assert (self.state(demo), demo.stop()) == ("Unreachable", "whitelist")

    @pytest.mark.parametrize(
        ("change", "hop"),
        [
            (edit("nat_gateway", NAT, status="Modifying"), "nat_gateway"),
            (edit("nat_gateway", NAT, business_status="FinancialLocked"), "nat_gateway"),
            (edit("nat_gateway", NAT, network_type="intranet"), "nat_gateway"),
            (edit("nat_gateway", NAT, snat_entries=[]), "nat_gateway"),
            ({"kind": "nat_gateway", "id": NAT, "remove": True}, "nat_gateway"),
            (edit("eip", "eip-bp1nattwo3z5x9c1v7", business_status="FinancialLocked"), "eip"),
            (edit("eip", "eip-bp1nattwo3z5x9c1v7", ip="118.31.77.16"), "eip"),
            ({"kind": "eip", "id": "eip-bp1natone7h2j4k6l8", "remove": True}, "eip"),
            (edit("route_table", "vtb-bp1retailsys6b3n9m2", entries=[]), "route_table"),
            (edit("endpoint", f"{ORDERS}po.mysql.rds.aliyuncs.com", host="other"), "resolve_endpoint"),
        ],
    )
    def test_what_can_be_missing(self, demo, change, hop):
        demo.cloud.patch(change)
        assert (self.state(demo), demo.stop()) == ("Unreachable", hop)

    def test_the_longest_source_cidr_wins_and_a_vswitch_wins_over_it(self, demo):
        entries = [
            {"id": "snat-1", "source_cidr": "172.16.0.0/12", "snat_ips": ["118.31.77.20"]},
            {"id": "snat-2", "source_cidr": "172.16.10.0/23", "snat_ips": ["118.31.77.14"]},
        ]
        demo.cloud.patch(edit("nat_gateway", self.NAT, snat_entries=entries))
        assert self.state(demo) == "Connectable"
        entries.append({"id": "snat-3", "source_vswitch": "vsw-bp1etlh4m9x2c7v5b1", "snat_ips": ["118.31.77.20"]})
        demo.cloud.patch(edit("nat_gateway", self.NAT, snat_entries=entries))
        assert (self.state(demo), demo.stop()) == ("Unreachable", "whitelist")

    def test_an_exclusive_group_goes_out_by_its_own_address(self, demo):
        assert (self.state(demo, self.EXCLUSIVE), demo.stop()) == ("Unreachable", "whitelist")
        demo.admit("120.55.201.44", DBInstanceId=self.ORDERS)
        assert self.state(demo, self.EXCLUSIVE) == "Connectable"
        demo.cloud.patch(edit("resource_group", self.EXCLUSIVE, eip=None))
        assert self.state(demo, self.EXCLUSIVE) == "Unreachable"

    def test_a_public_route_may_be_needed(self, demo):
        demo.cloud.settings(public_route_needed=True)
        assert (self.state(demo), demo.stop()) == ("Unreachable", "resource_group_network")
        demo.dataworks("CreateRoute", NetworkId=3101, DestinationCidr="47.98.12.31/32")
        assert self.state(demo) == "Connectable"

    def test_enhanced_mode_admits_public_sources_by_the_classic_list_only(self, demo):
        stores = "rm-bp1stores4q8w2e6r1"
        host = [{"host": f"{stores}po.mysql.rds.aliyuncs.com", "port": 3306}]
        login = {"database": "stores", "username": "dw_reader", "password": "local-demo-password"}
        demo.cloud.patch(edit("data_source", 30003, properties={**login, "address": host}))
        change = {"DBInstanceId": stores, "entries": "118.31.77.14,118.31.77.15"}
        demo.admit(WhitelistNetworkType="VPC", **change)
        assert (self.state(demo), demo.stop()) == ("Unreachable", "whitelist")
        demo.admit(WhitelistNetworkType="Classic", **change)
        assert self.state(demo) == "Connectable"


def test_enhanced_mode_admits_private_sources_by_the_vpc_list_only(simulator):
    demo = Asker(simulator("demo"), DEMO_KEY)
    change = {"DBInstanceId": "rm-bp1stores4q8w2e6r1", "entries": "192.168.10.0/24"}
    flow = {"source": 30009, "group": "Serverless_res_group_524257424564736_710003", "workspace": 48211}
    demo.admit(WhitelistNetworkType="Classic", **change)
    assert demo.test(**flow)["ConnectState"] == "Unreachable"
    demo.admit(WhitelistNetworkType="VPC", **change)
    assert demo.test(**flow)["ConnectState"] == "Connectable"


def test_a_replica_has_a_whitelist_of_its_own(simulator):
    demo = Asker(simulator("demo"), DEMO_KEY)
    flow = {"source": 30007, "group": TestInternet.ETL, "workspace": 48211}
    demo.admit("172.16.10.0/24", DBInstanceId="pgm-bp1billing8f4g2h6j")
    assert (demo.test(**flow)["ConnectState"], demo.stop()) == ("Unreachable", "whitelist")
    demo.admit("172.16.10.0/24", DBInstanceId="pgr-bp1billingro5k9l1z")
    assert demo.test(**flow)["ConnectState"] == "Connectable"


networks = st.builds(
    lambda number, prefix: IPv4Network((number, prefix), strict=False), st.integers(0, 2**32 - 1), st.integers(0, 32)
)


@given(networks, networks)
def test_what_is_left_and_what_is_taken_make_the_whole(whole, taken):
    left = without(whole, taken)
    common = min(whole, taken, key=lambda one: one.num_addresses) if whole.overlaps(taken) else None
    assert sum(one.num_addresses for one in left) + (common.num_addresses if common else 0) == whole.num_addresses
    assert not any(one.overlaps(taken) for one in left)


rules = st.lists(
    st.builds(
        lambda policy, cidr, port: AclRule(policy=policy, cidr=str(cidr), port=port),
        st.sampled_from(["accept", "drop"]),
        st.builds(
            lambda n, p: IPv4Network((n, p), strict=False), st.integers(0, 15).map(lambda n: n << 28), st.integers(0, 4)
        ),
        st.sampled_from(["-1/-1", "1/1024", "3306/3306"]),
    ),
    max_size=5,
)


@given(rules, st.integers(0, 15), st.integers(0, 4))
def test_a_network_is_accepted_when_each_of_its_addresses_is(acl_rules, number, prefix):
    network = IPv4Network((number << 28, prefix), strict=False)
    single = [IPv4Network(one.network_address) for one in network.subnets(new_prefix=4)]
    assert accepted(acl_rules, network, 3306) == all(accepted(acl_rules, one, 3306) for one in single)
