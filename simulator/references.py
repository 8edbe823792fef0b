# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of a world file that look at more than one object: identifiers used twice, references that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Protocol

from simulator.products.rds.schema import Instance
from simulator.products.vpc.schema import Vpc

if TYPE_CHECKING:
    from simulator.resources import RegionSection

Path = tuple[str | int, ...]
Problem = tuple[Path, str]


class AccountSection(Protocol):
    """What the checks need to know of an account."""

    id: str
    regions: dict[str, RegionSection]


def reference_problems(accounts: Sequence[AccountSection]) -> list[Problem]:
    """Return every mistake with its place below `accounts`."""
    problems: list[Problem] = []
    seen: dict[str, Path] = {}
    for number, account in enumerate(accounts):
        for region, section in account.regions.items():
            at: Path = (number, "regions", region)
            problems += _doubles(section, at, seen)
            problems += _RegionCheck(section, at).problems()
    return problems


def _doubles(section: RegionSection, at: Path, seen: dict[str, Path]) -> Iterator[Problem]:
    for path, identifier in _identifiers(section):
        if identifier in seen:
            yield (*at, *path, "id"), f'the id "{identifier}" is used before, at {_words(seen[identifier])}'
        seen.setdefault(identifier, (*at, *path, "id"))


def _words(path: Path) -> str:
    return "accounts" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def _identifiers(section: RegionSection) -> Iterator[tuple[Path, str]]:
    for vpc_at, vpc in enumerate(section.vpcs):
        yield ("vpcs", vpc_at), vpc.id
        for kind in ("vswitches", "route_tables", "network_acls", "nat_gateways"):
            yield from (((("vpcs", vpc_at, kind, at), part.id)) for at, part in enumerate(getattr(vpc, kind)))
    for kind in ("eips", "rds_instances", "resource_groups"):
        yield from (((kind, at), part.id) for at, part in enumerate(getattr(section, kind)))
    yield from ((("workspaces", at), f"workspace {space.id}") for at, space in enumerate(section.workspaces))


class _RegionCheck:
    """The references inside the resources of one account in one region."""

    def __init__(self, section: RegionSection, at: Path) -> None:
        self._section = section
        self._at = at
        self._vpcs = {vpc.id: vpc for vpc in section.vpcs}
        self._vswitches = {vswitch.id: vswitch for vpc in section.vpcs for vswitch in vpc.vswitches}

    def problems(self) -> Iterator[Problem]:
        """Yield every mistake."""
        for at, vpc in enumerate(self._section.vpcs):
            yield from self._vpc(vpc, (*self._at, "vpcs", at))
        yield from self._eips()
        for at, instance in enumerate(self._section.rds_instances):
            yield from self._instance(instance, (*self._at, "rds_instances", at))
        yield from self._networks()
        yield from self._workspaces()

    def _vpc(self, vpc: Vpc, at: Path) -> Iterator[Problem]:
        tables = [table.id for table in vpc.route_tables]
        acls = [acl.id for acl in vpc.network_acls]
        for number, vswitch in enumerate(vpc.vswitches):
            here: Path = (*at, "vswitches", number)
            if not any(IPv4Network(vswitch.cidr).subnet_of(network) for network in vpc.networks):
                yield (*here, "cidr"), f"{vswitch.cidr} is outside the VPC ({vpc.cidr})"
            yield from _known((*here, "route_table"), vswitch.route_table, tables, "route table of this VPC")
            yield from _known((*here, "network_acl"), vswitch.network_acl, acls, "network ACL of this VPC")
            yield from self._overlaps(vpc, number, here)
        if sum(table.type == "System" for table in vpc.route_tables) > 1:
            yield (*at, "route_tables"), "a VPC has exactly one System route table"
        yield from self._gateways(vpc, at)

    @staticmethod
    def _overlaps(vpc: Vpc, number: int, here: Path) -> Iterator[Problem]:
        own = vpc.vswitches[number]
        for other in vpc.vswitches[:number]:
            if IPv4Network(own.cidr).overlaps(IPv4Network(other.cidr)):
                yield (*here, "cidr"), f"{own.cidr} overlaps {other.cidr} of {other.id}"

    def _gateways(self, vpc: Vpc, at: Path) -> Iterator[Problem]:
        vswitches = [vswitch.id for vswitch in vpc.vswitches]
        addresses = {eip.ip: eip for eip in self._section.eips}
        for number, gateway in enumerate(vpc.nat_gateways):
            here: Path = (*at, "nat_gateways", number)
            yield from _known((*here, "vswitch"), gateway.vswitch, vswitches, "vSwitch of this VPC")
            for place, entry in enumerate(gateway.snat_entries):
                there: Path = (*here, "snat_entries", place)
                if (entry.source_vswitch is None) == (entry.source_cidr is None):
                    yield there, "write either source_vswitch or source_cidr"
                yield from _known((*there, "source_vswitch"), entry.source_vswitch, vswitches, "vSwitch of this VPC")
                for address in entry.snat_ips:
                    bound = addresses.get(address)
                    if gateway.network_type == "internet" and (bound is None or bound.instance != gateway.id):
                        yield (*there, "snat_ips"), f"{address} is no EIP whose instance is {gateway.id}"

    def _eips(self) -> Iterator[Problem]:
        gateways = [gateway.id for vpc in self._section.vpcs for gateway in vpc.nat_gateways]
        for number, eip in enumerate(self._section.eips):
            if eip.instance_type == "Nat":
                yield from _known((*self._at, "eips", number, "instance"), eip.instance, gateways, "NAT gateway")

    def _instance(self, instance: Instance, at: Path) -> Iterator[Problem]:
        if instance.network_type == "VPC":
            yield from _known((*at, "vswitch"), instance.vswitch, list(self._vswitches), "vSwitch")
            yield from _known((*at, "vpc"), instance.vpc or None, list(self._vpcs), "VPC")
        primaries = [other.id for other in self._section.rds_instances if other.type == "Primary"]
        if instance.type == "Readonly":
            yield from _known((*at, "master"), instance.master, primaries, "primary instance")
        templates = [template.id for template in self._section.whitelist_templates]
        for number, template in enumerate(instance.whitelist_templates):
            yield from _known((*at, "whitelist_templates", number), template, templates, "whitelist template")
        for number, endpoint in enumerate(instance.endpoints):
            vswitch = self._vswitches.get(endpoint.vswitch or instance.vswitch)
            if endpoint.kind != "private" or not endpoint.ip or vswitch is None:
                continue
            if IPv4Address(endpoint.ip) not in IPv4Network(vswitch.cidr):
                yield (*at, "endpoints", number, "ip"), f"{endpoint.ip} is outside {vswitch.id} ({vswitch.cidr})"

    def _networks(self) -> Iterator[Problem]:
        for number, group in enumerate(self._section.resource_groups):
            at: Path = (*self._at, "resource_groups", number, "networks")
            for place, network in enumerate(group.networks):
                yield from _known((*at, place, "vpc"), network.vpc, list(self._vpcs), "VPC")
                vpc = self._vpcs.get(network.vpc)
                inside = [vswitch.id for vswitch in vpc.vswitches] if vpc else list(self._vswitches)
                yield from _known((*at, place, "vswitch"), network.vswitch, inside, f"vSwitch of {network.vpc}")

    def _workspaces(self) -> Iterator[Problem]:
        groups = [group.id for group in self._section.resource_groups]
        for number, workspace in enumerate(self._section.workspaces):
            at: Path = (*self._at, "workspaces", number)
            for place, group in enumerate(workspace.resource_groups):
                yield from _known((*at, "resource_groups", place), group, groups, "resource group")
            for place, source in enumerate(workspace.data_sources):
                if source.env == "Dev" and not workspace.dev_environment:
                    yield (*at, "data_sources", place, "env"), "a workspace without dev_environment has Prod only"


def _known(at: Path, wanted: str | int | None, known: Sequence[str | int], kind: str) -> Iterator[Problem]:
    if wanted is not None and wanted not in known:
        names = ", ".join(str(one) for one in known) or "none"
        yield at, f'no {kind} "{wanted}" (there are: {names})'
