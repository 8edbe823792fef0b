# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random clouds with random fleets of connections, in which everything can be repaired or is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import marks
from ansible_collections.dataworks.network.plugins.module_utils.core.connection import Connection
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import ResourceGroup, VSwitch
from tests.unit.core.worlds import CLOSED, EIP, EXCLUSIVE, OPEN, World, wish

Draw = st.DrawFn
_RULES = [(), (OPEN,), (CLOSED, OPEN), (replace(OPEN, protocol="tcp", port_low=3306, port_high=3306),)]


def _chance(draw: Draw, percent: int) -> bool:
    return draw(st.integers(0, 99)) < percent


def _networks(draw: Draw, world: World) -> list[VSwitch]:
    vswitches = []
    for number in range(draw(st.integers(1, 3))):
        primary, secondary = f"10.{number}", f"172.{16 + number}"
        vpc_id = f"vpc-{number}"
        extra = [f"{secondary}.0.0/16"] if _chance(draw, 50) else []
        world.vpc(vpc_id, f"{primary}.0.0/16", *extra)
        cidrs = [f"{primary}.1.0/24", f"{primary}.2.0/24", *([f"{secondary}.1.0/24"] if extra else [])]
        for place, cidr in enumerate(cidrs):
            acl_id = ""
            if _chance(draw, 25):
                acl_id = f"nacl-{number}-{place}"
                world.acl(acl_id, draw(st.sampled_from(_RULES)), draw(st.sampled_from(_RULES)))
            free = 0 if _chance(draw, 10) else 100
            table = f"vtb-{number}"
            vswitches.append(
                world.vswitch(f"vsw-{number}-{place}", vpc_id, cidr, free, acl_id=acl_id, route_table_id=table)
            )
    return vswitches


def _whitelist(draw: Draw, world: World, instance: Any, groups: list[ResourceGroup]) -> None:
    entries = st.lists(
        st.sampled_from(["10.0.1.0/24", "10.0.1.0/25", "10.1.1.7", "172.16.1.0/24", EIP, "47.9.9.9", "127.0.0.1"]),
        min_size=1,
        max_size=4,
        unique=True,
    )
    kinds = ["VPC", "Classic"] if instance.whitelist_mode == "safety" else ["MIX"]
    if _chance(draw, 50):
        world.admit(instance, "office", *draw(entries), network_type=draw(st.sampled_from(kinds)))
    if _chance(draw, 30):
        world.admit(instance, "ali_dms_group", "100.104.0.0/16", attribute="hidden", network_type=kinds[0])
    for group in groups:
        for public in (False, True):
            if _chance(draw, 30):
                kind = draw(st.sampled_from(kinds))
                world.admit(instance, world.own_name(group, public), *draw(entries), network_type=kind)


def _bindings(draw: Draw, world: World, group: ResourceGroup, vswitches: list[VSwitch]) -> None:
    """Bind the group in some VPCs, at most once in each."""
    chosen = draw(st.lists(st.sampled_from(vswitches), max_size=3, unique_by=lambda found: found.vpc_id))
    for vswitch in chosen:
        status = draw(st.sampled_from(["Running", "Running", "Pending", "Creating", "Deleting"]))
        network = world.bind(group, vswitch, status)
        if _chance(draw, 30):
            world.route(group, network, f"172.{16 + int(vswitch.vpc_id[-1])}.0.0/16")


@st.composite
def fleets(draw: Draw, marked: bool = False) -> tuple[World, list[Connection]]:
    """A cloud and connections in it; with ``marked``, some of what is bound carries our mark already.

    Groups that go out to the Internet are bound beforehand: what is planned for them is walked before others bind.
    """
    world = World()
    vswitches = _networks(draw, world)
    inner = [world.group(f"rg-{number}", f"etl{number}") for number in range(draw(st.integers(1, 2)))]
    fixed = world.group("rg-x", "exclusive", type=EXCLUSIVE)
    outer = world.group("rg-net", "outgoing")
    for group in inner:
        _bindings(draw, world, group, vswitches)
    way_out = draw(st.sampled_from(vswitches))
    world.bind(outer, way_out)
    if _chance(draw, 80):
        world.internet(way_out, *draw(st.sampled_from([(EIP,), (EIP, "47.98.10.21"), ()])))
    world.workspace()
    for group in (*inner, outer):
        world.snapshot.associations[group.id] = draw(st.sampled_from([[], [77], [78]]))
    world.snapshot.associations[fixed.id] = [77]
    names = []
    for number in range(draw(st.integers(1, 3))):
        instance = world.instance(
            f"rm-{number}",
            draw(st.sampled_from(vswitches)),
            host=20 + number,
            whitelist_mode=draw(st.sampled_from(["normal", "normal", "safety"])),
            lock_mode=draw(st.sampled_from(["Unlock", "Unlock", "Unlock", "Unlock", "ManualLock"])),
        )
        names.append(instance.id)
        _whitelist(draw, world, instance, [*inner, fixed, outer])
    if marked:
        _marks(draw, world, inner)
    declared = draw(st.sampled_from(vswitches)).id
    connections = [
        _connection(draw, f"c{number}", names, [group.name for group in inner], declared)
        for number in range(draw(st.integers(1, 4)))
    ]
    return world, connections


def _marks(draw: Draw, world: World, groups: list[ResourceGroup]) -> None:
    for group in groups:
        for network in list(world.snapshot.networks[group.id] or []):  # type: ignore[arg-type]
            if _chance(draw, 50):
                world._mark(network.vswitch_id, marks.key(marks.NETWORK, group.id))


def _connection(draw: Draw, name: str, instances: list[str], inner: list[str], declared: str) -> Connection:
    words: dict[str, Any] = {"rds_instance": draw(st.sampled_from(instances))}
    kind = draw(st.sampled_from(["inner", "inner", "inner", "outgoing", "exclusive"]))
    words["resource_group"] = draw(st.sampled_from(inner)) if kind == "inner" else kind
    if kind == "outgoing":
        words["network_path"] = "public"
    if kind == "exclusive":
        words["vswitch"] = declared
    if _chance(draw, 50):
        words.update(workspace="sales", data_source="orders")
    return wish(name, **words)
