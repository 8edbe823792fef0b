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
from .snapshot import Instance, ResourceGroup, RgNetwork, Snapshot, Unknown, VSwitch

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
    vswitches = snapshot.vswitches.get(instance.vpc_id)
    if isinstance(vswitches, Unknown):
        return vswitches
    known = vswitches or []
    if not group.serverless:
        return _declared(connection, group, instance, snapshot, known)
    networks = snapshot.networks.get(group.id)
    if isinstance(networks, Unknown):
        return networks
    live = [network for network in networks or [] if network.status in LIVE]
    here = tuple(network for network in live if network.vpc_id == instance.vpc_id)
    if here:
        return _existing(group, instance.vpc_id, here, known)
    chosen = choices.get((group.id, instance.vpc_id), instance.vswitch_id)
    vswitch = next((candidate for candidate in known if candidate.id == chosen), None)
    return _planned(group, instance, vswitch, live)


def public_binding(connection: Connection, group: ResourceGroup, snapshot: Snapshot) -> Binding | Unknown:
    """Return the binding whose vSwitch a serverless group goes out to the Internet from."""
    networks = snapshot.networks.get(group.id)
    if isinstance(networks, Unknown):
        return networks
    live = [network for network in networks or [] if network.status in LIVE]
    if connection.vswitch:
        bound = [
            vswitch
            for network in live
            for vswitch in known_vswitches(snapshot, network.vpc_id)
            if vswitch.id == network.vswitch_id
        ]
        vswitch = select(connection, "vswitch", bound, "bound vSwitch", f"of resource group {group.name}")
        live = [network for network in live if network.vswitch_id == vswitch.id]
    elif len({network.vpc_id for network in live}) > 1:
        live = [network for network in live if network.vpc_id == group.default_vpc_id]
    if not live:
        return Binding(
            EXISTING,
            "",
            (),
            findings=(
                Finding("RG_NETWORK_BAD_STATE", group.id, "no live network to go out from", region=group.region),
            ),
        )
    here = tuple(network for network in live if network.vpc_id == live[0].vpc_id)
    read = snapshot.vswitches.get(live[0].vpc_id)
    if isinstance(read, Unknown):
        return read
    return _existing(group, live[0].vpc_id, here, read or [])


def known_vswitches(snapshot: Snapshot, vpc_id: str) -> list[VSwitch]:
    """Return the vSwitches read for a VPC; none where they could not be read."""
    read = snapshot.vswitches.get(vpc_id)
    return read if isinstance(read, list) else []


def _existing(group: ResourceGroup, vpc_id: str, networks: tuple[RgNetwork, ...], known: list[VSwitch]) -> Binding:
    findings = []
    found: dict[str, VSwitch] = {}
    for network in networks:
        vswitch = next((candidate for candidate in known if candidate.id == network.vswitch_id), None)
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
    connection: Connection, group: ResourceGroup, instance: Instance, snapshot: Snapshot, known: list[VSwitch]
) -> Binding:
    if not connection.vswitch:
        evidence = (
            f"exclusive resource group {group.name}: its binding can be read in the console only, and option "
            "vswitch does not declare it"
        )
        return Binding(
            DECLARED,
            instance.vpc_id,
            (),
            findings=(Finding("RG_BINDING_CONSOLE_ONLY", group.id, evidence, region=group.region),),
        )
    matches = [vswitch for vswitch in known if connection.vswitch in (vswitch.id, vswitch.name)]
    if matches:
        return Binding(DECLARED, instance.vpc_id, (select_vswitch(connection, known, instance.vpc_id),))
    everywhere = [vswitch for read in snapshot.vswitches.values() if isinstance(read, list) for vswitch in read]
    other = select(connection, "vswitch", everywhere, "vSwitch", f"in region {connection.region}")
    evidence = f"declared vSwitch {other.id} is in VPC {other.vpc_id}; the instance is in {instance.vpc_id}"
    return Binding(
        DECLARED,
        instance.vpc_id,
        (),
        findings=(Finding("RG_BINDING_CONSOLE_ONLY", group.id, evidence, region=group.region),),
    )
