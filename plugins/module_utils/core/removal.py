# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What disconnect takes away: the own whitelist entries, and of the rest only what is marked as made by connect and
needed by nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from . import cidr, marks, plan
from .binding import Binding
from .path import Assessment
from .snapshot import Instance, ResourceGroup, Snapshot, Unknown, Workspace
from .whitelist import PLACEHOLDER, find_own_group


def disconnect(result: Assessment, snapshot: Snapshot, leaving: Sequence[Assessment]) -> plan.Plan:
    """Return what disconnects one connection while those of ``leaving`` go with it."""
    made = plan.Plan()
    group, instance = result.ends.group, result.ends.instance
    if isinstance(group, Unknown) or isinstance(instance, Unknown):
        return made
    revoked = plan.revoke(result)
    if revoked:
        made.steps.append(revoked)
    binding = result.binding
    steps = _made_steps(result, group, binding, snapshot) if binding is not None and binding.vswitches else []
    if not steps or binding is None:
        return made
    still = needed_by(group, binding.vpc_id, snapshot, leaving)
    if still:
        made.notes.append(f"kept what joins {group.name} and VPC {binding.vpc_id}: {still}")
    else:
        made.steps += steps
    return made


def _made_steps(result: Assessment, group: ResourceGroup, binding: Binding, snapshot: Snapshot) -> list[plan.Step]:
    """Return the steps that take back what carries a mark: routes, then the association, then the binding."""
    common = {"region": group.region, "resource_group": group.id}
    tags = [tag for vswitch in binding.vswitches for tag in vswitch.tags]
    steps = []
    for destination in _routes(group, binding, snapshot):
        if marks.has(tags, marks.ROUTE, group.id, destination):
            title = f"remove route {destination} of resource group {group.name}"
            where = {"vpc_id": binding.vpc_id, "destination": destination}
            steps.append(plan.step(plan.REMOVE_ROUTE, title, **where, **common))
    workspace = result.ends.workspace
    associated = snapshot.associations.get(group.id)
    if isinstance(workspace, Workspace) and isinstance(associated, list) and workspace.id in associated:
        for vswitch in binding.vswitches:
            if marks.has(vswitch.tags, marks.WORKSPACE, group.id, str(workspace.id)):
                title = f"dissociate resource group {group.name} from workspace {workspace.name}"
                what = {"workspace": str(workspace.id), "vswitch_id": vswitch.id}
                steps.append(plan.step(plan.DISSOCIATE, title, **what, **common))
    bound = {network.vswitch_id for network in binding.networks}
    for vswitch in binding.vswitches:
        if vswitch.id in bound and marks.has(vswitch.tags, marks.NETWORK, group.id):
            title = f"unbind resource group {group.name} from VPC {binding.vpc_id}, vSwitch {vswitch.id}"
            steps.append(plan.step(plan.UNBIND, title, vpc_id=binding.vpc_id, vswitch_id=vswitch.id, **common))
    return steps


def _routes(group: ResourceGroup, binding: Binding, snapshot: Snapshot) -> list[str]:
    routes = snapshot.routes.get(group.id)
    mine = {network.id for network in binding.networks}
    known = routes if isinstance(routes, list) else []
    found = [cidr.parse_served(route.destination) for route in known if route.network_id in mine]
    return sorted(str(network) for network in found if network is not None)


def needed_by(group: ResourceGroup, vpc_id: str, snapshot: Snapshot, leaving: Sequence[Assessment]) -> str:
    """Say why the binding to a VPC must stay, or return an empty text: another instance there still admits the
    group."""
    going = {
        result.ends.instance.id
        for result in leaving
        if not isinstance(result.ends.instance, Unknown)
        and not isinstance(result.ends.group, Unknown)
        and result.ends.group.id == group.id
    }
    neighbours = snapshot.neighbours.get(vpc_id)
    if neighbours is None or isinstance(neighbours, Unknown):
        return f"the other instances of the VPC could not be read ({neighbours.reason if neighbours else 'not asked'})"
    reasons = [
        reason for instance in neighbours if instance.id not in going and (reason := _admits(instance, group, snapshot))
    ]
    return "; ".join(sorted(reasons))


def _admits(instance: Instance, group: ResourceGroup, snapshot: Snapshot) -> str:
    groups = snapshot.whitelists.get(instance.id)
    if groups is None or isinstance(groups, Unknown):
        return f"the whitelist of {instance.id} could not be read"
    own = find_own_group(groups, group.id)
    held = {entry for candidate in groups if candidate.name == own for entry in candidate.entries}
    return f"{instance.id} still admits it" if held - {PLACEHOLDER} else ""
