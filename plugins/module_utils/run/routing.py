# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use case: a route of a serverless resource group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..api.dataworks import DataWorks
from ..core import cidr, marks
from ..core.binding import LIVE
from ..core.snapshot import ResourceGroup, RgNetwork, RgRoute
from . import selection
from .managing import ManagingError, manage
from .marking import Mark
from .module import Task
from .options import patience_of
from .toggling import Toggle, as_diff, toggled


def route(task: Task) -> dict[str, Any]:
    """Add a route to a serverless resource group, or remove it."""
    destination = _destination(task.options["destination"])
    group = selection.serverless_group(task, "the routes")
    return _Route(task, group, destination).ensure()


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
        key = marks.key(marks.ROUTE, self._group.id, str(self._destination))
        mark = Mark(self._task, key, bound.vswitch_id if bound else "")
        outcome = manage(
            lambda: self._service.routes(self._group.id),
            lambda routes: Toggle((self._found(routes, bound) is not None) != self._present),
            lambda _change: self._apply(bound, mark),
            what=f"route {self._destination} of {self._group.name}",
            check_mode=self._task.check_mode,
            patience=patience_of(self._task.options),
        )
        if outcome.plan.needed and not self._present:
            mark.forget()
        found = self._found(outcome.after, bound)
        mine = [item.destination for item in outcome.before if bound is not None and item.network_id == bound.id]
        return {
            "changed": outcome.plan.needed,
            "resource_group_id": self._group.id,
            "route": {"id": found.id, "network_id": found.network_id, "destination": found.destination}
            if found and self._present
            else {},
            "diff": as_diff(
                f"routes of resource group {self._group.name} through VPC {self._vpc_id} ({self._group.region})",
                mine,
                toggled(mine, str(self._destination), self._present),
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

    def _apply(self, bound: RgNetwork | None, mark: Mark) -> None:
        if bound is None:
            return
        if self._present:
            with mark.making():
                self._service.create_route(self._group.id, bound.id, str(self._destination))
            return
        found = self._found(self._service.routes(self._group.id), bound)
        if found is not None:
            self._service.delete_route(found.id)


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
