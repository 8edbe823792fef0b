# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small clouds in memory: snapshots by hand, and what the steps of a plan do to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.dataworks.network.plugins.module_utils.core import (
    binding,
    cidr,
    ends,
    marks,
    path,
    plan,
    removal,
    whitelist,
)
from ansible_collections.dataworks.network.plugins.module_utils.core.connection import Connection, from_options
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import (
    SERVERLESS,
    Acl,
    AclRule,
    DataSource,
    Endpoint,
    Instance,
    NatGateway,
    ResourceGroup,
    RgNetwork,
    RgRoute,
    RouteEntry,
    Snapshot,
    SnatEntry,
    Vpc,
    VSwitch,
    Workspace,
)

REGION = "cn-hangzhou"
ACCOUNT = "1234567890123456"
EXCLUSIVE = "ExclusiveDataIntegration"
EIP = "47.98.10.20"
OPEN = AclRule(True, "all", cidr.parse("0.0.0.0/0"), 0, 65535)
CLOSED = replace(OPEN, accept=False)


class RefusedError(Exception):
    """The cloud says no; nothing has changed."""


class WhitelistServer:
    """One whitelist group as RDS keeps it: verbatim, no duplicates, never empty."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self.entries = list(entries)

    def append(self, entries: Sequence[str]) -> None:
        present = self._meanings(self.entries)
        added = self._meanings(entries)
        if len(set(added)) < len(added) or set(present) & set(added):
            raise RefusedError("InvalidSecurityIPList.Duplicate")
        self.entries += entries

    def delete(self, entries: Sequence[str]) -> None:
        if not set(entries) <= set(self.entries):
            raise RefusedError("an entry is not in the list in this spelling")
        if set(entries) == set(self.entries):
            raise RefusedError("at least one entry must remain")
        self.entries = [entry for entry in self.entries if entry not in entries]

    def cover(self, entries: Sequence[str]) -> None:
        if not entries or len(set(self._meanings(entries))) < len(entries):
            raise RefusedError("the list is empty, or has an entry twice")
        self.entries = list(entries)

    def apply(self, change: whitelist.Change) -> None:
        """Send the writes of a change in the order in which the module sends them."""
        for write, entries in (
            (self.cover, change.replace),
            (self.append, change.append),
            (self.delete, change.delete),
        ):
            if entries:
                write(entries)

    @staticmethod
    def _meanings(entries: Iterable[str]) -> list[object]:
        return [cidr.parse_served(entry) or entry for entry in entries]


class World:
    """A snapshot that grows by calls, and changes by the steps of plans as the cloud would."""

    def __init__(self) -> None:
        self.snapshot = Snapshot(account=ACCOUNT)
        self._number = 1000

    # What there is

    def group(self, group_id: str = "rg-1", name: str = "etl", **more: Any) -> ResourceGroup:
        made = ResourceGroup(group_id, name, **{"type": SERVERLESS, "status": "Normal", "region": REGION, **more})
        self._list(self.snapshot.resource_groups, made.region).append(made)
        if made.serverless:
            self.snapshot.networks[made.id] = []
            self.snapshot.routes[made.id] = []
        return made

    def vpc(self, vpc_id: str, *cidrs: str, **more: Any) -> Vpc:
        made = Vpc(vpc_id, vpc_id, REGION, tuple(cidr.parse(text) for text in cidrs), **more)
        self.snapshot.vpcs[vpc_id] = made
        self._list(self.snapshot.vswitches, vpc_id)
        return made

    def vswitch(self, vswitch_id: str, vpc_id: str, network: str, free: int = 200, **more: Any) -> VSwitch:
        made = VSwitch(vswitch_id, f"name-of-{vswitch_id}", vpc_id, "cn-hangzhou-h", cidr.parse(network), free, **more)
        self._list(self.snapshot.vswitches, vpc_id).append(made)
        return made

    def bind(self, group: ResourceGroup, vswitch: VSwitch, status: str = "Running") -> RgNetwork:
        made = RgNetwork(self._next(), vswitch.vpc_id, vswitch.id, status)
        self._list(self.snapshot.networks, group.id).append(made)
        return made

    def route(self, group: ResourceGroup, network: RgNetwork, destination: str) -> RgRoute:
        made = RgRoute(self._next(), network.id, destination)
        self._list(self.snapshot.routes, group.id).append(made)
        return made

    def instance(self, instance_id: str, vswitch: VSwitch, host: int = 10, **more: Any) -> Instance:
        address = str(vswitch.cidr[host])
        endpoints = (
            Endpoint(f"{instance_id}.mysql.rds.aliyuncs.com", address, 3306, "Private"),
            Endpoint(f"{instance_id}pub.mysql.rds.aliyuncs.com", "47.1.2.3", 3306, "Public"),
        )
        given = {
            "region": REGION,
            "engine": "MySQL",
            "status": "Running",
            "lock_mode": "Unlock",
            "network_type": "VPC",
            "endpoints": endpoints,
            "zone": vswitch.zone,
            **more,
        }
        made = Instance(instance_id, "", vpc_id=vswitch.vpc_id, vswitch_id=vswitch.id, **given)
        self.snapshot.instances[instance_id] = made
        self.snapshot.whitelists[instance_id] = [whitelist.Group("default", ("127.0.0.1",))]
        return made

    def admit(self, instance: Instance, name: str, *entries: str, **more: Any) -> whitelist.Group:
        made = whitelist.Group(name, entries, **more)
        self._list(self.snapshot.whitelists, instance.id).append(made)
        return made

    def own_name(self, group: ResourceGroup, public: bool = False) -> str:
        return whitelist.own_group_name(group.name, group.id, public)

    def workspace(self, workspace_id: int = 77, name: str = "sales") -> Workspace:
        made = Workspace(workspace_id, name, "Available")
        self._list(self.snapshot.workspaces, REGION).append(made)
        self.snapshot.data_sources[workspace_id] = [
            DataSource(5, "orders", "mysql", "Prod", workspace_id),
            DataSource(6, "orders", "mysql", "Dev", workspace_id),
        ]
        return made

    def acl(self, acl_id: str, ingress: Sequence[AclRule] = (OPEN,), egress: Sequence[AclRule] = (OPEN,)) -> Acl:
        made = Acl(acl_id, tuple(ingress), tuple(egress))
        self.snapshot.acls[acl_id] = made
        return made

    def internet(self, vswitch: VSwitch, *addresses: str, gateway_id: str = "ngw-1") -> NatGateway:
        entry = SnatEntry("snat-1", vswitch.id, None, addresses, "Available")
        made = NatGateway(gateway_id, vswitch.vpc_id, "Available", "internet", (entry,))
        self._list(self.snapshot.nat_gateways, vswitch.vpc_id).append(made)
        everywhere = cidr.parse("0.0.0.0/0")
        default = RouteEntry(everywhere, "NatGateway", gateway_id, "Available", "Custom")
        self._list(self.snapshot.route_tables, vswitch.route_table_id).append(default)
        return made

    def change_instance(self, instance_id: str, **changes: Any) -> None:
        instance = self.snapshot.instances[instance_id]
        assert isinstance(instance, Instance)
        self.snapshot.instances[instance_id] = replace(instance, **changes)

    def change_group(self, group_id: str, **changes: Any) -> None:
        for region, groups in self.snapshot.resource_groups.items():
            assert isinstance(groups, list)
            self.snapshot.resource_groups[region] = [
                replace(group, **changes) if group.id == group_id else group for group in groups
            ]

    def change_vswitch(self, vswitch_id: str, **changes: Any) -> None:
        for read in self.snapshot.vswitches.values():
            assert isinstance(read, list)
            read[:] = [replace(found, **changes) if found.id == vswitch_id else found for found in read]

    # What is seen of it

    def see(self, *connections: Connection) -> list[path.Assessment]:
        """Assess the connections as a run does; a connection described wrongly raises."""
        found = [(connection, ends.find(connection, self.snapshot)) for connection in connections]
        choices, errors = binding.agree(found, self.snapshot)
        for error in errors.values():
            raise error
        results = [path.walk(connection, both, self.snapshot, choices) for connection, both in found]
        path.reconcile(results)
        return results

    def plans(self, *connections: Connection) -> list[plan.Plan]:
        made = [plan.connect(result) for result in self.see(*connections)]
        plan.share(made)
        return made

    def farewells(self, *connections: Connection, of: Sequence[Connection] | None = None) -> list[plan.Plan]:
        """The plans that disconnect the connections, or those of them named by ``of``."""
        self.look_around()
        leaving = self.see(*connections)
        made = [
            removal.disconnect(result, self.snapshot, leaving)
            for result in leaving
            if of is None or result.connection in of
        ]
        plan.share(made)
        return made

    def look_around(self) -> None:
        """Read the neighbours of every VPC, as a run that disconnects does."""
        instances = [found for found in self.snapshot.instances.values() if isinstance(found, Instance)]
        for vpc_id in self.snapshot.vswitches:
            self.snapshot.neighbours[vpc_id] = [found for found in instances if found.vpc_id == vpc_id]

    def bindings(self) -> set[tuple[str, str, str]]:
        return {
            (group_id, network.vpc_id, network.vswitch_id)
            for group_id, networks in self.snapshot.networks.items()
            for network in networks or []  # type: ignore[union-attr]
            if network.status in binding.LIVE
        }

    def routings(self) -> set[tuple[str, str]]:
        return {
            (group_id, found.destination)
            for group_id, routes in self.snapshot.routes.items()
            for found in routes or []  # type: ignore[union-attr]
        }

    def associations(self) -> set[tuple[str, int]]:
        return {
            (group_id, workspace)
            for group_id, found in self.snapshot.associations.items()
            for workspace in found or []  # type: ignore[union-attr]
        }

    # What plans do to it

    def carry_out(self, plans: Iterable[plan.Plan]) -> None:
        """Take the steps of all plans as a play does: action by action, in the order of the roles."""
        steps = [step for made in plans for step in made.steps]
        connecting = (plan.BIND, plan.ROUTE, plan.ASSOCIATE, plan.ADMIT, plan.RETIRE)
        disconnecting = (plan.REVOKE, plan.REMOVE_ROUTE, plan.DISSOCIATE, plan.UNBIND)
        for action in (*connecting, *disconnecting):
            for step in steps:
                if step.action == action:
                    getattr(self, f"_{action}")(dict(step.options))

    def _bind_network(self, options: dict[str, Any]) -> None:
        networks = self._list(self.snapshot.networks, options["resource_group"])
        alive = [found for found in networks if found.status in binding.LIVE]
        bound = next((found for found in alive if found.vswitch_id == options["vswitch_id"]), None)
        if bound is not None:
            networks[networks.index(bound)] = replace(bound, status="Running")
            return
        if any(found.vpc_id == options["vpc_id"] for found in alive):
            raise RefusedError(f"already bound to {options['vpc_id']}")
        made = RgNetwork(self._next(), options["vpc_id"], options["vswitch_id"], "Running")
        networks.append(made)
        self._mark(options["vswitch_id"], marks.key(marks.NETWORK, options["resource_group"]))

    def _unbind_network(self, options: dict[str, Any]) -> None:
        networks = self._list(self.snapshot.networks, options["resource_group"])
        alive = [found for found in networks if found.status in binding.LIVE]
        for found in [found for found in alive if found.vswitch_id == options["vswitch_id"]]:
            networks.remove(found)
            self._unmark(options["vswitch_id"], marks.key(marks.NETWORK, options["resource_group"]))

    def _add_route(self, options: dict[str, Any]) -> None:
        network = self._network_in(options)
        routes = self._list(self.snapshot.routes, options["resource_group"])
        if any(found.network_id == network.id and found.destination == options["destination"] for found in routes):
            return
        made = RgRoute(self._next(), network.id, options["destination"])
        routes.append(made)
        self._mark(network.vswitch_id, marks.key(marks.ROUTE, options["resource_group"], options["destination"]))

    def _remove_route(self, options: dict[str, Any]) -> None:
        network = self._network_in(options)
        routes = self._list(self.snapshot.routes, options["resource_group"])
        for found in [found for found in routes if found.network_id == network.id]:
            if found.destination == options["destination"]:
                routes.remove(found)
                mark = marks.key(marks.ROUTE, options["resource_group"], options["destination"])
                self._unmark(network.vswitch_id, mark)

    def _associate_workspace(self, options: dict[str, Any]) -> None:
        associated = self._list(self.snapshot.associations, options["resource_group"])
        if int(options["workspace"]) in associated:
            return
        associated.append(int(options["workspace"]))
        key = marks.key(marks.WORKSPACE, options["resource_group"], options["workspace"])
        self._mark(options["vswitch_id"], key)

    def _dissociate_workspace(self, options: dict[str, Any]) -> None:
        self._list(self.snapshot.associations, options["resource_group"]).remove(int(options["workspace"]))
        key = marks.key(marks.WORKSPACE, options["resource_group"], options["workspace"])
        self._unmark(options["vswitch_id"], key)

    def _admit(self, options: dict[str, Any]) -> None:
        self._whitelist(options, whitelist.plan_present)

    def _retire(self, options: dict[str, Any]) -> None:
        self._whitelist(options, whitelist.plan_exact)

    _revoke = _retire

    def _whitelist(self, options: dict[str, Any], planner: Any) -> None:
        groups = self._list(self.snapshot.whitelists, options["rds_instance"])
        name, kind = options["group"], options["network_type"]
        mine = [found for found in groups if found.name == name and kind in ("MIX", found.network_type)]
        server = WhitelistServer(entry for found in mine for entry in found.entries)
        server.apply(planner(server.entries, whitelist.check_entries(options["entries"])))
        groups[:] = [found for found in groups if found not in mine]
        groups.append(whitelist.Group(name, tuple(server.entries), network_type=kind))

    def _network_in(self, options: dict[str, Any]) -> RgNetwork:
        networks = self._list(self.snapshot.networks, options["resource_group"])
        live = [found for found in networks if found.vpc_id == options["vpc_id"] and found.status in binding.LIVE]
        if not live:
            raise RefusedError(f"not bound to {options['vpc_id']}")
        found: RgNetwork = live[0]
        return found

    def _mark(self, vswitch_id: str, key: str) -> None:
        for read in self.snapshot.vswitches.values():
            assert isinstance(read, list)
            for found in read:
                if found.id == vswitch_id:
                    read[read.index(found)] = replace(found, tags=(*found.tags, (key, marks.VALUE)))

    def _unmark(self, vswitch_id: str, key: str) -> None:
        for read in self.snapshot.vswitches.values():
            assert isinstance(read, list)
            for found in read:
                if found.id == vswitch_id:
                    tags = tuple(tag for tag in found.tags if tag[0] != key)
                    read[read.index(found)] = replace(found, tags=tags)

    def _next(self) -> int:
        self._number += 1
        return self._number

    @staticmethod
    def _list(mapping: Any, key: Any) -> Any:
        return mapping.setdefault(key, [])


def wish(name: str = "orders", **options: Any) -> Connection:
    """The connection that a user asks for; words that are not given are usual ones."""
    return from_options({"name": name, "region": REGION, "resource_group": "etl", "rds_instance": "rm-a", **options})


def private_world() -> World:
    """A serverless group bound to the VPC of its instance; every read stands on the path, and all is in order.

    The instance lives in a secondary CIDR, the group behind a network ACL; it is bound to a second VPC too.
    """
    world = World()
    group = world.group()
    world.vpc("vpc-a", "10.1.0.0/16", "172.17.0.0/16")
    world.vpc("vpc-b", "10.2.0.0/16")
    here = world.vswitch("vsw-a1", "vpc-a", "10.1.1.0/24", acl_id="nacl-1")
    there = world.vswitch("vsw-a2", "vpc-a", "172.17.1.0/24")
    other = world.vswitch("vsw-b1", "vpc-b", "10.2.1.0/24")
    world.acl("nacl-1")
    world.route(group, world.bind(group, here), "172.17.0.0/16")
    world.bind(group, other)
    world.admit(world.instance("rm-a", there), world.own_name(group), "10.1.1.0/24")
    world.workspace()
    world.snapshot.associations[group.id] = [77]
    del world.snapshot.vswitches["vpc-b"]
    return world


def exclusive_world() -> World:
    """An exclusive group whose declared vSwitch lies in the instance's VPC."""
    world = World()
    group = world.group(type=EXCLUSIVE)
    world.vpc("vpc-a", "10.1.0.0/16")
    here = world.vswitch("vsw-a1", "vpc-a", "10.1.1.0/24")
    world.admit(world.instance("rm-a", here), world.own_name(group), "10.1.1.0/24")
    return world


def internet_world() -> World:
    """A serverless group that goes out through one NAT gateway to an instance with a public endpoint."""
    world = World()
    group = world.group()
    here = world.vswitch("vsw-a1", "vpc-a", "10.1.1.0/24", route_table_id="vtb-a")
    world.bind(group, here)
    world.internet(here, EIP)
    elsewhere = VSwitch("vsw-z", "", "vpc-z", "", cidr.parse("10.9.1.0/24"), 9)
    instance = world.instance("rm-a", elsewhere)
    world.admit(instance, world.own_name(group, public=True), EIP)
    return world


def first_world() -> World:
    """Nothing connected yet: a serverless group bound to nothing, an instance in the primary CIDR of its VPC."""
    world = World()
    world.group()
    world.vpc("vpc-a", "10.1.0.0/16")
    here = world.vswitch("vsw-a1", "vpc-a", "10.1.1.0/24")
    world.vswitch("vsw-a2", "vpc-a", "10.1.2.0/24")
    world.instance("rm-a", here)
    return world
