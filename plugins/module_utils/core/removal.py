# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What disconnect takes away: the own whitelist entries, and of the rest only what is marked as made by connect and
needed by nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from . import marks, plan
from .path import Assessment
from .snapshot import Instance, ResourceGroup, Snapshot, Unknown
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
    if result.binding is None or not result.binding.networks:
        return made
    tags = [tag for vswitch in result.binding.vswitches for tag in vswitch.tags]
    own_networks = marks.marked(tags, marks.NETWORK, group.id) & {network.id for network in result.binding.networks}
    routes = snapshot.routes.get(group.id)
    present = {route.id: route for route in routes} if isinstance(routes, list) else {}
    own_routes = marks.marked(tags, marks.ROUTE, group.id) & set(present)
    own_workspaces = marks.marked(tags, marks.WORKSPACE, group.id)
    if not own_networks | own_routes | own_workspaces:
        return made
    still = needed_by(group, result.binding.vpc_id, snapshot, leaving)
    if still:
        made.notes.append(f"kept the binding of {group.name} to VPC {result.binding.vpc_id}: {still}")
        return made
    common = {"region": group.region, "resource_group": group.id, "vpc_id": result.binding.vpc_id}
    for route_id in sorted(own_routes):
        destination = present[route_id].destination
        made.steps.append(
            plan.step(
                plan.REMOVE_ROUTE,
                f"remove route {destination} of resource group {group.name}",
                destination=destination,
                **common,
            )
        )
    made.steps += _dissociation(result, group, own_workspaces, snapshot)
    for network in result.binding.networks:
        if network.id in own_networks:
            title = f"unbind resource group {group.name} from VPC {network.vpc_id}, vSwitch {network.vswitch_id}"
            made.steps.append(plan.step(plan.UNBIND, title, vswitch_id=network.vswitch_id, **common))
    return made


def _dissociation(result: Assessment, group: ResourceGroup, own: set[int], snapshot: Snapshot) -> list[plan.Step]:
    workspace = result.ends.workspace
    associated = snapshot.associations.get(group.id)
    if (
        workspace is None
        or isinstance(workspace, Unknown)
        or workspace.id not in own
        or not isinstance(associated, list)
    ):
        return []
    if workspace.id not in associated or result.binding is None:
        return []
    title = f"dissociate resource group {group.name} from workspace {workspace.name}"
    vswitch_id = result.binding.vswitches[0].id if result.binding.vswitches else ""
    return [
        plan.step(
            plan.DISSOCIATE,
            title,
            region=group.region,
            resource_group=group.id,
            workspace=str(workspace.id),
            vswitch_id=vswitch_id,
        )
    ]


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
