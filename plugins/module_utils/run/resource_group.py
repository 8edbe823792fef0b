# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use cases: networks, routes and workspaces of a resource group."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..api.dataworks import DataWorks
from ..api.errors import CloudError, Kind
from ..api.vpc import VpcService
from ..core import addressing, cidr, marks
from ..core.binding import LIVE, RUNNING
from ..core.snapshot import ResourceGroup, RgNetwork, RgRoute, VSwitch
from . import selection
from .managing import ManagingError, manage
from .module import Task
from .options import patience_of


@dataclass(frozen=True)
class Toggle:
    """A plan of one object that is to be made or removed."""

    needed: bool


def network(task: Task) -> dict[str, Any]:
    """Bind a serverless resource group to a VPC and vSwitch, or unbind it."""
    group = selection.serverless_group(task, "the VPC binding")
    vswitch = selection.vswitch(task)
    return _Binding(task, group, vswitch).ensure()


def route(task: Task) -> dict[str, Any]:
    """Add a route to a serverless resource group, or remove it."""
    destination = _destination(task.options["destination"])
    group = selection.serverless_group(task, "the routes")
    return _Route(task, group, destination).ensure()


def workspace(task: Task) -> dict[str, Any]:
    """Associate a resource group with a workspace, or dissociate it."""
    group, target = selection.resource_group(task), selection.workspace(task)
    service = DataWorks(task.cloud, task.region)
    present = task.options["state"] == "present"

    def plan(associated: list[int]) -> Toggle:
        return Toggle((target.id in associated) != present)

    def apply(_change: Toggle) -> None:
        (service.associate if present else service.dissociate)(group.id, target.id)

    outcome = manage(
        lambda: service.associated_workspaces(group.id),
        plan,
        apply,
        what=f"the association of {group.name} with workspace {target.name}",
        check_mode=task.check_mode,
        patience=patience_of(task.options),
    )
    if outcome.plan.needed:
        _record(task, marks.key(marks.WORKSPACE, target.id), group, task.options["vswitch_id"])
    header = f"workspaces of resource group {group.name} ({group.region})"
    before = [str(number) for number in outcome.before]
    after = _toggled(before, str(target.id), present)
    return {
        "changed": outcome.plan.needed,
        "resource_group_id": group.id,
        "workspace_id": target.id,
        "diff": _diff(header, before, after),
    }


class _Binding:
    def __init__(self, task: Task, group: ResourceGroup, vswitch: VSwitch) -> None:
        self._task = task
        self._service = DataWorks(task.cloud, task.region)
        self._group = group
        self._vswitch = vswitch
        self._present = task.options["state"] == "present"
        self._patience = patience_of(task.options)
        self._attempt = secrets.token_hex(8)

    def ensure(self) -> dict[str, Any]:
        outcome = manage(
            lambda: self._service.networks(self._group.id),
            self._plan,
            self._apply,
            what=f"the binding of {self._group.name} to VPC {self._vswitch.vpc_id}",
            check_mode=self._task.check_mode,
            patience=self._patience,
        )
        bound = self._bound(outcome.after)
        if self._present and bound and not self._task.check_mode:
            if bound.status != RUNNING:
                bound = self._service.wait_for_network(bound.id, self._group.name, self._patience)
            if outcome.plan.needed:
                _record(self._task, marks.key(marks.NETWORK, bound.id), self._group, self._vswitch.id)
        return self._result(outcome.plan.needed, outcome.before, bound)

    def _bound(self, networks: Sequence[RgNetwork]) -> RgNetwork | None:
        """The live binding to this vSwitch; while unbinding, one that is on its way out still counts as there."""
        states = LIVE if self._present else LIVE | {"Deleting"}
        return next((item for item in networks if item.vswitch_id == self._vswitch.id and item.status in states), None)

    def _plan(self, networks: list[RgNetwork]) -> Toggle:
        bound = self._bound(networks)
        if self._present and bound is None:
            self._check_room(networks)
        if not self._present and bound is not None and self._is_default():
            raise ManagingError(
                f"network {bound.id} is the default network of resource group {self._group.name}, which "
                "came with the group; it is never removed here"
            )
        return Toggle((bound is not None) != self._present)

    def _is_default(self) -> bool:
        return (self._group.default_vpc_id, self._group.default_vswitch_id) == (self._vswitch.vpc_id, self._vswitch.id)

    def _check_room(self, networks: Sequence[RgNetwork]) -> None:
        live = [item for item in networks if item.status in LIVE]
        here = [item for item in live if item.vpc_id == self._vswitch.vpc_id]
        if here:
            raise ManagingError(
                f"resource group {self._group.name} is already bound to VPC {self._vswitch.vpc_id} through "
                f"vSwitch {here[0].vswitch_id}; "
                "that binding reaches the whole VPC. Use it, or unbind it first"
            )
        if self._vswitch.free_addresses < 1:
            raise ManagingError(
                f"vSwitch {self._vswitch.id} ({self._vswitch.cidr}) has no free address; choose another vSwitch"
            )
        ids = sorted({self._vswitch.vpc_id, *(item.vpc_id for item in live)})
        vpcs = VpcService(self._task.cloud, self._task.region).vpcs(ids)
        mine = vpcs.get(self._vswitch.vpc_id)
        if mine is None:
            raise ManagingError(f"VPC {self._vswitch.vpc_id} cannot be seen in region {self._task.region}")
        if addressing.forbidden(mine):
            raise ManagingError(
                f"VPC {mine.id} uses addresses of {addressing.NOT_FOR_SERVERLESS}, which serverless "
                "resource groups cannot use"
            )
        for other in vpcs.values():
            overlap = addressing.clashes(mine, other) if other.id != mine.id else []
            if overlap:
                raise ManagingError(
                    f"VPC {mine.id} and VPC {other.id}, also bound to {self._group.name}, overlap: {', '.join(overlap)}"
                )

    def _apply(self, _change: Toggle) -> None:
        if self._present:
            self._service.create_network(self._group.id, self._vswitch.vpc_id, self._vswitch.id, self._attempt)
            return
        bound = self._bound(self._service.networks(self._group.id))
        if bound is None:
            return
        if bound.status != "Deleting":
            self._service.delete_network(bound.id)
        self._service.wait_for_absence(bound.id, self._group.name, self._patience)
        _forget(self._task, marks.key(marks.NETWORK, bound.id), self._vswitch.id)

    def _result(self, changed: bool, before: Sequence[RgNetwork], bound: RgNetwork | None) -> dict[str, Any]:
        rows = [_network_row(item.vpc_id, item.vswitch_id) for item in before if item.status in LIVE]
        after = _toggled(rows, _network_row(self._vswitch.vpc_id, self._vswitch.id), self._present)
        return {
            "changed": changed,
            "resource_group_id": self._group.id,
            "network": network_as_dict(bound, self._vswitch) if bound and self._present else {},
            "diff": _diff(f"networks of resource group {self._group.name} ({self._group.region})", rows, after),
        }


class _Route:
    def __init__(self, task: Task, group: ResourceGroup, destination: cidr.Network) -> None:
        self._task = task
        self._service = DataWorks(task.cloud, task.region)
        self._group = group
        self._destination = destination
        self._vpc_id: str = task.options["vpc_id"]
        self._present = task.options["state"] == "present"

    def ensure(self) -> dict[str, Any]:
        bound = self._network()
        outcome = manage(
            lambda: self._service.routes(self._group.id),
            lambda routes: Toggle((self._found(routes, bound) is not None) != self._present),
            lambda _change: self._apply(bound),
            what=f"route {self._destination} of {self._group.name}",
            check_mode=self._task.check_mode,
            patience=patience_of(self._task.options),
        )
        found = self._found(outcome.after, bound)
        if outcome.plan.needed and self._present and found and bound:
            _record(self._task, marks.key(marks.ROUTE, found.id), self._group, bound.vswitch_id)
        mine = [item.destination for item in outcome.before if bound is None or item.network_id == bound.id]
        return {
            "changed": outcome.plan.needed,
            "resource_group_id": self._group.id,
            "route": {"id": found.id, "network_id": found.network_id, "destination": found.destination}
            if found and self._present
            else {},
            "diff": _diff(
                f"routes of resource group {self._group.name} through VPC {self._vpc_id} ({self._group.region})",
                mine,
                _toggled(mine, str(self._destination), self._present),
            ),
        }

    def _network(self) -> RgNetwork | None:
        live = [
            item
            for item in self._service.networks(self._group.id)
            if item.vpc_id == self._vpc_id and item.status in LIVE
        ]
        if not live and self._present and not self._task.check_mode:
            raise ManagingError(
                f"option vpc_id is {self._vpc_id!r}: resource group {self._group.name} is not bound to "
                "this VPC; bind it first"
            )
        return live[0] if live else None

    def _found(self, routes: Sequence[RgRoute], bound: RgNetwork | None) -> RgRoute | None:
        if bound is None:
            return None
        matches = (
            item
            for item in routes
            if item.network_id == bound.id and cidr.parse_served(item.destination) == self._destination
        )
        return next(matches, None)

    def _apply(self, bound: RgNetwork | None) -> None:
        if bound is None:
            return
        if self._present:
            self._service.create_route(self._group.id, bound.id, str(self._destination))
            return
        found = self._found(self._service.routes(self._group.id), bound)
        if found is not None:
            self._service.delete_route(found.id)
            _forget(self._task, marks.key(marks.ROUTE, found.id), bound.vswitch_id)


def network_as_dict(item: RgNetwork, vswitch: VSwitch | None) -> dict[str, Any]:
    """Return a binding as modules show it, with the CIDR block and zone of its vSwitch where they are known."""
    return {
        "id": item.id,
        "vpc_id": item.vpc_id,
        "vswitch_id": item.vswitch_id,
        "status": item.status,
        "security_group_id": item.security_group_id,
        "vswitch_cidr": str(vswitch.cidr) if vswitch else "",
        "zone": vswitch.zone if vswitch else "",
    }


def _destination(text: str) -> cidr.Network:
    try:
        destination = cidr.parse(text)
    except cidr.AddressError as error:
        raise ManagingError(f"option destination {error}") from error
    if destination.prefixlen == 0:
        raise ManagingError(
            f"option destination is {text!r}: a route to everywhere is never added; name the network of the data source"
        )
    return destination


def _record(task: Task, key: str, group: ResourceGroup, vswitch_id: str) -> None:
    """Mark what was made; without the mark disconnect leaves it in place, so a refusal is a warning only."""
    if task.check_mode or not task.options["record"] or not vswitch_id:
        return
    try:
        VpcService(task.cloud, task.region).tag_vswitch(vswitch_id, key, group.id)
    except CloudError as error:
        task.warn(f"{error}. Without this tag a later disconnect leaves the object in place.")


def _forget(task: Task, key: str, vswitch_id: str) -> None:
    if not task.options["record"] or not vswitch_id:
        return
    try:
        VpcService(task.cloud, task.region).untag_vswitch(vswitch_id, key)
    except CloudError as error:
        if error.kind is not Kind.GONE:
            task.warn(f"{error}. The tag refers to nothing now and does no harm.")


def _network_row(vpc_id: str, vswitch_id: str) -> str:
    return f"{vpc_id} {vswitch_id}"


def _toggled(rows: Sequence[str], row: str, present: bool) -> list[str]:
    kept = [item for item in rows if item != row]
    return [*kept, row] if present else kept


def _diff(header: str, before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    return {
        "before_header": header,
        "after_header": header,
        "before": "".join(f"{row}\n" for row in sorted(before)),
        "after": "".join(f"{row}\n" for row in sorted(after)),
    }
