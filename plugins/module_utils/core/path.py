# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk from a resource group to its data source and back: every obstacle, in path order, as if the ones before were
repaired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import addressing, admission, cidr, egress, filters, health, scenario
from .binding import DECLARED, LIVE, Binding, Choices, private_binding, public_binding
from .connection import Connection
from .ends import Ends
from .findings import MANUAL, REFUSE, UNKNOWN, Finding
from .snapshot import Instance, ResourceGroup, Snapshot, Unknown, Vpc, VSwitch, known

REACHABLE, PARTIAL, UNREACHABLE, UNDETERMINED = "REACHABLE", "PARTIAL", "UNREACHABLE", "UNDETERMINED"


@dataclass
class Assessment:
    """What the walk found for one connection: where it goes, what is in the way, and what it needs."""

    connection: Connection
    ends: Ends
    scenario: str = scenario.UNDETERMINED
    binding: Binding | None = None
    admission: admission.Admission | None = None
    missing_routes: tuple[cidr.Network, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """Say in one word whether the whole source range reaches the data source; what could not be seen is never
        reachable."""
        treatments = {finding.kind.treatment for finding in self.findings if finding.blocks}
        if treatments - {UNKNOWN}:
            partial = {finding.code for finding in self.findings if finding.blocks} == {"WHITELIST_PARTIAL"}
            return PARTIAL if partial else UNREACHABLE
        return UNDETERMINED if treatments else REACHABLE

    @property
    def may_write(self) -> bool:
        return not any(finding.kind.treatment in (REFUSE, UNKNOWN) for finding in self.findings)

    @property
    def needs_people(self) -> bool:
        return any(finding.kind.treatment == MANUAL for finding in self.findings)


def walk(connection: Connection, ends: Ends, snapshot: Snapshot, choices: Choices) -> Assessment:
    """Walk one connection over what was observed."""
    result = Assessment(connection, ends)
    group, instance = ends.group, ends.instance
    words = (connection.resource_group, connection.rds_instance, connection.workspace, connection.data_source)
    for word, end in zip(words, (group, instance, ends.workspace, ends.data_sources), strict=True):
        if isinstance(end, Unknown):
            _unknown(result, word, end)
    if isinstance(group, Unknown) or isinstance(instance, Unknown):
        return result
    result.scenario = scenario.detect(
        public=connection.public, source=(snapshot.account, group.region), target=(snapshot.account, instance.region)
    )
    result.findings += health.of_group(group)
    _check_association(result, group, snapshot)
    result.findings += health.of_instance(instance, connection.public)
    if result.scenario not in (scenario.SAME_REGION, scenario.INTERNET):
        evidence = f"resource group in {group.region}, instance in {instance.region}: scenario {result.scenario}"
        result.findings.append(Finding("DISCONNECTED_VPCS", instance.id, evidence, region=instance.region))
    elif connection.public:
        _walk_internet(result, group, instance, snapshot)
    elif instance.network_type != "Classic":
        _walk_private(result, group, instance, snapshot, choices)
    return result


def reconcile(results: Sequence[Assessment]) -> None:
    """Let connections that share a whitelist group keep each other's entries."""
    sharing: dict[tuple[str, str], list[Assessment]] = {}
    for result in results:
        if result.admission is not None:
            sharing.setdefault((result.connection.rds_instance, result.admission.group), []).append(result)
    for together in sharing.values():
        kept = admission.shared([result.admission for result in together if result.admission])
        for result in together:
            if result.admission is not None:
                result.admission = admission.keeping(result.admission, kept)


def _unknown(result: Assessment, object_id: str, unknown: Unknown) -> None:
    result.findings.append(Finding("UNKNOWN_RESOURCE", object_id, unknown.reason, region=result.connection.region))


def _check_association(result: Assessment, group: ResourceGroup, snapshot: Snapshot) -> None:
    workspace = result.ends.workspace
    if workspace is None or isinstance(workspace, Unknown):
        return
    associated = known(snapshot.associations.get(group.id), f"the workspaces of {group.id}")
    if isinstance(associated, Unknown):
        _unknown(result, group.id, associated)
    elif workspace.id not in associated:
        evidence = f"resource group {group.name} is not associated with workspace {workspace.name}"
        result.findings.append(Finding("RG_NOT_IN_WORKSPACE", group.id, evidence, region=group.region))


def _walk_private(
    result: Assessment, group: ResourceGroup, instance: Instance, snapshot: Snapshot, choices: Choices
) -> None:
    binding = private_binding(result.connection, group, instance, snapshot, choices)
    if isinstance(binding, Unknown):
        return _unknown(result, group.id, binding)
    result.binding = binding
    result.findings += binding.findings
    if binding.origin == DECLARED and binding.vswitches:
        result.assumptions.append(
            f"The console binding of {group.name} to vSwitch {binding.vswitches[0].id} is declared; no API shows it."
        )
    vpc = _vpc(instance.vpc_id, snapshot)
    if isinstance(vpc, Unknown):
        return _unknown(result, instance.vpc_id, vpc)
    _check_addresses(result, group, vpc, snapshot)
    _check_routes(result, group, instance, vpc, snapshot)
    _check_filters(result, binding, instance, snapshot)
    _check_admission(result, group, instance, snapshot, [vswitch.cidr for vswitch in binding.vswitches])


def _check_addresses(result: Assessment, group: ResourceGroup, vpc: Vpc, snapshot: Snapshot) -> None:
    if group.serverless and addressing.forbidden(vpc):
        evidence = f"VPC {vpc.id} uses addresses of {addressing.NOT_FOR_SERVERLESS}"
        result.findings.append(Finding("RG_VPC_CIDR_FORBIDDEN", vpc.id, evidence, region=vpc.region))
    networks = snapshot.networks.get(group.id)
    if not isinstance(networks, list):
        return
    live = {network.vpc_id for network in networks if network.status in LIVE}
    for other_id in sorted(live - {vpc.id}):
        other = _vpc(other_id, snapshot)
        if isinstance(other, Unknown):
            _unknown(result, other_id, other)
        else:
            clashes = addressing.clashes(vpc, other)
            if clashes:
                evidence = f"VPC {vpc.id} and VPC {other_id}, also bound to {group.name}, overlap: {', '.join(clashes)}"
                result.findings.append(Finding("RG_NETWORKS_OVERLAP", vpc.id, evidence, region=vpc.region))


def _vpc(vpc_id: str, snapshot: Snapshot) -> Vpc | Unknown:
    vpc = known(snapshot.vpcs.get(vpc_id), f"VPC {vpc_id}")
    if not isinstance(vpc, Unknown) and not vpc.cidrs:
        return Unknown(f"VPC {vpc_id} shows no IPv4 CIDR block")
    return vpc


def _check_routes(result: Assessment, group: ResourceGroup, instance: Instance, vpc: Vpc, snapshot: Snapshot) -> None:
    """The VPC's own CIDR is routed implicitly; a secondary CIDR needs a route of the resource group."""
    target = _target(instance, snapshot)
    if target is None or target.subnet_of(vpc.cidrs[0]):
        return
    needed = next((network for network in vpc.cidrs[1:] if target.subnet_of(network)), target)
    if not group.serverless:
        declared = [cidr.parse(route) for route in result.connection.routes]
        if not cidr.covered(needed, declared):
            evidence = f"{needed} is a secondary CIDR of VPC {vpc.id}; no declared route of {group.name} covers it"
            result.findings.append(Finding("RG_ROUTE_CONSOLE_ONLY", group.id, evidence, region=group.region))
        return
    routes = known(snapshot.routes.get(group.id), f"the routes of {group.id}")
    if isinstance(routes, Unknown):
        return _unknown(result, group.id, routes)
    mine = {network.id for network in result.binding.networks} if result.binding else set()
    present = [
        network for route in routes if route.network_id in mine and (network := cidr.parse_served(route.destination))
    ]
    if not cidr.covered(needed, present):
        evidence = f"{needed} is a secondary CIDR of VPC {vpc.id}; no route of {group.name} covers it"
        result.findings.append(Finding("RG_NO_ROUTE", group.id, evidence, region=group.region))
        result.missing_routes = (needed,)


def _target(instance: Instance, snapshot: Snapshot) -> cidr.Network | None:
    endpoint = instance.endpoint("Private")
    address = cidr.parse_served(endpoint.address) if endpoint and endpoint.address else None
    if address is not None:
        return address
    vswitch = _vswitch(instance, snapshot)
    return vswitch.cidr if vswitch else None


def _vswitch(instance: Instance, snapshot: Snapshot) -> VSwitch | None:
    vswitches = snapshot.vswitches.get(instance.vpc_id)
    if not isinstance(vswitches, list):
        return None
    return next((vswitch for vswitch in vswitches if vswitch.id == instance.vswitch_id), None)


def _check_filters(result: Assessment, binding: Binding, instance: Instance, snapshot: Snapshot) -> None:
    """Network ACLs are stateless and filter the group's side, request and answer; RDS is not subject to them."""
    endpoint = instance.endpoint("Private")
    target = _target(instance, snapshot)
    if endpoint is None or target is None:
        return
    for here in binding.vswitches:
        if here.id != instance.vswitch_id:
            _check_acl(result, here, "egress", target, (endpoint.port, endpoint.port), "forward", snapshot)
            _check_acl(result, here, "ingress", target, filters.EPHEMERAL_PORTS, "return", snapshot)


def _check_acl(
    result: Assessment,
    vswitch: VSwitch,
    side: str,
    peer: cidr.Network,
    ports: tuple[int, int],
    direction: str,
    snapshot: Snapshot,
) -> None:
    if not vswitch.acl_id:
        return
    acl = known(snapshot.acls.get(vswitch.acl_id), f"network ACL {vswitch.acl_id}")
    if isinstance(acl, Unknown):
        return _unknown(result, vswitch.acl_id, acl)
    if filters.admits(getattr(acl, side), peer, ports):
        return
    shown = str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
    code = "NACL_EGRESS_DENY" if side == "egress" else "NACL_INGRESS_DENY"
    word = "to" if side == "egress" else "from"
    evidence = f"network ACL {acl.id} of vSwitch {vswitch.id} does not allow TCP {shown} {word} all of {peer}"
    result.findings.append(Finding(code, acl.id, evidence, direction, region=result.connection.region))


def _check_admission(
    result: Assessment, group: ResourceGroup, instance: Instance, snapshot: Snapshot, wanted: list[cidr.Network]
) -> None:
    groups = known(snapshot.whitelists.get(instance.id), f"the whitelist of {instance.id}")
    if isinstance(groups, Unknown):
        return _unknown(result, instance.id, groups)
    result.admission = admission.assess(group, instance, groups, wanted, result.connection.public)
    result.findings += result.admission.findings


def _walk_internet(result: Assessment, group: ResourceGroup, instance: Instance, snapshot: Snapshot) -> None:
    found = Finding("INTERNET_PATH", instance.id, "the connection goes over the Internet", region=instance.region)
    result.findings.append(found)
    declared = [cidr.parse(address) for address in result.connection.eip]
    if not group.serverless:
        if not declared:
            evidence = f"exclusive resource group {group.name}: its EIP can be read in the console only"
            result.findings.append(Finding("EIP_NOT_DECLARED", group.id, evidence, region=group.region))
        result.assumptions.append(
            f"The EIP of {group.name} is declared; no API shows it, and it may change after an upgrade or scale-out."
        )
        return _check_admission(result, group, instance, snapshot, declared)
    binding = public_binding(result.connection, group, snapshot)
    if isinstance(binding, Unknown):
        return _unknown(result, group.id, binding)
    result.binding = binding
    result.findings += binding.findings
    endpoint = instance.endpoint("Public")
    out = egress.find(group, binding, snapshot, cidr.parse_served(endpoint.address) if endpoint else None)
    if isinstance(out, Unknown):
        return _unknown(result, group.id, out)
    result.findings += out.findings
    if declared and out.addresses and set(declared) != set(out.addresses):
        seen = ", ".join(cidr.spell(address) for address in out.addresses)
        evidence = f"option eip declares {', '.join(result.connection.eip)}; the SNAT entries use {seen}"
        result.findings.append(Finding("EIP_CHANGED", group.id, evidence, region=group.region))
    _check_admission(result, group, instance, snapshot, list(out.addresses))
