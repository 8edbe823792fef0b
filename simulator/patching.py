# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes from outside the API: what a colleague, a console or the platform did while nobody looked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from simulator.completion import complete
from simulator.section import Section

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.resources import RegionSection


@dataclass(frozen=True)
class _Place:
    """An object, its identifier in a patch, and the list that holds it."""

    identifier: str
    item: Section
    holder: Section
    list_name: str
    section: RegionSection
    region: str


_Walk = Callable[["RegionSection"], Iterator[tuple[str, Section, Section, str]]]


def _top(list_name: str) -> _Walk:
    def walk(section: RegionSection) -> Iterator[tuple[str, Section, Section, str]]:
        for item in getattr(section, list_name):
            yield str(item.id), item, section, list_name

    return walk


def _inside(outer: str, list_name: str, key: str = "id") -> _Walk:
    def walk(section: RegionSection) -> Iterator[tuple[str, Section, Section, str]]:
        for _, holder, _, _ in KINDS[outer](section):
            for item in getattr(holder, list_name):
                yield str(getattr(item, key)), item, holder, list_name

    return walk


def _whitelist_groups(section: RegionSection) -> Iterator[tuple[str, Section, Section, str]]:
    for instance in section.rds_instances:
        for group in instance.whitelist:
            suffix = "" if group.network_type == "MIX" else f"/{group.network_type}"
            yield f"{instance.id}/{group.name}{suffix}", group, instance, "whitelist"


KINDS: dict[str, _Walk] = {
    "vpc": _top("vpcs"),
    "vswitch": _inside("vpc", "vswitches"),
    "route_table": _inside("vpc", "route_tables"),
    "route_entry": _inside("route_table", "entries"),
    "network_acl": _inside("vpc", "network_acls"),
    "nat_gateway": _inside("vpc", "nat_gateways"),
    "snat_entry": _inside("nat_gateway", "snat_entries"),
    "eip": _top("eips"),
    "rds_instance": _top("rds_instances"),
    "whitelist_group": _whitelist_groups,
    "endpoint": _inside("rds_instance", "endpoints", key="host"),
    "whitelist_template": _top("whitelist_templates"),
    "resource_group": _top("resource_groups"),
    "network": _inside("resource_group", "networks"),
    "route": _inside("network", "routes"),
    "workspace": _top("workspaces"),
    "data_source": _inside("workspace", "data_sources"),
}

HOLDERS = {
    "vswitch": ("vpc", "vswitches"), "route_table": ("vpc", "route_tables"), "route_entry": ("route_table", "entries"),
    "network_acl": ("vpc", "network_acls"), "nat_gateway": ("vpc", "nat_gateways"),
    "snat_entry": ("nat_gateway", "snat_entries"), "whitelist_group": ("rds_instance", "whitelist"),
    "endpoint": ("rds_instance", "endpoints"), "network": ("resource_group", "networks"),
    "route": ("network", "routes"), "data_source": ("workspace", "data_sources"),
}  # fmt: skip
TOP_LISTS = {
    "vpc": "vpcs", "eip": "eips", "rds_instance": "rds_instances", "whitelist_template": "whitelist_templates",
    "resource_group": "resource_groups", "workspace": "workspaces",
}  # fmt: skip


def apply(cloud: Cloud, changes: Sequence[Mapping[str, Any]]) -> None:
    """Apply all changes in order, or none: the first impossible one raises ValueError."""
    before = {
        account: {region: section.model_copy(deep=True) for region, section in regions.items()}
        for account, regions in cloud.accounts.items()
    }
    try:
        for number, change in enumerate(changes):
            _apply_one(cloud, change, f"change {number + 1}")
    except ValueError:
        cloud.accounts = before
        raise


def _apply_one(cloud: Cloud, change: Mapping[str, Any], label: str) -> None:
    kind = change.get("kind")
    if kind not in KINDS:
        raise ValueError(f"{label}: kind is one of {', '.join(KINDS)}, not {kind!r}")
    actions = [action for action in ("set", "add", "remove") if change.get(action)]
    unknown = set(change) - {"kind", "id", "account", "region", "in", "set", "add", "remove"}
    if len(actions) != 1 or unknown:
        raise ValueError(f"{label}: one of set, add, remove is needed, and nothing but kind, id, account, region, in")
    if actions == ["add"]:
        _add(cloud, str(kind), change, label)
        return
    place = _place(cloud, str(kind), str(change.get("id", "")), change, label)
    if actions == ["remove"]:
        getattr(place.holder, place.list_name).remove(place.item)
    else:
        _set(cloud, place, change["set"], label)


def _places(cloud: Cloud, kind: str, change: Mapping[str, Any]) -> Iterator[_Place]:
    for account, region, section in cloud.everything():
        if change.get("account") in (None, account) and change.get("region") in (None, region):
            for identifier, item, holder, list_name in KINDS[kind](section):
                yield _Place(identifier, item, holder, list_name, section, region)


def _place(cloud: Cloud, kind: str, identifier: str, change: Mapping[str, Any], label: str) -> _Place:
    found = [place for place in _places(cloud, kind, change) if place.identifier == identifier]
    if len(found) != 1:
        known = ", ".join(place.identifier for place in _places(cloud, kind, change)) or "none"
        raise ValueError(f'{label}: {len(found)} objects of kind {kind} with id "{identifier}" (there are: {known})')
    return found[0]


def _set(cloud: Cloud, place: _Place, values: Mapping[str, Any], label: str) -> None:
    trial = place.item.model_dump() | dict(values)
    try:
        type(place.item).model_validate(trial)
        for key, value in values.items():
            setattr(place.item, key, value)
    except ValidationError as problem:
        raise ValueError(f"{label}: {_readable(problem)}") from None
    for key in [key for key in cloud.transitions.under_way if key.partition(":")[2] == place.identifier]:
        del cloud.transitions.under_way[key]
    complete(place.section, place.region, cloud.names)


def _add(cloud: Cloud, kind: str, change: Mapping[str, Any], label: str) -> None:
    if kind in TOP_LISTS:
        region = change.get("region")
        if change.get("account") not in cloud.accounts or not region:
            raise ValueError(f"{label}: account and region are needed to add a {kind}")
        section = cloud.accounts[change["account"]].setdefault(region, cloud.section(change["account"], region))
        holder: Section = section
        list_name = TOP_LISTS[kind]
    else:
        outer, list_name = HOLDERS[kind]
        place = _place(cloud, outer, str(change.get("in", "")), change, label)
        holder, section, region = place.item, place.section, place.region
    present = getattr(holder, list_name)
    try:
        setattr(holder, list_name, [*present, change["add"]])
    except ValidationError as problem:
        raise ValueError(f"{label}: {_readable(problem)}") from None
    complete(section, region, cloud.names)


def _readable(problem: ValidationError) -> str:
    lines = [f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in problem.errors()]
    return "; ".join(lines)
