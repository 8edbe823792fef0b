# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use case: the binding of a serverless resource group to a VPC."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from ..api.dataworks import DataWorks
from ..api.errors import CloudError, Kind
from ..api.vpc import VpcService
from ..core import addressing, marks
from ..core.binding import LIVE, RUNNING
from ..core.snapshot import ResourceGroup, RgNetwork, VSwitch
from . import selection
from .managing import ManagingError, manage
from .marking import Mark
from .module import Task
from .options import patience_of
from .toggling import Toggle, as_diff, toggled

_CHOICES = (
    "if the group cannot have another network: use a resource group of its own for this VPC, unbind a network that is "
    "not needed, or move the data source into a VPC that the group is bound to"
)


def network(task: Task) -> dict[str, Any]:
    """Bind a serverless resource group to a VPC and vSwitch, or unbind it."""
    group = selection.serverless_group(task, "the VPC binding")
    vswitch = selection.vswitch(task)
    return _Binding(task, group, vswitch).ensure()


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


class _Binding:
    def __init__(self, task: Task, group: ResourceGroup, vswitch: VSwitch) -> None:
        self._task = task
        self._service = DataWorks(task.cloud, task.region)
        self._group = group
        self._vswitch = vswitch
        self._present = task.options["state"] == "present"
        self._patience = patience_of(task.options)
        self._mark = Mark(task, marks.key(marks.NETWORK, group.id), vswitch.id)
        # A run that was interrupted between mark and binding left a mark of nothing.
        self._left_over = bool(task.options["record"]) and marks.has(vswitch.tags, marks.NETWORK, group.id)
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
        if outcome.plan.needed and not self._present:
            self._mark.forget(with_routes_of=self._group.id)
        bound = self._bound(outcome.after)
        if self._present and bound and bound.status != RUNNING and not self._task.check_mode:
            bound = self._service.wait_for_network(bound.id, self._group.name, self._patience)
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
        if not self._present:
            return Toggle(bound is not None or self._left_over)
        return Toggle(bound is None)

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
            with self._mark.making():
                self._create()
            return
        self._left_over = False
        bound = self._bound(self._service.networks(self._group.id))
        if bound is None:
            return
        if bound.status != "Deleting":
            self._service.delete_network(bound.id)
        self._service.wait_for_absence(bound.id, self._group.name, self._patience)

    def _create(self) -> None:
        try:
            self._service.create_network(self._group.id, self._vswitch.vpc_id, self._vswitch.id, self._attempt)
        except CloudError as error:
            if error.kind is Kind.OTHER:
                error.hint = _CHOICES
            raise

    def _result(self, changed: bool, before: Sequence[RgNetwork], bound: RgNetwork | None) -> dict[str, Any]:
        rows = [_network_row(item.vpc_id, item.vswitch_id) for item in before if item.status in LIVE]
        after = toggled(rows, _network_row(self._vswitch.vpc_id, self._vswitch.id), self._present)
        return {
            "changed": changed,
            "resource_group_id": self._group.id,
            "network": network_as_dict(bound, self._vswitch) if bound and self._present else {},
            "diff": as_diff(f"networks of resource group {self._group.name} ({self._group.region})", rows, after),
        }


def _network_row(vpc_id: str, vswitch_id: str) -> str:
    return f"{vpc_id} {vswitch_id}"
