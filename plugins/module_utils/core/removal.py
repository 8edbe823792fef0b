# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What disconnect takes away: the own whitelist entries, and of the rest only what is marked as made by connect and
needed by nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from . import cidr, marks, plan
from .binding import LIVE, Binding
from .findings import UNKNOWN
from .path import Assessment
from .snapshot import Instance, ResourceGroup, Snapshot, Unknown, Workspace
from .whitelist import find_own_group, is_placeholder


def disconnect(result: Assessment, snapshot: Snapshot, leaving: Sequence[Assessment]) -> plan.Plan:
    """Return what disconnects one connection while those of ``leaving`` go with it."""
    made = plan.Plan()
    group, instance = result.ends.group, result.ends.instance
    unseen = any(finding.kind.treatment == UNKNOWN for finding in result.findings)
    if unseen or isinstance(group, Unknown) or isinstance(instance, Unknown):
        return made
    revoked = plan.revoke(result)
    if revoked:
        made.steps.append(revoked)
    binding = result.binding
    if binding is None or not binding.vswitches:
        return made
    here = needed_by(group, binding.vpc_id, snapshot, leaving)
    elsewhere = [
        needed_by(group, vpc_id, snapshot, leaving) for vpc_id in _bound_vpcs(group, snapshot) - {binding.vpc_id}
    ]
    joint = f"what joins {group.name} and VPC {binding.vpc_id}"
    _take(made, _route_steps(group, binding, snapshot), joint, [here])
    _take(
        made,
        _association_steps(result, group, snapshot),
        f"the association of {group.name}",
        [here, *elsewhere],
    )
    _take(made, _network_steps(group, binding), joint, [here])
    made.notes = list(dict.fromkeys(made.notes))
    return made


def _take(made: plan.Plan, steps: list[plan.Step], what: str, reasons: list[str]) -> None:
    """Plan the steps, or say why what they would remove stays."""
    if steps and any(reasons):
        made.notes.append(f"kept {what}: {'; '.join(sorted(filter(None, reasons)))}")
    else:
        made.steps += steps


def _route_steps(group: ResourceGroup, binding: Binding, snapshot: Snapshot) -> list[plan.Step]:
    tags = [tag for vswitch in binding.vswitches for tag in vswitch.tags]
    return [
        plan.step(
            plan.REMOVE_ROUTE,
            f"remove route {destination} of resource group {group.name}",
            region=group.region,
            resource_group=group.id,
            vpc_id=binding.vpc_id,
            destination=destination,
        )
        for destination in _routes(group, binding, snapshot)
        if marks.has(tags, marks.ROUTE, group.id, destination)
    ]


def _association_steps(result: Assessment, group: ResourceGroup, snapshot: Snapshot) -> list[plan.Step]:
    workspace = result.ends.workspace
    associated = snapshot.associations.get(group.id)
    if not isinstance(workspace, Workspace) or not isinstance(associated, list) or workspace.id not in associated:
        return []
    key = marks.key(marks.WORKSPACE, group.id, str(workspace.id))
    reads = [read for read in (*snapshot.vswitches.values(), snapshot.carriers.get(key)) if isinstance(read, list)]
    return [
        plan.step(
            plan.DISSOCIATE,
            f"dissociate resource group {group.name} from workspace {workspace.name}",
            region=group.region,
            resource_group=group.id,
            workspace=str(workspace.id),
            vswitch_id=vswitch.id,
        )
        for vswitch in {vswitch.id: vswitch for read in reads for vswitch in read}.values()
        if marks.of(vswitch.tags, key)
    ][:1]


def _network_steps(group: ResourceGroup, binding: Binding) -> list[plan.Step]:
    return [
        plan.step(
            plan.UNBIND,
            f"unbind resource group {group.name} from VPC {binding.vpc_id}, vSwitch {vswitch.id}",
            region=group.region,
            resource_group=group.id,
            vpc_id=binding.vpc_id,
            vswitch_id=vswitch.id,
        )
        for vswitch in binding.vswitches
        if marks.has(vswitch.tags, marks.NETWORK, group.id)
    ]


def _bound_vpcs(group: ResourceGroup, snapshot: Snapshot) -> set[str]:
    networks = snapshot.networks.get(group.id)
    return {network.vpc_id for network in networks if network.status in LIVE} if isinstance(networks, list) else set()


def _routes(group: ResourceGroup, binding: Binding, snapshot: Snapshot) -> list[str]:
    routes = snapshot.routes.get(group.id)
    mine = {network.id for network in binding.networks}
    known = routes if isinstance(routes, list) else []
    found = [cidr.parse_served(route.destination) for route in known if route.network_id in mine]
    return sorted(str(network) for network in found if network is not None)


def needed_by(group: ResourceGroup, vpc_id: str, snapshot: Snapshot, leaving: Sequence[Assessment]) -> str:
    """Say why what joins a group and a VPC must stay, or return an empty text.

    It is needed while a whitelist of the VPC still admits the group, by the private path or by the Internet, which the
    group reaches through the same binding.
    """
    going = {
        (result.ends.instance.id, result.connection.public)
        for result in leaving
        if not isinstance(result.ends.instance, Unknown)
        and not isinstance(result.ends.group, Unknown)
        and result.ends.group.id == group.id
    }
    neighbours = snapshot.neighbours.get(vpc_id)
    if neighbours is None or isinstance(neighbours, Unknown):
        return f"the other instances of the VPC could not be read ({neighbours.reason if neighbours else 'not asked'})"
    paths = [(instance, public) for instance in neighbours for public in (False, True)]
    reasons = {
        _admits(instance, public, group, snapshot) for instance, public in paths if (instance.id, public) not in going
    }
    return "; ".join(sorted(reasons - {""}))


def _admits(instance: Instance, public: bool, group: ResourceGroup, snapshot: Snapshot) -> str:
    groups = snapshot.whitelists.get(instance.id)
    if groups is None or isinstance(groups, Unknown):
        return f"the whitelist of {instance.id} could not be read"
    own = find_own_group(groups, group.id, public)
    held = [entry for candidate in groups if candidate.name == own for entry in candidate.entries]
    return "" if all(is_placeholder(entry) for entry in held) else f"{instance.id} still admits it"
