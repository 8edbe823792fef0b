# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be done, in order: steps that modules take, and steps that people take in a console."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from . import cidr
from .binding import PLANNED, RUNNING, Binding
from .findings import MANUAL
from .path import Assessment
from .snapshot import ResourceGroup, Unknown, Workspace
from .whitelist import PLACEHOLDER, is_placeholder

BIND, ROUTE, ASSOCIATE, ADMIT, RETIRE = "bind_network", "add_route", "associate_workspace", "admit", "retire"
REVOKE, REMOVE_ROUTE, DISSOCIATE, UNBIND = "revoke", "remove_route", "dissociate_workspace", "unbind_network"


@dataclass(frozen=True)
class Step:
    """One change by one module; equal steps of several connections are one step."""

    action: str
    title: str
    options: tuple[tuple[str, Any], ...]

    @property
    def effect(self) -> tuple[object, ...]:
        """What the step changes: where its mark goes makes no difference to an association."""
        told = (
            item for item in self.options if not (item[0] == "vswitch_id" and self.action in (ASSOCIATE, DISSOCIATE))
        )
        return (self.action, *told)

    def as_dict(self) -> dict[str, Any]:
        """Return the step as the roles read it."""
        return {"action": self.action, "title": self.title, **{name: _plain(value) for name, value in self.options}}


@dataclass(frozen=True)
class ConsoleStep:
    """One thing that a person does in a console: where, what, with which value."""

    page: str
    task: str
    value: str

    def as_dict(self, number: int) -> dict[str, Any]:
        """Return the step as it is shown, with its place in the order."""
        return {"number": number, "page": self.page, "task": self.task, "value": self.value}


@dataclass
class Plan:
    steps: list[Step] = field(default_factory=list)
    console: list[ConsoleStep] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Say whether nothing is left to do before the connectivity test makes sense."""
        return not self.console and all(step.action == RETIRE for step in self.steps)


def step(action: str, title: str, **options: Any) -> Step:
    """Return a step; lists become tuples, so that equal steps compare equal."""
    return Step(
        action,
        title,
        tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(options.items())),
    )


def share(plans: Iterable[Plan]) -> None:
    """Keep a step that several plans contain in the first of them only."""
    seen: set[tuple[object, ...]] = set()
    for plan in plans:
        plan.steps = [item for item in plan.steps if item.effect not in seen]
        seen.update(item.effect for item in plan.steps)


def connect(result: Assessment) -> Plan:
    """Return what connects one assessed connection; nothing is planned where nothing may be written."""
    plan = Plan(console=_console_steps(result))
    if not result.may_write:
        return plan
    group, binding, admission = result.ends.group, result.binding, result.admission
    if isinstance(group, Unknown):
        return plan
    plan.steps += _binding_plan(group, binding)
    for destination in result.missing_routes:
        title = f"add route {destination} to resource group {group.name}"
        where = {"vpc_id": binding.vpc_id if binding else "", "destination": str(destination)}
        plan.steps.append(step(ROUTE, title, region=group.region, resource_group=group.id, **where))
    if any(finding.code == "RG_NOT_IN_WORKSPACE" for finding in result.findings):
        _plan_association(plan, result, group)
    if admission is not None:
        plan.steps += _admission_steps(result)
    return plan


def _binding_plan(group: ResourceGroup, binding: Binding | None) -> list[Step]:
    """Return a step for a binding to be made, and for each that exists but is not Running yet."""
    if binding is None:
        return []
    waiting = {network.vswitch_id for network in binding.networks if network.status != RUNNING}
    return [
        step(
            BIND,
            f"bind resource group {group.name} to VPC {binding.vpc_id}, vSwitch {vswitch.id} ({vswitch.cidr})",
            region=group.region,
            resource_group=group.id,
            vpc_id=binding.vpc_id,
            vswitch_id=vswitch.id,
        )
        for vswitch in binding.vswitches
        if binding.origin == PLANNED or vswitch.id in waiting
    ]


def _plan_association(plan: Plan, result: Assessment, group: ResourceGroup) -> None:
    """Plan the association, or leave it to people where no vSwitch could carry the mark that disconnect needs."""
    workspace = result.ends.workspace
    if not isinstance(workspace, Workspace):
        return
    if result.binding is None or not result.binding.vswitches:
        page = f"DataWorks console > Resource Group > {group.name} > Associate Workspace"
        plan.console.append(ConsoleStep(page, "Press Associate beside the workspace", workspace.name))
        return
    title = f"associate resource group {group.name} with workspace {workspace.name}"
    what = {"workspace": str(workspace.id), "vswitch_id": result.binding.vswitches[0].id}
    plan.steps.append(step(ASSOCIATE, title, region=group.region, resource_group=group.id, **what))


def _admission_steps(result: Assessment) -> list[Step]:
    instance, admission = result.ends.instance, result.admission
    if isinstance(instance, Unknown) or admission is None:
        return []
    where = f"whitelist group {admission.group} of {instance.id}"
    common: dict[str, Any] = {
        "region": instance.region,
        "rds_instance": instance.id,
        "group": admission.group,
        "network_type": admission.network_type,
    }
    steps = []
    if admission.missing:
        wanted = [cidr.spell(network) for network in admission.wanted]
        steps.append(step(ADMIT, f"add {', '.join(admission.missing)} to {where}", entries=wanted, **common))
    if admission.stale:
        kept = [cidr.spell(network) for network in admission.kept]
        steps.append(step(RETIRE, f"remove {', '.join(admission.stale)} from {where}", entries=kept, **common))
    return steps


def revoke(result: Assessment) -> Step | None:
    """Return the step that empties the own group of a connection, down to the placeholder RDS insists on."""
    instance, admission = result.ends.instance, result.admission
    if isinstance(instance, Unknown) or admission is None:
        return None
    gone = ", ".join(entry for entry in admission.held if not is_placeholder(entry))
    if not gone:
        return None
    return step(
        REVOKE,
        f"remove {gone} from whitelist group {admission.group} of {instance.id}",
        region=instance.region,
        rds_instance=instance.id,
        group=admission.group,
        network_type=admission.network_type,
        entries=[PLACEHOLDER],
    )


_CONSOLE_PAGES = {
    "NACL_EGRESS_DENY": "VPC console > Network ACLs > {object} > Outbound Rules > Manage Outbound Rules",
    "NACL_INGRESS_DENY": "VPC console > Network ACLs > {object} > Inbound Rules > Manage Inbound Rules",
    "NAT_MISSING": "VPC console > NAT Gateway > Internet NAT Gateway > Create",
    "SNAT_ENTRY_MISSING": "VPC console > NAT Gateway > SNAT tab > Create SNAT Entry",
    "EIP_MISSING": "VPC console > NAT Gateway > SNAT tab > Edit",
    "INTERNET_DEFAULT_ROUTE_MISSING": "VPC console > Route Tables > Route Entry List > Custom Route > Add Route Entry",
    "DS_ENDPOINT_MISSING": "RDS console > Instances > {object} > Database Connection > Apply for Public Endpoint",
}
_NETWORK_SETTINGS = "DataWorks console > Resource Group > Exclusive Resource Groups > {group} > Network Settings"


def _console_steps(result: Assessment) -> list[ConsoleStep]:
    steps: list[ConsoleStep] = []
    for finding in result.findings:
        if finding.kind.treatment != MANUAL:
            continue
        if finding.code == "RG_BINDING_CONSOLE_ONLY":
            steps += _binding_steps(result)
        elif finding.code == "RG_ROUTE_CONSOLE_ONLY":
            steps += _route_steps(result, finding.evidence.split(" ", 1)[0])
        elif finding.code in _CONSOLE_PAGES:
            page = _CONSOLE_PAGES[finding.code].format(object=finding.object_id)
            if finding.code == "DS_ENDPOINT_MISSING" and not result.connection.public:
                page = f"RDS console > Instances > {finding.object_id} > Database Connection"
            steps.append(ConsoleStep(page, finding.repair or finding.kind.repair, finding.evidence))
    return steps


def _binding_steps(result: Assessment) -> list[ConsoleStep]:
    group, instance = result.ends.group, result.ends.instance
    if isinstance(group, Unknown) or isinstance(instance, Unknown):
        return []
    page = _NETWORK_SETTINGS.format(group=group.name) + " > VPC Binding"
    return [
        ConsoleStep(page, "Press Add Binding and choose the VPC", instance.vpc_id),
        ConsoleStep(
            page,
            "Choose the zone and the vSwitch (the instance's own is the safest)",
            f"{instance.zone} {instance.vswitch_id}".strip(),
        ),
        ConsoleStep(page, "Choose a basic security group and press OK", "any basic security group of the VPC"),
        ConsoleStep("your inventory", "Declare the vSwitch and run again", f"vswitch: {instance.vswitch_id}"),
    ]


def _route_steps(result: Assessment, destination: str) -> list[ConsoleStep]:
    group = result.ends.group
    name = group.name if not isinstance(group, Unknown) else result.connection.resource_group
    page = _NETWORK_SETTINGS.format(group=name) + " > Route"
    return [
        ConsoleStep(page, "Press Add Route and enter the destination CIDR block", destination),
        ConsoleStep("your inventory", "Declare the route and run again", f"routes: [{destination}]"),
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
