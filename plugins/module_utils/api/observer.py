# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads all that a set of connections needs, once and in parallel; the number of calls depends on what is distinct,
never on how many connections there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..core.binding import LIVE
from ..core.connection import Connection
from ..core.ends import pick
from ..core.marks import WORKSPACE, any_mark, key
from ..core.snapshot import Instance, Read, ResourceGroup, Snapshot, Unknown, VSwitch, Workspace
from .client import Cloud
from .dataworks import DataWorks
from .errors import CloudError, Kind
from .rds import Rds
from .vpc import VpcService

T = TypeVar("T")
K = TypeVar("K")
_THREADS = 16


class NotSelectedError(Exception):
    """A word selects nothing or several things; who decides on the connection says so."""


class Observer:
    """Fills a snapshot in three rounds: what is named, what that refers to, what stands on the way."""

    def __init__(self, cloud: Cloud, snapshot: Snapshot) -> None:
        self._cloud = cloud
        self._snapshot = snapshot

    def observe(self, connections: Sequence[Connection], leaving: bool = False) -> None:
        """Read everything for the connections; with ``leaving``, also what else uses the bindings that would go."""
        with ThreadPoolExecutor(_THREADS) as pool:
            self._pool = pool
            self._named(connections)
            self._referred(connections)
            self._on_the_way(connections)
            if leaving:
                self._neighbours(connections)

    def _each(self, keys: Iterable[K], read: Callable[[K], T | None], into: dict[K, Read[T]]) -> None:
        """Read one value per distinct key, in parallel; a refusal becomes Unknown, an absence None."""
        distinct = sorted(set(keys) - set(into), key=str)
        values = self._pool.map(lambda key: _three_valued(lambda: read(key)), distinct)
        into.update(zip(distinct, values, strict=True))

    def _named(self, connections: Sequence[Connection]) -> None:
        snapshot = self._snapshot
        regions = {connection.region for connection in connections}
        self._each(regions, lambda region: DataWorks(self._cloud, region).resource_groups(), snapshot.resource_groups)
        with_workspace = {connection.region for connection in connections if connection.workspace}
        self._each(with_workspace, lambda region: DataWorks(self._cloud, region).workspaces(), snapshot.workspaces)
        self._instances(connections)

    def _instances(self, connections: Sequence[Connection]) -> None:
        """One list per region; an instance that it lacks is looked for by its id, which also tells its true region."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for connection in connections:
            wanted[connection.data_source_region or connection.region].add(connection.rds_instance)

        def listed(region: str) -> dict[str, Instance]:
            only = next(iter(wanted[region])) if len(wanted[region]) == 1 else ""
            return Rds(self._cloud, region).instances(instance_id=only)

        lists: dict[str, Read[dict[str, Instance]]] = {}
        self._each(wanted, listed, lists)

        def complete(key: tuple[str, str]) -> Instance | None:
            region, instance_id = key
            found = lists[region]
            if isinstance(found, Unknown):
                raise CloudError(Kind.DENIED, message=found.reason)
            service = Rds(self._cloud, region)
            instance = (found or {}).get(instance_id) or service.instance(instance_id)
            return service.with_endpoints(instance) if instance else None

        read: dict[tuple[str, str], Read[Instance]] = {}
        self._each({(region, name) for region, names in wanted.items() for name in names}, complete, read)
        self._snapshot.instances.update({name: value for (_region, name), value in read.items()})

    def _referred(self, connections: Sequence[Connection]) -> None:
        snapshot = self._snapshot
        groups = {group.id: group for connection in connections if (group := self._group(connection)) is not None}
        serverless = [group.id for group in groups.values() if group.serverless]
        self._each(serverless, lambda group_id: self._dataworks(groups[group_id]).networks(group_id), snapshot.networks)
        self._each(serverless, lambda group_id: self._dataworks(groups[group_id]).routes(group_id), snapshot.routes)
        tested = {
            group.id
            for connection in connections
            if connection.workspace and (group := self._group(connection)) is not None
        }
        self._each(
            tested,
            lambda group_id: self._dataworks(groups[group_id]).associated_workspaces(group_id),
            snapshot.associations,
        )
        regions = {
            workspace.id: region
            for region in {c.region for c in connections}
            for workspace in self._workspaces(connections, region)
        }
        self._each(regions, lambda key: DataWorks(self._cloud, regions[key]).data_sources(key), snapshot.data_sources)
        instances = self._known_instances()
        self._each(instances, lambda name: self._whitelist(instances[name]), snapshot.whitelists)

    def _on_the_way(self, connections: Sequence[Connection]) -> None:
        snapshot = self._snapshot
        places = self._places(connections)
        by_region: dict[str, list[str]] = defaultdict(list)
        for vpc_id, region in sorted(places.items()):
            by_region[region].append(vpc_id)
        lists: dict[str, Read[dict[str, object]]] = {}
        self._each(by_region, lambda region: dict(VpcService(self._cloud, region).vpcs(by_region[region])), lists)
        for vpc_id, region in places.items():
            read = lists[region]
            snapshot.vpcs[vpc_id] = read if isinstance(read, Unknown) else (read or {}).get(vpc_id)  # type: ignore[assignment]
        self._each(places, lambda vpc_id: VpcService(self._cloud, places[vpc_id]).vswitches(vpc_id), snapshot.vswitches)
        self._declared_elsewhere(connections)
        self._filters(connections, places)
        self._internet(connections, places)

    def _places(self, connections: Sequence[Connection]) -> dict[str, str]:
        """Return the region of every VPC that matters: those of instances, and those that the groups are bound to."""
        places = {}
        for connection in connections:
            group, instance = self._group(connection), self._snapshot.instances.get(connection.rds_instance)
            if isinstance(instance, Instance) and instance.vpc_id and not connection.public:
                places[instance.vpc_id] = instance.region
            networks = self._snapshot.networks.get(group.id) if group else None
            for network in networks if group and isinstance(networks, list) else []:
                if network.status in LIVE:
                    places[network.vpc_id] = group.region if group else connection.region
        return places

    def _declared_elsewhere(self, connections: Sequence[Connection]) -> None:
        """A vSwitch declared for an exclusive group may lie in a VPC that nothing else refers to."""
        words = set()
        for connection in connections:
            group = self._group(connection)
            if connection.vswitch and group is not None and not group.serverless and not self._seen(connection.vswitch):
                words.add((connection.region, connection.vswitch))
        found: dict[tuple[str, str], Read[list[VSwitch]]] = {}
        self._each(words, lambda key: VpcService(self._cloud, key[0]).vswitches_like(key[1]), found)
        for (_region, word), read in found.items():
            if isinstance(read, Unknown):
                self._snapshot.vswitches[word] = read
            for vswitch in read if isinstance(read, list) else []:
                known = self._snapshot.vswitches.setdefault(vswitch.vpc_id, [])
                if isinstance(known, list) and vswitch not in known:
                    known.append(vswitch)

    def _filters(self, connections: Sequence[Connection], places: dict[str, str]) -> None:
        acls = {}
        private = {
            instance.vpc_id
            for c in connections
            if not c.public and isinstance(instance := self._snapshot.instances.get(c.rds_instance), Instance)
        }
        for vpc_id in private & set(places):
            vswitches = self._snapshot.vswitches.get(vpc_id)
            for vswitch in vswitches if isinstance(vswitches, list) else []:
                if vswitch.acl_id:
                    acls[vswitch.acl_id] = places[vpc_id]
        self._each(acls, lambda acl_id: VpcService(self._cloud, acls[acl_id]).acl(acl_id), self._snapshot.acls)

    def _internet(self, connections: Sequence[Connection], places: dict[str, str]) -> None:
        tables, vpcs = {}, {}
        for connection in connections:
            group = self._group(connection)
            networks = self._snapshot.networks.get(group.id) if group and connection.public else None
            for network in networks if isinstance(networks, list) else []:
                vswitches = self._snapshot.vswitches.get(network.vpc_id)
                for vswitch in vswitches if isinstance(vswitches, list) else []:
                    if vswitch.id == network.vswitch_id:
                        tables[vswitch.route_table_id] = vpcs[network.vpc_id] = places[network.vpc_id]
        self._each(
            tables,
            lambda table_id: VpcService(self._cloud, tables[table_id]).route_entries(table_id),
            self._snapshot.route_tables,
        )
        self._each(
            vpcs, lambda vpc_id: VpcService(self._cloud, vpcs[vpc_id]).nat_gateways(vpc_id), self._snapshot.nat_gateways
        )

    def _neighbours(self, connections: Sequence[Connection]) -> None:
        """Read who else in the bound VPCs admits the groups, where something carries our mark and so would go."""
        self._carriers(connections)
        places = self._places(connections)
        marked: dict[str, str] = {}
        for connection in connections:
            mine = self._places([connection])
            reads = [self._snapshot.vswitches.get(vpc_id) for vpc_id in mine]
            reads += [read for mark, read in self._snapshot.carriers.items() if self._concerns(mark, connection)]
            if any(any_mark(vswitch.tags) for read in reads if isinstance(read, list) for vswitch in read):
                marked.update({vpc_id: places[vpc_id] for vpc_id in mine})

        def neighbours(vpc_id: str) -> list[Instance]:
            return list(Rds(self._cloud, marked[vpc_id]).instances(vpc_id=vpc_id).values())

        self._each(marked, neighbours, self._snapshot.neighbours)
        instances = {i.id: i for read in self._snapshot.neighbours.values() if isinstance(read, list) for i in read}
        self._each(instances, lambda name: self._whitelist(instances[name]), self._snapshot.whitelists)

    def _concerns(self, mark: str, connection: Connection) -> bool:
        group = self._group(connection)
        return group is not None and mark.startswith(key(WORKSPACE, group.id) + ":")

    def _carriers(self, connections: Sequence[Connection]) -> None:
        """An association's mark may be on the vSwitch of a binding that went before."""
        keys = {}
        for connection in connections:
            group = self._group(connection)
            workspaces = self._snapshot.workspaces.get(connection.region)
            workspace = _selected(connection.workspace, workspaces, "workspace") if connection.workspace else None
            if group is not None and workspace is not None:
                keys[key(WORKSPACE, group.id, str(workspace.id))] = connection.region
        self._each(
            keys, lambda mark: VpcService(self._cloud, keys[mark]).vswitches_tagged(mark), self._snapshot.carriers
        )

    def _group(self, connection: Connection) -> ResourceGroup | None:
        return _selected(
            connection.resource_group, self._snapshot.resource_groups.get(connection.region), "resource group"
        )

    def _workspaces(self, connections: Sequence[Connection], region: str) -> list[Workspace]:
        read = self._snapshot.workspaces.get(region)
        words = {
            connection.workspace for connection in connections if connection.region == region and connection.workspace
        }
        return [found for word in words if (found := _selected(word, read, "workspace")) is not None]

    def _known_instances(self) -> dict[str, Instance]:
        return {name: read for name, read in self._snapshot.instances.items() if isinstance(read, Instance)}

    def _dataworks(self, group: ResourceGroup) -> DataWorks:
        return DataWorks(self._cloud, group.region)

    def _whitelist(self, instance: Instance) -> list:  # type: ignore[type-arg]
        return Rds(self._cloud, instance.region).whitelist(instance.id, instance.whitelist_mode)

    def _seen(self, word: str) -> bool:
        reads = (read for read in self._snapshot.vswitches.values() if isinstance(read, list))
        return any(word in (vswitch.id, vswitch.name) for read in reads for vswitch in read)


def _selected(word: str, records: Read[list[T]], what: str) -> T | None:
    if not isinstance(records, list):
        return None
    try:
        return pick(word, records, refuse=NotSelectedError, what=what, where="")
    except NotSelectedError:
        return None


def _three_valued(read: Callable[[], T | None]) -> Read[T]:
    try:
        return read()
    except CloudError as error:
        return Unknown(str(error), error.code)
