# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which vSwitch a resource group's traffic leaves from, and whether that binding exists, is declared, or is to be
made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .connection import Connection, InputError
from .ends import Ends, select, select_vswitch
from .findings import Finding
from .snapshot import Instance, ResourceGroup, RgNetwork, Snapshot, Unknown, VSwitch, known

LIVE = frozenset({"Pending", "Creating", "Running"})
RUNNING = "Running"
EXISTING, DECLARED, PLANNED = "existing", "declared", "planned"


@dataclass(frozen=True)
class Binding:
    """The vSwitches a resource group uses in one VPC; ``networks`` are its existing bindings there."""

    origin: str
    vpc_id: str
    vswitches: tuple[VSwitch, ...]
    networks: tuple[RgNetwork, ...] = ()
    findings: tuple[Finding, ...] = ()


Choices = dict[tuple[str, str], str]
"""The vSwitch id agreed on for a new binding, by (resource group id, VPC id): one for all connections of a run."""


def agree(wanted: Iterable[tuple[Connection, Ends]], snapshot: Snapshot) -> tuple[Choices, dict[str, InputError]]:
    """Choose one vSwitch for each new binding: the one a connection names, else the first instance's own."""
    named: Choices = {}
    default: Choices = {}
    errors: dict[str, InputError] = {}
    for connection, ends in wanted:
        if isinstance(ends.instance, Unknown) or isinstance(ends.group, Unknown) or not ends.instance.vpc_id:
            continue
        key = (ends.group.id, ends.instance.vpc_id)
        if not connection.vswitch or connection.public:
            default.setdefault(key, ends.instance.vswitch_id)
            continue
        vswitches = snapshot.vswitches.get(ends.instance.vpc_id)
        if not isinstance(vswitches, list) or not ends.group.serverless:
            continue
        try:
            chosen = select_vswitch(connection, vswitches, ends.instance.vpc_id).id
        except InputError as error:
            errors[connection.name] = error
            continue
        if named.setdefault(key, chosen) != chosen:
            errors[connection.name] = InputError(
                connection.name,
                "vswitch",
                connection.vswitch,
                f"another connection of the same resource group asks for {named[key]}; name one",
            )
    return {**default, **named}, errors


def private_binding(
    connection: Connection, group: ResourceGroup, instance: Instance, snapshot: Snapshot, choices: Choices
) -> Binding | Unknown:
    """Return the binding through which the group reaches the instance's VPC."""
    vswitches = known(snapshot.vswitches.get(instance.vpc_id), f"the vSwitches of VPC {instance.vpc_id}")
    if isinstance(vswitches, Unknown):
        return vswitches
    if not group.serverless:
        return _declared(connection, group, instance, snapshot, vswitches)
    networks = known(snapshot.networks.get(group.id), f"the networks of {group.id}")
    if isinstance(networks, Unknown):
        return networks
    live = [network for network in networks if network.status in LIVE]
    here = tuple(network for network in live if network.vpc_id == instance.vpc_id)
    if here:
        return _existing(group, instance.vpc_id, here, vswitches)
    chosen = choices.get((group.id, instance.vpc_id), instance.vswitch_id)
    vswitch = next((candidate for candidate in vswitches if candidate.id == chosen), None)
    return _planned(group, instance, vswitch, live)


def public_binding(connection: Connection, group: ResourceGroup, snapshot: Snapshot) -> Binding | Unknown:
    """Return the binding whose vSwitch a serverless group goes out to the Internet from."""
    networks = known(snapshot.networks.get(group.id), f"the networks of {group.id}")
    if isinstance(networks, Unknown):
        return networks
    live = [network for network in networks if network.status in LIVE]
    reads = {network.vpc_id: known(snapshot.vswitches.get(network.vpc_id), network.vpc_id) for network in live}
    for read in reads.values():
        if isinstance(read, Unknown):
            return read
    if connection.vswitch:
        bound = _bound_vswitches(live, snapshot)
        vswitch = select(connection, "vswitch", bound, "bound vSwitch", f"of resource group {group.name}")
        live = [network for network in live if network.vswitch_id == vswitch.id]
    elif len(reads) > 1:
        live = [network for network in live if network.vpc_id == group.default_vpc_id]
    if not live:
        evidence = f"resource group {group.name} has no live network to go out from"
        return _without_vswitch(EXISTING, "", Finding("RG_NO_EGRESS_NETWORK", group.id, evidence, region=group.region))
    here = tuple(network for network in live if network.vpc_id == live[0].vpc_id)
    return _existing(group, live[0].vpc_id, here, _bound_vswitches(live, snapshot))


def _bound_vswitches(networks: list[RgNetwork], snapshot: Snapshot) -> list[VSwitch]:
    ids = {network.vswitch_id for network in networks}
    reads = [snapshot.vswitches.get(vpc_id) for vpc_id in sorted({network.vpc_id for network in networks})]
    return [vswitch for read in reads if isinstance(read, list) for vswitch in read if vswitch.id in ids]


def _without_vswitch(origin: str, vpc_id: str, finding: Finding) -> Binding:
    return Binding(origin, vpc_id, (), findings=(finding,))


def _existing(group: ResourceGroup, vpc_id: str, networks: tuple[RgNetwork, ...], read: list[VSwitch]) -> Binding:
    findings = []
    found: dict[str, VSwitch] = {}
    for network in networks:
        vswitch = next((candidate for candidate in read if candidate.id == network.vswitch_id), None)
        if vswitch is None:
            evidence = (
                f"network {network.id} is bound to vSwitch {network.vswitch_id}, which does not exist in VPC {vpc_id}"
            )
            findings.append(Finding("RG_VSWITCH_GONE", network.vswitch_id, evidence, region=group.region))
        else:
            found[vswitch.id] = vswitch
        if network.status != RUNNING:
            evidence = f"network {network.id} is {network.status}, not Running"
            findings.append(Finding("RG_NETWORK_BAD_STATE", str(network.id), evidence, region=group.region))
    return Binding(EXISTING, vpc_id, tuple(found.values()), networks, tuple(findings))


def _planned(group: ResourceGroup, instance: Instance, vswitch: VSwitch | None, live: list[RgNetwork]) -> Binding:
    if vswitch is None:
        evidence = f"vSwitch {instance.vswitch_id} of instance {instance.id} cannot be seen in VPC {instance.vpc_id}"
        return Binding(
            PLANNED,
            instance.vpc_id,
            (),
            findings=(Finding("RG_VSWITCH_GONE", instance.vswitch_id, evidence, region=group.region),),
        )
    others = sorted({network.vpc_id for network in live})
    code = "RG_BOUND_TO_OTHER_VPC" if others else "RG_NOT_BOUND"
    evidence = (
        f"bound to {', '.join(others)}; the instance is in {instance.vpc_id}"
        if others
        else f"bound to no VPC; the instance is in {instance.vpc_id}"
    )
    findings = [Finding(code, group.id, evidence, region=group.region)]
    if vswitch.free_addresses < 1:
        findings.append(
            Finding(
                "RG_VSWITCH_NO_FREE_IP",
                vswitch.id,
                f"vSwitch {vswitch.id} ({vswitch.cidr}) has no free address",
                region=group.region,
            )
        )
    return Binding(PLANNED, instance.vpc_id, (vswitch,), findings=tuple(findings))


def _declared(
    connection: Connection, group: ResourceGroup, instance: Instance, snapshot: Snapshot, here: list[VSwitch]
) -> Binding | Unknown:
    def console(evidence: str) -> Binding:
        finding = Finding("RG_BINDING_CONSOLE_ONLY", group.id, evidence, region=group.region)
        return _without_vswitch(DECLARED, instance.vpc_id, finding)

    if not connection.vswitch:
        return console(
            f"no API shows the binding of exclusive group {group.name}, and option vswitch does not declare it"
        )
    if any(connection.vswitch in (vswitch.id, vswitch.name) for vswitch in here):
        return Binding(DECLARED, instance.vpc_id, (select_vswitch(connection, here, instance.vpc_id),))
    for read in snapshot.vswitches.values():
        if isinstance(read, Unknown):
            return read
    everywhere = [vswitch for read in snapshot.vswitches.values() if isinstance(read, list) for vswitch in read]
    other = select(connection, "vswitch", everywhere, "vSwitch", f"in region {connection.region}")
    return console(f"declared vSwitch {other.id} is in VPC {other.vpc_id}; the instance is in {instance.vpc_id}")
