# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""For every code that the walk can say: a cloud and a connection that make it say so, and the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.dataworks.network.plugins.module_utils.core import cidr
from ansible_collections.dataworks.network.plugins.module_utils.core.path import (
    PARTIAL,
    REACHABLE,
    UNDETERMINED,
    UNREACHABLE,
)
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import Unknown, VSwitch
from tests.unit.core.worlds import (
    CLOSED,
    EIP,
    EXCLUSIVE,
    World,
    exclusive_world,
    first_world,
    internet_world,
    private_world,
)


@dataclass(frozen=True)
class Case:
    """One reason: what breaks the world, which words ask for the connection, what the walk says."""

    code: str
    why: str
    start: Callable[[], World]
    breaks: Callable[[World], Any]
    words: dict[str, Any] = field(default_factory=dict)
    verdict: str = UNREACHABLE

    def __str__(self) -> str:
        return f"{self.code}: {self.why}"

    def world(self) -> World:
        made = self.start()
        self.breaks(made)
        return made


PUBLIC = {"network_path": "public"}
TESTED = {"workspace": "sales", "data_source": "orders"}
DECLARED = {"vswitch": "vsw-a1"}


def _set(mapping: str, key: Any, value: Any) -> Callable[[World], None]:
    def breaks(world: World) -> None:
        getattr(world.snapshot, mapping)[key] = value

    return breaks


def _group(**changes: Any) -> Callable[[World], None]:
    return lambda world: world.change_group("rg-1", **changes)


def _instance(**changes: Any) -> Callable[[World], None]:
    return lambda world: world.change_instance("rm-a", **changes)


def _vswitch(vswitch_id: str, **changes: Any) -> Callable[[World], None]:
    return lambda world: world.change_vswitch(vswitch_id, **changes)


def _nothing(_world: World) -> None:
    """All is in order, but for what the words ask."""


def _bound_elsewhere(world: World) -> None:
    world.vpc("vpc-b", "10.2.0.0/16")
    group = world.snapshot.resource_groups["cn-hangzhou"][0]  # type: ignore[index]
    world.bind(group, world.vswitch("vsw-b1", "vpc-b", "10.2.1.0/24"))


def _unbinding(world: World) -> None:
    group, vswitches = world.snapshot.resource_groups["cn-hangzhou"][0], world.snapshot.vswitches["vpc-a"]  # type: ignore[index]
    world.bind(group, vswitches[0], "Deleting")  # type: ignore[index]


def _overlapping(world: World) -> None:
    world.vpc("vpc-b", "10.1.128.0/17")
    group = world.snapshot.resource_groups["cn-hangzhou"][0]  # type: ignore[index]
    world.bind(group, VSwitch("vsw-b1", "", "vpc-b", "", cidr.parse("10.1.128.0/24"), 9))


def _network(index: int, **changes: Any) -> Callable[[World], None]:
    def breaks(world: World) -> None:
        networks = world.snapshot.networks["rg-1"]
        assert isinstance(networks, list)
        networks[index] = replace(networks[index], **changes)

    return breaks


def _endpoints(kind: str) -> Callable[[World], None]:
    """Leave endpoints of this kind only."""

    def breaks(world: World) -> None:
        kept = tuple(found for found in world.snapshot.instances["rm-a"].endpoints if found.kind == kind)  # type: ignore[union-attr]
        world.change_instance("rm-a", endpoints=kept)

    return breaks


def _forbidden(world: World) -> None:
    world.vpc("vpc-a", "10.1.0.0/16", "21.5.0.0/16")


def _own_list(*entries: str, public: bool = False, **more: Any) -> Callable[[World], None]:
    def breaks(world: World) -> None:
        groups = world.snapshot.whitelists["rm-a"]
        assert isinstance(groups, list)
        groups[:] = groups[:1]
        if entries:
            group = world.snapshot.resource_groups["cn-hangzhou"][0]  # type: ignore[index]
            instance = world.snapshot.instances["rm-a"]
            world.admit(instance, world.own_name(group, public), *entries, **more)  # type: ignore[arg-type]

    return breaks


def _enhanced(world: World) -> None:
    world.change_instance("rm-a", whitelist_mode="safety")
    _own_list("10.1.1.0/24", network_type="Classic")(world)


def _gateway(**changes: Any) -> Callable[[World], None]:
    def breaks(world: World) -> None:
        gateways = world.snapshot.nat_gateways["vpc-a"]
        assert isinstance(gateways, list)
        gateways[0] = replace(gateways[0], **changes)

    return breaks


def _snat(**changes: Any) -> Callable[[World], None]:
    def breaks(world: World) -> None:
        gateways = world.snapshot.nat_gateways["vpc-a"]
        assert isinstance(gateways, list)
        gateways[0] = replace(gateways[0], snat_entries=(replace(gateways[0].snat_entries[0], **changes),))

    return breaks


def _secondary(world: World) -> None:
    world.vpc("vpc-a", "10.1.0.0/16", "172.17.0.0/16")
    there = world.vswitch("vsw-a9", "vpc-a", "172.17.1.0/24")
    world.instance("rm-a", there)
    _own_list("10.1.1.0/24")(world)


DENIED = Unknown("Cannot read it: NoPermission", "NoPermission")

CASES = [
    Case("UNKNOWN_RESOURCE", "groups", private_world, _set("resource_groups", "cn-hangzhou", DENIED), {}, UNDETERMINED),
    Case("UNKNOWN_RESOURCE", "instance", private_world, _set("instances", "rm-a", DENIED), {}, UNDETERMINED),
    Case("UNKNOWN_RESOURCE", "whitelist", private_world, _set("whitelists", "rm-a", DENIED), {}, UNDETERMINED),
    Case("RG_BAD_STATE", "creating", private_world, _group(status="Creating")),
    Case("RG_BAD_STATE", "a state nobody heard of", private_world, _group(status="Sleeping")),
    Case("RG_EXPIRED", "stopped", private_world, _group(status="Stop")),
    Case("RG_EXPIRED", "frozen", private_world, _group(status="Freezed")),
    Case("RG_NOT_IN_WORKSPACE", "none", private_world, _set("associations", "rg-1", []), TESTED),
    Case("RG_NOT_IN_WORKSPACE", "another", private_world, _set("associations", "rg-1", [78]), TESTED),
    Case("RG_NOT_BOUND", "no network", first_world, _nothing),
    Case("RG_NOT_BOUND", "unbinding", first_world, _unbinding),
    Case("RG_BOUND_TO_OTHER_VPC", "one other", first_world, _bound_elsewhere),
    Case("RG_NO_EGRESS_NETWORK", "unbound", internet_world, _set("networks", "rg-1", []), PUBLIC),
    Case("RG_NO_EGRESS_NETWORK", "two VPCs, none the default", internet_world, _bound_elsewhere, PUBLIC),
    Case("RG_NETWORK_BAD_STATE", "pending", private_world, _network(0, status="Pending")),
    Case("RG_NETWORK_BAD_STATE", "creating", private_world, _network(0, status="Creating")),
    Case("RG_VSWITCH_GONE", "bound", private_world, _network(0, vswitch_id="vsw-gone")),
    Case("RG_VSWITCH_GONE", "planned", first_world, _instance(vswitch_id="vsw-gone")),
    Case("RG_VSWITCH_NO_FREE_IP", "planned", first_world, _vswitch("vsw-a1", free_addresses=0)),
    Case("RG_VPC_CIDR_FORBIDDEN", "secondary", first_world, _forbidden),
    Case("RG_NETWORKS_OVERLAP", "planned", first_world, _overlapping),
    Case("RG_NO_ROUTE", "no route", private_world, _set("routes", "rg-1", [])),
    Case("RG_NO_ROUTE", "planned", first_world, _secondary),
    Case("RG_ROUTE_CONSOLE_ONLY", "not declared", exclusive_world, _secondary, DECLARED),
    Case("RG_BINDING_CONSOLE_ONLY", "not declared", exclusive_world, _nothing),
    Case("RG_BINDING_CONSOLE_ONLY", "elsewhere", exclusive_world, _bound_elsewhere, {"vswitch": "vsw-b1"}),
    Case("DS_CLASSIC_NETWORK", "private path", private_world, _instance(network_type="Classic", vpc_id="")),
    Case("DS_BAD_STATE", "locked", private_world, _instance(lock_mode="LockByExpiration")),
    Case("DS_BAD_STATE", "released", private_world, _instance(status="Released")),
    Case("DS_BUSY", "rebooting", private_world, _instance(status="Rebooting")),
    Case("DS_ENDPOINT_MISSING", "private", private_world, _endpoints("Public")),
    Case("DS_ENDPOINT_MISSING", "public", internet_world, _endpoints("Private"), PUBLIC),
    Case("DISCONNECTED_VPCS", "another region", private_world, _instance(region="cn-shanghai")),
    Case("NACL_EGRESS_DENY", "request", private_world, lambda world: world.acl("nacl-1", egress=[CLOSED])),
    Case("NACL_INGRESS_DENY", "answer", private_world, lambda world: world.acl("nacl-1", ingress=[])),
    Case("NAT_MISSING", "none", internet_world, _set("nat_gateways", "vpc-a", []), PUBLIC),
    Case("NAT_MISSING", "a VPC NAT gateway", internet_world, _gateway(network_type="intranet"), PUBLIC),
    Case("NAT_MISSING", "another one", internet_world, _gateway(id="ngw-2"), PUBLIC),
    Case("SNAT_ENTRY_MISSING", "another vSwitch", internet_world, _snat(vswitch_id="vsw-a2"), PUBLIC),
    Case("EIP_MISSING", "no address", internet_world, _snat(addresses=()), PUBLIC),
    Case("EIP_CHANGED", "another address", internet_world, _nothing, {**PUBLIC, "eip": ["47.98.10.21"]}),
    Case("EIP_NOT_DECLARED", "exclusive", internet_world, _group(type=EXCLUSIVE), PUBLIC),
    Case("INTERNET_DEFAULT_ROUTE_MISSING", "none", internet_world, _set("route_tables", "vtb-a", []), PUBLIC),
    Case("INTERNET_PATH", "all in order", internet_world, _nothing, PUBLIC, REACHABLE),
    Case("WHITELIST_MISSING", "no own group", private_world, _own_list()),
    Case("WHITELIST_MISSING", "public", internet_world, _own_list("47.98.10.21", public=True), PUBLIC),
    Case("WHITELIST_PARTIAL", "a half", private_world, _own_list("10.1.1.0/25"), {}, PARTIAL),
    Case("WHITELIST_WRONG_NETWORK_TYPE", "enhanced mode", private_world, _enhanced),
]
assert EIP != "47.98.10.21"
