# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Worlds, the state read from them, changes from outside, and what comes back after a reset."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.embedded import AdminError
from simulator.products.rds.schema import Instance
from simulator.products.vpc.schema import Eip
from simulator.resources import CloudSettings, RegionSection
from simulator.section import Section
from simulator.world.loader import WorldError, load_world, parse_world
from tests.simulator.asking import DEMO_KEY, GROUP, INSTANCE, VPC, WORKERS, Asker, section

WORLDS = Path(__file__).parents[2] / "simulator" / "worlds"
PLACE = {"account": "1234567890123456", "region": "cn-hangzhou"}


def world(**changes: Any) -> dict[str, Any]:
    """Return the minimal world as data, with other sections in its region."""
    data: dict[str, Any] = yaml.safe_load((WORLDS / "minimal.yml").read_text("utf-8"))
    data["accounts"][0]["regions"]["cn-hangzhou"] |= changes
    return data


def vpc(**changes: Any) -> dict[str, Any]:
    return {"id": "vpc-1", "cidr": "10.0.0.0/16", **changes}


def vswitch(**changes: Any) -> dict[str, Any]:
    return {"id": "vsw-1", "zone": "z", "cidr": "10.0.1.0/24", **changes}


WRONG = {
    "unknown key": ({"vpcs": [vpc(vswich=[])]}, "vswich"),
    "host bits": ({"vpcs": [vpc(cidr="10.0.0.1/16")]}, "host bits"),
    "outside the VPC": ({"vpcs": [vpc(vswitches=[vswitch(cidr="10.1.0.0/24")])]}, "10.1.0.0/24 is outside the VPC"),
    "overlap": ({"vpcs": [vpc(vswitches=[vswitch(), vswitch(id="vsw-2", cidr="10.0.1.0/25")])]},
        "overlaps 10.0.1.0/24"),
    "twice": ({"vpcs": [vpc(), vpc()]}, 'the id "vpc-1" is used before'),
    "route table": ({"vpcs": [vpc(vswitches=[vswitch(route_table="vtb-x")])]}, 'no route table of this VPC "vtb-x"'),
    "network ACL": ({"vpcs": [vpc(vswitches=[vswitch(network_acl="nacl-x")])]}, 'no network ACL of this VPC "nacl-x"'),
    "two system tables": (
        {"vpcs": [vpc(route_tables=[{"id": "a", "type": "System"}, {"id": "b", "type": "System"}])]},
        "exactly one System"),
    "NAT vSwitch": ({"vpcs": [vpc(nat_gateways=[{"id": "ngw-1", "vswitch": "vsw-x"}])]},
        'no vSwitch of this VPC "vsw-x"'),
    "SNAT source": (
        {"vpcs": [vpc(vswitches=[vswitch()], nat_gateways=[{"id": "ngw-1", "vswitch": "vsw-1", "snat_entries": [
            {"snat_ips": ["1.2.3.4"]}]}])]}, "either source_vswitch or source_cidr"),
    "SNAT address": (
        {"vpcs": [vpc(vswitches=[vswitch()], nat_gateways=[{"id": "ngw-1", "vswitch": "vsw-1", "snat_entries": [
            {"source_vswitch": "vsw-1", "snat_ips": ["1.2.3.4"]}]}])]}, "1.2.3.4 is no EIP whose instance is ngw-1"),
    "EIP": ({"eips": [{"id": "eip-1", "ip": "1.2.3.4", "instance": "ngw-x"}]}, 'no NAT gateway "ngw-x"'),
    "instance vSwitch": ({"rds_instances": [{"id": "rm-1", "vswitch": "vsw-x"}]}, 'no vSwitch "vsw-x"'),
    "replica": ({"rds_instances": [{"id": "rm-1", "type": "Readonly", "master": "rm-x", "vswitch": WORKERS}]},
                'no primary instance "rm-x"'),
    "template": ({"rds_instances": [{"id": "rm-1", "vswitch": WORKERS, "whitelist_templates": [9]}]},
                 'no whitelist template "9"'),
    "endpoint": ({"rds_instances": [{"id": "rm-1", "vswitch": WORKERS, "endpoints": [
        {"kind": "private", "host": "h", "ip": "10.9.9.9"}]}]}, "10.9.9.9 is outside"),
    "network VPC": ({"resource_groups": [{"id": GROUP, "name": "g", "networks": [{"vpc": "vpc-x",
        "vswitch": WORKERS}]}]},
                    'no VPC "vpc-x"'),
    "network vSwitch": ({"resource_groups": [{"id": GROUP, "name": "g", "networks": [{"vpc": VPC,
        "vswitch": "vsw-x"}]}]},
                        'no vSwitch of vpc-bp1minimal00000000001 "vsw-x"'),
    "group": ({"workspaces": [{"id": 1, "name": "w", "resource_groups": ["g"]}]}, 'no resource group "g"'),
    "Dev": ({"workspaces": [{"id": 1, "name": "w", "dev_environment": False, "data_sources": [
        {"name": "s", "env": "Dev"}]}]}, "has Prod only"),
    "port range": ({"vpcs": [vpc(network_acls=[{"id": "nacl-1", "ingress": [{"port": "9/2"}]}])]},
        "a port range is written"),
    "engine": ({"rds_instances": [{"id": "rm-1", "engine": "Oracle", "vswitch": WORKERS}]}, "engine"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_named(name):
    changes, message = WRONG[name]
    with pytest.raises(WorldError, match=re.escape(message)):
        parse_world(json.dumps(world(**changes)), "w.yml")


def test_a_mistake_has_a_line():
    text = (WORLDS / "minimal.yml").read_text("utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "192.168.10.0/24" in one)
    with pytest.raises(WorldError, match=rf"w\.yml:{line}: "):
        parse_world(text.replace("192.168.10.0/24", "192.169.10.0/24"), "w.yml")


@pytest.mark.parametrize("path", sorted(WORLDS.glob("*.yml")), ids=lambda path: path.stem)
def test_shipped_worlds_are_correct_and_not_real(path):
    load_world(path)
    text = path.read_text("utf-8")
    assert not re.search(r"LTAI[A-Za-z0-9]{12,}", text)
    assert all(key.startswith("LOCALDEMOKEY") for key in re.findall(r"{id: (\S+), secret", text))


def test_state_is_the_same_every_time_and_has_the_shape_of_a_world(simulator):
    one, other = simulator("demo"), simulator("demo")
    assert one.state()["cloud"] == other.state()["cloud"]
    shown = section(one)
    RegionSection.model_validate(shown)
    again = simulator({"name": "demo", "accounts": [{"id": PLACE["account"], "regions": {PLACE["region"]: shown}}]})
    assert section(again) == shown


def test_state_has_no_secret(simulator):
    text = json.dumps(simulator("demo").state())
    assert "local-demo-password" not in text
    assert "local-demo-secret" not in text
    assert "100.104.5.0/24" in text


def test_reset_forgets_everything(simulator):
    ask = Asker(simulator("minimal"))
    before = ask.cloud.state()["cloud"]
    ask.admit("10.0.0.1")
    ask.set("rds_instance", INSTANCE, status="Rebooting")
    ask.cloud.reset()
    assert ask.cloud.state()["cloud"] == before
    ask.admit("10.0.0.1")


def test_reset_of_the_cloud_alone_begins_with_the_world_again(simulator):
    ask = Asker(simulator("minimal"))
    cloud = ask.cloud.simulation.cloud
    before = cloud.dump()
    ask.admit("10.0.0.1")
    ask.set("vpc", VPC, status="Pending")
    cloud.reset()
    assert cloud.dump() == before


def test_a_copy_of_the_cloud_lives_on_its_own(simulator):
    ask = Asker(simulator("demo"), DEMO_KEY)
    cloud = ask.cloud.simulation.cloud
    place = {"ResourceGroupId": "Serverless_res_group_524257424564736_710002", "ClientToken": "t"}
    ask.dataworks("CreateNetwork", VpcId="vpc-bp1retail5w8k2n6t3q7", VswitchId="vsw-bp1etlh4m9x2c7v5b1", **place)
    copied = copy.deepcopy(cloud, {id(cloud.clock): cloud.clock, id(cloud.world): cloud.world})
    before = copied.dump()
    for _ in range(5):
        ask.dataworks("ListNetworks", ResourceGroupId=place["ResourceGroupId"])
    assert copied.dump() == before
    assert cloud.dump() != before


def test_drift(simulator):
    ask = Asker(simulator("minimal"))
    ask.cloud.patch(
        {"kind": "rds_instance", "id": INSTANCE, "set": {"lock_mode": "LockByDiskQuota"}},
        {"kind": "whitelist_group", "in": INSTANCE, "add": {"name": "by_hand", "entries": ["10.0.0.7"]}},
        {"kind": "whitelist_group", "id": f"{INSTANCE}/default", "set": {"entries": ["10.0.0.8"]}},
        {"kind": "vswitch", "id": WORKERS, "remove": True},
        {"kind": "vswitch", "in": VPC, "add": {"id": "vsw-new", "zone": "cn-hangzhou-k", "cidr": "192.168.30.0/24"}},
        {"kind": "vpc", **PLACE, "region": "cn-beijing", "add": {"id": "vpc-north", "cidr": "10.0.0.0/8"}},
    )
    shown = section(ask.cloud)
    assert shown["rds_instances"][0]["lock_mode"] == "LockByDiskQuota"
    assert ask.whitelist() == {("default", "MIX"): "10.0.0.8", ("by_hand", "MIX"): "10.0.0.7"}
    assert [one["id"] for one in shown["vpcs"][0]["vswitches"]] == ["vsw-bp1minimal00000000002", "vsw-new"]
    north = Asker(ask.cloud, region="cn-beijing")
    assert north.vpc("DescribeVpcs")["Vpcs"]["Vpc"][0]["VRouterId"].startswith("vrt-2ze")


def test_drift_ends_a_transition(simulator):
    ask = Asker(simulator("demo", network_transition="never"), DEMO_KEY)
    place = {"ResourceGroupId": "Serverless_res_group_524257424564736_710002", "ClientToken": "t"}
    created = ask.dataworks(
        "CreateNetwork", VpcId="vpc-bp1retail5w8k2n6t3q7", VswitchId="vsw-bp1etlh4m9x2c7v5b1", **place
    )
    assert ask.cloud.state()["cloud"]["transitions"] == {f"network:{created['Id']}": ["Creating", "Running"]}
    ask.set("network", created["Id"], status="Running")
    assert ask.cloud.state()["cloud"]["transitions"] == {}
    assert ask.dataworks("GetNetwork", Id=created["Id"])["Network"]["Status"] == "Running"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "rds", "id": "x", "set": {"a": 1}}, "kind is one of vpc, vswitch"),
        ({"kind": "rds_instance", "id": "rm-x", "set": {"status": "Running"}}, f"there are: {INSTANCE}"),
        ({"kind": "rds_instance", "id": INSTANCE, "set": {"colour": "red"}}, "colour"),
        ({"kind": "rds_instance", "id": INSTANCE, "set": {"lock_mode": "Sealed"}}, "lock_mode"),
        ({"kind": "rds_instance", "id": INSTANCE}, "one of set, add, remove"),
        ({"kind": "vpc", "add": {"id": "vpc-2", "cidr": "10.0.0.0/8"}}, "account and region are needed"),
        ({"kind": "vswitch", "in": VPC, "add": {"id": "vsw-2"}}, "zone"),
    ],
)
def test_an_impossible_change_is_refused_and_does_nothing(simulator, change, message):
    cloud = simulator("minimal")
    before = cloud.state()["cloud"]
    with pytest.raises(AdminError, match=re.escape(message)):
        cloud.patch(change)
    assert cloud.state()["cloud"] == before


def test_several_changes_are_all_done_or_none(simulator):
    cloud = simulator("minimal").simulation.cloud
    before = cloud.dump()
    with pytest.raises(ValueError, match="change 2"):
        cloud.patch([{"kind": "rds_instance", "id": INSTANCE, "set": {"status": "Stopped"}}, {"kind": "nothing"}])
    assert cloud.dump() == before


def every_key(model: type[Section], seen: set[type] | None = None) -> set[str]:
    """Return the keys of a section and of every section inside it."""
    seen = seen if seen is not None else set()
    if model in seen:
        return set()
    seen.add(model)
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for part in re.findall(r"simulator\.[\w.]+", repr(field.annotation)):
            module, _, name = part.rpartition(".")
            found = getattr(__import__(module, fromlist=[name]), name, None)
            if isinstance(found, type) and issubclass(found, Section):
                keys |= every_key(found, seen)
    return keys


@pytest.mark.parametrize("model", [RegionSection, CloudSettings, Instance, Eip], ids=lambda model: model.__name__)
def test_every_key_is_documented(model):
    text = (WORLDS / "README.md").read_text("utf-8")
    missing = {key for key in every_key(model) if f"`{key}`" not in text}
    assert missing == set()
