# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ends of a connection: the records that its words select, exactly one each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .connection import Connection, InputError
from .snapshot import DataSource, Instance, ResourceGroup, Snapshot, Unknown, VSwitch, Workspace

R = TypeVar("R", bound=Any)


@dataclass(frozen=True)
class Ends:
    """What a connection's words select; Unknown where it could not be read, None where nothing was asked for."""

    group: ResourceGroup | Unknown
    instance: Instance | Unknown
    workspace: Workspace | Unknown | None = None
    data_sources: tuple[DataSource, ...] | Unknown = ()


def find(connection: Connection, snapshot: Snapshot) -> Ends:
    """Select both ends, or raise InputError for a word that selects nothing or more than one thing."""
    group = _group(connection, snapshot)
    instance = _instance(connection, snapshot)
    workspace = _workspace(connection, snapshot)
    sources = _data_sources(connection, snapshot, workspace)
    if isinstance(sources, tuple) and isinstance(instance, Instance):
        sources = _of_instance(connection, sources, instance)
    return Ends(group, instance, workspace, sources)


def select(connection: Connection, option: str, records: Sequence[R], what: str, where: str) -> R:
    """Return the one record whose id or whose name is the option's value, or raise InputError with the candidates."""
    value = getattr(connection, option)
    return pick(
        value,
        records,
        refuse=lambda expected: InputError(connection.name, option, value, expected),
        what=what,
        where=where,
    )


def pick(value: str, records: Sequence[R], *, refuse: Callable[[str], Exception], what: str, where: str) -> R:
    """Return the one record with this id or name; otherwise raise what ``refuse`` makes of the explanation."""
    by_id = [record for record in records if str(record.id) == value]
    matches = by_id or [record for record in records if record.name == value]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise refuse(f"{len(matches)} {_plural(what)} have this name {where}: {_listed(matches)}; give the id")
    if not records:
        raise refuse(f"there is no {what} {where}")
    raise refuse(f"no {what} {where} has this name or id; there are: {_listed(records)}")


def _plural(what: str) -> str:
    return what + ("es" if what.endswith("tch") else "s")


def select_vswitch(connection: Connection, vswitches: Sequence[VSwitch], vpc_id: str) -> VSwitch:
    """Return the vSwitch that option vswitch names in a VPC."""
    return select(connection, "vswitch", vswitches, "vSwitch", f"in VPC {vpc_id}")


def _listed(records: Iterable[Any], most: int = 10) -> str:
    texts = sorted(f"{record.name} ({record.id})" if record.name else str(record.id) for record in records)
    rest = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + rest


def _group(connection: Connection, snapshot: Snapshot) -> ResourceGroup | Unknown:
    groups = snapshot.resource_groups.get(connection.region)
    if isinstance(groups, Unknown):
        return groups
    return select(connection, "resource_group", groups or [], "resource group", f"in region {connection.region}")


def _instance(connection: Connection, snapshot: Snapshot) -> Instance | Unknown:
    instance = snapshot.instances.get(connection.rds_instance)
    if instance is None:
        region = connection.data_source_region or connection.region
        raise InputError(
            connection.name,
            "rds_instance",
            connection.rds_instance,
            f"no such instance can be seen in account {snapshot.account or 'of these credentials'}, region {region}; "
            "check the id, the region and whose credentials are used",
        )
    return instance


def _workspace(connection: Connection, snapshot: Snapshot) -> Workspace | Unknown | None:
    if not connection.workspace:
        return None
    workspaces = snapshot.workspaces.get(connection.region)
    if isinstance(workspaces, Unknown):
        return workspaces
    return select(connection, "workspace", workspaces or [], "workspace", f"in region {connection.region}")


def _of_instance(connection: Connection, sources: tuple[DataSource, ...], instance: Instance) -> tuple[DataSource, ...]:
    """Keep the registrations that mean the instance: Dev and Prod of one name may well be two databases."""
    mine = tuple(source for source in sources if source.means(instance))
    if sources and not mine:
        others = ", ".join(
            sorted({f"{source.environment}: {', '.join(source.instance_ids or source.hosts)}" for source in sources})
        )
        expected = f"this data source means another database ({others}), not instance {instance.id}"
        raise InputError(connection.name, "data_source", connection.data_source, expected)
    return mine


def _data_sources(
    connection: Connection, snapshot: Snapshot, workspace: Workspace | Unknown | None
) -> tuple[DataSource, ...] | Unknown:
    if workspace is None or isinstance(workspace, Unknown):
        return workspace or ()
    known = snapshot.data_sources.get(workspace.id)
    if isinstance(known, Unknown):
        return known
    by_id = [source for source in known or [] if str(source.id) == connection.data_source]
    matches = tuple(by_id or [source for source in known or [] if source.name == connection.data_source])
    if not matches:
        select(
            connection,
            "data_source",
            list({source.name: source for source in known or []}.values()),
            "data source",
            f"in workspace {workspace.name}",
        )
    return tuple(sorted(matches, key=lambda source: source.environment))
